/* SPDX-License-Identifier: Apache-2.0 */
/* A tile: readings of one group of registers as bytes that are checked, and that SQL can take apart too (views_readings.c). Changes when
 * the bytes do. Nothing here knows SQLite.
 *
 * Head of 48 bytes, big-endian: form 1 (1: grid, 2: list), kind 1, bytes of a value 1, of a time 1, of a length 1, of flags 1, first
 * slot 2, n 4, slots 2, flags 1, zero 1, step_s 4, start_utc_s 8, base 8, factor 8, length_s 4. Then the body, then a check of 8.
 * A value is base + factor x its code of 1 to 8 bytes (0: all are base). In a grid cell i is slot first + i / (n / slots) at start +
 * step x (i mod (n / slots)); a code of all ones is no reading; all have the head's flags and length. A list has column behind column n
 * slots of 2 bytes, times (start + step x code), lengths, flags, values, in the order of time, slot and place; a column of 0 bytes has
 * the head's value for all. */
#ifndef MBILL__TILE_H
#define MBILL__TILE_H

#include "base/fail.h"
#include "base/memory.h"

#define MBILL__GROUP_BITS 10
#define MBILL__GROUP 1024 /* registers of a group: register_no >> MBILL__GROUP_BITS; the rest is the slot */
#define MBILL__TILE_ROWS_MAX 32768
#define MBILL__TILE_HEAD 48
#define MBILL__TILE_CHECK 8

#define MBILL__SAMPLES 1
#define MBILL__INTERVALS 2

/* One reading of a group. place 1: the first of a new meter, behind the last of the old one at the same instant. */
typedef struct mbill__tile_row {
    int64_t at_utc_s, value_micro;
    uint32_t length_s; /* of an interval */
    uint16_t slot;
    uint8_t flags, place;
} mbill__tile_row;

/* A tile that was checked; it points into its bytes. */
typedef struct mbill__tile {
    const uint8_t *slots, *times, *lengths, *flags, *values; /* a grid has values alone */
    size_t len;                                              /* of all its bytes */
    int64_t start_utc_s, base_micro;
    uint64_t factor, absent; /* absent: the code of no reading; 0: there is none */
    uint32_t n, n_times, step_s, length_s;
    uint16_t first_slot, n_slots;
    uint8_t kind, value_width, time_width, length_width, flags_width, same_flags;
    bool is_grid;
} mbill__tile;

/* MBILL_E_CORRUPT says what is wrong with the bytes; *out is then not touched. */
mbill_status mbill__tile_open(const uint8_t *bytes, size_t len, mbill__tile *out, mbill_error *err);

/* Reading i of n; false: there is none in that cell of the grid. */
bool mbill__tile_at(const mbill__tile *tile, size_t i, mbill__tile_row *out);
/* The same of a grid, by place of slot and time. */
bool mbill__tile_cell(const mbill__tile *tile, size_t slot_at, size_t time_at, mbill__tile_row *out);

/* Values of n slots of a grid, at most 32, at one time; bit i of what it returns: slot i has a reading then, else its value means nothing. */
uint32_t mbill__tile_across(const mbill__tile *tile, size_t slot_at, size_t n, size_t time_at, int64_t *out_micro);

/* The reading of that slot, instant and place; false: there is none. */
bool mbill__tile_find(const mbill__tile *tile, int64_t at_utc_s, uint16_t slot, uint8_t place, mbill__tile_row *out);

/* The first and the last second that readings of it touch: of an interval also those before its end. */
void mbill__tile_span(const mbill__tile *tile, int64_t *out_first_utc_s, int64_t *out_last_utc_s);

/* The order of a list. */
int mbill__tile_order(const mbill__tile_row *a, const mbill__tile_row *b);

/* Takes a tile of n readings; its bytes live until it returns. */
typedef mbill_status mbill__tile_sink(void *ctx, const uint8_t *bytes, size_t len, size_t n, mbill_error *err);

/* Readings as tiles, in blocks that grow and serve one call after another. */
typedef struct mbill__tile_maker {
    mbill_allocator allocator;
    mbill__tile_sink *sink;
    void *ctx;
    uint8_t *bytes, *taken;
    mbill__tile_row *rest;
    size_t cap_bytes, cap_taken, cap_rest;
} mbill__tile_maker;

/* Give the rows (in mbill__tile_order, none twice, at most MBILL__TILE_ROWS_MAX, of one kind) to the sink as tiles. */
mbill_status mbill__tile_make(mbill__tile_maker *maker, uint8_t kind, const mbill__tile_row *rows, size_t n, mbill_error *err);
void mbill__tile_maker_free(mbill__tile_maker *maker);

/* What both sides of the bytes share. */
uint64_t mbill__tile_check(const uint8_t *bytes, size_t len);
uint64_t mbill__tile_number(const uint8_t *at, size_t width);     /* 0 bytes: 0 */
void mbill__tile_put(uint8_t *at, size_t width, uint64_t number); /* may write 8 bytes: room for them must be there */

#endif
