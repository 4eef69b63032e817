/* SPDX-License-Identifier: Apache-2.0 */
/* Strict JSON in: cJSON behind a reader that knows where it stands. Text is checked first (clean UTF-8, no byte-order mark, no trailing
 * text, depth and size limits, no escape that makes a NUL or a lone surrogate, numbers only whole below 2^31); every refusal carries a
 * JSON pointer and one plain sentence. A node is a small value on the caller's stack that points to its parent, so that the pointer is
 * built only when something is wrong; a parent must outlive its children. */
#ifndef MBILL__JSON_H
#define MBILL__JSON_H

#include "base/fail.h"
#include "base/memory.h"

#define MBILL__JSON_SIZE_MAX ((size_t)64 * 1024 * 1024)
#define MBILL__JSON_DEPTH_MAX 32

typedef struct mbill__json mbill__json; /* a parsed document; owns all text */

typedef enum mbill__json_kind {
    MBILL__JSON_NULL = 1, MBILL__JSON_BOOL, MBILL__JSON_WHOLE, MBILL__JSON_TEXT, MBILL__JSON_LIST, MBILL__JSON_OBJECT
} mbill__json_kind;

typedef struct mbill__node {
    void *item;                       /* the cJSON item */
    const struct mbill__node *parent; /* NULL at the root */
    const char *key;                  /* member name in an object, NULL in a list */
    size_t index;                     /* place in the list or object */
} mbill__node;

mbill_status mbill__json_read(const char *text, size_t len, const mbill_allocator *allocator, mbill__json **out, mbill_error *err);
void mbill__json_free(mbill__json *document);
mbill__node mbill__json_root(mbill__json *document);

mbill__json_kind mbill__node_kind(const mbill__node *node);
size_t mbill__node_count(const mbill__node *list_or_object);

/* Walk a list or an object in order: `for (bool more = mbill__node_first(&list, &child); more; more = mbill__node_next(&child))` */
bool mbill__node_first(const mbill__node *parent, mbill__node *child); /* false: empty, or not a list or object */
bool mbill__node_next(mbill__node *child);

bool mbill__node_get(const mbill__node *object, const char *key, mbill__node *out); /* false: absent (or not an object) */
mbill_status mbill__node_need(const mbill__node *object, const char *key, mbill__node *out, mbill_error *err);

/* Each of these refuses the wrong JSON type by name ("expected text, found a list"). */
mbill_status mbill__node_object(const mbill__node *node, const char *const *known_keys, size_t n_known, mbill_error *err); /* is an object, no other keys: E_UNKNOWN_KEY names the key and, if near, the one meant */
mbill_status mbill__node_list(const mbill__node *node, size_t min_count, mbill_error *err);
mbill_status mbill__node_text(const mbill__node *node, const char **out, mbill_error *err);            /* NUL-terminated, lives with the document; may be empty */
mbill_status mbill__node_name(const mbill__node *node, const char **out, mbill_error *err);            /* a name: 1-64 bytes, first a letter or digit, then letters, digits, '_', '-', '.', or any non-ASCII UTF-8; */
mbill_status mbill__node_decimal(const mbill__node *node, int32_t scale, int64_t *out, mbill_error *err); /* decimal as text, or a whole JSON number below 2^31; remembers that it is a decimal, for the canonical form */
mbill_status mbill__node_whole(const mbill__node *node, int64_t min, int64_t max, int64_t *out, mbill_error *err); /* a JSON whole number */
mbill_status mbill__node_bool(const mbill__node *node, bool *out, mbill_error *err);
mbill_status mbill__node_word(const mbill__node *node, const char *const *words, size_t n_words, int32_t *out_index, mbill_error *err); /* text that is one of words; the message lists them */

/* Fail at this node: the JSON pointer becomes err->path. */
mbill_status mbill__node_fail(const mbill__node *node, mbill_error *err, mbill_status status, const char *format, ...) MBILL__PRINTF(4, 5);
/* Put this node's pointer into err->path of a failure that was raised below without one; returns err's status (pass the status in). */
mbill_status mbill__node_place(const mbill__node *node, mbill_error *err, mbill_status status);

/* The header that every document has: "meterbill": 1 and "kind". optional: a document without "kind" is taken (tariffs). */
mbill_status mbill__json_header(const mbill__node *root, const char *kind, bool optional, mbill_error *err);

/* Canonical form: keys sorted by bytes, no space, no escapes but the needed ones, values read as decimals normalised ("7.50" → "7.5"). */
void mbill__json_canonical(const mbill__node *node, mbill__buffer *out);

#endif
