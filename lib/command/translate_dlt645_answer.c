/* SPDX-License-Identifier: Apache-2.0 */
/* Changes when other replies of a DL/T 645 meter prove what became of a command. Law: what does not belong to the request proves nothing. */
#include "base/fail.h"
#include "command/translate.h"
#include "frame/bytes.h"

#include <string.h>

#define WALLET_DI 0x078102FFu
#define CLOCK_DI 0x0400010Cu
enum { REFUSED = 0x40, LEVEL_MAC = 0x99, TOPUP_COUNT_AT = 4, WALLET_COUNT_AT = 8, COUNT_BYTES = 4 };

/* A frame with its parts, whose views point into it. */
typedef struct piece {
    mbill_dlt645_frame frame;
    mbill_dlt645_parts parts;
} piece;

static mbill_status read_piece(mbill_bytes in, const mbill_dlt645_profile *profile, piece *out, mbill_error *err)
{
    MBILL_TRY(mbill_dlt645_decode(in, profile, &out->frame, err));
    return mbill_dlt645_split(&out->frame, profile, &out->parts, err);
}

static mbill_status read_request(mbill_bytes in, const mbill_dlt645_profile *profile, piece *out, mbill_error *err)
{
    MBILL_TRY(read_piece(in, profile, out, err));
    return mbill__translate_is_request(out->frame.control, err);
}

/* What a reply is to a request; *out is set unless it is NONE or OTHER. */
static mbill_answer answer_of(const piece *request, mbill_bytes reply, const mbill_dlt645_profile *profile, piece *out)
{
    if (reply.n == 0) return MBILL_ANSWER_NONE;
    if (read_piece(reply, profile, out, NULL) != MBILL_OK) return MBILL_ANSWER_OTHER;
    if (mbill_dlt645_match(&request->frame, &out->frame, NULL) != MBILL_OK) return MBILL_ANSWER_OTHER;
    return (out->frame.control & REFUSED) != 0 ? MBILL_ANSWER_REFUSED : MBILL_ANSWER_ACCEPTED;
}

/* A clock goes on between the write and the read. */
static bool same_clock(const piece *sent, const piece *told, const mbill_dlt645_profile *profile)
{
    mbill_frame_item set, shown;
    size_t n, m;
    if (mbill_dlt645_items(&sent->frame, profile, &set, 1, &n, NULL) != MBILL_OK || n != 1) return false;
    if (mbill_dlt645_items(&told->frame, profile, &shown, 1, &m, NULL) != MBILL_OK || m != 1) return false;
    return mbill__clock_goes_on(&set, &shown);
}

static bool same_write(const piece *sent, const piece *told, const mbill_dlt645_profile *profile)
{
    if (sent->parts.di != told->parts.di || (sent->parts.has & MBILL_DLT645_HAS_CIPHER) != 0) return false;
    return sent->parts.di == CLOCK_DI ? same_clock(sent, told, profile) : mbill__bytes_same(sent->parts.payload, told->parts.payload);
}

/* The wallet stands at the purchase that was sent. */
static bool same_count(const piece *sent, const piece *told)
{
    mbill_bytes given = sent->parts.payload, wallet = told->parts.payload;
    if (sent->parts.di != MBILL_DLT645_TOPUP_DI || told->parts.di != WALLET_DI) return false;
    return given.n >= TOPUP_COUNT_AT + COUNT_BYTES && wallet.n >= WALLET_COUNT_AT + COUNT_BYTES &&
        memcmp(given.p + TOPUP_COUNT_AT, wallet.p + WALLET_COUNT_AT, COUNT_BYTES) == 0;
}

static void take_told(const piece *sent, const piece *told, const mbill_dlt645_profile *profile, mbill_evidence *to)
{
    mbill_bytes payload = told->parts.payload;
    switch (sent->frame.control) {
    case MBILL_DLT645_CONTROL:
        if (told->parts.di != MBILL_DLT645_SUPPLY_WORD || payload.n != 2) return;
        to->has |= MBILL_EVIDENCE_STATUS;
        to->status_word = (uint32_t)payload.p[0] | (uint32_t)payload.p[1] << 8;
        return;
    case MBILL_DLT645_WRITE:
        if (same_write(sent, told, profile)) to->has |= MBILL_EVIDENCE_SAME;
        return;
    case MBILL_DLT645_SECURITY:
        if (same_count(sent, told)) to->has |= MBILL_EVIDENCE_SAME;
        return;
    default: return;
    }
}

mbill_status mbill_dlt645_read_back(mbill_bytes sent, const mbill_dlt645_profile *profile, uint8_t *out, size_t cap,
    size_t *out_n, mbill_error *err)
{
    const uint8_t wallet[4] = {0xFF, 0x02, 0x81, 0x07};
    uint8_t data[8];
    piece request;
    mbill_dlt645_frame ask;
    MBILL__NEED(out_n);
    MBILL_TRY(read_request(sent, profile, &request, err));
    switch (request.frame.control) {
    case MBILL_DLT645_READ: *out_n = 0; return MBILL_OK;
    case MBILL_DLT645_CONTROL:
        MBILL_TRY(mbill_dlt645_make_read(request.frame.address, MBILL_DLT645_SUPPLY_WORD, &ask, err));
        break;
    case MBILL_DLT645_WRITE: MBILL_TRY(mbill_dlt645_make_read(request.frame.address, request.parts.di, &ask, err)); break;
    case MBILL_DLT645_SECURITY:
        memcpy(data, wallet, sizeof wallet);
        memcpy(data + sizeof wallet, request.parts.operator_code, sizeof request.parts.operator_code);
        MBILL_TRY(mbill_dlt645_make(request.frame.address, MBILL_DLT645_SECURITY, (mbill_bytes){data, sizeof data}, &ask, err));
        break;
    default: return mbill__fail(err, MBILL_E_POLICY, "nothing reads back what function %02XH does", request.frame.control);
    }
    return mbill_dlt645_encode(&ask, profile, out, cap, out_n, err);
}

mbill_status mbill_dlt645_evidence(mbill_bytes sent, mbill_bytes reply, mbill_bytes asked, mbill_bytes told,
    const mbill_dlt645_profile *profile, mbill_evidence *out_evidence, mbill_error *err)
{
    mbill_evidence evidence = {.struct_size = sizeof evidence};
    piece request, answer, ask, read;
    MBILL__NEED(out_evidence);
    MBILL_TRY(read_request(sent, profile, &request, err));
    if (asked.n > 0) MBILL_TRY(read_request(asked, profile, &ask, err));
    evidence.answer = (int32_t)answer_of(&request, reply, profile, &answer);
    bool is_read = request.frame.control == MBILL_DLT645_READ;
    if (is_read && evidence.answer == MBILL_ANSWER_ACCEPTED) evidence.has |= MBILL_EVIDENCE_SAME;
    if (asked.n > 0 && answer_of(&ask, told, profile, &read) == MBILL_ANSWER_ACCEPTED &&
        memcmp(ask.frame.address, request.frame.address, sizeof ask.frame.address) == 0)
        take_told(&request, &read, profile, &evidence);
    *out_evidence = evidence;
    return MBILL_OK;
}
