/* SPDX-License-Identifier: Apache-2.0 */
/* Tables of a meter, as their parts share them. */
#ifndef MBILL__METER_TABLES_H
#define MBILL__METER_TABLES_H

#include "tariff/meter_plan.h"

/* Everything that tables name is there, and rises where it must; E_INVALID. */
mbill_status mbill__meter_tables_whole(const mbill_meter_tables *tables, mbill_error *err);

/* The bytes of 64 lower-case hexadecimal digits; false: something else. */
bool mbill__meter_hash_read(const char *hex, uint8_t out[32]);

#endif
