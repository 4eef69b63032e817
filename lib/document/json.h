/* SPDX-License-Identifier: Apache-2.0 */
/* Strict JSON in: cJSON behind a reader that knows where it stands. Text is checked first (clean UTF-8, no byte-order mark, no
 * trailing text, depth and size limits, no escape that makes a NUL or a lone surrogate, numbers only whole below 2^31); every
 * refusal carries a JSON pointer and one plain sentence. A node is a small value on the caller's stack that points to its parent,
 * so that the pointer is built only when something is wrong; a parent must outlive its children, and the document all of them.
 * One document belongs to one thread at a time: reading a decimal marks it. err may be NULL in every call. */
#ifndef MBILL__JSON_H
#define MBILL__JSON_H

#include "base/fail.h"
#include "base/memory.h"

#define MBILL__JSON_SIZE_MAX ((size_t)64 * 1024 * 1024)
#define MBILL__JSON_DEPTH_MAX 32

typedef struct mbill__json mbill__json; /* a parsed document; owns all text */

typedef enum mbill__json_kind {
    MBILL__JSON_NULL = 1,
    MBILL__JSON_BOOL,
    MBILL__JSON_WHOLE,
    MBILL__JSON_TEXT,
    MBILL__JSON_LIST,
    MBILL__JSON_OBJECT
} mbill__json_kind;

typedef struct mbill__node {
    void *item;                       /* the cJSON item */
    const struct mbill__node *parent; /* NULL at the root */
    const char *key;                  /* member name in an object, NULL in a list */
    size_t index;                     /* place in the list or object */
} mbill__node;

/* Read text[0..len), which need not end in NUL and is not kept. allocator: NULL = libc; the tree itself is cJSON's and comes from
 * malloc. *out is NULL on failure. E_SYNTAX, E_ENCODING, E_LIMIT, E_NUMBER (a JSON number other than a whole count),
 * E_DUPLICATE_KEY, E_NOMEM. Cost: linear in len, plus n log n key comparisons in an object of n keys; memory up to about 40 bytes
 * a byte of text. */
mbill_status mbill__json_read(const char *text, size_t len, const mbill_allocator *allocator, mbill__json **out,
    mbill_error *err);
/* The same for a document that holds secrets: its texts are overwritten before they are freed, also when it is refused. */
mbill_status mbill__json_read_secret(const char *text, size_t len, const mbill_allocator *allocator, mbill__json **out,
    mbill_error *err);
void mbill__json_free(mbill__json *document); /* NULL is allowed */
mbill__node mbill__json_root(mbill__json *document);

mbill__json_kind mbill__node_kind(const mbill__node *node);
size_t mbill__node_count(const mbill__node *list_or_object); /* walks the list: linear; 0 for anything else */

/* Walk a list or an object in order: `for (bool more = mbill__node_first(&list, &child); more; more = mbill__node_next(&child))`.
 * Each step is O(1). child must not be *parent. */
bool mbill__node_first(const mbill__node *parent, mbill__node *child); /* false: empty, or not a list or object */
bool mbill__node_next(mbill__node *child);                             /* false: that was the last; child stays on it */

/* Members by name, compared byte by byte (upper and lower case differ); linear in the members. */
bool mbill__node_get(const mbill__node *object, const char *key, mbill__node *out); /* false: absent (or not an object) */
/* E_MISSING_KEY: the pointer names where the key should stand. */
mbill_status mbill__node_need(const mbill__node *object, const char *key, mbill__node *out, mbill_error *err);

/* Each of these refuses the wrong JSON type by name with E_TYPE ("expected text, found a list"); outputs are untouched on
 * failure. */

/* Is an object with no other keys than these; E_UNKNOWN_KEY names the key and, if one is near, the one meant, and points to the
 * key. known_keys NULL: any key is allowed. */
mbill_status mbill__node_object(const mbill__node *node, const char *const *known_keys, size_t n_known, mbill_error *err);
mbill_status mbill__node_list(const mbill__node *node, size_t min_count, mbill_error *err); /* E_INVALID: fewer entries */
/* NUL-terminated, lives with the document; may be empty. */
mbill_status mbill__node_text(const mbill__node *node, const char **out, mbill_error *err);
/* A name: 1-64 bytes, first an ASCII letter or digit or any non-ASCII character, then the same and '_', '-', '.'; else E_INVALID.
 * */
mbill_status mbill__node_name(const mbill__node *node, const char **out, mbill_error *err);
mbill_status mbill__node_key_name(const mbill__node *member, const char **out,
    mbill_error *err); /* the key of an object's member, which must be a name too */
/* A decimal as text, or a whole JSON number below 2^31; remembers that it is a decimal, for the canonical form. scale 0..9.
 * Refused as mbill_decimal_parse does (E_NUMBER, E_DIGITS, E_OVERFLOW), at this node. */
mbill_status mbill__node_decimal(const mbill__node *node, int32_t scale, int64_t *out, mbill_error *err);
/* The same of a member that must be there. */
mbill_status mbill__node_need_decimal(const mbill__node *object, const char *key, int32_t scale, int64_t *out, mbill_error *err);
/* A JSON whole number from min to max; E_RANGE. */
mbill_status mbill__node_whole(const mbill__node *node, int64_t min, int64_t max, int64_t *out, mbill_error *err);
/* The same of a member that must be there; _int for bounds inside int32_t. */
mbill_status mbill__node_need_whole(const mbill__node *object, const char *key, int64_t min, int64_t max, int64_t *out,
    mbill_error *err);
mbill_status mbill__node_need_int(const mbill__node *object, const char *key, int32_t min, int32_t max, int32_t *out,
    mbill_error *err);
/* A time in a document that knows no zone: it says its own offset from UTC; else E_AMBIGUOUS. */
mbill_status mbill__node_instant(const mbill__node *node, int64_t *out_utc_s, mbill_error *err);
mbill_status mbill__node_bool(const mbill__node *node, bool *out, mbill_error *err);
/* Text that is one of words; else E_INVALID, and the message lists them. */
mbill_status mbill__node_word(const mbill__node *node, const char *const *words, size_t n_words, int32_t *out_index,
    mbill_error *err);
/* The same of a member that must be there. */
mbill_status mbill__node_need_word(const mbill__node *object, const char *key, const char *const *words, size_t n_words,
    int32_t *out_index, mbill_error *err);

/* Fail at this node: the JSON pointer becomes err->path (cut to its room, the head kept; control characters in keys become '?').
 * */
mbill_status mbill__node_fail(const mbill__node *node, mbill_error *err, mbill_status status, const char *format, ...)
    MBILL__PRINTF(4, 5);
/* Put this node's pointer into err->path of a failure that was raised below without one; returns err's status (pass the status
 * in). MBILL_OK and an err that has a path already are left alone. */
mbill_status mbill__node_place(const mbill__node *node, mbill_error *err, mbill_status status);

/* The header that every document has: "meterbill": 1 and "kind". optional: a document without "kind" is taken (tariffs).
 * E_TYPE, E_MISSING_KEY, E_VERSION (another version of the form), E_INVALID (another kind). */
mbill_status mbill__json_header(const mbill__node *root, const char *kind, bool optional, mbill_error *err);
/* The same of what may stand inside another document or come without a header: none at all, or a whole one. */
mbill_status mbill__json_header_or_none(const mbill__node *object, const char *kind, mbill_error *err);

/* Canonical form: keys sorted by bytes, no space, no escapes but the needed ones. What was read with mbill__node_decimal is
 * written as text in its shortest form: "7.50", "7.5" → "7.5"; "7", 7 → "7"; the other whole numbers stay numbers. Reading the
 * canonical form and writing it again gives the same bytes. Out of memory shows in mbill__buffer_check(out). */
void mbill__json_canonical(const mbill__node *node, mbill__buffer *out);

#endif
