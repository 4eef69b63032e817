/* SPDX-License-Identifier: Apache-2.0 */
/* Changes when what a correction is made from does: the file of the old bill, and the bill priced again. */
#include "correct.h"

#include "document.h"
#include "load.h"

#include <stdlib.h>
#include <string.h>

typedef struct bill_lines {
    mbill_bill bill;
    mbill_line *lines;
    size_t n_lines;
    const mbill_labels *labels;
} bill_lines;

/* A bill stands for itself or as the member "bill" of an answer. */
static cli_value bill_in(const cli_file *file, int *out_inside)
{
    char kind[CLI_KIND_MAX];
    cli_value whole = cli_value_of(file->bytes, file->len);
    *out_inside = 0;
    if (!cli_is_document(file)) return whole;
    cli_kind_of(file, kind);
    cli_value inner = strcmp(kind, "price") == 0 ? cli_value_member(whole, "bill") : (cli_value){NULL, NULL};
    *out_inside = inner.at != NULL;
    return *out_inside ? inner : whole;
}

/* The pointer of a refusal is one into the file. */
static void place_inside(mbill_error *err)
{
    char path[sizeof err->path];
    memcpy(path, err->path, sizeof path);
    (void)snprintf(err->path, sizeof err->path, "/bill%.*s", (int)(sizeof err->path - sizeof "/bill"), path);
}

static mbill_status read_old(const char *path, bill_lines *out, mbill_error *err)
{
    cli_file file;
    int inside;
    mbill_status status = cli_file_read(path, &file, err);
    if (status != MBILL_OK) return status;
    cli_value bill = bill_in(&file, &inside);
    size_t len = (size_t)(bill.end - bill.at);
    status = mbill_bill_read(bill.at, len, out->labels, NULL, 0, &out->n_lines, &out->bill, err);
    if (status == MBILL_E_ROOM) {
        out->lines = cli_allocate(NULL, out->n_lines, sizeof *out->lines);
        status = mbill_bill_read(bill.at, len, out->labels, out->lines, out->n_lines, &out->n_lines, &out->bill, err);
    }
    if (status != MBILL_OK && inside) place_inside(err);
    cli_file_free(&file);
    return status;
}

static mbill_status write_bill(const void *context, char *out_text, size_t *inout_len, mbill_error *err)
{
    const bill_lines *of = context;
    return mbill_bill_write(&of->bill, of->lines, of->n_lines, of->labels, 0, out_text, inout_len, err);
}

static char *difference(const cli_pricing *priced, const bill_lines *old, mbill_error *err)
{
    bill_lines of = {.labels = old->labels};
    size_t cap = priced->n_lines + old->n_lines;
    of.bill.struct_size = (uint32_t)sizeof of.bill;
    of.lines = cli_allocate(NULL, cap + 1, sizeof *of.lines);
    mbill_status status = mbill_bill_difference(&old->bill, old->lines, old->n_lines, &priced->bill, priced->lines,
        priced->n_lines, of.lines, cap, &of.n_lines, &of.bill, err);
    char *text = status == MBILL_OK ? cli_make_text(write_bill, &of, err) : NULL;
    free(of.lines);
    return text;
}

char *cli_correct(const cli_pricing *priced, const char *path, const char **blamed, mbill_error *err)
{
    bill_lines old = {.labels = mbill_tariff_labels(priced->tariff)};
    char *text = NULL;
    *blamed = path;
    old.bill.struct_size = (uint32_t)sizeof old.bill;
    if (read_old(path, &old, err) == MBILL_OK) text = difference(priced, &old, err);
    free(old.lines);
    return text;
}
