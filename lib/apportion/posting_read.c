/* SPDX-License-Identifier: Apache-2.0 */
/* What a split request says of its booking and its bills. Changes when that form does. */
#include "apportion/posting.h"
#include "meterbill/calendar.h"

#include <inttypes.h>
#include <string.h>

#define COUNT(list) (sizeof(list) / sizeof(list)[0])

static mbill_status read_number(const mbill__node *node, const char *what, int64_t most, int64_t *out, mbill_error *err)
{
    MBILL_TRY(mbill__node_decimal(node, 0, out, err));
    if (*out >= 1 && *out <= most) return MBILL_OK;
    return mbill__node_fail(node, err, MBILL_E_RANGE, "%s is %" PRId64 ", expected 1 to %" PRId64, what, *out, most);
}

mbill_status mbill__split_account_read(const mbill__node *object, int64_t *out, mbill_error *err)
{
    mbill__node part;
    if (!mbill__node_get(object, "account", &part)) return MBILL_OK;
    return read_number(&part, "the account", INT64_MAX, out, err);
}

static mbill_status read_id(const mbill__node *root, const char *key, mbill_id *out, bool *out_there, mbill_error *err)
{
    mbill__node part;
    const char *text;
    *out_there = mbill__node_get(root, key, &part);
    if (!*out_there) return MBILL_OK;
    MBILL_TRY(mbill__node_text(&part, &text, err));
    return mbill__node_place(&part, err, mbill_id_parse(text, strlen(text), out, err));
}

/* A member that means nothing without another. */
static mbill_status refuse_alone(const mbill__node *root, const char *key, const char *needed, mbill_error *err)
{
    mbill__node part;
    if (!mbill__node_get(root, key, &part)) return MBILL_OK;
    return mbill__node_fail(&part, err, MBILL_E_INVALID, "\"%s\" needs the request's %s", key, needed);
}

/* "id": …, "corrects": …, "credit_channel": 3, "effective": "2026-02-01T00:00:00Z" */
static mbill_status read_booking(const mbill__node *root, mbill__terms *terms, mbill_error *err)
{
    static const char *const others[] = {"corrects", "credit_channel", "effective"};
    mbill__node part;
    bool channel;
    MBILL_TRY(read_id(root, "id", &terms->id, &terms->is_booked, err));
    for (size_t i = 0; i < COUNT(others) && !terms->is_booked; i++) MBILL_TRY(refuse_alone(root, others[i], "id", err));
    MBILL_TRY(read_id(root, "corrects", &terms->corrected, &terms->corrects, err));
    if (terms->corrects && memcmp(&terms->id, &terms->corrected, sizeof terms->id) == 0 &&
        mbill__node_get(root, "corrects", &part))
        return mbill__node_fail(&part, err, MBILL_E_INVALID, "the request corrects itself");
    channel = mbill__node_get(root, "credit_channel", &part);
    if (channel && terms->corrects)
        return mbill__node_fail(&part, err, MBILL_E_INVALID, "what corrects another split is no payment by a channel");
    if (channel) MBILL_TRY(read_number(&part, "credit_channel", UINT32_MAX, &terms->credit_channel, err));
    if (!mbill__node_get(root, "effective", &part)) return MBILL_OK;
    return mbill__node_instant(&part, &terms->effective_utc_s, err);
}

static mbill_status read_name(const mbill__node *object, const char *key, mbill_split *split, const char **out, mbill_error *err)
{
    mbill__node part;
    const char *name;
    MBILL_TRY(mbill__node_need(object, key, &part, err));
    MBILL_TRY(mbill__node_name(&part, &name, err));
    return mbill__split_text(split, &part, out, err);
}

static mbill_status read_text(const mbill__node *object, const char *key, mbill_split *split, const char **out, mbill_error *err)
{
    mbill__node part;
    return mbill__node_get(object, key, &part) ? mbill__split_text(split, &part, out, err) : MBILL_OK;
}

/* The names of what a bill charges: the components, or one; of a tree also "common". */
static mbill_status read_charges(const mbill__node *bill, mbill_split *split, mbill_error *err)
{
    const bool tree = split->grove.nodes != NULL, mixed = !tree && split->columns[0].name != NULL;
    mbill_split_bill *out = &split->terms.bill;
    mbill__node part;
    out->n_charges = tree ? 2 : split->n_columns;
    const char **names = mbill__split_take(split, out->n_charges, sizeof *names);
    if (names == NULL) return mbill__split_no_memory(err);
    out->charges = names;
    if (mixed) {
        if (mbill__node_get(bill, "charge", &part))
            return mbill__node_fail(&part, err, MBILL_E_INVALID, "the components are the charges of the bill");
        for (size_t c = 0; c < split->n_columns; c++) names[c] = split->columns[c].name;
        return MBILL_OK;
    }
    MBILL_TRY(read_name(bill, "charge", split, &names[0], err));
    if (!tree) return MBILL_OK;
    names[1] = "common";
    if (strcmp(names[0], names[1]) != 0) return MBILL_OK;
    (void)mbill__node_get(bill, "charge", &part);
    return mbill__node_fail(&part, err, MBILL_E_INVALID, "\"common\" is the charge of what meters below do not explain");
}

static mbill_status check_zone(const mbill__node *node, const char *rule, const mbill_allocator *memory, mbill_error *err)
{
    mbill_zone *zone = NULL;
    const mbill_status status = mbill_zone_from_rule(rule, strlen(rule), memory, &zone, err);
    mbill_zone_free(zone);
    return mbill__node_place(node, err, status);
}

/* "bill": {"tariff": "stairs", "version": "2026-01", "currency": "EUR", "zone": "CET-1", "charge": "light", "title": "Light of the stairs"} */
static mbill_status read_bill(const mbill__node *root, mbill_split *split, mbill_error *err)
{
    static const char *const keys[] = {"tariff", "version", "currency", "zone", "charge", "title"};
    mbill_split_bill *out = &split->terms.bill;
    mbill__node bill, part;
    split->terms.is_billed = mbill__node_get(root, "bill", &bill);
    if (!split->terms.is_billed) return MBILL_OK;
    MBILL_TRY(mbill__node_object(&bill, keys, COUNT(keys), err));
    MBILL_TRY(read_name(&bill, "tariff", split, &out->tariff, err));
    MBILL_TRY(read_name(&bill, "version", split, &out->version, err));
    MBILL_TRY(read_name(&bill, "currency", split, &out->currency, err));
    MBILL_TRY(mbill__node_need(&bill, "zone", &part, err));
    MBILL_TRY(mbill__split_text(split, &part, &out->zone, err));
    MBILL_TRY(check_zone(&part, out->zone, &split->arena.allocator, err));
    MBILL_TRY(read_text(&bill, "title", split, &out->title, err));
    MBILL_TRY(read_charges(&bill, split, err));
    out->from_day = split->stay.from_day;
    out->to_day = split->stay.to_day;
    return mbill__node_need(root, "period", &part, err);
}

/* "owner": 900, or null where he has no account. */
static mbill_status read_owner(const mbill__node *root, mbill__terms *terms, mbill_error *err)
{
    mbill__node part;
    terms->owner_is_said = mbill__node_get(root, "owner", &part);
    if (!terms->owner_is_said) return MBILL_OK;
    if (!terms->is_booked && !terms->is_billed) return refuse_alone(root, "owner", "id or bill", err);
    if (mbill__node_kind(&part) == MBILL__JSON_NULL) return MBILL_OK;
    return read_number(&part, "the owner's account", INT64_MAX, &terms->owner, err);
}

mbill_status mbill__split_terms_read(const mbill__node *root, mbill_split *split, mbill_error *err)
{
    MBILL_TRY(read_booking(root, &split->terms, err));
    MBILL_TRY(read_bill(root, split, err));
    return read_owner(root, &split->terms, err);
}
