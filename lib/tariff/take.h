/* SPDX-License-Identifier: Apache-2.0 */
/* Memory for a tariff while it is read: everything comes from the tariff's arena, so that on failure it is thrown away whole. */
#ifndef MBILL__TAKE_H
#define MBILL__TAKE_H

#include "tariff/tariff.h"

#define MBILL__COUNT(array) (sizeof(array) / sizeof(array)[0])

/* *out_block (a pointer of any type) becomes zeroed memory for count objects. */
mbill_status mbill__tariff_take(mbill_tariff *tariff, size_t count, size_t size, void *out_block, mbill_error *err);

/* A copy of a text. */
mbill_status mbill__tariff_text(mbill_tariff *tariff, const char *text, const char **out, mbill_error *err);

#endif
