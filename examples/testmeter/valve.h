/* SPDX-License-Identifier: Apache-2.0 */
/* A water meter of CJ/T 188 with a valve, as plain data. */
#ifndef VALVE_H
#define VALVE_H

#include "meterbill/cjt188.h"

#include <stdbool.h>

typedef struct valve {
    mbill_cjt188_profile profile;
    uint8_t type, address[7];
    bool closed, stuck;
    bool refuses, other_di, other_ser; /* how it goes wrong */
    int64_t remaining_cents, last_cents, total_cents, purchases;
    mbill_frame_item clock; /* of the last write; it stands still */
} valve;

/* A meter of 12.34 m3 with its valve open. */
void valve_begin(valve *v);
/* The answer to a frame, with the changes made; n = 0: it keeps quiet. */
size_t valve_answer(valve *v, mbill_bytes request, uint8_t *out, size_t cap);

#endif
