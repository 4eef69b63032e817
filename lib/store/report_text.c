/* SPDX-License-Identifier: Apache-2.0 */
/* A report's row as CSV or JSON. Changes when the form of a row does. */
#include "document/write.h"
#include "meterbill/report.h"

#include <string.h>

/* What a spreadsheet takes for the beginning of a formula (OWASP, CSV injection). */
static bool is_formula(const char *text)
{
    return text[0] != '\0' && strchr("=+-@\t\r\n", text[0]) != NULL;
}

static void put_csv(mbill__buffer *out, const char *text, bool number)
{
    bool guard = !number && is_formula(text), quote = guard || strpbrk(text, ",\"\r\n") != NULL;
    if (quote) mbill__buffer_text(out, "\"");
    if (guard) mbill__buffer_text(out, "'");
    for (const char *at = text; *at != '\0'; at++) {
        if (*at == '"') mbill__buffer_text(out, "\"");
        mbill__buffer_append(out, at, 1);
    }
    if (quote) mbill__buffer_text(out, "\"");
}

static void write_csv(mbill__buffer *out, const char *const *columns, const mbill_report_cell *cells, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        const char *text = cells == NULL ? columns[i] : cells[i].text;
        if (i > 0) mbill__buffer_text(out, ",");
        if (text != NULL) put_csv(out, text, cells != NULL && cells[i].kind == MBILL_REPORT_NUMBER);
    }
}

static void write_json(mbill__buffer *out, const char *const *columns, const mbill_report_cell *cells, size_t n)
{
    mbill__writer writer;
    mbill__write_start(&writer, out, false);
    mbill__write_object(&writer, NULL);
    for (size_t i = 0; i < n; i++) mbill__write_text(&writer, columns[i], cells[i].text);
    mbill__write_object_end(&writer);
}

mbill_status mbill_report_row_write(int32_t format, const char *const *columns, const mbill_report_cell *cells, size_t n,
    char *out_text, size_t *inout_len, mbill_error *err)
{
    mbill_allocator libc;
    mbill__buffer buffer;
    MBILL__NEED(columns);
    MBILL__NEED(inout_len);
    if (format != MBILL_REPORT_CSV && format != MBILL_REPORT_JSON)
        return mbill__fail(err, MBILL_E_INVALID, "format %d is none", (int)format);
    if (format == MBILL_REPORT_JSON && cells == NULL) return mbill__fail(err, MBILL_E_INVALID, "names alone are no row in JSON");
    MBILL_TRY(mbill__allocator_read(&libc, NULL, err));
    mbill__buffer_start(&buffer, &libc);
    if (format == MBILL_REPORT_CSV) write_csv(&buffer, columns, cells, n);
    else write_json(&buffer, columns, cells, n);
    mbill__buffer_text(&buffer, "\n");
    mbill_status status = mbill__buffer_check(&buffer, err);
    if (status == MBILL_OK) status = mbill__buffer_copy(&buffer, out_text, inout_len, err);
    mbill__buffer_free(&buffer);
    return status;
}
