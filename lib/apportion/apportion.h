/* SPDX-License-Identifier: Apache-2.0 */
/* What the functions of apportionment share: checked options, and one split by any method. */
#ifndef MBILL__APPORTION_H
#define MBILL__APPORTION_H

#include "apportion/pool.h"

#define MBILL__N_METHODS 6
#define MBILL__N_ZERO_POLICIES 4

/* Options as they are used: step at least 1. */
mbill_status mbill__apportion_ways_read(const mbill_apportion_options *given, mbill_apportion_options *out, mbill_error *err);
/* The same, with fallback weights where they may be needed. */
mbill_status mbill__apportion_options_read(const mbill_apportion_options *given, mbill_apportion_options *out, mbill_error *err);

/* MBILL_E_MISUSE unless scratch may hold words. */
mbill_status mbill__scratch_check(const void *scratch, size_t n, mbill_error *err);

/* A pool of the shares with their weights added up and, if that is asked for, their keys compared. scratch: n words. */
mbill_status mbill__pool_make(const mbill_share *shares, size_t n, const mbill_apportion_options *options, uint64_t *scratch,
    mbill__pool *out, mbill_error *err);

/* The zero policy: the pool's weights are others when all are 0. *out_owner: nobody pays. MBILL_E_ZERO_WEIGHT, MBILL_E_RANGE. */
mbill_status mbill__pool_replace_zero(mbill__pool *pool, const mbill_apportion_options *options, bool *out_owner,
    mbill_error *err);

/* One split; scratch: 2 x n words. Nothing is written on failure. */
mbill_status mbill__pool_split(mbill__pool *pool, int64_t total, const mbill_apportion_options *options, uint64_t *scratch,
    int64_t *out_amounts, int64_t *out_residual, mbill_error *err);

#endif
