/* SPDX-License-Identifier: Apache-2.0 */
/* What selling has in common, whatever the token: one purchase after the other. */
#ifndef MBILL__SALES_H
#define MBILL__SALES_H

#include "base/fail.h"
#include "meterbill/token.h"

/* The state with the purchase taken in; E_TOKEN_COUNT unless it follows the last. after is only checked. */
mbill_status mbill__sales_read(const mbill_token_sales *before, uint64_t purchase, const mbill_token_sales *after,
    mbill_token_sales *out, mbill_error *err);

#endif
