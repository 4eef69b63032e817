/* SPDX-License-Identifier: Apache-2.0 */
/* What a host answers, as one line of JSON. Changes when that form does. */
#include "document/json.h"
#include "operate/task.h"

#include <string.h>

#define COUNT(list) (sizeof(list) / sizeof(list)[0])

static mbill_status read_number(const mbill__node *root, const char *key, bool needed, int64_t min, int32_t *out,
    mbill_error *err)
{
    mbill__node node;
    int64_t number;
    if (!needed && !mbill__node_get(root, key, &node)) return MBILL_OK;
    MBILL_TRY(mbill__node_need(root, key, &node, err));
    MBILL_TRY(mbill__node_whole(&node, min, INT32_MAX, &number, err));
    *out = (int32_t)number;
    return MBILL_OK;
}

static mbill_status read_answer(const mbill__node *root, mbill_task_answer *out, mbill_error *err)
{
    static const char *const keys[] = {"item", "attempt", "outcome", "code", "reason"};
    mbill__node node;
    const char *text;
    MBILL_TRY(mbill__node_object(root, keys, COUNT(keys), err));
    MBILL_TRY(mbill__node_need(root, "item", &node, err));
    MBILL_TRY(mbill__node_text(&node, &text, err));
    MBILL_TRY(mbill__node_place(&node, err, mbill_id_parse(text, strlen(text), &out->item, err)));
    MBILL_TRY(read_number(root, "attempt", true, 1, &out->attempt, err));
    MBILL_TRY(mbill__node_need(root, "outcome", &node, err));
    MBILL_TRY(mbill__node_word(&node, mbill__task_outcome_words, COUNT(mbill__task_outcome_words), &out->outcome, err));
    out->outcome++;
    MBILL_TRY(read_number(root, "code", false, -INT32_MAX, &out->code, err));
    return mbill__node_get(root, "reason", &node) ? mbill__node_text(&node, &text, err) : MBILL_OK;
}

mbill_status mbill_task_answer_read(const char *json, size_t len, mbill_task_answer *out_answer, mbill_error *err)
{
    mbill__json *document;
    mbill_task_answer answer = {.attempt = 0};
    MBILL__NEED(out_answer);
    if (json == NULL && len > 0) return mbill__fail(err, MBILL_E_MISUSE, "json is NULL");
    MBILL_TRY(mbill__json_read(json == NULL ? "" : json, len, NULL, &document, err));
    mbill__node root = mbill__json_root(document);
    mbill_status status = read_answer(&root, &answer, err);
    mbill__json_free(document);
    if (status == MBILL_OK) *out_answer = answer;
    return status;
}
