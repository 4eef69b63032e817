/* SPDX-License-Identifier: Apache-2.0 */
/* Changes when signed messages need another part of CBOR. */
#include "command/cbor.h"

#include <string.h>

enum { DEPTH_MAX = 8, NULL_HEAD = 22, INDEFINITE = 31 };

/* ---- out ---- */

void mbill__cbor_put_raw(mbill__cbor_out *out, const void *bytes, size_t n)
{
    if (n > 0 && out->n <= out->cap && n <= out->cap - out->n) memcpy(out->bytes + out->n, bytes, n);
    out->n += n;
}

void mbill__cbor_put_head(mbill__cbor_out *out, mbill__cbor_major major, uint64_t value)
{
    uint8_t head[9];
    if (value < 24 && out->n < out->cap) { /* most of them: labels and short lengths */
        out->bytes[out->n++] = (uint8_t)((unsigned)major << 5 | (unsigned)value);
        return;
    }
    size_t n_more = value < 24 ? 0 : value <= UINT8_MAX ? 1 : value <= UINT16_MAX ? 2 : value <= UINT32_MAX ? 4 : 8;
    uint8_t low = n_more == 0 ? (uint8_t)value : n_more == 1 ? 24 : n_more == 2 ? 25 : n_more == 4 ? 26 : 27;
    head[0] = (uint8_t)((unsigned)major << 5 | low);
    for (size_t i = 0; i < n_more; i++) head[1 + i] = (uint8_t)(value >> (8 * (n_more - 1 - i)));
    mbill__cbor_put_raw(out, head, 1 + n_more);
}

void mbill__cbor_put_int(mbill__cbor_out *out, int64_t value)
{
    if (value >= 0) mbill__cbor_put_head(out, MBILL__CBOR_UINT, (uint64_t)value);
    else mbill__cbor_put_head(out, MBILL__CBOR_NINT, (uint64_t)(-1 - value));
}

void mbill__cbor_put_bytes(mbill__cbor_out *out, const void *bytes, size_t n)
{
    mbill__cbor_put_head(out, MBILL__CBOR_BYTES, n);
    mbill__cbor_put_raw(out, bytes, n);
}

void mbill__cbor_put_text(mbill__cbor_out *out, const char *text)
{
    size_t n = strlen(text);
    mbill__cbor_put_head(out, MBILL__CBOR_TEXT, n);
    mbill__cbor_put_raw(out, text, n);
}

mbill_status mbill__cbor_end(const mbill__cbor_out *out, size_t *out_len, mbill_error *err)
{
    *out_len = out->n;
    if (out->n <= out->cap) return MBILL_OK;
    return mbill__fail(err, MBILL_E_ROOM, "room for %zu bytes, %zu are needed", out->cap, out->n);
}

/* ---- in ---- */

static mbill_status truncated(const mbill__cbor_in *in, mbill_error *err)
{
    return mbill__fail_at(err, MBILL_E_TRUNCATED, (int64_t)in->end, "the message ends at byte %zu, expected more", in->end);
}

static mbill_status noncanonical(size_t at, mbill_error *err, const char *what)
{
    return mbill__fail_at(err, MBILL_E_NONCANONICAL, (int64_t)at, "%s at byte %zu, expected the one deterministic form", what,
        at);
}

mbill_status mbill__cbor_refuse(const mbill__cbor_in *in, size_t at, mbill_error *err, const char *what)
{
    return mbill__fail_at(err, in->shape, (int64_t)at, "%s at byte %zu", what, at);
}

/* The bytes behind a head's first; 0: the value is in it. false: an indefinite length or a reserved head. */
static bool length_of(uint8_t low, size_t *out)
{
    *out = low < 24 ? 0 : (size_t)1 << (low - 24);
    return low <= 27;
}

/* Any head in its shortest form. */
static mbill_status take_head(mbill__cbor_in *in, mbill__cbor_major *out_major, uint64_t *out_value, mbill_error *err)
{
    size_t at = in->at, n_more;
    if (at >= in->end) return truncated(in, err);
    uint8_t first = in->start[at], low = first & 0x1F;
    uint64_t value = low;
    *out_major = (mbill__cbor_major)(first >> 5);
    if (low == INDEFINITE && *out_major != MBILL__CBOR_SIMPLE) return noncanonical(at, err, "an indefinite length");
    if (*out_major == MBILL__CBOR_SIMPLE && first != (uint8_t)(MBILL__CBOR_SIMPLE << 5 | NULL_HEAD))
        return mbill__fail_at(err, MBILL_E_STRUCTURE, (int64_t)at, "a float or simple value at byte %zu, expected none", at);
    if (!length_of(low, &n_more)) return noncanonical(at, err, "a reserved head");
    if (n_more > in->end - at - 1) return truncated(in, err);
    if (n_more > 0) value = 0;
    for (size_t i = 0; i < n_more; i++) value = value << 8 | in->start[at + 1 + i];
    if ((n_more == 1 && value < 24) || (n_more > 1 && value >> (4 * n_more) == 0))
        return noncanonical(at, err, "a head longer than needed");
    *out_value = value;
    in->at = at + 1 + n_more;
    return MBILL_OK;
}

static mbill_status skip(mbill__cbor_in *in, int depth, mbill_error *err);

/* Keys rise bytewise, which also finds those that stand twice. */
static mbill_status skip_map(mbill__cbor_in *in, uint64_t n, int depth, mbill_error *err)
{
    size_t last_at = 0, last_n = 0;
    for (uint64_t i = 0; i < n; i++) {
        size_t at = in->at;
        MBILL_TRY(skip(in, depth, err));
        size_t len = in->at - at, least = len < last_n ? len : last_n;
        int order = memcmp(in->start + last_at, in->start + at, least);
        if (i > 0 && (order > 0 || (order == 0 && last_n >= len)))
            return noncanonical(at, err,
                order == 0 && last_n == len ? "a key that stands twice" : "a key below the one before it");
        last_at = at;
        last_n = len;
        MBILL_TRY(skip(in, depth, err));
    }
    return MBILL_OK;
}

/* One item with all that is in it. */
static mbill_status skip(mbill__cbor_in *in, int depth, mbill_error *err)
{
    mbill__cbor_major major = MBILL__CBOR_UINT;
    uint64_t value = 0;
    size_t at = in->at;
    MBILL_TRY(take_head(in, &major, &value, err));
    if (depth >= DEPTH_MAX) return mbill__fail_at(err, MBILL_E_STRUCTURE, (int64_t)at, "an item %d levels deep", depth + 1);
    if (major == MBILL__CBOR_BYTES || major == MBILL__CBOR_TEXT) {
        if (value > in->end - in->at) return truncated(in, err);
        in->at += (size_t)value;
    } else if (major == MBILL__CBOR_ARRAY) {
        for (uint64_t i = 0; i < value; i++) MBILL_TRY(skip(in, depth + 1, err));
    } else if (major == MBILL__CBOR_MAP) {
        return skip_map(in, value, depth + 1, err);
    } else if (major == MBILL__CBOR_TAG) {
        if (depth > 0) return mbill__fail_at(err, MBILL_E_STRUCTURE, (int64_t)at, "a tag at byte %zu, expected none inside", at);
        return skip(in, depth + 1, err);
    }
    return MBILL_OK;
}

mbill_status mbill__cbor_check(const mbill__cbor_in *in, mbill_error *err)
{
    mbill__cbor_in walk = *in;
    MBILL_TRY(skip(&walk, 0, err));
    return walk.at == walk.end ? MBILL_OK : noncanonical(walk.at, err, "bytes behind the end");
}

mbill_status mbill__cbor_take(mbill__cbor_in *in, mbill__cbor_major major, uint64_t *out_value, mbill_error *err)
{
    static const char *const names[] = {"a whole number", "a negative number", "a byte string", "a text", "an array", "a map",
        "a tag", "null"};
    mbill__cbor_major found = MBILL__CBOR_UINT;
    uint64_t value = 0;
    size_t at = in->at;
    MBILL_TRY(take_head(in, &found, &value, err));
    if (found != major)
        return mbill__fail_at(err, in->shape, (int64_t)at, "%s at byte %zu, expected %s", names[found], at, names[major]);
    *out_value = value;
    return MBILL_OK;
}

mbill_status mbill__cbor_take_int(mbill__cbor_in *in, int64_t *out_value, mbill_error *err)
{
    mbill__cbor_major major = MBILL__CBOR_UINT;
    uint64_t value = 0;
    size_t at = in->at;
    MBILL_TRY(take_head(in, &major, &value, err));
    if (major != MBILL__CBOR_UINT && major != MBILL__CBOR_NINT) return mbill__cbor_refuse(in, at, err, "no whole number");
    if (value > INT64_MAX) return mbill__cbor_refuse(in, at, err, "a number past 63 bits");
    *out_value = major == MBILL__CBOR_UINT ? (int64_t)value : -1 - (int64_t)value;
    return MBILL_OK;
}

mbill_status mbill__cbor_take_string(mbill__cbor_in *in, mbill__cbor_major major, size_t n, mbill_bytes *out, mbill_error *err)
{
    uint64_t len = 0;
    size_t at = in->at;
    MBILL_TRY(mbill__cbor_take(in, major, &len, err));
    if (len > in->end - in->at) return truncated(in, err);
    if (n > 0 && len != n)
        return mbill__fail_at(err, in->shape, (int64_t)at, "a string of %llu bytes at byte %zu, expected %zu",
            (unsigned long long)len, at, n);
    *out = (mbill_bytes){in->start + in->at, (size_t)len};
    in->at += (size_t)len;
    return MBILL_OK;
}

mbill_status mbill__cbor_take_copy(mbill__cbor_in *in, size_t n, uint8_t *out, mbill_error *err)
{
    mbill_bytes found = {NULL, 0};
    MBILL_TRY(mbill__cbor_take_string(in, MBILL__CBOR_BYTES, n, &found, err));
    memcpy(out, found.p, n);
    return MBILL_OK;
}

mbill_status mbill__cbor_take_uint(mbill__cbor_in *in, uint64_t most, uint64_t *out, mbill_error *err)
{
    size_t at = in->at;
    uint64_t value = 0;
    MBILL_TRY(mbill__cbor_take(in, MBILL__CBOR_UINT, &value, err));
    if (value > most) return mbill__cbor_refuse(in, at, err, "a number out of range");
    *out = value;
    return MBILL_OK;
}

mbill_status mbill__cbor_take_whole(mbill__cbor_in *in, int64_t most, int64_t *out, mbill_error *err)
{
    uint64_t value = 0;
    MBILL_TRY(mbill__cbor_take_uint(in, (uint64_t)most, &value, err));
    *out = (int64_t)value;
    return MBILL_OK;
}
