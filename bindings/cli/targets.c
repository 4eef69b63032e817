/* SPDX-License-Identifier: Apache-2.0 */
/* Changes when a list of meters has another form. */
#include "targets.h"

#include "load.h"
#include "output.h"

#include <stdlib.h>
#include <string.h>

static int by_bytes(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* Lines become texts of their own; blank ones are passed over. */
static void take_lines(char *text, cli_targets *out)
{
    for (char *line = strtok(text, "\r\n"); line != NULL; line = strtok(NULL, "\r\n")) out->names[out->n++] = line;
    if (out->n > 0) qsort(out->names, out->n, sizeof *out->names, by_bytes);
}

int cli_targets_load(const char *path, cli_targets *out)
{
    mbill_error err;
    mbill_error_init(&err);
    *out = (cli_targets){0};
    if (cli_file_read(strcmp(path, "-") == 0 ? "/dev/stdin" : path, &out->file, &err) != MBILL_OK)
        return cli_refuse(path, CLI_DOCUMENT, &err);
    if (memchr(out->file.bytes, '\0', out->file.len) != NULL) {
        (void)cli_fail(&err, MBILL_E_SYNTAX, -1, "is no text of names, one a line");
        return cli_refuse(path, CLI_DOCUMENT, &err);
    }
    char *text = cli_allocate(out->file.bytes, out->file.len + 1, 1);
    text[out->file.len] = '\0';
    out->file.bytes = text;
    out->names = cli_allocate(NULL, out->file.len / 2 + 1, sizeof *out->names);
    take_lines(text, out);
    return CLI_DONE;
}

void cli_targets_free(cli_targets *targets)
{
    free(targets->names);
    cli_file_free(&targets->file);
    *targets = (cli_targets){0};
}
