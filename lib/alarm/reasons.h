/* SPDX-License-Identifier: Apache-2.0 */
/* Everything that is wrong with a configuration, not only the first of it: a list of the caller's that is filled as far as it goes. */
#ifndef MBILL__REASONS_H
#define MBILL__REASONS_H

#include "base/fail.h"

typedef struct mbill__reasons {
    mbill_error *out;    /* room for cap, may be NULL if that is 0 */
    size_t cap, n;       /* n: reasons met, also those there was no room for */
    mbill_error *first;  /* NULL, or filled with the first */
    mbill_status status; /* of the first; MBILL_OK: none */
    const char *at;      /* pointer of the document's part that is looked at; "" at the root */
} mbill__reasons;

mbill__reasons mbill__reasons_start(mbill_error *out, size_t cap, mbill_error *first);
/* One reason, at the pointer `at` + member ("/on_s"). */
void mbill__reasons_add(mbill__reasons *reasons, mbill_status status, const char *member, const char *format, ...)
    MBILL__PRINTF(4, 5);
/* A call failed and said why: its reason, with its own pointer. MBILL_OK adds nothing. */
void mbill__reasons_take(mbill__reasons *reasons, mbill_status status, const mbill_error *why);

#endif
