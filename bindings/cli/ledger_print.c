/* SPDX-License-Identifier: Apache-2.0 */
/* Changes when the ledger's commands say what became of an operation, or of supply, in another way. */
#include "ledger_print.h"

#include "output.h"

#include <inttypes.h>
#include <stdlib.h>

static const char *const supplies[] = {"KEEP", "TRIP", "ARM"};
static const char *const reasons[] = {"no_credit", "protected", "not_cleared", "below_reclose", "emergency_credit_selected",
    "cleared"};

#define N_REASONS (sizeof reasons / sizeof reasons[0])

typedef struct number_of_book {
    const mbill_book *book;
    int64_t number;
} number_of_book;

static mbill_status write_record(const void *context, char *out_text, size_t *inout_len, mbill_error *err)
{
    const number_of_book *one = context;
    return mbill_book_record_write(one->book, one->number, out_text, inout_len, err);
}

static mbill_status write_account(const void *context, char *out_text, size_t *inout_len, mbill_error *err)
{
    const number_of_book *one = context;
    return mbill_book_account_write(one->book, one->number, out_text, inout_len, err);
}

char *cli_ledger_record_text(const mbill_book *book, int64_t number)
{
    mbill_error err;
    mbill_error_init(&err);
    const number_of_book one = {book, number};
    char *text = cli_make_text(write_record, &one, &err);
    return text != NULL ? text : cli_copy("null");
}

char *cli_ledger_account_text(const mbill_book *book, int64_t number, mbill_error *err)
{
    const number_of_book one = {book, number};
    return cli_make_text(write_account, &one, err);
}

void cli_ledger_result(const mbill_book *book, const mbill_result *result)
{
    (void)fputs("{\"result\":", stdout);
    cli_json_text(mbill_result_name(result->code));
    if (result->code == MBILL_RESULT_EXISTS || result->code == MBILL_RESULT_REFUSED_BEFORE)
        cli_json_member("first", mbill_result_name(result->first));
    if (result->field != 0) cli_json_member("field", mbill_operation_field_name(result->field));
    if (result->record >= 0) {
        (void)fputs(",\"record\":", stdout);
        char *text = cli_ledger_record_text(book, result->record);
        (void)fputs(text, stdout);
        free(text);
    }
}

void cli_ledger_account(const mbill_book *book, int64_t number)
{
    mbill_error err;
    mbill_error_init(&err);
    char *text = cli_ledger_account_text(book, number, &err);
    (void)fputs(text != NULL ? text : "null", stdout);
    free(text);
}

const char *cli_supply_name(int32_t supply)
{
    return supplies[supply - MBILL_SUPPLY_KEEP];
}

void cli_ledger_decision(int64_t account, cli_decision made)
{
    const char *comma = "";
    (void)printf("{\"account\":%" PRId64, account);
    cli_json_member("supply", supplies[made.supply - MBILL_SUPPLY_KEEP]);
    (void)fputs(",\"reasons\":[", stdout);
    for (size_t bit = 0; bit < N_REASONS; bit++) {
        if ((made.reasons >> bit & 1) == 0) continue;
        (void)fputs(comma, stdout);
        cli_json_text(reasons[bit]);
        comma = ",";
    }
    (void)fputs("]}", stdout);
}
