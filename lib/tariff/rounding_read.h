/* SPDX-License-Identifier: Apache-2.0 */
/* The form of a rounding rule in a document. */
#ifndef MBILL__ROUNDING_READ_H
#define MBILL__ROUNDING_READ_H

#include "document/json.h"
#include "tariff/tariff.h"

/* "none" or {"step", "how"}. */
mbill_status mbill__rounding_read(const mbill__node *node, mbill__rounding *out, mbill_error *err);

#endif
