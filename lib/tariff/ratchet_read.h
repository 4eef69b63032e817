/* SPDX-License-Identifier: Apache-2.0 */
/* The forms of "floor" and "ratchet" of a quantity that is a peak. */
#ifndef MBILL__RATCHET_READ_H
#define MBILL__RATCHET_READ_H

#include "document/json.h"
#include "tariff/tariff.h"

/* Both, where they are there; a ratchet takes places in the position. The peak's span is read already. */
mbill_status mbill__ratchet_read(mbill_tariff *tariff, const mbill__node *quantity, mbill__peak *out, mbill_error *err);

#endif
