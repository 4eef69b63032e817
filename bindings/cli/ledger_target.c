/* SPDX-License-Identifier: Apache-2.0 */
/* Changes when a ledger is kept somewhere else. */
#include "ledger_target.h"

#include "open.h"
#include "output.h"

#include <string.h>

static mbill_status look(cli_ledger *ledger, mbill_error *err)
{
    ledger->book = ledger->own;
    return ledger->journal == NULL ? MBILL_OK : mbill_journal_book(ledger->journal, &ledger->book, err);
}

int cli_ledger_open(const char *path, int may_make, cli_ledger *out)
{
    mbill_error err;
    mbill_error_init(&err);
    *out = (cli_ledger){.store = NULL};
    if (path == NULL) {
        if (mbill_book_open(NULL, &out->own, &err) != MBILL_OK) return cli_refuse(NULL, CLI_DOCUMENT, &err);
    } else {
        int code = cli_journal_open(path, may_make, &out->store, &out->journal);
        if (code != CLI_DONE) return code;
    }
    return look(out, &err) == MBILL_OK ? CLI_DONE : cli_refuse(path, CLI_RECORDS, &err);
}

void cli_ledger_close(cli_ledger *ledger)
{
    mbill_book_free(ledger->own);
    mbill_journal_free(ledger->journal);
    mbill_store_free(ledger->store);
    *ledger = (cli_ledger){.store = NULL};
}

mbill_status cli_ledger_book(cli_ledger *ledger, const mbill_operation *operations, size_t n, int64_t now_utc_s,
    mbill_result *out_results, mbill_error *err)
{
    mbill_status status;
    if (ledger->journal == NULL)
        status = n == 0 ? mbill_book_tick(ledger->own, now_utc_s, err)
                        : mbill_book_apply(ledger->own, operations, n, now_utc_s, out_results, err);
    else
        status = n == 0 ? mbill_journal_tick(ledger->journal, now_utc_s, err)
                        : mbill_journal_apply(ledger->journal, operations, n, now_utc_s, out_results, err);
    return status == MBILL_OK ? look(ledger, err) : status;
}

mbill_status cli_ledger_number(mbill_store *store, const char *text, int64_t *out, mbill_error *err)
{
    mbill_status status = mbill_store_account_number(store, text, out, err);
    if (status == MBILL_E_NOT_FOUND && mbill_decimal_parse(text, strlen(text), 0, out, NULL) == MBILL_OK) return MBILL_OK;
    return status;
}
