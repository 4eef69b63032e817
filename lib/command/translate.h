/* SPDX-License-Identifier: Apache-2.0 */
/* What translations into every protocol share: means, times, money, and the moment of sending. */
#ifndef MBILL__TRANSLATE_H
#define MBILL__TRANSLATE_H

#include "meterbill/translate.h"

#include <stdbool.h>

/* How a protocol names its meters. */
typedef struct mbill__meter_wire {
    const char *protocol, *kinds, *digits; /* "DL/T 645"; the letters before '/'; the alphabet behind it */
    size_t n_digits;
    const char *expected; /* all of that in words */
} mbill__meter_wire;

/* A checked copy; given may be NULL. */
mbill_status mbill__means_read(const mbill_means *given, mbill_means *out, mbill_error *err);
/* A kind, and one that the protocol has a frame for. */
mbill_status mbill__translate_kind(int32_t kind, bool has_frame, const mbill__meter_wire *wire, mbill_error *err);
/* One meter of this wire. */
mbill_status mbill__translate_target(const char *target, const mbill__meter_wire *wire, mbill_error *err);
/* Before its end, not before its begin. */
mbill_status mbill__translate_now(const mbill_command *command, int64_t now_s, mbill_error *err);
/* Seconds since 1970 as a time with all parts. */
mbill_frame_item mbill__time_item(int64_t seconds);
/* An instant on the meter's clock; E_POLICY: its offset is not said. */
mbill_status mbill__local_time(const mbill_means *means, int64_t utc_s, mbill_frame_item *out, mbill_error *err);
/* Money on a wire of two decimals; E_POLICY: it is no multiple of 0.01. */
mbill_status mbill__cents_of(int64_t amount_micro, int64_t *out, mbill_error *err);
/* Whether a clock that was set may show this afterwards; items may be NULL or not present: no. */
bool mbill__clock_goes_on(const mbill_frame_item *set, const mbill_frame_item *shown);
/* E_DIRECTION: the control byte is a reply's, in both protocols bit 7. */
mbill_status mbill__translate_is_request(uint8_t control, mbill_error *err);

#endif
