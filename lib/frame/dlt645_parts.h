/* SPDX-License-Identifier: Apache-2.0 */
/* What stands in the data of each function. */
#ifndef MBILL__DLT645_PARTS_H
#define MBILL__DLT645_PARTS_H

#include "frame/dlt645.h"

#define MBILL__DLT645_REPLY 0x80 /* bits of the control byte */
#define MBILL__DLT645_REFUSED 0x40
#define MBILL__DLT645_MORE 0x20
#define MBILL__DLT645_FUNCTION 0x1F

#define MBILL__DLT645_PA_CIPHER 0x98 /* ciphertext and MAC */
#define MBILL__DLT645_PA_MAC 0x99    /* plain text and MAC */
#define MBILL__DLT645_MAC 4          /* bytes */
#define MBILL__DLT645_CIPHER 16

/* shape, a letter a part: I identifier 4, B number of blocks 1 and M time from when 5 (where L has room), S number of the part 1, A
 * level and password 4, O operator 4, N order and N2 2, T time 6, F freeze time 4, R address 6, W new level and password 4, E ERR
 * 1, X SERR 1 or 2, * the rest. */
typedef struct mbill__dlt645_row {
    uint8_t control;
    const char *shape;
    uint8_t min, max; /* of L */
    uint8_t only[3];  /* not 0: no other L than these */
    uint8_t empty;    /* 1: L may be 0 too */
} mbill__dlt645_row;

/* The row of a frame whose L is possible: the layer function. profile is known. */
mbill_status mbill__dlt645_row_of(const mbill_dlt645_frame *frame, const mbill_dlt645_profile *profile,
    const mbill__dlt645_row **out, mbill_error *err);
/* The row of a control byte; NULL: there is none. */
const mbill__dlt645_row *mbill__dlt645_row_find(uint8_t control);

/* mbill_dlt645_split() with a profile that is known. */
mbill_status mbill__dlt645_split(const mbill_dlt645_frame *frame, const mbill_dlt645_profile *profile, mbill_dlt645_parts *out,
    mbill_error *err);

static inline uint32_t mbill__dlt645_di(const uint8_t *bytes)
{
    return (uint32_t)bytes[0] | (uint32_t)bytes[1] << 8 | (uint32_t)bytes[2] << 16 | (uint32_t)bytes[3] << 24;
}

#endif
