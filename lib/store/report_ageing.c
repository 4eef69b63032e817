/* SPDX-License-Identifier: Apache-2.0 */
/* How old it is what accounts owe. What came in has paid what was booked first, so that what is owed are the last debits: a walk forwards finds how
 * much is owed at each place, one backwards how old it is. Changes when arrears are counted in other steps. */
#include "meterbill/ledger.h"
#include "number/round.h"
#include "store/bind.h"
#include "store/reporting.h"

#include <stdlib.h>
#include <string.h>

#define N_PLACES 24 /* mbill_place with its indexes */
#define N_AGES 5
#define FIRST_ROOM 64

/* The last day of each step; more is older. */
static const int32_t AGES[N_AGES - 1] = {30, 60, 90, 180};

typedef struct owing {
    int64_t account;
    int64_t net_micro[N_PLACES]; /* debits less credits; then what is not yet found of them */
    int64_t aged_micro[N_AGES];
} owing;

typedef struct ageing {
    mbill__reporting *report;
    const mbill_book *book;
    owing *accounts;
    size_t n, cap;
    size_t *places; /* a table of 1 + index, never more than half full */
    size_t n_places;
} ageing;

static size_t hash_of(int64_t account)
{
    uint64_t hash = (uint64_t)account * UINT64_C(0x9e3779b97f4a7c15);
    return (size_t)(hash ^ hash >> 32);
}

static size_t *place_of(const ageing *of, int64_t account)
{
    size_t at = hash_of(account) & (of->n_places - 1);
    while (of->places[at] != 0 && of->accounts[of->places[at] - 1].account != account) at = (at + 1) & (of->n_places - 1);
    return &of->places[at];
}

static mbill_status widen(ageing *of, mbill_error *err)
{
    const mbill_allocator *allocator = mbill__db_allocator(of->report->store->db);
    size_t n_places = of->n_places == 0 ? FIRST_ROOM : of->n_places * 2;
    size_t *places = mbill__alloc_array(allocator, n_places, sizeof *places);
    if (places == NULL) return mbill__fail(err, MBILL_E_NOMEM, "memory for what accounts owe could not be allocated");
    mbill__release(allocator, of->places, of->n_places * sizeof *of->places);
    of->places = places;
    of->n_places = n_places;
    for (size_t i = 0; i < of->n; i++) *place_of(of, of->accounts[i].account) = i + 1;
    return MBILL_OK;
}

static mbill_status find_account(ageing *of, int64_t account, owing **out, mbill_error *err)
{
    if (of->n >= of->n_places / 2) MBILL_TRY(widen(of, err));
    size_t *place = place_of(of, account);
    if (*place == 0) {
        void *block = of->accounts;
        mbill_status status = mbill__room(mbill__db_allocator(of->report->store->db), &block, &of->cap, sizeof *of->accounts,
            of->n + 1, err);
        of->accounts = block;
        MBILL_TRY(status);
        memset(&of->accounts[of->n], 0, sizeof *of->accounts);
        of->accounts[of->n++].account = account;
        *place = of->n;
    }
    *out = &of->accounts[*place - 1];
    return MBILL_OK;
}

/* A plain account owes nothing: its limit is its own affair. */
static bool counts(const ageing *of, int64_t account, int32_t place)
{
    return account > 0 && place > MBILL_PLACE_PLAIN && place < N_PLACES && mbill__report_means(of->report, account);
}

static mbill_status add_side(ageing *of, int64_t account, int32_t place, int64_t amount_micro, mbill_error *err)
{
    owing *found;
    if (!counts(of, account, place)) return MBILL_OK;
    MBILL_TRY(find_account(of, account, &found, err));
    if (mbill__add(found->net_micro[place], amount_micro, &found->net_micro[place])) return MBILL_OK;
    return mbill__fail(err, MBILL_E_OVERFLOW, "what account %lld owes does not fit 64 bits", (long long)account);
}

/* Records that count; *out_n is behind the last of them. */
static mbill_status add_up(ageing *of, int64_t *out_n, mbill_error *err)
{
    mbill_leg legs[MBILL_LEGS_MAX];
    mbill_result result;
    int64_t recorded_utc_s;
    for (*out_n = 0; *out_n < mbill_book_n_records(of->book); (*out_n)++) {
        MBILL_TRY(mbill_book_record(of->book, *out_n, NULL, &result, &recorded_utc_s, legs, err));
        if (recorded_utc_s >= of->report->to_utc_s) return MBILL_OK;
        for (uint32_t i = 0; i < result.n_legs; i++) {
            if (legs[i].pending != 0) continue;
            MBILL_TRY(add_side(of, legs[i].debit_account, legs[i].debit_place, legs[i].amount_micro, err));
            MBILL_TRY(add_side(of, legs[i].credit_account, legs[i].credit_place, -legs[i].amount_micro, err));
        }
    }
    return MBILL_OK;
}

static size_t age_of(const ageing *of, const mbill_operation *op, int64_t recorded_utc_s)
{
    int64_t at_utc_s = op->effective_utc_s != 0 ? op->effective_utc_s : recorded_utc_s;
    int32_t days = of->report->to_day - mbill_zone_day(of->report->zone, at_utc_s);
    size_t age = 0;
    while (age < N_AGES - 1 && days > AGES[age]) age++;
    return age;
}

static mbill_status find_ages(ageing *of, int64_t n, mbill_error *err)
{
    mbill_leg legs[MBILL_LEGS_MAX];
    mbill_operation op;
    mbill_result result;
    int64_t recorded_utc_s;
    while (n-- > 0) {
        MBILL_TRY(mbill_book_record(of->book, n, &op, &result, &recorded_utc_s, legs, err));
        for (uint32_t i = 0; i < result.n_legs; i++) {
            owing *account;
            if (legs[i].pending != 0 || !counts(of, legs[i].debit_account, legs[i].debit_place)) continue;
            MBILL_TRY(find_account(of, legs[i].debit_account, &account, err));
            int64_t *rest_micro = &account->net_micro[legs[i].debit_place];
            int64_t part_micro = legs[i].amount_micro < *rest_micro ? legs[i].amount_micro : *rest_micro;
            if (part_micro <= 0) continue;
            *rest_micro -= part_micro;
            account->aged_micro[age_of(of, &op, recorded_utc_s)] +=
                part_micro; /* at most what all debits add up to, which was checked */
        }
    }
    return MBILL_OK;
}

static int by_account(const void *a, const void *b)
{
    const owing *one = a, *other = b;
    return (one->account > other->account) - (one->account < other->account);
}

static mbill_status give_account(ageing *of, const owing *account, mbill_error *err)
{
    static const char SELECT_WHERE[] = "SELECT a.id, p.id FROM mbill_account a LEFT JOIN mbill_account_at s USING(account_no)"
                                       " LEFT JOIN mbill_place p USING(place_no) WHERE a.account_no = ?1";
    const mbill__given_value given[] = {MBILL__WHOLE(account->account)};
    mbill_report_cell cells[3 + N_AGES];
    mbill__number_text numbers[1 + N_AGES], number;
    mbill_sum owed = {0, 0};
    const char *id = NULL, *place = NULL;
    mbill__query *query;
    size_t len;
    bool row;
    MBILL_TRY(mbill_sum_add(&owed, account->aged_micro, N_AGES, err));
    if (owed.high == 0 && owed.low == 0) return MBILL_OK;
    MBILL_TRY(mbill__sql_ask(of->report->store, SELECT_WHERE, given, 1, &query, err));
    MBILL_TRY(mbill__query_step(query, &row, err));
    if (row) MBILL_TRY(mbill__column_text(query, 0, &id, &len, err));
    if (row) MBILL_TRY(mbill__column_text(query, 1, &place, &len, err));
    mbill_sum account_number = {0, (uint64_t)account->account};
    number = mbill__sum_text(&account_number, 0); /* the ledger may have accounts of its own */
    numbers[0] = mbill__sum_text(&owed, MBILL_SCALE_MICRO);
    for (size_t i = 0; i < N_AGES; i++) {
        mbill_sum aged = {0, (uint64_t)account->aged_micro[i]};
        numbers[1 + i] = mbill__sum_text(&aged, MBILL_SCALE_MICRO);
    }
    cells[0] = (mbill_report_cell){id != NULL ? id : number.text, MBILL_REPORT_TEXT, 0};
    cells[1] = (mbill_report_cell){place, MBILL_REPORT_TEXT, 0};
    for (size_t i = 0; i < 1 + N_AGES; i++) cells[2 + i] = (mbill_report_cell){numbers[i].text, MBILL_REPORT_NUMBER, 0};
    mbill__report_give(of->report, cells);
    mbill__query_end(query);
    return MBILL_OK;
}

static mbill_status give_accounts(ageing *of, mbill_error *err)
{
    if (of->n > 0) qsort(of->accounts, of->n, sizeof *of->accounts, by_account);
    for (size_t i = 0; i < of->n; i++) MBILL_TRY(give_account(of, &of->accounts[i], err));
    return MBILL_OK;
}

mbill_status mbill__report_ageing(mbill__reporting *report, mbill_error *err)
{
    const mbill_allocator *allocator = mbill__db_allocator(report->store->db);
    ageing of = {.report = report, .book = report->store->ledger->follow.book};
    int64_t n;
    mbill_status status = add_up(&of, &n, err);
    if (status == MBILL_OK) status = find_ages(&of, n, err);
    if (status == MBILL_OK) status = give_accounts(&of, err);
    mbill__release(allocator, of.accounts, of.cap * sizeof *of.accounts);
    mbill__release(allocator, of.places, of.n_places * sizeof *of.places);
    return status;
}
