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
    uint32_t flags; /* of the request */
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

/* A plan of contracts on that tariff over the request's span with its flags, and with as many registers as the tariff has: the first, or the
 * next behind `after`. NULL: no more. It lives until mbill__plans_price(). */
const mbill__plan *mbill__plans_next(const mbill__plans *plans, const mbill_tariff *tariff, const mbill_price_request *request,
    const mbill__plan *after);

/* What is priced, besides the plan: a request whose inputs do not count, and where it goes to. */
typedef struct mbill__plan_work {
    const mbill_price_request *request;
    mbill_position *position;
    mbill_line *lines;
    size_t cap_lines, n_lines; /* n_lines: out */
    mbill_bill *bill;
} mbill__plan_work;

/* Price columns of the plan's axis as mbill_tariff_price() does, to the same lines; false: it cannot be, and must be said in the other's words; nothing
 * is touched then. All requests of a close differ in their inputs, facts, span and flags alone. */
bool mbill__plan_price(const mbill__plan *plan, const mbill_column *columns, mbill__plan_work *work);

/* The same from the request's inputs, where the plan of such contracts serves; it is made for the second of them. */
mbill_status mbill__plans_price(mbill__plans *plans, const mbill_tariff *tariff, mbill__plan_work *work, bool *out_done,
    mbill_error *err);

#endif
