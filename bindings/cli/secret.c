/* SPDX-License-Identifier: Apache-2.0 */
/* How the program takes secrets in: from a file or standard input, never from arguments; changes with what makes a file private. */
#define _POSIX_C_SOURCE 200809L
#include "secret.h"

#include "load.h"
#include "output.h"

#include "meterbill/token.h"

#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>

/* What is not a regular file, such as a pipe, has no mode that says who reads it. */
static int check_mode(const char *path)
{
    struct stat about;
    mbill_error err;
    mbill_error_init(&err);
    if (stat(path, &about) != 0 || !S_ISREG(about.st_mode) || (about.st_mode & (S_IRWXG | S_IRWXO)) == 0) return CLI_DONE;
    (void)cli_fail(&err, MBILL_E_INVALID, -1, "holds secrets and has mode %03o; expected 600, for its owner alone",
        (unsigned)(about.st_mode & (S_IRWXU | S_IRWXG | S_IRWXO)));
    return cli_refuse(path, CLI_DOCUMENT, &err);
}

void cli_no_core(void)
{
    const struct rlimit none = {0, 0};
    (void)setrlimit(RLIMIT_CORE, &none); /* lowering it is always allowed */
}

int cli_load_secret(const char *path, cli_file *out)
{
    cli_no_core();
    if (strcmp(path, "-") == 0) return cli_load_file("/dev/stdin", out);
    int code = check_mode(path);
    return code == CLI_DONE ? cli_load_file(path, out) : code;
}

void cli_secret_free(cli_file *file)
{
    mbill_token_wipe(file->bytes, file->len);
    cli_file_free(file);
}
