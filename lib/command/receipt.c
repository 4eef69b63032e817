/* SPDX-License-Identifier: Apache-2.0 */
/* {6: time, 7: id, -1: seq, -5: hash of the command, -6: state, ? -7: hash of the request, ? -8: reply, ? -9: status word, ? -10: hash of the receipt before}. Changes when a
 * receipt says something else. */
#include "meterbill/receipt.h"

#include "base/digest.h"
#include "base/id.h"
#include "command/cbor.h"
#include "command/envelope.h"
#include "command/target.h"

#include <string.h>

enum {
    LABEL_TIME = 6,
    LABEL_ID = 7,
    LABEL_SEQ = -1,
    LABEL_COMMAND = -5,
    LABEL_STATE = -6,
    LABEL_REQUEST = -7,
    LABEL_REPLY = -8,
    LABEL_STATUS = -9,
    LABEL_PREVIOUS = -10,
    SEEN_AT = 16, /* bit of a label: label + SEEN_AT */
    PAYLOAD_MAX = 512
};

static mbill_status refuse(mbill_error *err, const char *what)
{
    return mbill__fail(err, MBILL_E_CLAIMS, "a receipt with %s", what);
}

/* ---- what it must be ---- */

static mbill_status check(const mbill_receipt *r, mbill_error *err)
{
    static const uint8_t none[MBILL_HASH_BYTES];
    const uint32_t known = MBILL_RECEIPT_HAS_REQUEST | MBILL_RECEIPT_HAS_REPLY | MBILL_RECEIPT_HAS_STATUS |
        MBILL_RECEIPT_HAS_PREVIOUS;
    if ((r->has & ~known) != 0) return refuse(err, "members that this version does not know");
    if (mbill_receipt_state_name(r->state) == NULL) return refuse(err, "no state of 1 to 9");
    if (!mbill__is_signed_time(r->time_s)) return refuse(err, "a time out of range");
    if (mbill__id_is_blank(&r->id)) return refuse(err, "an id of all zeros or all ones");
    bool has_reply = (r->has & MBILL_RECEIPT_HAS_REPLY) != 0, has_status = (r->has & MBILL_RECEIPT_HAS_STATUS) != 0;
    if (has_reply ? r->n_reply == 0 || r->n_reply > MBILL_RECEIPT_REPLY_MAX : r->n_reply != 0)
        return refuse(err, "a reply of a wrong length");
    if (r->status_word > UINT16_MAX || (!has_status && r->status_word != 0))
        return refuse(err, "a status word out of range, or without saying so");
    if ((r->has & MBILL_RECEIPT_HAS_REQUEST) == 0 && memcmp(r->request_hash, none, sizeof none) != 0)
        return refuse(err, "a request without saying so");
    if ((r->has & MBILL_RECEIPT_HAS_PREVIOUS) == 0 && memcmp(r->previous_hash, none, sizeof none) != 0)
        return refuse(err, "a receipt before it without saying so");
    if (r->state == MBILL_RECEIPT_CONFIRMED && !has_reply && !has_status)
        return refuse(err, "a confirmation, and nothing that was read back");
    return MBILL_OK;
}

/* ---- out ---- */

static void put_hash(mbill__cbor_out *out, int64_t label, const uint8_t *hash)
{
    mbill__cbor_put_int(out, label);
    mbill__cbor_put_bytes(out, hash, MBILL_HASH_BYTES);
}

static void put_receipt(mbill__cbor_out *out, const mbill_receipt *r)
{
    uint64_t n = 5;
    for (uint32_t bit = MBILL_RECEIPT_HAS_REQUEST; bit <= MBILL_RECEIPT_HAS_PREVIOUS; bit <<= 1) n += (r->has & bit) != 0;
    mbill__cbor_put_head(out, MBILL__CBOR_MAP, n);
    mbill__cbor_put_int(out, LABEL_TIME);
    mbill__cbor_put_int(out, r->time_s);
    mbill__cbor_put_int(out, LABEL_ID);
    mbill__cbor_put_bytes(out, r->id.bytes, sizeof r->id.bytes);
    mbill__cbor_put_int(out, LABEL_SEQ);
    mbill__cbor_put_head(out, MBILL__CBOR_UINT, r->seq);
    put_hash(out, LABEL_COMMAND, r->command_hash);
    mbill__cbor_put_int(out, LABEL_STATE);
    mbill__cbor_put_int(out, r->state);
    if ((r->has & MBILL_RECEIPT_HAS_REQUEST) != 0) put_hash(out, LABEL_REQUEST, r->request_hash);
    if ((r->has & MBILL_RECEIPT_HAS_REPLY) != 0) {
        mbill__cbor_put_int(out, LABEL_REPLY);
        mbill__cbor_put_bytes(out, r->reply, r->n_reply);
    }
    if ((r->has & MBILL_RECEIPT_HAS_STATUS) != 0) {
        mbill__cbor_put_int(out, LABEL_STATUS);
        mbill__cbor_put_head(out, MBILL__CBOR_UINT, r->status_word);
    }
    if ((r->has & MBILL_RECEIPT_HAS_PREVIOUS) != 0) put_hash(out, LABEL_PREVIOUS, r->previous_hash);
}

mbill_status mbill_receipt_encode(const mbill_receipt *receipt, uint8_t *out, size_t cap, size_t *out_len, mbill_error *err)
{
    mbill__cbor_out payload = {out, cap, 0};
    mbill_receipt known;
    MBILL__NEED(receipt);
    MBILL__NEED(out_len);
    if (cap > 0) MBILL__NEED(out);
    MBILL_TRY(mbill__struct_read(&known, sizeof known, sizeof known, receipt, err));
    MBILL_TRY(check(&known, err));
    put_receipt(&payload, &known);
    return mbill__cbor_end(&payload, out_len, err);
}

mbill_status mbill_receipt_sign(mbill_signer *signer, mbill_bytes realm, const mbill_receipt *receipt, uint8_t *out, size_t cap,
    size_t *out_len, mbill_error *err)
{
    uint8_t payload[PAYLOAD_MAX];
    size_t n;
    MBILL__NEED(signer);
    MBILL__NEED(out_len);
    if (cap > 0) MBILL__NEED(out);
    MBILL_TRY(mbill_receipt_encode(receipt, payload, sizeof payload, &n, err));
    return mbill__message_sign(signer, MBILL__DOMAIN_RECEIPT, realm, (mbill_bytes){payload, n}, out, cap, out_len, err);
}

/* ---- in ---- */

static mbill_status take_reply(mbill__cbor_in *in, mbill_receipt *out, mbill_error *err)
{
    mbill_bytes reply;
    size_t at = in->at;
    MBILL_TRY(mbill__cbor_take_string(in, MBILL__CBOR_BYTES, 0, &reply, err));
    if (reply.n == 0 || reply.n > MBILL_RECEIPT_REPLY_MAX) return mbill__cbor_refuse(in, at, err, "a reply of a wrong length");
    memcpy(out->reply, reply.p, reply.n);
    out->n_reply = (uint32_t)reply.n;
    out->has |= MBILL_RECEIPT_HAS_REPLY;
    return MBILL_OK;
}

static mbill_status take_label(mbill__cbor_in *in, int64_t label, size_t at, mbill_receipt *out, mbill_error *err)
{
    uint64_t value = 0;
    switch (label) {
    case LABEL_TIME:
        return mbill__cbor_take_whole(in, MBILL__SIGNED_TIME_MAX, &out->time_s, err);
    case LABEL_ID: return mbill__cbor_take_copy(in, sizeof out->id.bytes, out->id.bytes, err);
    case LABEL_SEQ: return mbill__cbor_take_uint(in, UINT64_MAX, &out->seq, err);
    case LABEL_COMMAND: return mbill__cbor_take_copy(in, MBILL_HASH_BYTES, out->command_hash, err);
    case LABEL_STATE:
        MBILL_TRY(mbill__cbor_take_uint(in, MBILL_RECEIPT_UNKNOWN, &value, err));
        out->state = (int32_t)value;
        return MBILL_OK;
    case LABEL_REQUEST:
        out->has |= MBILL_RECEIPT_HAS_REQUEST;
        return mbill__cbor_take_copy(in, MBILL_HASH_BYTES, out->request_hash, err);
    case LABEL_REPLY: return take_reply(in, out, err);
    case LABEL_STATUS:
        MBILL_TRY(mbill__cbor_take_uint(in, UINT16_MAX, &value, err));
        out->status_word = (uint32_t)value;
        out->has |= MBILL_RECEIPT_HAS_STATUS;
        return MBILL_OK;
    case LABEL_PREVIOUS:
        out->has |= MBILL_RECEIPT_HAS_PREVIOUS;
        return mbill__cbor_take_copy(in, MBILL_HASH_BYTES, out->previous_hash, err);
    default: return mbill__cbor_refuse(in, at, err, "a label that a receipt does not have");
    }
}

/* payload.p stands in the message at whole.p; out is all 0. */
static mbill_status decode(mbill_bytes whole, mbill_bytes payload, mbill_receipt *out, mbill_error *err)
{
    static const int needed[] = {LABEL_TIME, LABEL_ID, LABEL_SEQ, LABEL_COMMAND, LABEL_STATE};
    size_t begin = (size_t)(payload.p - whole.p);
    mbill__cbor_in in = {whole.p, begin, begin + payload.n, MBILL_E_CLAIMS};
    uint64_t n = 0;
    uint32_t seen = 0;
    MBILL_TRY(mbill__cbor_check(&in, err));
    MBILL_TRY(mbill__cbor_take(&in, MBILL__CBOR_MAP, &n, err));
    for (uint64_t i = 0; i < n; i++) {
        int64_t label = 0;
        size_t at = in.at;
        MBILL_TRY(mbill__cbor_take_int(&in, &label, err));
        MBILL_TRY(take_label(&in, label, at, out, err));
        seen |= UINT32_C(1) << (label + SEEN_AT);
    }
    for (size_t i = 0; i < sizeof needed / sizeof needed[0]; i++)
        if ((seen & UINT32_C(1) << (needed[i] + SEEN_AT)) == 0)
            return mbill__cbor_refuse(&in, begin, err, "a receipt without all its labels");
    out->struct_size = (uint32_t)sizeof *out;
    return check(out, err);
}

mbill_status mbill_receipt_decode(mbill_bytes payload, mbill_receipt *out_receipt, mbill_error *err)
{
    mbill_receipt got = MBILL_RECEIPT_INIT;
    MBILL__NEED(out_receipt);
    if (payload.n > 0) MBILL__NEED(payload.p);
    if (payload.n > PAYLOAD_MAX) return mbill__fail(err, MBILL_E_LIMIT, "a payload of %zu bytes", payload.n);
    MBILL_TRY(decode(payload, payload, &got, err));
    *out_receipt = got;
    return MBILL_OK;
}

mbill_status mbill_receipt_open(const uint8_t public_key[32], mbill_bytes realm, mbill_bytes in, mbill_receipt *out_receipt,
    mbill_error *err)
{
    mbill__message message;
    mbill_receipt got = MBILL_RECEIPT_INIT;
    uint8_t kid[MBILL_KID_BYTES];
    MBILL__NEED(public_key);
    MBILL__NEED(out_receipt);
    MBILL_TRY(mbill__message_parse(in, MBILL_RECEIPT_BYTES_MAX, PAYLOAD_MAX, &message, err));
    if (message.is_by_many) return mbill__fail_at(err, MBILL_E_STRUCTURE, 0, "a message by several, expected a receipt by one");
    mbill_kid(public_key, kid);
    if (memcmp(kid, message.signatures[0].kid, sizeof kid) != 0)
        return mbill__fail(err, MBILL_E_KID_UNKNOWN, "the receipt names another key than the one expected");
    MBILL_TRY(mbill__message_verify(&message, 0, MBILL__DOMAIN_RECEIPT, realm, public_key, err));
    MBILL_TRY(decode(in, message.payload, &got, err));
    memcpy(got.kid, kid, sizeof kid);
    *out_receipt = got;
    return MBILL_OK;
}

mbill_status mbill_receipt_follows(const mbill_receipt *receipt, mbill_bytes previous, mbill_error *err)
{
    uint8_t hash[MBILL_HASH_BYTES] = {0};
    MBILL__NEED(receipt);
    if (previous.n > 0) MBILL__NEED(previous.p);
    if (previous.n > 0) mbill__digest(previous.p, previous.n, hash);
    if ((receipt->has & MBILL_RECEIPT_HAS_PREVIOUS) == 0)
        return mbill__fail(err, MBILL_E_CHAIN, "the receipt stands in no chain");
    if (memcmp(hash, receipt->previous_hash, sizeof hash) == 0) return MBILL_OK;
    return mbill__fail(err, MBILL_E_CHAIN, "the receipt does not follow that one: one is missing, or a state went back");
}
