/* SPDX-License-Identifier: Apache-2.0 */
/* What the book asks of a policy beside its members. */
#ifndef MBILL__LEDGER_POLICY_H
#define MBILL__LEDGER_POLICY_H

#include "base/memory.h"
#include "meterbill/calendar.h"
#include "meterbill/policy.h"

/* The zone of its windows, to be freed by the caller. */
mbill_status mbill__policy_zone(const mbill_policy *policy, const mbill_allocator *allocator, mbill_zone **out, mbill_error *err);

#endif
