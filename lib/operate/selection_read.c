/* SPDX-License-Identifier: Apache-2.0 */
/* Changes when accounts can be selected by something else. */
#include "operate/selection.h"

#include "document/write.h"

#include <string.h>

static mbill_status no_memory(mbill_error *err)
{
    return mbill__fail(err, MBILL_E_NOMEM, "memory for names could not be allocated");
}

static mbill_status keep_name(const mbill__node *node, mbill__arena *arena, const char **out, mbill_error *err)
{
    const char *text;
    MBILL_TRY(mbill__node_name(node, &text, err));
    *out = mbill__arena_text(arena, text, strlen(text));
    return *out != NULL ? MBILL_OK : no_memory(err);
}

mbill_status mbill__names_read(const mbill__node *list, mbill__arena *arena, const char *const **out, size_t *out_n,
    mbill_error *err)
{
    mbill__node node;
    MBILL_TRY(mbill__node_list(list, 0, err));
    size_t n = mbill__node_count(list);
    const char **names = mbill__arena_take(arena, n + 1, sizeof *names);
    if (names == NULL) return no_memory(err);
    *out_n = 0;
    for (bool more = mbill__node_first(list, &node); more; more = mbill__node_next(&node)) {
        MBILL_TRY(keep_name(&node, arena, &names[*out_n], err));
        for (size_t i = 0; i < *out_n; i++)
            if (strcmp(names[i], names[*out_n]) == 0)
                return mbill__node_fail(&node, err, MBILL_E_INVALID, "\"%s\" stands twice, expected each name once", names[i]);
        (*out_n)++;
    }
    *out = names;
    return MBILL_OK;
}

mbill_status mbill__selection_read(const mbill__node *node, mbill__arena *arena, mbill__selection *out, mbill_error *err)
{
    static const char *const KEYS[] = {"under", "tags", "utility", "register", "behind"};
    mbill__node member;
    memset(out, 0, sizeof *out);
    MBILL_TRY(mbill__node_object(node, KEYS, sizeof KEYS / sizeof KEYS[0], err));
    if (mbill__node_get(node, "under", &member)) MBILL_TRY(keep_name(&member, arena, &out->under, err));
    if (mbill__node_get(node, "utility", &member)) MBILL_TRY(keep_name(&member, arena, &out->utility, err));
    if (mbill__node_get(node, "register", &member)) MBILL_TRY(keep_name(&member, arena, &out->reg, err));
    if (mbill__node_get(node, "behind", &member)) MBILL_TRY(keep_name(&member, arena, &out->behind, err));
    return mbill__node_get(node, "tags", &member) ? mbill__names_read(&member, arena, &out->tags, &out->n_tags, err) : MBILL_OK;
}

void mbill__names_write(const char *const *names, size_t n, mbill__buffer *out)
{
    mbill__writer writer;
    mbill__write_start(&writer, out, false);
    mbill__write_list(&writer, NULL);
    for (size_t i = 0; i < n; i++) mbill__write_text(&writer, NULL, names[i]);
    mbill__write_list_end(&writer);
}
