/* SPDX-License-Identifier: Apache-2.0 */
/* A split request in memory and what came of it: shared by its reader and its writer. */
#ifndef MBILL__APPORTION_SPLIT_H
#define MBILL__APPORTION_SPLIT_H

#include "base/memory.h"
#include "document/json.h"
#include "meterbill/split.h"

struct mbill_split {
    mbill__arena arena;
    int32_t scale; /* places of amounts */
    int64_t total, residual;
    mbill_apportion_options options;
    size_t n;
    mbill_share *shares;
    const char **names; /* NULL: not said */
    mbill_split_part *parts;
};

/* count x size bytes that live with the split, zeroed; NULL: no memory. */
void *mbill__split_take(mbill_split *split, size_t count, size_t size);
mbill_status mbill__split_no_memory(mbill_error *err);

#endif
