/* SPDX-License-Identifier: Apache-2.0 */
/* A custom charge as it was read. */
#ifndef MBILL__OPERATE_CHARGE_H
#define MBILL__OPERATE_CHARGE_H

#include "base/memory.h"
#include "meterbill/charge.h"
#include "number/round.h"
#include "operate/repeat.h"

/* A rate from a day on. */
typedef struct mbill__dated_rate {
    int32_t from_day;
    int64_t nano;     /* of each unit of the fact, or of 1 */
    const char *fact; /* NULL: an amount */
} mbill__dated_rate;

struct mbill_charge {
    mbill__arena arena;
    mbill_charge_info info;
    mbill__repeat repeat;
    bool due_at_end; /* of the period */
    int32_t due_days;
    mbill_zone *zone;
    const char *zone_rule;
    mbill__dated_rate *rates;
    size_t n_rates;
    int64_t step_micro; /* amounts are multiples of it */
    mbill_round_how how;
    mbill_charge_account *accounts;
    bool everyone;
};

extern const char *const mbill__prorate_words[3];
extern const char *const mbill__charge_to_words[2];

#endif
