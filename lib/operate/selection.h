/* SPDX-License-Identifier: Apache-2.0 */
/* Which accounts, or which meters, are meant, as a part of other documents: {"under": "east-7", "tags": ["old"], "utility": "water", "register":
 * "volume", "behind": "M-1"}. All that is said must hold; an empty object means every one. The store finds them: mbill__select of store/select.h. */
#ifndef MBILL__OPERATE_SELECTION_H
#define MBILL__OPERATE_SELECTION_H

#include "document/json.h"

typedef struct mbill__selection {
    const char *under;       /* accounts at this place or at one inside it; NULL: any */
    const char *utility;     /* accounts with a contract of it; NULL: any */
    const char *reg;         /* … that a meter with a register of this name measures */
    const char *behind;      /* … that a meter behind this one measures */
    const char *const *tags; /* each is the account's, its place's, or that of a place above; NULL: none asked */
    size_t n_tags;
} mbill__selection;

/* Texts live in the arena. */
mbill_status mbill__selection_read(const mbill__node *node, mbill__arena *arena, mbill__selection *out, mbill_error *err);

/* A list of names, each once, in the arena. */
mbill_status mbill__names_read(const mbill__node *list, mbill__arena *arena, const char *const **out, size_t *out_n,
    mbill_error *err);

/* As a JSON list, for a statement that takes any number of names as one value. */
void mbill__names_write(const char *const *names, size_t n, mbill__buffer *out);

#endif
