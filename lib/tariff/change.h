/* SPDX-License-Identifier: Apache-2.0 */
/* The steps of pricing a span in which prices or facts change. */
#ifndef MBILL__CHANGE_H
#define MBILL__CHANGE_H

#include "meterbill/change.h"
#include "tariff/position.h"

/* The use of a span while it is dealt out to its parts by days. */
typedef struct mbill__dealt {
    mbill_input inputs[MBILL_CHANGE_MAX];  /* of the part */
    int64_t whole_micro[MBILL_CHANGE_MAX]; /* of the span */
    int64_t rest_micro[MBILL_CHANGE_MAX];  /* what no part has yet */
    size_t n_inputs;
    int64_t n_days;
} mbill__dealt;

/* E_AMBIGUOUS: the tariff has a charge that is due once for a bill, and no rule for a part of one. split: mbill_change_split. */
mbill_status mbill__change_check(const mbill_tariff *tariff, int32_t split, mbill_error *err);

/* to_utc_s: the end of the last part. */
mbill_status mbill__dealt_start(mbill__dealt *dealt, const mbill_change_part *parts, size_t n_parts,
    const mbill_price_request *request, mbill_error *err);

/* What part [from, to) has of everything; the last one has the rest. */
mbill_status mbill__dealt_part(mbill__dealt *dealt, const mbill_tariff *tariff, const mbill_change_rule *rule, int64_t from_utc_s,
    int64_t to_utc_s, bool last, mbill_error *err);

/* Carry what a version remembers to another one, charge by charge; E_POSITION: it has no place for something. */
mbill_status mbill__position_carry(const mbill_tariff *from_tariff, const mbill_position *from, const mbill_tariff *to_tariff,
    mbill_position *out, mbill_error *err);

#endif
