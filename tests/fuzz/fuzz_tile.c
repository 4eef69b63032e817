/* SPDX-License-Identifier: Apache-2.0 */
/* Tiles from anywhere: bytes as they come are refused or read; with the check that fits them, what is read is found again, lies in the tile's
 * span, and comes back from tiles that are made of it. */
#include "store/tile.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

enum { LEN_MAX = 1 << 16 };

static void need(bool holds)
{
    if (!holds) abort();
}

typedef struct rows {
    mbill__tile_row *rows;
    size_t n, cap;
} rows;

static void add(rows *to, const mbill__tile_row *row)
{
    if (to->n == to->cap) {
        to->cap = to->cap * 2 + 64;
        to->rows = realloc(to->rows, to->cap * sizeof *to->rows);
        need(to->rows != NULL);
    }
    to->rows[to->n++] = *row;
}

static int by_order(const void *a, const void *b)
{
    return mbill__tile_order(a, b);
}

static void read_all(const mbill__tile *tile, rows *out)
{
    mbill__tile_row row, found;
    int64_t first_utc_s, last_utc_s;
    mbill__tile_span(tile, &first_utc_s, &last_utc_s);
    for (size_t i = 0; i < tile->n; i++) {
        if (!mbill__tile_at(tile, i, &row)) continue;
        need(row.slot < MBILL__GROUP && row.at_utc_s >= first_utc_s && row.at_utc_s <= last_utc_s);
        need(mbill__tile_find(tile, row.at_utc_s, row.slot, row.place, &found));
        need(memcmp(&row, &found, sizeof row) == 0);
        add(out, &row);
    }
}

static mbill_status take(void *ctx, const uint8_t *bytes, size_t len, size_t n, mbill_error *err)
{
    mbill__tile tile;
    rows *out = ctx;
    size_t before = out->n;
    need(mbill__tile_open(bytes, len, &tile, err) == MBILL_OK);
    read_all(&tile, out);
    need(out->n - before == n);
    return MBILL_OK;
}

static void make_again(const mbill__tile *tile, rows *given)
{
    rows got = {0};
    mbill_error err;
    size_t n = 0;
    mbill__tile_maker maker = {.sink = take, .ctx = &got};
    mbill_error_init(&err);
    need(mbill__allocator_read(&maker.allocator, NULL, &err) == MBILL_OK);
    if (given->n > 0) qsort(given->rows, given->n, sizeof *given->rows, by_order);
    for (size_t i = 0; i < given->n; i++)
        if (n == 0 || by_order(&given->rows[n - 1], &given->rows[i]) != 0) given->rows[n++] = given->rows[i];
    if (n > MBILL__TILE_ROWS_MAX) n = MBILL__TILE_ROWS_MAX;
    need(mbill__tile_make(&maker, tile->kind, given->rows, n, &err) == MBILL_OK);
    need(got.n == n);
    if (n > 0) qsort(got.rows, n, sizeof *got.rows, by_order);
    need(n == 0 || memcmp(got.rows, given->rows, n * sizeof *got.rows) == 0);
    mbill__tile_maker_free(&maker);
    free(got.rows);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    mbill__tile tile;
    mbill_error err;
    rows all = {0};
    mbill_error_init(&err);
    (void)mbill__tile_open(data, size, &tile, &err);
    if (size > LEN_MAX) return 0;
    uint8_t *bytes = malloc(size + MBILL__TILE_CHECK);
    need(bytes != NULL);
    memcpy(bytes, data, size);
    mbill__tile_put(bytes + size, 8, mbill__tile_check(bytes, size));
    if (mbill__tile_open(bytes, size + MBILL__TILE_CHECK, &tile, &err) == MBILL_OK) {
        read_all(&tile, &all);
        make_again(&tile, &all);
    }
    free(all.rows);
    free(bytes);
    return 0;
}
