/* SPDX-License-Identifier: Apache-2.0 */
/* Changes with what an alarm may watch when a store keeps it. A balance is watched exactly, to the micro-unit, and for ever: what it is compared with must
 * fit, and no silence may bring more messages than one call takes, for money is never refused because of an alarm. */
#include "alarm/alarms.h"

enum { DECIMALS_OF_MONEY = 6, TOLD_MAX = MBILL_BOARD_EVENTS_MAX / (2 * MBILL_LEVELS_MAX) };

const char *const mbill__watches_words[4] = {"balance", "account", "meter", "place"};

static void refuse(mbill__alarms_reader *reader, const mbill__node *node, mbill_status status, const char *why_not)
{
    mbill_error why;
    mbill_error_init(&why);
    (void)mbill__reader_took(reader, mbill__node_fail(node, &why, status, "\"balance\" %s", why_not), &why);
}

static int64_t power_of_10(int32_t n)
{
    int64_t power = 1;
    while (n-- > 0) power *= 10;
    return power;
}

int64_t mbill__watch_scale(const mbill__alarm_def *def)
{
    return power_of_10(DECIMALS_OF_MONEY - def->decimals);
}

static bool fits(int64_t amount, int64_t scale)
{
    return amount >= -MBILL__WATCH_AMOUNT_MAX / scale && amount <= MBILL__WATCH_AMOUNT_MAX / scale;
}

static void check_level(mbill__alarms_reader *reader, const mbill__node *node, const mbill__alarm_def *def, size_t level)
{
    const mbill_alarm_config *config = &def->levels[level].config;
    const mbill_notice_config *notice = &def->levels[level].notice;
    const int64_t scale = mbill__watch_scale(def);
    if (!fits(config->limit, scale) || !fits(config->deadband, scale))
        refuse(reader, node, MBILL_E_RANGE, "is watched with amounts of at most 4000000000000 either way");
    if (def->levels[level].has_notice && notice->repeat_s > 0 && (notice->max_count == 0 || notice->max_count > TOLD_MAX))
        refuse(reader, node, MBILL_E_LIMIT, "may be told again, expected a max_count of 1 to 4096 beside repeat_s");
}

void mbill__alarm_watches_read(mbill__alarms_reader *reader, const mbill__node *node, mbill__alarm_def *out)
{
    mbill__node watches;
    if (!mbill__reader_word(reader, node, "watches", mbill__watches_words, MBILL__COUNT_OF(mbill__watches_words),
            MBILL__WATCHES_BALANCE, &out->watches) ||
        out->watches != MBILL__WATCHES_BALANCE || !mbill__node_get(node, "watches", &watches))
        return;
    if ((out->form != MBILL__FORM_VALUE && out->form != MBILL__FORM_LEVELS && out->form != MBILL__FORM_PREPAID) || out->n > 0) {
        refuse(reader, &watches, MBILL_E_INVALID, "is watched by limit, levels or prepaid, without \"of\"");
        return;
    }
    if (out->decimals > DECIMALS_OF_MONEY) {
        refuse(reader, &watches, MBILL_E_INVALID, "has at most 6 decimals");
        return;
    }
    for (size_t i = 0; i < out->n_levels; i++) check_level(reader, &watches, out, i);
}
