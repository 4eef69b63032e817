/* SPDX-License-Identifier: Apache-2.0 */
/* Changes when a detector of a document may say something else. Its members are those of its row, by their names. */
#include "alarm/alarms.h"
#include "alarm/detect.h"
#include "alarm/detect_member.h"

#include <string.h>

enum { REASONS = 32, KEYS = MBILL__DETECT_MEMBERS + 4 };

/* Names that documents have for members. */
static const char *key_of(uint8_t member)
{
    if (member == MBILL__DETECT_stale_policy) return "stale";
    return member == MBILL__DETECT_n_bands ? "bands" : mbill__detect_member_name(member);
}

int32_t mbill__detect_places(const mbill__detect_row *row, uint8_t member, int32_t decimals)
{
    bool is_value = member == MBILL__DETECT_limit || member == MBILL__DETECT_base || member == MBILL__DETECT_modulus ||
        member == MBILL__DETECT_max_step;
    return is_value && row->take != mbill__detect_loss ? decimals : 0;
}

/* Where practice differs nothing is implied: 0 is said. */
static bool is_needed(const mbill__detect_row *row, const mbill__detect_member *has)
{
    if (has->min > 0) return true;
    if (row->take == mbill__detect_reverse) return false;
    return has->member == MBILL__DETECT_limit || has->member == MBILL__DETECT_from_s ||
        has->member == MBILL__DETECT_power_factor_permille || has->member == MBILL__DETECT_low_permille;
}

static bool read_kind(mbill__alarms_reader *reader, const mbill__node *node, mbill_detector_config *out)
{
    const char *words[MBILL_DETECT_FLAPPING];
    mbill__node need;
    for (int32_t i = 0; i < MBILL_DETECT_FLAPPING; i++) words[i] = mbill_detect_kind_name(i + 1);
    return mbill__reader_need(reader, node, "kind", &need) &&
        mbill__reader_word(reader, node, "kind", words, MBILL_DETECT_FLAPPING, 1, &out->kind);
}

static bool read_bands(mbill__alarms_reader *reader, const mbill__node *node, int32_t decimals, mbill_detector_config *out)
{
    static const char *const keys[] = {"low", "high"};
    mbill__node list, band, need;
    mbill_error why;
    bool is_whole = true;
    mbill_error_init(&why);
    if (!mbill__node_get(node, "bands", &list)) return true;
    if (!mbill__reader_took(reader, mbill__node_list(&list, 1, &why), &why)) return false;
    if (mbill__node_count(&list) > MBILL_DETECTOR_BANDS)
        return mbill__reader_took(reader,
            mbill__node_fail(&list, &why, MBILL_E_LIMIT, "%zu bands, expected at most %d", mbill__node_count(&list),
                MBILL_DETECTOR_BANDS),
            &why);
    for (bool more = mbill__node_first(&list, &band); more; more = mbill__node_next(&band)) {
        mbill_band *one = &out->bands[out->n_bands++];
        is_whole &= mbill__reader_object(reader, &band, keys, MBILL__COUNT_OF(keys));
        is_whole &= mbill__reader_need(reader, &band, "low", &need);
        is_whole &= mbill__reader_need(reader, &band, "high", &need);
        is_whole &= mbill__reader_decimal(reader, &band, "low", decimals, &one->low);
        is_whole &= mbill__reader_decimal(reader, &band, "high", decimals, &one->high);
    }
    return is_whole;
}

static bool read_member(mbill__alarms_reader *reader, const mbill__node *node, uint8_t member, int32_t places,
    mbill_detector_config *out)
{
    const char *key = key_of(member);
    int64_t wide = 0;
    int32_t narrow = 0;
    uint32_t flag = 0;
    bool took;
    if (member == MBILL__DETECT_stale_policy)
        return mbill__reader_word(reader, node, key, mbill__stale_words, 3, 0, &out->stale_policy);
    if (member == MBILL__DETECT_trips) {
        took = mbill__reader_flag(reader, node, key, 1, &flag);
        out->trips = (int32_t)flag;
    } else if (mbill__detect_member_is_wide(member)) {
        took = mbill__reader_decimal(reader, node, key, places, &wide);
        mbill__detect_member_set(out, member, wide);
    } else {
        took = mbill__reader_whole(reader, node, key, INT32_MIN, INT32_MAX, &narrow);
        mbill__detect_member_set(out, member, narrow);
    }
    return took;
}

static bool read_members(mbill__alarms_reader *reader, const mbill__node *node, int32_t decimals, mbill_detector_config *out)
{
    const mbill__detect_row *row = mbill__detect_row_of(out->kind);
    const char *keys[KEYS] = {"kind", "zone"};
    size_t n_keys = row->has_days ? 2 : 1;
    mbill__node need;
    bool is_whole = true;
    for (size_t i = 0; i < MBILL__DETECT_MEMBERS && row->members[i].max != 0; i++)
        keys[n_keys++] = key_of(row->members[i].member);
    is_whole &= mbill__reader_object(reader, node, keys, n_keys);
    for (size_t i = 0; i < MBILL__DETECT_MEMBERS && row->members[i].max != 0; i++) {
        uint8_t member = row->members[i].member;
        if (is_needed(row, &row->members[i])) is_whole &= mbill__reader_need(reader, node, key_of(member), &need);
        if (member == MBILL__DETECT_n_bands) is_whole &= read_bands(reader, node, decimals, out);
        else is_whole &= read_member(reader, node, member, mbill__detect_places(row, member, decimals), out);
    }
    return is_whole;
}

/* A rule like "CST-8": files are not read here. */
static void read_zone(mbill__alarms_reader *reader, const mbill__node *node, mbill__alarm_def *out)
{
    mbill__node zone;
    mbill_error why;
    mbill_error_init(&why);
    if (!mbill__reader_need(reader, node, "zone", &zone)) return;
    out->zone_rule = mbill__reader_text(reader, &zone);
    if (out->zone_rule == NULL) return;
    mbill_status status = mbill_zone_from_rule(out->zone_rule, strlen(out->zone_rule), &reader->alarms->arena.allocator,
        &out->zone, &why);
    if (status == MBILL_E_NOMEM) reader->no_memory = true;
    else if (status != MBILL_OK)
        (void)mbill__reader_took(reader,
            mbill__node_fail(&zone, &why, status, "zone \"%s\", expected a rule like \"CST-8\"", out->zone_rule), &why);
}

/* What the check calls otherwise. */
static void report(mbill__alarms_reader *reader, const mbill__node *node, mbill_error *found, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        if (strcmp(found[i].path, "/stale_policy") == 0) memcpy(found[i].path, "/stale", sizeof "/stale");
        if (strcmp(found[i].path, "/n_bands") == 0) memcpy(found[i].path, "/bands", sizeof "/bands");
    }
    mbill__reader_check(reader, node, found, n < REASONS ? n : REASONS);
}

void mbill__alarm_detect_read(mbill__alarms_reader *reader, const mbill__node *node, mbill__alarm_def *out)
{
    static const char *const keys[] = {"labels", "notice", "priority", "decimals", "trip", "watches", "detect"};
    mbill_error found[REASONS];
    mbill__node detect;
    size_t n = 0;
    out->detector = (mbill_detector_config)MBILL_DETECTOR_CONFIG_INIT;
    if (!mbill__reader_object(reader, node, keys, MBILL__COUNT_OF(keys)) || !mbill__node_get(node, "detect", &detect) ||
        !mbill__reader_object(reader, &detect, NULL, 0) || !read_kind(reader, &detect, &out->detector))
        return;
    if (mbill__detect_row_of(out->detector.kind)->has_days) read_zone(reader, &detect, out);
    if (!read_members(reader, &detect, out->decimals, &out->detector)) return;
    for (size_t i = 0; i < REASONS; i++) mbill_error_init(&found[i]);
    if (mbill_detector_check(&out->detector, found, REASONS, &n, NULL) != MBILL_OK) report(reader, &detect, found, n);
}

void mbill__alarm_detect_print(const mbill__alarm_def *def, mbill__writer *to)
{
    const mbill__detect_row *row = mbill__detect_row_of(def->detector.kind);
    mbill__write_object(to, "detect");
    mbill__write_text(to, "kind", row->name);
    if (row->has_days) mbill__write_text(to, "zone", def->zone_rule);
    for (size_t i = 0; i < MBILL__DETECT_MEMBERS && row->members[i].max != 0; i++) {
        uint8_t member = row->members[i].member;
        int64_t value = mbill__detect_member_get(&def->detector, member);
        if (member == MBILL__DETECT_stale_policy) mbill__write_text(to, "stale", mbill__stale_words[value]);
        else if (member == MBILL__DETECT_trips) mbill__write_bool(to, "trips", value != 0);
        else if (mbill__detect_member_is_wide(member))
            mbill__write_decimal(to, key_of(member), value, mbill__detect_places(row, member, def->decimals));
        else if (member != MBILL__DETECT_n_bands) mbill__write_whole(to, key_of(member), value);
    }
    if (def->detector.n_bands > 0) mbill__write_list(to, "bands");
    for (int32_t i = 0; i < def->detector.n_bands; i++) {
        mbill__write_object(to, NULL);
        mbill__write_decimal(to, "low", def->detector.bands[i].low, def->decimals);
        mbill__write_decimal(to, "high", def->detector.bands[i].high, def->decimals);
        mbill__write_object_end(to);
    }
    if (def->detector.n_bands > 0) mbill__write_list_end(to);
    mbill__write_object_end(to);
}
