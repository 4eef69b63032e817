/* SPDX-License-Identifier: Apache-2.0 */
/* Whether a charge is due. */
#ifndef MBILL__CONDITION_H
#define MBILL__CONDITION_H

#include "tariff/resolve.h"

mbill_status mbill__charge_is_due(const mbill__scope *scope, const mbill__charge *charge, bool *out_due, mbill_error *err);

#endif
