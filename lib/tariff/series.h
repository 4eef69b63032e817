/* SPDX-License-Identifier: Apache-2.0 */
/* Charges whose rate is a price series. */
#ifndef MBILL__SERIES_H
#define MBILL__SERIES_H

#include "tariff/lines.h"

/* Lines of the charge under way: one for each run of steps of equal rate, none where nothing was used. */
mbill_status mbill__series_price(const mbill__scope *scope, const mbill__charge *charge, mbill__lines *lines, mbill_error *err);

#endif
