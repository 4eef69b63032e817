/* SPDX-License-Identifier: Apache-2.0 */
/* One building's heat, metered once, goes to the prepaid accounts of its flats: valve open time x area as weights (JGJ 173), a fair carry from month to
 * month, and one operation a flat in the ledger. */
#include <meterbill.h>

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

enum { N_FLATS = 3, MONTHS = 3 };
#define UNIT INT64_C(1000000)
#define NOVEMBER INT64_C(1793491200) /* 2026-11-01T00:00:00Z */
#define MONTH_S INT64_C(2592000)

/* Area in tenths of m2 x open time in per mille. */
static const mbill_share flats[N_FLATS] = {{101, 800 * 500}, {102, 1000 * 750}, {103, 1200 * 1000}};

/* The same month and flat give the same id: a charge that is posted again is known. */
static mbill_id id_of(int month, uint64_t key)
{
    mbill_id id = {{0}};
    id.bytes[0] = 1;
    id.bytes[1] = (uint8_t)month;
    for (size_t i = 0; i < 8; i++) id.bytes[15 - i] = (uint8_t)(key >> 8 * i);
    return id;
}

static int open_accounts(mbill_book *book, mbill_error *err)
{
    mbill_policy policy;
    mbill_result results[2];
    if (!mbill_policy_preset(MBILL_PRESET_DLT, &policy)) return 0;
    for (size_t i = 0; i < N_FLATS; i++) {
        const mbill_operation both[] = {{.id = id_of(100, flats[i].key),
                                            .kind = MBILL_OPERATION_OPEN,
                                            .account = (int64_t)flats[i].key,
                                            .policy = &policy,
                                            .sequence = MBILL_NONE,
                                            .charge = MBILL_NONE,
                                            .period = MBILL_NONE},
            {.id = id_of(101, flats[i].key),
                .kind = MBILL_OPERATION_TOP_UP,
                .account = (int64_t)flats[i].key,
                .amount_micro = 600 * UNIT,
                .channel = 1,
                .sequence = MBILL_NONE,
                .charge = MBILL_NONE,
                .period = MBILL_NONE}};
        if (mbill_book_apply(book, both, 2, NOVEMBER, results, err) != MBILL_OK) return 0;
        if (results[0].code != MBILL_RESULT_OK || results[1].code != MBILL_RESULT_OK) return 0;
    }
    return 1;
}

/* Split, post, and post once more as after a lost answer. */
static int charge_month(mbill_book *book, int month, int64_t cost_micro, int64_t *carry, mbill_error *err)
{
    uint64_t scratch[2 * N_FLATS]; /* mbill_apportion_scratch_size(N_FLATS) bytes */
    int64_t parts[N_FLATS], residual;
    mbill_operation operations[N_FLATS];
    mbill_result results[N_FLATS];
    mbill_apportion_options options = MBILL_APPORTION_OPTIONS_INIT;
    options.step = UNIT / 100;
    if (mbill_apportion_carry(cost_micro, flats, N_FLATS, &options, carry, scratch, parts, &residual, err) != MBILL_OK) return 0;
    for (size_t i = 0; i < N_FLATS; i++)
        operations[i] = (mbill_operation){.id = id_of(month, flats[i].key),
            .kind = MBILL_OPERATION_USAGE,
            .account = (int64_t)flats[i].key,
            .amount_micro = parts[i],
            .sequence = MBILL_NONE,
            .charge = MBILL_NONE,
            .period = MBILL_NONE};
    for (int attempt = 0; attempt < 2; attempt++)
        if (mbill_book_apply(book, operations, N_FLATS, NOVEMBER + month * MONTH_S, results, err) != MBILL_OK) return 0;
    printf("month %d:", month);
    for (size_t i = 0; i < N_FLATS; i++) {
        if (results[i].code != MBILL_RESULT_EXISTS) return 0;
        printf(" %" PRId64 ".%02" PRId64, parts[i] / UNIT, parts[i] % UNIT / 10000);
    }
    printf("\n");
    return residual == 0;
}

int main(void)
{
    int64_t carry[N_FLATS] = {0}, cost_micro = 1000000000 / 3 / 10000 * 10000; /* 333.33 a month */
    mbill_book *book = NULL;
    mbill_error err;
    mbill_error_init(&err);
    int ok = mbill_book_open(NULL, &book, &err) == MBILL_OK && open_accounts(book, &err);
    for (int month = 1; ok && month <= MONTHS; month++) ok = charge_month(book, month, cost_micro, carry, &err);
    for (size_t i = 0; ok && i < N_FLATS; i++) {
        mbill_view view = {.struct_size = sizeof view};
        ok = mbill_book_view(book, (int64_t)flats[i].key, &view, &err) == MBILL_OK;
        if (ok)
            printf("flat %" PRIu64 " has %" PRId64 ".%02" PRId64 " left\n", flats[i].key, view.credit_micro / UNIT,
                view.credit_micro % UNIT / 10000);
    }
    if (!ok) fprintf(stderr, "split: %s\n", err.message);
    mbill_book_free(book);
    return ok ? 0 : 1;
}
