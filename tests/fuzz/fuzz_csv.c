/* SPDX-License-Identifier: Apache-2.0 */
/* Strict CSV: a walk stays inside the text, keeps the number of fields, and reads the same fields again when every one is quoted.
 * */
#include "document/csv.h"

#include <stdlib.h>
#include <string.h>

static const char *const wanted[] = {"meter", "time", "kwh", "note"};
#define N_WANTED 4

typedef struct copy {
    char *text;
    size_t len, room;
} copy;

static void put(copy *out, const char *bytes, size_t len)
{
    if (len > out->room - out->len) abort();
    if (len > 0) memcpy(out->text + out->len, bytes, len);
    out->len += len;
}

static void check_field(const mbill__csv_field *field, const char *start, const char *end)
{
    if (field->text < start || field->text > end || field->len > (size_t)(end - field->text)) abort();
    for (size_t i = 0; i < field->len; i++) {
        unsigned char byte = (unsigned char)field->text[i];
        if (byte < 0x20 || byte == 0x7F || byte == '"') abort();
    }
}

/* Walk, and write what was found with every field quoted. */
static mbill_status walk(const char *text, size_t len, copy *out)
{
    mbill__csv csv;
    mbill_error err;
    int32_t columns[N_WANTED];
    bool more = true;
    mbill_error_init(&err);
    mbill_status status = mbill__csv_start(&csv, text, len, wanted, N_WANTED, 1, columns, &err);
    for (int64_t line = 1; status == MBILL_OK && more; line++) {
        if (csv.line != line || csv.n_fields != csv.n_columns || csv.n_fields == 0) abort();
        for (size_t i = 0; i < csv.n_fields; i++) {
            check_field(&csv.fields[i], text, text + len);
            put(out, i == 0 ? "\"" : ",\"", i == 0 ? 1 : 2);
            put(out, csv.fields[i].text, csv.fields[i].len);
            put(out, "\"", 1);
        }
        put(out, "\r\n", 2);
        status = mbill__csv_next(&csv, &more, &err);
    }
    if (status != MBILL_OK && (err.message[0] == '\0' || err.index < 1)) abort();
    return status;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    size_t room = 4 * size + 16; /* at most a quote on both sides and a longer line end for each byte */
    copy first = {malloc(room), 0, room}, second = {malloc(3 * room), 0, 3 * room};
    if (first.text == NULL || second.text == NULL) abort();
    if (walk((const char *)data, size, &first) == MBILL_OK) {
        if (walk(first.text, first.len, &second) != MBILL_OK) abort();
        if (first.len != second.len || memcmp(first.text, second.text, first.len) != 0) abort();
    }
    free(first.text);
    free(second.text);
    return 0;
}
