/* SPDX-License-Identifier: Apache-2.0 */
/* The book's memory: all of it is taken here, before operations are applied. */
#ifndef MBILL__LEDGER_ROOM_H
#define MBILL__LEDGER_ROOM_H

#include "ledger/book.h"

/* Room for these operations, so that applying them takes no memory; their policies are learnt. false: no memory, the book is as it was. */
bool mbill__book_room(mbill_book *book, const mbill_operation *operations, size_t n);

/* Room for n records of no more than so many bytes, and what they may add to the tables. */
bool mbill__book_room_for(mbill_book *book, size_t n_accounts, size_t n_records, size_t n_bytes, size_t n_systems);

/* Room for a record that is read again, of so many bytes; its policy is learnt. */
bool mbill__book_room_again(mbill_book *book, const mbill__record *record, size_t n_bytes);

void mbill__book_release(mbill_book *book);

#endif
