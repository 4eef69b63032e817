/* SPDX-License-Identifier: Apache-2.0 */
/* What a journal asks of the database that keeps it: a table of functions, so that another database can take SQLite's place. Records are
 * kept in segments that are only ever added, one behind the other. */
#ifndef MBILL__KEEP_H
#define MBILL__KEEP_H

#include "base/digest.h"
#include "base/fail.h"

typedef struct mbill__segment {
    int64_t first, n;     /* records, from 0; n > 0 */
    const uint8_t *bytes; /* NULL: there is no segment */
    size_t len;
    uint8_t before[MBILL__DIGEST_BYTES]; /* hash of the record before its first, when it is to be added */
    uint8_t hash[MBILL__DIGEST_BYTES];   /* of its last record */
} mbill__segment;

typedef struct mbill__keep {
    void *ctx;
    /* A transaction: to write, or one state to be read. A second writer waits or is refused with MBILL_E_BUSY. */
    mbill_status (*begin)(void *ctx, bool to_write, mbill_error *err);
    /* Commit when status is MBILL_OK, else take back and pass the status on. MBILL_OK: what was added is durable. When it is not known
     * whether it is there: MBILL_E_OUTCOME_UNKNOWN, now and from every later call. */
    mbill_status (*finish)(void *ctx, mbill_status status, mbill_error *err);
    /* The first segment that begins at this record or behind it; its bytes live until the next call. MBILL_E_CORRUPT: a segment that is none. */
    mbill_status (*read)(void *ctx, int64_t from, mbill__segment *out, mbill_error *err);
    mbill_status (*last)(void *ctx, mbill__segment *out, mbill_error *err); /* without bytes */
    /* MBILL_E_BUSY: the journal does not end with the record before it, somebody else has added to it. */
    mbill_status (*add)(void *ctx, const mbill__segment *segment, mbill_error *err);
    bool (*collided)(void *ctx); /* whether the last failure, MBILL_E_BUSY, calls for doing it again at once */
} mbill__keep;

#endif
