/* SPDX-License-Identifier: Apache-2.0 */
/* What a master meter counts and the meters behind it do not: by register and period, from readings at the period's first and last instant. A
 * meter without them is named, and then nothing is said of a loss. Changes when losses are found in another way. */
#include "apportion/loss.h"
#include "number/round.h"
#include "store/bind.h"
#include "store/gather.h"
#include "store/reporting.h"

#include <string.h>

/* One register of a meter; register_no 0: the meter has none of that name and unit. */
typedef struct counted {
    const char *meter;
    int64_t register_no;
} counted;

typedef struct master {
    counted own;
    const char *name, *unit, *place; /* of the register; place NULL: not said */
    counted *behind;
    size_t n_behind;
} master;

typedef struct losses {
    mbill__reporting *report;
    mbill__gather gather;
    mbill__arena arena;
    master *masters;
    size_t n;
    mbill__buffer names; /* of meters without the use of a period, and what is wrong with the first */
} losses;

/* What came of a master in one period. */
typedef struct balance {
    int64_t from_utc_s, to_utc_s;
    int64_t use_micro; /* of the master */
    mbill_sum behind;  /* of those behind it whose use is known */
    bool known;        /* the master's use is */
    size_t n_missing;  /* meters behind it whose use is not known */
} balance;

static mbill_status no_memory(mbill_error *err)
{
    return mbill__fail(err, MBILL_E_NOMEM, "memory for a report could not be allocated");
}

/* Which masters there are */

static mbill_status keep_text(losses *of, mbill__query *query, int column, const char **out, mbill_error *err)
{
    const char *text;
    size_t len;
    MBILL_TRY(mbill__column_text(query, column, &text, &len, err));
    *out = NULL;
    if (text == NULL) return MBILL_OK;
    *out = mbill__arena_text(&of->arena, text, len);
    return *out != NULL ? MBILL_OK : no_memory(err);
}

/* A master is meant when it, or a meter behind it, measures an account that is. */
static mbill_status is_meant(const losses *of, int64_t meter_no, bool *out, mbill_error *err)
{
    static const char SELECT_MEASURED[] =
        "SELECT DISTINCT c.account_no FROM mbill_register r JOIN mbill_contract_register k USING(register_no)"
        " JOIN mbill_contract c USING(contract_no) WHERE r.meter_no = ?1 OR r.meter_no IN"
        " (SELECT meter_no FROM mbill_meter_at WHERE behind_no = ?1)";
    const mbill__given_value given[] = {MBILL__WHOLE(meter_no)};
    mbill__query *query;
    bool row;
    *out = of->report->all;
    if (*out) return MBILL_OK;
    MBILL_TRY(mbill__sql_ask(of->report->store, SELECT_MEASURED, given, 1, &query, err));
    MBILL_TRY(mbill__query_step(query, &row, err));
    while (row && !*out) {
        *out = mbill__report_means(of->report, mbill__column_whole(query, 0));
        MBILL_TRY(mbill__query_step(query, &row, err));
    }
    mbill__query_end(query);
    return MBILL_OK;
}

static mbill_status load_master(losses *of, mbill__query *query, mbill_error *err)
{
    master *one = &of->masters[of->n];
    bool meant;
    MBILL_TRY(is_meant(of, mbill__column_whole(query, 0), &meant, err));
    if (!meant) return MBILL_OK;
    one->own.register_no = mbill__column_whole(query, 1);
    MBILL_TRY(keep_text(of, query, 2, &one->own.meter, err));
    MBILL_TRY(keep_text(of, query, 3, &one->name, err));
    MBILL_TRY(keep_text(of, query, 4, &one->unit, err));
    MBILL_TRY(keep_text(of, query, 5, &one->place, err));
    of->n++;
    return MBILL_OK;
}

/* Registers of masters that a meter behind them has too. */
#define MASTER_REGISTERS                                                                                                         \
    " FROM mbill_meter m JOIN mbill_register r USING(meter_no) WHERE EXISTS (SELECT 1 FROM mbill_meter_at s JOIN mbill_register" \
    " q ON q.meter_no = s.meter_no WHERE s.behind_no = m.meter_no AND q.name = r.name AND q.unit = r.unit)"

static mbill_status load_masters(losses *of, mbill_error *err)
{
    static const char COUNT_MASTERS[] = "SELECT count(*)" MASTER_REGISTERS;
    static const char SELECT_MASTERS[] =
        "SELECT m.meter_no, r.register_no, m.id, r.name, r.unit, (SELECT p.id FROM mbill_meter_at t JOIN mbill_place p"
        " USING(place_no) WHERE t.meter_no = m.meter_no)" MASTER_REGISTERS " ORDER BY m.id, r.name";
    mbill__query *query;
    int64_t n;
    bool row;
    MBILL_TRY(mbill__sql_whole(of->report->store, COUNT_MASTERS, NULL, 0, &row, &n, err));
    of->masters = mbill__arena_take(&of->arena, (size_t)n + 1, sizeof *of->masters);
    if (of->masters == NULL) return no_memory(err);
    MBILL_TRY(mbill__sql_ask(of->report->store, SELECT_MASTERS, NULL, 0, &query, err));
    MBILL_TRY(mbill__query_step(query, &row, err));
    while (row) {
        MBILL_TRY(load_master(of, query, err));
        MBILL_TRY(mbill__query_step(query, &row, err));
    }
    return MBILL_OK;
}

static mbill_status load_behind(losses *of, master *one, mbill_error *err)
{
    static const char COUNT_BEHIND[] =
        "SELECT count(*) FROM mbill_meter_at WHERE behind_no = (SELECT meter_no FROM mbill_register WHERE register_no = ?1)";
    static const char SELECT_BEHIND[] =
        "SELECT m.id, (SELECT q.register_no FROM mbill_register q WHERE q.meter_no = m.meter_no AND q.name = r.name"
        " AND q.unit = r.unit) FROM mbill_register r JOIN mbill_meter_at s ON s.behind_no = r.meter_no"
        " JOIN mbill_meter m ON m.meter_no = s.meter_no WHERE r.register_no = ?1 ORDER BY m.id";
    const mbill__given_value given[] = {MBILL__WHOLE(one->own.register_no)};
    mbill__query *query;
    int64_t n;
    bool row;
    MBILL_TRY(mbill__sql_whole(of->report->store, COUNT_BEHIND, given, 1, &row, &n, err));
    one->behind = mbill__arena_take(&of->arena, (size_t)n + 1, sizeof *one->behind);
    if (one->behind == NULL) return no_memory(err);
    MBILL_TRY(mbill__sql_ask(of->report->store, SELECT_BEHIND, given, 1, &query, err));
    MBILL_TRY(mbill__query_step(query, &row, err));
    for (; row; one->n_behind++) {
        MBILL_TRY(keep_text(of, query, 0, &one->behind[one->n_behind].meter, err));
        one->behind[one->n_behind].register_no = mbill__column_whole(query, 1);
        MBILL_TRY(mbill__query_step(query, &row, err));
    }
    return MBILL_OK;
}

/* What they counted */

/* Exact, or not known; what is wrong with the file or the machine ends the report. */
static mbill_status use_of(losses *of, const balance *at, const counted *meter, bool *out_known, int64_t *out_micro,
    mbill_error *err)
{
    const mbill_interval *intervals;
    mbill_sum sum = {0, 0};
    mbill_error why;
    size_t n;
    *out_known = false;
    if (meter->register_no == 0) return MBILL_OK;
    mbill_error_init(&why);
    mbill_status status = mbill__gather_use(&of->gather, meter->register_no, at->from_utc_s, at->to_utc_s, &intervals, &n, &why);
    if (mbill__ends_all(status)) return mbill__fail(err, status, "%s", why.message);
    if (status != MBILL_OK) return MBILL_OK;
    for (size_t i = 0; i < n; i++) MBILL_TRY(mbill_sum_add(&sum, &intervals[i].quantity_micro, 1, err));
    *out_known = mbill_sum_value(&sum, out_micro, NULL) == MBILL_OK;
    return MBILL_OK;
}

static void name_missing(losses *of, const char *meter)
{
    if (of->names.len > 0) mbill__buffer_text(&of->names, " ");
    mbill__buffer_text(&of->names, meter);
}

static mbill_status add_behind(losses *of, const master *one, balance *at, mbill_error *err)
{
    for (size_t i = 0; i < one->n_behind; i++) {
        int64_t use_micro;
        bool known;
        MBILL_TRY(use_of(of, at, &one->behind[i], &known, &use_micro, err));
        if (known) {
            MBILL_TRY(mbill_sum_add(&at->behind, &use_micro, 1, err));
            continue;
        }
        at->n_missing++;
        name_missing(of, one->behind[i].meter);
    }
    return MBILL_OK;
}

static mbill_status refuse_overflow(const master *one, mbill_error *err)
{
    return mbill__fail(err, MBILL_E_OVERFLOW, "what the meters behind \"%s\" count does not fit 64 bits", one->own.meter);
}

static mbill__number_text text_of(int64_t value, int32_t scale)
{
    mbill_sum sum = {value < 0 ? -1 : 0, (uint64_t)value};
    return mbill__sum_text(&sum, scale);
}

static mbill_report_cell number(const mbill__number_text *text, bool known)
{
    return (mbill_report_cell){known ? text->text : NULL, MBILL_REPORT_NUMBER, 0};
}

static mbill_status give(losses *of, const master *one, const balance *at, const char *label, mbill_error *err)
{
    int64_t behind_micro = 0, loss_micro = 0;
    bool whole = at->known && at->n_missing == 0;
    MBILL_TRY(mbill_sum_value(&at->behind, &behind_micro, err));
    if (whole && !mbill__subtract(at->use_micro, behind_micro, &loss_micro)) return refuse_overflow(one, err);
    int64_t share_ppm = whole ? mbill__loss_ppm(loss_micro, at->use_micro) : 0;
    const mbill__number_text use = text_of(at->use_micro, MBILL_SCALE_MICRO), behind = text_of(behind_micro, MBILL_SCALE_MICRO),
                             n = text_of((int64_t)one->n_behind, 0), loss = text_of(loss_micro, MBILL_SCALE_MICRO),
                             share = text_of(share_ppm, MBILL_SCALE_MICRO), missing = text_of((int64_t)at->n_missing, 0);
    const mbill_report_cell cells[] = {{label, MBILL_REPORT_TEXT, 0}, {one->own.meter, MBILL_REPORT_TEXT, 0},
        {one->place, MBILL_REPORT_TEXT, 0}, {one->name, MBILL_REPORT_TEXT, 0}, {one->unit, MBILL_REPORT_TEXT, 0},
        number(&use, at->known), number(&n, true), number(&behind, true), number(&loss, whole),
        number(&share, whole && at->use_micro != 0), number(&missing, true),
        {of->names.len > 0 ? of->names.data : NULL, MBILL_REPORT_TEXT, 0}};
    mbill__report_give(of->report, cells);
    return MBILL_OK;
}

static mbill_status run_period(losses *of, int32_t from_day, int32_t to_day, mbill_error *err)
{
    for (size_t i = 0; i < of->n; i++) {
        const master *one = &of->masters[i];
        const char *label;
        balance at = {0};
        MBILL_TRY(mbill_zone_day_start(of->report->zone, from_day, &at.from_utc_s, err));
        MBILL_TRY(mbill_zone_day_start(of->report->zone, to_day, &at.to_utc_s, err));
        of->names.len = 0;
        MBILL_TRY(use_of(of, &at, &one->own, &at.known, &at.use_micro, err));
        if (!at.known) name_missing(of, one->own.meter);
        MBILL_TRY(add_behind(of, one, &at, err));
        MBILL_TRY(mbill__buffer_check(&of->names, err));
        MBILL_TRY(mbill__report_label(of->report, from_day, &label, err));
        MBILL_TRY(give(of, one, &at, label, err));
    }
    return MBILL_OK;
}

static mbill_status run(losses *of, mbill_error *err)
{
    int32_t to_day;
    MBILL_TRY(load_masters(of, err));
    for (size_t i = 0; i < of->n; i++) MBILL_TRY(load_behind(of, &of->masters[i], err));
    for (int32_t day = of->report->from_day; day < of->report->to_day; day = to_day) {
        MBILL_TRY(mbill__report_next(of->report, day, &to_day, err));
        MBILL_TRY(run_period(of, day, to_day, err));
    }
    return MBILL_OK;
}

mbill_status mbill__report_losses(mbill__reporting *report, mbill_error *err)
{
    losses of = {.report = report};
    const mbill_allocator *allocator = mbill__db_allocator(report->store->db);
    mbill__gather_start(&of.gather, report->store);
    mbill__arena_start(&of.arena, allocator);
    mbill__buffer_start(&of.names, allocator);
    mbill_status status = run(&of, err);
    mbill__buffer_free(&of.names);
    mbill__arena_free(&of.arena);
    mbill__gather_end(&of.gather);
    return status;
}
