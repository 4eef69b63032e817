/* SPDX-License-Identifier: Apache-2.0 */
/* The tables of a tariff document, and what looks into them. */
#ifndef MBILL__TABLE_READ_H
#define MBILL__TABLE_READ_H

#include "document/json.h"
#include "tariff/tariff.h"

/* "tables": one member a table. */
mbill_status mbill__tables_read(mbill_tariff *tariff, const mbill__node *tables, mbill_error *err);

/* Whether a rate is looked up: {"table": …, "by": …}. */
bool mbill__is_lookup(const mbill__node *node);

/* Which table, and by which input. */
mbill_status mbill__lookup_read(const mbill_tariff *tariff, const mbill__node *object, int32_t *out_table, int32_t *out_by,
    mbill_error *err);

/* A table that nothing looks into is refused. */
mbill_status mbill__tables_check_used(const mbill_tariff *tariff, const mbill__node *root, mbill_error *err);

#endif
