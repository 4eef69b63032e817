/* SPDX-License-Identifier: Apache-2.0 */
/* Changes when a text could do harm in a spreadsheet in another way. */
#include "document/csv_write.h"

#include "document/say.h"

#include <string.h>

void mbill__csv_write_start(mbill__csv_writer *writer, mbill__buffer *buffer)
{
    *writer = (mbill__csv_writer){buffer, true};
}

void mbill__csv_write_own(mbill__csv_writer *writer, const char *text)
{
    if (!writer->first) mbill__buffer_text(writer->buffer, ",");
    writer->first = false;
    mbill__buffer_text(writer->buffer, text);
}

/* A spreadsheet reads such a cell as a formula, also behind a control byte that it drops. */
static bool is_formula(const char *text)
{
    return text[0] != '\0' && (strchr("=+-@", text[0]) != NULL || (unsigned char)text[0] < 0x20);
}

void mbill__csv_write_text(mbill__csv_writer *writer, const char *text)
{
    mbill__csv_write_own(writer, "");
    if (text == NULL) return;
    const bool quoted = text[strcspn(text, ",\"\r\n")] != '\0';
    if (quoted) mbill__buffer_text(writer->buffer, "\"");
    if (is_formula(text)) mbill__buffer_text(writer->buffer, "'");
    for (; *text != '\0'; text++) {
        if (*text == '"') mbill__buffer_text(writer->buffer, "\"");
        mbill__buffer_append(writer->buffer, text, 1);
    }
    if (quoted) mbill__buffer_text(writer->buffer, "\"");
}

void mbill__csv_write_decimal(mbill__csv_writer *writer, int64_t value, int32_t scale)
{
    mbill__csv_write_own(writer, mbill__say_decimal(value, scale).text);
}

void mbill__csv_write_whole(mbill__csv_writer *writer, int64_t value)
{
    mbill__csv_write_own(writer, mbill__say_decimal(value, 0).text);
}

void mbill__csv_write_end(mbill__csv_writer *writer)
{
    mbill__buffer_text(writer->buffer, "\n");
    writer->first = true;
}
