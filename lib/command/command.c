/* SPDX-License-Identifier: Apache-2.0 */
/* Changes when another check decides whether a command is taken, or their order does. */
#include "base/digest.h"
#include "command/envelope.h"
#include "command/keyset.h"
#include "command/payload.h"
#include "command/role.h"
#include "command/target.h"

#include <string.h>

mbill_status mbill_command_sign(mbill_signer *signer, mbill_bytes realm, const mbill_command *command, uint8_t *out, size_t cap,
    size_t *out_len, mbill_error *err)
{
    uint8_t payload[MBILL_COMMAND_PAYLOAD_MAX];
    size_t n;
    MBILL__NEED(signer);
    MBILL__NEED(out_len);
    if (cap > 0) MBILL__NEED(out);
    MBILL_TRY(mbill_command_encode(command, payload, sizeof payload, &n, err));
    return mbill__message_sign(signer, MBILL__DOMAIN_COMMAND, realm, (mbill_bytes){payload, n}, out, cap, out_len, err);
}

mbill_status mbill_command_cosign(mbill_signer *signer, mbill_bytes realm, mbill_bytes in, uint8_t *out, size_t cap,
    size_t *out_len, mbill_error *err)
{
    mbill__message before;
    mbill_command decoded = MBILL_COMMAND_INIT;
    MBILL__NEED(signer);
    MBILL__NEED(out_len);
    if (cap > 0) MBILL__NEED(out);
    if (in.p == NULL) return mbill__fail(err, MBILL_E_MISUSE, "in is NULL");
    bool is_message = mbill__is_message(in);
    if (is_message) MBILL_TRY(mbill__message_parse(in, MBILL_COMMAND_BYTES_MAX, MBILL_COMMAND_PAYLOAD_MAX, &before, err));
    if (is_message && !before.is_by_many)
        return mbill__fail_at(err, MBILL_E_STRUCTURE, 0, "a message by one, expected one that several sign");
    mbill_bytes payload = is_message ? before.payload : in;
    if (payload.n > MBILL_COMMAND_PAYLOAD_MAX) return mbill__fail(err, MBILL_E_LIMIT, "a payload of %zu bytes", payload.n);
    MBILL_TRY(mbill__command_decode(in, payload, &decoded, err));
    return mbill__message_cosign(signer, MBILL__DOMAIN_COMMAND, realm, payload, is_message ? &before : NULL, out, cap, out_len,
        err);
}

/* ---- policy ---- */

static int64_t usual(int64_t given, int64_t otherwise)
{
    return given == 0 ? otherwise : given;
}

static mbill_status read_policy(const mbill_command_policy *given, mbill_command_policy *out, mbill_error *err)
{
    MBILL_TRY(mbill__struct_read(out, sizeof *out, sizeof *out, given, err));
    if ((out->flags & ~MBILL_POLICY_TIME_UNTRUSTED) != 0)
        return mbill__fail(err, MBILL_E_UNKNOWN_OPTION, "policy flags %x, expected known ones", (unsigned)out->flags);
    if (out->skew_s < -1 || out->skew_s > MBILL__SIGNED_TIME_MAX || out->now_max_s < 0 || out->scheduled_max_s < 0 ||
        out->money_max_s < 0 || out->tariff_max_s < 0)
        return mbill__fail(err, MBILL_E_RANGE, "a time of the policy is below 0");
    if (out->n_targets > 0) MBILL__NEED(out->targets);
    out->skew_s = out->skew_s == -1 ? 0 : usual(out->skew_s, 120);
    out->now_max_s = usual(out->now_max_s, 600);
    out->scheduled_max_s = usual(out->scheduled_max_s, INT64_C(24) * 3600);
    out->money_max_s = usual(out->money_max_s, INT64_C(7) * 86400);
    out->tariff_max_s = usual(out->tariff_max_s, INT64_C(90) * 86400);
    return MBILL_OK;
}

static bool is_trusted(const mbill_command_policy *policy)
{
    return (policy->flags & MBILL_POLICY_TIME_UNTRUSTED) == 0;
}

static int64_t longest(const mbill_command_policy *policy, const mbill_command *c)
{
    if (c->kind == MBILL_COMMAND_TARIFF) return policy->tariff_max_s;
    if (c->kind == MBILL_COMMAND_TOP_UP || c->kind == MBILL_COMMAND_REFUND) return policy->money_max_s;
    return (c->has & MBILL_COMMAND_HAS_NBF) != 0 ? policy->scheduled_max_s : policy->now_max_s;
}

/* ---- the checks, in their order ---- */

/* Who signed: known, and in his span. */
static mbill_status find_keys(const mbill_keyset *keyset, int64_t now_s, const mbill_command_policy *policy,
    const mbill__message *message, const mbill_key **out_keys, mbill_error *err)
{
    for (size_t i = 0; i < message->n_signatures; i++) {
        int64_t at = message->signatures[i].kid - message->whole.p;
        const mbill_key *key = mbill_keyset_key(keyset, message->signatures[i].kid);
        if (key == NULL)
            return mbill__fail_at(err, MBILL_E_KID_UNKNOWN, at, "the key named at byte %lld is not in the keyset", (long long)at);
        if (is_trusted(policy) && (now_s < key->nbf_s - policy->skew_s || now_s >= key->exp_s + policy->skew_s))
            return mbill__fail_at(err, MBILL_E_KID_TIME, at, "the key is good from %lld to %lld s, it is %lld s",
                (long long)key->nbf_s, (long long)key->exp_s, (long long)now_s);
        out_keys[i] = key;
    }
    return MBILL_OK;
}

static mbill_status check_audience(const mbill_command_policy *policy, const mbill_command *c, mbill_error *err)
{
    size_t low = 0, high = policy->n_targets;
    if (high == 0) return MBILL_OK;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        int order = strcmp(policy->targets[middle], c->target);
        if (order == 0) return MBILL_OK;
        if (order < 0) low = middle + 1;
        else high = middle;
    }
    return mbill__fail(err, MBILL_E_AUDIENCE, "the command is for %s, which is not here", c->target);
}

static mbill_status check_clock(int64_t now_s, const mbill_command_policy *policy, const mbill_command *c, mbill_error *err)
{
    bool has_nbf = (c->has & MBILL_COMMAND_HAS_NBF) != 0;
    if (has_nbf && now_s < c->nbf_s - policy->skew_s)
        return mbill__fail(err, MBILL_E_NOT_YET, "the command begins at %lld s, it is %lld s", (long long)c->nbf_s,
            (long long)now_s);
    if (now_s < c->iat_s - policy->skew_s)
        return mbill__fail(err, MBILL_E_NOT_YET, "the command was made at %lld s, it is %lld s", (long long)c->iat_s,
            (long long)now_s);
    if (now_s >= c->exp_s + policy->skew_s)
        return mbill__fail(err, MBILL_E_EXPIRED, "the command ended at %lld s, it is %lld s", (long long)c->exp_s,
            (long long)now_s);
    return MBILL_OK;
}

static mbill_status check_lifetime(const mbill_command_policy *policy, const mbill_command *c, const mbill_key *const *keys,
    size_t n, mbill_error *err)
{
    int64_t most = longest(policy, c), lives = c->exp_s - c->iat_s;
    for (size_t i = 0; i < n; i++)
        if (keys[i]->lifetime_s < most) most = keys[i]->lifetime_s;
    if (lives <= most) return MBILL_OK;
    return mbill__fail(err, MBILL_E_LIFETIME, "the command lives %lld s, expected %lld at most", (long long)lives,
        (long long)most);
}

static mbill_status check_roles(const mbill_keyset *keyset, int64_t now_s, const mbill_command_policy *policy,
    const mbill_key *const *keys, size_t n, mbill_command *c, mbill_error *err)
{
    if (is_trusted(policy) && now_s >= keyset->exp_s + policy->skew_s) {
        if (!mbill__is_towards_supply(c->kind))
            return mbill__fail(err, MBILL_E_KEYSET_EXPIRED, "the keyset ended at %lld s; %s is not towards supply",
                (long long)keyset->exp_s, mbill_command_name(c->kind));
        c->notes |= MBILL_COMMAND_KEYSET_EXPIRED;
    }
    for (size_t i = 0; i < n; i++) {
        if ((keys[i]->commands & UINT32_C(1) << c->kind) == 0)
            return mbill__fail_at(err, MBILL_E_ROLE, (int64_t)i, "a key of role %s may not sign %s",
                mbill_role_name(keys[i]->role), mbill_command_name(c->kind));
        if (strncmp(c->target, keys[i]->prefix, strlen(keys[i]->prefix)) != 0)
            return mbill__fail_at(err, MBILL_E_ROLE, (int64_t)i, "a key for targets %s... may not sign for %s", keys[i]->prefix,
                c->target);
    }
    return MBILL_OK;
}

static void note_signers(const mbill__message *message, const mbill_key *const *keys, mbill_command *c)
{
    memcpy(c->kid, message->signatures[0].kid, sizeof c->kid);
    c->n_signers = (uint32_t)message->n_signatures;
    for (size_t i = 0; i < message->n_signatures; i++) {
        c->roles |= UINT32_C(1) << keys[i]->role;
        c->n_roots += keys[i]->role == MBILL_ROLE_ROOT;
    }
}

mbill_status mbill_command_open(const mbill_keyset *keyset, mbill_bytes realm, int64_t now_s, const mbill_command_policy *policy,
    mbill_bytes in, mbill_command *out_command, mbill_error *err)
{
    const mbill_key *keys[MBILL_SIGNERS_MAX];
    mbill_command_policy known;
    mbill__message message;
    mbill_command got = MBILL_COMMAND_INIT;
    MBILL__NEED(keyset);
    MBILL__NEED(out_command);
    MBILL_TRY(read_policy(policy, &known, err));
    if (is_trusted(&known) && !mbill__is_signed_time(now_s))
        return mbill__fail(err, MBILL_E_RANGE, "the time %lld s is out of range", (long long)now_s);
    MBILL_TRY(mbill__message_parse(in, MBILL_COMMAND_BYTES_MAX, MBILL_COMMAND_PAYLOAD_MAX, &message, err));
    size_t n = message.n_signatures;
    MBILL_TRY(find_keys(keyset, now_s, &known, &message, keys, err));
    for (size_t i = 0; i < n; i++)
        MBILL_TRY(mbill__message_verify(&message, i, MBILL__DOMAIN_COMMAND, realm, keys[i]->public_key, err));
    MBILL_TRY(mbill__command_decode(in, message.payload, &got, err));
    MBILL_TRY(check_audience(&known, &got, err));
    if (is_trusted(&known)) MBILL_TRY(check_clock(now_s, &known, &got, err));
    else got.notes |= MBILL_COMMAND_TIME_UNCHECKED;
    MBILL_TRY(check_lifetime(&known, &got, keys, n, err));
    MBILL_TRY(check_roles(keyset, now_s, &known, keys, n, &got, err));
    note_signers(&message, keys, &got);
    *out_command = got;
    return MBILL_OK;
}

mbill_status mbill_command_signer(mbill_bytes message, size_t nth, uint8_t out_kid[8], mbill_error *err)
{
    mbill__message parsed;
    MBILL__NEED(out_kid);
    MBILL_TRY(mbill__message_parse(message, MBILL_COMMAND_BYTES_MAX, MBILL_COMMAND_PAYLOAD_MAX, &parsed, err));
    if (nth >= parsed.n_signatures) return mbill__fail(err, MBILL_E_NOT_FOUND, "signer %zu of %zu", nth, parsed.n_signatures);
    memcpy(out_kid, parsed.signatures[nth].kid, MBILL_KID_BYTES);
    return MBILL_OK;
}

void mbill_command_hash(mbill_bytes message, uint8_t out_hash[32])
{
    if (out_hash != NULL && (message.p != NULL || message.n == 0)) mbill__digest(message.p, message.n, out_hash);
}
