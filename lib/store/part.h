/* SPDX-License-Identifier: Apache-2.0 */
/* One month's readings as a whole: their digest, and their way from one file to another. Changes when what belongs to a month does. */
#ifndef MBILL__PART_H
#define MBILL__PART_H

#include "base/digest.h"
#include "store/inner.h"
#include "store/tile.h"

#define MBILL__PART_MAGIC 1296191572 /* 0x4D425054, "MBPT": the application_id of a file that holds one month */

#define MBILL__PART_DETACHED 1
#define MBILL__PART_PURGED 2
#define MBILL__PART_ITSELF 3 /* this file is the part */

typedef struct mbill__part {
    int32_t month;
    int32_t state; /* 0: the month is in the store */
    int64_t n_tiles, n_readings;
    uint8_t digest[MBILL__DIGEST_BYTES];
    mbill__said name; /* "2026-01" */
} mbill__part;

/* What is written of a month that is not in the file, or of the month that it is. */
mbill_status mbill__part_read(mbill__db *db, int32_t month, mbill__part *out, mbill_error *err);
mbill_status mbill__part_write(mbill__db *db, const mbill__part *part, mbill_error *err);

/* MBILL_E_INVALID names the first month of [from, to) that is not in the store. */
mbill_status mbill__part_need(mbill_store *store, int64_t from_utc_s, int64_t to_utc_s, mbill_error *err);

/* Number, readings and digest of the month's tiles as they are in the file. */
mbill_status mbill__part_sum(mbill__db *db, int32_t month, mbill__part *out, mbill_error *err);

/* The month's tiles and counts into another file; a transaction is open there. */
mbill_status mbill__part_copy(mbill__db *from, mbill__db *to, int32_t month, mbill_error *err);

/* Take the month's tiles out. keep_edges: what later bills may begin with stays, the last sample of each register and intervals that
 * reach into the next month. */
mbill_status mbill__part_remove(mbill_store *store, int32_t month, bool keep_edges, mbill_error *err);

mbill__said mbill__month_name(int32_t month);
/* "2026-01"; MBILL_E_DATE. */
mbill_status mbill__month_parse(const char *text, int32_t *out, mbill_error *err);

#endif
