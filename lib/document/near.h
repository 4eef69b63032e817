/* SPDX-License-Identifier: Apache-2.0 */
/* "did you mean": the known word that a mistyped one was probably meant to be. */
#ifndef MBILL__NEAR_H
#define MBILL__NEAR_H

#include <stddef.h>

/* The first of the known words with the least number of single-byte changes to text[0..len), at most 2
 * and less than the word's own length; NULL: none is near. Words over 64 bytes are never near. */
const char *mbill__near(const char *text, size_t len, const char *const *known, size_t n_known);

/* Write "a, b, c" into out (room > 0, with the NUL); what does not fit is replaced by "...". */
void mbill__near_list(const char *const *known, size_t n_known, char *out, size_t room);

#endif
