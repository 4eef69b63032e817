/* SPDX-License-Identifier: Apache-2.0 */
/* Changes when something other than a text is looked up in a document that is kept. */
#include "store/member.h"

mbill_status mbill__member_text(const char *json, size_t len, const char *key, const mbill_allocator *allocator,
    mbill__json **out_document, const char **out_text, mbill_error *err)
{
    mbill__node member;
    *out_document = NULL;
    *out_text = NULL;
    MBILL_TRY(mbill__json_read(json, len, allocator, out_document, err));
    mbill__node root = mbill__json_root(*out_document);
    mbill_status status = mbill__node_get(&root, key, &member) ? mbill__node_text(&member, out_text, err) : MBILL_OK;
    if (status == MBILL_OK) return MBILL_OK;
    mbill__json_free(*out_document);
    *out_document = NULL;
    return status;
}
