/* SPDX-License-Identifier: Apache-2.0 */
/* The series of a readings file: what was last seen of each meter and register. */
#ifndef MBILL__METER_SERIES_H
#define MBILL__METER_SERIES_H

#include "base/memory.h"

#define MBILL__SERIES_NAME_MAX 128 /* bytes of a meter's or a register's name */

typedef struct mbill__series {
    const char *meter, *reg; /* into the file's text */
    size_t meter_len, reg_len;
    uint64_t hash;
    size_t follower; /* the series that came after this one the last time */
    bool seen;       /* the members below are set */
    uint32_t flags;  /* MBILL_READING_* of the last row */
    int64_t start_utc_s, end_utc_s;
} mbill__series;

typedef struct mbill__series_table {
    mbill_allocator allocator;
    mbill__series *entries;
    size_t n, cap;
    size_t *slots; /* index + 1; 0: free */
    size_t n_slots;
    size_t last; /* the series found last */
} mbill__series_table;

void mbill__series_start(mbill__series_table *table, const mbill_allocator *allocator); /* allocator: already read */

/* The series of that meter and register (each at most MBILL__SERIES_NAME_MAX bytes without NUL), made when it is new. NULL: no
 * memory, or 2^31 of them. Valid until the next call. */
mbill__series *mbill__series_find(mbill__series_table *table, const char *meter, size_t meter_len, const char *reg,
    size_t reg_len);

/* 0, 1, … in the order in which they were made. */
int32_t mbill__series_number(const mbill__series_table *table, const mbill__series *series);

void mbill__series_free(mbill__series_table *table);

#endif
