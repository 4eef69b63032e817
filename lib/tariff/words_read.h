/* SPDX-License-Identifier: Apache-2.0 */
/* Facts that are words: which words there are, and where a number is needed instead. */
#ifndef MBILL__WORDS_READ_H
#define MBILL__WORDS_READ_H

#include "document/json.h"
#include "tariff/tariff.h"

/* {"fact": …, "words": [two to 32 of them]} */
mbill_status mbill__words_read(mbill_tariff *tariff, const mbill__node *list, mbill__tariff_input *out, mbill_error *err);

/* Text that is one of the input's words. */
mbill_status mbill__word_of(const mbill__tariff_input *input, const mbill__node *node, int32_t *out_index, mbill_error *err);

/* {"by": fact, "values": {each of its words: rate}} */
mbill_status mbill__word_rates_read(mbill_tariff *tariff, const mbill__node *object, mbill__lookup *out, mbill_error *err);

/* E_INVALID at the node when the input is a word, which cannot be counted. */
mbill_status mbill__need_number(const mbill_tariff *tariff, int32_t input, const mbill__node *node, mbill_error *err);

#endif
