/* SPDX-License-Identifier: Apache-2.0 */
/* The keys of a document, by name, for the requests that use them. */
#ifndef MBILL__TOKEN_KEYS_H
#define MBILL__TOKEN_KEYS_H

#include "document/json.h"
#include "meterbill/token.h"
#include "meterbill/token_document.h"

typedef struct mbill__token_key {
    const char *name;
    bool is_sts;
    mbill_sts_key sts;
    mbill_openpaygo_device openpaygo;
} mbill__token_key;

struct mbill_token_keys {
    mbill_allocator allocator;
    mbill__arena arena;
    mbill__token_key *list; /* in libsodium's guarded memory */
    size_t n;
    mbill_sts_tables tables;
    bool has_tables;
};

/* NULL: the caller's tables are not there. */
const mbill_sts_tables *mbill__token_tables(const mbill_token_keys *keys);

/* The key that a node names, of the protocol; E_NOT_FOUND, E_INVALID. */
mbill_status mbill__token_key_named(const mbill_token_keys *keys, const mbill__node *name, bool is_sts,
    const mbill__token_key **out, mbill_error *err);

/* Lower- or upper-case hex of exactly n bytes; the refusal does not show the text. */
mbill_status mbill__node_hex(const mbill__node *node, uint8_t *out, size_t n, mbill_error *err);

#endif
