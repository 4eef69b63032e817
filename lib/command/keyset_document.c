/* SPDX-License-Identifier: Apache-2.0 */
/* The document of kind "keyset", in and out. Changes when that form does. */
#include "command/document.h"
#include "command/keyset.h"
#include "command/role.h"
#include "meterbill/decimal.h"

#include <string.h>

#define COUNT(list) (sizeof(list) / sizeof(list)[0])

/* A plan with room for what it points to. */
typedef struct draft {
    mbill_keyset_plan plan;
    uint8_t roots[MBILL_SIGNERS_MAX][MBILL_KEY_BYTES];
    mbill_key keys[MBILL_KEYS_MAX];
} draft;

/* ---- in ---- */

static mbill_status read_commands(const mbill__node *node, mbill_key *key, mbill_error *err)
{
    mbill__node list, one;
    int32_t number = 0;
    if (mbill__node_get(node, "role", &one)) {
        MBILL_TRY(mbill__node_named(&one, mbill_role_name, MBILL_ROLE_RELAY, MBILL_ROLE_ROOT, &number, err));
        key->commands = mbill_role_commands(number);
        if (!mbill__node_get(node, "commands", &list)) return MBILL_OK;
        return mbill__node_fail(&list, err, MBILL_E_INVALID, "a role, or the commands themselves, not both");
    }
    MBILL_TRY(mbill__node_need(node, "commands", &list, err));
    MBILL_TRY(mbill__node_list(&list, 1, err));
    for (bool more = mbill__node_first(&list, &one); more; more = mbill__node_next(&one)) {
        MBILL_TRY(mbill__node_named(&one, mbill_command_name, MBILL_COMMAND_TRIP, MBILL_COMMAND_CANCEL, &number, err));
        key->commands |= UINT32_C(1) << number;
    }
    if (mbill__role_of(key->commands) == 0) return mbill__node_fail(&list, err, MBILL_E_ROLE, "commands of more than one role");
    return MBILL_OK;
}

static mbill_status read_quota(const mbill__node *node, mbill_key *key, mbill_error *err)
{
    static const char *const keys[] = {"commands", "amount"};
    mbill__node quota, part;
    key->quota_commands = key->quota_micro = -1;
    if (!mbill__node_get(node, "quota", &quota)) return MBILL_OK;
    MBILL_TRY(mbill__node_object(&quota, keys, COUNT(keys), err));
    if (mbill__node_get(&quota, "commands", &part)) MBILL_TRY(mbill__node_whole(&part, 0, INT32_MAX, &key->quota_commands, err));
    if (!mbill__node_get(&quota, "amount", &part)) return MBILL_OK;
    MBILL_TRY(mbill__node_decimal(&part, MBILL_SCALE_MICRO, &key->quota_micro, err));
    return key->quota_micro >= 0 ? MBILL_OK : mbill__node_fail(&part, err, MBILL_E_RANGE, "the amount is below 0");
}

static mbill_status read_key(const mbill__node *node, mbill_key *key, mbill_error *err)
{
    static const char *const keys[] = {"public", "role", "commands", "begins", "ends", "prefix", "longest_s", "quota"};
    mbill__node part;
    const char *prefix = "";
    MBILL_TRY(mbill__node_object(node, keys, COUNT(keys), err));
    MBILL_TRY(mbill__need_hex(node, "public", key->public_key, sizeof key->public_key, err));
    MBILL_TRY(read_commands(node, key, err));
    MBILL_TRY(mbill__need_instant(node, "begins", &key->nbf_s, err));
    MBILL_TRY(mbill__need_instant(node, "ends", &key->exp_s, err));
    if (mbill__node_get(node, "prefix", &part)) MBILL_TRY(mbill__node_text(&part, &prefix, err));
    if (strlen(prefix) >= sizeof key->prefix) return mbill__node_fail(&part, err, MBILL_E_INVALID, "the prefix is too long");
    memcpy(key->prefix, prefix, strlen(prefix));
    MBILL_TRY(mbill__node_need(node, "longest_s", &part, err));
    MBILL_TRY(mbill__node_whole(&part, 1, INT32_MAX, &key->lifetime_s, err));
    return read_quota(node, key, err);
}

static mbill_status read_lists(const mbill__node *root, draft *out, mbill_error *err)
{
    mbill__node list, node;
    MBILL_TRY(mbill__node_need(root, "roots", &list, err));
    MBILL_TRY(mbill__node_list(&list, 1, err));
    for (bool more = mbill__node_first(&list, &node); more; more = mbill__node_next(&node)) {
        if (out->plan.n_roots == MBILL_SIGNERS_MAX) return mbill__node_fail(&node, err, MBILL_E_RANGE, "more than 16 roots");
        MBILL_TRY(mbill__node_bytes(&node, out->roots[out->plan.n_roots++], MBILL_KEY_BYTES, NULL, err));
    }
    MBILL_TRY(mbill__node_need(root, "keys", &list, err));
    MBILL_TRY(mbill__node_list(&list, 0, err));
    for (bool more = mbill__node_first(&list, &node); more; more = mbill__node_next(&node)) {
        if (out->plan.n_keys == MBILL_KEYS_MAX) return mbill__node_fail(&node, err, MBILL_E_RANGE, "more than 64 keys");
        MBILL_TRY(read_key(&node, &out->keys[out->plan.n_keys++], err));
    }
    return MBILL_OK;
}

static mbill_status read_keyset(const mbill__node *root, draft *out, mbill_error *err)
{
    static const char *const keys[] = {"meterbill", "kind", "version", "ends", "threshold", "roots", "keys"};
    mbill__node node;
    int64_t threshold = 0;
    MBILL_TRY(mbill__json_header(root, "keyset", false, err));
    MBILL_TRY(mbill__node_object(root, keys, COUNT(keys), err));
    MBILL_TRY(mbill__need_uint64(root, "version", &out->plan.version, err));
    MBILL_TRY(mbill__need_instant(root, "ends", &out->plan.exp_s, err));
    MBILL_TRY(mbill__node_need(root, "threshold", &node, err));
    MBILL_TRY(mbill__node_whole(&node, 1, MBILL_SIGNERS_MAX, &threshold, err));
    out->plan.threshold = (uint32_t)threshold;
    return read_lists(root, out, err);
}

mbill_status mbill_keyset_read(const char *text, size_t len, uint8_t *out, size_t cap, size_t *out_len, mbill_error *err)
{
    mbill__json *document;
    draft got;
    MBILL__NEED(out_len);
    memset(&got, 0, sizeof got);
    got.plan.struct_size = (uint32_t)sizeof got.plan;
    got.plan.roots = got.roots[0];
    got.plan.keys = got.keys;
    MBILL_TRY(mbill__json_read(text, len, NULL, &document, err));
    const mbill__node root = mbill__json_root(document);
    mbill_status status = read_keyset(&root, &got, err);
    mbill__json_free(document);
    return status == MBILL_OK ? mbill_keyset_encode(&got.plan, out, cap, out_len, err) : status;
}

/* ---- out ---- */

static void write_commands(mbill__writer *to, const mbill_key *key)
{
    if (key->commands == mbill_role_commands(key->role)) {
        mbill__write_text(to, "role", mbill_role_name(key->role));
        return;
    }
    mbill__write_list(to, "commands");
    for (int32_t kind = MBILL_COMMAND_TRIP; kind <= MBILL_COMMAND_CANCEL; kind++)
        if ((key->commands & UINT32_C(1) << kind) != 0) mbill__write_text(to, NULL, mbill_command_name(kind));
    mbill__write_list_end(to);
}

static void write_key(mbill__writer *to, const mbill_key *key)
{
    mbill__write_object(to, NULL);
    mbill__write_hex(to, "public", key->public_key, sizeof key->public_key);
    write_commands(to, key);
    mbill__write_instant(to, "begins", key->nbf_s);
    mbill__write_instant(to, "ends", key->exp_s);
    if (key->prefix[0] != '\0') mbill__write_text(to, "prefix", key->prefix);
    mbill__write_whole(to, "longest_s", key->lifetime_s);
    if (key->quota_commands >= 0 || key->quota_micro >= 0) {
        mbill__write_object(to, "quota");
        if (key->quota_commands >= 0) mbill__write_whole(to, "commands", key->quota_commands);
        if (key->quota_micro >= 0) mbill__write_decimal(to, "amount", key->quota_micro, MBILL_SCALE_MICRO);
        mbill__write_object_end(to);
    }
    mbill__write_object_end(to);
}

static void write_keyset(mbill__writer *to, const mbill_keyset *keyset)
{
    mbill__write_head(to, "keyset");
    mbill__write_uint64(to, "version", keyset->version);
    mbill__write_instant(to, "ends", keyset->exp_s);
    mbill__write_whole(to, "threshold", keyset->threshold);
    mbill__write_list(to, "roots");
    for (size_t i = 0; i < keyset->n_roots; i++) mbill__write_hex(to, NULL, keyset->roots[i], MBILL_KEY_BYTES);
    mbill__write_list_end(to);
    mbill__write_list(to, "keys");
    for (size_t i = 0; i < keyset->n_keys; i++) write_key(to, &keyset->keys[i]);
    mbill__write_list_end(to);
    mbill__write_object_end(to);
}

mbill_status mbill_keyset_write(const mbill_keyset *keyset, char *out_text, size_t *inout_len, mbill_error *err)
{
    mbill__buffer buffer;
    mbill__writer to;
    MBILL__NEED(keyset);
    MBILL__NEED(inout_len);
    mbill__buffer_start(&buffer, &keyset->allocator);
    mbill__write_start(&to, &buffer, false);
    write_keyset(&to, keyset);
    return mbill__buffer_end(&buffer, MBILL_OK, out_text, inout_len, err);
}
