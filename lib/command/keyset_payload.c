/* SPDX-License-Identifier: Apache-2.0 */
/* What roots sign: {4: exp, -1: version, -2: threshold, -3: [root], -4: [[kid, public key, nbf, exp, commands, prefix, lifetime, {? 1: commands a day, ? 2: micro-units
 * a day}]]}. Changes when a keyset says something else. */
#include "command/cbor.h"
#include "command/keyset.h"
#include "command/role.h"
#include "command/signer.h"
#include "command/target.h"

#include <string.h>

enum { LABEL_EXP = 4, LABEL_VERSION = -1, LABEL_THRESHOLD = -2, LABEL_ROOTS = -3, LABEL_KEYS = -4, N_LABELS = 5 };
enum { KEY_PARTS = 8, QUOTA_COMMANDS = 1, QUOTA_MICRO = 2 };

/* ---- what it must be ---- */

static const uint8_t *root_at(const uint8_t *roots, size_t nth)
{
    return roots + nth * MBILL_KEY_BYTES;
}

mbill_status mbill__roots_check(const uint8_t *roots, size_t n_roots, uint32_t threshold, mbill_error *err)
{
    if (n_roots == 0 || n_roots > MBILL_SIGNERS_MAX)
        return mbill__fail(err, MBILL_E_RANGE, "%zu roots, expected 1 to %d", n_roots, MBILL_SIGNERS_MAX);
    MBILL__NEED(roots);
    if (threshold == 0 || threshold > n_roots)
        return mbill__fail(err, MBILL_E_RANGE, "a threshold of %u with %zu roots", (unsigned)threshold, n_roots);
    for (size_t i = 0; i < n_roots; i++) {
        if (!mbill__is_public_key(root_at(roots, i)))
            return mbill__fail_at(err, MBILL_E_INVALID, (int64_t)i, "root %zu is no point of the curve", i);
        for (size_t j = 0; j < i; j++)
            if (memcmp(root_at(roots, i), root_at(roots, j), MBILL_KEY_BYTES) == 0)
                return mbill__fail_at(err, MBILL_E_DUPLICATE_KEY, (int64_t)i, "root %zu is root %zu again", i, j);
    }
    return MBILL_OK;
}

static mbill_status check_key(const mbill_key *key, size_t nth, mbill_error *err)
{
    int64_t at = (int64_t)nth;
    size_t n_prefix = mbill__target_len(key->prefix);
    if (!mbill__is_public_key(key->public_key))
        return mbill__fail_at(err, MBILL_E_INVALID, at, "key %zu is no point of the curve", nth);
    if (mbill__role_of(key->commands) == 0)
        return mbill__fail_at(err, MBILL_E_ROLE, at, "key %zu has commands %x, expected some of one role", nth,
            (unsigned)key->commands);
    if (!mbill__is_signed_time(key->nbf_s) || !mbill__is_signed_time(key->exp_s) || key->exp_s <= key->nbf_s)
        return mbill__fail_at(err, MBILL_E_INVALID, at, "key %zu has a span that ends before it begins, or out of range", nth);
    if (key->lifetime_s < 1 || key->lifetime_s > MBILL__SIGNED_TIME_MAX)
        return mbill__fail_at(err, MBILL_E_RANGE, at, "key %zu has a longest lifetime of %lld s, expected 1 or more", nth,
            (long long)key->lifetime_s);
    if (key->quota_commands < -1 || key->quota_micro < -1)
        return mbill__fail_at(err, MBILL_E_RANGE, at, "key %zu has a quota below 0, expected -1 for none", nth);
    if (!mbill__is_prefix(key->prefix, n_prefix))
        return mbill__fail_at(err, MBILL_E_INVALID, at, "key %zu has a prefix with other characters than 0-9, a-z and /", nth);
    return MBILL_OK;
}

static bool are_one_key(const uint8_t *a, const uint8_t *b)
{
    uint8_t kid_a[MBILL_KID_BYTES], kid_b[MBILL_KID_BYTES];
    mbill_kid(a, kid_a);
    mbill_kid(b, kid_b);
    return memcmp(kid_a, kid_b, MBILL_KID_BYTES) == 0;
}

static mbill_status check_apart(const mbill_keyset_plan *plan, size_t nth, mbill_error *err)
{
    const uint8_t *key = plan->keys[nth].public_key;
    for (size_t i = 0; i < nth; i++)
        if (are_one_key(plan->keys[i].public_key, key))
            return mbill__fail_at(err, MBILL_E_DUPLICATE_KEY, (int64_t)nth, "keys %zu and %zu have one name", i, nth);
    for (size_t i = 0; i < plan->n_roots; i++)
        if (are_one_key(root_at(plan->roots, i), key))
            return mbill__fail_at(err, MBILL_E_DUPLICATE_KEY, (int64_t)nth, "key %zu is root %zu, expected another", nth, i);
    return MBILL_OK;
}

mbill_status mbill__keyset_check(const mbill_keyset_plan *plan, mbill_error *err)
{
    if (plan->version == 0 || plan->version > INT64_MAX)
        return mbill__fail(err, MBILL_E_RANGE, "a version out of range, expected 1 or more");
    if (!mbill__is_signed_time(plan->exp_s))
        return mbill__fail(err, MBILL_E_RANGE, "an end of %lld s out of range", (long long)plan->exp_s);
    MBILL_TRY(mbill__roots_check(plan->roots, plan->n_roots, plan->threshold, err));
    return mbill__keys_check(plan, err);
}

mbill_status mbill__keys_check(const mbill_keyset_plan *plan, mbill_error *err)
{
    if (plan->n_keys > MBILL_KEYS_MAX)
        return mbill__fail(err, MBILL_E_RANGE, "%zu keys, expected %d at most", plan->n_keys, MBILL_KEYS_MAX);
    if (plan->n_keys > 0) MBILL__NEED(plan->keys);
    for (size_t i = 0; i < plan->n_keys; i++) {
        MBILL_TRY(check_key(&plan->keys[i], i, err));
        MBILL_TRY(check_apart(plan, i, err));
    }
    return MBILL_OK;
}

/* ---- out ---- */

static void put_quota(mbill__cbor_out *out, const mbill_key *key)
{
    mbill__cbor_put_head(out, MBILL__CBOR_MAP, (uint64_t)(key->quota_commands >= 0) + (uint64_t)(key->quota_micro >= 0));
    if (key->quota_commands >= 0) {
        mbill__cbor_put_int(out, QUOTA_COMMANDS);
        mbill__cbor_put_int(out, key->quota_commands);
    }
    if (key->quota_micro >= 0) {
        mbill__cbor_put_int(out, QUOTA_MICRO);
        mbill__cbor_put_int(out, key->quota_micro);
    }
}

static void put_key(mbill__cbor_out *out, const mbill_key *key)
{
    uint8_t kid[MBILL_KID_BYTES];
    mbill_kid(key->public_key, kid);
    mbill__cbor_put_head(out, MBILL__CBOR_ARRAY, KEY_PARTS);
    mbill__cbor_put_bytes(out, kid, sizeof kid);
    mbill__cbor_put_bytes(out, key->public_key, MBILL_KEY_BYTES);
    mbill__cbor_put_int(out, key->nbf_s);
    mbill__cbor_put_int(out, key->exp_s);
    mbill__cbor_put_head(out, MBILL__CBOR_UINT, key->commands);
    mbill__cbor_put_text(out, key->prefix);
    mbill__cbor_put_int(out, key->lifetime_s);
    put_quota(out, key);
}

/* The place of the one that is next above `last` (NULL: the least). */
static size_t next_root(const mbill_keyset_plan *plan, const uint8_t *last)
{
    size_t best = plan->n_roots;
    for (size_t i = 0; i < plan->n_roots; i++) {
        if (last != NULL && memcmp(root_at(plan->roots, i), last, MBILL_KEY_BYTES) <= 0) continue;
        if (best == plan->n_roots || memcmp(root_at(plan->roots, i), root_at(plan->roots, best), MBILL_KEY_BYTES) < 0) best = i;
    }
    return best;
}

static size_t next_key(const mbill_keyset_plan *plan, uint8_t (*kids)[MBILL_KID_BYTES], const uint8_t *last)
{
    size_t best = plan->n_keys;
    for (size_t i = 0; i < plan->n_keys; i++) {
        if (last != NULL && memcmp(kids[i], last, MBILL_KID_BYTES) <= 0) continue;
        if (best == plan->n_keys || memcmp(kids[i], kids[best], MBILL_KID_BYTES) < 0) best = i;
    }
    return best;
}

static void put_keyset(mbill__cbor_out *out, const mbill_keyset_plan *plan)
{
    uint8_t kids[MBILL_KEYS_MAX][MBILL_KID_BYTES];
    const uint8_t *last = NULL;
    for (size_t i = 0; i < plan->n_keys; i++) mbill_kid(plan->keys[i].public_key, kids[i]);
    mbill__cbor_put_head(out, MBILL__CBOR_MAP, N_LABELS);
    mbill__cbor_put_int(out, LABEL_EXP);
    mbill__cbor_put_int(out, plan->exp_s);
    mbill__cbor_put_int(out, LABEL_VERSION);
    mbill__cbor_put_head(out, MBILL__CBOR_UINT, plan->version);
    mbill__cbor_put_int(out, LABEL_THRESHOLD);
    mbill__cbor_put_head(out, MBILL__CBOR_UINT, plan->threshold);
    mbill__cbor_put_int(out, LABEL_ROOTS);
    mbill__cbor_put_head(out, MBILL__CBOR_ARRAY, plan->n_roots);
    for (size_t i = 0; i < plan->n_roots; i++) {
        last = root_at(plan->roots, next_root(plan, last));
        mbill__cbor_put_bytes(out, last, MBILL_KEY_BYTES);
    }
    mbill__cbor_put_int(out, LABEL_KEYS);
    mbill__cbor_put_head(out, MBILL__CBOR_ARRAY, plan->n_keys);
    last = NULL;
    for (size_t i = 0; i < plan->n_keys; i++) {
        size_t at = next_key(plan, kids, last);
        last = kids[at];
        put_key(out, &plan->keys[at]);
    }
}

mbill_status mbill_keyset_encode(const mbill_keyset_plan *plan, uint8_t *out, size_t cap, size_t *out_len, mbill_error *err)
{
    mbill__cbor_out payload = {out, cap, 0};
    mbill_keyset_plan known;
    MBILL__NEED(plan);
    MBILL__NEED(out_len);
    if (cap > 0) MBILL__NEED(out);
    MBILL_TRY(mbill__struct_read(&known, sizeof known, sizeof known, plan, err));
    MBILL_TRY(mbill__keyset_check(&known, err));
    put_keyset(&payload, &known);
    return mbill__cbor_end(&payload, out_len, err);
}

/* ---- in ---- */

static mbill_status take_label(mbill__cbor_in *in, int64_t expected, mbill_error *err)
{
    int64_t label;
    size_t at = in->at;
    MBILL_TRY(mbill__cbor_take_int(in, &label, err));
    return label == expected ? MBILL_OK : mbill__cbor_refuse(in, at, err, "another label than a keyset has there");
}

static mbill_status take_array(mbill__cbor_in *in, uint64_t least, uint64_t most, uint64_t *out_n, mbill_error *err)
{
    size_t at = in->at;
    MBILL_TRY(mbill__cbor_take(in, MBILL__CBOR_ARRAY, out_n, err));
    return *out_n >= least && *out_n <= most ? MBILL_OK
                                             : mbill__cbor_refuse(in, at, err, "an array of another length than a keyset has");
}

static mbill_status take_quota(mbill__cbor_in *in, mbill_key *key, mbill_error *err)
{
    uint64_t n;
    key->quota_commands = key->quota_micro = -1;
    MBILL_TRY(mbill__cbor_take(in, MBILL__CBOR_MAP, &n, err));
    for (uint64_t i = 0; i < n; i++) {
        int64_t label;
        size_t at = in->at;
        MBILL_TRY(mbill__cbor_take_int(in, &label, err));
        if (label == QUOTA_COMMANDS) MBILL_TRY(mbill__cbor_take_whole(in, INT64_MAX, &key->quota_commands, err));
        else if (label == QUOTA_MICRO) MBILL_TRY(mbill__cbor_take_whole(in, INT64_MAX, &key->quota_micro, err));
        else return mbill__cbor_refuse(in, at, err, "a quota of something else than commands and money");
    }
    return MBILL_OK;
}

static mbill_status take_prefix(mbill__cbor_in *in, mbill_key *key, mbill_error *err)
{
    mbill_bytes text;
    size_t at = in->at;
    MBILL_TRY(mbill__cbor_take_string(in, MBILL__CBOR_TEXT, 0, &text, err));
    if (!mbill__is_prefix((const char *)text.p, text.n)) return mbill__cbor_refuse(in, at, err, "a prefix with other characters");
    memcpy(key->prefix, text.p, text.n);
    return MBILL_OK;
}

static mbill_status take_key(mbill__cbor_in *in, mbill_key *key, mbill_error *err)
{
    uint8_t kid[MBILL_KID_BYTES];
    uint64_t n;
    int64_t commands = 0;
    size_t at = in->at;
    MBILL_TRY(take_array(in, KEY_PARTS, KEY_PARTS, &n, err));
    MBILL_TRY(mbill__cbor_take_copy(in, MBILL_KID_BYTES, key->kid, err));
    MBILL_TRY(mbill__cbor_take_copy(in, MBILL_KEY_BYTES, key->public_key, err));
    mbill_kid(key->public_key, kid);
    if (memcmp(kid, key->kid, sizeof kid) != 0) return mbill__cbor_refuse(in, at, err, "a key under another name than its own");
    MBILL_TRY(mbill__cbor_take_whole(in, MBILL__SIGNED_TIME_MAX, &key->nbf_s, err));
    MBILL_TRY(mbill__cbor_take_whole(in, MBILL__SIGNED_TIME_MAX, &key->exp_s, err));
    MBILL_TRY(mbill__cbor_take_whole(in, UINT32_MAX, &commands, err));
    key->commands = (uint32_t)commands;
    key->role = mbill__role_of(key->commands);
    MBILL_TRY(take_prefix(in, key, err));
    MBILL_TRY(mbill__cbor_take_whole(in, MBILL__SIGNED_TIME_MAX, &key->lifetime_s, err));
    return take_quota(in, key, err);
}

static mbill_status take_roots(mbill__cbor_in *in, mbill_keyset *out, mbill_error *err)
{
    uint64_t n;
    size_t at = in->at;
    MBILL_TRY(take_array(in, 1, MBILL_SIGNERS_MAX, &n, err));
    out->n_roots = (size_t)n;
    for (size_t i = 0; i < n; i++) {
        MBILL_TRY(mbill__cbor_take_copy(in, MBILL_KEY_BYTES, out->roots[i], err));
        if (i > 0 && memcmp(out->roots[i - 1], out->roots[i], MBILL_KEY_BYTES) >= 0)
            return mbill__cbor_refuse(in, at, err, "roots that do not rise");
    }
    return MBILL_OK;
}

static mbill_status take_keys(mbill__cbor_in *in, mbill_keyset *out, mbill_error *err)
{
    uint64_t n;
    size_t at = in->at;
    MBILL_TRY(take_array(in, 0, MBILL_KEYS_MAX, &n, err));
    out->n_keys = (size_t)n;
    for (size_t i = 0; i < n; i++) {
        MBILL_TRY(take_key(in, &out->keys[i], err));
        if (i > 0 && memcmp(out->keys[i - 1].kid, out->keys[i].kid, MBILL_KID_BYTES) > 0)
            return mbill__cbor_refuse(in, at, err, "keys that do not rise by their names");
    }
    return MBILL_OK;
}

mbill_status mbill__keyset_decode(mbill_bytes whole, mbill_bytes payload, mbill_keyset *out, mbill_error *err)
{
    size_t begin = (size_t)(payload.p - whole.p);
    mbill__cbor_in in = {whole.p, begin, begin + payload.n, MBILL_E_CLAIMS};
    uint64_t n;
    int64_t version = 0, threshold = 0;
    MBILL_TRY(mbill__cbor_check(&in, err));
    MBILL_TRY(mbill__cbor_take(&in, MBILL__CBOR_MAP, &n, err));
    if (n != N_LABELS) return mbill__cbor_refuse(&in, begin, err, "a map of another length than a keyset");
    MBILL_TRY(take_label(&in, LABEL_EXP, err));
    MBILL_TRY(mbill__cbor_take_whole(&in, MBILL__SIGNED_TIME_MAX, &out->exp_s, err));
    MBILL_TRY(take_label(&in, LABEL_VERSION, err));
    MBILL_TRY(mbill__cbor_take_whole(&in, INT64_MAX, &version, err));
    MBILL_TRY(take_label(&in, LABEL_THRESHOLD, err));
    MBILL_TRY(mbill__cbor_take_whole(&in, MBILL_SIGNERS_MAX, &threshold, err));
    MBILL_TRY(take_label(&in, LABEL_ROOTS, err));
    MBILL_TRY(take_roots(&in, out, err));
    MBILL_TRY(take_label(&in, LABEL_KEYS, err));
    MBILL_TRY(take_keys(&in, out, err));
    out->version = (uint64_t)version;
    out->threshold = (uint32_t)threshold;
    return MBILL_OK;
}
