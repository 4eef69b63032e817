/* SPDX-License-Identifier: Apache-2.0 */
/* kept OPERATIONS.json STORE.db: the document on a book in memory and on one that is kept in a new file, which is closed and opened after every
 * batch. Results, every record and the numbers of every account must be the same text. */
#include "meterbill/journal.h"
#include "meterbill/operations.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define TEXT_MAX 65536
#define DOCUMENT_MAX (1 << 20)

static mbill_book *plain;
static mbill_store *store;
static mbill_journal *journal;
static mbill_error err;

static void stop(const char *what, const char *why)
{
    fprintf(stderr, "%s: %s\n", what, why);
    exit(1);
}

static void must(mbill_status status, const char *what)
{
    if (status != MBILL_OK) stop(what, err.message);
}

static void open_file(const char *path, uint32_t flags)
{
    mbill_store_options options = {sizeof options, flags, 0, 0};
    must(mbill_store_open(path, &options, NULL, &store, &err), "store");
    must(mbill_journal_open(store, &journal, &err), "journal");
}

static void close_file(void)
{
    mbill_journal_free(journal);
    mbill_store_free(store);
}

static void same_text(const char *mine, mbill_status a, const char *theirs, mbill_status b, const char *what)
{
    if (a != b || (a == MBILL_OK && strcmp(mine, theirs) != 0)) stop(what, "the kept book says something else");
}

/* All records, and all accounts that they name. */
static void compare(const mbill_book *kept)
{
    static char mine[TEXT_MAX], theirs[TEXT_MAX];
    int64_t n = mbill_book_n_records(plain);
    if (n != mbill_book_n_records(kept)) stop("records", "there are not as many");
    for (int64_t i = 0; i < n; i++) {
        mbill_operation op;
        size_t a = sizeof mine, b = sizeof theirs;
        mbill_status first = mbill_book_record_write(plain, i, mine, &a, &err);
        same_text(mine, first, theirs, mbill_book_record_write(kept, i, theirs, &b, &err), "record");
        must(mbill_book_record(plain, i, &op, NULL, NULL, NULL, &err), "record");
        const int64_t accounts[2] = {op.account, op.other};
        for (size_t k = 0; k < 2; k++) {
            a = sizeof mine;
            b = sizeof theirs;
            first = mbill_book_account_write(plain, accounts[k], mine, &a, NULL);
            same_text(mine, first, theirs, mbill_book_account_write(kept, accounts[k], theirs, &b, NULL), "account");
        }
    }
}

static void apply(const mbill_operation_batch *batch)
{
    static mbill_result mine[8192], theirs[8192];
    const mbill_book *kept;
    size_t n = batch->n_operations;
    if (n == 0) {
        must(mbill_book_tick(plain, batch->at_utc_s, &err), "tick");
        must(mbill_journal_tick(journal, batch->at_utc_s, &err), "tick");
    } else {
        must(mbill_book_apply(plain, batch->operations, n, batch->at_utc_s, mine, &err), "apply");
        must(mbill_journal_apply(journal, batch->operations, n, batch->at_utc_s, theirs, &err), "apply");
    }
    if (n > 0 && memcmp(mine, theirs, n * sizeof *mine) != 0) stop("results", "the kept book gives others");
    must(mbill_journal_book(journal, &kept, &err), "book");
    compare(kept);
}

int main(int argc, char **argv)
{
    static char document[DOCUMENT_MAX];
    mbill_operations *operations = NULL;
    size_t n_batches;
    mbill_error_init(&err);
    FILE *in = argc == 3 ? fopen(argv[1], "rb") : NULL;
    if (in == NULL) stop("usage", "kept OPERATIONS.json STORE.db");
    size_t len = fread(document, 1, sizeof document, in);
    fclose(in);
    must(mbill_operations_read(document, len, NULL, &operations, &err), "document");
    must(mbill_book_open(NULL, &plain, &err), "book");
    open_file(argv[2], MBILL_STORE_CREATE);
    const mbill_operation_batch *batches = mbill_operations_batches(operations, &n_batches);
    for (size_t i = 0; i < n_batches; i++) {
        apply(&batches[i]);
        close_file();
        open_file(argv[2], 0);
    }
    must(mbill_journal_verify(store, NULL, NULL, &err), "verify");
    close_file();
    mbill_book_free(plain);
    mbill_operations_free(operations);
    return 0;
}
