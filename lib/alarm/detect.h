/* SPDX-License-Identifier: Apache-2.0 */
/* What a detector is made of: the members its kind has, and what it does with time and with a reading. A new kind is a row. */
#ifndef MBILL__DETECT_H
#define MBILL__DETECT_H

#include "alarm/machine.h"
#include "alarm/reasons.h"
#include "meterbill/detect.h"

/* One call. The state is a copy: it becomes the caller's when the call has succeeded. */
typedef struct mbill__detect_call {
    const mbill_detector_config *config;
    const mbill_zone *zone;
    mbill_detector *detector;
    mbill__alarm_call alarm; /* its alarm, events and time; its configuration has the delays */
    int64_t second;
    mbill_error *err;
} mbill__detect_call;

/* A member that a kind has, and what it may be. */
typedef struct mbill__detect_member {
    uint8_t member; /* mbill__detect_member_id */
    int64_t min, max;
} mbill__detect_member;

enum { MBILL__DETECT_MEMBERS = 10, MBILL__DETECT_OWN = -1, MBILL__DETECT_TRUTH = -2 };

typedef struct mbill__detect_row {
    const char *name;
    bool has_days;                                       /* it counts days or nights of a zone */
    const char *second;                                  /* NULL, or what lines of documents call the second value */
    int32_t second_places;                               /* its places there, or one of the two below */
    mbill__detect_member members[MBILL__DETECT_MEMBERS]; /* as many as have a maximum */
    /* What two members must be to each other; may be NULL. */
    void (*check)(const mbill_detector_config *config, mbill__reasons *reasons);
    /* The on-delay, where it is not `on_s`; may be NULL. */
    int64_t (*on_s)(const mbill_detector_config *config);
    /* What is due before the call's time, or with it. NULL: what its alarm does. */
    mbill_status (*advance)(mbill__detect_call *call, bool inclusive);
    /* A good reading at the call's time. */
    mbill_status (*take)(mbill__detect_call *call);
    /* The next time something is due. NULL: its alarm's. */
    int64_t (*deadline)(const mbill_detector_config *config, const mbill_detector *detector);
} mbill__detect_row;

/* Decimal places of a member in a document whose values have `decimals`. */
int32_t mbill__detect_places(const mbill__detect_row *row, uint8_t member, int32_t decimals);

/* NULL: no such kind */
const mbill__detect_row *mbill__detect_row_of(int32_t kind);
/* The delays of its alarm. */
mbill_alarm_config mbill__detect_delays(const mbill_detector_config *config, int64_t on_s, int64_t max_hold_s);
bool mbill__detect_works(const mbill_detector_config *config);
bool mbill__detect_is_sound(const mbill_detector *detector);

/* An event of another kind than RAISE and CLEAR, or one of those by another rule than a delay. */
void mbill__detect_put(mbill__detect_call *call, uint16_t kind, int64_t effective_s, int64_t value);
void mbill__detect_raise(mbill__detect_call *call, int64_t effective_s);
void mbill__detect_clear(mbill__detect_call *call, int64_t effective_s);
/* The truth begins anew at the call's time: what ran is over, and the on-delay runs from now. */
void mbill__detect_again(mbill__detect_call *call, bool holds);

mbill_status mbill__detect_heard(mbill__detect_call *call);
int64_t mbill__detect_silence(const mbill_detector_config *config);
mbill_status mbill__detect_register(mbill__detect_call *call);
int64_t mbill__detect_days(const mbill_detector_config *config);

mbill_status mbill__detect_failed(mbill__detect_call *call);
mbill_status mbill__detect_forget(mbill__detect_call *call, bool inclusive);
int64_t mbill__detect_forgotten(const mbill_detector_config *config, const mbill_detector *detector);
mbill_status mbill__detect_arrears(mbill__detect_call *call);

mbill_status mbill__detect_flow(mbill__detect_call *call);
mbill_status mbill__detect_leak_pass(mbill__detect_call *call, bool inclusive);
int64_t mbill__detect_leak_due(const mbill_detector_config *config, const mbill_detector *detector);
mbill_status mbill__detect_volume(mbill__detect_call *call);

mbill_status mbill__detect_burst(mbill__detect_call *call);
mbill_status mbill__detect_high_flow(mbill__detect_call *call);
mbill_status mbill__detect_loss(mbill__detect_call *call);

mbill_status mbill__detect_night(mbill__detect_call *call);
mbill_status mbill__detect_dawn(mbill__detect_call *call, bool inclusive);
int64_t mbill__detect_night_end(const mbill_detector_config *config, const mbill_detector *detector);

mbill_status mbill__detect_reverse(mbill__detect_call *call);

mbill_status mbill__detect_power(mbill__detect_call *call);
mbill_status mbill__detect_step(mbill__detect_call *call);
mbill_status mbill__detect_trip_pass(mbill__detect_call *call, bool inclusive);
mbill_status mbill__detect_trip_reset(mbill__detect_call *call);
int64_t mbill__detect_trip_due(const mbill_detector_config *config, const mbill_detector *detector);

mbill_status mbill__detect_result(mbill__detect_call *call);

#endif
