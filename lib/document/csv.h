/* SPDX-License-Identifier: Apache-2.0 */
/* Strict CSV in (RFC 4180, comma, LF or CRLF, quotes allowed): a walk over text in memory, no allocation, one record at a time.
 * Refused with the line number (err->index = line, from 1): byte-order mark, NUL or other control bytes, text that is not UTF-8,
 * a stray quote, a record with another number of fields than the header, a header whose only fault is another delimiter (it says
 * which). A record is one line: neither doubled quotes nor line breaks inside quotes are taken, as no field of ours needs them.
 * White space belongs to its field. The last line may lack its line end; a file cut off inside a record shows by its number of
 * fields. */
#ifndef MBILL__CSV_H
#define MBILL__CSV_H

#include "base/fail.h"

#define MBILL__CSV_FIELDS_MAX 32

typedef struct mbill__csv_field {
    const char *text; /* not NUL-terminated; a quoted field points inside the quotes */
    size_t len;
} mbill__csv_field;

typedef struct mbill__csv {
    const char *at, *end;
    int64_t line;     /* of the record last returned, from 1 */
    size_t n_columns; /* of the header; every record has as many fields */
    size_t n_fields;
    mbill__csv_field fields[MBILL__CSV_FIELDS_MAX];
} mbill__csv;

/* Check the whole text once, read the header and find each wanted column: out_columns[i] = its place, or -1 when absent and i >=
 * n_required. A missing required column, an unknown or a repeated one is refused by name. The text must outlive the walk.
 * E_ENCODING, E_SYNTAX, E_LIMIT (columns), E_UNKNOWN_KEY, E_DUPLICATE_KEY, E_MISSING_KEY, E_MISUSE; out_columns is untouched on
 * failure. Cost: linear in len. */
mbill_status mbill__csv_start(mbill__csv *csv, const char *text, size_t len, const char *const *wanted, size_t n_wanted,
    size_t n_required, int32_t *out_columns, mbill_error *err);
/* The next record; *out_more = false at the end. Blank lines are refused, except at the very end. E_SYNTAX; the same record is
 * refused again when asked again. */
mbill_status mbill__csv_next(mbill__csv *csv, bool *out_more, mbill_error *err);

#endif
