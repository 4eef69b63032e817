/* SPDX-License-Identifier: Apache-2.0 */
/* Changes when a cap's window does. A window is half-open: (now - seconds, now] when it rolls, [start, now] of the local day, week or month
 * that holds the moment. What was reversed since counts no more. */
#include "ledger/lookback.h"

#include "calendar/civil.h"
#include "ledger/measure.h"
#include "ledger/record.h"
#include "number/round.h"

typedef struct look {
    int64_t account;
    int32_t charge; /* of accruals; MBILL_NONE: payments */
} look;

/* The first moment that counts. */
static int64_t window_start(const mbill_cap *cap, const mbill_zone *zone, int64_t now_utc_s)
{
    int64_t start_utc_s = INT64_MIN;
    if (cap->window == MBILL_WINDOW_ROLLING) return mbill__less(now_utc_s, cap->seconds - 1);
    int32_t day = mbill_zone_day(zone, now_utc_s);
    mbill_date date = mbill__civil_date(day);
    if (cap->window == MBILL_WINDOW_WEEK) {
        int32_t weekday = (((day + 3) % 7) + 7) % 7; /* 0 Monday: 1970-01-01 was a Thursday */
        day -= (weekday - (cap->first_weekday - 1) + 7) % 7;
    }
    if (cap->window == MBILL_WINDOW_MONTH) day -= date.day - 1;
    if (mbill_zone_day_start(zone, day, &start_utc_s, NULL) != MBILL_OK) return INT64_MIN; /* before the calendar begins */
    return start_utc_s;
}

static int64_t counted_of(const mbill__record *record, const look *what)
{
    const mbill_operation *op = &record->operation;
    bool accrual = op->kind == MBILL_OPERATION_ACCRUE && op->charge == what->charge;
    int64_t sum = 0;
    for (size_t i = 0; i < record->n_legs; i++) {
        const mbill_leg *leg = &record->legs[i];
        bool counts = what->charge != MBILL_NONE ? accrual && leg->purpose == MBILL_PURPOSE_PLAIN
                                                 : leg->purpose == MBILL_PURPOSE_DEBT && leg->credit_account == what->account;
        if (counts && !mbill__add(sum, leg->amount_micro, &sum)) return INT64_MAX;
    }
    return sum;
}

static int64_t sum_since(const mbill_book *book, const mbill__account *account, const look *what, int64_t start_utc_s)
{
    int64_t sum = 0;
    mbill__record record;
    for (int64_t at = account->last_record; at >= 0;) {
        const mbill__place_of_record *place = &book->records[at];
        size_t offset = (size_t)place->offset, len;
        if (!mbill__record_decode(book->bytes + offset, book->n_bytes - offset, &record, &len)) return INT64_MAX;
        if (record.recorded_utc_s < start_utc_s) return sum;
        bool counts = record.code == MBILL_RESULT_OK && (book->records[at].marks & MBILL__MARK_REVERSED) == 0;
        if (counts && !mbill__add(sum, counted_of(&record, what), &sum)) return INT64_MAX;
        at = place->previous[place->accounts[0] == account->number ? 0 : 1];
    }
    return sum;
}

static int64_t left_of(const mbill_book *book, const mbill__account *account, const mbill_cap *cap, const look *what,
    int64_t now_utc_s)
{
    if (cap->window == MBILL_WINDOW_NONE) return INT64_MAX;
    int64_t start_utc_s = window_start(cap, book->policies[account->policy].zone, now_utc_s);
    int64_t taken_micro = sum_since(book, account, what, start_utc_s);
    return taken_micro >= cap->amount_micro ? 0 : cap->amount_micro - taken_micro;
}

int64_t mbill__payment_cap_left(const mbill_book *book, const mbill__account *account, int64_t now_utc_s)
{
    const look what = {account->number, MBILL_NONE};
    return left_of(book, account, &mbill__book_policy(book, account)->pay_debt_cap, &what, now_utc_s);
}

int64_t mbill__accrual_cap_left(const mbill_book *book, const mbill__account *account, int32_t charge, int64_t now_utc_s)
{
    const look what = {account->number, charge};
    return left_of(book, account, &mbill__book_policy(book, account)->accruals[charge].cap, &what, now_utc_s);
}
