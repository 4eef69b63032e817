/* SPDX-License-Identifier: Apache-2.0 */
/* The state of a task as bytes: big-endian, the task's id in front, a digest behind. Changes when the format does; then old ones are still read. */
#include "base/digest.h"
#include "operate/task.h"

#include <string.h>

static const uint8_t MAGIC[4] = {'M', 'B', 'T', 'K'};

#define FORMAT 1
#define SEAL_BYTES 16
#define ITEM_BYTES (16 + 6 * 4 + 3 * 8)
#define HEAD_BYTES (4 + 4 + 16 + 6 * 4 + 6 * 8 + MBILL_TASK_NAME_MAX + 8)

/* Bytes that are written or read one behind the other. */
typedef struct cursor {
    uint8_t *out;
    const uint8_t *in;
} cursor;

static void put(cursor *at, uint64_t value, size_t n)
{
    for (size_t i = 0; i < n; i++) *at->out++ = (uint8_t)(value >> (8 * (n - 1 - i)) & 0xff);
}

static void put_bytes(cursor *at, const void *bytes, size_t n)
{
    memcpy(at->out, bytes, n);
    at->out += n;
}

static uint64_t get(cursor *at, size_t n)
{
    uint64_t value = 0;
    for (size_t i = 0; i < n; i++) value = value << 8 | *at->in++;
    return value;
}

static void get_bytes(cursor *at, void *bytes, size_t n)
{
    memcpy(bytes, at->in, n);
    at->in += n;
}

/* Two's complement without a conversion that the language leaves open. */
static int64_t get_long(cursor *at)
{
    uint64_t bits = get(at, 8);
    int64_t value;
    memcpy(&value, &bits, sizeof value);
    return value;
}

static int32_t get_int(cursor *at)
{
    uint32_t bits = (uint32_t)get(at, 4);
    int32_t value;
    memcpy(&value, &bits, sizeof value);
    return value;
}

static void put_state(cursor *at, const mbill_task_state *state)
{
    const int32_t small[] = {state->life, state->resumes, state->begun, state->overtaken, state->has_items, state->reserved};
    const int64_t large[] = {state->run, state->run_utc_s, state->ends_utc_s, state->n_finished, state->n_missed,
        state->changed_utc_s};
    for (size_t i = 0; i < 6; i++) put(at, (uint32_t)small[i], 4);
    for (size_t i = 0; i < 6; i++) put(at, (uint64_t)large[i], 8);
    put_bytes(at, state->approved_by, sizeof state->approved_by);
}

static void get_state(cursor *at, mbill_task_state *state)
{
    *state = (mbill_task_state){.struct_size = (uint32_t)sizeof *state, .format = FORMAT};
    state->life = get_int(at);
    state->resumes = get_int(at);
    state->begun = get_int(at);
    state->overtaken = get_int(at);
    state->has_items = get_int(at);
    state->reserved = get_int(at);
    state->run = get_long(at);
    state->run_utc_s = get_long(at);
    state->ends_utc_s = get_long(at);
    state->n_finished = get_long(at);
    state->n_missed = get_long(at);
    state->changed_utc_s = get_long(at);
    get_bytes(at, state->approved_by, sizeof state->approved_by);
}

static void put_item(cursor *at, const mbill_task_item *item)
{
    const int32_t small[] = {item->state, item->attempts, item->outcome, item->answered, item->code, item->reserved};
    const int64_t large[] = {item->at_utc_s, item->run, item->target};
    put_bytes(at, item->id.bytes, sizeof item->id.bytes);
    for (size_t i = 0; i < 6; i++) put(at, (uint32_t)small[i], 4);
    for (size_t i = 0; i < 3; i++) put(at, (uint64_t)large[i], 8);
}

static void get_item(cursor *at, mbill_task_item *item)
{
    get_bytes(at, item->id.bytes, sizeof item->id.bytes);
    item->state = get_int(at);
    item->attempts = get_int(at);
    item->outcome = get_int(at);
    item->answered = get_int(at);
    item->code = get_int(at);
    item->reserved = get_int(at);
    item->at_utc_s = get_long(at);
    item->run = get_long(at);
    item->target = get_long(at);
}

mbill_status mbill_task_encode(const mbill_task *task, const mbill_task_state *state, const mbill_task_item *items,
    size_t n_items, uint8_t *out_bytes, size_t *inout_len, mbill_error *err)
{
    static const mbill_task_item none = {.state = 0};
    uint8_t seal[MBILL__DIGEST_BYTES];
    MBILL__NEED(task);
    MBILL__NEED(state);
    MBILL__NEED(items);
    MBILL__NEED(inout_len);
    if (n_items != task->info.n_targets)
        return mbill__fail(err, MBILL_E_MISUSE, "%zu items, expected %zu, as many as the task has targets", n_items,
            task->info.n_targets);
    MBILL_TRY(mbill__task_state_check(state, err));
    size_t room = *inout_len, len = HEAD_BYTES + n_items * ITEM_BYTES + SEAL_BYTES;
    *inout_len = len;
    if (out_bytes == NULL) return MBILL_OK;
    if (room < len) return mbill__fail(err, MBILL_E_ROOM, "room for %zu bytes, expected %zu", room, len);
    cursor at = {out_bytes, NULL};
    put_bytes(&at, MAGIC, sizeof MAGIC);
    put(&at, FORMAT, 4);
    put_bytes(&at, task->info.id.bytes, sizeof task->info.id.bytes);
    put_state(&at, state);
    put(&at, n_items, 8);
    for (size_t i = 0; i < n_items; i++) put_item(&at, state->has_items != 0 ? &items[i] : &none);
    mbill__digest(out_bytes, len - SEAL_BYTES, seal);
    put_bytes(&at, seal, SEAL_BYTES);
    return MBILL_OK;
}

static mbill_status check_bytes(const mbill_task *task, const uint8_t *bytes, size_t len, mbill_error *err)
{
    uint8_t seal[MBILL__DIGEST_BYTES];
    cursor at = {NULL, bytes + sizeof MAGIC};
    if (len < HEAD_BYTES + SEAL_BYTES || memcmp(bytes, MAGIC, sizeof MAGIC) != 0)
        return mbill__fail(err, MBILL_E_CORRUPT, "%zu bytes that are no task's state", len);
    uint64_t format = get(&at, 4);
    if (format != FORMAT)
        return mbill__fail(err, MBILL_E_VERSION, "a task's state of format %u, expected %d", (unsigned)format, FORMAT);
    mbill__digest(bytes, len - SEAL_BYTES, seal);
    if (memcmp(seal, bytes + len - SEAL_BYTES, SEAL_BYTES) != 0)
        return mbill__fail(err, MBILL_E_CORRUPT, "a task's state that is damaged: its digest is not that of its bytes");
    if (memcmp(at.in, task->info.id.bytes, sizeof task->info.id.bytes) != 0)
        return mbill__fail(err, MBILL_E_INVALID, "the state of another task");
    at.in = bytes + HEAD_BYTES - 8;
    uint64_t n = get(&at, 8);
    if (n == task->info.n_targets && (len - HEAD_BYTES - SEAL_BYTES) / ITEM_BYTES == n &&
        (len - HEAD_BYTES - SEAL_BYTES) % ITEM_BYTES == 0)
        return MBILL_OK;
    return mbill__fail(err, MBILL_E_INVALID, "the state of %llu items, expected %zu, as many as the task has targets",
        (unsigned long long)n, task->info.n_targets);
}

static mbill_status check_item(const mbill_task_item *item, size_t at, mbill_error *err)
{
    bool ok = item->state >= MBILL_ITEM_DUE && item->state <= MBILL_ITEM_UNKNOWN && item->attempts >= 0 && item->answered >= 0 &&
        item->answered <= item->attempts && item->outcome >= 0 && item->outcome <= MBILL_OUTCOME_NO_ANSWER &&
        (item->outcome == 0) == (item->answered == 0) && item->reserved == 0 && item->run >= 0 && item->target == (int64_t)at;
    return ok ? MBILL_OK : mbill__fail_at(err, MBILL_E_CORRUPT, (int64_t)at, "item %zu is in a state that no item has", at);
}

mbill_status mbill_task_decode(const mbill_task *task, const uint8_t *bytes, size_t len, mbill_task_state *out_state,
    mbill_task_item *out_items, size_t n_items, mbill_error *err)
{
    mbill_task_state state;
    mbill_task_item item;
    MBILL__NEED(task);
    MBILL__NEED(bytes);
    MBILL__NEED(out_state);
    MBILL__NEED(out_items);
    if (n_items != task->info.n_targets)
        return mbill__fail(err, MBILL_E_MISUSE, "room for %zu items, expected %zu", n_items, task->info.n_targets);
    MBILL_TRY(check_bytes(task, bytes, len, err));
    cursor at = {NULL, bytes + sizeof MAGIC + 4 + sizeof task->info.id.bytes};
    get_state(&at, &state);
    MBILL_TRY(mbill__task_state_check(&state, err));
    for (size_t pass = 0; pass < 2; pass++) { /* all are looked at before any is given out */
        at.in = bytes + HEAD_BYTES;
        for (size_t i = 0; i < n_items; i++) {
            get_item(&at, &item);
            if (pass == 1) out_items[i] = item;
            else if (state.has_items != 0) MBILL_TRY(check_item(&item, i, err));
        }
    }
    *out_state = state;
    return MBILL_OK;
}
