/* SPDX-License-Identifier: Apache-2.0 */
/* How bills are paid afterwards, as it stands inside of documents. */
#ifndef MBILL__CYCLE_POLICY_READ_H
#define MBILL__CYCLE_POLICY_READ_H

#include "document/json.h"
#include "document/say.h"
#include "meterbill/cycle.h"

/* The header may be absent. *out is filled whole, or of no use after a failure. */
mbill_status mbill__cycle_policy_read(const mbill__node *root, mbill_cycle_policy *out, mbill_error *err);

#endif
