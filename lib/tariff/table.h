/* SPDX-License-Identifier: Apache-2.0 */
/* Tables: a value by where a number lies. */
#ifndef MBILL__TABLE_H
#define MBILL__TABLE_H

#include "base/fail.h"
#include "tariff/tariff.h"

/* The value of a table for a number, in nano-units. E_NOT_KNOWN: no row holds the number; E_OVERFLOW. */
mbill_status mbill__table_look_up(const mbill__table *table, int64_t number_micro, int64_t *out_nano, mbill_error *err);

#endif
