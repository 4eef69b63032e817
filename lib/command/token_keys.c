/* SPDX-License-Identifier: Apache-2.0 */
/* Changes with what a document of keys for tokens says. No message shows what stands in it but names; keys stand in memory that is
 * neither swapped nor dumped. */
#include "command/token_keys.h"

#include "command/signer.h"
#include "document/json.h"

#include <sodium.h>
#include <string.h>

#define NAMES(list) (list), sizeof(list) / sizeof((list)[0])

static const char *const protocols[] = {"sts", "openpaygo"};
static const char *const ciphers[] = {"EA07", "EA11"};
static const int32_t cipher_of[] = {MBILL_STS_EA07, MBILL_STS_EA11};
static const char *const derivations[] = {"DKGA02", "DKGA04"};
static const int32_t derivation_of[] = {MBILL_STS_DKGA02, MBILL_STS_DKGA04};

const mbill_sts_tables *mbill__token_tables(const mbill_token_keys *keys)
{
    return keys->has_tables ? &keys->tables : NULL;
}

mbill_status mbill__token_key_named(const mbill_token_keys *keys, const mbill__node *name, bool is_sts,
    const mbill__token_key **out, mbill_error *err)
{
    const char *text;
    MBILL_TRY(mbill__node_name(name, &text, err));
    for (size_t i = 0; i < keys->n; i++) {
        if (strcmp(keys->list[i].name, text) != 0) continue;
        *out = &keys->list[i];
        if (keys->list[i].is_sts == is_sts) return MBILL_OK;
        return mbill__node_fail(name, err, MBILL_E_INVALID, "key \"%s\" is of the other protocol", text);
    }
    return mbill__node_fail(name, err, MBILL_E_NOT_FOUND, "there is no key \"%s\" among the %zu of the document", text, keys->n);
}

static int nibble(char letter)
{
    if (letter >= '0' && letter <= '9') return letter - '0';
    if (letter >= 'a' && letter <= 'f') return letter - 'a' + 10;
    return letter >= 'A' && letter <= 'F' ? letter - 'A' + 10 : -1;
}

mbill_status mbill__node_hex(const mbill__node *node, uint8_t *out, size_t n, mbill_error *err)
{
    const char *text;
    MBILL_TRY(mbill__node_text(node, &text, err));
    bool right = strlen(text) == 2 * n;
    for (size_t i = 0; right && i < 2 * n; i++) right = nibble(text[i]) >= 0;
    if (!right)
        return mbill__node_fail(node, err, MBILL_E_INVALID, "not the %zu hexadecimal digits that are expected here", 2 * n);
    for (size_t i = 0; i < n; i++) out[i] = (uint8_t)(nibble(text[2 * i]) * 16 + nibble(text[2 * i + 1]));
    return MBILL_OK;
}

static mbill_status need_digits(const mbill__node *of, const char *key, char *out, size_t room, mbill_error *err)
{
    mbill__node node;
    const char *text;
    MBILL_TRY(mbill__node_need(of, key, &node, err));
    MBILL_TRY(mbill__node_text(&node, &text, err));
    if (strlen(text) >= room)
        return mbill__node_fail(&node, err, MBILL_E_INVALID, "more than the %zu digits that are expected here", room - 2);
    memcpy(out, text, strlen(text) + 1);
    return MBILL_OK;
}

/* "vending_key" and what it is the key of. */
static mbill_status read_derived(const mbill__node *node, mbill_sts_key *out, mbill_error *err)
{
    mbill_sts_meter meter = {.struct_size = sizeof meter, .cipher = out->cipher, .base_year = out->base_year};
    uint8_t vending_key[MBILL_STS_VENDING_KEY_MAX];
    char tariff_index[4];
    int32_t derivation;
    mbill__node secret;
    const char *text;
    MBILL_TRY(mbill__node_need_word(node, "derive", NAMES(derivations), &derivation, err));
    MBILL_TRY(need_digits(node, "account", meter.account_number, sizeof meter.account_number, err));
    MBILL_TRY(need_digits(node, "supply_group", meter.supply_group, sizeof meter.supply_group, err));
    MBILL_TRY(need_digits(node, "tariff_index", tariff_index, sizeof tariff_index, err));
    MBILL_TRY(mbill__node_need_int(node, "key_type", 0, 3, &meter.key_type, err));
    MBILL_TRY(mbill__node_need_int(node, "key_revision", 1, 9, &meter.key_revision, err));
    MBILL_TRY(mbill__node_need(node, "vending_key", &secret, err));
    MBILL_TRY(mbill__node_text(&secret, &text, err));
    if (strlen(tariff_index) != 2 || strspn(tariff_index, "0123456789") != 2)
        return mbill__node_fail(node, err, MBILL_E_INVALID, "the tariff index is not two digits");
    meter.tariff_index = (tariff_index[0] - '0') * 10 + tariff_index[1] - '0';
    size_t n = strlen(text) / 2;
    if (n > sizeof vending_key) n = sizeof vending_key;
    if (derivation_of[derivation] != MBILL_STS_DKGA02) MBILL_TRY(mbill__node_hex(&secret, vending_key, n, err));
    mbill_status status = mbill_sts_derive(&meter, derivation_of[derivation], vending_key, n, out, err);
    mbill__wipe(vending_key, sizeof vending_key);
    return mbill__node_place(node, err, status);
}

static mbill_status read_sts(const mbill__node *node, mbill_sts_key *out, mbill_error *err)
{
    static const char *const known[] = {"name", "protocol", "cipher", "base", "key", "derive", "vending_key", "account",
        "supply_group", "tariff_index", "key_type", "key_revision"};
    mbill__node secret;
    int32_t cipher;
    *out = (mbill_sts_key){.struct_size = sizeof *out};
    MBILL_TRY(mbill__node_object(node, NAMES(known), err));
    MBILL_TRY(mbill__node_need_word(node, "cipher", NAMES(ciphers), &cipher, err));
    MBILL_TRY(mbill__node_need_int(node, "base", 1993, 2035, &out->base_year, err));
    if (out->base_year != 1993 && out->base_year != 2014 && out->base_year != 2035)
        return mbill__node_fail(node, err, MBILL_E_INVALID, "%d is no base year of tokens; expected 1993, 2014 or 2035",
            (int)out->base_year);
    out->cipher = cipher_of[cipher];
    if (!mbill__node_get(node, "key", &secret)) return read_derived(node, out, err);
    if (mbill__node_get(node, "derive", &secret) || mbill__node_get(node, "vending_key", &secret))
        return mbill__node_fail(&secret, err, MBILL_E_INVALID, "a key is given or derived, not both");
    (void)mbill__node_get(node, "key", &secret);
    return mbill__node_hex(&secret, out->bytes, out->cipher == MBILL_STS_EA11 ? 16 : 8, err);
}

static mbill_status read_openpaygo(const mbill__node *node, mbill_openpaygo_device *out, mbill_error *err)
{
    static const char *const known[] = {"name", "protocol", "key", "starting_code"};
    mbill__node member;
    int64_t code;
    *out = (mbill_openpaygo_device){.struct_size = sizeof *out};
    MBILL_TRY(mbill__node_object(node, NAMES(known), err));
    MBILL_TRY(mbill__node_need(node, "key", &member, err));
    MBILL_TRY(mbill__node_hex(&member, out->key, sizeof out->key, err));
    MBILL_TRY(mbill__node_need(node, "starting_code", &member, err));
    const char *word;
    if (mbill__node_kind(&member) == MBILL__JSON_TEXT && mbill__node_text(&member, &word, err) == MBILL_OK &&
        strcmp(word, "from_key") == 0) {
        out->starting_code = mbill_openpaygo_starting_code(out->key);
        return MBILL_OK;
    }
    if (mbill__node_decimal(&member, 0, &code, NULL) != MBILL_OK || code < 0 || code > INT64_C(999999999999))
        return mbill__node_fail(&member, err, MBILL_E_INVALID, "not a starting code: at most twelve digits, or \"from_key\"");
    out->starting_code = (uint64_t)code;
    return MBILL_OK;
}

static mbill_status read_key(const mbill__node *node, mbill_token_keys *keys, mbill_error *err)
{
    mbill__token_key *out = &keys->list[keys->n];
    mbill__node name;
    const char *text;
    int32_t protocol;
    MBILL_TRY(mbill__node_object(node, NULL, 0, err));
    MBILL_TRY(mbill__node_need(node, "name", &name, err));
    MBILL_TRY(mbill__node_name(&name, &text, err));
    for (size_t i = 0; i < keys->n; i++)
        if (strcmp(keys->list[i].name, text) == 0)
            return mbill__node_fail(&name, err, MBILL_E_INVALID, "two keys are named \"%s\"", text);
    out->name = mbill__arena_text(&keys->arena, text, strlen(text));
    if (out->name == NULL) return mbill__fail(err, MBILL_E_NOMEM, "no memory for the keys");
    MBILL_TRY(mbill__node_need_word(node, "protocol", NAMES(protocols), &protocol, err));
    out->is_sts = protocol == 0;
    return out->is_sts ? read_sts(node, &out->sts, err) : read_openpaygo(node, &out->openpaygo, err);
}

static mbill_status read_list(const mbill__node *list, uint8_t *out, size_t n, mbill_error *err)
{
    mbill__node one;
    size_t i = 0;
    if (mbill__node_count(list) != n)
        return mbill__node_fail(list, err, MBILL_E_INVALID, "not the %zu numbers that are expected here", n);
    for (bool more = mbill__node_first(list, &one); more; more = mbill__node_next(&one), i++) {
        int64_t value;
        MBILL_TRY(mbill__node_whole(&one, 0, (int64_t)n - 1, &value, err));
        out[i] = (uint8_t)value;
    }
    return MBILL_OK;
}

/* The licensed tables of EA07. */
static mbill_status read_tables(const mbill__node *node, mbill_sts_tables *out, mbill_error *err)
{
    static const char *const known[] = {"substitute", "permute"};
    mbill__node member, one;
    size_t i = 0;
    out->struct_size = sizeof *out;
    MBILL_TRY(mbill__node_object(node, NAMES(known), err));
    MBILL_TRY(mbill__node_need(node, "substitute", &member, err));
    MBILL_TRY(mbill__node_list(&member, 2, err));
    if (mbill__node_count(&member) != 2) return mbill__node_fail(&member, err, MBILL_E_INVALID, "expected two tables");
    for (bool more = mbill__node_first(&member, &one); more; more = mbill__node_next(&one))
        MBILL_TRY(read_list(&one, out->substitute[i++], 16, err));
    MBILL_TRY(mbill__node_need(node, "permute", &member, err));
    return read_list(&member, out->permute, 64, err);
}

static mbill_status read_all(const mbill__node *root, mbill_token_keys *keys, mbill_error *err)
{
    static const char *const known[] = {"meterbill", "kind", "keys", "tables"};
    mbill__node list, one;
    MBILL_TRY(mbill__json_header(root, "token_keys", false, err));
    MBILL_TRY(mbill__node_object(root, NAMES(known), err));
    MBILL_TRY(mbill__node_need(root, "keys", &list, err));
    MBILL_TRY(mbill__node_list(&list, 1, err));
    keys->has_tables = mbill__node_get(root, "tables", &one);
    if (keys->has_tables) MBILL_TRY(read_tables(&one, &keys->tables, err));
    size_t room = mbill__node_count(&list);
    keys->list = sodium_allocarray(room, sizeof *keys->list);
    if (keys->list == NULL) return mbill__fail(err, MBILL_E_NOMEM, "no memory for the keys");
    for (bool more = mbill__node_first(&list, &one); more; more = mbill__node_next(&one), keys->n++)
        MBILL_TRY(read_key(&one, keys, err));
    return MBILL_OK;
}

mbill_status mbill_token_keys_read(const char *text, size_t len, const mbill_allocator *allocator, mbill_token_keys **out_keys,
    mbill_error *err)
{
    mbill_allocator own;
    mbill__json *document;
    MBILL__NEED(out_keys);
    *out_keys = NULL;
    MBILL__NEED(text);
    MBILL_TRY(mbill__allocator_read(&own, allocator, err));
    MBILL_TRY(mbill__sodium_ready(err));
    MBILL_TRY(mbill__json_read_secret(text, len, &own, &document, err));
    mbill_status status = MBILL_OK;
    mbill_token_keys *keys = mbill__alloc(&own, sizeof *keys);
    if (keys == NULL) {
        status = mbill__fail(err, MBILL_E_NOMEM, "no memory for the keys");
    } else {
        mbill__node root = mbill__json_root(document);
        keys->allocator = own;
        mbill__arena_start(&keys->arena, &own);
        status = read_all(&root, keys, err);
    }
    mbill__json_free(document);
    if (status == MBILL_OK) *out_keys = keys;
    else mbill_token_keys_free(keys);
    return status;
}

void mbill_token_keys_free(mbill_token_keys *keys)
{
    if (keys == NULL) return;
    mbill_allocator own = keys->allocator;
    sodium_free(keys->list); /* overwritten, with the one that a refusal stopped at */
    mbill__arena_free(&keys->arena);
    mbill__wipe(keys, sizeof *keys);
    mbill__release(&own, keys, sizeof *keys);
}

void mbill_token_wipe(void *bytes, size_t n)
{
    mbill__wipe(bytes, n);
}
