/* SPDX-License-Identifier: Apache-2.0 */
/* Changes when a line that a board takes may say something else. */
#include "alarm/board.h"
#include "base/digest.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

static const char *const action_words[] = {"ack", "reset", "shelve", "shelve_once", "unshelve", "suppress", "unsuppress",
    "out_of_service", "in_service", "keep_supply", "free_supply", "show", "reclose"};

/* Text, or a whole number as its digits. */
static mbill_status read_key(const mbill__node *node, char room[24], const char **out, mbill_error *err)
{
    int64_t number;
    if (mbill__node_kind(node) != MBILL__JSON_WHOLE) return mbill__node_text(node, out, err);
    MBILL_TRY(mbill__node_whole(node, INT64_MIN, INT64_MAX, &number, err));
    (void)snprintf(room, 24, "%" PRId64, number);
    *out = room;
    return MBILL_OK;
}

static mbill_status read_def(const mbill_alarms *alarms, const mbill__node *root, mbill__board_line *out, mbill_error *err)
{
    mbill__node node;
    const char *name;
    if (!mbill__node_get(root, "alarm", &node)) return MBILL_OK;
    MBILL_TRY(mbill__node_text(&node, &name, err));
    for (size_t i = 0; i < alarms->n_defs; i++)
        if (strcmp(alarms->defs[i].name, name) == 0) out->def = &alarms->defs[i];
    return out->def != NULL ? MBILL_OK
                            : mbill__node_fail(&node, err, MBILL_E_NOT_FOUND, "alarm \"%s\", expected one of the document", name);
}

static mbill_status read_time(const mbill__node *root, const char *key, int64_t *out, mbill_error *err)
{
    mbill__node node;
    MBILL_TRY(mbill__node_need(root, key, &node, err));
    MBILL_TRY(mbill__node_decimal(&node, 0, out, err));
    if (*out >= -MBILL_ALARM_TIME_MAX && *out <= MBILL_ALARM_TIME_MAX) return MBILL_OK;
    return mbill__node_fail(&node, err, MBILL_E_RANGE, "time %" PRId64 ", expected at most %" PRId64 " either way", *out,
        MBILL_ALARM_TIME_MAX);
}

static mbill_status read_flag(const mbill__node *root, const char *key, bool *out, bool *there, mbill_error *err)
{
    mbill__node node;
    bool is_there = mbill__node_get(root, key, &node);
    if (there != NULL) *there = is_there;
    return is_there ? mbill__node_bool(&node, out, err) : MBILL_OK;
}

/* By its name, or its number from 1. */
static mbill_status read_level(const mbill__node *root, mbill__board_line *out, mbill_error *err)
{
    mbill__node node;
    const char *name;
    int64_t number;
    if (!mbill__node_get(root, "level", &node)) return MBILL_OK;
    if (out->def == NULL)
        return mbill__node_fail(&node, err, MBILL_E_MISSING_KEY, "a level of no alarm, expected \"alarm\" beside it");
    if (mbill__node_kind(&node) == MBILL__JSON_WHOLE) {
        MBILL_TRY(mbill__node_whole(&node, 1, (int64_t)out->def->n_levels, &number, err));
        out->level = (int32_t)number;
        return MBILL_OK;
    }
    MBILL_TRY(mbill__node_text(&node, &name, err));
    for (size_t i = 0; i < out->def->n_levels; i++)
        if (out->def->levels[i].name != NULL && strcmp(out->def->levels[i].name, name) == 0) out->level = (int32_t)(i + 1);
    return out->level != 0 ? MBILL_OK
                           : mbill__node_fail(&node, err, MBILL_E_NOT_FOUND, "level \"%s\", expected one of the alarm", name);
}

static mbill_status read_action(const mbill__node *root, mbill__board_line *out, mbill_error *err)
{
    static const char *const keys[] = {"t", "do", "alarm", "key", "level", "until"};
    mbill__node node;
    int32_t at;
    MBILL_TRY(mbill__node_object(root, keys, MBILL__COUNT_OF(keys), err));
    MBILL_TRY(mbill__node_need(root, "do", &node, err));
    MBILL_TRY(mbill__node_word(&node, action_words, MBILL__COUNT_OF(action_words), &at, err));
    MBILL_TRY(read_level(root, out, err));
    out->asks = MBILL__ASKS_ACTION;
    out->action = at < 9 ? MBILL_NOTICE_ACK + at : MBILL__KEEP_SUPPLY + (at - 9);
    bool has_end = mbill__node_get(root, "until", &node);
    if (out->action == MBILL_NOTICE_SHELVE) return read_time(root, "until", &out->until_s, err);
    return has_end
        ? mbill__node_fail(&node, err, MBILL_E_INVALID, "an end of \"%s\", expected it of \"shelve\" alone", action_words[at])
        : MBILL_OK;
}

/* Of a number or a text alike: 1 and "1" are one. */
static mbill_status read_who(const mbill__node *root, mbill__board_line *out, mbill_error *err)
{
    mbill__node node;
    char room[24];
    const char *who = "";
    uint8_t digest[MBILL__DIGEST_BYTES];
    if (mbill__node_get(root, "who", &node)) MBILL_TRY(read_key(&node, room, &who, err));
    mbill__digest(who, strlen(who), digest);
    memcpy(&out->who, digest, sizeof out->who);
    return MBILL_OK;
}

/* What some detectors look at beside the value. */
static mbill_status read_second(const mbill__node *root, mbill__board_line *out, mbill_error *err)
{
    static const char *const keys[] = {"occupied", "power_factor", "dt", "sum"};
    mbill__node node;
    for (size_t i = 0; i < MBILL__COUNT_OF(keys); i++) {
        if (!mbill__node_get(root, keys[i], &node)) continue;
        if (out->second_key != NULL)
            return mbill__node_fail(&node, err, MBILL_E_INVALID, "beside \"%s\", expected one of them", out->second_key);
        out->second = node;
        out->second_key = keys[i];
    }
    return MBILL_OK;
}

static mbill_status read_sample(const mbill__node *root, mbill__board_line *out, mbill_error *err)
{
    static const char *const keys[] = {"t", "v", "use", "holds", "estimated", "alarm", "key", "occupied", "power_factor", "dt",
        "sum"},
                             *const event_keys[] = {"t", "who", "alarm", "key"};
    mbill__node node;
    out->has_value = mbill__node_get(root, "v", &out->value);
    out->has_use = mbill__node_get(root, "use", &out->use);
    MBILL_TRY(read_flag(root, "holds", &out->holds, &out->has_holds, err));
    MBILL_TRY(read_flag(root, "estimated", &out->estimated, NULL, err));
    if (!out->has_value && !out->has_holds) {
        out->asks = MBILL__ASKS_EVENT;
        MBILL_TRY(mbill__node_object(root, event_keys, MBILL__COUNT_OF(event_keys), err));
        return read_who(root, out, err);
    }
    MBILL_TRY(mbill__node_object(root, keys, MBILL__COUNT_OF(keys), err));
    MBILL_TRY(read_second(root, out, err));
    if (out->has_use && out->has_holds && mbill__node_get(root, "use", &node))
        return mbill__node_fail(&node, err, MBILL_E_INVALID, "a use beside \"holds\", expected one of them");
    return MBILL_OK;
}

mbill_status mbill__board_line_read(const mbill_alarms *alarms, const mbill__node *root, mbill__board_line *out, mbill_error *err)
{
    static const char *const tick_keys[] = {"tick", "alarm", "key"};
    mbill__node node;
    *out = (mbill__board_line){.asks = MBILL__ASKS_SAMPLE};
    MBILL_TRY(mbill__node_object(root, NULL, 0, err));
    MBILL_TRY(read_def(alarms, root, out, err));
    if (mbill__node_get(root, "key", &node)) MBILL_TRY(read_key(&node, out->key_text, &out->key, err));
    if (mbill__node_get(root, "tick", &node)) {
        out->asks = MBILL__ASKS_TICK;
        MBILL_TRY(mbill__node_object(root, tick_keys, MBILL__COUNT_OF(tick_keys), err));
        return read_time(root, "tick", &out->t_s, err);
    }
    MBILL_TRY(read_time(root, "t", &out->t_s, err));
    return mbill__node_get(root, "do", &node) ? read_action(root, out, err) : read_sample(root, out, err);
}
