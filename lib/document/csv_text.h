/* SPDX-License-Identifier: Apache-2.0 */
/* The bytes of a CSV text, eight at a time. */
#ifndef MBILL__CSV_TEXT_H
#define MBILL__CSV_TEXT_H

#include "base/fail.h"

/* Clean UTF-8, no byte-order mark, no control bytes but LF and CR before LF; refused with line and place. */
mbill_status mbill__csv_text_check(const char *text, size_t len, mbill_error *err);

/* The first ',', '"' or LF in [at, end), or end. */
const char *mbill__csv_text_stop(const char *at, const char *end);

#endif
