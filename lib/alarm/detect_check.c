/* SPDX-License-Identifier: Apache-2.0 */
/* Changes when a rule is checked in another way. What each kind may have is in its row. */
#include "alarm/detect.h"
#include "alarm/detect_member.h"

#include <inttypes.h>
#include <stdio.h>

enum { POINTER = 32 };

/* NULL: the kind does not have it. */
static const mbill__detect_member *member_of(const mbill__detect_row *row, uint8_t member)
{
    for (size_t i = 0; i < MBILL__DETECT_MEMBERS && row->members[i].max != 0; i++)
        if (row->members[i].member == member) return &row->members[i];
    return NULL;
}

static bool bands_are_clear(const mbill_detector_config *config)
{
    for (size_t i = config->n_bands < 0 ? 0 : (size_t)config->n_bands; i < MBILL_DETECTOR_BANDS; i++)
        if (config->bands[i].low != 0 || config->bands[i].high != 0) return false;
    return true;
}

/* Before what two members are to each other, each is what it may be. */
static bool members_fit(const mbill__detect_row *row, const mbill_detector_config *config)
{
    for (uint8_t i = 0; i < MBILL__DETECT_ALL; i++) {
        const mbill__detect_member *has = member_of(row, i);
        int64_t value = mbill__detect_member_get(config, i);
        if (has == NULL ? value != 0 : value < has->min || value > has->max) return false;
    }
    return bands_are_clear(config);
}

static void member_reasons(const mbill__detect_row *row, const mbill_detector_config *config, mbill__reasons *reasons)
{
    for (uint8_t i = 0; i < MBILL__DETECT_ALL; i++) {
        char pointer[POINTER];
        const mbill__detect_member *has = member_of(row, i);
        int64_t value = mbill__detect_member_get(config, i);
        (void)snprintf(pointer, sizeof pointer, "/%s", mbill__detect_member_name(i));
        if (has == NULL && value != 0)
            mbill__reasons_add(reasons, MBILL_E_UNKNOWN_OPTION, pointer, "%" PRId64 ", expected 0: %s has no such member", value,
                row->name);
        if (has != NULL && value < has->min)
            mbill__reasons_add(reasons, MBILL_E_INVALID, pointer, "%" PRId64 ", expected %" PRId64 " or more", value, has->min);
        if (has != NULL && value > has->max)
            mbill__reasons_add(reasons, MBILL_E_RANGE, pointer, "%" PRId64 ", expected at most %" PRId64, value, has->max);
    }
    if (!bands_are_clear(config))
        mbill__reasons_add(reasons, MBILL_E_UNKNOWN_OPTION, "/bands", "bands past the %" PRId32 " that are counted, expected 0",
            config->n_bands);
}

static void all_reasons(const mbill_detector_config *config, mbill__reasons *reasons)
{
    const mbill__detect_row *row = mbill__detect_row_of(config->kind);
    if (row == NULL) {
        mbill__reasons_add(reasons, MBILL_E_INVALID, "/kind", "kind %" PRId32 ", expected %d to %d", config->kind,
            MBILL_DETECT_COMM_LOSS, MBILL_DETECT_FLAPPING);
        return;
    }
    member_reasons(row, config, reasons);
    if (row->check != NULL) row->check(config, reasons);
}

bool mbill__detect_works(const mbill_detector_config *config)
{
    const mbill__detect_row *row = mbill__detect_row_of(config->kind);
    if (row == NULL || !members_fit(row, config)) return false;
    mbill__reasons reasons = mbill__reasons_start(NULL, 0, NULL);
    if (row->check != NULL) row->check(config, &reasons);
    return reasons.n == 0;
}

mbill_status mbill_detector_check(const mbill_detector_config *config, mbill_error *out_reasons, size_t cap, size_t *out_n,
    mbill_error *err)
{
    mbill_detector_config own;
    MBILL__NEED(config);
    if (cap > 0) MBILL__NEED(out_reasons);
    MBILL_TRY(mbill__struct_read(&own, sizeof own, sizeof own, config, err));
    mbill__reasons reasons = mbill__reasons_start(out_reasons, cap, err);
    all_reasons(&own, &reasons);
    if (out_n != NULL) *out_n = reasons.n;
    return reasons.status;
}
