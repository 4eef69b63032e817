/* SPDX-License-Identifier: Apache-2.0 */
/* The methods that cut or round every share alone and say what is over. */
#ifndef MBILL__APPORTION_EACH_H
#define MBILL__APPORTION_EACH_H

#include "apportion/pool.h"

/* method: HALF_UP_EACH, FLOOR_EACH, FIRST or ABSORB; pool->sum > 0. *out_over: what of the whole the amounts leave. MBILL_E_OVERFLOW. */
mbill_status mbill__each_share(const mbill__pool *pool, const mbill__whole *whole, int32_t method, size_t absorber,
    int64_t *out_amounts, int64_t *out_over, mbill_error *err);

#endif
