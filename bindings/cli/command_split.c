/* SPDX-License-Identifier: Apache-2.0 */
/* meterbill split: a split request from a file or standard input, its parts on standard output. The answer is a document with --json or without. */
#include "command.h"

#include "load.h"
#include "output.h"

#include "meterbill/split.h"

#include <stdlib.h>
#include <string.h>

static mbill_status make_text(const void *context, char *out_text, size_t *inout_len, mbill_error *err)
{
    return mbill_split_write(context, out_text, inout_len, err);
}

int cli_split(const cli_arguments *arguments)
{
    const char *path = arguments->n_operands > 0 ? arguments->operands[0] : "-";
    mbill_split *split = NULL;
    mbill_error err;
    cli_file file;
    mbill_error_init(&err);
    int code = cli_load_file(strcmp(path, "-") == 0 ? "/dev/stdin" : path, &file);
    if (code != CLI_DONE) return code;
    char *text = NULL;
    if (mbill_split_read(file.bytes, file.len, NULL, &split, &err) == MBILL_OK) text = cli_make_text(make_text, split, &err);
    if (text != NULL) (void)puts(text);
    else code = cli_refuse(path, CLI_DOCUMENT, &err);
    free(text);
    mbill_split_free(split);
    cli_file_free(&file);
    return code;
}
