/* SPDX-License-Identifier: Apache-2.0 */
/* Changes when another rule says which keyset is taken. */
#include "command/keyset.h"

#include "command/envelope.h"
#include "command/role.h"
#include "command/signer.h"
#include "command/target.h"

#include <string.h>

mbill_status mbill_keyset_sign(mbill_signer *signer, mbill_bytes realm, mbill_bytes in, uint8_t *out, size_t cap, size_t *out_len,
    mbill_error *err)
{
    mbill__message before;
    mbill_keyset decoded;
    MBILL__NEED(signer);
    MBILL__NEED(out_len);
    if (cap > 0) MBILL__NEED(out);
    if (in.p == NULL) return mbill__fail(err, MBILL_E_MISUSE, "in is NULL");
    bool is_message = mbill__is_message(in);
    memset(&decoded, 0, sizeof decoded);
    if (is_message) MBILL_TRY(mbill__message_parse(in, MBILL_KEYSET_BYTES_MAX, MBILL_KEYSET_BYTES_MAX, &before, err));
    if (is_message && !before.is_by_many)
        return mbill__fail(err, MBILL_E_STRUCTURE, "a message by one, expected one that several sign");
    mbill_bytes payload = is_message ? before.payload : in;
    MBILL_TRY(mbill__keyset_decode(in, payload, &decoded, err));
    return mbill__message_cosign(signer, MBILL__DOMAIN_KEYSET, realm, payload, is_message ? &before : NULL, out, cap, out_len,
        err);
}

static mbill_status make(const mbill_allocator *given, mbill_keyset **out, mbill_error *err)
{
    mbill_allocator allocator;
    MBILL_TRY(mbill__allocator_read(&allocator, given, err));
    MBILL_TRY(mbill__sodium_ready(err));
    *out = mbill__alloc(&allocator, sizeof **out);
    if (*out == NULL) return mbill__fail(err, MBILL_E_NOMEM, "memory for a keyset could not be allocated");
    (*out)->allocator = allocator;
    return MBILL_OK;
}

mbill_status mbill_keyset_pin(const uint8_t *roots, size_t n_roots, uint32_t threshold, uint64_t version,
    const mbill_allocator *allocator, mbill_keyset **out_keyset, mbill_error *err)
{
    mbill_keyset *keyset;
    MBILL__NEED(out_keyset);
    *out_keyset = NULL;
    MBILL_TRY(mbill__sodium_ready(err));
    MBILL_TRY(mbill__roots_check(roots, n_roots, threshold, err));
    MBILL_TRY(make(allocator, &keyset, err));
    memcpy(keyset->roots, roots, n_roots * MBILL_KEY_BYTES);
    keyset->n_roots = n_roots;
    keyset->threshold = threshold;
    keyset->version = version;
    *out_keyset = keyset;
    return MBILL_OK;
}

/* Keys in the order of their names. */
static void keep_keys(const mbill_key *keys, size_t n, mbill_keyset *out)
{
    for (size_t i = 0; i < n; i++) {
        mbill_key key = keys[i];
        size_t at = out->n_keys++;
        mbill_kid(key.public_key, key.kid);
        key.role = mbill__role_of(key.commands);
        for (; at > 0 && memcmp(out->keys[at - 1].kid, key.kid, MBILL_KID_BYTES) > 0; at--) out->keys[at] = out->keys[at - 1];
        out->keys[at] = key;
    }
}

mbill_status mbill_keyset_trust(const mbill_key *keys, size_t n_keys, const mbill_allocator *allocator, mbill_keyset **out_keyset,
    mbill_error *err)
{
    const mbill_keyset_plan plan = {.keys = keys, .n_keys = n_keys};
    mbill_keyset *keyset;
    MBILL__NEED(out_keyset);
    *out_keyset = NULL;
    if (n_keys == 0) return mbill__fail(err, MBILL_E_RANGE, "no keys, expected 1 or more");
    MBILL_TRY(mbill__sodium_ready(err));
    MBILL_TRY(mbill__keys_check(&plan, err));
    MBILL_TRY(make(allocator, &keyset, err));
    keyset->threshold = UINT32_MAX; /* nobody can sign what would follow */
    keyset->exp_s = MBILL__SIGNED_TIME_MAX;
    keep_keys(keys, n_keys, keyset);
    *out_keyset = keyset;
    return MBILL_OK;
}

/* The root of that name; NULL: there is none. */
static const uint8_t *root_named(const mbill_keyset *keyset, const uint8_t *kid)
{
    uint8_t own[MBILL_KID_BYTES];
    for (size_t i = 0; i < keyset->n_roots; i++) {
        mbill_kid(keyset->roots[i], own);
        if (memcmp(own, kid, sizeof own) == 0) return keyset->roots[i];
    }
    return NULL;
}

static mbill_status check_threshold(const char *which, uint32_t n, uint32_t threshold, mbill_error *err)
{
    if (n >= threshold) return MBILL_OK;
    return mbill__fail(err, MBILL_E_THRESHOLD, "%u of the %s roots have signed, expected %u", (unsigned)n, which,
        (unsigned)threshold);
}

/* Enough of the old roots have signed, before anything of the payload is looked at. */
static mbill_status check_old(const mbill__message *message, mbill_bytes realm, const mbill_keyset *old, mbill_error *err)
{
    uint32_t n = 0;
    for (size_t i = 0; i < message->n_signatures; i++) {
        const uint8_t *root = root_named(old, message->signatures[i].kid);
        if (root == NULL) continue;
        MBILL_TRY(mbill__message_verify(message, i, MBILL__DOMAIN_KEYSET, realm, root, err));
        n++;
    }
    return check_threshold("old", n, old->threshold, err);
}

/* Enough of the new roots have signed, and nobody who is neither. */
static mbill_status check_new(const mbill__message *message, mbill_bytes realm, const mbill_keyset *old,
    const mbill_keyset *keyset, mbill_error *err)
{
    uint32_t n = 0;
    for (size_t i = 0; i < message->n_signatures; i++) {
        const uint8_t *kid = message->signatures[i].kid, *root = root_named(keyset, kid);
        bool is_checked = root_named(old, kid) != NULL;
        if (root == NULL && !is_checked)
            return mbill__fail_at(err, MBILL_E_KID_UNKNOWN, (int64_t)i, "signature %zu is of no root", i);
        if (!is_checked) MBILL_TRY(mbill__message_verify(message, i, MBILL__DOMAIN_KEYSET, realm, root, err));
        n += root != NULL;
    }
    return check_threshold("new", n, keyset->threshold, err);
}

static mbill_status take(mbill_bytes in, mbill_bytes realm, const mbill_keyset *previous, mbill_keyset *keyset, mbill_error *err)
{
    mbill__message message;
    mbill_keyset_plan plan;
    MBILL_TRY(mbill__message_parse(in, MBILL_KEYSET_BYTES_MAX, MBILL_KEYSET_BYTES_MAX, &message, err));
    if (!message.is_by_many)
        return mbill__fail_at(err, MBILL_E_STRUCTURE, 0, "a message by one, expected one that roots sign together");
    MBILL_TRY(check_old(&message, realm, previous, err));
    MBILL_TRY(mbill__keyset_decode(in, message.payload, keyset, err));
    MBILL_TRY(check_new(&message, realm, previous, keyset, err));
    MBILL_TRY(mbill_keyset_plan_of(keyset, &plan, err));
    MBILL_TRY(mbill__keyset_check(&plan, err));
    if (keyset->version > previous->version) return MBILL_OK;
    return mbill__fail(err, MBILL_E_KEYSET_VERSION, "version %llu, expected one above %llu", (unsigned long long)keyset->version,
        (unsigned long long)previous->version);
}

mbill_status mbill_keyset_open(mbill_bytes in, mbill_bytes realm, const mbill_keyset *previous, const mbill_allocator *allocator,
    mbill_keyset **out_keyset, mbill_error *err)
{
    mbill_keyset *keyset;
    MBILL__NEED(out_keyset);
    *out_keyset = NULL;
    MBILL__NEED(previous);
    MBILL_TRY(make(allocator, &keyset, err));
    mbill_status status = take(in, realm, previous, keyset, err);
    if (status != MBILL_OK) {
        mbill_keyset_free(keyset);
        return status;
    }
    *out_keyset = keyset;
    return MBILL_OK;
}

void mbill_keyset_free(mbill_keyset *keyset)
{
    if (keyset == NULL) return;
    mbill_allocator allocator = keyset->allocator;
    mbill__release(&allocator, keyset, sizeof *keyset);
}

mbill_status mbill_keyset_plan_of(const mbill_keyset *keyset, mbill_keyset_plan *out_plan, mbill_error *err)
{
    MBILL__NEED(keyset);
    MBILL__NEED(out_plan);
    *out_plan = (mbill_keyset_plan){(uint32_t)sizeof *out_plan, keyset->threshold, keyset->version, keyset->exp_s,
        keyset->roots[0], keyset->n_roots, keyset->keys, keyset->n_keys};
    return MBILL_OK;
}

const mbill_key *mbill_keyset_key(const mbill_keyset *keyset, const uint8_t kid[8])
{
    size_t low = 0, high = keyset != NULL && kid != NULL ? keyset->n_keys : 0;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        int order = memcmp(keyset->keys[middle].kid, kid, MBILL_KID_BYTES);
        if (order == 0) return &keyset->keys[middle];
        if (order < 0) low = middle + 1;
        else high = middle;
    }
    return NULL;
}
