/* SPDX-License-Identifier: Apache-2.0 */
/* The document of kind "charge". Changes when that form does. */
#include "document/json.h"
#include "document/time_read.h"
#include "meterbill/decimal.h"
#include "operate/charge.h"
#include "operate/names.h"

#include <string.h>

#define COUNT(list) (sizeof(list) / sizeof(list)[0])
#define DUE_DAYS_MAX 366
#define ACCRUAL_MAX 7
#define TITLE_MAX 200

const char *const mbill__prorate_words[3] = {"days", "whole", "full_only"};
const char *const mbill__charge_to_words[2] = {"balance", "bill"};

static mbill_status no_memory(mbill_error *err)
{
    return mbill__fail(err, MBILL_E_NOMEM, "memory for the charge could not be allocated");
}

static mbill_status keep_text(mbill_charge *charge, const char *text, const char **out, mbill_error *err)
{
    *out = mbill__arena_text(&charge->arena, text, strlen(text));
    return *out != NULL ? MBILL_OK : no_memory(err);
}

static mbill_status read_name(mbill_charge *charge, const mbill__node *object, const char *key, const char **out,
    mbill_error *err)
{
    mbill__node node;
    const char *name;
    MBILL_TRY(mbill__node_need(object, key, &node, err));
    MBILL_TRY(mbill__node_name(&node, &name, err));
    return keep_text(charge, name, out, err);
}

/* ---- when ---- */

static mbill_status read_zone(mbill_charge *charge, const mbill__node *root, mbill_error *err)
{
    mbill__node node;
    const char *text;
    MBILL_TRY(mbill__node_need(root, "zone", &node, err));
    MBILL_TRY(mbill__node_text(&node, &text, err));
    mbill_status status = mbill_zone_from_rule(text, strlen(text), &charge->arena.allocator, &charge->zone, err);
    MBILL_TRY(mbill__node_place(&node, err, status));
    return keep_text(charge, text, &charge->zone_rule, err);
}

static mbill_status read_due(mbill_charge *charge, const mbill__node *root, mbill_error *err)
{
    static const char *const keys[] = {"at", "days"};
    static const char *const ends[] = {"start", "end"};
    mbill__node node, part;
    int64_t days;
    int32_t at;
    MBILL_TRY(mbill__node_need(root, "due", &node, err));
    MBILL_TRY(mbill__node_object(&node, keys, COUNT(keys), err));
    MBILL_TRY(mbill__node_need(&node, "at", &part, err));
    MBILL_TRY(mbill__node_word(&part, ends, COUNT(ends), &at, err));
    MBILL_TRY(mbill__node_need(&node, "days", &part, err));
    MBILL_TRY(mbill__node_whole(&part, 0, DUE_DAYS_MAX, &days, err));
    charge->due_at_end = at == 1;
    charge->due_days = (int32_t)days;
    return MBILL_OK;
}

/* What belongs to periods alone. */
static mbill_status refuse_periodic(const mbill__node *root, mbill_error *err)
{
    static const char *const members[] = {"from", "until", "due", "prorate"};
    mbill__node node;
    for (size_t i = 0; i < COUNT(members); i++)
        if (mbill__node_get(root, members[i], &node))
            return mbill__node_fail(&node, err, MBILL_E_INVALID, "%s belongs to a charge with periods, this one is for one day",
                members[i]);
    return MBILL_OK;
}

static mbill_status read_periods(mbill_charge *charge, const mbill__node *root, mbill_error *err)
{
    mbill__node node;
    int32_t at;
    charge->repeat.until_day = MBILL__REPEAT_FOREVER;
    if (mbill__node_get(root, "once", &node)) {
        mbill__node every;
        if (mbill__node_get(root, "every", &every))
            return mbill__node_fail(&every, err, MBILL_E_INVALID, "a charge is once, or every so often, not both");
        MBILL_TRY(refuse_periodic(root, err));
        return mbill__node_day(&node, &charge->repeat.from_day, err);
    }
    MBILL_TRY(mbill__node_need(root, "every", &node, err));
    MBILL_TRY(mbill__repeat_every_read(&node, &charge->repeat, err));
    MBILL_TRY(mbill__node_need(root, "from", &node, err));
    MBILL_TRY(mbill__node_day(&node, &charge->repeat.from_day, err));
    if (mbill__node_get(root, "until", &node)) {
        MBILL_TRY(mbill__node_day(&node, &charge->repeat.until_day, err));
        if (charge->repeat.until_day <= charge->repeat.from_day)
            return mbill__node_fail(&node, err, MBILL_E_INVALID, "the end is not after the first day");
    }
    MBILL_TRY(read_due(charge, root, err));
    MBILL_TRY(mbill__node_need(root, "prorate", &node, err));
    MBILL_TRY(mbill__node_word(&node, mbill__prorate_words, COUNT(mbill__prorate_words), &at, err));
    charge->info.prorate = at + 1;
    return MBILL_OK;
}

/* ---- how much ---- */

/* {"from": "2026-01-01", "amount": "50"}, {"from": "2026-07-01", "rate": "2.5", "fact": "area"} */
static mbill_status read_rate(mbill_charge *charge, const mbill__node *node, mbill__dated_rate *out, mbill_error *err)
{
    static const char *const keys[] = {"from", "amount", "rate", "fact"};
    mbill__node part, other;
    MBILL_TRY(mbill__node_object(node, keys, COUNT(keys), err));
    MBILL_TRY(mbill__node_need(node, "from", &part, err));
    MBILL_TRY(mbill__node_day(&part, &out->from_day, err));
    bool amount = mbill__node_get(node, "amount", &part);
    if (amount && (mbill__node_get(node, "rate", &other) || mbill__node_get(node, "fact", &other)))
        return mbill__node_fail(&other, err, MBILL_E_INVALID, "a rate is an amount, or a rate for each unit of a fact, not both");
    if (!amount) {
        MBILL_TRY(mbill__node_need(node, "rate", &part, err));
        MBILL_TRY(read_name(charge, node, "fact", &out->fact, err));
    }
    MBILL_TRY(mbill__node_decimal(&part, MBILL_SCALE_NANO, &out->nano, err));
    return out->nano >= 0 ? MBILL_OK : mbill__node_fail(&part, err, MBILL_E_INVALID, "the rate is below 0");
}

static mbill_status read_rates(mbill_charge *charge, const mbill__node *root, mbill_error *err)
{
    mbill__node list, node;
    MBILL_TRY(mbill__node_need(root, "rates", &list, err));
    MBILL_TRY(mbill__node_list(&list, 1, err));
    charge->rates = mbill__arena_take(&charge->arena, mbill__node_count(&list), sizeof *charge->rates);
    if (charge->rates == NULL) return no_memory(err);
    for (bool more = mbill__node_first(&list, &node); more; more = mbill__node_next(&node)) {
        mbill__dated_rate *rate = &charge->rates[charge->n_rates];
        MBILL_TRY(read_rate(charge, &node, rate, err));
        if (charge->n_rates > 0 && rate->from_day <= rate[-1].from_day)
            return mbill__node_fail(&node, err, MBILL_E_ORDER, "the rate does not begin after the one before it");
        if (charge->n_rates == 0 && rate->from_day > charge->repeat.from_day)
            return mbill__node_fail(&node, err, MBILL_E_UNCOVERED, "the first rate begins after the charge");
        charge->n_rates++;
    }
    return MBILL_OK;
}

static mbill_status read_rounding(mbill_charge *charge, const mbill__node *root, mbill_error *err)
{
    static const char *const keys[] = {"step", "how"};
    mbill__node node, part;
    int32_t at;
    MBILL_TRY(mbill__node_need(root, "round", &node, err));
    MBILL_TRY(mbill__node_object(&node, keys, COUNT(keys), err));
    MBILL_TRY(mbill__node_need(&node, "step", &part, err));
    MBILL_TRY(mbill__node_decimal(&part, MBILL_SCALE_MICRO, &charge->step_micro, err));
    if (charge->step_micro <= 0) return mbill__node_fail(&part, err, MBILL_E_INVALID, "the step is not above 0");
    MBILL_TRY(mbill__node_need(&node, "how", &part, err));
    MBILL_TRY(mbill__node_word(&part, mbill__round_names, COUNT(mbill__round_names), &at, err));
    charge->how = (mbill_round_how)(at + 1);
    return MBILL_OK;
}

/* ---- who ---- */

static mbill_status read_suspended(mbill_charge *charge, const mbill__node *list, mbill_charge_account *out, mbill_error *err)
{
    mbill__node node;
    MBILL_TRY(mbill__node_list(list, 1, err));
    mbill_charge_days *all = mbill__arena_take(&charge->arena, mbill__node_count(list), sizeof *all);
    if (all == NULL) return no_memory(err);
    out->suspended = all;
    for (bool more = mbill__node_first(list, &node); more; more = mbill__node_next(&node)) {
        mbill_charge_days *days = &all[out->n_suspended];
        MBILL_TRY(mbill__node_days(&node, &days->from_day, &days->to_day, err));
        if (out->n_suspended > 0 && days->from_day < days[-1].to_day)
            return mbill__node_fail(&node, err, MBILL_E_ORDER, "the days do not come behind those before them");
        out->n_suspended++;
    }
    return MBILL_OK;
}

static mbill_status read_account(mbill_charge *charge, const mbill__node *node, mbill_charge_account *out, mbill_error *err)
{
    static const char *const keys[] = {"account", "from", "to", "suspended"};
    mbill__node part;
    out->has = (mbill_charge_days){MBILL_CHARGE_EVER, MBILL_CHARGE_NO_END};
    if (mbill__node_kind(node) == MBILL__JSON_TEXT) {
        const char *name;
        MBILL_TRY(mbill__node_name(node, &name, err));
        return keep_text(charge, name, &out->account, err);
    }
    MBILL_TRY(mbill__node_object(node, keys, COUNT(keys), err));
    MBILL_TRY(read_name(charge, node, "account", &out->account, err));
    if (mbill__node_get(node, "from", &part)) MBILL_TRY(mbill__node_day(&part, &out->has.from_day, err));
    if (mbill__node_get(node, "to", &part)) {
        MBILL_TRY(mbill__node_day(&part, &out->has.to_day, err));
        if (out->has.to_day <= out->has.from_day)
            return mbill__node_fail(&part, err, MBILL_E_INVALID, "the end is not after the first day");
    }
    return mbill__node_get(node, "suspended", &part) ? read_suspended(charge, &part, out, err) : MBILL_OK;
}

/* Each account once. */
static mbill_status check_unique(mbill_charge *charge, const mbill__node *list, mbill_error *err)
{
    size_t n = charge->info.n_accounts, at;
    const char **names = mbill__arena_take(&charge->arena, n, sizeof *names);
    if (names == NULL) return no_memory(err);
    for (size_t i = 0; i < n; i++) names[i] = charge->accounts[i].account;
    MBILL_TRY(mbill__names_unique(names, n, &charge->arena.allocator, &at, err));
    if (at == n) return MBILL_OK;
    mbill__node node;
    bool more = mbill__node_first(list, &node);
    while (more && node.index < at) more = mbill__node_next(&node);
    return mbill__node_fail(&node, err, MBILL_E_DUPLICATE_KEY, "account \"%s\" stands twice", names[at]);
}

static mbill_status read_accounts(mbill_charge *charge, const mbill__node *root, mbill_error *err)
{
    static const char *const all[] = {"all"};
    mbill__node list, node;
    int32_t at;
    MBILL_TRY(mbill__node_need(root, "accounts", &list, err));
    charge->everyone = mbill__node_kind(&list) == MBILL__JSON_TEXT;
    if (charge->everyone) return mbill__node_word(&list, all, COUNT(all), &at, err);
    MBILL_TRY(mbill__node_list(&list, 1, err));
    charge->accounts = mbill__arena_take(&charge->arena, mbill__node_count(&list), sizeof *charge->accounts);
    if (charge->accounts == NULL) return no_memory(err);
    for (bool more = mbill__node_first(&list, &node); more; more = mbill__node_next(&node))
        MBILL_TRY(read_account(charge, &node, &charge->accounts[charge->info.n_accounts++], err));
    return check_unique(charge, &list, err);
}

/* ---- the whole ---- */

static mbill_status read_target(mbill_charge *charge, const mbill__node *root, mbill_error *err)
{
    mbill__node node;
    int64_t accrual = -1;
    int32_t at;
    MBILL_TRY(mbill__node_need(root, "to", &node, err));
    MBILL_TRY(mbill__node_word(&node, mbill__charge_to_words, COUNT(mbill__charge_to_words), &at, err));
    charge->info.to = at + 1;
    charge->info.accrual = -1;
    if (!mbill__node_get(root, "accrual", &node)) return MBILL_OK;
    if (charge->info.to != MBILL_CHARGE_TO_BALANCE)
        return mbill__node_fail(&node, err, MBILL_E_INVALID, "an accrual belongs to a charge that is taken from the balance");
    MBILL_TRY(mbill__node_whole(&node, 0, ACCRUAL_MAX, &accrual, err));
    charge->info.accrual = (int32_t)accrual;
    return MBILL_OK;
}

static mbill_status read_title(mbill_charge *charge, const mbill__node *root, mbill_error *err)
{
    mbill__node node;
    const char *text;
    if (!mbill__node_get(root, "title", &node)) return MBILL_OK;
    MBILL_TRY(mbill__node_text(&node, &text, err));
    if (text[0] == '\0' || strlen(text) > TITLE_MAX)
        return mbill__node_fail(&node, err, MBILL_E_INVALID, "text of %zu bytes, expected 1 to %d", strlen(text), TITLE_MAX);
    return keep_text(charge, text, &charge->info.title, err);
}

static mbill_status read_document(mbill__json *document, mbill_charge *charge, mbill_error *err)
{
    static const char *const keys[] = {"meterbill", "kind", "id", "title", "zone", "once", "every", "from", "until", "due",
        "prorate", "rates", "round", "to", "accrual", "accounts"};
    mbill__node root = mbill__json_root(document);
    MBILL_TRY(mbill__node_object(&root, NULL, 0, err));
    MBILL_TRY(mbill__json_header(&root, "charge", false, err));
    MBILL_TRY(mbill__node_object(&root, keys, COUNT(keys), err));
    MBILL_TRY(read_name(charge, &root, "id", &charge->info.id, err));
    MBILL_TRY(read_title(charge, &root, err));
    MBILL_TRY(read_zone(charge, &root, err));
    MBILL_TRY(read_periods(charge, &root, err));
    MBILL_TRY(read_rates(charge, &root, err));
    MBILL_TRY(read_rounding(charge, &root, err));
    MBILL_TRY(read_target(charge, &root, err));
    return read_accounts(charge, &root, err);
}

mbill_status mbill_charge_read(const char *json, size_t len, const mbill_allocator *allocator, mbill_charge **out_charge,
    mbill_error *err)
{
    mbill_allocator memory;
    mbill__json *document;
    MBILL__NEED(out_charge);
    *out_charge = NULL;
    if (json == NULL && len > 0) return mbill__fail(err, MBILL_E_MISUSE, "json is NULL");
    MBILL_TRY(mbill__allocator_read(&memory, allocator, err));
    MBILL_TRY(mbill__json_read(json == NULL ? "" : json, len, &memory, &document, err));
    mbill_charge *charge = mbill__alloc(&memory, sizeof *charge);
    mbill_status status = charge == NULL ? no_memory(err) : MBILL_OK;
    if (status == MBILL_OK) {
        mbill__arena_start(&charge->arena, &memory);
        charge->info.struct_size = (uint32_t)sizeof charge->info;
        status = read_document(document, charge, err);
    }
    mbill__json_free(document);
    if (status == MBILL_OK) *out_charge = charge;
    else mbill_charge_free(charge);
    return status;
}

void mbill_charge_free(mbill_charge *charge)
{
    if (charge == NULL) return;
    mbill_allocator memory = charge->arena.allocator;
    mbill_zone_free(charge->zone);
    mbill__arena_free(&charge->arena);
    mbill__release(&memory, charge, sizeof *charge);
}
