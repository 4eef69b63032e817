/* SPDX-License-Identifier: Apache-2.0 */
/* From a meter's and register's name to the register's number in the file, remembered for the length of an import, so that a row
 * of a large file costs no query. */
#ifndef MBILL__LOOKUP_H
#define MBILL__LOOKUP_H

#include "store/inner.h"

typedef struct mbill__lookup_slot {
    int64_t register_no; /* 0: free */
    uint64_t hash;
    const char *names; /* meter, NUL, register */
    size_t meter_len, reg_len;
} mbill__lookup_slot;

typedef struct mbill__lookup {
    mbill_store *store;
    mbill__arena texts;
    mbill__lookup_slot *slots;
    size_t cap, used;
    const mbill__lookup_slot *last; /* rows of one register often come together */
} mbill__lookup;

void mbill__lookup_start(mbill__lookup *lookup, mbill_store *store);
void mbill__lookup_end(mbill__lookup *lookup);
/* reg NULL: the meter's only register. MBILL_E_NOT_FOUND: no such meter or register; MBILL_E_INVALID: which of several is not
 * said. */
mbill_status mbill__lookup_register(mbill__lookup *lookup, const char *meter, size_t meter_len, const char *reg, size_t reg_len,
    int64_t *out_register_no, mbill_error *err);

#endif
