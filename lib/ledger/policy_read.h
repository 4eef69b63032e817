/* SPDX-License-Identifier: Apache-2.0 */
/* A policy of a document, as the book takes it. */
#ifndef MBILL__LEDGER_POLICY_READ_H
#define MBILL__LEDGER_POLICY_READ_H

#include "document/json.h"
#include "meterbill/policy.h"

/* A policy of a document: a preset, and what differs from it. It does not contradict itself. */
mbill_status mbill__policy_read(const mbill__node *node, mbill_policy *out, mbill_error *err);

#endif
