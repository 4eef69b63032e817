/* SPDX-License-Identifier: Apache-2.0 */
/* From a selection to accounts or meters, inside a transaction of the caller's. */
#ifndef MBILL__STORE_SELECT_H
#define MBILL__STORE_SELECT_H

#include "operate/selection.h"
#include "store/inner.h"

typedef struct mbill__selected {
    const mbill_allocator *allocator;
    int64_t *numbers; /* rising */
    size_t n, cap;
} mbill__selected;

/* The accounts that are meant; MBILL_E_NOT_FOUND: the place is not there. out: zero, or of a call before; mbill__selected_free, whatever comes. */
mbill_status mbill__select(mbill_store *store, const mbill__selection *selection, mbill__selected *out, mbill_error *err);

/* The same from text; NULL or no length: every account. */
mbill_status mbill__select_text(mbill_store *store, const char *json, size_t len, mbill__selected *out, mbill_error *err);

/* The meters that are meant, by id; not for mbill__selected_has. */
mbill_status mbill__select_meters(mbill_store *store, const char *json, size_t len, mbill__selected *out, mbill_error *err);

bool mbill__selected_has(const mbill__selected *selected, int64_t account_no);
void mbill__selected_free(mbill__selected *selected);

#endif
