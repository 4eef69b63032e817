/* SPDX-License-Identifier: Apache-2.0 */
/* Values as PostgreSQL sends them in binary (55.8 of its manual and the *send functions of its types). Changes when the store asks for values
 * of another type. */
#ifndef MBILL__WIRE_H
#define MBILL__WIRE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Numbers of types that never change (pg_type.dat). */
#define MBILL__WIRE_BOOL 16
#define MBILL__WIRE_BYTEA 17
#define MBILL__WIRE_NAME 19
#define MBILL__WIRE_INT8 20
#define MBILL__WIRE_INT2 21
#define MBILL__WIRE_INT4 23
#define MBILL__WIRE_TEXT 25
#define MBILL__WIRE_UNKNOWN 705
#define MBILL__WIRE_VARCHAR 1043
#define MBILL__WIRE_NUMERIC 1700

bool mbill__wire_is_whole(uint32_t type); /* numeric too: sum(bigint) is one */
bool mbill__wire_is_text(uint32_t type);

void mbill__wire_put(int64_t value, uint8_t out[8]);
/* false: the value is none of the type, no whole number, or does not fit. */
bool mbill__wire_whole(uint32_t type, const uint8_t *bytes, size_t len, int64_t *out);

#endif
