/* SPDX-License-Identifier: Apache-2.0 */
/* Changes with how a document asks for tokens to be made, and what the answer holds. */
#include "command/token_keys.h"
#include "command/token_words.h"

#include <string.h>

#define NAMES(list) (list), sizeof(list) / sizeof((list)[0])
#define SECTIONS_MAX 4
#define HEADER "meterbill", "kind", "protocol"

typedef struct making {
    const mbill_token_keys *keys;
    const mbill__token_key *key; /* NULL: of a test token */
    mbill__node root;
    mbill_sts_token sts[SECTIONS_MAX];
    size_t n_sts;
    mbill_openpaygo_token openpaygo;
    mbill_token_sales sales;
    bool has_sales;
} making;

/* --- what the seller remembers --- */

static mbill_status read_sales(making *of, bool is_sts, mbill_error *err)
{
    static const char *const sts_known[] = {"purchase", "base", "tid"}, *const paygo_known[] = {"purchase", "count"};
    mbill__node sales, node;
    uint32_t purchase = 0, base = 0;
    of->sales = (mbill_token_sales){.struct_size = sizeof of->sales};
    of->has_sales = mbill__node_get(&of->root, "sales", &sales);
    if (!of->has_sales) return MBILL_OK;
    MBILL_TRY(is_sts ? mbill__node_object(&sales, NAMES(sts_known), err) : mbill__node_object(&sales, NAMES(paygo_known), err));
    MBILL_TRY(mbill__token_need_whole(&sales, "purchase", 0, INT32_MAX, &purchase, err));
    of->sales.purchase = purchase;
    if (!is_sts) return mbill__token_need_whole(&sales, "count", 0, MBILL_OPENPAYGO_COUNT_MAX, &of->sales.count, err);
    if (!mbill__node_get(&sales, "base", &node)) return MBILL_OK;
    MBILL_TRY(mbill__token_need_whole(&sales, "base", 1993, 2035, &base, err));
    of->sales.base_year = (int32_t)base;
    return mbill__token_need_whole(&sales, "tid", 0, MBILL_STS_TID_MAX, &of->sales.tid, err);
}

/* The purchase that this token is for: with "sales" it must be said, without it has no place. */
static mbill_status read_purchase(const making *of, uint64_t *out, mbill_error *err)
{
    mbill__node node;
    uint32_t purchase = 0;
    if (of->has_sales) MBILL_TRY(mbill__token_need_whole(&of->root, "purchase", 1, INT32_MAX, &purchase, err));
    else if (mbill__node_get(&of->root, "purchase", &node))
        return mbill__node_fail(&node, err, MBILL_E_MISSING_KEY, "a purchase without \"sales\", the state that it must follow");
    *out = purchase;
    return MBILL_OK;
}

static void write_sales(mbill__writer *writer, const making *of, bool is_sts)
{
    if (!of->has_sales) return;
    mbill__write_object(writer, "sales");
    mbill__write_whole(writer, "purchase", (int64_t)of->sales.purchase);
    if (is_sts && of->sales.base_year != 0) {
        mbill__write_whole(writer, "base", of->sales.base_year);
        mbill__write_whole(writer, "tid", of->sales.tid);
    }
    if (!is_sts) mbill__write_whole(writer, "count", of->sales.count);
    mbill__write_object_end(writer);
}

/* --- STS --- */

static mbill_status take_tid(making *of, mbill_error *err)
{
    mbill__node node;
    int64_t issued_utc_s;
    uint64_t purchase = 0;
    mbill_sts_token *token = &of->sts[0];
    int32_t base_year = of->key->sts.base_year;
    MBILL_TRY(mbill__token_need_whole(&of->root, "random", 0, 15, &token->random, err));
    MBILL_TRY(mbill__node_need(&of->root, "issued", &node, err));
    MBILL_TRY(mbill__node_instant(&node, &issued_utc_s, err));
    MBILL_TRY(read_purchase(of, &purchase, err));
    if (!of->has_sales) return mbill__node_place(&node, err, mbill_sts_tid(base_year, issued_utc_s, &token->tid, err));
    return mbill__node_place(&node, err,
        mbill_sts_sell(&of->sales, purchase, base_year, issued_utc_s, &token->tid, &of->sales, err));
}

static mbill_status read_amount(making *of, const char *key, int32_t scale, mbill_error *err)
{
    mbill__node node;
    int64_t amount;
    MBILL_TRY(mbill__node_need(&of->root, key, &node, err));
    MBILL_TRY(mbill__node_decimal(&node, scale, &amount, err));
    return mbill__node_place(&node, err, mbill_sts_amount_encode(amount, &of->sts[0].value, err));
}

static mbill_status make_credit(making *of, mbill_error *err)
{
    static const char *const known[] = {HEADER, "make", "key", "of", "amount", "issued", "random", "purchase", "sales"};
    mbill__node node;
    MBILL_TRY(mbill__node_object(&of->root, NAMES(known), err));
    MBILL_TRY(mbill__node_need(&of->root, "of", &node, err));
    MBILL_TRY(mbill__node_word(&node, NAMES(mbill__sts_services), &of->sts[0].subclass, err));
    MBILL_TRY(read_amount(of, "amount", 1, err));
    return take_tid(of, err);
}

static mbill_status make_register(making *of, mbill__sts_word word, mbill_error *err)
{
    static const char *const known[] = {HEADER, "make", "key", "register", "issued", "random", "purchase", "sales"};
    static const char *const power_known[] = {HEADER, "make", "key", "power", "issued", "random", "purchase", "sales"};
    bool power = word == MBILL__STS_WORD_MAXIMUM_POWER || word == MBILL__STS_WORD_PHASE_UNBALANCE;
    of->sts[0].token_class = MBILL_STS_MANAGEMENT;
    of->sts[0].subclass = mbill__sts_subclass_of(word);
    MBILL_TRY(power ? mbill__node_object(&of->root, NAMES(power_known), err) : mbill__node_object(&of->root, NAMES(known), err));
    MBILL_TRY(power ? read_amount(of, "power", 0, err)
                    : mbill__token_need_whole(&of->root, "register", 0, 65535, &of->sts[0].value, err));
    return take_tid(of, err);
}

/* Lower-case hex of so many digits. */
static mbill_status read_number(const mbill__node *node, size_t n_digits, uint64_t *out, mbill_error *err)
{
    static const char digits[] = "0123456789abcdef";
    const char *text;
    uint64_t value = 0;
    MBILL_TRY(mbill__node_text(node, &text, err));
    bool right = strlen(text) == n_digits && strspn(text, digits) == n_digits;
    if (!right)
        return mbill__node_fail(node, err, MBILL_E_INVALID, "not the %zu lower-case hexadecimal digits that are expected here",
            n_digits);
    for (; *text != '\0'; text++) value = (value << 4) | (uint64_t)(strchr(digits, *text) - digits);
    *out = value;
    return MBILL_OK;
}

/* Two digits of manufacturer make subclass 0, four make subclass 1. */
static mbill_status make_test(making *of, mbill_error *err)
{
    static const char *const known[] = {HEADER, "make", "control", "manufacturer"};
    mbill__node control, manufacturer;
    const char *text;
    uint64_t number;
    MBILL_TRY(mbill__node_object(&of->root, NAMES(known), err));
    MBILL_TRY(mbill__node_need(&of->root, "control", &control, err));
    MBILL_TRY(mbill__node_need(&of->root, "manufacturer", &manufacturer, err));
    MBILL_TRY(mbill__node_text(&manufacturer, &text, err));
    bool second = strlen(text) == 4;
    of->sts[0].token_class = MBILL_STS_TEST;
    of->sts[0].subclass = second;
    MBILL_TRY(read_number(&manufacturer, second ? 4 : 2, &number, err));
    of->sts[0].manufacturer = (uint32_t)number;
    return read_number(&control, second ? 7 : 9, &of->sts[0].control, err);
}

static uint32_t key_word(const mbill_sts_key *key, size_t at)
{
    const uint8_t *bytes = key->bytes + at;
    return ((uint32_t)bytes[0] << 24) | ((uint32_t)bytes[1] << 16) | ((uint32_t)bytes[2] << 8) | bytes[3];
}

/* Sections 3 and 4, of the middle of a 128-bit key; each has half of the supply group code. */
static mbill_status make_long_key(making *of, const mbill_sts_key *key, mbill_error *err)
{
    uint32_t group;
    MBILL_TRY(mbill__token_need_whole(&of->root, "supply_group", 0, 999999, &group, err));
    of->sts[1].key_part = key_word(key, 12);
    of->sts[2] = (mbill_sts_token){.subclass = MBILL_STS_SET_KEY_3,
        .supply_group_part = group & 0xFFF,
        .key_part = key_word(key, 4)};
    of->sts[3] = (mbill_sts_token){.subclass = MBILL_STS_SET_KEY_4,
        .supply_group_part = group >> 12,
        .key_part = key_word(key, 8)};
    of->n_sts = 4;
    return MBILL_OK;
}

static mbill_status make_key_change(making *of, mbill_error *err)
{
    static const char *const known[] = {HEADER, "make", "key", "new_key", "key_expiry", "key_revision", "key_type", "roll_over",
        "tariff_index", "supply_group"};
    mbill__node node;
    const mbill__token_key *to;
    uint32_t expiry, type, revision, index;
    bool roll_over;
    MBILL_TRY(mbill__node_object(&of->root, NAMES(known), err));
    MBILL_TRY(mbill__node_need(&of->root, "new_key", &node, err));
    MBILL_TRY(mbill__token_key_named(of->keys, &node, true, &to, err));
    MBILL_TRY(mbill__token_need_whole(&of->root, "key_expiry", 0, 255, &expiry, err));
    MBILL_TRY(mbill__token_need_whole(&of->root, "key_revision", 0, 15, &revision, err));
    MBILL_TRY(mbill__token_need_whole(&of->root, "key_type", 0, 3, &type, err));
    MBILL_TRY(mbill__token_need_whole(&of->root, "tariff_index", 0, 255, &index, err));
    MBILL_TRY(mbill__node_need(&of->root, "roll_over", &node, err));
    MBILL_TRY(mbill__node_bool(&node, &roll_over, err));
    of->sts[0] = (mbill_sts_token){.subclass = MBILL_STS_SET_KEY_1,
        .key_expiry = expiry >> 4,
        .key_revision = revision,
        .roll_over = roll_over,
        .key_type = type,
        .key_part = key_word(&to->sts, 0)};
    of->sts[1] = (mbill_sts_token){.subclass = MBILL_STS_SET_KEY_2,
        .key_expiry = expiry & 15,
        .tariff_index = index,
        .key_part = key_word(&to->sts, 4)};
    of->n_sts = 2;
    if (to->sts.cipher == MBILL_STS_EA11) MBILL_TRY(make_long_key(of, &to->sts, err));
    else if (mbill__node_get(&of->root, "supply_group", &node))
        return mbill__node_fail(&node, err, MBILL_E_INVALID, "only a key change of 128 bits carries the supply group");
    for (size_t i = 0; i < of->n_sts; i++) {
        of->sts[i].struct_size = sizeof of->sts[i];
        of->sts[i].token_class = MBILL_STS_MANAGEMENT;
    }
    return MBILL_OK;
}

static mbill_status plan_sts(making *of, mbill_error *err)
{
    mbill__node node;
    int32_t word;
    MBILL_TRY(mbill__node_need(&of->root, "make", &node, err));
    MBILL_TRY(mbill__node_word(&node, NAMES(mbill__sts_words), &word, err));
    of->sts[0] = (mbill_sts_token){.struct_size = sizeof of->sts[0]};
    of->n_sts = 1;
    if (word == MBILL__STS_WORD_TEST) return make_test(of, err);
    MBILL_TRY(mbill__node_need(&of->root, "key", &node, err));
    MBILL_TRY(mbill__token_key_named(of->keys, &node, true, &of->key, err));
    MBILL_TRY(read_sales(of, true, err));
    if (word == MBILL__STS_WORD_CREDIT) return make_credit(of, err);
    return word == MBILL__STS_WORD_KEY_CHANGE ? make_key_change(of, err) : make_register(of, (mbill__sts_word)word, err);
}

static mbill_status write_one(const making *of, const mbill_sts_token *token, char *digits, mbill__writer *writer,
    mbill_error *err)
{
    const mbill_sts_key *key = of->key != NULL ? &of->key->sts : NULL;
    MBILL_TRY(mbill_sts_encode(token, key, mbill__token_tables(of->keys), digits, err));
    mbill__write_object(writer, NULL);
    mbill__write_text(writer, "digits", digits);
    MBILL_TRY(mbill__token_write_sts(writer, token, key != NULL ? key->base_year : 1993, err));
    mbill__write_object_end(writer);
    return MBILL_OK;
}

static mbill_status write_sts(making *of, mbill__writer *writer, mbill_error *err)
{
    char digits[MBILL_TOKEN_ROOM];
    mbill_status status = MBILL_OK;
    for (size_t i = 0; i < of->n_sts && status == MBILL_OK; i++) status = write_one(of, &of->sts[i], digits, writer, err);
    mbill__wipe(digits, sizeof digits);
    return status;
}

/* --- OpenPAYGO --- */

static mbill_status read_flag(const making *of, const char *key, uint32_t flag, uint32_t *out, mbill_error *err)
{
    mbill__node node;
    bool set;
    if (!mbill__node_get(&of->root, key, &node)) return MBILL_OK;
    MBILL_TRY(mbill__node_bool(&node, &set, err));
    if (set) *out |= flag;
    return MBILL_OK;
}

/* Purchase and count follow those of "sales". */
static mbill_status plan_openpaygo(making *of, mbill_error *err)
{
    static const char *const known[] = {HEADER, "make", "key", "value", "restricted", "extended", "purchase", "sales"};
    mbill_openpaygo_token *token = &of->openpaygo;
    mbill__node node;
    uint64_t purchase = 0;
    *token = (mbill_openpaygo_token){.struct_size = sizeof *token};
    MBILL_TRY(mbill__node_object(&of->root, NAMES(known), err));
    MBILL_TRY(mbill__node_need(&of->root, "key", &node, err));
    MBILL_TRY(mbill__token_key_named(of->keys, &node, false, &of->key, err));
    MBILL_TRY(mbill__node_need(&of->root, "make", &node, err));
    MBILL_TRY(mbill__node_word(&node, NAMES(mbill__openpaygo_words), &token->kind, err));
    token->kind++;
    if (token->kind <= MBILL_OPENPAYGO_SET)
        MBILL_TRY(mbill__token_need_whole(&of->root, "value", 0, MBILL_OPENPAYGO_EXTENDED_MAX, &token->value, err));
    else if (mbill__node_get(&of->root, "value", &node))
        return mbill__node_fail(&node, err, MBILL_E_INVALID, "this token carries no value");
    MBILL_TRY(read_flag(of, "restricted", MBILL_OPENPAYGO_RESTRICTED, &token->form, err));
    MBILL_TRY(read_flag(of, "extended", MBILL_OPENPAYGO_EXTENDED, &token->form, err));
    MBILL_TRY(mbill__node_need(&of->root, "sales", &node, err));
    MBILL_TRY(read_sales(of, false, err));
    MBILL_TRY(read_purchase(of, &purchase, err));
    return mbill__node_place(&node, err, mbill_openpaygo_sell(&of->sales, purchase, token->kind, &token->count, &of->sales, err));
}

static mbill_status write_openpaygo(making *of, mbill__writer *writer, mbill_error *err)
{
    char digits[MBILL_TOKEN_ROOM];
    MBILL_TRY(mbill__node_place(&of->root, err, mbill_openpaygo_encode(&of->key->openpaygo, &of->openpaygo, digits, err)));
    mbill__write_object(writer, NULL);
    mbill__write_text(writer, "digits", digits);
    mbill__token_write_openpaygo(writer, &of->openpaygo);
    mbill__write_object_end(writer);
    mbill__wipe(digits, sizeof digits);
    return MBILL_OK;
}

/* --- the answer --- */

static mbill_status plan_and_write(making *of, bool is_sts, mbill__writer *writer, mbill_error *err)
{
    MBILL_TRY(is_sts ? plan_sts(of, err) : plan_openpaygo(of, err));
    mbill__write_list(writer, "tokens");
    MBILL_TRY(is_sts ? write_sts(of, writer, err) : write_openpaygo(of, writer, err));
    mbill__write_list_end(writer);
    write_sales(writer, of, is_sts);
    return MBILL_OK;
}

static mbill_status answer(const mbill_token_keys *keys, const mbill__node *request, bool is_sts, mbill__writer *writer,
    mbill_error *err)
{
    making of;
    memset(&of, 0, sizeof of);
    of.keys = keys;
    of.root = *request;
    mbill_status status = plan_and_write(&of, is_sts, writer, err);
    mbill__wipe(&of, sizeof of);
    return status;
}

mbill_status mbill_token_make(const mbill_token_keys *keys, const char *text, size_t len, char *out_text, size_t *inout_len,
    mbill_error *err)
{
    return mbill__token_serve(keys, text, len, answer, out_text, inout_len, err);
}
