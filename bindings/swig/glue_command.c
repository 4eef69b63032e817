/* SPDX-License-Identifier: Apache-2.0 */
/* Changes when what other languages do with signed messages does: keys, keysets, commands, receipts. */
#include "glue_command.h"

#include "join.h"
#include "signed_says.h"
#include "words.h"

#include <stdlib.h>
#include <string.h>

/* ---- signers ---- */

mbill_status mbill_face_signer_open(const uint8_t *bytes, size_t bytes_len, mbill_signer **out_signer, mbill_error *err)
{
    mbill_status status = face_expect(bytes_len, MBILL_KEY_BYTES, "the secret", err);
    return status == MBILL_OK ? mbill_signer_open(bytes, NULL, out_signer, err) : status;
}

mbill_status mbill_face_signer_open_callback(const uint8_t *bytes, size_t bytes_len, mbill_sign_callback sign, void *ctx,
    mbill_signer **out_signer, mbill_error *err)
{
    mbill_status status = face_expect(bytes_len, MBILL_KEY_BYTES, "the public key", err);
    return status == MBILL_OK ? mbill_signer_open_callback(bytes, sign, ctx, NULL, out_signer, err) : status;
}

mbill_status mbill_face_signer_public(mbill_signer *signer, mbill_face_bytes *out_bytes, mbill_error *err)
{
    uint8_t key[MBILL_KEY_BYTES];
    mbill_status status = mbill_signer_public(signer, key, err);
    return status == MBILL_OK ? face_give(key, sizeof key, out_bytes, err) : status;
}

mbill_status mbill_face_kid(const uint8_t *bytes, size_t bytes_len, mbill_face_bytes *out_bytes, mbill_error *err)
{
    uint8_t kid[MBILL_KID_BYTES];
    mbill_status status = face_expect(bytes_len, MBILL_KEY_BYTES, "the public key", err);
    if (status != MBILL_OK) return status;
    mbill_kid(bytes, kid);
    return face_give(kid, sizeof kid, out_bytes, err);
}

/* ---- keysets ---- */

mbill_status mbill_face_keyset_payload(const char *text, size_t text_len, mbill_face_bytes *out_bytes, mbill_error *err)
{
    size_t n = 0;
    uint8_t *payload = face_allocate(MBILL_KEYSET_BYTES_MAX, 1, err);
    if (payload == NULL) return MBILL_E_NOMEM;
    mbill_status status = mbill_keyset_read(text, text_len, payload, MBILL_KEYSET_BYTES_MAX, &n, err);
    if (status == MBILL_OK) *out_bytes = (mbill_face_bytes){payload, n};
    else free(payload);
    return status;
}

mbill_status mbill_face_keyset_sign(mbill_signer *signer, const char *realm, size_t realm_len, const uint8_t *bytes, size_t bytes_len,
    mbill_face_bytes *out_bytes, mbill_error *err)
{
    size_t n = 0;
    uint8_t *message = face_allocate(MBILL_KEYSET_BYTES_MAX, 1, err);
    if (message == NULL) return MBILL_E_NOMEM;
    mbill_status status = mbill_keyset_sign(signer, face_realm(realm, realm_len), (mbill_bytes){bytes, bytes_len}, message,
        MBILL_KEYSET_BYTES_MAX, &n, err);
    if (status == MBILL_OK) *out_bytes = (mbill_face_bytes){message, n};
    else free(message);
    return status;
}

static mbill_status whole_keys(size_t n, mbill_error *err)
{
    if (n > 0 && n % MBILL_KEY_BYTES == 0) return MBILL_OK;
    return face_fail(err, MBILL_E_MISUSE, -1, "the public keys have %zu bytes, expected %d each", n, MBILL_KEY_BYTES);
}

mbill_status mbill_face_keyset_pin(const uint8_t *bytes, size_t bytes_len, int32_t threshold, uint64_t version,
    mbill_keyset **out_keyset, mbill_error *err)
{
    mbill_status status = whole_keys(bytes_len, err);
    if (status == MBILL_OK && threshold < 1) status = face_fail(err, MBILL_E_RANGE, -1, "%d signatures are wanted, expected 1 or more", (int)threshold);
    if (status != MBILL_OK) return status;
    return mbill_keyset_pin(bytes, bytes_len / MBILL_KEY_BYTES, (uint32_t)threshold, version, NULL, out_keyset, err);
}

mbill_status mbill_face_keyset_open(const uint8_t *bytes, size_t bytes_len, const char *realm, size_t realm_len, mbill_keyset *previous,
    mbill_keyset **out_keyset, mbill_error *err)
{
    return mbill_keyset_open((mbill_bytes){bytes, bytes_len}, face_realm(realm, realm_len), previous, NULL, out_keyset, err);
}

static int32_t role_of(const char *name, size_t len)
{
    for (int32_t role = MBILL_ROLE_RELAY; role <= MBILL_ROLE_ROOT; role++) {
        const char *known = mbill_role_name(role);
        if (strlen(known) == len && memcmp(known, name, len) == 0) return role;
    }
    return 0;
}

mbill_status mbill_face_keyset_trust(const char *role, size_t role_len, const uint8_t *bytes, size_t bytes_len, mbill_keyset **out_keyset,
    mbill_error *err)
{
    int32_t known = role != NULL ? role_of(role, role_len) : 0;
    mbill_status status = whole_keys(bytes_len, err);
    size_t n = bytes_len / MBILL_KEY_BYTES;
    if (status == MBILL_OK && known == 0) status = face_fail(err, MBILL_E_NOT_FOUND, -1, "there is no role \"%.*s\"", (int)(role_len < 64 ? role_len : 64), role != NULL ? role : "");
    mbill_key *keys = status == MBILL_OK ? face_allocate(n, sizeof *keys, err) : NULL;
    if (status != MBILL_OK || keys == NULL) return status != MBILL_OK ? status : MBILL_E_NOMEM;
    for (size_t i = 0; i < n; i++) {
        keys[i] = (mbill_key){.exp_s = INT64_C(253402300799), .lifetime_s = INT64_C(253402300799), .quota_commands = -1, .quota_micro = -1};
        keys[i].commands = mbill_role_commands(known);
        memcpy(keys[i].public_key, bytes + i * MBILL_KEY_BYTES, MBILL_KEY_BYTES);
    }
    status = mbill_keyset_trust(keys, n, NULL, out_keyset, err);
    free(keys);
    return status;
}

static mbill_status write_keyset(const void *keyset, char *out_text, size_t *inout_len, mbill_error *err)
{
    return mbill_keyset_write(keyset, out_text, inout_len, err);
}

mbill_status mbill_face_keyset_show(mbill_keyset *keyset, mbill_face_text *out_text, mbill_error *err)
{
    return face_write(write_keyset, keyset, out_text, err);
}

/* ---- commands ---- */

mbill_status mbill_face_command_payload(const char *text, size_t text_len, mbill_face_bytes *out_bytes, mbill_error *err)
{
    uint8_t payload[MBILL_COMMAND_PAYLOAD_MAX];
    size_t n = 0;
    mbill_command command;
    mbill_status status = mbill_command_read(text, text_len, &command, err);
    if (status == MBILL_OK) status = mbill_command_encode(&command, payload, sizeof payload, &n, err);
    return status == MBILL_OK ? face_give(payload, n, out_bytes, err) : status;
}

mbill_status mbill_face_command_sign(mbill_signer *signer, const char *realm, size_t realm_len, const char *text, size_t text_len,
    mbill_face_bytes *out_bytes, mbill_error *err)
{
    uint8_t message[MBILL_COMMAND_BYTES_MAX];
    size_t n = 0;
    mbill_command command;
    mbill_status status = mbill_command_read(text, text_len, &command, err);
    if (status == MBILL_OK) status = mbill_command_sign(signer, face_realm(realm, realm_len), &command, message, sizeof message, &n, err);
    return status == MBILL_OK ? face_give(message, n, out_bytes, err) : status;
}

mbill_status mbill_face_command_cosign(mbill_signer *signer, const char *realm, size_t realm_len, const uint8_t *bytes, size_t bytes_len,
    mbill_face_bytes *out_bytes, mbill_error *err)
{
    uint8_t message[MBILL_COMMAND_BYTES_MAX];
    size_t n = 0;
    mbill_status status =
        mbill_command_cosign(signer, face_realm(realm, realm_len), (mbill_bytes){bytes, bytes_len}, message, sizeof message, &n, err);
    return status == MBILL_OK ? face_give(message, n, out_bytes, err) : status;
}

static mbill_status write_command(const void *command, char *out_text, size_t *inout_len, mbill_error *err)
{
    return mbill_command_write(command, out_text, inout_len, err);
}

mbill_status mbill_face_command_open(mbill_keyset *keyset, const char *realm, size_t realm_len, int64_t now_s, const uint8_t *bytes,
    size_t bytes_len, mbill_face_text *out_text, mbill_error *err)
{
    face_join join = {NULL, 0, 0, 0};
    mbill_command got;
    mbill_bytes message = {bytes, bytes_len};
    mbill_status status = mbill_command_open(keyset, face_realm(realm, realm_len), now_s, NULL, message, &got, err);
    if (status == MBILL_OK) status = face_add_opened(&join, "command", write_command, &got, message, got.kid, err);
    if (status == MBILL_OK) {
        face_add_key(&join, "signers");
        face_add_int(&join, (int64_t)got.n_signers);
        face_add_key(&join, "keyset_expired");
        face_add(&join, (got.notes & MBILL_COMMAND_KEYSET_EXPIRED) != 0 ? "true}" : "false}");
    }
    return face_take(&join, status, out_text, err);
}

mbill_status mbill_face_command_hash(const uint8_t *bytes, size_t bytes_len, mbill_face_bytes *out_bytes, mbill_error *err)
{
    uint8_t hash[MBILL_HASH_BYTES];
    if (bytes == NULL) return face_fail(err, MBILL_E_MISUSE, -1, "the message is NULL");
    mbill_command_hash((mbill_bytes){bytes, bytes_len}, hash);
    return face_give(hash, sizeof hash, out_bytes, err);
}

mbill_status mbill_face_targets_hash(const char *text, size_t text_len, mbill_face_bytes *out_bytes, mbill_error *err)
{
    uint8_t hash[MBILL_HASH_BYTES];
    face_lines targets;
    mbill_status status = face_lines_take(&targets, text, text_len, err);
    if (status == MBILL_OK) status = mbill_targets_hash(targets.p, targets.n, hash, err);
    face_lines_free(&targets);
    return status == MBILL_OK ? face_give(hash, sizeof hash, out_bytes, err) : status;
}

/* ---- what a receiver remembers ---- */

static mbill_status write_states(int32_t verdict, const mbill_replay *replay, const mbill_purchases *purchases, mbill_face_text *out_text,
    mbill_error *err)
{
    face_join join = {NULL, 0, 0, 0};
    uint8_t bytes[MBILL_STATE_BYTES_MAX];
    size_t n = 0;
    mbill_status status = mbill_replay_encode(replay, bytes, sizeof bytes, &n, err);
    face_add(&join, "{");
    face_add_key(&join, "repeat");
    face_add(&join, verdict == MBILL_ADMIT_REPEAT ? "true" : "false");
    if (status == MBILL_OK) face_add_hex(&join, "replay", bytes, n);
    if (status == MBILL_OK) status = mbill_purchases_encode(purchases, bytes, sizeof bytes, &n, err);
    if (status == MBILL_OK) face_add_hex(&join, "purchases", bytes, n);
    face_add(&join, "}");
    return face_take(&join, status, out_text, err);
}

mbill_status mbill_face_command_admit(const char *text, size_t text_len, const uint8_t *bytes, size_t bytes_len, const uint8_t *known,
    size_t known_len, const uint8_t *replay, size_t replay_len, const uint8_t *purchases, size_t purchases_len,
    mbill_face_text *out_text, mbill_error *err)
{
    mbill_command command;
    mbill_replay seen = {.struct_size = (uint32_t)sizeof seen, .version = 1};
    mbill_purchases bought = {.struct_size = (uint32_t)sizeof bought, .version = 1};
    int32_t verdict = 0;
    mbill_status status = face_expect(bytes_len, MBILL_HASH_BYTES, "the hash", err);
    if (status == MBILL_OK && known_len > 0) status = face_expect(known_len, MBILL_HASH_BYTES, "the known hash", err);
    if (status == MBILL_OK) status = mbill_command_read(text, text_len, &command, err);
    if (status == MBILL_OK && replay_len > 0) status = mbill_replay_decode((mbill_bytes){replay, replay_len}, &seen, err);
    if (status == MBILL_OK && purchases_len > 0) status = mbill_purchases_decode((mbill_bytes){purchases, purchases_len}, &bought, err);
    if (status == MBILL_OK)
        status = mbill_replay_admit(&command, bytes, known_len > 0 ? known : NULL, &seen, &bought, &seen, &bought, &verdict, err);
    return status == MBILL_OK ? write_states(verdict, &seen, &bought, out_text, err) : status;
}

/* ---- receipts ---- */

mbill_status mbill_face_receipt_sign(mbill_signer *signer, const char *realm, size_t realm_len, const char *text, size_t text_len,
    mbill_face_bytes *out_bytes, mbill_error *err)
{
    uint8_t message[MBILL_RECEIPT_BYTES_MAX];
    size_t n = 0;
    mbill_receipt receipt;
    mbill_status status = mbill_receipt_read(text, text_len, &receipt, err);
    if (status == MBILL_OK) status = mbill_receipt_sign(signer, face_realm(realm, realm_len), &receipt, message, sizeof message, &n, err);
    return status == MBILL_OK ? face_give(message, n, out_bytes, err) : status;
}

mbill_status mbill_face_receipt_open(const uint8_t *key, size_t key_len, const char *realm, size_t realm_len, const uint8_t *bytes,
    size_t bytes_len, mbill_face_text *out_text, mbill_error *err)
{
    face_join join = {NULL, 0, 0, 0};
    mbill_receipt got;
    mbill_bytes message = {bytes, bytes_len};
    mbill_status status = face_expect(key_len, MBILL_KEY_BYTES, "the public key", err);
    if (status == MBILL_OK) status = mbill_receipt_open(key, face_realm(realm, realm_len), message, &got, err);
    if (status == MBILL_OK) status = face_add_opened_receipt(&join, &got, message, err);
    return face_take(&join, status, out_text, err);
}

mbill_status mbill_face_receipt_follows(const char *text, size_t text_len, const uint8_t *bytes, size_t bytes_len, mbill_error *err)
{
    mbill_receipt receipt;
    mbill_status status = mbill_receipt_read(text, text_len, &receipt, err);
    return status == MBILL_OK ? mbill_receipt_follows(&receipt, (mbill_bytes){bytes, bytes_len}, err) : status;
}
