/* SPDX-License-Identifier: Apache-2.0 */
/* The whole of JSON's grammar (RFC 8259) and our limits, checked over the bytes before cJSON sees them. */
#ifndef MBILL__SCAN_H
#define MBILL__SCAN_H

#include "base/fail.h"

#include <stddef.h>

/* One pass, no allocation, at most MBILL__JSON_DEPTH_MAX levels of recursion. A refusal names the line and carries the pointer of
 * the value it was met in. E_SYNTAX, E_ENCODING (not UTF-8, byte-order mark, NUL, lone surrogate), E_LIMIT (depth, size),
 * E_NUMBER (a JSON number that is not a whole count below 2^31). */
mbill_status mbill__scan(const char *text, size_t len, mbill_error *err);

#endif
