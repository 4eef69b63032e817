/* SPDX-License-Identifier: Apache-2.0 */
/* A JSON pointer (RFC 6901) built step by step in the room that mbill_error has for it. */
#ifndef MBILL__PATH_H
#define MBILL__PATH_H

#include "meterbill/status.h"

#include <stdbool.h>
#include <stddef.h>

typedef struct mbill__path {
    char text[sizeof ((mbill_error *)0)->path]; /* always NUL-terminated */
    size_t len;
    bool full; /* something was cut; later steps are dropped, so that text is always a head of the whole pointer */
} mbill__path;

void mbill__path_start(mbill__path *path); /* the whole document: "" */
void mbill__path_key(mbill__path *path, const char *key, size_t len); /* '~' and '/' are escaped; control characters become '?' */
void mbill__path_index(mbill__path *path, size_t index);

#endif
