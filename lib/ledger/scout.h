/* SPDX-License-Identifier: Apache-2.0 */
/* Memory asked for ahead of a replay: a record's id and accounts lie anywhere, and waiting for them would be most of the work. */
#ifndef MBILL__LEDGER_SCOUT_H
#define MBILL__LEDGER_SCOUT_H

#include "ledger/book.h"

typedef struct mbill__scout {
    const uint8_t *slots, *accounts, *end; /* records whose table slots, and whose accounts, are asked for next */
} mbill__scout;

void mbill__scout_start(mbill__scout *scout, const uint8_t *bytes, size_t len);

/* Before each record is taken: one more of either. Changes nothing, whatever the bytes are. */
void mbill__scout_step(mbill__scout *scout, const mbill_book *book);

#endif
