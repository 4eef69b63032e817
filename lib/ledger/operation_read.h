/* SPDX-License-Identifier: Apache-2.0 */
/* An operation of a document, as the book takes it. */
#ifndef MBILL__LEDGER_OPERATION_READ_H
#define MBILL__LEDGER_OPERATION_READ_H

#include "document/json.h"
#include "meterbill/ledger.h"

typedef struct mbill__named_policy {
    const char *name;
    mbill_policy policy;
} mbill__named_policy;

/* An operation of a document; what it does not say is at rest. Its policy is one of these. */
mbill_status mbill__operation_read(const mbill__node *node, const mbill__named_policy *policies, size_t n_policies,
    mbill_operation *out, mbill_error *err);

/* An operation that stands alone: it may have the keys "at" and "supply" besides, which are its caller's, and its policy stands in it. kind: what it does
 * where it does not say, or 0; *own: room for the policy. */
mbill_status mbill__operation_read_alone(const mbill__node *node, int32_t kind, mbill_policy *own, mbill_operation *out,
    mbill_error *err);

#endif
