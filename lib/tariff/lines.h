/* SPDX-License-Identifier: Apache-2.0 */
/* Lines as they are made: written out while there is room, counted always, and summed exactly on the three levels of rounding. */
#ifndef MBILL__LINES_H
#define MBILL__LINES_H

#include "number/wide.h"
#include "tariff/resolve.h"

typedef struct mbill__lines {
    const mbill__scope *scope;
    mbill_line *out;
    size_t cap, n;
    uint32_t flags;                               /* or of all lines */
    uint32_t provisional;                         /* MBILL_LINE_PROVISIONAL in a part of the billing span */
    bool accrues;                                 /* the charge under way is due by the share of the span that has passed */
    uint32_t incomplete;                          /* MBILL_LINE_INCOMPLETE while the present charge rests on readings with gaps */
    size_t charge, n_charge;                      /* the charge under way and its lines so far */
    mbill__wide parts_atoms;                      /* exact sum of its finished parts, … */
    int64_t parts_shown_micro;                    /* … and that of what they show */
    mbill__wide charge_atoms;                     /* exact sum of its lines */
    mbill__wide bill_atoms;                       /* exact sum of finished charges */
    int64_t charge_shown_micro, bill_shown_micro; /* sums of shown amounts */
    bool only_sums;                               /* nobody wants the lines themselves */
    int64_t *charges_micro;                       /* NULL; or takes what each charge comes to */
    int64_t money_micro[MBILL__MONEY_MAX];        /* what later charges look at, as far as it is made */
} mbill__lines;

void mbill__lines_start(mbill__lines *lines, const mbill__scope *scope, mbill_line *out, size_t cap);
void mbill__lines_charge(mbill__lines *lines, size_t charge);

/* line: rule, period, tier, from, to, quantity, rate, divide_by and flags are set; the rest is filled here. */
mbill_status mbill__lines_add(mbill__lines *lines, mbill_line line, mbill_error *err);

/* What was charged before in the span is taken off, by a line of its own. */
mbill_status mbill__lines_charged_before(mbill__lines *lines, int64_t charged_micro, int64_t *inout_total_micro,
    mbill_error *err);

/* Round the charge under way, or the part of it that is, with a line that closes the difference. */
mbill_status mbill__lines_finish_charge(mbill__lines *lines, mbill_error *err);

/* Round the bill, with a line that closes the difference. */
mbill_status mbill__lines_finish_bill(mbill__lines *lines, int64_t *out_total_micro, mbill_error *err);

#endif
