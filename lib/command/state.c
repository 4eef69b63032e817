/* SPDX-License-Identifier: Apache-2.0 */
/* States as bytes: [which, number, …], deterministic CBOR. Changes when a state remembers something else: with its version. */
#include "command/state.h"

#include "base/fail.h"
#include "command/cbor.h"

enum { VERSION = 1, REPLAY = 1, PURCHASE = 2, QUOTA = 3, PACE = 4, NUMBERS_MAX = 3 };

mbill_status mbill__state_read(uint32_t *struct_size, uint32_t *version, size_t size, mbill_error *err)
{
    bool is_new = *struct_size == 0 && *version == 0;
    if (!is_new && *version != VERSION)
        return mbill__fail(err, MBILL_E_VERSION, "a state of version %u, expected 1", (unsigned)*version);
    if (!is_new && *struct_size != size)
        return mbill__fail(err, MBILL_E_MISUSE, "struct_size is %u, expected %zu", (unsigned)*struct_size, size);
    *struct_size = (uint32_t)size;
    *version = VERSION;
    return MBILL_OK;
}

static mbill_status encode(uint64_t which, const uint64_t *numbers, size_t n, uint8_t *out, size_t cap, size_t *out_len,
    mbill_error *err)
{
    mbill__cbor_out bytes = {out, cap, 0};
    MBILL__NEED(out_len);
    if (cap > 0) MBILL__NEED(out);
    mbill__cbor_put_head(&bytes, MBILL__CBOR_ARRAY, n + 1);
    mbill__cbor_put_head(&bytes, MBILL__CBOR_UINT, which);
    for (size_t i = 0; i < n; i++) mbill__cbor_put_head(&bytes, MBILL__CBOR_UINT, numbers[i]);
    return mbill__cbor_end(&bytes, out_len, err);
}

static mbill_status decode(mbill_bytes in, uint64_t which, uint64_t *numbers, size_t n, mbill_error *err)
{
    mbill__cbor_in at = {in.p, 0, in.n, MBILL_E_INVALID};
    uint64_t found;
    if (in.n > 0) MBILL__NEED(in.p);
    MBILL_TRY(mbill__cbor_check(&at, err));
    MBILL_TRY(mbill__cbor_take(&at, MBILL__CBOR_ARRAY, &found, err));
    if (found != n + 1) return mbill__cbor_refuse(&at, 0, err, "a state of another length");
    MBILL_TRY(mbill__cbor_take(&at, MBILL__CBOR_UINT, &found, err));
    if (found != which) return mbill__cbor_refuse(&at, 0, err, "a state of something else");
    for (size_t i = 0; i < n; i++) MBILL_TRY(mbill__cbor_take(&at, MBILL__CBOR_UINT, &numbers[i], err));
    return MBILL_OK;
}

/* Numbers that a struct holds as int64_t. */
static mbill_status check_signed(const uint64_t *numbers, size_t n, mbill_error *err)
{
    for (size_t i = 0; i < n; i++)
        if (numbers[i] > INT64_MAX)
            return mbill__fail_at(err, MBILL_E_INVALID, (int64_t)i, "number %zu of a state is out of range", i);
    return MBILL_OK;
}

mbill_status mbill_replay_encode(const mbill_replay *replay, uint8_t *out, size_t cap, size_t *out_len, mbill_error *err)
{
    MBILL__NEED(replay);
    mbill_replay known = *replay;
    MBILL_TRY(mbill__state_read(&known.struct_size, &known.version, sizeof known, err));
    const uint64_t numbers[] = {known.last_seq, known.window};
    return encode(REPLAY, numbers, 2, out, cap, out_len, err);
}

mbill_status mbill_replay_decode(mbill_bytes in, mbill_replay *out_replay, mbill_error *err)
{
    uint64_t numbers[NUMBERS_MAX] = {0};
    MBILL__NEED(out_replay);
    MBILL_TRY(decode(in, REPLAY, numbers, 2, err));
    *out_replay = (mbill_replay){(uint32_t)sizeof *out_replay, VERSION, numbers[0], numbers[1]};
    return MBILL_OK;
}

mbill_status mbill_purchases_encode(const mbill_purchases *purchase, uint8_t *out, size_t cap, size_t *out_len, mbill_error *err)
{
    MBILL__NEED(purchase);
    mbill_purchases known = *purchase;
    MBILL_TRY(mbill__state_read(&known.struct_size, &known.version, sizeof known, err));
    return encode(PURCHASE, &known.last_count, 1, out, cap, out_len, err);
}

mbill_status mbill_purchases_decode(mbill_bytes in, mbill_purchases *out_purchase, mbill_error *err)
{
    uint64_t numbers[NUMBERS_MAX] = {0};
    MBILL__NEED(out_purchase);
    MBILL_TRY(decode(in, PURCHASE, numbers, 1, err));
    *out_purchase = (mbill_purchases){(uint32_t)sizeof *out_purchase, VERSION, numbers[0]};
    return MBILL_OK;
}

mbill_status mbill_quota_encode(const mbill_quota *quota, uint8_t *out, size_t cap, size_t *out_len, mbill_error *err)
{
    MBILL__NEED(quota);
    mbill_quota known = *quota;
    MBILL_TRY(mbill__state_read(&known.struct_size, &known.version, sizeof known, err));
    const uint64_t numbers[] = {(uint64_t)known.day, (uint64_t)known.commands, (uint64_t)known.amount_micro};
    MBILL_TRY(check_signed(numbers, 3, err));
    return encode(QUOTA, numbers, 3, out, cap, out_len, err);
}

mbill_status mbill_quota_decode(mbill_bytes in, mbill_quota *out_quota, mbill_error *err)
{
    uint64_t numbers[NUMBERS_MAX] = {0};
    MBILL__NEED(out_quota);
    MBILL_TRY(decode(in, QUOTA, numbers, 3, err));
    MBILL_TRY(check_signed(numbers, 3, err));
    *out_quota = (mbill_quota){(uint32_t)sizeof *out_quota, VERSION, (int64_t)numbers[0], (int64_t)numbers[1],
        (int64_t)numbers[2]};
    return MBILL_OK;
}

mbill_status mbill_pace_encode(const mbill_pace *pace, uint8_t *out, size_t cap, size_t *out_len, mbill_error *err)
{
    MBILL__NEED(pace);
    mbill_pace known = *pace;
    MBILL_TRY(mbill__state_read(&known.struct_size, &known.version, sizeof known, err));
    const uint64_t numbers[] = {(uint64_t)known.begin_s, (uint64_t)known.count};
    MBILL_TRY(check_signed(numbers, 2, err));
    return encode(PACE, numbers, 2, out, cap, out_len, err);
}

mbill_status mbill_pace_decode(mbill_bytes in, mbill_pace *out_pace, mbill_error *err)
{
    uint64_t numbers[NUMBERS_MAX] = {0};
    MBILL__NEED(out_pace);
    MBILL_TRY(decode(in, PACE, numbers, 2, err));
    MBILL_TRY(check_signed(numbers, 2, err));
    *out_pace = (mbill_pace){(uint32_t)sizeof *out_pace, VERSION, (int64_t)numbers[0], (int64_t)numbers[1]};
    return MBILL_OK;
}
