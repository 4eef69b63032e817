/* SPDX-License-Identifier: Apache-2.0 */
/* Changes when the value of a fact can be of another kind than a decimal or a word. */
#include "tariff/fact_value.h"

#include "meterbill/decimal.h"

static bool begins_as_word(const char *text)
{
    unsigned char first = (unsigned char)text[0];
    return (first >= 'A' && first <= 'Z') || (first >= 'a' && first <= 'z') || first >= 0x80;
}

mbill_status mbill__fact_value(const mbill__node *node, int64_t *out_micro, const char **out_word, mbill_error *err)
{
    const char *text = "";
    if (mbill__node_kind(node) == MBILL__JSON_TEXT) MBILL_TRY(mbill__node_text(node, &text, err));
    *out_word = NULL;
    if (!begins_as_word(text)) return mbill__node_decimal(node, MBILL_SCALE_MICRO, out_micro, err);
    *out_micro = 0;
    return mbill__node_name(node, out_word, err);
}

mbill_status mbill__fact_word(const mbill__node *node, const char **out_word, mbill_error *err)
{
    MBILL_TRY(mbill__node_name(node, out_word, err));
    if (begins_as_word(*out_word)) return MBILL_OK;
    return mbill__node_fail(node, err, MBILL_E_INVALID, "\"%s\" does not begin with a letter, as a word does", *out_word);
}
