/* SPDX-License-Identifier: Apache-2.0 */
/* Numbers of a split request: decimals whose places the document decides, and whole numbers of 64 bits without sign. */
#ifndef MBILL__APPORTION_NUMBER_READ_H
#define MBILL__APPORTION_NUMBER_READ_H

#include "document/json.h"

/* Places behind the point as they are written, at most 9; 0 for what is no text. Checks nothing. */
int32_t mbill__places_written(const mbill__node *node);
/* The same without zeros at the end. */
int32_t mbill__places_needed(const mbill__node *node);

/* The most places that a member needs in any object of a list. */
int32_t mbill__places_of_member(const mbill__node *list, const char *key);

/* value x 10^scale; MBILL_E_INVALID below 0, MBILL_E_RANGE from 2^64 on, and the refusals of decimals. */
mbill_status mbill__natural_read(const mbill__node *node, int32_t scale, const char *what, uint64_t *out, mbill_error *err);

#endif
