/* SPDX-License-Identifier: Apache-2.0 */
/* Changes when the ledger's commands print a record or an account in another way. */
#include "ledger_print.h"

#include "output.h"

#include <stdlib.h>

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

void cli_ledger_account(const mbill_book *book, int64_t number)
{
    mbill_error err;
    mbill_error_init(&err);
    char *text = cli_ledger_account_text(book, number, &err);
    (void)fputs(text != NULL ? text : "null", stdout);
    free(text);
}
