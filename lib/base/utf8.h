/* SPDX-License-Identifier: Apache-2.0 */
/* Well-formed UTF-8, one character at a time: what messages are cut and cleaned by, and what documents are checked with. */
#ifndef MBILL__UTF8_H
#define MBILL__UTF8_H

#include <stddef.h>

/* Bytes (1 to 4) of the well-formed character at text[0..len), 0 if there is none: The Unicode Standard 15.0, table 3-7, so no
 * overlong forms, no surrogates, nothing past U+10FFFF. len 0 gives 0. */
size_t mbill__utf8_step(const char *text, size_t len);

#endif
