/* SPDX-License-Identifier: Apache-2.0 */
/* Names that may stand once. */
#ifndef MBILL__OPERATE_NAMES_H
#define MBILL__OPERATE_NAMES_H

#include "base/memory.h"

/* *out_at: the first name that stands before it already; n: there is none. Linear; only MBILL_E_NOMEM. */
mbill_status mbill__names_unique(const char *const *names, size_t n, const mbill_allocator *allocator, size_t *out_at,
    mbill_error *err);

#endif
