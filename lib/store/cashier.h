/* SPDX-License-Identifier: Apache-2.0 */
/* Who took or gave which money on which day. */
#ifndef MBILL__STORE_CASHIER_H
#define MBILL__STORE_CASHIER_H

#include "store/inner.h"

#define MBILL__CASHIER_BYTES 65 /* a name with its NUL */

/* Enter a record of the ledger; a transaction is open. A closed day: MBILL_E_ORDER, or the next open one. */
mbill_status mbill__cashier_enter(mbill_store *store, int64_t record, const char *cashier, int64_t channel, int32_t day,
    bool next_day, mbill_error *err);

#endif
