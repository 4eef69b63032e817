/* SPDX-License-Identifier: Apache-2.0 */
/* Names of what DL/T 645 has as codes and bits. */
#ifndef MBILL__DLT645_NAMES_H
#define MBILL__DLT645_NAMES_H

#include "meterbill/dlt645.h"

const char *mbill__dlt645_order_name(int32_t order);       /* NULL: no order */
const char *mbill__dlt645_function_name(int32_t function); /* NULL: no function */

/* Status word 3: a flag is at this bit; a choice has its names in order from there. */
typedef struct mbill__dlt645_bits {
    const char *name;
    uint8_t at, width;
    const char *words[4]; /* of a choice, width 1 or 2; words[0] NULL: a flag */
} mbill__dlt645_bits;

const mbill__dlt645_bits *mbill__dlt645_status3(size_t *out_n);

#endif
