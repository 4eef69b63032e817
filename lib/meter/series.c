/* SPDX-License-Identifier: Apache-2.0 */
/* Finding a row's series fast. Files go meter by meter or round by round, so the series found last, and the one that followed
 * it the last time, are tried first; only then the name is hashed, by a hash for which nobody can write a file that makes all
 * names collide without much work. */
#include "meter/series.h"

#include "base/digest.h"

#include <string.h>

#define NONE SIZE_MAX
#define FIRST_CAP 16

void mbill__series_start(mbill__series_table *table, const mbill_allocator *allocator)
{
    memset(table, 0, sizeof *table);
    table->allocator = *allocator;
    table->last = NONE;
}

void mbill__series_free(mbill__series_table *table)
{
    mbill__release(&table->allocator, table->entries, table->cap * sizeof *table->entries);
    mbill__release(&table->allocator, table->slots, table->n_slots * sizeof *table->slots);
    table->entries = NULL;
    table->slots = NULL;
}

static bool same(const mbill__series *series, const char *meter, size_t meter_len, const char *reg, size_t reg_len)
{
    return series->meter_len == meter_len && series->reg_len == reg_len &&
        (meter_len == 0 || memcmp(series->meter, meter, meter_len) == 0) &&
        (reg_len == 0 || memcmp(series->reg, reg, reg_len) == 0);
}

static uint64_t hash_of(const char *meter, size_t meter_len, const char *reg, size_t reg_len)
{
    char names[2 * MBILL__SERIES_NAME_MAX + 1];
    uint8_t digest[MBILL__DIGEST_BYTES];
    uint64_t hash = 0;
    if (meter_len > 0) memcpy(names, meter, meter_len);
    names[meter_len] = '\0'; /* stands in no name */
    if (reg_len > 0) memcpy(names + meter_len + 1, reg, reg_len);
    mbill__digest(names, meter_len + 1 + reg_len, digest);
    for (size_t i = 0; i < sizeof hash; i++) hash = hash << 8 | digest[i];
    return hash;
}

/* The slot that holds the series, or the free one where it belongs. At least half of the slots are free. */
static size_t slot_of(const mbill__series_table *table, uint64_t hash, const char *meter, size_t meter_len, const char *reg,
    size_t reg_len)
{
    size_t slot = (size_t)hash & (table->n_slots - 1);
    for (; table->slots[slot] != 0; slot = (slot + 1) & (table->n_slots - 1)) {
        const mbill__series *series = &table->entries[table->slots[slot] - 1];
        if (series->hash == hash && same(series, meter, meter_len, reg, reg_len)) break;
    }
    return slot;
}

/* Room for one more series: entries and slots double together. */
static bool grow(mbill__series_table *table)
{
    if (table->n < table->cap) return true;
    size_t cap = table->cap == 0 ? FIRST_CAP : table->cap * 2;
    if (cap > INT32_MAX || cap > SIZE_MAX / 2 / sizeof *table->entries) return false;
    size_t *slots = mbill__alloc_array(&table->allocator, 2 * cap, sizeof *slots);
    if (slots == NULL) return false;
    mbill__series *entries = mbill__resize(&table->allocator, table->entries, table->cap * sizeof *entries,
        cap * sizeof *entries);
    if (entries == NULL) {
        mbill__release(&table->allocator, slots, 2 * cap * sizeof *slots);
        return false;
    }
    mbill__release(&table->allocator, table->slots, table->n_slots * sizeof *table->slots);
    table->entries = entries;
    table->cap = cap;
    table->slots = slots;
    table->n_slots = 2 * cap;
    for (size_t i = 0; i < table->n; i++) {
        const mbill__series *series = &entries[i];
        slots[slot_of(table, series->hash, series->meter, series->meter_len, series->reg, series->reg_len)] = i + 1;
    }
    return true;
}

/* NONE: no memory. */
static size_t find_by_hash(mbill__series_table *table, const char *meter, size_t meter_len, const char *reg, size_t reg_len)
{
    uint64_t hash = hash_of(meter, meter_len, reg, reg_len);
    if (table->n_slots > 0) {
        size_t slot = slot_of(table, hash, meter, meter_len, reg, reg_len);
        if (table->slots[slot] != 0) return table->slots[slot] - 1;
    }
    if (!grow(table)) return NONE;
    size_t slot = slot_of(table, hash, meter, meter_len, reg, reg_len);
    table->entries[table->n] =
        (mbill__series){.meter = meter, .reg = reg, .meter_len = meter_len, .reg_len = reg_len, .hash = hash, .follower = NONE};
    table->slots[slot] = ++table->n;
    return table->n - 1;
}

int32_t mbill__series_number(const mbill__series_table *table, const mbill__series *series)
{
    return (int32_t)(series - table->entries);
}

mbill__series *mbill__series_find(mbill__series_table *table, const char *meter, size_t meter_len, const char *reg,
    size_t reg_len)
{
    if (table->last != NONE) {
        mbill__series *last = &table->entries[table->last];
        if (same(last, meter, meter_len, reg, reg_len)) return last;
        if (last->follower != NONE && same(&table->entries[last->follower], meter, meter_len, reg, reg_len)) {
            table->last = last->follower;
            return &table->entries[table->last];
        }
    }
    size_t found = find_by_hash(table, meter, meter_len, reg, reg_len);
    if (found == NONE) return NULL;
    if (table->last != NONE) table->entries[table->last].follower = found;
    table->last = found;
    return &table->entries[found];
}
