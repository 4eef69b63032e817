/* SPDX-License-Identifier: Apache-2.0 */
/* The one place where the book changes: a record, new or read again, is taken in. */
#ifndef MBILL__LEDGER_FOLD_H
#define MBILL__LEDGER_FOLD_H

#include "ledger/book.h"
#include "ledger/record.h"

/* Room was reserved. false: the record contradicts the book (a journal that was tampered with). */
bool mbill__fold(mbill_book *book, const mbill__record *record, mbill__touched touched, const mbill__hold *meant);

bool mbill__expires_before(const mbill_book *book, size_t a, size_t b); /* of two holds: by moment, then by record */

#endif
