/* SPDX-License-Identifier: Apache-2.0 */
/* Bills as rows for people and programs. */
#ifndef MBILL__STORE_BILLING_VIEW_H
#define MBILL__STORE_BILLING_VIEW_H

#include "meterbill/billing.h"
#include "store/billing_row.h"

/* Why somebody should look at a draft; 0 for what is no draft. out_priority may be NULL. */
mbill_status mbill__billing_reasons(mbill__billing *billing, const mbill__due *due, uint32_t *out_reasons, int32_t *out_priority,
    mbill_error *err);

/* Give one bill's row to each; row is room. */
mbill_status mbill__billing_show(mbill__billing *billing, int64_t bill_no, int64_t at_utc_s, mbill_billing_row *row,
    mbill_billing_each each, void *ctx, mbill_error *err);

#endif
