/* SPDX-License-Identifier: Apache-2.0 */
/* The form of "factors": what a unit of a register is worth, by register and date. */
#ifndef MBILL__FACTOR_READ_H
#define MBILL__FACTOR_READ_H

#include "base/memory.h"
#include "document/json.h"
#include "meterbill/tariff.h"

/* An object with one member a register, each a list whose dates rise. Texts and the array live in the arena. */
mbill_status mbill__factors_read(mbill__arena *arena, const mbill__node *object, const mbill_factor **out, size_t *out_n,
    mbill_error *err);

#endif
