/* SPDX-License-Identifier: Apache-2.0 */
/* From a row's meter and register to the register's number in the file, remembered for the length of an import, so that a row of
 * a large file costs no query. */
#ifndef MBILL__STORE_LOOKUP_H
#define MBILL__STORE_LOOKUP_H

#include "meterbill/reading.h"
#include "store/inner.h"

/* A register by name; reg NULL: the meter's only one. */
typedef struct mbill__register_name {
    const char *meter, *reg;
    size_t meter_len, reg_len;
} mbill__register_name;

/* MBILL_E_NOT_FOUND: no such meter or register; MBILL_E_INVALID: which of several is not said. */
mbill_status mbill__find_register(mbill_store *store, const mbill__register_name *name, int64_t *out_register_no,
    mbill_error *err);

typedef struct mbill__store_lookup {
    mbill_store *store;
    int64_t *register_nos; /* by the rows' series */
    size_t n, cap_register_nos;
} mbill__store_lookup;

void mbill__lookup_start(mbill__store_lookup *lookup, mbill_store *store);
void mbill__lookup_end(mbill__store_lookup *lookup);
/* Rows come as their file gives them out. */
mbill_status mbill__lookup_register(mbill__store_lookup *lookup, const mbill_reading_row *row, int64_t *out_register_no,
    mbill_error *err);

#endif
