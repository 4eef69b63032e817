/* SPDX-License-Identifier: Apache-2.0 */
/* Files in and out: whole, by bytes, with the system's reason when they cannot be had. */
#ifndef MBILL_CLI_FILE_H
#define MBILL_CLI_FILE_H

#include "meterbill/status.h"

#include <stddef.h>

typedef struct cli_file {
    char *bytes; /* any bytes; not ended by a NUL */
    size_t len;
} cli_file;

/* Read all of a file, at most 1 GiB (MBILL_E_LIMIT). MBILL_E_NOT_FOUND, MBILL_E_IO with the system's reason. */
mbill_status cli_file_read(const char *path, cli_file *out, mbill_error *err);
void cli_file_free(cli_file *file);
/* Write a file so that either all of it is there afterwards or what was there before. */
mbill_status cli_file_save(const char *path, const char *text, mbill_error *err);

#endif
