/* SPDX-License-Identifier: Apache-2.0 */
/* One member of a document that a row has: databases differ in how they would read it. */
#ifndef MBILL__STORE_MEMBER_H
#define MBILL__STORE_MEMBER_H

#include "document/json.h"

/* The text of a member at the top of json[0..len); NULL: it has none. *out_text lives with *out_document, which mbill__json_free ends; NULL
 * after a failure. */
mbill_status mbill__member_text(const char *json, size_t len, const char *key, const mbill_allocator *allocator,
    mbill__json **out_document, const char **out_text, mbill_error *err);

#endif
