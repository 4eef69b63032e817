/* SPDX-License-Identifier: Apache-2.0 */
/* Changes when the forms of an opening and a leaving do. What is the account's and the person's own is handed on as documents of their kinds. */
#include "operate/stay.h"

#include "document/json.h"
#include "document/time_read.h"
#include "meterbill/decimal.h"

#include <string.h>

#define COUNT(list) (sizeof(list) / sizeof(list)[0])

static mbill_status no_memory(mbill_error *err)
{
    return mbill__fail(err, MBILL_E_NOMEM, "memory for the document could not be allocated");
}

static mbill_status need_name(mbill__stay *stay, const mbill__node *object, const char *key, const char **out, mbill_error *err)
{
    mbill__node node;
    const char *text;
    MBILL_TRY(mbill__node_need(object, key, &node, err));
    MBILL_TRY(mbill__node_name(&node, &text, err));
    *out = mbill__arena_text(&stay->arena, text, strlen(text));
    return *out != NULL ? MBILL_OK : no_memory(err);
}

/* What both begin with. */
static mbill_status read_head(mbill__stay *stay, const mbill__node *root, mbill_error *err)
{
    mbill__node id, at;
    const char *text;
    MBILL_TRY(mbill__node_need(root, "id", &id, err));
    MBILL_TRY(mbill__node_text(&id, &text, err));
    MBILL_TRY(mbill__node_place(&id, err, mbill_id_parse(text, strlen(text), &stay->id, err)));
    MBILL_TRY(mbill__node_need(root, "at", &at, err));
    return mbill__node_instant(&at, &stay->at_utc_s, err);
}

static mbill_status read_reading(mbill__stay *stay, const mbill__node *node, mbill__stay_reading *out, mbill_error *err)
{
    static const char *const KEYS[] = {"meter", "register", "value", "time"};
    mbill__node value, time;
    MBILL_TRY(mbill__node_object(node, KEYS, COUNT(KEYS), err));
    MBILL_TRY(need_name(stay, node, "meter", &out->meter, err));
    MBILL_TRY(need_name(stay, node, "register", &out->reg, err));
    MBILL_TRY(mbill__node_need(node, "value", &value, err));
    MBILL_TRY(mbill__node_decimal(&value, MBILL_SCALE_MICRO, &out->value_micro, err));
    if (out->value_micro < 0)
        return mbill__node_fail(&value, err, MBILL_E_RANGE, "a reading below 0, expected what the register shows");
    out->at_utc_s = stay->at_utc_s;
    return mbill__node_get(node, "time", &time) ? mbill__node_instant(&time, &out->at_utc_s, err) : MBILL_OK;
}

static mbill_status read_readings(mbill__stay *stay, const mbill__node *root, mbill_error *err)
{
    mbill__node list, node;
    if (!mbill__node_get(root, "readings", &list)) return MBILL_OK;
    MBILL_TRY(mbill__node_list(&list, 0, err));
    mbill__stay_reading *readings = mbill__arena_take(&stay->arena, mbill__node_count(&list) + 1, sizeof *readings);
    if (readings == NULL) return no_memory(err);
    for (bool more = mbill__node_first(&list, &node); more; more = mbill__node_next(&node)) {
        mbill__stay_reading *one = &readings[stay->n_readings];
        MBILL_TRY(read_reading(stay, &node, one, err));
        for (size_t i = 0; i < stay->n_readings; i++)
            if (strcmp(readings[i].meter, one->meter) == 0 && strcmp(readings[i].reg, one->reg) == 0)
                return mbill__node_fail(&node, err, MBILL_E_INVALID,
                    "register \"%s\" of meter \"%s\" stands twice, expected each once", one->reg, one->meter);
        stay->n_readings++;
    }
    stay->readings = readings;
    return MBILL_OK;
}

static mbill_status read_top_up(mbill__stay *stay, const mbill__node *root, mbill_error *err)
{
    static const char *const KEYS[] = {"amount", "channel", "receipt"};
    mbill__node node, value;
    if (!mbill__node_get(root, "top_up", &node)) return MBILL_OK;
    stay->tops_up = true;
    MBILL_TRY(mbill__node_object(&node, KEYS, COUNT(KEYS), err));
    MBILL_TRY(mbill__node_need(&node, "amount", &value, err));
    MBILL_TRY(mbill__node_decimal(&value, MBILL_SCALE_MICRO, &stay->amount_micro, err));
    if (stay->amount_micro <= 0) return mbill__node_fail(&value, err, MBILL_E_RANGE, "a top-up that is not above 0");
    if (mbill__node_get(&node, "channel", &value)) MBILL_TRY(mbill__node_decimal(&value, 0, &stay->channel, err));
    return mbill__node_get(&node, "receipt", &value) ? mbill__node_decimal(&value, 0, &stay->receipt, err) : MBILL_OK;
}

/* head, the node's canonical text, tail. */
static mbill_status wrap(mbill__stay *stay, const char *head, const mbill__node *node, const char *tail, const char **out,
    mbill_error *err)
{
    mbill__buffer text;
    mbill__buffer_start(&text, &stay->arena.allocator);
    mbill__buffer_text(&text, head);
    mbill__json_canonical(node, &text);
    mbill__buffer_text(&text, tail);
    mbill_status status = mbill__buffer_check(&text, err);
    if (status == MBILL_OK) *out = mbill__arena_text(&stay->arena, text.data, text.len);
    if (status == MBILL_OK && *out == NULL) status = no_memory(err);
    mbill__buffer_free(&text);
    return status;
}

static mbill_status wrap_person(mbill__stay *stay, const mbill__node *root, mbill_error *err)
{
    mbill__node person;
    const char *fields = NULL;
    mbill__buffer text;
    if (!mbill__node_get(root, "person", &person)) return MBILL_OK;
    MBILL_TRY(mbill__node_object(&person, NULL, 0, err));
    MBILL_TRY(wrap(stay, "\",\"fields\":", &person, "}]}", &fields, err));
    mbill__buffer_start(&text, &stay->arena.allocator);
    mbill__buffer_text(&text, "{\"meterbill\":1,\"kind\":\"people\",\"people\":[{\"account\":\"");
    mbill__buffer_text(&text, stay->account); /* a name needs no escapes */
    mbill__buffer_text(&text, fields);
    mbill_status status = mbill__buffer_check(&text, err);
    if (status == MBILL_OK) stay->people = mbill__arena_text(&stay->arena, text.data, text.len);
    if (status == MBILL_OK && stay->people == NULL) status = no_memory(err);
    mbill__buffer_free(&text);
    return status;
}

static mbill_status read_opening(mbill__stay *stay, const mbill__node *root, mbill_error *err)
{
    static const char *const KEYS[] = {"meterbill", "kind", "id", "at", "account", "person", "readings", "top_up"};
    mbill__node account;
    MBILL_TRY(mbill__json_header(root, "opening", false, err));
    MBILL_TRY(mbill__node_object(root, KEYS, COUNT(KEYS), err));
    MBILL_TRY(read_head(stay, root, err));
    MBILL_TRY(mbill__node_need(root, "account", &account, err));
    MBILL_TRY(mbill__node_object(&account, NULL, 0, err));
    MBILL_TRY(need_name(stay, &account, "id", &stay->account, err));
    MBILL_TRY(wrap(stay, "{\"meterbill\":1,\"kind\":\"accounts\",\"accounts\":[", &account, "]}", &stay->accounts, err));
    MBILL_TRY(wrap_person(stay, root, err));
    MBILL_TRY(read_readings(stay, root, err));
    return read_top_up(stay, root, err);
}

static mbill_status read_leaving(mbill__stay *stay, const mbill__node *root, mbill_error *err)
{
    static const char *const KEYS[] = {"meterbill", "kind", "id", "at", "account", "to", "readings"};
    mbill__node to;
    MBILL_TRY(mbill__json_header(root, "leaving", false, err));
    MBILL_TRY(mbill__node_object(root, KEYS, COUNT(KEYS), err));
    MBILL_TRY(read_head(stay, root, err));
    MBILL_TRY(need_name(stay, root, "account", &stay->account, err));
    MBILL_TRY(mbill__node_need(root, "to", &to, err));
    MBILL_TRY(mbill__node_day(&to, &stay->to_day, err));
    return read_readings(stay, root, err);
}

typedef mbill_status read_body(mbill__stay *stay, const mbill__node *root, mbill_error *err);

static mbill_status read(const char *json, size_t len, const mbill_allocator *allocator, read_body *body, mbill__stay *out,
    mbill_error *err)
{
    mbill__json *document;
    const char *text = NULL;
    memset(out, 0, sizeof *out);
    mbill__arena_start(&out->arena, allocator);
    MBILL_TRY(mbill__json_read(json, len, allocator, &document, err));
    mbill__node root = mbill__json_root(document);
    mbill_status status = body(out, &root, err);
    if (status == MBILL_OK) status = wrap(out, "", &root, "", &text, err);
    if (status == MBILL_OK) mbill__digest(text, strlen(text), out->hash);
    mbill__json_free(document);
    return status;
}

mbill_status mbill__opening_read(const char *json, size_t len, const mbill_allocator *allocator, mbill__stay *out,
    mbill_error *err)
{
    return read(json, len, allocator, read_opening, out, err);
}

mbill_status mbill__leaving_read(const char *json, size_t len, const mbill_allocator *allocator, mbill__stay *out,
    mbill_error *err)
{
    return read(json, len, allocator, read_leaving, out, err);
}

void mbill__stay_end(mbill__stay *stay)
{
    mbill__arena_free(&stay->arena);
}
