/* SPDX-License-Identifier: Apache-2.0 */
/* Changes with how a document asks for a token to be read, and what the answer holds. */
#include "command/token_keys.h"
#include "command/token_words.h"

#include <string.h>

#define NAMES(list) (list), sizeof(list) / sizeof((list)[0])
#define KEYS_MAX 64 /* of one request */

typedef struct reading {
    const mbill_token_keys *keys;
    mbill__node root, used; /* used.item NULL: not said */
    const mbill__token_key *tried[KEYS_MAX];
    size_t n_tried;
    const char *digits;
    mbill__node digits_node;
} reading;

static mbill_status named_keys(reading *of, const mbill__node *list, bool is_sts, mbill_error *err)
{
    mbill__node one;
    MBILL_TRY(mbill__node_list(list, 1, err));
    for (bool more = mbill__node_first(list, &one); more; more = mbill__node_next(&one)) {
        if (of->n_tried == KEYS_MAX)
            return mbill__node_fail(&one, err, MBILL_E_LIMIT, "more than %d keys for one token", KEYS_MAX);
        MBILL_TRY(mbill__token_key_named(of->keys, &one, is_sts, &of->tried[of->n_tried++], err));
    }
    return MBILL_OK;
}

static mbill_status choose_keys(reading *of, bool is_sts, mbill_error *err)
{
    mbill__node list;
    if (mbill__node_get(&of->root, "keys", &list)) return named_keys(of, &list, is_sts, err);
    for (size_t i = 0; i < of->keys->n; i++) {
        if (of->keys->list[i].is_sts != is_sts) continue;
        if (of->n_tried == KEYS_MAX)
            return mbill__node_fail(&of->root, err, MBILL_E_LIMIT, "more than %d keys for one token; name some", KEYS_MAX);
        of->tried[of->n_tried++] = &of->keys->list[i];
    }
    return MBILL_OK;
}

static mbill_status read_request(reading *of, bool is_sts, mbill_error *err)
{
    static const char *const known[] = {"meterbill", "kind", "protocol", "token", "keys", "used"};
    MBILL_TRY(mbill__node_object(&of->root, NAMES(known), err));
    MBILL_TRY(mbill__node_need(&of->root, "token", &of->digits_node, err));
    MBILL_TRY(mbill__node_text(&of->digits_node, &of->digits, err));
    if (!mbill__node_get(&of->root, "used", &of->used)) of->used.item = NULL;
    return choose_keys(of, is_sts, err);
}

/* A list of whole numbers that rise. */
static mbill_status read_numbers(const mbill__node *list, int64_t max, uint32_t *out, size_t room, size_t *out_n,
    mbill_error *err)
{
    mbill__node one;
    size_t n = 0;
    MBILL_TRY(mbill__node_list(list, 0, err));
    for (bool more = mbill__node_first(list, &one); more; more = mbill__node_next(&one)) {
        int64_t value;
        MBILL_TRY(mbill__node_whole(&one, 0, max, &value, err));
        if (n > 0 && value <= (int64_t)out[n - 1])
            return mbill__node_fail(&one, err, MBILL_E_ORDER, "%lld does not rise above the one before", (long long)value);
        if (n == room) return mbill__node_fail(&one, err, MBILL_E_LIMIT, "more than %zu numbers", room);
        out[n++] = (uint32_t)value;
    }
    *out_n = n;
    return MBILL_OK;
}

/* --- STS --- */

static mbill_status write_used_sts(const reading *of, const mbill_sts_token *token, mbill__writer *writer, mbill_error *err)
{
    static const char *const known[] = {"tids"};
    mbill_sts_used used = {.struct_size = sizeof used};
    mbill__node list;
    size_t n = 0;
    MBILL_TRY(mbill__node_object(&of->used, NAMES(known), err));
    MBILL_TRY(mbill__node_need(&of->used, "tids", &list, err));
    MBILL_TRY(read_numbers(&list, MBILL_STS_TID_MAX, used.tids, MBILL_STS_USED_MAX, &n, err));
    used.n = (uint32_t)n;
    MBILL_TRY(mbill__node_place(&of->digits_node, err, mbill_sts_admit(token, &used, &used, err)));
    mbill__write_object(writer, "used");
    mbill__write_list(writer, "tids");
    for (uint32_t i = 0; i < used.n; i++) mbill__write_whole(writer, NULL, used.tids[i]);
    mbill__write_list_end(writer);
    mbill__write_object_end(writer);
    return MBILL_OK;
}

static mbill_status take_sts(const reading *of, mbill__writer *writer, mbill_error *err)
{
    mbill_sts_key keys[KEYS_MAX];
    mbill_sts_token token = {.struct_size = sizeof token};
    int64_t at = -1;
    for (size_t i = 0; i < of->n_tried; i++) keys[i] = of->tried[i]->sts;
    mbill_status status = mbill_sts_decode(of->digits, strlen(of->digits), keys, of->n_tried, mbill__token_tables(of->keys),
        &token, &at, err);
    mbill__wipe(keys, sizeof keys);
    MBILL_TRY(mbill__node_place(&of->digits_node, err, status));
    if (at >= 0) mbill__write_text(writer, "key", of->tried[at]->name);
    mbill__write_object(writer, "token");
    status = mbill__token_write_sts(writer, &token, at >= 0 ? of->tried[at]->sts.base_year : 1993, err);
    mbill__write_object_end(writer);
    if (status == MBILL_OK && of->used.item != NULL) status = write_used_sts(of, &token, writer, err);
    mbill__wipe(&token, sizeof token);
    return status;
}

/* --- OpenPAYGO --- */

/* {"count": 21, "used": [14, 18]}: the last count, and those below it that were used. */
static mbill_status read_used_openpaygo(const reading *of, mbill_openpaygo_used *out, mbill_error *err)
{
    static const char *const known[] = {"count", "used"};
    uint32_t list[MBILL_OPENPAYGO_BACK + 1];
    mbill__node node;
    size_t n = 0;
    *out = (mbill_openpaygo_used){.struct_size = sizeof *out};
    if (of->used.item == NULL)
        return mbill__node_fail(&of->root, err, MBILL_E_MISSING_KEY,
            "key \"used\" is missing: the count that the device has reached");
    MBILL_TRY(mbill__node_object(&of->used, NAMES(known), err));
    MBILL_TRY(mbill__token_need_whole(&of->used, "count", 0, MBILL_OPENPAYGO_COUNT_MAX, &out->count, err));
    MBILL_TRY(mbill__node_need(&of->used, "used", &node, err));
    MBILL_TRY(read_numbers(&node, out->count, list, sizeof list / sizeof list[0], &n, err));
    for (size_t i = 0; i < n; i++) {
        uint32_t back = out->count - list[i];
        if (back > MBILL_OPENPAYGO_BACK)
            return mbill__node_fail(&node, err, MBILL_E_RANGE, "%lu is further below the count than is remembered",
                (unsigned long)list[i]);
        if (back > 0) out->below |= UINT32_C(1) << (back - 1);
    }
    return MBILL_OK;
}

static void write_used_openpaygo(mbill__writer *writer, const mbill_openpaygo_used *used)
{
    mbill__write_object(writer, "used");
    mbill__write_whole(writer, "count", used->count);
    mbill__write_list(writer, "used");
    for (uint32_t back = MBILL_OPENPAYGO_BACK; back > 0; back--)
        if (((used->below >> (back - 1)) & 1) != 0 && used->count >= back) mbill__write_whole(writer, NULL, used->count - back);
    mbill__write_whole(writer, NULL, used->count);
    mbill__write_list_end(writer);
    mbill__write_object_end(writer);
}

static mbill_status take_openpaygo(const reading *of, mbill__writer *writer, mbill_error *err)
{
    mbill_openpaygo_token token = {.struct_size = sizeof token};
    mbill_openpaygo_used before, after = {.struct_size = sizeof after};
    mbill_status status = MBILL_E_TOKEN_CRC;
    size_t at = 0;
    MBILL_TRY(read_used_openpaygo(of, &before, err));
    if (of->n_tried == 0) return mbill__node_fail(&of->root, err, MBILL_E_NOT_FOUND, "there is no key of this protocol");
    for (; at < of->n_tried && status == MBILL_E_TOKEN_CRC; at++) /* a key that does not fit says nothing */
        status = mbill_openpaygo_decode(&of->tried[at]->openpaygo, of->digits, strlen(of->digits), &before, &token, &after, NULL);
    if (status != MBILL_OK)
        status = mbill_openpaygo_decode(&of->tried[at - 1]->openpaygo, of->digits, strlen(of->digits), &before, &token, &after,
            err);
    MBILL_TRY(mbill__node_place(&of->digits_node, err, status));
    mbill__write_text(writer, "key", of->tried[at - 1]->name);
    mbill__write_object(writer, "token");
    mbill__token_write_openpaygo(writer, &token);
    mbill__write_object_end(writer);
    write_used_openpaygo(writer, &after);
    return MBILL_OK;
}

/* --- the answer --- */

static mbill_status answer(const mbill_token_keys *keys, const mbill__node *request, bool is_sts, mbill__writer *writer,
    mbill_error *err)
{
    reading of;
    memset(&of, 0, sizeof of);
    of.keys = keys;
    of.root = *request;
    MBILL_TRY(read_request(&of, is_sts, err));
    return is_sts ? take_sts(&of, writer, err) : take_openpaygo(&of, writer, err);
}

mbill_status mbill_token_read(const mbill_token_keys *keys, const char *text, size_t len, char *out_text, size_t *inout_len,
    mbill_error *err)
{
    return mbill__token_serve(keys, text, len, answer, out_text, inout_len, err);
}
