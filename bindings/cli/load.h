/* SPDX-License-Identifier: Apache-2.0 */
/* Files read into the library's handles; a refusal is said here, with the file's name. */
#ifndef MBILL_CLI_LOAD_H
#define MBILL_CLI_LOAD_H

#include "file.h"

#include "meterbill/tariff.h"

#include <stdint.h>

/* Each returns CLI_DONE, or the exit code after the refusal has been said. */
int cli_load_file(const char *path, cli_file *out);
int cli_load_tariff(const char *path, mbill_tariff **out);
int cli_load_facts(const char *path_or_null, mbill_facts **out);
int cli_load_position(const char *path_or_null, const mbill_tariff *tariff, mbill_position **out);

/* The same without a word: err is filled. *out is to be freed in every case (NULL where there is none). */
mbill_status cli_read_tariff(const char *path, mbill_tariff **out, mbill_error *err);
mbill_status cli_read_position(const char *path_or_null, const mbill_tariff *tariff, mbill_position **out, mbill_error *err);

/* All that a facts document holds, into a request. */
void cli_take_facts(const mbill_facts *facts_or_null, mbill_price_request *out);

/* What a file is, from its content: the document's kind ("tariff" when it says none), "readings" or "top-ups" for a CSV. */
#define CLI_KIND_MAX 32
void cli_kind_of(const cli_file *file, char out[CLI_KIND_MAX]);
int cli_is_document(const cli_file *file);

/* MBILL_OK when every time in the columns time, start and end of a CSV says its offset from UTC: such a file needs no zone. err has
 * the first line with another. */
mbill_status cli_need_offsets(const cli_file *file, mbill_error *err);

/* An instant as text in a zone. */
typedef struct cli_time {
    char text[64];
} cli_time;
cli_time cli_time_text(int64_t utc_s, const mbill_zone *zone);

/* The canonical document of a tariff, to be freed; NULL: err is filled. */
char *cli_canonical(const mbill_tariff *tariff, mbill_error *err);

#endif
