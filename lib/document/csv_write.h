/* SPDX-License-Identifier: Apache-2.0 */
/* CSV out (RFC 4180, comma, LF): texts that a spreadsheet would take as a formula are led by an apostrophe. */
#ifndef MBILL__CSV_WRITE_H
#define MBILL__CSV_WRITE_H

#include "base/memory.h"

typedef struct mbill__csv_writer {
    mbill__buffer *buffer;
    bool first; /* of the record */
} mbill__csv_writer;

void mbill__csv_write_start(mbill__csv_writer *writer, mbill__buffer *buffer); /* buffer: started; what is in it stays */
/* A text from outside; NULL: an empty field. What begins with = + - @ or a control byte gets an apostrophe before it, and what holds a comma,
 * a quote or a line end gets quotes. */
void mbill__csv_write_text(mbill__csv_writer *writer, const char *text);
/* Words and numbers of our own, written as they are. */
void mbill__csv_write_own(mbill__csv_writer *writer, const char *text);
void mbill__csv_write_decimal(mbill__csv_writer *writer, int64_t value, int32_t scale);
void mbill__csv_write_whole(mbill__csv_writer *writer, int64_t value);
void mbill__csv_write_end(mbill__csv_writer *writer); /* of the record */

#endif
