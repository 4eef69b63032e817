/* SPDX-License-Identifier: Apache-2.0 */
/* Many records in the order of a number: what is equal stays as it was. Changes when another way of sorting pays. */
#ifndef MBILL__ORDER_H
#define MBILL__ORDER_H

#include <stddef.h>
#include <stdint.h>

typedef struct mbill__ordered {
    uint64_t key;
    uint32_t index; /* the caller's */
} mbill__ordered;

/* scratch: as many again. Linear; what is in order already is looked at once. */
void mbill__order(mbill__ordered *records, mbill__ordered *scratch, size_t n);

#endif
