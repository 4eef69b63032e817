/* SPDX-License-Identifier: Apache-2.0 */
/* Zones made from TZif bytes: files put together here, byte by byte. */
#include "check_run.h"
#include "counting_allocator.h"
#include "zone_laws.h"

#define COUNT(array) ((int)(sizeof(array) / sizeof(array)[0]))
#define FILE_MAX_BYTES 65536

/* --- Files made here --- */

typedef struct bytes {
    uint8_t at[1024];
    size_t n;
} bytes;

static void put(bytes *out, const void *data, size_t n)
{
    ck_assert_uint_le(out->n + n, sizeof out->at);
    memcpy(out->at + out->n, data, n);
    out->n += n;
}

static void put_big(bytes *out, int64_t value, int n_bytes)
{
    for (int i = n_bytes - 1; i >= 0; i--) {
        uint8_t byte = (uint8_t)((uint64_t)value >> (8 * i));
        put(out, &byte, 1);
    }
}

/* Header and block: type 0 is an hour east, type 1 daylight saving an hour further, type 2 two hours east; RFC 8536, 3.1 and
 * 3.2. */
static void put_block(bytes *out, uint8_t version, int time_bytes, const int64_t *times, const uint8_t *types, uint32_t n)
{
    static const uint8_t reserved[15] = {0};
    const int64_t counts[] = {0, 0, 0, n, 3, 12}, offsets[] = {3600, 7200, 7200};
    put(out, "TZif", 4);
    put(out, &version, 1);
    put(out, reserved, sizeof reserved);
    for (int i = 0; i < 6; i++) put_big(out, counts[i], 4);
    for (uint32_t i = 0; i < n; i++) put_big(out, times[i], time_bytes);
    put(out, types, n);
    for (int i = 0; i < 3; i++) {
        put_big(out, offsets[i], 4);
        put_big(out, i == 1 ? 1 : 0, 1);
        put_big(out, 4 * i, 1);
    }
    put(out, "CET\0CES\0EET\0", 12);
}

/* 1990-04-01, 1990-10-01 and 1991-04-01; where each field stands in the first block. */
static const int64_t TIMES[] = {638928000, 654739200, 670464000};
static const uint8_t TYPES[] = {1, 0, 2};
enum {
    N_TIMES = 3,
    AT_VERSION = 4,
    AT_COUNTS = 20,
    AT_TIMES = 44,
    AT_INDEXES = 56,
    AT_TYPES = 59,
    V1_BYTES = 89,
    V2_TIMES = 133
};

static bytes version_1(void)
{
    bytes out = {.n = 0};
    put_block(&out, 0, 4, TIMES, TYPES, N_TIMES);
    return out;
}

static bytes version_n(uint8_t version, const char *footer)
{
    bytes out = {.n = 0};
    put_block(&out, version, 4, TIMES, TYPES, N_TIMES);
    put_block(&out, version, 8, TIMES, TYPES, N_TIMES);
    put(&out, "\n", 1);
    put(&out, footer, strlen(footer));
    put(&out, "\n", 1);
    return out;
}

/* From a block of exactly these bytes, so that a read past them is seen. */
static mbill_status load(const uint8_t *data, size_t n, mbill_zone **out_zone, mbill_error *err)
{
    uint8_t *exact = malloc(n + (n == 0));
    ck_assert_ptr_nonnull(exact);
    memcpy(exact, data, n);
    mbill_error_init(err);
    mbill_status status = mbill_zone_from_tzif(exact, n, NULL, out_zone, err);
    free(exact);
    return status;
}

static mbill_zone *must_load(const bytes *file)
{
    mbill_zone *zone = NULL;
    mbill_error err;
    ck_assert_msg(load(file->at, file->n, &zone, &err) == MBILL_OK, "%s", err.message);
    return zone;
}

static void check_table(const mbill_zone *zone)
{
    ck_assert_int_eq(mbill_zone_offset(zone, INT64_MIN), 3600);
    ck_assert_int_eq(mbill_zone_next_change(zone, INT64_MIN), TIMES[0]);
    ck_assert_int_eq(mbill_zone_offset(zone, TIMES[0] - 1), 3600);
    ck_assert_int_eq(mbill_zone_offset(zone, TIMES[0]), 7200);
    ck_assert_int_eq(mbill_zone_standard_offset(zone, TIMES[0]), 3600);
    ck_assert_int_eq(mbill_zone_next_change(zone, TIMES[0]), TIMES[1]);
    ck_assert_int_eq(mbill_zone_offset(zone, TIMES[1]), 3600);
    ck_assert_int_eq(mbill_zone_offset(zone, TIMES[2]), 7200);
    ck_assert_int_eq(mbill_zone_standard_offset(zone, TIMES[2]), 7200);
}

START_TEST(version_1_ends_with_its_table)
{
    bytes file = version_1();
    ck_assert_uint_eq(file.n, V1_BYTES);
    mbill_zone *zone = must_load(&file);
    check_table(zone);
    ck_assert_int_eq(mbill_zone_next_change(zone, TIMES[2]), INT64_MAX);
    ck_assert_int_eq(mbill_zone_offset(zone, INT64_MAX), 7200);
    check_zone("version 1", zone, TIMES[0] - 400 * DAY_S, TIMES[2] + 400 * DAY_S);
    mbill_zone_free(zone);
}
END_TEST

START_TEST(later_versions_go_on_by_rule)
{
    bytes file = version_n((uint8_t)('2' + _i), "EET-2EEST,M4.1.0/0,M10.1.0/0");
    memset(file.at + AT_TIMES, 0xff, V1_BYTES - AT_TIMES); /* the first block is not looked at */
    mbill_zone *zone = must_load(&file);
    check_table(zone);
    ck_assert_int_eq(mbill_zone_next_change(zone, TIMES[2]), instant_of("1991-04-06T22:00:00Z"));
    ck_assert_int_eq(mbill_zone_offset(zone, instant_of("2026-07-01")), 10800);
    ck_assert_int_eq(mbill_zone_next_change(zone, INT64_MAX), INT64_MAX);
    ck_assert_int_eq(check_zone("by rule", zone, TIMES[0], instant_of("2001-01-01")), 2 + 2 * 10);
    mbill_zone_free(zone);
}
END_TEST

START_TEST(empty_footer_ends_with_the_table)
{
    bytes file = version_n('2', "");
    mbill_zone *zone = must_load(&file);
    check_table(zone);
    ck_assert_int_eq(mbill_zone_next_change(zone, TIMES[2]), INT64_MAX);
    mbill_zone_free(zone);
}
END_TEST

/* The last change of the table moves no clock: the next one is the rule's, seen from before it too. */
START_TEST(rule_follows_a_change_of_nothing)
{
    static const uint8_t types[] = {1, 2, 2};
    bytes file = {.n = 0};
    put_block(&file, '2', 4, NULL, types, 0);
    put_block(&file, '2', 8, TIMES, types, 3);
    put(&file, "\nEET-2EEST,M4.1.0/0,M10.1.0/0\n", 30);
    mbill_zone *zone = must_load(&file);
    int64_t by_rule = instant_of("1991-04-06T22:00:00Z");
    ck_assert_int_eq(mbill_zone_next_change(zone, TIMES[1]), by_rule);
    ck_assert_int_eq(mbill_zone_next_change(zone, TIMES[2] - 1), by_rule);
    ck_assert_int_eq(mbill_zone_next_change(zone, TIMES[2]), by_rule);
    check_zone("change of nothing", zone, TIMES[0] - DAY_S, TIMES[2] + 800 * DAY_S);
    mbill_zone_free(zone);
}
END_TEST

/* Without changes the rule holds for all time. */
START_TEST(rule_alone)
{
    bytes file = {.n = 0};
    put_block(&file, '2', 4, NULL, TYPES, 0);
    put_block(&file, '2', 8, NULL, TYPES, 0);
    put(&file, "\nCST-8\n", 7);
    mbill_zone *zone = must_load(&file);
    ck_assert_int_eq(mbill_zone_offset(zone, 0), 28800);
    ck_assert_int_eq(mbill_zone_next_change(zone, INT64_MIN), INT64_MAX);
    mbill_zone_free(zone);
}
END_TEST

/* From summer time to a standard time of the same offset: clocks do not move, the standard clock does. */
START_TEST(change_of_standard_alone)
{
    static const int64_t times[] = {638928000, 654739200, 670464000};
    static const uint8_t types[] = {1, 2, 2};
    bytes file = {.n = 0};
    put_block(&file, 0, 4, times, types, 3);
    mbill_zone *zone = must_load(&file);
    ck_assert_int_eq(mbill_zone_next_change(zone, times[0]), times[1]);
    ck_assert_int_eq(mbill_zone_offset(zone, times[1]), mbill_zone_offset(zone, times[1] - 1));
    ck_assert_int_eq(mbill_zone_standard_offset(zone, times[1] - 1), 3600);
    ck_assert_int_eq(mbill_zone_standard_offset(zone, times[1]), 7200);
    ck_assert_int_eq(mbill_zone_next_change(zone, times[1]), INT64_MAX); /* the third changes nothing */
    check_zone("standard alone", zone, times[0] - DAY_S, times[2] + DAY_S);
    mbill_zone_free(zone);
}
END_TEST

/* Daylight saving that leads to daylight saving of another standard time, as in Moscow in 1991: the next standard time tells. */
START_TEST(standard_found_behind)
{
    static const int64_t times[] = {1000000, 2000000, 3000000};
    static const uint8_t types[] = {2, 1, 0};
    bytes file = {.n = 0};
    put_block(&file, 0, 4, times, types, 3);
    mbill_zone *zone = must_load(&file);
    ck_assert_int_eq(mbill_zone_offset(zone, times[1]), 7200);
    ck_assert_int_eq(mbill_zone_standard_offset(zone, times[1] - 1), 7200);
    ck_assert_int_eq(mbill_zone_standard_offset(zone, times[1]), 3600);
    mbill_zone_free(zone);
}
END_TEST

/* Nothing tells what the first daylight saving is ahead of, and it is no standard time for the next. */
START_TEST(daylight_saving_before_any_standard)
{
    static const uint8_t types[] = {1, 1, 1};
    bytes file = {.n = 0};
    put_block(&file, 0, 4, TIMES, types, 3);
    memset(file.at + AT_TYPES, 0, 4); /* type 0 is daylight saving too, of no hours east */
    file.at[AT_TYPES + 4] = 1;
    mbill_zone *zone = must_load(&file);
    ck_assert_int_eq(mbill_zone_offset(zone, 0), 0);
    ck_assert_int_eq(mbill_zone_standard_offset(zone, 0), -3600);
    ck_assert_int_eq(mbill_zone_offset(zone, TIMES[0]), 7200);
    ck_assert_int_eq(mbill_zone_standard_offset(zone, TIMES[0]), 3600);
    mbill_zone_free(zone);
}
END_TEST

/* The standard times before and behind a daylight saving of four hours east, and the one it is taken to be ahead of. */
static const struct {
    int32_t before_s, behind_s, standard_s;
} neighbours[] = {{10800, 10800, 10800}, {10800, 14400, 10800}, {7200, 7200, 7200}, {7200, 10800, 10800}, {7200, 0, 7200},
    {18000, 18000, 18000}, {18000, 10800, 10800}, {12600, 10800, 10800}, {12600, 7200, 12600}, {0, 7200, 7200}, {0, 12600, 12600},
    {0, 0, 10800}, {14400, 14400, 10800}, {14400, 21600, 10800}};

START_TEST(standard_of_two)
{
    static const int64_t times[] = {1000000, 2000000, 3000000};
    static const uint8_t types[] = {0, 1, 2};
    bytes file = {.n = 0};
    put_block(&file, 0, 4, times, types, 3);
    const int32_t offsets[] = {neighbours[_i].before_s, 14400, neighbours[_i].behind_s};
    for (int i = 0; i < 3; i++) {
        file.n = (size_t)(AT_TYPES + 6 * i);
        put_big(&file, offsets[i], 4);
    }
    file.n = V1_BYTES;
    mbill_zone *zone = must_load(&file);
    ck_assert_int_eq(mbill_zone_offset(zone, times[1]), 14400);
    ck_assert_int_eq(mbill_zone_standard_offset(zone, times[1]), neighbours[_i].standard_s);
    ck_assert_int_eq(mbill_zone_standard_offset(zone, times[1] - 1), neighbours[_i].before_s);
    ck_assert_int_eq(mbill_zone_standard_offset(zone, times[2]), neighbours[_i].behind_s);
    mbill_zone_free(zone);
}
END_TEST

START_TEST(changes_at_the_ends_of_time)
{
    static const int64_t times[] = {INT64_MIN, 0, INT64_MAX};
    bytes file = {.n = 0};
    put_block(&file, '2', 4, NULL, TYPES, 0);
    put_block(&file, '2', 8, times, TYPES, 3);
    put(&file, "\nEET-2\n", 7);
    mbill_zone *zone = must_load(&file);
    ck_assert_int_eq(mbill_zone_offset(zone, INT64_MIN), 7200);
    ck_assert_int_eq(mbill_zone_next_change(zone, INT64_MIN), 0);
    ck_assert_int_eq(mbill_zone_offset(zone, 0), 3600);
    ck_assert_int_eq(mbill_zone_next_change(zone, 0), INT64_MAX);
    ck_assert_int_eq(mbill_zone_next_change(zone, INT64_MAX), INT64_MAX);
    check_instant("ends of time", zone, 0);
    mbill_zone_free(zone);
}
END_TEST

/* --- Refused --- */

static void check_refused(const uint8_t *data, size_t n, mbill_status status, int64_t index, const char *sentence)
{
    mbill_zone *zone = (mbill_zone *)&zone;
    mbill_error err;
    ck_assert_msg(load(data, n, &zone, &err) == status, "%s: %s", sentence, err.message);
    ck_assert_ptr_null(zone);
    ck_assert_int_eq(err.status, status);
    ck_assert_msg(err.index == index, "%s: index %lld", err.message, (long long)err.index);
    ck_assert_msg(strstr(err.message, sentence) != NULL, "\"%s\" lacks \"%s\"", err.message, sentence);
}

START_TEST(every_truncation_refused)
{
    bytes one = version_1(), two = version_n('3', "EET-2EEST,M4.1.0/0,M10.1.0/0");
    for (size_t n = 0; n < one.n; n++) check_refused(one.at, n, MBILL_E_ZONE, -1, "the time zone data ");
    for (size_t n = 0; n < two.n; n++) check_refused(two.at, n, MBILL_E_ZONE, -1, "the time zone data ");
    put(&one, "\n", 1);
    put(&two, "\n", 1);
    check_refused(one.at, one.n, MBILL_E_ZONE, -1, "goes on after its end");
    check_refused(two.at, two.n, MBILL_E_ZONE, -1, "goes on after its footer");
}
END_TEST

/* One byte of a version 1 file is another. */
static const struct {
    size_t at;
    uint8_t value;
    int64_t index;
    const char *sentence;
} spoiled[] = {{0, 't', -1, "does not begin with a TZif header"}, {3, 'F', -1, "does not begin with a TZif header"},
    {AT_VERSION, '1', -1, "is of a version this one does not know"},
    {AT_VERSION, '5', -1, "is of a version this one does not know"}, {AT_VERSION, '2', -1, "has no second header"},
    {AT_COUNTS, 0x80, -1, "has counts past any real zone's"}, {AT_COUNTS + 4, 0xff, -1, "has counts past any real zone's"},
    {AT_COUNTS + 9, 2, -1, "has counts past any real zone's"}, {AT_COUNTS + 12, 0xff, -1, "has counts past any real zone's"},
    {AT_COUNTS + 18, 2, -1, "has counts past any real zone's"}, {AT_COUNTS + 20, 1, -1, "has counts past any real zone's"},
    {AT_COUNTS + 15, 4, -1, "is shorter than its counts say"}, {AT_COUNTS + 3, 1, -1, "is shorter than its counts say"},
    {AT_COUNTS + 11, 1, -1, "is shorter than its counts say"}, {AT_COUNTS + 23, 11, -1, "goes on after its end"},
    {AT_COUNTS + 15, 2, -1, "goes on after its end"}, {AT_TIMES + 4, 0x20, 1, "change 1 is not later than the one before it"},
    {AT_TIMES + 8, 0x80, 2, "change 2 is not later than the one before it"}, {AT_INDEXES, 3, 0, "change 0 is to type 3 of 3"},
    {AT_INDEXES + 2, 255, 2, "change 2 is to type 255 of 3"},
    {AT_TYPES, 0x80, 0, "type 0 is -2147480048 seconds from UTC; expected at most 26 hours"},
    {AT_TYPES + 7, 2, 1, "type 1 is 138272 seconds from UTC; expected at most 26 hours"},
    {AT_TYPES + 4, 2, 0, "type 0 has a daylight-saving flag of 2; expected 0 or 1"},
    {AT_TYPES + 11, 12, 1, "type 1 has its name past the names' end"}};

START_TEST(spoiled_byte_refused)
{
    bytes file = version_1();
    file.at[spoiled[_i].at] = spoiled[_i].value;
    check_refused(file.at, file.n, MBILL_E_ZONE, spoiled[_i].index, spoiled[_i].sentence);
}
END_TEST

START_TEST(leap_seconds_refused)
{
    bytes file = version_1();
    file.at[AT_COUNTS + 11] = 1;
    put(&file, "\0\0\0\0\0\0\0\1", 8);
    check_refused(file.at, file.n, MBILL_E_ZONE, -1, "counts leap seconds; expected POSIX time, without them");
}
END_TEST

START_TEST(no_types_or_names_refused)
{
    bytes none = {.n = 0};
    put(&none, "TZif", 4);
    for (int i = 0; i < 40; i++) put(&none, "\0", 1);
    check_refused(none.at, none.n, MBILL_E_ZONE, -1, "has no type or no name for one");
    none.at[AT_COUNTS + 19] = 1;
    put(&none, "\0\0\0\0\0\0", 6);
    check_refused(none.at, none.n, MBILL_E_ZONE, -1, "has no type or no name for one");
    none.at[AT_COUNTS + 23] = none.at[AT_COUNTS + 3] = 1;
    put(&none, "\0\0", 2);
    mbill_zone *zone = must_load(&none); /* the smallest file there is, with one indicator */
    mbill_zone_free(zone);
    none.at[AT_COUNTS + 3] = 2;
    put(&none, "\0", 1);
    check_refused(none.at, none.n, MBILL_E_ZONE, -1, "has indicators for some of its types only");
}
END_TEST

static const struct {
    const char *footer, *sentence;
} footers[] = {{"EET", "\"EET\" is not a time zone rule"}, {"EET-2EEST", "is not a time zone rule"},
    {":Europe/Kyiv", "is not a time zone rule"}, {"EET-3", "has a rule in its footer that contradicts its last change"},
    {"EET-2EEST,M3.1.0/0,M10.1.0/0", "has a rule in its footer that contradicts its last change"},
    {"EET-2\nEET-2", "goes on after its footer"}};

START_TEST(footer_refused)
{
    bytes file = version_n('2', footers[_i].footer);
    check_refused(file.at, file.n, MBILL_E_ZONE, -1, footers[_i].sentence);
}
END_TEST

START_TEST(second_block_refused)
{
    bytes file = version_n('2', "EET-2");
    file.at[V1_BYTES] = 't';
    check_refused(file.at, file.n, MBILL_E_ZONE, -1, "has no second header");
    file = version_n('2', "EET-2");
    memset(file.at + V2_TIMES + 8, 0, 8);
    check_refused(file.at, file.n, MBILL_E_ZONE, 1, "change 1 is not later than the one before it");
    file = version_n('2', "EET-2");
    file.at[file.n - 7] = ' ';
    check_refused(file.at, file.n, MBILL_E_ZONE, -1, "has no footer");
}
END_TEST

START_TEST(too_large_or_misused)
{
    static const uint8_t large[FILE_MAX_BYTES + 1] = {'T', 'Z', 'i', 'f'};
    mbill_zone *zone = (mbill_zone *)&zone;
    mbill_error err;
    mbill_error_init(&err);
    check_refused(large, sizeof large, MBILL_E_LIMIT, -1, "time zone data of 65537 bytes; expected at most 65536");
    check_refused(large, sizeof large - 1, MBILL_E_ZONE, -1, "goes on after its end");
    ck_assert_int_eq(mbill_zone_from_tzif(NULL, 44, NULL, &zone, &err), MBILL_E_MISUSE);
    ck_assert_str_eq(err.message, "bytes is NULL");
    ck_assert_ptr_null(zone);
    ck_assert_int_eq(mbill_zone_from_tzif(large, 44, NULL, NULL, &err), MBILL_E_MISUSE);
    ck_assert_str_eq(err.message, "out_zone is NULL");
}
END_TEST

START_TEST(every_allocation_fails)
{
    bytes file = version_n('2', "EET-2");
    mbill_status status = MBILL_E_NOMEM;
    size_t n = 0;
    while (status != MBILL_OK) {
        counting_allocator counter;
        mbill_zone *zone = (mbill_zone *)&zone;
        mbill_error err;
        mbill_error_init(&err);
        counting_start(&counter, ++n);
        status = mbill_zone_from_tzif(file.at, file.n, &counter.allocator, &zone, &err);
        ck_assert(status == MBILL_OK ? zone != NULL : status == MBILL_E_NOMEM && zone == NULL && err.message[0] != '\0');
        mbill_zone_free(zone);
        ck_assert_int_eq(counter.live, 0);
    }
    ck_assert_uint_eq(n, 3);
}
END_TEST

/* A refusal midway gives back what it took. */
START_TEST(refusal_frees_all)
{
    bytes file = version_n('2', "EET-3");
    counting_allocator counter;
    mbill_zone *zone = NULL;
    counting_start(&counter, 0);
    ck_assert_int_eq(mbill_zone_from_tzif(file.at, file.n, &counter.allocator, &zone, NULL), MBILL_E_ZONE);
    ck_assert_uint_eq(counter.calls, 2);
    ck_assert_int_eq(counter.live, 0);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("tzif");
    TCase *ok = tcase_create("ok"), *refused = tcase_create("refused"), *edges = tcase_create("edges");
    tcase_add_test(ok, version_1_ends_with_its_table);
    tcase_add_loop_test(ok, later_versions_go_on_by_rule, 0, 3);
    tcase_add_test(ok, empty_footer_ends_with_the_table);
    tcase_add_test(ok, rule_alone);
    tcase_add_test(edges, rule_follows_a_change_of_nothing);
    tcase_add_test(refused, every_truncation_refused);
    tcase_add_loop_test(refused, spoiled_byte_refused, 0, COUNT(spoiled));
    tcase_add_test(refused, leap_seconds_refused);
    tcase_add_test(refused, no_types_or_names_refused);
    tcase_add_loop_test(refused, footer_refused, 0, COUNT(footers));
    tcase_add_test(refused, second_block_refused);
    tcase_add_test(refused, too_large_or_misused);
    tcase_add_test(refused, every_allocation_fails);
    tcase_add_test(refused, refusal_frees_all);
    tcase_add_test(edges, change_of_standard_alone);
    tcase_add_test(edges, standard_found_behind);
    tcase_add_test(edges, daylight_saving_before_any_standard);
    tcase_add_loop_test(edges, standard_of_two, 0, COUNT(neighbours));
    tcase_add_test(edges, changes_at_the_ends_of_time);
    suite_add_tcase(suite, ok);
    suite_add_tcase(suite, refused);
    suite_add_tcase(suite, edges);
    return check_run(suite, CK_NOFORK);
}
