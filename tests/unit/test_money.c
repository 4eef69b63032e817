/* SPDX-License-Identifier: Apache-2.0 */
/* One ledger: top-ups and bills of the store as operations of its journal, the policies of its accounts, what the ledger refuses, and that nothing of
 * a refusal stays. */
#include "district.h"
#include "check_run.h"

#include "meterbill/operations.h"

#define ID_A "0000000000000000000000000000000a"
#define ID_B "0000000000000000000000000000000b"
#define ID_C "0000000000000000000000000000000c"
#define UNIT INT64_C(1000000)

static char path[300];
static const char *folder;

static void setup(void)
{
    folder = temporary_folder();
    snprintf(path, sizeof path, "%s/s.db", folder);
}

static void teardown(void)
{
    remove_folder(folder);
}

static const mbill_book *book_of(mbill_store *store)
{
    mbill_journal *journal;
    const mbill_book *book;
    mbill_error err;
    ck_ok(mbill_store_journal(store, &journal, &err));
    ck_ok(mbill_journal_book(journal, &book, &err));
    return book;
}

static int64_t number_of(mbill_store *store, const char *account)
{
    int64_t number = 0;
    mbill_error err;
    ck_ok(mbill_store_account_number(store, account, &number, &err));
    return number;
}

static mbill_status put_policy(mbill_store *store, const char *account, const char *policy, mbill_import_counts *out,
    mbill_error *err)
{
    char text[400];
    snprintf(text, sizeof text, "{\"meterbill\":1,\"kind\":\"accounts\",\"accounts\":[{\"id\":\"%s\",\"policy\":%s}]}", account,
        policy);
    return mbill_store_put_accounts(store, text, strlen(text), out, err);
}

/* One operation of a line, by hand. */
static int32_t apply_line(mbill_store *store, const char *line)
{
    mbill_operations *read;
    mbill_journal *journal;
    mbill_result result;
    mbill_error err;
    size_t n;
    ck_ok(mbill_operations_read_line(line, strlen(line), 0, NULL, &read, &err));
    ck_ok(mbill_store_journal(store, &journal, &err));
    ck_ok(mbill_journal_apply(journal, mbill_operations_batches(read, &n)->operations, 1, 0, &result, &err));
    mbill_operations_free(read);
    return result.code;
}

/* The last contract that was refused. */
typedef struct refusal {
    int n;
    mbill_error why;
} refusal;

static void note(void *ctx, const char *account, const char *tariff, const mbill_error *err)
{
    refusal *out = ctx;
    (void)account;
    (void)tariff;
    out->n++;
    out->why = *err;
}

static mbill_status close_january(mbill_store *store, refusal *out, mbill_close_summary *summary, mbill_error *err)
{
    mbill_close_options options = {.struct_size = sizeof options,
        .from = "2026-01-01",
        .to = "2026-02-01",
        .recorded_utc_s = RECORDED_UTC_S,
        .refused = note,
        .refused_ctx = out};
    memset(out, 0, sizeof *out);
    memset(summary, 0, sizeof *summary);
    summary->struct_size = sizeof *summary;
    mbill_error_init(err);
    return mbill_store_close_span(store, &options, summary, err);
}

/* What is booked */

START_TEST(money_of_files_and_bills_is_in_the_journal)
{
    mbill_error err;
    mbill_close_summary summary;
    mbill_operation op;
    mbill_result result;
    mbill_view view = {.struct_size = sizeof view};
    int64_t at_utc_s;
    mbill_store *store = make_district(path, 2);
    ck_ok(put_top_ups(store, TOP_UPS(ID_A ",A0002,100,2026-01-03\n" ID_B ",A0002,50,2026-01-02\n"), NULL, &err));
    ck_ok(close_month(store, "2026-01-01", "2026-02-01", 0, &summary, &err));
    const mbill_book *book = book_of(store);
    ck_assert_int_eq(mbill_book_n_records(book), 6); /* two openings, two top-ups, two bills */
    ck_ok(mbill_book_view(book, number_of(store, "A0002"), &view, &err));
    ck_assert_int_eq(view.credit_micro, 150 * UNIT - january_cents(2) * 10000);
    ck_ok(mbill_book_view(book, number_of(store, "A0001"), &view, &err));
    ck_assert_int_eq(view.credit_micro, -january_cents(1) * 10000); /* never refused for lack of money */
    ck_ok(mbill_book_record(book, 2, &op, &result, &at_utc_s, NULL, &err));
    ck_assert_int_eq(op.kind, MBILL_OPERATION_TOP_UP);
    ck_assert_int_eq(op.effective_utc_s, 1767283200);
    ck_assert_int_eq(at_utc_s, 1767369600); /* the file's latest */
    mbill_store_free(store);
    store = open_store(path, 0);
    ck_assert_int_eq(sums_of(store, "A0002").credits_micro, 150 * UNIT);
    ck_ok(mbill_journal_verify(store, NULL, NULL, &err));
    mbill_store_free(store);
    ck_assert_int_eq(ask_file(path, "SELECT count(*) FROM mbill_statement WHERE id = 'A0002'"), 3);
    ck_assert_int_eq(ask_file(path, "SELECT credits_micro FROM mbill_place_balance WHERE id = 'A0002' AND place = 'credit'"),
        150 * UNIT);
    ck_assert_int_eq(ask_file(path, "SELECT count(*) FROM mbill_place_balance WHERE id IS NULL"), 2);
}
END_TEST

/* A bill below 0: a use of nothing, and its correction. */
START_TEST(a_bill_below_zero_gives_money_back)
{
    static const char REFUND[] =
        "{\"meterbill\":1,\"id\":\"ladder\",\"version\":\"2026\",\"currency\":\"CNY\",\"zone\":\"CST-8\","
        "\"valid\":{\"from\":\"2026-01-01\",\"to\":null},"
        "\"inputs\":{\"energy\":{\"register\":\"import\",\"unit\":\"kWh\"}},"
        "\"rounding\":{\"line\":\"none\",\"charge\":\"none\",\"bill\":\"none\"},"
        "\"charges\":[{\"id\":\"energy\",\"quantity\":\"energy\",\"rate\":\"-0.25\"}]}";
    mbill_error err;
    mbill_close_summary summary;
    mbill_operation use, credit;
    growing accounts = make_accounts(1), readings = make_month_readings(1);
    mbill_store *store = open_store(path, MBILL_STORE_CREATE);
    ck_ok(mbill_store_put_tariff(store, REFUND, strlen(REFUND), NULL, &err));
    ck_ok(mbill_store_put_accounts(store, accounts.text, accounts.len, NULL, &err));
    ck_ok(mbill_store_put_readings(store, readings.text, readings.len, "CST-8", NULL, &err));
    free(accounts.text);
    free(readings.text);
    ck_ok(close_month(store, "2026-01-01", "2026-02-01", 0, &summary, &err));
    ck_assert_int_eq(summary.n_billed, 1);
    const mbill_book *book = book_of(store);
    ck_assert_int_eq(mbill_book_n_records(book), 3);
    ck_ok(mbill_book_record(book, 1, &use, NULL, NULL, NULL, &err));
    ck_ok(mbill_book_record(book, 2, &credit, NULL, NULL, NULL, &err));
    ck_assert_int_eq(use.kind, MBILL_OPERATION_USAGE);
    ck_assert_int_eq(use.amount_micro, 0);
    ck_assert_int_eq(credit.kind, MBILL_OPERATION_CORRECT);
    ck_assert_int_eq(credit.amount_micro, 81 * UNIT / 4);
    ck_assert_mem_eq(&credit.target, &use.id, sizeof use.id);
    ck_assert_int_eq(sums_of(store, "A0001").credits_micro, 81 * UNIT / 4);
    mbill_store_free(store);
    ck_assert_int_eq(ask_file(path, "SELECT record FROM mbill_bill"), 1);
}
END_TEST

/* An account that was opened by hand under its number is taken as it is. */
START_TEST(an_account_that_the_ledger_has)
{
    mbill_error err;
    mbill_store *store = make_district(path, 1);
    ck_assert_int_eq(apply_line(store, "{\"id\":\"" ID_C "\",\"do\":\"open\",\"account\":1,\"policy\":\"SMETS\"}"),
        MBILL_RESULT_OK);
    ck_ok(put_top_ups(store, TOP_UPS(ID_A ",A0001,7,2026-01-03\n"), NULL, &err));
    ck_assert_int_eq(mbill_book_n_records(book_of(store)), 2);
    ck_assert_int_eq(mbill_book_policy(book_of(store), 1)->sink, MBILL_PLACE_ACCUM);
    mbill_store_free(store);
}
END_TEST

/* Ids */

START_TEST(ids_that_come_again)
{
    static const struct {
        const char *row, *why;
    } OTHER[] = {{ID_A ",A0001,101,2026-01-03\n", "line 2: this id was applied with amount 100, now given with 101"},
        {ID_A ",A0001,100,2026-01-04\n",
            "line 2: this id was applied with time 2026-01-02T16:00:00Z, now given with 2026-01-03T16"},
        {ID_A ",A0002,100,2026-01-03\n", "line 2: this id was applied with another account"}};
    mbill_error err;
    mbill_import_counts counts = {.struct_size = sizeof counts};
    mbill_store *store = make_district(path, 2);
    ck_ok(put_top_ups(store, TOP_UPS(ID_A ",A0001,100,2026-01-03\n"), NULL, &err));
    mbill_store_free(store);
    uint64_t before = digest_file(path);
    store = open_store(path, 0);
    for (size_t i = 0; i < sizeof OTHER / sizeof OTHER[0]; i++) {
        char csv[120];
        snprintf(csv, sizeof csv, TOP_UPS("%s"), OTHER[i].row);
        ck_refused(put_top_ups(store, csv, NULL, &err), MBILL_E_EXISTS_DIFFERENT, OTHER[i].why);
    }
    ck_ok(put_top_ups(store, TOP_UPS(ID_A ",A0001,100,2026-01-03\n"), &counts, &err));
    ck_assert_int_eq(counts.n_same, 1);
    mbill_store_free(store);
    ck_assert(digest_file(path) == before);
}
END_TEST

START_TEST(an_id_that_was_refused_stays_refused)
{
    mbill_error err;
    mbill_store *store = make_district(path, 1);
    ck_assert_int_eq(apply_line(store, "{\"id\":\"" ID_A "\",\"do\":\"top_up\",\"account\":1,\"amount\":\"5\"}"),
        MBILL_RESULT_NO_ACCOUNT);
    ck_refused(put_top_ups(store, TOP_UPS(ID_A ",A0001,5,2026-01-03\n"), NULL, &err), MBILL_E_INVALID, "REFUSED_BEFORE");
    mbill_store_free(store);
}
END_TEST

/* The bill's id follows from contract and span: whoever has taken it stops this bill alone. */
START_TEST(the_id_of_a_bill_is_taken)
{
    static const char LINE[] = "{\"id\":\"6d62696c6c206268%016llx\",\"do\":\"open\",\"account\":77,\"policy\":\"DLT\"}";
    mbill_error err;
    mbill_close_summary summary;
    refusal refused;
    char line[200];
    const unsigned long long from_utc_s = 1767196800, tag = 0x6c6c20656e747279; /* "ll entry" */
    mbill_store *store = make_district(path, 2);
    snprintf(line, sizeof line, LINE, from_utc_s ^ tag);
    ck_assert_int_eq(apply_line(store, line), MBILL_RESULT_OK);
    ck_ok(close_january(store, &refused, &summary, &err));
    ck_assert_int_eq(summary.n_billed, 1);
    assert_refusal(&refused.why, (mbill_status)refused.why.status, MBILL_E_EXISTS_DIFFERENT, "taken");
    ck_assert_int_eq(sums_of(store, "A0001").debits_micro, 0);
    mbill_store_free(store);
}
END_TEST

/* Where even the opening's id is taken, the close ends, and nothing of the batch is written. */
START_TEST(the_id_of_an_opening_is_taken)
{
    static const char LINE[] = "{\"id\":\"6f70656e20616e226163636f756e742e\",\"do\":\"open\",\"account\":77,\"policy\":\"DLT\"}";
    mbill_error err;
    mbill_close_summary summary;
    refusal refused;
    mbill_store *store = make_district(path, 3);
    ck_assert_int_eq(apply_line(store, LINE), MBILL_RESULT_OK);
    ck_refused(close_january(store, &refused, &summary, &err), MBILL_E_EXISTS_DIFFERENT, "account \"A0002\"");
    ck_assert_int_eq(mbill_book_n_records(book_of(store)), 1);
    mbill_store_free(store);
    ck_assert_int_eq(ask_file(path, "SELECT count(*) FROM mbill_bill"), 0);
}
END_TEST

START_TEST(booked_outside_the_calendar)
{
    mbill_error err;
    mbill_close_options options = {.struct_size = sizeof options,
        .from = "2026-01-01",
        .to = "2026-02-01",
        .recorded_utc_s = INT64_MAX};
    mbill_store *store = make_district(path, 2);
    ck_refused(mbill_store_close_span(store, &options, NULL, &err), MBILL_E_RANGE, "account \"A0001\": the moment of booking");
    ck_assert_int_eq(mbill_book_n_records(book_of(store)), 0);
    mbill_store_free(store);
    ck_assert_int_eq(ask_file(path, "SELECT count(*) FROM mbill_bill"), 0);
}
END_TEST

/* Policies */

START_TEST(the_policy_of_an_account)
{
    mbill_error err;
    mbill_import_counts counts = {.struct_size = sizeof counts};
    mbill_store *store = make_district(path, 1);
    ck_ok(put_policy(store, "B1", "{\"preset\":\"DLT\",\"hoarding_limit\":\"100.50\"}", &counts, &err));
    ck_assert_int_eq(counts.n_added, 1);
    ck_assert_int_eq(mbill_book_n_records(book_of(store)), 0); /* it is opened with its first money */
    ck_ok(put_top_ups(store, TOP_UPS(ID_A ",B1,100.5,2026-01-03\n" ID_B ",A0001,9,2026-01-03\n"), NULL, &err));
    ck_assert_int_eq(mbill_book_policy(book_of(store), number_of(store, "B1"))->hoarding_limit_micro, 100500000);
    mbill_policy preset;
    ck_assert_int_eq(mbill_policy_preset(MBILL_PRESET_DLT, &preset), 1);
    ck_assert_mem_eq(mbill_book_policy(book_of(store), number_of(store, "A0001")), &preset, sizeof preset);
    ck_ok(put_policy(store, "B1", "{\"hoarding_limit\":\"100.5\",\"preset\":\"DLT\"}", &counts, &err));
    ck_assert_int_eq(counts.n_same, 1);
    ck_assert_int_eq(mbill_book_n_records(book_of(store)), 4);
    ck_ok(put_policy(store, "B1", "\"VEND\"", &counts, &err));
    ck_assert_int_eq(counts.n_added, 1);
    ck_assert_int_eq(mbill_book_n_records(book_of(store)), 5);
    ck_assert_int_eq(mbill_book_policy(book_of(store), number_of(store, "B1"))->hoarding_limit_micro, 0);
    ck_ok(put_policy(store, "B1", "{\"preset\":\"VEND\"}", &counts, &err)); /* another text, the same policy */
    ck_ok(put_policy(store, "B1", "\"SMETS\"", NULL, &err));
    ck_ok(put_policy(store, "B1", "\"VEND\"", NULL, &err));
    ck_assert_int_eq(mbill_book_n_records(book_of(store)), 7);
    ck_refused(put_policy(store, "B1", "\"XYZ\"", NULL, &err), MBILL_E_INVALID, "XYZ");
    mbill_store_free(store);
    ck_assert_int_eq(ask_file(path, "SELECT count(*) FROM mbill_account WHERE policy = '\"VEND\"'"), 1);
}
END_TEST

START_TEST(a_policy_of_a_closed_account)
{
    mbill_error err;
    mbill_store *store = make_district(path, 1);
    ck_assert_int_eq(apply_line(store, "{\"id\":\"" ID_A "\",\"do\":\"open\",\"account\":1,\"policy\":\"DLT\"}"),
        MBILL_RESULT_OK);
    ck_assert_int_eq(apply_line(store, "{\"id\":\"" ID_B "\",\"do\":\"close\",\"account\":1}"), MBILL_RESULT_OK);
    mbill_store_free(store);
    uint64_t before = digest_file(path);
    store = open_store(path, 0);
    char text[] = "{\"meterbill\":1,\"kind\":\"accounts\",\"accounts\":[{\"id\":\"N1\"},{\"id\":\"A0001\",\"title\":\"door "
                  "1\",\"policy\":\"VEND\"}]}";
    ck_refused(mbill_store_put_accounts(store, text, strlen(text), NULL, &err), MBILL_E_INVALID,
        "account \"A0001\": the ledger refuses the account's policy: CLOSED");
    ck_assert_int_eq(err.index, 1);
    ck_assert_int_eq(mbill_book_n_records(book_of(store)), 2);
    mbill_store_free(store);
    ck_assert(digest_file(path) == before);
}
END_TEST

/* What the ledger refuses */

START_TEST(a_refused_row_takes_the_file_with_it)
{
    static const char FILE_1[] = TOP_UPS(ID_A ",A0001,5,2026-01-03\n" ID_B ",B1,11,2026-01-04\n");
    mbill_error err;
    mbill_store *store = make_district(path, 1);
    ck_ok(put_policy(store, "B1", "{\"preset\":\"DLT\",\"hoarding_limit\":\"10\"}", NULL, &err));
    mbill_store_free(store);
    uint64_t before = digest_file(path);
    store = open_store(path, 0);
    ck_refused(put_top_ups(store, FILE_1, NULL, &err), MBILL_E_INVALID,
        "line 3: the ledger refuses a top-up of 11: EXCEEDS_HOARDING");
    ck_assert_int_eq(err.index, 3);
    ck_assert_int_eq(mbill_book_n_records(book_of(store)), 0);
    mbill_store_free(store);
    ck_assert(digest_file(path) == before);
    store = open_store(path, 0);
    ck_ok(put_policy(store, "B1", "{\"preset\":\"DLT\",\"hoarding_limit\":\"11\"}", NULL, &err));
    ck_ok(put_top_ups(store, FILE_1, NULL, &err)); /* no id was used up */
    ck_assert_int_eq(sums_of(store, "B1").credits_micro, 11 * UNIT);
    mbill_store_free(store);
}
END_TEST

START_TEST(sums_that_leave_their_range)
{
    mbill_error err;
    mbill_close_summary summary;
    refusal refused;
    mbill_store *store = make_district(path, 2);
    ck_refused(put_top_ups(store, TOP_UPS(ID_A ",A0001,9000000000000,2026-01-03\n" ID_B ",A0001,9000000000000,2026-01-03\n"),
                   NULL, &err),
        MBILL_E_OVERFLOW, "line 3: ");
    ck_assert_int_eq(apply_line(store, "{\"id\":\"" ID_A "\",\"do\":\"open\",\"account\":1,\"policy\":\"DLT\"}"),
        MBILL_RESULT_OK);
    ck_assert_int_eq(apply_line(store, "{\"id\":\"" ID_B "\",\"do\":\"top_up\",\"account\":1,\"amount\":\"9223372036854\"}"),
        MBILL_RESULT_OK);
    ck_assert_int_eq(apply_line(store, "{\"id\":\"" ID_C "\",\"do\":\"refund\",\"account\":1,\"amount\":\"9223372036854\"}"),
        MBILL_RESULT_OK);
    ck_ok(close_january(store, &refused, &summary, &err));
    ck_assert_int_eq(summary.n_billed, 1);
    assert_refusal(&refused.why, (mbill_status)refused.why.status, MBILL_E_OVERFLOW, "the ledger refuses a bill of 41.5");
    ck_assert_int_eq(mbill_book_n_records(book_of(store)), 5);
    mbill_store_free(store);
}
END_TEST

/* A bill is refused by name and can be made later: nothing of it was written. */
START_TEST(accounts_that_take_no_bill)
{
    mbill_error err;
    mbill_close_summary summary;
    refusal refused;
    mbill_store *store = make_district(path, 4);
    ck_assert_int_eq(apply_line(store,
                         "{\"id\":\"000000000000000000000000000000a1\",\"do\":\"open\",\"account\":1,\"policy\":"
                         "\"DLT\",\"flags\":[\"inactive\"]}"),
        MBILL_RESULT_OK);
    ck_ok(close_january(store, &refused, &summary, &err));
    ck_assert_int_eq(refused.n, 1);
    assert_refusal(&refused.why, (mbill_status)refused.why.status, MBILL_E_INVALID, "NOT_ACTIVE");
    ck_assert_int_eq(summary.n_billed, 3);
    ck_assert_int_eq(apply_line(store, "{\"id\":\"000000000000000000000000000000a2\",\"do\":\"activate\",\"account\":1}"),
        MBILL_RESULT_OK);
    ck_assert_int_eq(apply_line(store, "{\"id\":\"000000000000000000000000000000a3\",\"do\":\"close\",\"account\":1}"),
        MBILL_RESULT_OK);
    ck_ok(close_january(store, &refused, &summary, &err));
    assert_refusal(&refused.why, (mbill_status)refused.why.status, MBILL_E_INVALID, "CLOSED");
    ck_assert_int_eq(apply_line(store, "{\"id\":\"000000000000000000000000000000a4\",\"do\":\"reopen\",\"account\":1}"),
        MBILL_RESULT_OK);
    ck_ok(close_january(store, &refused, &summary, &err));
    ck_assert_int_eq(summary.n_billed, 1);
    ck_assert_int_eq(summary.n_already, 3);
    mbill_store_free(store);
}
END_TEST

START_TEST(a_plain_account_has_no_bills)
{
    mbill_error err;
    mbill_close_summary summary;
    refusal refused;
    mbill_store *store = make_district(path, 1);
    ck_assert_int_eq(apply_line(store, "{\"id\":\"" ID_A "\",\"do\":\"open\",\"account\":1,\"limit\":\"none\"}"),
        MBILL_RESULT_OK);
    ck_ok(close_january(store, &refused, &summary, &err));
    assert_refusal(&refused.why, (mbill_status)refused.why.status, MBILL_E_INVALID, "NO_ACCOUNT");
    ck_refused(put_top_ups(store, TOP_UPS(ID_B ",A0001,5,2026-01-03\n"), NULL, &err), MBILL_E_INVALID, "NO_ACCOUNT");
    ck_ok(put_policy(store, "N1", "\"DLT\"", NULL, &err));
    mbill_store_free(store);
}
END_TEST

/* The handle and the file */

START_TEST(two_journals_of_one_store)
{
    mbill_error err;
    mbill_journal *other, *own, *again;
    const mbill_book *book;
    mbill_store *store = make_district(path, 1);
    ck_ok(mbill_journal_open(store, &other, &err));
    ck_ok(put_top_ups(store, TOP_UPS(ID_A ",A0001,5,2026-01-03\n"), NULL, &err));
    ck_ok(mbill_journal_book(other, &book, &err));
    ck_assert_int_eq(mbill_book_n_records(book), 2);
    mbill_operation more = {.id = {{0x0b}},
        .kind = MBILL_OPERATION_USAGE,
        .account = 1,
        .amount_micro = UNIT,
        .sequence = MBILL_NONE,
        .charge = MBILL_NONE,
        .period = MBILL_NONE};
    mbill_result result;
    ck_ok(mbill_journal_apply(other, &more, 1, RECORDED_UTC_S, &result, &err));
    ck_assert_int_eq(result.code, MBILL_RESULT_OK);
    ck_assert_int_eq(sums_of(store, "A0001").debits_micro, UNIT);
    ck_ok(mbill_store_journal(store, &own, &err));
    ck_ok(mbill_store_journal(store, &again, &err));
    ck_assert_ptr_eq(own, again);
    ck_assert_ptr_ne(own, other);
    mbill_journal_free(other);
    mbill_store_free(store);
}
END_TEST

START_TEST(summary_has_both_sides)
{
    mbill_error err;
    char text[600];
    size_t len = sizeof text;
    mbill_store *store = make_district(path, 2);
    ck_ok(put_top_ups(store, TOP_UPS(ID_A ",A0001,5,2026-01-03\n" ID_B ",A0002,6.5,2026-01-03\n"), NULL, &err));
    ck_ok(mbill_store_summary(store, text, &len, &err));
    ck_assert_ptr_nonnull(strstr(text, "\"operations\":4,\"billed\":\"0\",\"debits\":\"0\",\"credits\":\"11.5\"}"));
    mbill_store_free(store);
}
END_TEST

START_TEST(misused)
{
    mbill_error err;
    mbill_journal *journal = NULL;
    int64_t number = 7;
    mbill_store *store = make_district(path, 1);
    ck_refused(mbill_store_account_number(NULL, "A0001", &number, &err), MBILL_E_MISUSE, "store");
    ck_refused(mbill_store_account_number(store, NULL, &number, &err), MBILL_E_MISUSE, "account");
    ck_refused(mbill_store_account_number(store, "A0001", NULL, &err), MBILL_E_MISUSE, "out_number");
    ck_refused(mbill_store_account_number(store, "A0009", &number, &err), MBILL_E_NOT_FOUND, "A0009");
    ck_assert_int_eq(number, 7);
    ck_refused(mbill_store_journal(NULL, &journal, &err), MBILL_E_MISUSE, "store");
    ck_refused(mbill_store_journal(store, NULL, &err), MBILL_E_MISUSE, "out_journal");
    mbill_store_free(store);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("money");
    TCase *ok = tcase_create("ok"), *refused = tcase_create("refused"), *edges = tcase_create("edges");
    TCase *all[] = {ok, refused, edges};
    for (size_t i = 0; i < 3; i++) tcase_add_checked_fixture(all[i], setup, teardown);
    tcase_add_test(ok, money_of_files_and_bills_is_in_the_journal);
    tcase_add_test(ok, a_bill_below_zero_gives_money_back);
    tcase_add_test(ok, an_account_that_the_ledger_has);
    tcase_add_test(ok, the_policy_of_an_account);
    tcase_add_test(ok, summary_has_both_sides);
    tcase_add_test(refused, ids_that_come_again);
    tcase_add_test(refused, an_id_that_was_refused_stays_refused);
    tcase_add_test(refused, a_policy_of_a_closed_account);
    tcase_add_test(refused, a_refused_row_takes_the_file_with_it);
    tcase_add_test(refused, accounts_that_take_no_bill);
    tcase_add_test(refused, a_plain_account_has_no_bills);
    tcase_add_test(refused, misused);
    tcase_add_test(edges, the_id_of_a_bill_is_taken);
    tcase_add_test(edges, the_id_of_an_opening_is_taken);
    tcase_add_test(edges, booked_outside_the_calendar);
    tcase_add_test(edges, sums_that_leave_their_range);
    tcase_add_test(edges, two_journals_of_one_store);
    for (size_t i = 0; i < 3; i++) suite_add_tcase(suite, all[i]);
    return check_run(suite, CK_NOFORK);
}
