/* SPDX-License-Identifier: Apache-2.0 */
/* The document of kind "billing_policy". Changes when that form does. */
#include "operate/cycle_policy_read.h"

#include "number/round.h"
#include "operate/off_days.h"

#include <string.h>

#define COUNT(list) (sizeof(list) / sizeof(list)[0])
#define SHARE_SCALE 4 /* shares are whole 1/10,000 */
#define RATE_SCALE 9
#define DAYS_MAX 3660

/* A decimal that is not below least. */
static mbill_status need_decimal(const mbill__node *object, const char *key, int32_t scale, int64_t least, int64_t *out,
    mbill_error *err)
{
    mbill__node node;
    int64_t value;
    MBILL_TRY(mbill__node_need(object, key, &node, err));
    MBILL_TRY(mbill__node_decimal(&node, scale, &value, err));
    if (value < least)
        return mbill__node_fail(&node, err, MBILL_E_RANGE, "%s is %s, expected %s", key, mbill__say_decimal(value, scale).text,
            least > 0 ? "more than 0" : "0 or more");
    *out = value;
    return MBILL_OK;
}

/* The member as an object, or the word "none": then *out_is is false. */
static mbill_status need_object(const mbill__node *object, const char *key, mbill__node *out, bool *out_is, mbill_error *err)
{
    static const char *const words[] = {"none"};
    int32_t at;
    MBILL_TRY(mbill__node_need(object, key, out, err));
    *out_is = mbill__node_kind(out) != MBILL__JSON_TEXT;
    return *out_is ? MBILL_OK : mbill__node_word(out, words, COUNT(words), &at, err);
}

/* {"days": 15}, {"month_day": 15, "at_least": 10} */
static mbill_status read_due(const mbill__node *root, mbill_cycle_policy *out, mbill_error *err)
{
    static const char *const keys[] = {"days", "month_day", "at_least"};
    mbill__node due, node;
    MBILL_TRY(mbill__node_need(root, "due", &due, err));
    MBILL_TRY(mbill__node_object(&due, keys, COUNT(keys), err));
    if (!mbill__node_get(&due, "month_day", &node)) {
        out->due_kind = MBILL_DUE_DAYS;
        if (mbill__node_get(&due, "at_least", &node))
            return mbill__node_fail(&node, err, MBILL_E_INVALID,
                "\"at_least\" belongs to a \"month_day\"; expected \"days\" alone");
        return mbill__node_need_int(&due, "days", 0, DAYS_MAX, &out->due_days, err);
    }
    out->due_kind = MBILL_DUE_MONTH_DAY;
    if (mbill__node_get(&due, "days", &node))
        return mbill__node_fail(&node, err, MBILL_E_AMBIGUOUS,
            "a due day is said in two ways, expected \"days\" or \"month_day\"");
    MBILL_TRY(mbill__node_need_int(&due, "month_day", 1, 31, &out->due_month_day, err));
    return mbill__node_need_int(&due, "at_least", 0, DAYS_MAX, &out->due_days, err);
}

/* "none", {"amount": "50"}, {"share": "1"}, or both: the lower one holds */
static mbill_status read_cap(const mbill__node *fee, mbill_late_fee *out, mbill_error *err)
{
    static const char *const keys[] = {"amount", "share"};
    mbill__node cap, node;
    bool is;
    out->cap_micro = out->cap_share_1e4 = MBILL_CYCLE_NO_LIMIT;
    MBILL_TRY(need_object(fee, "cap", &cap, &is, err));
    if (!is) return MBILL_OK;
    MBILL_TRY(mbill__node_object(&cap, keys, COUNT(keys), err));
    bool has_share = mbill__node_get(&cap, "share", &node);
    if (has_share) MBILL_TRY(need_decimal(&cap, "share", SHARE_SCALE, 0, &out->cap_share_1e4, err));
    if (has_share && !mbill__node_get(&cap, "amount", &node)) return MBILL_OK;
    return need_decimal(&cap, "amount", MBILL_SCALE_MICRO, 0, &out->cap_micro, err);
}

static mbill_status read_round(const mbill__node *fee, mbill_late_fee *out, mbill_error *err)
{
    static const char *const keys[] = {"step", "how"};
    mbill__node round;
    int32_t at;
    MBILL_TRY(mbill__node_need(fee, "round", &round, err));
    MBILL_TRY(mbill__node_object(&round, keys, COUNT(keys), err));
    MBILL_TRY(need_decimal(&round, "step", MBILL_SCALE_MICRO, 1, &out->step_micro, err));
    MBILL_TRY(mbill__node_need_word(&round, "how", mbill__round_names, COUNT(mbill__round_names), &at, err));
    out->how = at + 1;
    return MBILL_OK;
}

static mbill_status read_fee(const mbill__node *root, mbill_late_fee *out, mbill_error *err)
{
    static const char *const keys[] = {"rate", "grace_days", "from", "compounds", "cap", "round"};
    static const char *const from[] = {"due", "grace"};
    mbill__node fee, node;
    bool is, compounds;
    *out = (mbill_late_fee){.cap_micro = MBILL_CYCLE_NO_LIMIT,
        .cap_share_1e4 = MBILL_CYCLE_NO_LIMIT,
        .step_micro = 1,
        .how = MBILL_ROUND_HALF_UP};
    MBILL_TRY(need_object(root, "late_fee", &fee, &is, err));
    if (!is) return MBILL_OK;
    MBILL_TRY(mbill__node_object(&fee, keys, COUNT(keys), err));
    MBILL_TRY(need_decimal(&fee, "rate", RATE_SCALE, 1, &out->rate_nano, err));
    MBILL_TRY(mbill__node_need_int(&fee, "grace_days", 0, DAYS_MAX, &out->grace_days, err));
    MBILL_TRY(mbill__node_need_word(&fee, "from", from, COUNT(from), &out->from_grace, err));
    MBILL_TRY(mbill__node_need(&fee, "compounds", &node, err));
    MBILL_TRY(mbill__node_bool(&node, &compounds, err));
    out->compounds = compounds;
    MBILL_TRY(read_cap(&fee, out, err));
    return read_round(&fee, out, err);
}

/* {"days": -3, "channels": ["app", "sms"]} */
static mbill_status read_reminder(const mbill__node *node, mbill_reminder *out, mbill_error *err)
{
    static const char *const keys[] = {"days", "channels"};
    mbill__node list, channel;
    const char *name;
    MBILL_TRY(mbill__node_object(node, keys, COUNT(keys), err));
    MBILL_TRY(mbill__node_need_int(node, "days", -DAYS_MAX, DAYS_MAX, &out->days, err));
    MBILL_TRY(mbill__node_need(node, "channels", &list, err));
    MBILL_TRY(mbill__node_list(&list, 1, err));
    for (bool more = mbill__node_first(&list, &channel); more; more = mbill__node_next(&channel)) {
        MBILL_TRY(mbill__node_name(&channel, &name, err));
        if (out->n_channels == MBILL_CYCLE_CHANNELS_MAX || strlen(name) >= MBILL_CYCLE_CHANNEL_BYTES)
            return mbill__node_fail(&channel, err, MBILL_E_INVALID,
                "channel \"%s\" is too many or too long, expected at most %d of %d bytes", name, MBILL_CYCLE_CHANNELS_MAX,
                MBILL_CYCLE_CHANNEL_BYTES - 1);
        memcpy(out->channels[out->n_channels++], name, strlen(name) + 1);
    }
    return MBILL_OK;
}

static mbill_status read_reminders(const mbill__node *root, mbill_cycle_policy *out, mbill_error *err)
{
    mbill__node list, node;
    if (!mbill__node_get(root, "reminders", &list)) return MBILL_OK;
    MBILL_TRY(mbill__node_list(&list, 0, err));
    for (bool more = mbill__node_first(&list, &node); more; more = mbill__node_next(&node)) {
        if (out->n_reminders == MBILL_CYCLE_REMINDERS_MAX)
            return mbill__node_fail(&node, err, MBILL_E_INVALID, "the list has more than %d reminders",
                MBILL_CYCLE_REMINDERS_MAX);
        mbill_reminder *reminder = &out->reminders[out->n_reminders];
        MBILL_TRY(read_reminder(&node, reminder, err));
        if (out->n_reminders > 0 && reminder->days <= reminder[-1].days)
            return mbill__node_fail(&node, err, MBILL_E_ORDER, "reminders do not rise by days: %d after %d", reminder->days,
                reminder[-1].days);
        out->n_reminders++;
    }
    return MBILL_OK;
}

/* "none", {"jump": "0.5", "least": "20"} */
static mbill_status read_review(const mbill__node *root, mbill_cycle_policy *out, mbill_error *err)
{
    static const char *const keys[] = {"jump", "least"};
    mbill__node review;
    bool is;
    out->jump_1e4 = MBILL_CYCLE_NO_LIMIT;
    MBILL_TRY(need_object(root, "review", &review, &is, err));
    if (!is) return MBILL_OK;
    MBILL_TRY(mbill__node_object(&review, keys, COUNT(keys), err));
    MBILL_TRY(need_decimal(&review, "jump", SHARE_SCALE, 0, &out->jump_1e4, err));
    return need_decimal(&review, "least", MBILL_SCALE_MICRO, 0, &out->jump_least_micro, err);
}

static mbill_status read_zone(const mbill__node *root, mbill_cycle_policy *out, mbill_error *err)
{
    mbill__node node;
    mbill_zone *zone = NULL;
    const char *text;
    MBILL_TRY(mbill__node_need(root, "zone", &node, err));
    MBILL_TRY(mbill__node_text(&node, &text, err));
    size_t len = strlen(text);
    if (len >= sizeof out->zone)
        return mbill__node_fail(&node, err, MBILL_E_ZONE, "zone of %zu bytes, expected at most %zu", len, sizeof out->zone - 1);
    MBILL_TRY(mbill__node_place(&node, err, mbill_zone_from_rule(text, len, NULL, &zone, err)));
    mbill_zone_free(zone);
    memcpy(out->zone, text, len + 1);
    return MBILL_OK;
}

mbill_status mbill__cycle_policy_read(const mbill__node *root, mbill_cycle_policy *out, mbill_error *err)
{
    static const char *const keys[] = {"meterbill", "kind", "zone", "due", "pays", "late_fee", "reminders", "review", "off_days"};
    mbill__node off;
    static const char *const pays[] = {"amount_first", "fee_first"};
    memset(out, 0, sizeof *out);
    out->struct_size = (uint32_t)sizeof *out;
    MBILL_TRY(mbill__node_object(root, keys, COUNT(keys), err));
    MBILL_TRY(read_zone(root, out, err));
    MBILL_TRY(read_due(root, out, err));
    MBILL_TRY(mbill__node_need_word(root, "pays", pays, COUNT(pays), &out->fee_first, err));
    MBILL_TRY(read_fee(root, &out->fee, err));
    MBILL_TRY(read_reminders(root, out, err));
    if (mbill__node_get(root, "off_days", &off)) MBILL_TRY(mbill__off_days_read(&off, &out->off, err));
    return read_review(root, out, err);
}

static mbill_status read_document(const mbill__node *root, mbill_cycle_policy *out, mbill_error *err)
{
    MBILL_TRY(mbill__json_header(root, "billing_policy", false, err));
    return mbill__cycle_policy_read(root, out, err);
}

mbill_status mbill_cycle_policy_read(const char *json, size_t len, mbill_cycle_policy *out_policy, mbill_error *err)
{
    mbill__json *document;
    mbill_cycle_policy policy;
    MBILL__NEED(out_policy);
    if (json == NULL && len > 0) return mbill__fail(err, MBILL_E_MISUSE, "json is NULL");
    MBILL_TRY(mbill__json_read(json, len, NULL, &document, err));
    const mbill__node root = mbill__json_root(document);
    mbill_status status = read_document(&root, &policy, err);
    mbill__json_free(document);
    if (status == MBILL_OK) *out_policy = policy;
    return status;
}
