/* SPDX-License-Identifier: Apache-2.0 */
/* What pricing reads of a register, against a plain array that says the same: batches of all kinds of columns, late, twice and corrected, over
 * months, and spans that begin and end anywhere. */
#include "district.h"
#include "check_run.h"

#include "meterbill/ingest.h"
#include "store/edge.h"
#include "store/gather.h"

#define REGISTERS 1100
#define KEPT_MAX 40000
#define BATCH_MAX 3000
#define START INT64_C(1767225600)

static char path[300];
static const char *folder;
static mbill_store *store;
static uint64_t chance = 11;

/* The readings that count, in no order. */
static struct kept {
    int64_t register_no;
    mbill_reading reading;
} kept[KEPT_MAX];
static size_t n_kept;

static uint32_t draw(uint32_t n)
{
    chance = chance * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return (uint32_t)((chance >> 33) % n);
}

static int place_of(const mbill_reading *reading)
{
    return (reading->flags & MBILL_READING_INSTALLED) != 0;
}

static void keep(int64_t register_no, mbill_reading reading)
{
    size_t i = 0;
    while (i < n_kept &&
        (kept[i].register_no != register_no || kept[i].reading.at_utc_s != reading.at_utc_s ||
            place_of(&kept[i].reading) != place_of(&reading)))
        i++;
    if (i == KEPT_MAX) ck_abort_msg("too many readings");
    n_kept += i == n_kept;
    kept[i] = (struct kept){register_no, reading};
}

static void setup(void)
{
    char sql[400];
    folder = temporary_folder();
    snprintf(path, sizeof path, "%s/s.db", folder);
    mbill_store_free(open_store(path, MBILL_STORE_CREATE));
    snprintf(sql, sizeof sql,
        "INSERT INTO mbill_meter WITH RECURSIVE i(n) AS (VALUES(1) UNION ALL SELECT n + 1 FROM i WHERE n < %d) SELECT n, 'X' || "
        "n FROM i;"
        "INSERT INTO mbill_register SELECT meter_no, meter_no, 'import', 'kWh', 0, 1000000 FROM mbill_meter",
        REGISTERS);
    ck_assert_int_eq(change_file(path, sql), SQLITE_OK);
    store = open_store(path, 0);
    n_kept = 0;
}

static void teardown(void)
{
    mbill_store_free(store);
    remove_folder(folder);
}

/* A batch of corrections: rows of many registers at one instant, of one register at many, or anything. */
static void put_batch(void)
{
    static int64_t registers[BATCH_MAX], times[BATCH_MAX], values[BATCH_MAX];
    static uint8_t flags[BATCH_MAX];
    static const int64_t STEPS[] = {900, 3600, 86400, 7 * 86400};
    mbill_error err;
    size_t n = 0, wanted = 1 + draw(200);
    int64_t step_s = STEPS[draw(4)], at_utc_s = START + step_s * draw(60), first = 1010 + draw(40);
    uint32_t shape = draw(4);
    for (size_t i = 0; i < wanted; i++) {
        registers[n] = shape == 0 ? first + (int64_t)(i % 30) : shape == 1 ? first : 1005 + draw(40);
        times[n] = shape == 0 ? at_utc_s + step_s * (int64_t)(i / 30)
            : shape == 1      ? at_utc_s + step_s * (int64_t)i
                              : START + step_s * draw(100);
        values[n] = INT64_C(10000) * draw(5000000);
        flags[n] = (uint8_t)(draw(20) != 0 ? 0 : 1u << draw(5));
        bool again = false;
        for (size_t k = 0; k < n && !again; k++)
            again = registers[k] == registers[n] && times[k] == times[n] && (flags[k] & 16) == (flags[n] & 16);
        n += !again;
    }
    const mbill_reading_columns batch = {.struct_size = sizeof batch,
        .flags = MBILL_INGEST_CORRECT,
        .n = n,
        .registers = registers,
        .at_utc_s = times,
        .values_micro = values,
        .reading_flags = flags};
    ck_ok(mbill_store_ingest(store, &batch, NULL, &err));
    for (size_t i = 0; i < n; i++)
        keep(registers[i], (mbill_reading){.at_utc_s = times[i], .value_micro = values[i], .flags = flags[i]});
}

static int by_time(const void *a, const void *b)
{
    const mbill_reading *x = a, *y = b;
    if (x->at_utc_s != y->at_utc_s) return x->at_utc_s < y->at_utc_s ? -1 : 1;
    return place_of(x) - place_of(y);
}

/* From the last instant at or before the start to the first at or after the end. */
static size_t expect(int64_t register_no, int64_t from_utc_s, int64_t to_utc_s, mbill_reading *out)
{
    int64_t first_utc_s = from_utc_s, last_utc_s = to_utc_s;
    size_t n = 0;
    bool before = false, after = false;
    for (size_t i = 0; i < n_kept; i++) {
        int64_t at_utc_s = kept[i].reading.at_utc_s;
        if (kept[i].register_no != register_no) continue;
        if (at_utc_s <= from_utc_s && (!before || at_utc_s > first_utc_s)) first_utc_s = at_utc_s;
        if (at_utc_s >= to_utc_s && (!after || at_utc_s < last_utc_s)) last_utc_s = at_utc_s;
        before = before || at_utc_s <= from_utc_s;
        after = after || at_utc_s >= to_utc_s;
    }
    for (size_t i = 0; i < n_kept; i++)
        if (kept[i].register_no == register_no && kept[i].reading.at_utc_s >= first_utc_s &&
            kept[i].reading.at_utc_s <= last_utc_s)
            out[n++] = kept[i].reading;
    qsort(out, n, sizeof *out, by_time);
    return n;
}

/* The same as the gathering of a contract asks for it. */
static size_t read_back(mbill__gather *gather, int64_t register_no, int64_t from_utc_s, int64_t to_utc_s, mbill_reading *out)
{
    const mbill__shelf_row *rows;
    mbill__shelf *shelf = &gather->shelves[0];
    mbill_error err;
    size_t n_rows, first, end, n = 0;
    ck_ok(mbill__shelf_load(shelf, register_no >> MBILL__GROUP_BITS, MBILL__SAMPLES, from_utc_s, to_utc_s, &err));
    ck_ok(mbill__shelf_register(shelf, (uint16_t)(register_no & (MBILL__GROUP - 1)), &rows, &n_rows, &err));
    mbill__edge_span(rows, n_rows, from_utc_s, to_utc_s, &first, &end);
    bool no_start = first == end || rows[first].row.at_utc_s > from_utc_s,
         no_end = first == end || rows[end - 1].row.at_utc_s < to_utc_s;
    if (no_start) ck_ok(mbill__edge_before(&gather->edge, register_no, from_utc_s, out, &n, &err));
    for (size_t i = first; i < end; i++) out[n++] = mbill__edge_reading(&rows[i].row);
    if (no_end) ck_ok(mbill__edge_after(&gather->edge, register_no, to_utc_s, out, &n, &err));
    return n;
}

START_TEST(spans_of_all_kinds)
{
    static mbill_reading expected[KEPT_MAX], got[KEPT_MAX];
    size_t n_compared = 0;
    for (int round = 0; round < 40; round++) {
        mbill__gather gather;
        put_batch();
        mbill__gather_start(&gather, store);
        for (int spans = 0; spans < 60; spans++) {
            int64_t register_no = 1005 + draw(50), step_s = draw(2) ? 3600 : 86400;
            int64_t from_utc_s = START + step_s * ((int64_t)draw(130) - 20),
                    to_utc_s = from_utc_s + 1 + (int64_t)draw(40) * step_s;
            size_t n = expect(register_no, from_utc_s, to_utc_s, expected);
            ck_assert_uint_eq(read_back(&gather, register_no, from_utc_s, to_utc_s, got), n);
            for (size_t i = 0; i < n; i++)
                if (memcmp(&got[i], &expected[i], sizeof got[i]) != 0)
                    ck_abort_msg("round %d, register %lld, reading %zu of %zu: %lld %lld %u, expected %lld %lld %u", round,
                        (long long)register_no, i, n, (long long)got[i].at_utc_s, (long long)got[i].value_micro, got[i].flags,
                        (long long)expected[i].at_utc_s, (long long)expected[i].value_micro, expected[i].flags);
            n_compared += n;
        }
        mbill__gather_end(&gather);
    }
    ck_assert_uint_gt(n_compared, 10000);
}
END_TEST

/* What the plain array says of the instants; false: not one unmarked sample at each, or others between them. */
static bool expect_strip(int64_t register_no, int64_t from_utc_s, int64_t step_s, size_t n_points, int64_t *out_micro)
{
    const int64_t to_utc_s = from_utc_s + step_s * (int64_t)(n_points - 1);
    size_t n = 0;
    for (size_t i = 0; i < n_kept; i++) {
        const mbill_reading *reading = &kept[i].reading;
        int64_t into_s = reading->at_utc_s - from_utc_s;
        if (kept[i].register_no != register_no || into_s < 0 || reading->at_utc_s > to_utc_s) continue;
        if (reading->flags != 0 || into_s % step_s != 0) return false;
        out_micro[into_s / step_s] = reading->value_micro;
        n++;
    }
    return n == n_points;
}

/* A strip may give nothing where an older sample was marked; what it gives is what counts. */
START_TEST(strips_of_all_kinds)
{
    static int64_t expected[200];
    static const int64_t STEPS[] = {900, 3600, 86400};
    size_t n_given = 0, n_plain = 0;
    for (int round = 0; round < 60; round++) {
        mbill__gather gather;
        put_batch();
        mbill__gather_start(&gather, store);
        for (int spans = 0; spans < 200; spans++) {
            const int64_t register_no = 1005 + draw(50), step_s = STEPS[draw(3)], from_utc_s = START + step_s * draw(60);
            const size_t n_points = 2 + draw(12);
            const int64_t *got;
            mbill_error err;
            mbill__shelf *shelf = &gather.shelves[0];
            ck_ok(mbill__shelf_load(shelf, register_no >> MBILL__GROUP_BITS, MBILL__SAMPLES, from_utc_s,
                from_utc_s + step_s * (int64_t)(n_points - 1), &err));
            ck_ok(mbill__strip_samples(&gather.strips[0], shelf, (uint16_t)(register_no & (MBILL__GROUP - 1)), from_utc_s, step_s,
                n_points, &got, &err));
            const bool plain = expect_strip(register_no, from_utc_s, step_s, n_points, expected);
            n_plain += plain;
            n_given += got != NULL;
            ck_assert(plain || got == NULL);
            if (got != NULL) ck_assert_mem_eq(got, expected, n_points * sizeof *expected);
        }
        mbill__gather_end(&gather);
    }
    ck_assert_uint_gt(n_given, 100);
    ck_assert_uint_ge(n_given, n_plain * 8 / 10);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("shelf");
    TCase *ok = tcase_create("ok");
    tcase_add_checked_fixture(ok, setup, teardown);
    tcase_set_timeout(ok, 120);
    tcase_add_test(ok, spans_of_all_kinds);
    tcase_add_test(ok, strips_of_all_kinds);
    suite_add_tcase(suite, ok);
    return check_run(suite, CK_NOFORK);
}
