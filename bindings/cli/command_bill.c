/* SPDX-License-Identifier: Apache-2.0 */
/* meterbill bill try: a billing policy and what happens to bills under it, step by step. The answer is a document with --json or without. */
#include "command.h"

#include "load.h"
#include "output.h"

#include "meterbill/cycle.h"

#include <stdlib.h>
#include <string.h>

static mbill_status make_text(const void *context, char *out_text, size_t *inout_len, mbill_error *err)
{
    const cli_file *file = context;
    return mbill_cycle_run(file->bytes, file->len, NULL, out_text, inout_len, err);
}

int cli_bill_try(const cli_arguments *arguments)
{
    const char *path = arguments->n_operands > 0 ? arguments->operands[0] : "-";
    mbill_error err;
    cli_file file;
    mbill_error_init(&err);
    int code = cli_load_file(strcmp(path, "-") == 0 ? "/dev/stdin" : path, &file);
    if (code != CLI_DONE) return code;
    char *text = cli_make_text(make_text, &file, &err);
    if (text != NULL) (void)puts(text);
    else code = cli_refuse(path, CLI_DOCUMENT, &err);
    free(text);
    cli_file_free(&file);
    return code;
}
