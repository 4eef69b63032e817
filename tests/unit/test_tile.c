/* SPDX-License-Identifier: Apache-2.0 */
/* Tiles: whatever rows go in come out, nothing else is found, and bytes that were changed are refused. */
#include "check_run.h"
#include "store/order.h"
#include "store/tile.h"

#include "meterbill/reading.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>

#define ROWS_MAX 4000
#define START INT64_C(1767225600)

static mbill__tile_row given[ROWS_MAX], got[ROWS_MAX];
static size_t n_given, n_got, n_tiles, n_bytes;
static uint8_t first_tile[1 << 20];
static size_t first_len;
static uint64_t chance = 7;

static uint32_t draw(uint32_t n)
{
    chance = chance * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return (uint32_t)((chance >> 33) % n);
}

static int by_order(const void *a, const void *b)
{
    return mbill__tile_order(a, b);
}

static mbill_status take(void *ctx, const uint8_t *bytes, size_t len, size_t n, mbill_error *err)
{
    mbill__tile tile;
    mbill__tile_row row, found;
    int64_t first_utc_s, last_utc_s;
    size_t n_found = 0;
    (void)ctx;
    ck_assert_int_eq(mbill__tile_open(bytes, len, &tile, err), MBILL_OK);
    mbill__tile_span(&tile, &first_utc_s, &last_utc_s);
    for (size_t i = 0; i < tile.n; i++) {
        if (!mbill__tile_at(&tile, i, &row)) continue;
        int64_t until_utc_s = row.at_utc_s + (row.length_s > 0 ? row.length_s - 1 : 0);
        bool as_it_is = mbill__tile_find(&tile, row.at_utc_s, row.slot, row.place, &found) &&
            memcmp(&row, &found, sizeof row) == 0;
        if (!as_it_is || row.at_utc_s < first_utc_s || until_utc_s > last_utc_s || n_got == ROWS_MAX)
            ck_abort_msg("reading %zu of %u", i, tile.n);
        got[n_got++] = row;
        n_found++;
    }
    ck_assert_uint_eq(n_found, n);
    if (n_tiles++ == 0) memcpy(first_tile, bytes, first_len = len);
    n_bytes += len;
    return MBILL_OK;
}

/* Make tiles of the given rows, of which some may be twice, and see that they come back. */
static void round_trip(uint8_t kind)
{
    mbill_error err;
    size_t n = 0;
    mbill__tile_maker maker = {.sink = take};
    mbill_error_init(&err);
    ck_assert_int_eq(mbill__allocator_read(&maker.allocator, NULL, &err), MBILL_OK);
    qsort(given, n_given, sizeof *given, by_order);
    for (size_t i = 0; i < n_given; i++)
        if (n == 0 || by_order(&given[n - 1], &given[i]) != 0) given[n++] = given[i];
    n_given = n;
    n_got = n_tiles = n_bytes = 0;
    ck_assert_int_eq(mbill__tile_make(&maker, kind, given, n, &err), MBILL_OK);
    qsort(got, n_got, sizeof *got, by_order);
    ck_assert_uint_eq(n_got, n);
    ck_assert(memcmp(got, given, n * sizeof *got) == 0);
    mbill__tile_maker_free(&maker);
}

static void add(int64_t at_utc_s, uint16_t slot, int64_t value_micro, uint8_t flags)
{
    if (n_given == ROWS_MAX) ck_abort_msg("too many rows");
    given[n_given++] = (mbill__tile_row){.at_utc_s = at_utc_s,
        .value_micro = value_micro,
        .slot = slot,
        .flags = flags,
        .place = (flags & MBILL_READING_INSTALLED) != 0};
}

/* What a group reports at one instant takes the bytes of its values. */
START_TEST(an_hour_of_a_group)
{
    n_given = 0;
    for (uint16_t slot = 0; slot < MBILL__GROUP; slot++) add(START, slot, INT64_C(10000) * draw(5000000), 0);
    round_trip(MBILL__SAMPLES);
    ck_assert_uint_eq(n_tiles, 1);
    ck_assert_uint_eq(n_bytes, MBILL__TILE_HEAD + 3 * MBILL__GROUP + MBILL__TILE_CHECK);
    n_given = 0;
    for (uint16_t slot = 0; slot < MBILL__GROUP; slot++)
        if (slot % 50 != 0) add(START, slot, INT64_C(10000) * draw(5000000), 0);
    for (uint16_t slot = 0; slot < 20; slot++) add(START - 3600 * (1 + slot % 5), slot * 50, INT64_C(10000) * draw(5000000), 0);
    add(START, 77, 0, MBILL_READING_ESTIMATED);
    round_trip(MBILL__SAMPLES);
    ck_assert_uint_eq(n_tiles, 2);
    ck_assert_uint_lt(n_bytes, 4 * MBILL__GROUP);
}
END_TEST

/* A month of one register, and a day of some, are grids too. */
START_TEST(times_of_one_step)
{
    n_given = 0;
    for (int64_t hour = 0; hour < 744; hour++) add(START + 3600 * hour, 1023, 1000 * hour * draw(3000), 0);
    round_trip(MBILL__SAMPLES);
    ck_assert_uint_eq(n_tiles, 1);
    n_given = 0;
    for (int64_t step = 0; step < 96; step++)
        for (uint16_t slot = 10; slot < 40; slot++) add(START + 900 * step, slot, 1000 * draw(300000), 0);
    round_trip(MBILL__SAMPLES);
    ck_assert_uint_eq(n_tiles, 1);
    ck_assert_uint_lt(n_bytes, 4 * 96 * 30);
}
END_TEST

START_TEST(single_and_equal_values)
{
    n_given = 0;
    add(START, 5, INT64_MAX, MBILL_READING_REMOVED);
    round_trip(MBILL__SAMPLES);
    add(START, 5, 0, MBILL_READING_INSTALLED);
    round_trip(MBILL__SAMPLES);
    n_given = 0;
    for (uint16_t slot = 0; slot < 100; slot++) add(START, slot, 42, 0);
    round_trip(MBILL__SAMPLES);
    ck_assert_uint_eq(n_bytes, MBILL__TILE_HEAD + MBILL__TILE_CHECK);
}
END_TEST

/* Quantities from one end of int64_t to the other. */
START_TEST(the_ends_of_the_numbers)
{
    static const int64_t ENDS[] = {INT64_MIN, -1, 0, 1, INT64_MAX, INT64_MIN + 1};
    for (size_t n = 2; n <= 200; n += 66) {
        n_given = 0;
        for (uint16_t i = 0; i < n; i++) {
            add(START, i, ENDS[i % 6], 0);
            given[n_given - 1].length_s = 3600;
        }
        round_trip(MBILL__INTERVALS);
    }
    n_given = 0;
    for (uint16_t i = 0; i < 100; i++) add(START + (int64_t)i * 600000000, i % 3, INT64_MAX - i, 0);
    round_trip(MBILL__SAMPLES);
}
END_TEST

/* Any rows at all. */
START_TEST(whatever_is_drawn)
{
    for (int round = 0; round < 200; round++) {
        static const uint32_t STEPS[] = {1, 60, 900, 3600, 3607};
        uint8_t kind = draw(3) == 0 ? MBILL__INTERVALS : MBILL__SAMPLES;
        uint32_t n_slots = 1 + draw(MBILL__GROUP), n_times = 1 + draw(40), step = STEPS[draw(5)], odd = 2 + draw(200);
        int64_t unit = draw(2) ? 1 : (int64_t)1 << draw(40);
        n_given = 0;
        for (size_t n = 1 + draw(ROWS_MAX - 1); n > 0; n--) {
            uint8_t flags = draw(odd) != 0 ? 0 : (uint8_t)(kind == MBILL__SAMPLES ? draw(32) : draw(4));
            int64_t value = unit * draw(1 + draw(8000000));
            if (kind == MBILL__INTERVALS && draw(5) == 0) value = -value;
            add(START + (int64_t)step * draw(n_times) + (draw(odd) == 0), (uint16_t)draw(n_slots), value, flags);
            if (kind == MBILL__INTERVALS) given[n_given - 1].length_s = draw(odd) == 0 ? 1 + draw(90000) : step;
            if (kind == MBILL__INTERVALS) given[n_given - 1].place = 0;
        }
        round_trip(kind);
    }
}
END_TEST

START_TEST(nothing_else_is_found)
{
    mbill__tile tile;
    mbill__tile_row row;
    mbill_error err;
    mbill_error_init(&err);
    n_given = 0;
    for (uint16_t slot = 100; slot < 200; slot++)
        for (int64_t hour = 0; hour < 4; hour++)
            if (slot != 150) add(START + 3600 * hour, slot, 1000 * (slot + hour), 0);
    round_trip(MBILL__SAMPLES);
    ck_assert_int_eq(mbill__tile_open(first_tile, first_len, &tile, &err), MBILL_OK);
    ck_assert(tile.is_grid);
    ck_assert(mbill__tile_find(&tile, START, 100, 0, &row));
    ck_assert(!mbill__tile_find(&tile, START, 150, 0, &row));
    ck_assert(!mbill__tile_find(&tile, START, 99, 0, &row));
    ck_assert(!mbill__tile_find(&tile, START, 200, 0, &row));
    ck_assert(!mbill__tile_find(&tile, START, 100, 1, &row));
    ck_assert(!mbill__tile_find(&tile, START + 1, 100, 0, &row));
    ck_assert(!mbill__tile_find(&tile, START - 3600, 100, 0, &row));
    ck_assert(!mbill__tile_find(&tile, START + 4 * 3600, 100, 0, &row));
    n_given = 0;
    for (uint16_t i = 0; i < 5; i++) add(START + 7 * i * i, i, i, i == 2 ? MBILL_READING_INSTALLED : 0);
    round_trip(MBILL__SAMPLES);
    ck_assert_int_eq(mbill__tile_open(first_tile, first_len, &tile, &err), MBILL_OK);
    ck_assert(!tile.is_grid);
    ck_assert(!mbill__tile_find(&tile, START + 28, 2, 0, &row));
    ck_assert(mbill__tile_find(&tile, START + 28, 2, 1, &row));
    ck_assert(!mbill__tile_find(&tile, START + 29, 2, 1, &row));
    ck_assert(!mbill__tile_find(&tile, START + 1000, 2, 0, &row));
}
END_TEST

static void refused(size_t len, const char *why)
{
    mbill__tile tile;
    mbill_error err;
    mbill_error_init(&err);
    ck_assert_int_eq(mbill__tile_open(first_tile, len, &tile, &err), MBILL_E_CORRUPT);
    ck_assert_msg(strstr(err.message, why) != NULL, "\"%s\" is not in \"%s\"", why, err.message);
}

/* Change a byte of the head and make the check fit again. */
static void refused_head(size_t at, uint8_t value, const char *why)
{
    uint8_t was = first_tile[at];
    first_tile[at] = value;
    mbill__tile_put(first_tile + first_len - 8, 8, mbill__tile_check(first_tile, first_len - 8));
    refused(first_len, why);
    first_tile[at] = was;
    mbill__tile_put(first_tile + first_len - 8, 8, mbill__tile_check(first_tile, first_len - 8));
}

static void make_one(bool grid)
{
    n_given = 0;
    for (uint16_t i = 0; i < 30; i++) add(START + (grid ? 0 : 11 * i), i, 1000 * i, grid ? 0 : (uint8_t)(i % 3));
    round_trip(MBILL__SAMPLES);
    ck_assert_uint_eq(n_tiles, 1);
    ck_assert_int_eq(first_tile[0], grid ? 1 : 2);
}

START_TEST(changed_bytes)
{
    for (int grid = 0; grid < 2; grid++) {
        make_one(grid != 0);
        for (size_t len = 0; len < first_len; len++) refused(len, "the tile is damaged");
        for (size_t at = 0; at < first_len; at++)
            for (unsigned bit = 0; bit < 8; bit++) {
                first_tile[at] ^= (uint8_t)(1u << bit);
                refused(first_len, "check does not fit");
                first_tile[at] ^= (uint8_t)(1u << bit);
            }
    }
}
END_TEST

START_TEST(heads_that_cannot_be)
{
    make_one(true);
    refused_head(0, 0, "form");
    refused_head(0, 3, "form");
    refused_head(1, 3, "kind");
    refused_head(1, 0, "kind");
    refused_head(2, 9, "width");
    refused_head(2, 4, "length is another");
    refused_head(3, 1, "columns of a list");
    refused_head(3, 9, "width");
    refused_head(4, 5, "width");
    refused_head(5, 2, "width");
    refused_head(6, 4, "slots");
    refused_head(8, 1, "number of readings");
    refused_head(11, 0, "number of readings");
    refused_head(11, 31, "slots");
    refused_head(13, 0, "slots");
    refused_head(13, 15, "step cannot be");
    refused_head(14, MBILL_READING_INSTALLED, "a first reading");
    refused_head(15, 1, "width");
    refused_head(20, 1, "time");
    refused_head(47, 1, "length cannot be");
    make_one(false);
    refused_head(MBILL__TILE_HEAD, 4, "outside of the group");
    refused_head(MBILL__TILE_HEAD + 60 + 2, 0, "out of order");
    refused_head(47, 1, "length cannot be");
    refused_head(11, 29, "length is another");
}
END_TEST

/* What is read of a tile can be written into another. */
START_TEST(times_that_cannot_be)
{
    n_given = 0;
    for (uint16_t i = 0; i < 30; i++) add(START + 11 * i * i, i, i, (uint8_t)(i % 3));
    round_trip(MBILL__SAMPLES);
    ck_assert_int_eq(first_tile[0], 2);
    refused_head(16, 0xff, "a time cannot be");
    n_given = 0;
    for (int64_t hour = 0; hour < 300; hour++)
        for (uint16_t slot = 0; slot < 10; slot++) add(START + 3600 * hour, slot, hour, 0);
    round_trip(MBILL__SAMPLES);
    ck_assert_int_eq(first_tile[0], 1);
    refused_head(16, 0xff, "its last time cannot be");
}
END_TEST

START_TEST(numbers_in_order)
{
    enum { N = 3000 };
    static mbill__ordered records[2 * N];
    for (int round = 0; round < 60; round++) {
        size_t n = draw(N);
        unsigned shift = draw(60);
        for (size_t i = 0; i < n; i++) {
            records[i] = (mbill__ordered){(uint64_t)draw(200) << shift, (uint32_t)i};
            if (round % 3 == 0) records[i].key |= (uint64_t)draw(UINT32_MAX) << 20 | draw(UINT32_MAX);
            if (round % 5 == 0) records[i].key = i;
        }
        mbill__order(records, records + N, n);
        for (size_t i = 1; i < n; i++) {
            const mbill__ordered *a = &records[i - 1], *b = &records[i];
            if (a->key > b->key || (a->key == b->key && a->index >= b->index)) ck_abort_msg("record %zu of %zu", i, n);
        }
    }
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("tile");
    TCase *ok = tcase_create("ok"), *bad = tcase_create("bad");
    tcase_set_timeout(ok, 60);
    tcase_add_test(ok, an_hour_of_a_group);
    tcase_add_test(ok, times_of_one_step);
    tcase_add_test(ok, single_and_equal_values);
    tcase_add_test(ok, the_ends_of_the_numbers);
    tcase_add_test(ok, whatever_is_drawn);
    tcase_add_test(ok, nothing_else_is_found);
    tcase_add_test(ok, numbers_in_order);
    tcase_add_test(bad, changed_bytes);
    tcase_add_test(bad, heads_that_cannot_be);
    tcase_add_test(bad, times_that_cannot_be);
    suite_add_tcase(suite, ok);
    suite_add_tcase(suite, bad);
    return check_run(suite, CK_FORK_GETENV);
}
