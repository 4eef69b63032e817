/* SPDX-License-Identifier: Apache-2.0 */
/* Changes with when many alarms are told in one message (Alertmanager, dispatch/dispatch.go and notify/notify.go, v0.25). */
#include "alarm/check.h"
#include "alarm/machine.h"
#include "meterbill/notice.h"

#include <inttypes.h>

mbill_status mbill_group_check(const mbill_group_config *config, mbill_error *out_reasons, size_t cap, size_t *out_n,
    mbill_error *err)
{
    MBILL__NEED(config);
    if (cap > 0) MBILL__NEED(out_reasons);
    mbill__reasons reasons = mbill__reasons_start(out_reasons, cap, err);
    mbill__alarm_delay(config->wait_s, "/wait_s", &reasons);
    mbill__alarm_delay(config->interval_s, "/interval_s", &reasons);
    if (config->interval_s == 0)
        mbill__reasons_add(&reasons, MBILL_E_INVALID, "/interval_s", "an interval of 0 s, expected 1 or more");
    mbill__alarm_delay(config->repeat_s, "/repeat_s", &reasons);
    if ((config->flags & ~MBILL_GROUP_SEND_RESOLVED) != 0)
        mbill__reasons_add(&reasons, MBILL_E_UNKNOWN_OPTION, "/flags", "flags 0x%" PRIx32 ", expected 0 or 0x1", config->flags);
    if (config->reserved != 0)
        mbill__reasons_add(&reasons, MBILL_E_UNKNOWN_OPTION, "/reserved", "a reserved word is set, expected 0");
    if (out_n != NULL) *out_n = reasons.n;
    return reasons.status;
}

static size_t count_now(const mbill_group_member *members, size_t n, uint8_t standing)
{
    size_t count = 0;
    for (size_t i = 0; i < n; i++) count += members[i].now == standing;
    return count;
}

/* Somebody stands so now who did not in the last message. */
static bool is_news(const mbill_group_member *members, size_t n, uint8_t standing)
{
    for (size_t i = 0; i < n; i++)
        if (members[i].now == standing && members[i].sent != standing) return true;
    return false;
}

static bool fired_then(const mbill_group_member *members, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (members[i].sent == MBILL_GROUP_FIRING) return true;
    return false;
}

int32_t mbill_group_due(const mbill_group_config *config, const mbill_group *group, const mbill_group_member *members, size_t n,
    int64_t t_s)
{
    if (config == NULL || group == NULL || (members == NULL && n > 0) || !mbill__alarm_time_fits(t_s)) return 0;
    size_t n_firing = count_now(members, n, MBILL_GROUP_FIRING);
    if (group->has_sent == 0) return n_firing > 0;
    if (is_news(members, n, MBILL_GROUP_FIRING)) return 1;
    if (n_firing == 0) return fired_then(members, n);
    if ((config->flags & MBILL_GROUP_SEND_RESOLVED) != 0 && is_news(members, n, MBILL_GROUP_RESOLVED)) return 1;
    return group->sent_s < t_s - config->repeat_s;
}

void mbill_group_begin(const mbill_group_config *config, mbill_group *group, int64_t t_s)
{
    if (config == NULL || group == NULL || group->begun != 0 || !mbill__alarm_time_fits(t_s)) return;
    group->begun = 1;
    group->next_s = t_s + config->wait_s;
}

/* Told: everybody as he stands now. */
static void note(mbill_group *group, mbill_group_member *members, size_t n, int64_t t_s)
{
    for (size_t i = 0; i < n; i++) members[i].sent = members[i].now;
    group->sent_s = t_s;
    group->has_sent = 1;
}

/* Who resolved leaves the group; a group without anybody is idle. */
static void leave(const mbill_group_config *config, mbill_group *group, mbill_group_member *members, size_t n)
{
    bool anybody = false;
    for (size_t i = 0; i < n; i++) {
        if (members[i].now == MBILL_GROUP_RESOLVED) members[i].now = MBILL_GROUP_ABSENT;
        anybody = anybody || members[i].now != MBILL_GROUP_ABSENT;
    }
    group->begun = anybody;
    group->next_s = anybody ? group->next_s + config->interval_s : 0;
}

int32_t mbill_group_flush(const mbill_group_config *config, mbill_group *group, mbill_group_member *members, size_t n,
    int64_t t_s, int64_t *out_effective_s)
{
    if (config == NULL || group == NULL || (members == NULL && n > 0) || group->begun == 0 || group->next_s > t_s) return 0;
    int64_t at_s = group->next_s;
    int32_t is_due = mbill_group_due(config, group, members, n, at_s);
    if (out_effective_s != NULL) *out_effective_s = at_s;
    if (is_due) note(group, members, n, at_s);
    leave(config, group, members, n);
    return is_due ? 1 : 2;
}
