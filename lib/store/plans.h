/* SPDX-License-Identifier: Apache-2.0 */
/* What contracts of one tariff, span and rhythm of readings have in common, worked out once for all of them (bulk.h). */
#ifndef MBILL__PLANS_H
#define MBILL__PLANS_H

#include "meterbill/bulk.h"
#include "store/inner.h"

#define MBILL__PLANS 8
#define MBILL__PLAN_REGISTERS 4

typedef struct mbill__plan_key {
    const mbill_tariff *tariff;
    mbill_axis axis;
    size_t n_registers;
} mbill__plan_key;

typedef struct mbill__plan {
    mbill__plan_key key;
    const char *registers[MBILL__PLAN_REGISTERS]; /* the tariff's */
    mbill_bulk *bulk;                             /* NULL: there is no plan here */
    void *work;
    size_t cap_work;
} mbill__plan;

typedef struct mbill__plans {
    mbill_store *store;
    mbill__plan plans[MBILL__PLANS];
    size_t next;                          /* to be given up */
    mbill__plan_key wanted[MBILL__PLANS]; /* by contracts that had none, going round */
    size_t next_wanted;
    int64_t *quantities;
    size_t cap_quantities;
} mbill__plans;

void mbill__plans_start(mbill__plans *plans, mbill_store *store);
void mbill__plans_end(mbill__plans *plans);

/* Price as mbill_tariff_price() does, to the same lines, where the plan of such contracts serves. *out_done false: it does not, or what it
 * found must be said in the other's words, and nothing is touched. All requests of a close differ in their inputs, facts and span alone. */
mbill_status mbill__plans_price(mbill__plans *plans, const mbill_tariff *tariff, const mbill_price_request *request,
    mbill_position *position, mbill_line *lines, size_t cap_lines, size_t *out_n_lines, mbill_bill *out_bill, bool *out_done,
    mbill_error *err);

#endif
