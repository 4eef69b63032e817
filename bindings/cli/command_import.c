/* SPDX-License-Identifier: Apache-2.0 */
/* meterbill db import: files in the order in which they need each other, whatever the order on the command line; each is whole
 * or not at all. */
#include "command.h"

#include "load.h"
#include "open.h"
#include "output.h"
#include "progress.h"
#include "table.h"

#include "meterbill/account.h"
#include "meterbill/billing.h"

#include <stdlib.h>
#include <string.h>

/* Kinds in the order of import. */
static const char *const kinds[] = {"tariff", "accounts", "places", "people", "facts", "billing_policy", "readings", "top-ups"};
#define N_KINDS (sizeof kinds / sizeof kinds[0])
#define N_DOCUMENTS 6 /* the others have rows */

typedef struct import_file {
    const char *path;
    size_t kind; /* in kinds */
    int64_t size;
    int is_done;
    mbill_import_counts counts;
} import_file;

typedef struct importing {
    mbill_store *store;
    const char *zone_rule;
    import_file *files;
    int n_files;
} importing;

/* What kind of file it is; a document of another kind is refused before anything is imported. */
static int identify(import_file *file)
{
    cli_file content;
    char kind[CLI_KIND_MAX];
    int code = cli_load_file(file->path, &content);
    if (code != CLI_DONE) return code;
    cli_kind_of(&content, kind);
    file->size = (int64_t)content.len;
    cli_file_free(&content);
    while (file->kind < N_KINDS && strcmp(kinds[file->kind], kind) != 0) file->kind++;
    if (file->kind < N_KINDS) return CLI_DONE;
    mbill_error err;
    (void)cli_fail(&err, MBILL_E_INVALID, -1, "a document of kind \"%s\", expected \"tariff\", \"accounts\", \"places\", \"people\", \"facts\" or \"billing_policy\"", kind);
    (void)snprintf(err.path, sizeof err.path, "/kind");
    return cli_refuse(file->path, CLI_DOCUMENT, &err);
}

static mbill_status put(const importing *to, import_file *file, const cli_file *content, mbill_error *err)
{
    file->counts = (mbill_import_counts){(uint32_t)sizeof file->counts, 0, 0, 0};
    switch (file->kind) {
    case 0: return mbill_store_put_tariff(to->store, content->bytes, content->len, &file->counts, err);
    case 1: return mbill_store_put_accounts(to->store, content->bytes, content->len, &file->counts, err);
    case 2: return mbill_store_put_places(to->store, content->bytes, content->len, &file->counts, err);
    case 3: return mbill_store_put_people(to->store, content->bytes, content->len, &file->counts, err);
    case 4: return mbill_store_put_lists(to->store, content->bytes, content->len, &file->counts, err);
    case 5: return mbill_store_put_billing_policy(to->store, content->bytes, content->len, &file->counts, err);
    case 6: return mbill_store_put_readings(to->store, content->bytes, content->len, to->zone_rule, &file->counts, err);
    default: return mbill_store_put_top_ups(to->store, content->bytes, content->len, to->zone_rule, &file->counts, err);
    }
}

static int import_one(const importing *to, import_file *file)
{
    mbill_error err;
    cli_file content;
    int code = cli_load_file(file->path, &content);
    if (code != CLI_DONE) return code;
    mbill_error_init(&err);
    mbill_status status = MBILL_OK;
    if (file->kind >= N_DOCUMENTS && to->zone_rule == NULL) status = cli_need_offsets(&content, &err);
    if (status == MBILL_OK) status = put(to, file, &content, &err);
    if (status != MBILL_OK) code = cli_refuse(file->path, file->kind < N_DOCUMENTS ? CLI_DOCUMENT : CLI_LINES, &err);
    cli_file_free(&content);
    file->is_done = code == CLI_DONE;
    return code;
}

static int import_all(importing *to)
{
    cli_progress progress;
    int64_t done = 0, total = 0;
    int code = CLI_DONE;
    for (int i = 0; i < to->n_files; i++) total += to->files[i].size;
    cli_progress_start(&progress, "import");
    for (size_t kind = 0; kind < N_KINDS; kind++) {
        for (int i = 0; i < to->n_files && code == CLI_DONE; i++) {
            if (to->files[i].kind != kind) continue;
            cli_progress_show(&progress, done, total);
            done += to->files[i].size;
            code = import_one(to, &to->files[i]);
        }
    }
    cli_progress_clear(&progress);
    return code;
}

static void print_imported_json(const importing *done)
{
    cli_json_begin("db_import");
    (void)fputs(",\"files\":[", stdout);
    for (int i = 0; i < done->n_files; i++) {
        const import_file *file = &done->files[i];
        (void)fputs(i > 0 ? ",{\"file\":" : "{\"file\":", stdout);
        cli_json_text(file->path);
        cli_json_member("kind", kinds[file->kind]);
        cli_json_whole("added", file->counts.n_added);
        cli_json_whole("same", file->counts.n_same);
        (void)fputs("}", stdout);
    }
    (void)fputs("]", stdout);
    cli_json_end();
}

/* Also after a refusal: the files before it are in the store. */
static void print_imported(const importing *done)
{
    char number[32];
    cli_table table;
    cli_table_start(&table, "llrlrl");
    for (int i = 0; i < done->n_files; i++) {
        const import_file *file = &done->files[i];
        if (!file->is_done) continue;
        cli_table_cell(&table, file->path);
        cli_table_cell(&table, kinds[file->kind]);
        (void)snprintf(number, sizeof number, "%lld", (long long)file->counts.n_added);
        cli_table_cell(&table, number);
        cli_table_cell(&table, "added");
        (void)snprintf(number, sizeof number, "%lld", (long long)file->counts.n_same);
        cli_table_cell(&table, number);
        cli_table_cell(&table, "there already");
    }
    cli_table_end(&table, "");
}

int cli_db_import(const cli_arguments *arguments)
{
    importing to = {NULL, arguments->options[CLI_OPTION_ZONE], NULL, arguments->n_operands - 1};
    int code = cli_check_zone(to.zone_rule);
    if (code != CLI_DONE) return code;
    to.files = cli_allocate(NULL, (size_t)to.n_files, sizeof *to.files);
    for (int i = 0; i < to.n_files && code == CLI_DONE; i++) {
        to.files[i] = (import_file){arguments->operands[i + 1], 0, 0, 0, {(uint32_t)sizeof(mbill_import_counts), 0, 0, 0}};
        code = identify(&to.files[i]);
    }
    if (code == CLI_DONE) code = cli_store_open(arguments->operands[0], 0, &to.store);
    if (code == CLI_DONE) code = import_all(&to);
    if (code == CLI_DONE && cli_json()) print_imported_json(&to);
    if (to.store != NULL && !cli_json()) print_imported(&to);
    mbill_store_free(to.store);
    free(to.files);
    return code;
}
