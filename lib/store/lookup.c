/* SPDX-License-Identifier: Apache-2.0 */
/* A table of register names with open addressing (FNV-1a, http://www.isthe.com/chongo/tech/comp/fnv/). Invariant: at most half
 * full, so that a search ends. */
#include "store/lookup.h"

#include <string.h>

#define FIRST_CAP 256
#define SHOWN_MAX 64 /* bytes of a name in a message */

void mbill__lookup_start(mbill__lookup *lookup, mbill_store *store)
{
    memset(lookup, 0, sizeof *lookup);
    lookup->store = store;
    mbill__arena_start(&lookup->texts, mbill__db_allocator(store->db));
}

void mbill__lookup_end(mbill__lookup *lookup)
{
    mbill__release(mbill__db_allocator(lookup->store->db), lookup->slots, lookup->cap * sizeof *lookup->slots);
    mbill__arena_free(&lookup->texts);
}

static uint64_t mix(uint64_t hash, const char *text, size_t len)
{
    for (size_t i = 0; i < len; i++) hash = (hash ^ (unsigned char)text[i]) * UINT64_C(0x100000001b3);
    return (hash ^ 0xff) * UINT64_C(0x100000001b3); /* a byte that no name has parts the two */
}

static bool is_it(const mbill__lookup_slot *slot, uint64_t hash, const char *meter, size_t meter_len, const char *reg,
    size_t reg_len)
{
    return slot->hash == hash && slot->meter_len == meter_len && slot->reg_len == reg_len &&
        memcmp(slot->names, meter, meter_len) == 0 && (reg_len == 0 || memcmp(slot->names + meter_len + 1, reg, reg_len) == 0);
}

/* The slot of the hash and names, or the free one where it belongs. */
static mbill__lookup_slot *seek(const mbill__lookup *lookup, uint64_t hash, const char *meter, size_t meter_len, const char *reg,
    size_t reg_len)
{
    for (size_t at = (size_t)hash & (lookup->cap - 1);; at = (at + 1) & (lookup->cap - 1)) {
        mbill__lookup_slot *slot = &lookup->slots[at];
        if (slot->register_no == 0 || is_it(slot, hash, meter, meter_len, reg, reg_len)) return slot;
    }
}

static mbill_status grow(mbill__lookup *lookup, mbill_error *err)
{
    if (lookup->used * 2 < lookup->cap) return MBILL_OK;
    const mbill_allocator *allocator = mbill__db_allocator(lookup->store->db);
    mbill__lookup old = *lookup;
    size_t cap = old.cap == 0 ? FIRST_CAP : old.cap * 2;
    mbill__lookup_slot *slots = mbill__alloc_array(allocator, cap, sizeof *slots);
    if (slots == NULL) return mbill__fail(err, MBILL_E_NOMEM, "memory for %zu register names could not be allocated", cap);
    lookup->slots = slots;
    lookup->cap = cap;
    lookup->last = NULL;
    for (size_t i = 0; i < old.cap; i++) {
        const mbill__lookup_slot *slot = &old.slots[i];
        if (slot->register_no != 0)
            *seek(lookup, slot->hash, slot->names, slot->meter_len, slot->names + slot->meter_len + 1, slot->reg_len) = *slot;
    }
    mbill__release(allocator, old.slots, old.cap * sizeof *slots);
    return MBILL_OK;
}

static int shown(size_t len)
{
    return (int)(len < SHOWN_MAX ? len : SHOWN_MAX);
}

static mbill_status refuse_missing(mbill_store *store, const char *meter, size_t meter_len, const char *reg, size_t reg_len,
    mbill_error *err)
{
    static const char SELECT_METER[] = "SELECT 1 FROM mbill_meter WHERE id = ?1";
    mbill__query *query;
    bool found;
    MBILL_TRY(mbill__query_start(store->db, SELECT_METER, &query, err));
    mbill__bind_text(query, 1, meter, meter_len);
    MBILL_TRY(mbill__query_step(query, &found, err));
    mbill__query_end(query);
    if (!found) return mbill__fail(err, MBILL_E_NOT_FOUND, "meter \"%.*s\" is not in the store", shown(meter_len), meter);
    return mbill__fail(err, MBILL_E_NOT_FOUND, "meter \"%.*s\" has no register \"%.*s\"", shown(meter_len), meter, shown(reg_len),
        reg);
}

static mbill_status ask_store(mbill_store *store, const char *meter, size_t meter_len, const char *reg, size_t reg_len,
    int64_t *out_register_no, mbill_error *err)
{
    static const char SELECT_REGISTER[] = "SELECT r.register_no FROM mbill_meter m JOIN mbill_register r USING(meter_no)"
                                          " WHERE m.id = ?1 AND (?2 IS NULL OR r.name = ?2) LIMIT 2";
    mbill__query *query;
    bool row, second;
    MBILL_TRY(mbill__query_start(store->db, SELECT_REGISTER, &query, err));
    mbill__bind_text(query, 1, meter, meter_len);
    mbill__bind_text(query, 2, reg_len == 0 ? NULL : reg, reg_len);
    MBILL_TRY(mbill__query_step(query, &row, err));
    if (!row) return refuse_missing(store, meter, meter_len, reg, reg_len, err);
    *out_register_no = mbill__column_whole(query, 0);
    MBILL_TRY(mbill__query_step(query, &second, err));
    mbill__query_end(query);
    if (!second) return MBILL_OK;
    return mbill__fail(err, MBILL_E_INVALID,
        "meter \"%.*s\" has several registers, expected a column \"register\" that says which", shown(meter_len), meter);
}

static const char *keep_names(mbill__lookup *lookup, const char *meter, size_t meter_len, const char *reg, size_t reg_len)
{
    char *names = mbill__arena_take(&lookup->texts, 1, meter_len + reg_len + 2);
    if (names == NULL) return NULL;
    memcpy(names, meter, meter_len);
    if (reg_len > 0) memcpy(names + meter_len + 1, reg, reg_len);
    return names;
}

mbill_status mbill__lookup_register(mbill__lookup *lookup, const char *meter, size_t meter_len, const char *reg, size_t reg_len,
    int64_t *out_register_no, mbill_error *err)
{
    uint64_t hash = mix(mix(UINT64_C(0xcbf29ce484222325), meter, meter_len), reg, reg_len);
    if (lookup->last == NULL || !is_it(lookup->last, hash, meter, meter_len, reg, reg_len)) {
        MBILL_TRY(grow(lookup, err));
        mbill__lookup_slot *slot = seek(lookup, hash, meter, meter_len, reg, reg_len);
        if (slot->register_no == 0) {
            int64_t register_no = 0;
            MBILL_TRY(ask_store(lookup->store, meter, meter_len, reg, reg_len, &register_no, err));
            const char *names = keep_names(lookup, meter, meter_len, reg, reg_len);
            if (names == NULL) return mbill__fail(err, MBILL_E_NOMEM, "memory for a register's name could not be allocated");
            *slot = (mbill__lookup_slot){register_no, hash, names, meter_len, reg_len};
            lookup->used++;
        }
        lookup->last = slot;
    }
    *out_register_no = lookup->last->register_no;
    return MBILL_OK;
}
