/* SPDX-License-Identifier: Apache-2.0 */
/* Items of CJ/T 188 as members of documents, out and in. */
#ifndef MBILL__CJT188_ITEM_H
#define MBILL__CJT188_ITEM_H

#include "document/json.h"
#include "document/write.h"
#include "frame/cjt188_inner.h"

void mbill__cjt188_put_items(mbill__writer *to, const mbill_cjt188_value *value, const mbill_cjt188_profile *profile);

/* Items of a layout out of a document; known: the profile with its defaults. *out_has: all of them are there; if not, nothing is said
 * to be wrong. */
mbill_status mbill__cjt188_take_items(const mbill__node *root, const mbill__188_layout *layout, const mbill_cjt188_profile *known,
    mbill_cjt188_value *value, bool *out_has, mbill_error *err);

#endif
