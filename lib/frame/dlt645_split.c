/* SPDX-License-Identifier: Apache-2.0 */
/* Changes when a part of the data of DL/T 645 frames is laid out otherwise: identifier, password, order, time, error bits. */
#include "frame/dlt645_parts.h"
#include "frame/value.h"

#include <string.h>

/* Where the next part is taken from. */
typedef struct cursor {
    const uint8_t *at, *end;
    mbill_dlt645_parts *parts;
    mbill_error *err;
} cursor;

/* Digits; AA in the high bytes stands for any. */
static mbill_status check_address(const uint8_t *address, mbill_error *err)
{
    int64_t number;
    size_t n = 6;
    while (n > 0 && address[n - 1] == 0xAA) n--;
    if (mbill__bcd_read(address, n, &number)) return MBILL_OK;
    return mbill__fail(err, MBILL_E_BCD, "the address %02X%02X%02X%02X%02X%02X is no number of 12 digits", address[5], address[4],
        address[3], address[2], address[1], address[0]);
}

static mbill_status take_address(cursor *from)
{
    memcpy(from->parts->address, from->at, 6);
    from->parts->has |= MBILL_DLT645_HAS_ADDRESS;
    int64_t number;
    if (mbill__bcd_read(from->at, 6, &number)) return MBILL_OK;
    return mbill__fail(from->err, MBILL_E_BCD, "the address in the data is no number of 12 digits");
}

static mbill_status take_time(cursor *from, const char *letters)
{
    from->parts->has |= MBILL_DLT645_HAS_TIME;
    return mbill__frame_time_read(letters, from->at, &from->parts->time, from->err);
}

/* Digits, or 99 for "every"; each part in its range. */
static mbill_status check_freeze(cursor *from)
{
    static const uint8_t least[] = {0x00, 0x00, 0x01, 0x01}, most[] = {0x59, 0x23, 0x31, 0x12};
    for (size_t i = 0; i < sizeof least; i++) {
        uint8_t byte = from->at[i];
        if ((byte & 15) > 9 || byte >> 4 > 9)
            return mbill__fail(from->err, MBILL_E_BCD, "byte %02XH of a freeze time is no number of two digits", byte);
        if (byte != 0x99 && (byte < least[i] || byte > most[i]))
            return mbill__fail(from->err, MBILL_E_DATE, "a freeze time with a part of %02X, expected %02X to %02X, or 99", byte,
                least[i], most[i]);
    }
    from->parts->payload = (mbill_bytes){from->at, sizeof least};
    from->parts->has |= MBILL_DLT645_HAS_PAYLOAD;
    return MBILL_OK;
}

static size_t length_of(char part, const cursor *from)
{
    size_t rest = (size_t)(from->end - from->at);
    switch (part) {
    case 'I':
    case 'A':
    case 'O':
    case 'F':
    case 'W': return 4;
    case 'R':
    case 'T': return 6;
    case 'N': return 2;
    case 'M': return 5;
    case 'S':
    case 'B':
    case 'E': return 1;
    default: return rest;
    }
}

static mbill_status take_part(cursor *from, char part)
{
    mbill_dlt645_parts *parts = from->parts;
    const uint8_t *at = from->at;
    switch (part) {
    case 'I': parts->di = mbill__dlt645_di(at), parts->has |= MBILL_DLT645_HAS_DI; return MBILL_OK;
    case 'B': parts->blocks = at[0], parts->has |= MBILL_DLT645_HAS_BLOCKS; return MBILL_OK;
    case 'S': parts->seq = at[0], parts->has |= MBILL_DLT645_HAS_SEQ; return MBILL_OK;
    case 'E': parts->err = at[0], parts->has |= MBILL_DLT645_HAS_ERR; return MBILL_OK;
    case 'O': memcpy(parts->operator_code, at, 4), parts->has |= MBILL_DLT645_HAS_OPERATOR; return MBILL_OK;
    case 'W': memcpy(parts->new_password, at, 4), parts->has |= MBILL_DLT645_HAS_NEW_PASSWORD; return MBILL_OK;
    case 'N': parts->order = at[0], parts->n2 = at[1], parts->has |= MBILL_DLT645_HAS_ORDER; return MBILL_OK;
    case 'R': return take_address(from);
    case 'T': return take_time(from, "smhDMY");
    case 'M': return take_time(from, "mhDMY");
    case 'F': return check_freeze(from);
    case 'A':
        parts->pa = at[0], parts->has |= MBILL_DLT645_HAS_PASSWORD;
        memcpy(parts->password, at + 1, 3);
        return MBILL_OK;
    case 'X': parts->serr = at[0] | (from->end - at > 1 ? at[1] << 8 : 0), parts->has |= MBILL_DLT645_HAS_SERR; break;
    default: parts->has |= MBILL_DLT645_HAS_PAYLOAD; break;
    }
    parts->payload = (mbill_bytes){at, (size_t)(from->end - at)};
    return MBILL_OK;
}

/* 98H: what follows the operator is ciphertext and MAC, of one length except in writes; 99H: a write's data have a MAC behind them. */
static mbill_status take_sealed(cursor *from, uint8_t length)
{
    mbill_dlt645_parts *parts = from->parts;
    size_t rest = (size_t)(from->end - from->at);
    bool cipher = parts->pa == MBILL__DLT645_PA_CIPHER, write = (parts->has & MBILL_DLT645_HAS_DI) != 0;
    if (!write && cipher != (length == 8 + MBILL__DLT645_CIPHER + MBILL__DLT645_MAC))
        return mbill__fail(from->err, MBILL_E_LENGTH, "level %02XH with L of %u: only 98H has ciphertext, and L of 28", parts->pa,
            length);
    if (!cipher && !(write && parts->pa == MBILL__DLT645_PA_MAC)) return MBILL_OK;
    if (rest <= MBILL__DLT645_MAC) return mbill__fail(from->err, MBILL_E_LENGTH, "%zu bytes for data and their MAC", rest);
    parts->payload = (mbill_bytes){from->at, rest - MBILL__DLT645_MAC};
    parts->mac = (mbill_bytes){from->end - MBILL__DLT645_MAC, MBILL__DLT645_MAC};
    parts->has |= MBILL_DLT645_HAS_PAYLOAD | MBILL_DLT645_HAS_MAC | (cipher ? MBILL_DLT645_HAS_CIPHER : 0);
    from->at = from->end;
    return MBILL_OK;
}

mbill_status mbill__dlt645_split(const mbill_dlt645_frame *frame, const mbill_dlt645_profile *profile, mbill_dlt645_parts *out,
    mbill_error *err)
{
    const mbill__dlt645_row *row;
    mbill_dlt645_parts parts = {.has = 0};
    cursor from = {frame->data, frame->data + frame->length, &parts, err};
    MBILL_TRY(mbill__dlt645_row_of(frame, profile, &row, err));
    MBILL_TRY(check_address(frame->address, err));
    for (const char *part = row->shape; *part != '\0' && (from.at < from.end || *part == '*'); part++) {
        if (part[0] == '*' && part[1] == 'S') { /* the number of the part is the last byte */
            from.end--;
            MBILL_TRY(take_part(&from, '*'));
            from.at = from.end++;
            continue;
        }
        MBILL_TRY(take_part(&from, *part));
        from.at += length_of(*part, &from);
        if (*part == 'O' && (parts.has & MBILL_DLT645_HAS_PASSWORD) != 0) MBILL_TRY(take_sealed(&from, frame->length));
        if ((parts.has & MBILL_DLT645_HAS_MAC) != 0) break;
    }
    *out = parts;
    return MBILL_OK;
}

mbill_status mbill_dlt645_split(const mbill_dlt645_frame *frame, const mbill_dlt645_profile *profile,
    mbill_dlt645_parts *out_parts, mbill_error *err)
{
    mbill_dlt645_profile known;
    MBILL__NEED(frame);
    MBILL__NEED(out_parts);
    MBILL_TRY(mbill__dlt645_profile_known(profile, &known, err));
    return mbill__dlt645_split(frame, &known, out_parts, err);
}
