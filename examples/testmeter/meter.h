/* SPDX-License-Identifier: Apache-2.0 */
/* An electricity meter of DL/T 645 as plain data: what it holds, and what it does when a frame comes. It knows no line and no clock but its own. */
#ifndef METER_H
#define METER_H

#include "meterbill/dlt645.h"

#include <stdbool.h>

enum { CELLS_MAX = 48, CELL_BYTES = 200 };

/* One value that is read and written as it is. */
typedef struct cell {
    uint32_t di;
    size_t n;
    uint8_t bytes[CELL_BYTES];
    bool may_write;
} cell;

typedef struct meter {
    uint8_t address[6], password[3], customer[6];
    int64_t clock_s;               /* local time as seconds since 1970 */
    bool relay_open, ordered_open; /* bits 4 and 6 of status word 3 */
    bool alarm, keep_power, identity_valid;
    bool rate_set, ladder_set; /* bits 10 and 11: turned over at each switch */
    bool zone_set, slot_set;   /* bits 5 and 0 */
    bool stuck;                /* the relay does not move */
    bool binary_amount;        /* amounts of top-ups in binary cents, else in digits */
    bool short_serr;           /* SERR of one byte */
    int64_t closes_s;          /* of a timed trip; 0: none */
    int64_t remaining_cents, hoard_cents, purchases;
    size_t n_cells;
    cell cells[CELLS_MAX];
} meter;

/* A meter with two rates, an empty wallet and the relay closed. */
void meter_begin(meter *m, const uint8_t address[6], int64_t clock_s);
/* The clock goes to this time; tables switch and timed trips end on the way. */
void meter_clock(meter *m, int64_t clock_s);
/* The user presses the key that a permitted close waits for. */
void meter_press(meter *m);
uint32_t meter_status(const meter *m);
/* What the meter answers, with the changes made; false: it keeps quiet. */
bool meter_answer(meter *m, const mbill_dlt645_frame *request, mbill_dlt645_frame *reply);

#endif
