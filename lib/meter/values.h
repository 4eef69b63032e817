/* SPDX-License-Identifier: Apache-2.0 */
/* One value of a usage document, exactly or rounded to micro-units. */
#ifndef MBILL__VALUES_H
#define MBILL__VALUES_H

#include "document/json.h"

/* round false: as mbill__node_decimal. round true: digits past the sixth are rounded half_even, exactly, however many there
 * are. */
mbill_status mbill__value_read(const mbill__node *node, bool round, int64_t *out_micro, mbill_error *err);

#endif
