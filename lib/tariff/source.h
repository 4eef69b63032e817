/* SPDX-License-Identifier: Apache-2.0 */
/* What is known of an input for one bill, in the form in which it is known. */
#ifndef MBILL__SOURCE_H
#define MBILL__SOURCE_H

#include "tariff/walk.h"

/* Marks of a total besides MBILL_READING_*, by those who make one of readings: it is a share by days, or has gaps. */
#define MBILL__READING_DIVIDED 0x40000000u
#define MBILL__READING_INCOMPLETE 0x80000000u

typedef enum mbill__form { MBILL__FORM_INTERVALS = 0, MBILL__FORM_PERIODS, MBILL__FORM_TOTAL } mbill__form;

typedef struct mbill__source {
    mbill__form form;
    mbill__feed feed;                   /* INTERVALS */
    int64_t micro[MBILL__PERIODS_MAX];  /* PERIODS: of each; TOTAL: the first */
    uint32_t flags[MBILL__PERIODS_MAX]; /* MBILL_LINE_* of them */
} mbill__source;

/* schedule: the calendar by which the input is split; NULL: totals by period are of any. E_NOT_KNOWN: a register is not given, or not in a form that can serve; E_AMBIGUOUS: as a whole and by period. */
mbill_status mbill__source_open(const mbill__scope *scope, int32_t input, const mbill__schedule *schedule, mbill__source *out,
    mbill_error *err);

/* The quantity over the bill, or the number that a fact, a quotient or a power factor is; *flags gets more of MBILL_LINE_*. */
mbill_status mbill__source_total(const mbill__scope *scope, int32_t input, int64_t *out_micro, uint32_t *flags, mbill_error *err);

#endif
