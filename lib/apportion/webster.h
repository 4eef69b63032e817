/* SPDX-License-Identifier: Apache-2.0 */
/* Webster's method over a pool. */
#ifndef MBILL__APPORTION_WEBSTER_H
#define MBILL__APPORTION_WEBSTER_H

#include "apportion/pool.h"

/* Fill parts with the units of each share; pool->sum > 0. heap: room for n words. MBILL_E_DUPLICATE_KEY: parts are then of no use. */
mbill_status mbill__webster(const mbill__pool *pool, uint64_t units, uint64_t *heap, uint64_t *parts, mbill_error *err);

#endif
