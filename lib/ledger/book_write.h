/* SPDX-License-Identifier: Apache-2.0 */
/* Parts of what is written of a book: one record, one account's numbers, one instant. */
#ifndef MBILL__BOOK_WRITE_H
#define MBILL__BOOK_WRITE_H

#include "document/write.h"
#include "meterbill/ledger.h"

mbill_status mbill__write_record(mbill__writer *to, const char *key, const mbill_book *book, int64_t record, mbill_error *err);
mbill_status mbill__write_numbers(mbill__writer *to, const char *key, const mbill_book *book, int64_t account, mbill_error *err);

#endif
