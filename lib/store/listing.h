/* SPDX-License-Identifier: Apache-2.0 */
/* What the store has of one kind, as a document with one list, read in one transaction. Changes when such documents get another frame. */
#ifndef MBILL__LISTING_H
#define MBILL__LISTING_H

#include "document/write.h"
#include "store/inner.h"

/* Writes the members of the list. On failure the rollback ends a query that is under way. */
typedef mbill_status mbill__listing_rows(mbill_store *store, const void *asked, mbill__writer *to, mbill_error *err);

/* {"meterbill":1,"kind":kind,list:[…]} with the bytes and the two calls of mbill__buffer_copy. */
mbill_status mbill__listing(mbill_store *store, const char *kind, const char *list, mbill__listing_rows *rows, const void *asked,
    char *out_text, size_t *inout_len, mbill_error *err);

#endif
