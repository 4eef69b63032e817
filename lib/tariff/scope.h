/* SPDX-License-Identifier: Apache-2.0 */
/* What a pricing call knows: the request's inputs and facts by the tariff's names, and the span in civil days. */
#ifndef MBILL__SCOPE_H
#define MBILL__SCOPE_H

#include "tariff/columns.h"
#include "tariff/tariff.h"

/* The span [from, to) of days that a factor counted in days or months is for. */
typedef struct mbill__days {
    int32_t from, to;
} mbill__days;

typedef struct mbill__scope {
    const mbill_tariff *tariff;
    const mbill_price_request *request;
    bool whole_days; /* the bill begins and ends at the start of a day */
    bool ends_at_midnight;
    mbill__days days;   /* of the whole billing span */
    mbill__days so_far; /* up to the request's end */
    int64_t span_to_utc_s;
    const struct mbill__scope *bill;        /* of one span of a bill: the whole bill's; NULL: this is it */
    const struct mbill__slot *slots_before; /* all of the position's before the bill, while it is priced */
    struct mbill__kept *kept;               /* by charge: what an earlier call for the same span has gathered; NULL: nothing */
    const mbill__columns *columns;          /* NULL: the inputs are given in the request alone */
} mbill__scope;

/* Check all of the request but its span, and set what does not follow from that. */
mbill_status mbill__scope_names(mbill__scope *scope, const mbill_tariff *tariff, const mbill_price_request *request,
    mbill_error *err);

/* Check the request against the tariff: its span and validity, names of inputs, facts twice. */
mbill_status mbill__scope_start(mbill__scope *scope, const mbill_tariff *tariff, const mbill_price_request *request,
    mbill_error *err);

/* The entry for a register: its total or intervals (period -1), or its total in one period; NULL when absent. */
const mbill_input *mbill__scope_input(const mbill__scope *scope, int32_t input, int32_t period);

/* The calendar by whose periods a register's totals were given: the first of which they have every period, else any; NULL: none. */
const mbill__schedule *mbill__scope_calendar(const mbill__scope *scope, int32_t input);
bool mbill__scope_has_periods(const mbill__scope *scope, int32_t input); /* totals per period were given */

/* Its total in one period; E_NOT_KNOWN when other periods have one and this has not. */
mbill_status mbill__scope_period_input(const mbill__scope *scope, int32_t input, size_t period, const mbill_input **out,
    mbill_error *err);

/* A fact of the account, or the place of a word among its input's words; E_NOT_KNOWN when it is not given, E_INVALID when twice or of another
 * word, E_TYPE when it is a word instead of a number or a number instead of a word. */
mbill_status mbill__scope_fact(const mbill__scope *scope, int32_t input, int64_t *out_micro, mbill_error *err);

/* The column of a register among the inputs; NULL: the bill is not priced from columns, or the input is made of others. */
const mbill_column *mbill__scope_column(const mbill__scope *scope, int32_t input);

#endif
