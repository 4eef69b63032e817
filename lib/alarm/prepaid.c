/* SPDX-License-Identifier: Apache-2.0 */
/* Changes with what a prepaid meter warns of, and what it trips for. */
#include "alarm/machine.h"
#include "base/fail.h"
#include "meterbill/level.h"
#include "number/wide.h"

#include <inttypes.h>

/* -overdraft fits; so must the deadband from there to the re-close limit. */
static mbill_status check(const mbill_prepaid_profile *profile, mbill_error *err)
{
    if (profile->reserved != 0)
        return mbill__fail_path(err, MBILL_E_UNKNOWN_OPTION, "/reserved", "a reserved word is set, expected 0");
    if (profile->alarm_2 < 0)
        return mbill__fail_path(err, MBILL_E_INVALID, "/alarm_2", "alarm amount %" PRId64 ", expected 0 or more",
            profile->alarm_2);
    if (profile->alarm_1 < profile->alarm_2)
        return mbill__fail_path(err, MBILL_E_INVALID, "/alarm_1",
            "alarm amount 1 of %" PRId64 ", expected at least amount 2, %" PRId64, profile->alarm_1, profile->alarm_2);
    if (profile->overdraft < 0)
        return mbill__fail_path(err, MBILL_E_INVALID, "/overdraft", "overdraft %" PRId64 ", expected 0 or more",
            profile->overdraft);
    if (profile->reclose < -profile->overdraft)
        return mbill__fail_path(err, MBILL_E_INVALID, "/reclose",
            "re-close limit %" PRId64 ", expected at least %" PRId64 ", where it locks", profile->reclose, -profile->overdraft);
    if (profile->reclose > INT64_MAX - profile->overdraft)
        return mbill__fail_path(err, MBILL_E_RANGE, "/reclose",
            "re-close limit %" PRId64 " and overdraft %" PRId64 " are past 64 bits together", profile->reclose,
            profile->overdraft);
    return MBILL_OK;
}

mbill_status mbill_prepaid_levels(const mbill_prepaid_profile *profile, mbill_alarm_config *out_levels, mbill_error *err)
{
    mbill_prepaid_profile known;
    MBILL__NEED(profile);
    MBILL__NEED(out_levels);
    MBILL_TRY(mbill__struct_read(&known, sizeof known, sizeof known, profile, err));
    MBILL_TRY(check(&known, err));
    out_levels[MBILL_PREPAID_L1] = (mbill_alarm_config){.limit = known.alarm_1, .comparator = MBILL_AT_OR_BELOW};
    out_levels[MBILL_PREPAID_L2] = (mbill_alarm_config){.limit = known.alarm_2, .comparator = MBILL_AT_OR_BELOW};
    out_levels[MBILL_PREPAID_ZERO] = (mbill_alarm_config){.limit = 0, .comparator = MBILL_AT_OR_BELOW};
    out_levels[MBILL_PREPAID_OVERDRAFT] = (mbill_alarm_config){.limit = 0, .comparator = MBILL_BELOW};
    out_levels[MBILL_PREPAID_LOCK] = (mbill_alarm_config){.limit = -known.overdraft,
        .deadband = known.reclose + known.overdraft,
        .comparator = MBILL_AT_OR_BELOW};
    return MBILL_OK;
}

int32_t mbill_prepaid_trips(const mbill_alarm *alarms, int32_t keeps_supply)
{
    return alarms != NULL && keeps_supply == 0 && mbill__alarm_is_active(&alarms[MBILL_PREPAID_LOCK]);
}

mbill_status mbill_days_to_empty(int64_t balance, int64_t use, int64_t over_days, int64_t warn_days, int32_t *out_holds,
    int64_t *out_days, mbill_error *err)
{
    mbill__wide days = mbill__wide_product(balance > 0 ? balance : 0, over_days), rest;
    int64_t whole = MBILL_DAYS_NEVER;
    MBILL__NEED(out_holds);
    if (over_days < 1) return mbill__fail(err, MBILL_E_INVALID, "use over %" PRId64 " days, expected 1 or more", over_days);
    if (warn_days < 0) return mbill__fail(err, MBILL_E_INVALID, "warning %" PRId64 " days before, expected 0 or more", warn_days);
    if (use > 0 && (!mbill__wide_divide(days, mbill__wide_of(use), &days, &rest) || !mbill__wide_fits(days, &whole)))
        return mbill__fail(err, MBILL_E_OVERFLOW, "balance %" PRId64 " lasts longer than 64 bits of days at a use of %" PRId64,
            balance, use);
    *out_holds = use > 0 && mbill__wide_compare(mbill__wide_product(balance, over_days), mbill__wide_product(warn_days, use)) < 0;
    if (out_days != NULL) *out_days = whole;
    return MBILL_OK;
}
