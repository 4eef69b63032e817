/* SPDX-License-Identifier: Apache-2.0 */
/* Tables of a meter: blocks (DI, length, bytes) into an empty meter; behind a first byte of '{' a document. Laws: a refusal changes nothing; tables that are whole write
 * blocks which read back as the same tables. */
#include "meterbill/meter_tables.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

static void need(bool holds)
{
    if (!holds) abort();
}

/* Through blocks: what they say is the same, though a meter's own padding may have said it longer. */
static void reads_back(const mbill_meter_tables *tables)
{
    static mbill_meter_tables again, third;
    uint8_t data[MBILL_METER_BLOCK_MAX];
    const mbill_meter_tables *from = tables;
    mbill_meter_tables *to = &again;
    for (int pass = 0; pass < 2; pass++, from = &again, to = &third) {
        size_t len;
        uint32_t di;
        memset(to, 0, sizeof *to);
        to->struct_size = sizeof *to;
        for (size_t at = 0; mbill_meter_tables_block(from, NULL, at, &di, data, &len, NULL) == MBILL_OK; at++)
            if (mbill_meter_tables_take(to, NULL, di, data, len, NULL) != MBILL_OK) return; /* numbers that BCD does not hold */
    }
    need(memcmp(&again, &third, sizeof again) == 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static mbill_meter_tables tables, before;
    memset(&tables, 0, sizeof tables);
    tables.struct_size = sizeof tables;
    if (size > 0 && data[0] == '{') {
        if (mbill_meter_tables_read((const char *)data, size, NULL, &tables, NULL) == MBILL_OK) reads_back(&tables);
        return 0;
    }
    tables.n_tiers = 1;
    while (size >= 5) {
        uint32_t di = (uint32_t)data[0] << 24 | (uint32_t)data[1] << 16 | (uint32_t)data[2] << 8 | data[3];
        size_t len = data[4] < size - 5 ? data[4] : size - 5;
        memcpy(&before, &tables, sizeof before);
        if (mbill_meter_tables_take(&tables, NULL, di, data + 5, len, NULL) != MBILL_OK)
            need(memcmp(&before, &tables, sizeof before) == 0);
        data += 5 + len;
        size -= 5 + len;
    }
    reads_back(&tables);
    return 0;
}
