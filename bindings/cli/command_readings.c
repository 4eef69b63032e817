/* SPDX-License-Identifier: Apache-2.0 */
/* meterbill db correct: readings that take the place of those in a store. */
#include "command.h"

#include "load.h"
#include "open.h"
#include "output.h"

#include "meterbill/calendar.h"
#include "meterbill/ingest.h"

#include <string.h>

static void print_corrected(const mbill_ingest_counts *did)
{
    if (cli_json()) {
        cli_json_begin("db_correct");
        cli_json_whole("corrected", did->n_corrected);
        cli_json_whole("added", did->n_added);
        cli_json_whole("same", did->n_same);
        cli_json_whole("behind_bill", did->n_behind_bill);
        cli_json_end();
        return;
    }
    (void)printf("%lld corrected, %lld added, %lld there already\n", (long long)did->n_corrected, (long long)did->n_added,
        (long long)did->n_same);
    if (did->n_behind_bill > 0) (void)printf("%lld of them concern bills that were made\n", (long long)did->n_behind_bill);
}

int cli_db_correct(const cli_arguments *arguments)
{
    const char *rule = arguments->options[CLI_OPTION_ZONE], *path = arguments->operands[1];
    mbill_ingest_counts did = {.struct_size = sizeof did};
    mbill_store *store = NULL;
    mbill_error err;
    cli_file content;
    int code = cli_check_zone(rule);
    if (code == CLI_DONE) code = cli_load_file(path, &content);
    if (code != CLI_DONE) return code;
    code = cli_store_open(arguments->operands[0], 0, &store);
    if (code == CLI_DONE) {
        mbill_error_init(&err);
        mbill_status status = rule == NULL ? cli_need_offsets(&content, &err) : MBILL_OK;
        if (status == MBILL_OK) status = mbill_store_correct_readings(store, content.bytes, content.len, rule, &did, &err);
        if (status != MBILL_OK) code = cli_refuse(path, CLI_LINES, &err);
    }
    cli_file_free(&content);
    mbill_store_free(store);
    if (code == CLI_DONE) print_corrected(&did);
    return code;
}
