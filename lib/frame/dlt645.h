/* SPDX-License-Identifier: Apache-2.0 */
/* The outer form of a DL/T 645 frame, and the profile as its files see it. */
#ifndef MBILL__DLT645_H
#define MBILL__DLT645_H

#include "base/fail.h"
#include "meterbill/dlt645.h"

#define MBILL__DLT645_START 0x68
#define MBILL__DLT645_END 0x16
#define MBILL__DLT645_WAKE 0xFE
#define MBILL__DLT645_OFFSET 0x33
#define MBILL__DLT645_AROUND 12 /* bytes of a frame without data */

#define MBILL__DLT645_HEAD 10 /* 68, address, 68, C, L */

/* How long a frame that begins so is, as far as n > 0 bytes tell: at least that many; 0: it is none. */
static inline size_t mbill__dlt645_need(const uint8_t *frame, size_t n)
{
    if (frame[0] != MBILL__DLT645_START || (n > 7 && frame[7] != MBILL__DLT645_START)) return 0;
    return n < MBILL__DLT645_HEAD ? MBILL__DLT645_HEAD : (size_t)frame[9] + MBILL__DLT645_AROUND;
}

/* Bytes at the start that a checksum of this kind leaves out. */
size_t mbill__dlt645_left_out(int32_t checksum);
/* The frame at bytes, which is whole. */
void mbill__dlt645_take(const uint8_t *bytes, size_t preamble, mbill_dlt645_frame *out);

/* A checked profile with every default filled in. */
mbill_status mbill__dlt645_profile_known(const mbill_dlt645_profile *given, mbill_dlt645_profile *out, mbill_error *err);
/* The checksum's kind alone: what the fast path asks. */
mbill_status mbill__dlt645_checksum(const mbill_dlt645_profile *given, int32_t *out_checksum, mbill_error *err);

#endif
