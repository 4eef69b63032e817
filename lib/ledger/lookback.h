/* SPDX-License-Identifier: Apache-2.0 */
/* What a cap leaves: it looks back over the account's records of its window. */
#ifndef MBILL__LEDGER_LOOKBACK_H
#define MBILL__LEDGER_LOOKBACK_H

#include "ledger/book.h"

/* Of payments that go to payment debts. INT64_MAX: no cap. */
int64_t mbill__payment_cap_left(const mbill_book *book, const mbill__account *account, int64_t now_utc_s);

/* Of accruals of one charge. INT64_MAX: no cap. */
int64_t mbill__accrual_cap_left(const mbill_book *book, const mbill__account *account, int32_t charge, int64_t now_utc_s);

#endif
