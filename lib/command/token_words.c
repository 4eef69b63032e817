/* SPDX-License-Identifier: Apache-2.0 */
/* Changes with the words that documents have for tokens, and with what every request and answer has. */
#include "command/token_words.h"

#include "command/sts_block.h"
#include "command/token_keys.h"

#define NAMES(list) (list), sizeof(list) / sizeof((list)[0])
#define NO_SUBCLASS (-1)
#define STS 0 /* of the protocols */

static const char *const protocols[] = {"sts", "openpaygo"};
const char *const mbill__sts_words[MBILL__STS_WORDS] = {"credit", "test", "maximum_power", "clear_credit", "tariff_rate",
    "clear_tamper", "phase_unbalance", "water_factor", "key_change"};
const char *const mbill__sts_services[4] = {"electricity", "water", "gas", "time"};
const char *const mbill__openpaygo_words[4] = {"add", "set", "disable", "synchronise"};

static const int32_t subclasses[MBILL__STS_WORDS] = {NO_SUBCLASS, NO_SUBCLASS, MBILL_STS_SET_MAXIMUM_POWER,
    MBILL_STS_CLEAR_CREDIT, MBILL_STS_SET_TARIFF_RATE, MBILL_STS_CLEAR_TAMPER, MBILL_STS_SET_PHASE_UNBALANCE,
    MBILL_STS_SET_WATER_FACTOR, NO_SUBCLASS};

int32_t mbill__sts_subclass_of(mbill__sts_word word)
{
    return subclasses[word];
}

static const char *word_of(const mbill_sts_token *token)
{
    if (token->token_class == MBILL_STS_CREDIT) return mbill__sts_words[MBILL__STS_WORD_CREDIT];
    if (token->token_class == MBILL_STS_TEST) return mbill__sts_words[MBILL__STS_WORD_TEST];
    if (mbill__sts_is_section(token)) return mbill__sts_words[MBILL__STS_WORD_KEY_CHANGE];
    for (size_t i = 0; i < MBILL__STS_WORDS; i++)
        if (subclasses[i] == token->subclass) return mbill__sts_words[i];
    return "management";
}

/* Big-endian hex of the lowest digits. */
static void write_hex(mbill__writer *writer, const char *key, uint64_t value, unsigned n_digits)
{
    char text[17];
    for (unsigned i = n_digits; i > 0; i--, value >>= 4) text[i - 1] = "0123456789abcdef"[value & 0xF];
    mbill__write_text_part(writer, key, text, n_digits);
}

static void write_test(mbill__writer *writer, const mbill_sts_token *token)
{
    write_hex(writer, "control", token->control, token->subclass == 0 ? 9 : 7);
    write_hex(writer, "manufacturer", token->manufacturer, token->subclass == 0 ? 2 : 4);
}

static void write_section(mbill__writer *writer, const mbill_sts_token *token)
{
    int32_t section = token->subclass <= MBILL_STS_SET_KEY_2 ? token->subclass - 2 : token->subclass - 5;
    mbill__write_whole(writer, "section", section);
    if (section <= 2) mbill__write_whole(writer, section == 1 ? "key_expiry_high" : "key_expiry_low", token->key_expiry);
    if (section == 1) {
        mbill__write_whole(writer, "key_revision", token->key_revision);
        mbill__write_bool(writer, "roll_over", token->roll_over != 0);
        mbill__write_whole(writer, "key_type", token->key_type);
    }
    if (section == 2) mbill__write_whole(writer, "tariff_index", token->tariff_index);
    if (section == 3) mbill__write_whole(writer, "supply_group_low", token->supply_group_part);
    if (section == 4) mbill__write_whole(writer, "supply_group_high", token->supply_group_part);
}

static mbill_status write_counted(mbill__writer *writer, const mbill_sts_token *token, int32_t base_year, mbill_error *err)
{
    int64_t issued_utc_s;
    bool credit = token->token_class == MBILL_STS_CREDIT;
    bool power = !credit && (token->subclass == MBILL_STS_SET_MAXIMUM_POWER || token->subclass == MBILL_STS_SET_PHASE_UNBALANCE);
    MBILL_TRY(mbill_sts_tid_time(base_year, token->tid, &issued_utc_s, err));
    if (credit) mbill__write_text(writer, "of", mbill__sts_services[token->subclass % 4]);
    if (credit && token->subclass > 3) mbill__write_bool(writer, "money", true);
    if (credit && token->subclass < 4) mbill__write_decimal(writer, "amount", mbill_sts_amount_decode(token->value), 1);
    if (power) mbill__write_whole(writer, "power", mbill_sts_amount_decode(token->value));
    mbill__write_whole(writer, "register", token->value);
    mbill__write_whole(writer, "random", token->random);
    mbill__write_whole(writer, "tid", token->tid);
    mbill__write_whole(writer, "base", base_year);
    return mbill__write_time(writer, "issued", issued_utc_s, NULL, err);
}

mbill_status mbill__token_write_sts(mbill__writer *writer, const mbill_sts_token *token, int32_t base_year, mbill_error *err)
{
    uint64_t block;
    MBILL_TRY(mbill_sts_block_encode(token, &block, err));
    mbill__write_text(writer, "says", word_of(token));
    mbill__write_whole(writer, "class", token->token_class);
    mbill__write_whole(writer, "subclass", token->subclass);
    if (mbill__sts_is_section(token)) {
        write_section(writer, token);
        return MBILL_OK;
    }
    if (token->token_class == MBILL_STS_TEST) write_test(writer, token);
    else MBILL_TRY(write_counted(writer, token, base_year, err));
    write_hex(writer, "block", block, 16);
    return MBILL_OK;
}

void mbill__token_write_openpaygo(mbill__writer *writer, const mbill_openpaygo_token *token)
{
    mbill__write_text(writer, "says", mbill__openpaygo_words[token->kind - 1]);
    if (token->kind <= MBILL_OPENPAYGO_SET) mbill__write_whole(writer, "value", token->value);
    mbill__write_whole(writer, "count", token->count);
    mbill__write_bool(writer, "restricted", (token->form & MBILL_OPENPAYGO_RESTRICTED) != 0);
    mbill__write_bool(writer, "extended", (token->form & MBILL_OPENPAYGO_EXTENDED) != 0);
}

mbill_status mbill__token_whole(const mbill__node *of, const char *key, int64_t min, int64_t max, uint32_t *out, mbill_error *err)
{
    mbill__node node;
    int64_t value;
    if (!mbill__node_get(of, key, &node)) return MBILL_OK;
    MBILL_TRY(mbill__node_whole(&node, min, max, &value, err));
    *out = (uint32_t)value;
    return MBILL_OK;
}

mbill_status mbill__token_need_whole(const mbill__node *of, const char *key, int64_t min, int64_t max, uint32_t *out,
    mbill_error *err)
{
    mbill__node node;
    MBILL_TRY(mbill__node_need(of, key, &node, err));
    return mbill__token_whole(of, key, min, max, out, err);
}

static mbill_status read_protocol(const mbill__node *root, int32_t *out, mbill_error *err)
{
    MBILL_TRY(mbill__json_header(root, "token_request", false, err));
    return mbill__node_need_word(root, "protocol", NAMES(protocols), out, err);
}

static mbill_status write_answer(const mbill_token_keys *keys, const mbill__node *root, mbill__token_answer answer,
    mbill__writer *writer, mbill_error *err)
{
    int32_t protocol;
    MBILL_TRY(read_protocol(root, &protocol, err));
    mbill__write_object(writer, NULL);
    mbill__write_whole(writer, "meterbill", 1);
    mbill__write_text(writer, "kind", "token");
    mbill__write_text(writer, "protocol", protocols[protocol]);
    MBILL_TRY(answer(keys, root, protocol == STS, writer, err));
    mbill__write_object_end(writer);
    return MBILL_OK;
}

mbill_status mbill__token_serve(const mbill_token_keys *keys, const char *text, size_t len, mbill__token_answer answer,
    char *out_text, size_t *inout_len, mbill_error *err)
{
    mbill__json *document;
    mbill__buffer buffer;
    mbill__writer writer;
    MBILL__NEED(keys);
    MBILL__NEED(text);
    MBILL__NEED(inout_len);
    MBILL_TRY(mbill__json_read_secret(text, len, NULL, &document, err));
    mbill__node root = mbill__json_root(document);
    mbill__buffer_start(&buffer, &keys->allocator);
    mbill__write_start(&writer, &buffer, false);
    mbill_status status = write_answer(keys, &root, answer, &writer, err);
    if (status == MBILL_OK) status = mbill__buffer_copy(&buffer, out_text, inout_len, err);
    mbill__wipe(buffer.data, buffer.cap);
    mbill__buffer_free(&buffer);
    mbill__json_free(document);
    return status;
}
