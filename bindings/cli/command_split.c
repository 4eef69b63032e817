/* SPDX-License-Identifier: Apache-2.0 */
/* meterbill split: a split request from a file or standard input, its parts on standard output. The answer is a document with --json or without. */
#include "command.h"

#include "load.h"
#include "output.h"
#include "split_post.h"

#include "meterbill/split.h"

#include <stdlib.h>
#include <string.h>

static mbill_status make_text(const void *context, char *out_text, size_t *inout_len, mbill_error *err)
{
    return mbill_split_write(context, out_text, inout_len, err);
}

static int print_parts(const mbill_split *split, const char *path)
{
    mbill_error err;
    mbill_error_init(&err);
    char *text = cli_make_text(make_text, split, &err);
    if (text == NULL) return cli_refuse(path, CLI_DOCUMENT, &err);
    (void)puts(text);
    free(text);
    return CLI_DONE;
}

/* --verify: nothing but whether the answer is right. */
static int verify(const mbill_split *split, const char *path)
{
    mbill_error err;
    cli_file file;
    size_t n;
    mbill_error_init(&err);
    int code = cli_load_file(path, &file);
    if (code != CLI_DONE) return code;
    if (mbill_split_verify(split, file.bytes, file.len, &err) != MBILL_OK) code = cli_refuse(path, CLI_DOCUMENT, &err);
    cli_file_free(&file);
    if (code != CLI_DONE) return code;
    (void)mbill_split_parts(split, &n);
    if (cli_json()) {
        cli_json_begin("verified");
        cli_json_whole("parts", (int64_t)n);
        cli_json_end();
    } else {
        (void)printf("%s  ok  %zu parts\n", path, n);
    }
    return CLI_DONE;
}

typedef int (*answer_form)(const mbill_split *split, const char *path);

/* --as; NULL: no form has this name. */
static answer_form form_named(const char *name)
{
    if (name == NULL) return print_parts;
    if (strcmp(name, "ledger") == 0) return cli_split_ledger;
    return strcmp(name, "bills") == 0 ? cli_split_bills : NULL;
}

int cli_split(const cli_arguments *arguments)
{
    const char *path = arguments->n_operands > 0 ? arguments->operands[0] : "-", *claim = arguments->options[CLI_OPTION_VERIFY];
    const char *as = arguments->options[CLI_OPTION_AS];
    const answer_form form = form_named(as);
    mbill_split *split = NULL;
    mbill_error err;
    cli_file file;
    mbill_error_init(&err);
    if (form == NULL) return cli_usage("--as %s is not known; expected ledger or bills", as);
    if (claim != NULL && as != NULL) return cli_usage("--verify and --as do not go together");
    int code = cli_load_file(strcmp(path, "-") == 0 ? "/dev/stdin" : path, &file);
    if (code != CLI_DONE) return code;
    if (mbill_split_read(file.bytes, file.len, NULL, &split, &err) != MBILL_OK) code = cli_refuse(path, CLI_DOCUMENT, &err);
    else code = claim != NULL ? verify(split, claim) : form(split, path);
    mbill_split_free(split);
    cli_file_free(&file);
    return code;
}
