/* SPDX-License-Identifier: Apache-2.0 */
/* Bills that are paid afterwards in a store: drafts of the month close, review, issue, payments from everywhere, late fees, disputes, corrections,
 * write-offs, scores and cashiers; after each step the bills agree with the ledger. */
#include "district.h"
#include "check_run.h"

#include "meterbill/billing.h"

#include <stdbool.h>

#define UNIT INT64_C(1000000)
#define CENT INT64_C(10000)
#define DAY INT64_C(86400)
#define FEB_2 RECORDED_UTC_S /* 2026-02-02 in China; due ten days later */
#define BILLING                                                                                                                  \
    "{\"meterbill\":1,\"kind\":\"billing_policy\",\"zone\":\"CST-8\",\"due\":{\"days\":10},\"pays\":\"amount_first\",\"late_"    \
    "fee\":{"                                                                                                                    \
    "\"rate\":\"0.001\",\"grace_days\":0,\"from\":\"due\",\"compounds\":false,\"cap\":\"none\",\"round\":{\"step\":\"0.01\","    \
    "\"how\":"                                                                                                                   \
    "\"half_up\"}},\"reminders\":[{\"days\":-2,\"channels\":[\"app\"]},{\"days\":5,\"channels\":[\"app\",\"sms\"]}],\"review\":" \
    "{"                                                                                                                          \
    "\"jump\":\"0.5\",\"least\":\"20\"}}"
#define PAYMENTS(rows) "id,account,amount,time,channel,receipt,operator,bill\n" rows

static char path[300];
static const char *folder;
static mbill_store *store;

/* As district.h, but every contract is postpaid. */
static growing postpaid_accounts(int n)
{
    growing plain = make_accounts(n), out = {0};
    const char *at = plain.text, *next;
    while ((next = strstr(at, "\"meters\"")) != NULL) {
        say(&out, "%.*s", (int)(next - at), at);
        say(&out, "\"payment\":\"postpaid\",\"meters\"");
        at = next + strlen("\"meters\"");
    }
    say(&out, "%s", at);
    free(plain.text);
    return out;
}

static void setup(void)
{
    growing accounts = postpaid_accounts(3), readings = make_month_readings(3);
    mbill_import_counts counts = {.struct_size = sizeof counts};
    mbill_close_summary summary;
    mbill_error err;
    folder = temporary_folder();
    snprintf(path, sizeof path, "%s/s.db", folder);
    store = open_store(path, MBILL_STORE_CREATE);
    ck_ok(mbill_store_put_tariff(store, TARIFF_2026, strlen(TARIFF_2026), NULL, &err));
    ck_ok(mbill_store_put_accounts(store, accounts.text, accounts.len, NULL, &err));
    ck_ok(mbill_store_put_readings(store, readings.text, readings.len, "CST-8", NULL, &err));
    ck_ok(mbill_store_put_billing_policy(store, BILLING, strlen(BILLING), &counts, &err));
    ck_assert_int_eq(counts.n_added, 1);
    ck_ok(close_month(store, "2026-01-01", "2026-02-01", 0, &summary, &err));
    ck_assert_int_eq(summary.n_billed, 3);
    free(accounts.text);
    free(readings.text);
}

static void teardown(void)
{
    mbill_store_free(store);
    remove_folder(folder);
}

/* ---- asking ---- */

static mbill_billing_summary step_at(int32_t kind, int64_t bill, int64_t at_utc_s, int64_t amount_micro)
{
    mbill_billing_request request = {.struct_size = sizeof request,
        .kind = kind,
        .bill = bill,
        .at_utc_s = at_utc_s,
        .amount_micro = amount_micro,
        .reason = kind == MBILL_CYCLE_WRITE_OFF ? 4 : 0,
        .note = "as asked"};
    mbill_billing_summary summary = {.struct_size = sizeof summary};
    mbill_error err;
    ck_ok(mbill_store_billing_step(store, &request, &summary, &err));
    ck_assert_int_eq(summary.n_refused, 0);
    return summary;
}

static mbill_status try_step(int32_t kind, int64_t bill, int64_t at_utc_s, mbill_error *err)
{
    mbill_billing_request request = {.struct_size = sizeof request, .kind = kind, .bill = bill, .at_utc_s = at_utc_s};
    mbill_error_init(err);
    return mbill_store_billing_step(store, &request, NULL, err);
}

static mbill_status put_payments(const char *csv, uint32_t flags, mbill_import_counts *out, mbill_error *err)
{
    mbill_error_init(err);
    if (out != NULL) *out = (mbill_import_counts){.struct_size = sizeof *out};
    return mbill_store_put_payments(store, csv, strlen(csv), "CST-8", flags, out, err);
}

static void pay(const char *csv)
{
    mbill_error err;
    mbill_status status = put_payments(csv, 0, NULL, &err);
    ck_assert_msg(status == MBILL_OK, "%s", err.message);
}

static mbill_status keep_row(void *ctx, const mbill_billing_row *row, mbill_error *err)
{
    (void)err;
    *(mbill_billing_row *)ctx = *row;
    return MBILL_OK;
}

typedef struct rows {
    int n;
    int64_t bills[16];
    mbill_billing_row all[16];
} rows;

static mbill_status note_row(void *ctx, const mbill_billing_row *row, mbill_error *err)
{
    rows *to = ctx;
    (void)err;
    ck_assert_int_lt(to->n, 16);
    to->all[to->n] = *row;
    to->bills[to->n++] = row->bill;
    return MBILL_OK;
}

/* The bill's row, of which texts are gone. */
static mbill_billing_row row_of(int64_t bill, int64_t at_utc_s)
{
    const mbill_billing_filter filter = {.struct_size = sizeof filter, .at_utc_s = at_utc_s};
    rows found = {0};
    mbill_error err;
    ck_ok(mbill_store_billing_rows(store, &filter, note_row, &found, &err));
    for (int i = 0; i < found.n; i++)
        if (found.bills[i] == bill) return found.all[i];
    ck_abort_msg("no bill %d", (int)bill);
}

static int64_t value_of(const mbill_sum *sum)
{
    int64_t value;
    ck_assert_int_eq(mbill_sum_value(sum, &value, NULL), MBILL_OK);
    return value;
}

static mbill_billing_totals agreed(void)
{
    mbill_billing_totals totals = {.struct_size = sizeof totals};
    mbill_error err;
    ck_ok(mbill_store_billing_totals(store, &totals, &err));
    ck_assert_int_eq(totals.n_different, 0);
    ck_assert_int_eq(value_of(&totals.issued) + value_of(&totals.corrected) + value_of(&totals.fees),
        value_of(&totals.paid) + value_of(&totals.open) + value_of(&totals.written_off));
    ck_assert_int_eq(value_of(&totals.open) + value_of(&totals.rest), value_of(&totals.ledger));
    return totals;
}

static void issue_all(void)
{
    (void)step_at(MBILL_CYCLE_REVIEW, 0, FEB_2, 0);
    mbill_billing_summary summary = step_at(MBILL_CYCLE_ISSUE, 0, FEB_2, 0);
    ck_assert_int_eq(summary.n_done, 3);
    ck_assert_int_eq(value_of(&summary.booked), (january_cents(1) + january_cents(2) + january_cents(3)) * CENT);
}

/* ---- tests ---- */

START_TEST(a_draft_is_in_nobodys_ledger)
{
    mbill_error err;
    mbill_place_sums sums = sums_of(store, "A0001");
    ck_assert_int_eq(sums.debits_micro + sums.credits_micro, 0);
    ck_assert_int_eq(row_of(1, FEB_2).cycle.state, MBILL_CYCLE_DRAFT);
    ck_refused(try_step(MBILL_CYCLE_ISSUE, 1, FEB_2, &err), MBILL_E_ORDER, "bill 1: a bill that is draft takes no issue");
    ck_assert_int_eq(step_at(MBILL_CYCLE_ISSUE, 0, FEB_2, 0).n_done, 0);
    ck_assert_int_eq(step_at(MBILL_CYCLE_REVIEW, 2, FEB_2, 0).n_done, 1);
    ck_assert_int_eq(step_at(MBILL_CYCLE_UNREVIEW, 2, FEB_2, 0).n_done, 1);
    issue_all();
    mbill_billing_totals totals = agreed();
    ck_assert_int_eq(totals.n_bills, 3);
    ck_assert_int_eq(value_of(&totals.open), (january_cents(1) + january_cents(2) + january_cents(3)) * CENT);
    ck_assert_int_eq(step_at(MBILL_CYCLE_ISSUE, 0, FEB_2, 0).n_done, 0); /* again */
    mbill_billing_row row = row_of(1, FEB_2 + 12 * DAY);
    ck_assert_int_eq(row.cycle.due_day - row.cycle.issued_day, 10);
    ck_assert_int_eq(row.days_late, 2);
}
END_TEST

START_TEST(the_next_month_is_closed_behind_a_draft)
{
    mbill_close_summary summary;
    mbill_error err;
    ck_ok(close_month(store, "2026-02-01", "2026-03-01", 0, &summary, &err));
    ck_assert_int_eq(summary.n_billed, 3);
    ck_assert_int_eq(row_of(4, FEB_2).cycle.amount_micro, february_cents(1) * CENT);
    ck_refused(try_step(MBILL_CYCLE_CANCEL, 1, FEB_2, &err), MBILL_E_ORDER, "not the last");
    ck_assert_int_eq(step_at(MBILL_CYCLE_CANCEL, 4, FEB_2, 0).n_done, 1);
    ck_assert_int_eq(step_at(MBILL_CYCLE_REPLACE, 5, FEB_2, 0).n_done, 1);
    ck_ok(close_month(store, "2026-02-01", "2026-03-01", 0, &summary, &err));
    ck_assert_int_eq(summary.n_billed, 2);
    ck_assert_int_eq(summary.n_already, 1);
    mbill_store_free(store);
    store = NULL;
    ck_assert_int_eq(ask_file(path, "SELECT sum(replaces) FROM mbill_due"), 9);
    ck_assert_int_eq(ask_file(path, "SELECT count(*) FROM mbill_due WHERE body IS NOT NULL AND priced_no IS NULL"), 2);
    ck_assert_int_ne(change_file(path, "DELETE FROM mbill_bill"), SQLITE_OK);
    ck_assert_int_ne(change_file(path, "DELETE FROM mbill_due"), SQLITE_OK);
    ck_assert_int_ne(change_file(path, "DELETE FROM mbill_due_event"), SQLITE_OK);
    ck_assert_int_ne(change_file(path, "UPDATE mbill_due_event SET kind = 1"), SQLITE_OK);
}
END_TEST

START_TEST(a_draft_is_made_again_from_late_readings)
{
    static const char late[] = "meter,time,value\nM0001,2026-01-20,1070\n";
    mbill_close_summary summary;
    mbill_error err;
    ck_ok(mbill_store_put_readings(store, late, strlen(late), "CST-8", NULL, &err));
    (void)step_at(MBILL_CYCLE_REPLACE, 1, FEB_2, 0);
    ck_ok(close_month(store, "2026-01-01", "2026-02-01", 0, &summary, &err));
    ck_assert_int_eq(summary.n_billed, 1);
    ck_assert_int_eq(row_of(4, FEB_2).cycle.amount_micro, january_cents(1) * CENT);
    mbill_journal_head head = {.struct_size = sizeof head};
    ck_ok(mbill_journal_verify(store, NULL, &head, &err));
}
END_TEST

START_TEST(payments_settle_bills)
{
    mbill_close_summary summary;
    mbill_import_counts counts;
    mbill_error err;
    issue_all();
    ck_ok(close_month(store, "2026-02-01", "2026-03-01", 0, &summary, &err));
    (void)step_at(MBILL_CYCLE_REVIEW, 0, FEB_2 + DAY, 0);
    (void)step_at(MBILL_CYCLE_ISSUE, 0, FEB_2 + DAY, 0);
    pay(PAYMENTS("11000000000000000000000000000001,A0001,50.00,2026-02-05 10:00,1,501,chen,\n"
                 "11000000000000000000000000000002,A0002,5.00,2026-02-05 10:01,1,502,chen,5\n"));
    const int64_t january = january_cents(1) * CENT; /* 41.50 */
    ck_assert_int_eq(row_of(1, FEB_2).cycle.state, MBILL_CYCLE_PAID);
    ck_assert_int_eq(row_of(4, FEB_2).cycle.paid_micro, 50 * UNIT - january);
    ck_assert_int_eq(row_of(5, FEB_2).cycle.paid_micro, 5 * UNIT);
    ck_assert_int_eq(row_of(2, FEB_2).cycle.paid_micro, 0);
    (void)agreed();
    ck_assert_int_eq(put_payments(PAYMENTS("11000000000000000000000000000001,A0001,50.00,2026-02-05 10:00,1,501,chen,\n"), 0,
                         &counts, &err),
        MBILL_OK);
    ck_assert_int_eq(counts.n_same, 1);
    ck_refused(put_payments(PAYMENTS("11000000000000000000000000000001,A0001,51.00,2026-02-05 10:00,1,501,chen,\n"), 0, NULL,
                   &err),
        MBILL_E_EXISTS_DIFFERENT, "amount");
    ck_refused(put_payments(PAYMENTS("11000000000000000000000000000003,A0001,1.00,2026-02-05 10:00,1,501,chen,\n"), 0, NULL,
                   &err),
        MBILL_E_INVALID, "DUPLICATE_RECEIPT");
    ck_refused(put_payments(PAYMENTS("11000000000000000000000000000004,A0001,1.00,2026-02-05 10:00,1,,chen,5\n"), 0, NULL, &err),
        MBILL_E_NOT_FOUND, "another account");
    ck_refused(put_payments(PAYMENTS("11000000000000000000000000000004,A0001,1.00,2026-02-05 10:00,1,,chen,99\n"), 0, NULL, &err),
        MBILL_E_NOT_FOUND, "no bill 99");
    ck_refused(put_payments(PAYMENTS("11000000000000000000000000000004,A0001,1.00,2026-02-05 10:00,1,,,\n"), 0, NULL, &err),
        MBILL_E_INVALID, "operator");
    ck_refused(put_payments(PAYMENTS("11000000000000000000000000000004,A0001,0,2026-02-05 10:00,1,,chen,\n"), 0, NULL, &err),
        MBILL_E_INVALID, "amount 0");
    ck_refused(put_payments(PAYMENTS("11000000000000000000000000000004,A0001,1,2026-02-05 10:00,-1,,chen,\n"), 0, NULL, &err),
        MBILL_E_RANGE, "channel");
    (void)agreed();
}
END_TEST

START_TEST(money_from_anywhere_settles_bills)
{
    mbill_error err;
    mbill_journal *journal;
    mbill_result results[2];
    issue_all();
    ck_ok(put_top_ups(store,
        TOP_UPS("22000000000000000000000000000001,A0001,100.00,2026-02-03T10:00\n"
                "22000000000000000000000000000002,A0002,10.00,2026-02-03T10:00\n"),
        NULL, &err));
    (void)agreed();
    ck_assert_int_eq(row_of(1, FEB_2).cycle.state, MBILL_CYCLE_PAID); /* and the rest is the account's credit */
    ck_assert_int_eq(row_of(2, FEB_2).cycle.paid_micro, 10 * UNIT);
    ck_ok(mbill_store_journal(store, &journal, &err));
    mbill_operation ops[2] = {{.id = {{9, 1}},
                                  .kind = MBILL_OPERATION_REVERSE,
                                  .target = {{0x22, [15] = 2}},
                                  .sequence = MBILL_NONE,
                                  .charge = MBILL_NONE,
                                  .period = MBILL_NONE},
        {.id = {{9, 2}},
            .kind = MBILL_OPERATION_USAGE,
            .account = 3,
            .amount_micro = 7 * UNIT,
            .sequence = MBILL_NONE,
            .charge = MBILL_NONE,
            .period = MBILL_NONE}};
    ck_ok(mbill_journal_apply(journal, ops, 2, FEB_2 + 2 * DAY, results, &err));
    ck_assert_int_eq(results[0].code + results[1].code, MBILL_RESULT_OK);
    mbill_billing_totals totals = agreed();
    ck_assert_int_eq(row_of(2, FEB_2).cycle.paid_micro, 0); /* the payment was taken back */
    ck_assert_int_eq(value_of(&totals.rest), 7 * UNIT);     /* owed, and on no bill */
    pay(PAYMENTS("33000000000000000000000000000001,A0003,10.00,2026-02-06 10:00,1,,chen,\n"));
    totals = agreed();
    ck_assert_int_eq(value_of(&totals.rest), 0); /* it comes first where no bill is named */
    ck_assert_int_eq(row_of(3, FEB_2).cycle.paid_micro, 3 * UNIT);
}
END_TEST

START_TEST(credit_pays_the_next_bill)
{
    mbill_close_summary summary;
    mbill_error err;
    issue_all();
    pay(PAYMENTS("33000000000000000000000000000001,A0001,60.00,2026-02-06 10:00,1,,chen,\n"));
    ck_ok(close_month(store, "2026-02-01", "2026-03-01", 0, &summary, &err));
    (void)step_at(MBILL_CYCLE_REVIEW, 4, FEB_2 + DAY, 0);
    (void)step_at(MBILL_CYCLE_ISSUE, 4, FEB_2 + DAY, 0);
    ck_assert_int_eq(row_of(4, FEB_2).cycle.paid_micro, 60 * UNIT - january_cents(1) * CENT);
    ck_assert_int_eq(row_of(4, FEB_2).cycle.state, MBILL_CYCLE_PART_PAID);
    (void)agreed();
}
END_TEST

START_TEST(late_fees_reminders_and_the_end)
{
    mbill_billing_row reminded = {0};
    mbill_error err;
    issue_all();
    mbill_billing_request remind = {.struct_size = sizeof remind,
        .kind = MBILL_CYCLE_REMIND,
        .at_utc_s = FEB_2 + 8 * DAY,
        .each = keep_row,
        .each_ctx = &reminded};
    mbill_billing_summary summary = {.struct_size = sizeof summary};
    ck_ok(mbill_store_billing_step(store, &remind, &summary, &err));
    ck_assert_int_eq(summary.n_done, 3);
    ck_assert_int_eq(reminded.bill, 3);
    ck_assert_int_eq(reminded.n_channels, 1);
    ck_ok(mbill_store_billing_step(store, &remind, &summary, &err));
    ck_assert_int_eq(summary.n_done, 0);
    ck_assert_int_eq(step_at(MBILL_CYCLE_TICK, 0, FEB_2 + 9 * DAY, 0).n_done, 0);
    (void)step_at(MBILL_CYCLE_DISPUTE, 2, FEB_2 + 10 * DAY, 0);
    mbill_billing_summary ticked = step_at(MBILL_CYCLE_TICK, 0, FEB_2 + 21 * DAY, 0); /* ten days late */
    ck_assert_int_eq(ticked.n_done, 3);                                               /* all are overdue, two bear a fee */
    ck_assert_int_eq(value_of(&ticked.booked), 420000 + 430000);                      /* 41.50 and 42.70 at 1 % */
    ck_assert_int_eq(row_of(2, FEB_2).cycle.fee_micro, 0);
    ck_assert_int_eq(row_of(2, FEB_2).cycle.state, MBILL_CYCLE_OVERDUE);
    ck_assert_int_eq(step_at(MBILL_CYCLE_TICK, 0, FEB_2 + 21 * DAY, 0).n_done, 0);
    (void)agreed();
    pay(PAYMENTS("33000000000000000000000000000001,A0001,100.00,2026-02-28 10:00,1,,chen,\n")); /* five days more of fees first */
    ck_assert_int_eq(row_of(1, FEB_2).cycle.fee_micro, 620000);
    ck_assert_int_eq(row_of(1, FEB_2).cycle.state, MBILL_CYCLE_PAID);
    (void)step_at(MBILL_CYCLE_RESOLVE, 2, FEB_2 + 30 * DAY, 0);
    (void)step_at(MBILL_CYCLE_CORRECT, 2, FEB_2 + 30 * DAY, -2 * UNIT);
    (void)step_at(MBILL_CYCLE_CORRECT, 2, FEB_2 + 30 * DAY, 1 * UNIT);
    ck_assert_int_eq(mbill_cycle_open(&(mbill_cycle){0}), 0);
    (void)agreed();
    ck_refused(try_step(MBILL_CYCLE_WRITE_OFF, 2, FEB_2 + 30 * DAY, &err), MBILL_E_INVALID, "no reason");
    (void)step_at(MBILL_CYCLE_WRITE_OFF, 2, FEB_2 + 30 * DAY, 0);
    ck_assert_int_eq(row_of(2, FEB_2).cycle.written_off_micro, january_cents(2) * CENT - UNIT);
    (void)agreed();
    (void)step_at(MBILL_CYCLE_RESTORE, 2, FEB_2 + 31 * DAY, 0);
    ck_assert_int_eq(row_of(2, FEB_2).cycle.state, MBILL_CYCLE_OVERDUE);
    (void)step_at(MBILL_CYCLE_WRITE_OFF, 2, FEB_2 + 32 * DAY, 0);
    (void)agreed();
    mbill_journal_head head = {.struct_size = sizeof head};
    ck_ok(mbill_journal_verify(store, NULL, &head, &err));
}
END_TEST

START_TEST(drafts_that_are_looked_at_first)
{
    mbill_billing_filter queue = {.struct_size = sizeof queue,
        .states = 1u << MBILL_CYCLE_DRAFT,
        .order = MBILL_BILLING_BY_REVIEW};
    mbill_billing_request plain = {.struct_size = sizeof plain,
        .kind = MBILL_CYCLE_REVIEW,
        .flags = MBILL_BILLING_PLAIN,
        .at_utc_s = FEB_2};
    mbill_billing_summary summary = {.struct_size = sizeof summary};
    rows found = {0};
    mbill_error err;
    ck_ok(mbill_store_billing_priority(store, "A0003", 5, &err));
    ck_ok(mbill_store_billing_priority(store, "A0002", 9, &err));
    ck_ok(mbill_store_billing_rows(store, &queue, note_row, &found, &err));
    ck_assert_int_eq(found.n, 3);
    ck_assert_int_eq(found.bills[0], 2);
    ck_assert_int_eq(found.bills[1], 3);
    ck_assert_int_eq(found.bills[2], 1);
    ck_ok(mbill_store_billing_step(store, &plain, &summary, &err));
    ck_assert_int_eq(summary.n_done, 1); /* the others have to be looked at */
    ck_assert_int_eq(row_of(1, FEB_2).cycle.state, MBILL_CYCLE_REVIEWED);
    ck_assert_uint_eq(row_of(2, FEB_2).reasons, MBILL_REVIEW_PRIORITY);
    ck_refused(mbill_store_billing_priority(store, "A0002", -1, &err), MBILL_E_RANGE, "-1");
    ck_refused(mbill_store_billing_priority(store, "A0009", 1, &err), MBILL_E_NOT_FOUND, "A0009");
}
END_TEST

START_TEST(scores)
{
    const mbill_score_rule rule = {sizeof rule, 12, MBILL_SCORE_BY_AMOUNT, 1};
    int32_t score = -1, n_bills = -1;
    mbill_error err;
    issue_all();
    pay(PAYMENTS("33000000000000000000000000000001,A0001,41.50,2026-02-06 10:00,1,,chen,\n"
                 "33000000000000000000000000000002,A0002,21.05,2026-02-07 10:00,1,,chen,\n"));
    ck_refused(mbill_store_billing_score(store, "A0001", &rule, FEB_2 + 5 * DAY, NULL, &score, &n_bills, &err), MBILL_E_NOT_KNOWN,
        "0 bills");
    ck_ok(mbill_store_billing_score(store, "A0001", &rule, FEB_2 + 20 * DAY, "payment_score", &score, &n_bills, &err));
    ck_assert_int_eq(score, 10000);
    ck_assert_int_eq(n_bills, 1);
    ck_ok(
        mbill_store_billing_score(store, "A0001", &rule, FEB_2 + 20 * DAY, "payment_score", &score, &n_bills, &err)); /* again */
    ck_ok(mbill_store_billing_score(store, "A0002", &rule, FEB_2 + 20 * DAY, NULL, &score, NULL, &err));
    ck_assert_int_eq(score, 21050000 * INT64_C(10000) / (january_cents(2) * CENT));
    ck_ok(mbill_store_billing_score(store, "A0003", &rule, FEB_2 + 20 * DAY, "payment_score", &score, NULL, &err));
    ck_assert_int_eq(score, 0);
    pay(PAYMENTS("33000000000000000000000000000003,A0003,42.70,2026-02-26 10:00,1,,chen,\n"));
    ck_ok(mbill_store_billing_score(store, "A0003", &rule, FEB_2 + 30 * DAY, NULL, &score, NULL, &err));
    ck_assert_int_eq(score, 0); /* paid, and not in time */
    mbill_store_free(store);
    store = NULL;
    ck_assert_int_eq(ask_file(path, "SELECT value_micro FROM mbill_fact WHERE name = 'payment_score' AND account_no = 1"), UNIT);
}
END_TEST

typedef struct days {
    int n;
    mbill_cashier_day all[8];
} days;

static mbill_status note_day(void *ctx, const mbill_cashier_day *day, mbill_error *err)
{
    days *to = ctx;
    (void)err;
    ck_assert_int_lt(to->n, 8);
    to->all[to->n++] = *day;
    return MBILL_OK;
}

START_TEST(cashiers_close_their_days)
{
    mbill_cashier_day day = {.struct_size = sizeof day,
        .cashier = "chen",
        .channel = 1,
        .day = 20489,
        .counted_micro = 29 * UNIT,
        .closed_utc_s = FEB_2 + 4 * DAY};
    mbill_cashier_day closed = {.struct_size = sizeof closed};
    days all = {0};
    mbill_error err;
    issue_all();
    pay(PAYMENTS("44000000000000000000000000000001,A0001,50.00,2026-02-05 23:59,1,1,chen,\n"
                 "44000000000000000000000000000002,A0002,20.00,2026-02-05 10:00,2,1,chen,\n"
                 "44000000000000000000000000000003,A0002,20.00,2026-02-05 10:00,1,2,liu,\n"
                 "44000000000000000000000000000004,A0001,-8.50,2026-02-05 12:00,1,3,chen,\n"
                 "44000000000000000000000000000005,A0001,0.50,2026-02-06 00:00,1,4,chen,\n"));
    (void)agreed();
    ck_ok(mbill_store_cashier_close(store, &day, "one note is torn", &closed, &err));
    ck_assert_int_eq(closed.n_taken, 1);
    ck_assert_int_eq(closed.taken_micro, 50 * UNIT);
    ck_assert_int_eq(closed.n_given, 1);
    ck_assert_int_eq(closed.given_micro, 8500000);
    ck_assert_int_eq(closed.taken_micro - closed.given_micro - closed.counted_micro, 12500000);
    ck_refused(mbill_store_cashier_close(store, &day, NULL, &closed, &err), MBILL_E_EXISTS, "before");
    ck_assert_int_eq(closed.taken_micro, 50 * UNIT);
    day.counted_micro = 1;
    ck_refused(mbill_store_cashier_close(store, &day, NULL, &closed, &err), MBILL_E_EXISTS_DIFFERENT, "29");
    ck_refused(put_payments(PAYMENTS("44000000000000000000000000000006,A0001,1,2026-02-05 13:00,1,5,chen,\n"), 0, NULL, &err),
        MBILL_E_ORDER, "2026-02-05");
    ck_assert_int_eq(put_payments(PAYMENTS("44000000000000000000000000000006,A0001,1,2026-02-05 13:00,1,5,chen,\n"),
                         MBILL_PAYMENT_NEXT_DAY, NULL, &err),
        MBILL_OK);
    ck_ok(mbill_store_cashier_days(store, note_day, &all, &err));
    ck_assert_int_eq(all.n, 4);
    ck_assert_int_eq(all.all[0].closed_utc_s, FEB_2 + 4 * DAY);
    ck_assert_int_eq(all.all[3].day, 20490);
    ck_assert_int_eq(all.all[3].taken_micro, 1500000); /* the late one too */
    ck_refused(put_payments(PAYMENTS("44000000000000000000000000000007,A0001,-500,2026-02-07 13:00,1,,chen,\n"), 0, NULL, &err),
        MBILL_E_INVALID, "EXCEEDS_REFUNDABLE");
    day.cashier = "";
    ck_refused(mbill_store_cashier_close(store, &day, NULL, &closed, &err), MBILL_E_INVALID, "name");
    day.struct_size = 0;
    ck_refused(mbill_store_cashier_close(store, &day, NULL, &closed, &err), MBILL_E_MISUSE, "struct_size");
}
END_TEST

typedef struct told {
    int n;
    mbill_cashier_difference all[8];
} told;

static mbill_status note_difference(void *ctx, const mbill_cashier_difference *one, mbill_error *err)
{
    told *to = ctx;
    (void)err;
    ck_assert_int_lt(to->n, 8);
    to->all[to->n++] = *one;
    return MBILL_OK;
}

START_TEST(a_providers_file)
{
    static const char file[] = "receipt,amount\n1,50.00\n3,7\n4,20\n5,-2\n4,1\n";
    const mbill_cashier_day day = {.struct_size = sizeof day, .channel = 1, .day = 20489};
    mbill_cashier_comparison sums = {.struct_size = sizeof sums};
    told found = {0};
    mbill_error err;
    issue_all();
    pay(PAYMENTS("44000000000000000000000000000001,A0001,50.00,2026-02-05 10:00,1,1,chen,\n"
                 "44000000000000000000000000000002,A0002,20.00,2026-02-05 10:00,1,2,liu,\n"
                 "44000000000000000000000000000003,A0002,8.00,2026-02-05 10:00,1,3,liu,\n"
                 "44000000000000000000000000000004,A0002,9.00,2026-02-05 10:00,1,,liu,\n"
                 "44000000000000000000000000000005,A0001,-2.00,2026-02-05 12:00,1,5,chen,\n"
                 "44000000000000000000000000000006,A0001,3.00,2026-02-06 12:00,1,6,chen,\n"));
    ck_ok(mbill_store_cashier_compare(store, &day, file, strlen(file), note_difference, &found, &sums, &err));
    ck_assert_int_eq(sums.n_ledger, 5);
    ck_assert_int_eq(sums.n_file, 5);
    ck_assert_int_eq(value_of(&sums.ledger), 85 * UNIT);
    ck_assert_int_eq(value_of(&sums.file), 76 * UNIT);
    ck_assert_int_eq(sums.n_different, 5);
    static const struct {
        int32_t kind;
        int64_t receipt, ledger_micro, file_micro;
    } expected[] = {{MBILL_CASHIER_NOT_IN_FILE, 0, 9 * UNIT, 0}, {MBILL_CASHIER_NOT_IN_FILE, 2, 20 * UNIT, 0},
        {MBILL_CASHIER_OTHER_AMOUNT, 3, 8 * UNIT, 7 * UNIT}, {MBILL_CASHIER_NOT_IN_LEDGER, 4, 0, 1 * UNIT},
        {MBILL_CASHIER_NOT_IN_LEDGER, 4, 0, 20 * UNIT}};
    for (int i = 0; i < 5; i++) {
        ck_assert_int_eq(found.all[i].kind, expected[i].kind);
        ck_assert_int_eq(found.all[i].receipt, expected[i].receipt);
        ck_assert_int_eq(found.all[i].ledger_micro, expected[i].ledger_micro);
        ck_assert_int_eq(found.all[i].file_micro, expected[i].file_micro);
        ck_assert_int_eq(found.all[i].line > 0, expected[i].kind != MBILL_CASHIER_NOT_IN_FILE);
    }
    ck_refused(mbill_store_cashier_compare(store, &day, "receipt,amount\n0,1\n", 19, note_difference, &found, NULL, &err),
        MBILL_E_RANGE, "line 2: receipt 0");
    ck_refused(mbill_store_cashier_compare(store, &day, "receipt\n", 8, note_difference, &found, NULL, &err), MBILL_E_MISSING_KEY,
        "amount");
    ck_refused(mbill_store_cashier_compare(store, &day, NULL, 1, note_difference, &found, NULL, &err), MBILL_E_MISUSE, "csv");
    sums.struct_size = 0;
    ck_refused(mbill_store_cashier_compare(store, &day, file, 1, note_difference, &found, &sums, &err), MBILL_E_MISUSE,
        "struct_size");
}
END_TEST

START_TEST(accounts_that_keep_no_debt)
{
    static const char accounts[] =
        "{\"meterbill\":1,\"kind\":\"accounts\",\"accounts\":[{\"id\":\"A0001\",\"title\":\"door 1\",\"policy\":\"DLT\"}]}";
    mbill_billing_summary summary = {.struct_size = sizeof summary};
    mbill_billing_request issue = {.struct_size = sizeof issue, .kind = MBILL_CYCLE_ISSUE, .at_utc_s = FEB_2};
    mbill_error err;
    ck_ok(mbill_store_put_accounts(store, accounts, strlen(accounts), NULL, &err));
    (void)step_at(MBILL_CYCLE_REVIEW, 0, FEB_2, 0);
    ck_refused(try_step(MBILL_CYCLE_ISSUE, 1, FEB_2, &err), MBILL_E_INVALID, "accumulated_debt");
    ck_ok(mbill_store_billing_step(store, &issue, &summary, &err));
    ck_assert_int_eq(summary.n_done, 2);
    ck_assert_int_eq(summary.n_refused, 1);
    (void)agreed();
}
END_TEST

static mbill_status add_text(void *ctx, const char *text, size_t len)
{
    growing *to = ctx;
    say(to, "%.*s", (int)len, text);
    return MBILL_OK;
}

static mbill_status stop_text(void *ctx, const char *text, size_t len)
{
    (void)ctx;
    (void)text;
    (void)len;
    return MBILL_E_IO;
}

START_TEST(exports)
{
    static const char named[] =
        "UPDATE mbill_account SET title = CASE account_no WHEN 1 THEN '=1+1, \"x\"' WHEN 2 THEN '-2' ELSE NULL END";
    const mbill_billing_filter late = {.struct_size = sizeof late, .at_utc_s = FEB_2 + 45 * DAY};
    growing csv = {0}, lines = {0}, bills = {0};
    mbill_error err;
    issue_all();
    pay(PAYMENTS("33000000000000000000000000000001,A0003,42.70,2026-02-06 10:00,1,,chen,\n"));
    mbill_store_free(store);
    ck_assert_int_eq(change_file(path, named), SQLITE_OK);
    store = open_store(path, 0);
    ck_ok(mbill_store_billing_export(store, &late, MBILL_BILLING_ARREARS, MBILL_BILLING_CSV, add_text, &csv, &err));
    ck_assert_str_eq(csv.text,
        "account,title,bills,open,not_late,late_1_30,late_31_60,late_61_90,late_91,days_late\n"
        "A0001,\"'=1+1, \"\"x\"\"\",1,41.5,0,0,41.5,0,0,35\nA0002,'-2,1,42,0,0,42,0,0,35\n");
    ck_ok(mbill_store_billing_export(store, &late, MBILL_BILLING_ARREARS, MBILL_BILLING_JSON_LINES, add_text, &lines, &err));
    ck_assert_str_eq(lines.text,
        "{\"account\":\"A0001\",\"title\":\"=1+1, "
        "\\\"x\\\"\",\"bills\":1,\"open\":\"41.5\",\"not_late\":\"0\",\"late_1_30\":\"0\","
        "\"late_31_60\":\"41.5\",\"late_61_90\":\"0\",\"late_91\":\"0\",\"days_late\":35}\n"
        "{\"account\":\"A0002\",\"title\":\"-2\",\"bills\":1,\"open\":\"42\",\"not_late\":\"0\",\"late_1_30\":\"0\","
        "\"late_31_60\":\"42\",\"late_61_90\":\"0\",\"late_91\":\"0\",\"days_late\":35}\n");
    ck_ok(mbill_store_billing_export(store, NULL, MBILL_BILLING_BILLS, MBILL_BILLING_CSV, add_text, &bills, &err));
    ck_assert_ptr_nonnull(
        strstr(bills.text, "\n3,A0003,,ladder,2026-01-01,paid,no,2026-02-02,2026-02-12,42.5,0,0,0,42.5,0,0,0,0,,,,\n"));
    ck_refused(mbill_store_billing_export(store, NULL, 3, MBILL_BILLING_CSV, add_text, &bills, &err), MBILL_E_UNKNOWN_OPTION,
        "export 3");
    ck_refused(mbill_store_billing_export(store, NULL, MBILL_BILLING_BILLS, MBILL_BILLING_CSV, stop_text, NULL, &err), MBILL_E_IO,
        "receiver");
    free(csv.text);
    free(lines.text);
    free(bills.text);
}
END_TEST

START_TEST(refused_calls)
{
    mbill_billing_request request = {.struct_size = sizeof request, .kind = MBILL_CYCLE_PAY};
    mbill_import_counts counts = {.struct_size = sizeof counts};
    mbill_billing_totals totals = {0};
    mbill_error err;
    size_t len = 0;
    ck_refused(mbill_store_billing_step(store, &request, NULL, &err), MBILL_E_UNKNOWN_OPTION, "step 6");
    request.kind = MBILL_CYCLE_WRITE_OFF;
    ck_refused(mbill_store_billing_step(store, &request, NULL, &err), MBILL_E_INVALID, "write_off is of one bill");
    request.bill = 77;
    ck_refused(mbill_store_billing_step(store, &request, NULL, &err), MBILL_E_NOT_FOUND, "no bill 77");
    request.struct_size = 0;
    ck_refused(mbill_store_billing_step(store, &request, NULL, &err), MBILL_E_MISUSE, "struct_size");
    ck_refused(mbill_store_billing_step(NULL, &request, NULL, &err), MBILL_E_MISUSE, "store");
    ck_refused(mbill_store_billing_totals(store, &totals, &err), MBILL_E_MISUSE, "struct_size");
    ck_refused(mbill_store_billing_document(NULL, 1, NULL, &len, &err), MBILL_E_MISUSE, "store");
    ck_refused(mbill_store_billing_document(store, 1, NULL, NULL, &err), MBILL_E_MISUSE, "inout_len");
    ck_refused(mbill_store_billing_document(store, 99, NULL, &len, &err), MBILL_E_NOT_FOUND, "99");
    ck_refused(put_payments("", 4, NULL, &err), MBILL_E_UNKNOWN_OPTION, "0x4");
    ck_ok(mbill_store_put_billing_policy(store, BILLING, strlen(BILLING), &counts, &err));
    ck_assert_int_eq(counts.n_same, 1);
    ck_ok(mbill_store_put_billing_policy(store, BILLING " ", strlen(BILLING) + 1, &counts, &err));
    ck_refused(mbill_store_put_billing_policy(store, BILLING, strlen(BILLING), NULL, &err), MBILL_E_EXISTS_DIFFERENT,
        "before another");
    ck_refused(mbill_store_put_billing_policy(store, "{}", 2, NULL, &err), MBILL_E_MISSING_KEY, "");
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("billing");
    TCase *tests = tcase_create("billing");
    tcase_add_checked_fixture(tests, setup, teardown);
    tcase_add_test(tests, a_draft_is_in_nobodys_ledger);
    tcase_add_test(tests, the_next_month_is_closed_behind_a_draft);
    tcase_add_test(tests, a_draft_is_made_again_from_late_readings);
    tcase_add_test(tests, payments_settle_bills);
    tcase_add_test(tests, money_from_anywhere_settles_bills);
    tcase_add_test(tests, credit_pays_the_next_bill);
    tcase_add_test(tests, late_fees_reminders_and_the_end);
    tcase_add_test(tests, drafts_that_are_looked_at_first);
    tcase_add_test(tests, scores);
    tcase_add_test(tests, cashiers_close_their_days);
    tcase_add_test(tests, a_providers_file);
    tcase_add_test(tests, accounts_that_keep_no_debt);
    tcase_add_test(tests, exports);
    tcase_add_test(tests, refused_calls);
    suite_add_tcase(suite, tests);
    return check_run(suite, CK_NOFORK);
}
