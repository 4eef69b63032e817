/* SPDX-License-Identifier: Apache-2.0 */
/* A book that follows a kept journal: segments in, checked, and new records out. */
#ifndef MBILL__FOLLOW_H
#define MBILL__FOLLOW_H

#include "base/memory.h"
#include "meterbill/ledger.h"
#include "store/chain.h"
#include "store/keep.h"

typedef struct mbill__follow {
    mbill_allocator allocator;
    mbill_book *book;
    uint8_t hash[MBILL__DIGEST_BYTES]; /* of the book's last record */
    uint8_t *work;                     /* MBILL__SEGMENT_BYTES */
} mbill__follow;

mbill_status mbill__follow_open(mbill__follow *follow, const mbill_allocator *allocator, mbill_error *err); /* an empty book */
void mbill__follow_free(mbill__follow *follow); /* may be called again, or on zeros */

/* Take in what is kept behind the book's last record; a transaction is open. MBILL_E_CORRUPT: index = the first bad record. After a failure
 * the book is not to be used. */
mbill_status mbill__follow_take(mbill__follow *follow, const mbill__keep *keep, mbill_error *err);

/* Keep the book's records from first on; a transaction to write is open. */
mbill_status mbill__follow_put(mbill__follow *follow, const mbill__keep *keep, int64_t first, mbill_error *err);

/* Take in kept records of this many bytes that are not read from a database. */
mbill_status mbill__follow_bytes(mbill__follow *follow, const uint8_t *bytes, size_t len, mbill_error *err);

#endif
