/* SPDX-License-Identifier: Apache-2.0 */
/* By bytes, the least first, leaving out those that are the same in all. */
#include "store/order.h"

#include <string.h>

#define BYTE_VALUES 256

static void by_byte(const mbill__ordered *from, mbill__ordered *to, size_t n, unsigned shift)
{
    size_t places[BYTE_VALUES] = {0}, at = 0;
    for (size_t i = 0; i < n; i++) places[from[i].key >> shift & 0xff]++;
    for (size_t i = 0; i < BYTE_VALUES; i++) {
        size_t count = places[i];
        places[i] = at;
        at += count;
    }
    for (size_t i = 0; i < n; i++) to[places[from[i].key >> shift & 0xff]++] = from[i];
}

void mbill__order(mbill__ordered *records, mbill__ordered *scratch, size_t n)
{
    uint64_t differ = 0;
    size_t n_falls = 0;
    for (size_t i = 1; i < n; i++) {
        differ |= records[i].key ^ records[0].key;
        n_falls += records[i].key < records[i - 1].key;
    }
    mbill__ordered *from = records, *to = scratch;
    for (unsigned shift = 0; n_falls > 0 && shift < 64; shift += 8) {
        if ((differ >> shift & 0xff) == 0) continue;
        by_byte(from, to, n, shift);
        mbill__ordered *other = from;
        from = to;
        to = other;
    }
    if (from != records) memcpy(records, from, n * sizeof *records);
}
