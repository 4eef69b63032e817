/* SPDX-License-Identifier: Apache-2.0 */
/* {3: target, 4: exp, ? 5: nbf, 6: iat, 7: id, -1: seq, -2: kind, ? -3: parameters, ? -4: precondition, ? -5: group}. Changes when a command says something else. */
#include "command/payload.h"

#include "base/id.h"
#include "command/cbor.h"
#include "command/payload_check.h"
#include "command/target.h"

#include <string.h>

enum {
    LABEL_TARGET = 3,
    LABEL_EXP = 4,
    LABEL_NBF = 5,
    LABEL_IAT = 6,
    LABEL_ID = 7,
    LABEL_SEQ = -1,
    LABEL_KIND = -2,
    LABEL_PARAMETERS = -3,
    LABEL_IF = -4,
    LABEL_GROUP = -5
};
enum { IF_BELOW = 1, IF_STATUS = 2 };

/* ---- out ---- */

static void put_parameters(mbill__cbor_out *out, const mbill_command *c)
{
    const mbill__parameter *parameters;
    size_t n = mbill__parameters_of(c->kind, &parameters);
    if (n == 0) return;
    mbill__cbor_put_int(out, LABEL_PARAMETERS);
    mbill__cbor_put_head(out, MBILL__CBOR_MAP, n);
    for (size_t i = 0; i < n; i++) {
        const uint8_t *member = (const uint8_t *)c + parameters[i].offset;
        mbill__cbor_put_int(out, (int64_t)i + 1);
        if (parameters[i].kind == MBILL__PARAMETER_HASH) mbill__cbor_put_bytes(out, member, MBILL_HASH_BYTES);
        else mbill__cbor_put_head(out, MBILL__CBOR_UINT, mbill__parameter_value(&parameters[i], member));
    }
}

static void put_condition(mbill__cbor_out *out, const mbill_command *c)
{
    bool below = (c->has & MBILL_COMMAND_HAS_BELOW) != 0, status = (c->has & MBILL_COMMAND_HAS_STATUS) != 0;
    if (!below && !status) return;
    mbill__cbor_put_int(out, LABEL_IF);
    mbill__cbor_put_head(out, MBILL__CBOR_MAP, (uint64_t)below + (uint64_t)status);
    if (below) {
        mbill__cbor_put_int(out, IF_BELOW);
        mbill__cbor_put_int(out, c->below_micro);
    }
    if (status) {
        mbill__cbor_put_int(out, IF_STATUS);
        mbill__cbor_put_head(out, MBILL__CBOR_ARRAY, 2);
        mbill__cbor_put_head(out, MBILL__CBOR_UINT, c->status_mask);
        mbill__cbor_put_head(out, MBILL__CBOR_UINT, c->status_value);
    }
}

static void put_group(mbill__cbor_out *out, const mbill_command *c)
{
    if (c->group_count == 0) return;
    mbill__cbor_put_int(out, LABEL_GROUP);
    mbill__cbor_put_head(out, MBILL__CBOR_MAP, 2);
    mbill__cbor_put_int(out, 1);
    mbill__cbor_put_bytes(out, c->group_hash, MBILL_HASH_BYTES);
    mbill__cbor_put_int(out, 2);
    mbill__cbor_put_head(out, MBILL__CBOR_UINT, c->group_count);
}

static void put_time(mbill__cbor_out *out, int64_t label, int64_t utc_s)
{
    mbill__cbor_put_int(out, label);
    mbill__cbor_put_int(out, utc_s);
}

static uint64_t count_labels(const mbill_command *c)
{
    const mbill__parameter *parameters;
    bool has_if = (c->has & (MBILL_COMMAND_HAS_BELOW | MBILL_COMMAND_HAS_STATUS)) != 0;
    return 6 + (uint64_t)((c->has & MBILL_COMMAND_HAS_NBF) != 0) + (uint64_t)(mbill__parameters_of(c->kind, &parameters) > 0) +
        (uint64_t)has_if + (uint64_t)(c->group_count > 0);
}

static void put_command(mbill__cbor_out *out, const mbill_command *c)
{
    mbill__cbor_put_head(out, MBILL__CBOR_MAP, count_labels(c));
    mbill__cbor_put_int(out, LABEL_TARGET);
    mbill__cbor_put_text(out, c->target);
    put_time(out, LABEL_EXP, c->exp_s);
    if ((c->has & MBILL_COMMAND_HAS_NBF) != 0) put_time(out, LABEL_NBF, c->nbf_s);
    put_time(out, LABEL_IAT, c->iat_s);
    mbill__cbor_put_int(out, LABEL_ID);
    mbill__cbor_put_bytes(out, c->id.bytes, sizeof c->id.bytes);
    mbill__cbor_put_int(out, LABEL_SEQ);
    mbill__cbor_put_head(out, MBILL__CBOR_UINT, c->seq);
    mbill__cbor_put_int(out, LABEL_KIND);
    mbill__cbor_put_int(out, c->kind);
    put_parameters(out, c);
    put_condition(out, c);
    put_group(out, c);
}

mbill_status mbill_command_encode(const mbill_command *command, uint8_t *out, size_t cap, size_t *out_len, mbill_error *err)
{
    mbill__cbor_out payload = {out, cap, 0};
    mbill_command known;
    MBILL__NEED(command);
    MBILL__NEED(out_len);
    if (cap > 0) MBILL__NEED(out);
    MBILL_TRY(mbill__struct_read(&known, sizeof known, sizeof known, command, err));
    MBILL_TRY(mbill__command_check(&known, err));
    put_command(&payload, &known);
    return mbill__cbor_end(&payload, out_len, err);
}

/* ---- in ---- */

static mbill_status take_target(mbill__cbor_in *in, mbill_command *out, mbill_error *err)
{
    mbill_bytes text;
    size_t at = in->at;
    MBILL_TRY(mbill__cbor_take_string(in, MBILL__CBOR_TEXT, 0, &text, err));
    if (mbill__target_kind_of((const char *)text.p, text.n) == MBILL__TARGET_NONE)
        return mbill__cbor_refuse(in, at, err, "a target that is neither a meter nor a group");
    memcpy(out->target, text.p, text.n);
    return MBILL_OK;
}

/* A map of all the numbers 1 to n, which is known to rise. */
static mbill_status take_map(mbill__cbor_in *in, uint64_t n, mbill_error *err)
{
    uint64_t found;
    size_t at = in->at;
    MBILL_TRY(mbill__cbor_take(in, MBILL__CBOR_MAP, &found, err));
    return found == n ? MBILL_OK : mbill__cbor_refuse(in, at, err, "a map with more or fewer labels than it should have");
}

static mbill_status take_key(mbill__cbor_in *in, int64_t expected, mbill_error *err)
{
    int64_t label;
    size_t at = in->at;
    MBILL_TRY(mbill__cbor_take_int(in, &label, err));
    return label == expected ? MBILL_OK : mbill__cbor_refuse(in, at, err, "a label that does not belong there");
}

static mbill_status take_parameters(mbill__cbor_in *in, mbill_command *out, mbill_error *err)
{
    const mbill__parameter *parameters;
    size_t at = in->at, n = mbill__parameters_of(out->kind, &parameters);
    if (n == 0) return mbill__cbor_refuse(in, at, err, "parameters of a command that has none");
    MBILL_TRY(take_map(in, n, err));
    for (size_t i = 0; i < n; i++) {
        uint8_t *member = (uint8_t *)out + parameters[i].offset;
        uint64_t value;
        MBILL_TRY(take_key(in, (int64_t)i + 1, err));
        if (parameters[i].kind == MBILL__PARAMETER_HASH) {
            MBILL_TRY(mbill__cbor_take_copy(in, MBILL_HASH_BYTES, member, err));
        } else {
            MBILL_TRY(mbill__cbor_take_uint(in, parameters[i].most, &value, err));
            mbill__parameter_set(&parameters[i], member, value);
        }
    }
    return MBILL_OK;
}

static mbill_status take_status(mbill__cbor_in *in, mbill_command *out, mbill_error *err)
{
    uint64_t n, mask, value;
    size_t at = in->at;
    MBILL_TRY(mbill__cbor_take(in, MBILL__CBOR_ARRAY, &n, err));
    if (n != 2) return mbill__cbor_refuse(in, at, err, "an array of another length than mask and value");
    MBILL_TRY(mbill__cbor_take_uint(in, UINT16_MAX, &mask, err));
    MBILL_TRY(mbill__cbor_take_uint(in, UINT16_MAX, &value, err));
    out->status_mask = (uint32_t)mask;
    out->status_value = (uint32_t)value;
    out->has |= MBILL_COMMAND_HAS_STATUS;
    return MBILL_OK;
}

static mbill_status take_condition(mbill__cbor_in *in, mbill_command *out, mbill_error *err)
{
    uint64_t n;
    size_t at = in->at;
    MBILL_TRY(mbill__cbor_take(in, MBILL__CBOR_MAP, &n, err));
    if (n == 0) return mbill__cbor_refuse(in, at, err, "a precondition that says nothing");
    for (uint64_t i = 0; i < n; i++) {
        int64_t label;
        at = in->at;
        MBILL_TRY(mbill__cbor_take_int(in, &label, err));
        if (label == IF_BELOW) {
            MBILL_TRY(mbill__cbor_take_int(in, &out->below_micro, err));
            out->has |= MBILL_COMMAND_HAS_BELOW;
        } else if (label == IF_STATUS) {
            MBILL_TRY(take_status(in, out, err));
        } else {
            return mbill__cbor_refuse(in, at, err, "a precondition of something else than balance and status");
        }
    }
    return MBILL_OK;
}

static mbill_status take_group(mbill__cbor_in *in, mbill_command *out, mbill_error *err)
{
    size_t at = in->at;
    MBILL_TRY(take_map(in, 2, err));
    MBILL_TRY(take_key(in, 1, err));
    MBILL_TRY(mbill__cbor_take_copy(in, MBILL_HASH_BYTES, out->group_hash, err));
    MBILL_TRY(take_key(in, 2, err));
    MBILL_TRY(mbill__cbor_take_uint(in, UINT64_MAX, &out->group_count, err));
    return out->group_count > 0 ? MBILL_OK : mbill__cbor_refuse(in, at, err, "a group of no targets");
}

/* One label with its value. */
static mbill_status take_label(mbill__cbor_in *in, int64_t label, size_t at, mbill_command *out, mbill_error *err)
{
    uint64_t kind;
    switch (label) {
    case LABEL_TARGET: return take_target(in, out, err);
    case LABEL_EXP: return mbill__cbor_take_whole(in, MBILL__SIGNED_TIME_MAX, &out->exp_s, err);
    case LABEL_NBF: out->has |= MBILL_COMMAND_HAS_NBF; return mbill__cbor_take_whole(in, MBILL__SIGNED_TIME_MAX, &out->nbf_s, err);
    case LABEL_IAT: return mbill__cbor_take_whole(in, MBILL__SIGNED_TIME_MAX, &out->iat_s, err);
    case LABEL_ID: return mbill__cbor_take_copy(in, sizeof out->id.bytes, out->id.bytes, err);
    case LABEL_SEQ: return mbill__cbor_take_uint(in, UINT64_MAX, &out->seq, err);
    case LABEL_KIND:
        MBILL_TRY(mbill__cbor_take_uint(in, MBILL_COMMAND_CANCEL, &kind, err));
        out->kind = (int32_t)kind;
        return MBILL_OK;
    case LABEL_PARAMETERS: return take_parameters(in, out, err);
    case LABEL_IF: return take_condition(in, out, err);
    case LABEL_GROUP: return take_group(in, out, err);
    default: return mbill__cbor_refuse(in, at, err, "a label that a command does not have");
    }
}

/* Labels that every command has. */
static mbill_status check_labels(const mbill__cbor_in *in, size_t begin, uint32_t seen, mbill_error *err)
{
    static const struct {
        int label;
        const char *missing;
    } needed[] = {{LABEL_TARGET, "a command without a target"}, {LABEL_EXP, "a command without an end"},
        {LABEL_IAT, "a command that does not say when it was made"}, {LABEL_ID, "a command without an id"},
        {LABEL_SEQ, "a command without a number"}, {LABEL_KIND, "a command that does not say what to do"}};
    for (size_t i = 0; i < sizeof needed / sizeof needed[0]; i++)
        if ((seen & UINT32_C(1) << (needed[i].label + 8)) == 0) return mbill__cbor_refuse(in, begin, err, needed[i].missing);
    return MBILL_OK;
}

mbill_status mbill__command_decode(mbill_bytes whole, mbill_bytes payload, mbill_command *out, mbill_error *err)
{
    size_t begin = (size_t)(payload.p - whole.p);
    mbill__cbor_in in = {whole.p, begin, begin + payload.n, MBILL_E_CLAIMS};
    uint64_t n;
    uint32_t seen = 0;
    MBILL_TRY(mbill__cbor_check(&in, err));
    MBILL_TRY(mbill__cbor_take(&in, MBILL__CBOR_MAP, &n, err));
    for (uint64_t i = 0; i < n; i++) {
        int64_t label;
        size_t at = in.at;
        MBILL_TRY(mbill__cbor_take_int(&in, &label, err));
        MBILL_TRY(take_label(&in, label, at, out, err));
        seen |= UINT32_C(1) << (label + 8);
    }
    MBILL_TRY(check_labels(&in, begin, seen, err));
    const mbill__parameter *parameters;
    if (mbill__parameters_of(out->kind, &parameters) > 0 && (seen & UINT32_C(1) << (LABEL_PARAMETERS + 8)) == 0)
        return mbill__cbor_refuse(&in, begin, err, "a command without its parameters");
    out->struct_size = (uint32_t)sizeof *out;
    return mbill__command_check(out, err);
}

mbill_status mbill_command_decode(mbill_bytes payload, mbill_command *out_command, mbill_error *err)
{
    mbill_command got = MBILL_COMMAND_INIT;
    MBILL__NEED(out_command);
    if (payload.p == NULL && payload.n > 0) return mbill__fail(err, MBILL_E_MISUSE, "payload is NULL");
    if (payload.n > MBILL_COMMAND_PAYLOAD_MAX) return mbill__fail(err, MBILL_E_LIMIT, "a payload of %zu bytes", payload.n);
    MBILL_TRY(mbill__command_decode(payload, payload, &got, err));
    *out_command = got;
    return MBILL_OK;
}
