/* SPDX-License-Identifier: Apache-2.0 */
/* What a document may say of a fact. */
#ifndef MBILL__FACT_VALUE_H
#define MBILL__FACT_VALUE_H

#include "document/json.h"

/* A decimal, or a word: a name that begins with a letter, so that no number written wrongly is taken for one. *out_word lives as long as
 * the document and is NULL for a decimal; *out_micro is 0 for a word. */
mbill_status mbill__fact_value(const mbill__node *node, int64_t *out_micro, const char **out_word, mbill_error *err);

/* Text that is a word. */
mbill_status mbill__fact_word(const mbill__node *node, const char **out_word, mbill_error *err);

#endif
