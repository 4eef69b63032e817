/* SPDX-License-Identifier: Apache-2.0 */
/* What is kept, as documents for people and programs. Reads only. */
#include "document/write.h"
#include "meterbill/calendar.h"
#include "store/inner.h"
#include "store/journal.h"

#include <string.h>

typedef mbill_status report_body(mbill_store *store, const char *account, const char *from, mbill__writer *writer,
    mbill_error *err);

static mbill_status write_bills_of(mbill_store *store, int64_t account_no, const char *from, mbill__writer *writer,
    int64_t *out_n, mbill_error *err)
{
    static const char SELECT_BILLS[] =
        "SELECT body FROM mbill_bill WHERE account_no = ?1 AND (CAST(?2 AS TEXT) IS NULL OR from_date = ?2)"
        " ORDER BY from_utc_s, contract_no";
    mbill__query *query;
    bool row;
    const char *body;
    size_t len;
    MBILL_TRY(mbill__query_start(store->db, SELECT_BILLS, &query, err));
    mbill__bind_whole(query, 1, account_no);
    mbill__bind_text(query, 2, from, from != NULL ? strlen(from) : 0);
    for (*out_n = 0;; (*out_n)++) {
        MBILL_TRY(mbill__query_step(query, &row, err)); /* on failure the rollback ends the query */
        if (!row) return MBILL_OK;
        MBILL_TRY(mbill__column_text(query, 0, &body, &len, err));
        mbill__write_raw(writer, NULL, body, len);
    }
}

static mbill_status write_bills(mbill_store *store, const char *account, const char *from, mbill__writer *writer,
    mbill_error *err)
{
    int64_t account_no, n;
    MBILL_TRY(mbill__store_account(store, account, strlen(account), &account_no, err));
    mbill__write_text(writer, "kind", "bills");
    mbill__write_text(writer, "account", account);
    mbill__write_list(writer, "bills");
    MBILL_TRY(write_bills_of(store, account_no, from, writer, &n, err));
    mbill__write_list_end(writer);
    if (n > 0 || from == NULL) return MBILL_OK;
    return mbill__fail(err, MBILL_E_NOT_FOUND, "account \"%s\" has no bill that begins on %s", account, from);
}

static mbill_status write_count(mbill_store *store, const char *name, const char *sql, mbill__writer *writer, mbill_error *err)
{
    mbill__query *query;
    bool row;
    MBILL_TRY(mbill__query_start(store->db, sql, &query, err));
    MBILL_TRY(mbill__query_step(query, &row, err));
    mbill__write_whole(writer, name, row ? mbill__column_whole(query, 0) : 0);
    mbill__query_end(query);
    return MBILL_OK;
}

static mbill_status write_total(const char *name, const mbill_sum *sum, mbill__writer *writer, mbill_error *err)
{
    char text[64];
    size_t len = sizeof text;
    MBILL_TRY(mbill_sum_print(sum, MBILL_SCALE_MICRO, text, &len, err));
    mbill__write_text(writer, name, text);
    return MBILL_OK;
}

/* A sum of a column that cannot wrap. */
static mbill_status write_sum(mbill_store *store, const char *name, const char *sql, mbill__writer *writer, mbill_error *err)
{
    mbill_sum sum = {0, 0};
    mbill__query *query;
    bool row;
    MBILL_TRY(mbill__query_start(store->db, sql, &query, err));
    MBILL_TRY(mbill__query_step(query, &row, err));
    while (row) {
        int64_t value = mbill__column_whole(query, 0);
        MBILL_TRY(mbill_sum_add(&sum, &value, 1, err));
        MBILL_TRY(mbill__query_step(query, &row, err));
    }
    return write_total(name, &sum, writer, err);
}

/* Both sides of the credit of all accounts. */
static mbill_status write_sides(mbill_store *store, mbill__writer *writer, mbill_error *err)
{
    static const char SELECT_NUMBERS[] = "SELECT account_no FROM mbill_account";
    mbill_sum debits = {0, 0}, credits = {0, 0};
    mbill__query *query;
    bool row;
    MBILL_TRY(mbill__query_start(store->db, SELECT_NUMBERS, &query, err));
    MBILL_TRY(mbill__query_step(query, &row, err));
    while (row) {
        mbill_place_sums sums;
        int64_t number = mbill__column_whole(query, 0);
        if (mbill_book_sums(store->ledger->follow.book, number, MBILL_PLACE_CREDIT, &sums, NULL) != MBILL_OK)
            sums = (mbill_place_sums){0, 0, 0, 0}; /* the ledger does not know an account before its first money */
        MBILL_TRY(mbill_sum_add(&debits, &sums.debits_micro, 1, err));
        MBILL_TRY(mbill_sum_add(&credits, &sums.credits_micro, 1, err));
        MBILL_TRY(mbill__query_step(query, &row, err));
    }
    MBILL_TRY(write_total("debits", &debits, writer, err));
    return write_total("credits", &credits, writer, err);
}

#define ISSUED "EXISTS (SELECT 1 FROM mbill_due d WHERE d.priced_no = b.bill_no AND d.state BETWEEN 3 AND 7)"

static mbill_status write_summary(mbill_store *store, const char *account, const char *from, mbill__writer *writer,
    mbill_error *err)
{
    static const struct {
        char name[16];
        const char *sql;
    } COUNTS[] = {
        {"accounts", "SELECT count(*) FROM mbill_account"},
        {"contracts", "SELECT count(*) FROM mbill_contract"},
        {"meters", "SELECT count(*) FROM mbill_meter"},
        {"registers", "SELECT count(*) FROM mbill_register"},
        {"tariffs", "SELECT count(*) FROM mbill_tariff"},
        {"readings", "SELECT sum(n_readings) FROM mbill_reading_month WHERE kind = 1"},
        {"intervals", "SELECT sum(n_readings) FROM mbill_reading_month WHERE kind = 2"},
        {"bills", "SELECT count(*) FROM mbill_bill b WHERE record IS NOT NULL OR " ISSUED},
        {"drafts", "SELECT count(*) FROM mbill_due WHERE state < 3"},
        {"operations", "SELECT sum(n_records) FROM mbill_segment"},
    };
    /* Drafts are billed when they are issued, with the custom charges on them. */
    static const char BILLED[] = "SELECT total_micro FROM mbill_bill WHERE record IS NOT NULL UNION ALL SELECT amount_micro FROM"
                                 " mbill_due WHERE state BETWEEN 3 AND 7";
    (void)account;
    (void)from;
    mbill__write_text(writer, "kind", "store_summary");
    for (size_t i = 0; i < sizeof COUNTS / sizeof COUNTS[0]; i++)
        MBILL_TRY(write_count(store, COUNTS[i].name, COUNTS[i].sql, writer, err));
    MBILL_TRY(write_sum(store, "billed", BILLED, writer, err));
    return write_sides(store, writer, err);
}

/* The body in one state of the file and, where the ledger is open, of the ledger. */
static mbill_status read_body(mbill_store *store, report_body *body, const char *account, const char *from, mbill__writer *writer,
    mbill_error *err)
{
    int64_t first;
    if (store->ledger == NULL) {
        MBILL_TRY(mbill__db_begin_read(store->db, err));
        return mbill__db_finish(store->db, body(store, account, from, writer, err), err);
    }
    MBILL_TRY(mbill__journal_begin(store->ledger, false, &first, err));
    return mbill__journal_finish(store->ledger, first, body(store, account, from, writer, err), err);
}

static mbill_status report(mbill_store *store, report_body *body, const char *account, const char *from, char *out_text,
    size_t *inout_len, mbill_error *err)
{
    mbill__buffer buffer;
    mbill__writer writer;
    mbill__buffer_start(&buffer, mbill__db_allocator(store->db));
    mbill__write_start(&writer, &buffer, false);
    mbill__write_object(&writer, NULL);
    mbill__write_whole(&writer, "meterbill", 1);
    mbill_status status = read_body(store, body, account, from, &writer, err);
    mbill__write_object_end(&writer);
    if (status == MBILL_OK) status = mbill__buffer_check(&buffer, err);
    if (status == MBILL_OK) status = mbill__buffer_copy(&buffer, out_text, inout_len, err);
    mbill__buffer_free(&buffer);
    return status;
}

mbill_status mbill_store_bills(mbill_store *store, const char *account, const char *from, char *out_text, size_t *inout_len,
    mbill_error *err)
{
    MBILL__NEED(store);
    MBILL__NEED(account);
    MBILL__NEED(inout_len);
    mbill_date date;
    if (from != NULL) MBILL_TRY(mbill_date_parse(from, strlen(from), &date, err));
    return report(store, write_bills, account, from, out_text, inout_len, err);
}

mbill_status mbill_store_summary(mbill_store *store, char *out_text, size_t *inout_len, mbill_error *err)
{
    MBILL__NEED(store);
    MBILL__NEED(inout_len);
    mbill_journal *ledger;
    MBILL_TRY(mbill_store_journal(store, &ledger, err));
    return report(store, write_summary, NULL, NULL, out_text, inout_len, err);
}
