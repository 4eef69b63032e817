/* SPDX-License-Identifier: Apache-2.0 */
/* Changes when what other languages do with signed messages does: keys, keysets, commands, receipts. */
#ifndef MBILL_SWIG_GLUE_COMMAND_H
#define MBILL_SWIG_GLUE_COMMAND_H

#include "glue.h"

/* ---- signers ---- */

/* 32 secret bytes; the caller overwrites his copy. */
mbill_status mbill_face_signer_open(const uint8_t *bytes, size_t bytes_len, mbill_signer **out_signer, mbill_error *err);
/* Somebody who signs elsewhere, such as a security module, by the public key; the wrapper makes the callback of a function of its language. */
mbill_status mbill_face_signer_open_callback(const uint8_t *bytes, size_t bytes_len, mbill_sign_callback sign, void *ctx,
    mbill_signer **out_signer, mbill_error *err);
mbill_status mbill_face_signer_public(mbill_signer *signer, mbill_face_bytes *out_bytes, mbill_error *err);
#ifdef SWIG /* as they are in keyset.h */
mbill_status mbill_signer_hold(mbill_signer *signer, mbill_error *err);
void mbill_signer_rest(mbill_signer *signer);
#endif
/* The name of a public key, 8 bytes. */
mbill_status mbill_face_kid(const uint8_t *bytes, size_t bytes_len, mbill_face_bytes *out_bytes, mbill_error *err);

/* ---- keysets ---- */

/* A document of kind "keyset" as the payload that roots sign. */
mbill_status mbill_face_keyset_payload(const char *text, size_t text_len, mbill_face_bytes *out_bytes, mbill_error *err);
/* A payload, or a message that has signatures already, with one signature more. */
mbill_status mbill_face_keyset_sign(mbill_signer *signer, const char *realm, size_t realm_len, const uint8_t *bytes,
    size_t bytes_len, mbill_face_bytes *out_bytes, mbill_error *err);
/* Roots that are trusted from the start: public keys of 32 bytes, one behind the other; `threshold` of them must sign. */
mbill_status mbill_face_keyset_pin(const uint8_t *bytes, size_t bytes_len, int32_t threshold, uint64_t version,
    mbill_keyset **out_keyset, mbill_error *err);
/* A signed keyset, trusted because of the one before it. */
mbill_status mbill_face_keyset_open(const uint8_t *bytes, size_t bytes_len, const char *realm, size_t realm_len,
    mbill_keyset *previous, mbill_keyset **out_keyset, mbill_error *err);
/* Keys of one role without a keyset: public keys of 32 bytes, one behind the other. */
mbill_status mbill_face_keyset_trust(const char *role, size_t role_len, const uint8_t *bytes, size_t bytes_len,
    mbill_keyset **out_keyset, mbill_error *err);
/* The document of kind "keyset". */
mbill_status mbill_face_keyset_show(mbill_keyset *keyset, mbill_face_text *out_text, mbill_error *err);

/* ---- commands ---- */

/* A document of kind "command" as the payload that is signed. */
mbill_status mbill_face_command_payload(const char *text, size_t text_len, mbill_face_bytes *out_bytes, mbill_error *err);
mbill_status mbill_face_command_sign(mbill_signer *signer, const char *realm, size_t realm_len, const char *text, size_t text_len,
    mbill_face_bytes *out_bytes, mbill_error *err);
/* A payload, or a message that has signatures already, with one signature more. */
mbill_status mbill_face_command_cosign(mbill_signer *signer, const char *realm, size_t realm_len, const uint8_t *bytes,
    size_t bytes_len, mbill_face_bytes *out_bytes, mbill_error *err);
/* {"command": the document, "hash", "kid", "signers", "keyset_expired"}. */
mbill_status mbill_face_command_open(mbill_keyset *keyset, const char *realm, size_t realm_len, int64_t now_s,
    const uint8_t *bytes, size_t bytes_len, mbill_face_text *out_text, mbill_error *err);
/* BLAKE2b-256 of a whole message, 32 bytes. */
mbill_status mbill_face_command_hash(const uint8_t *bytes, size_t bytes_len, mbill_face_bytes *out_bytes, mbill_error *err);
/* Of a group's targets, one a line: 32 bytes. */
mbill_status mbill_face_targets_hash(const char *text, size_t text_len, mbill_face_bytes *out_bytes, mbill_error *err);

/* ---- what a receiver remembers ---- */

/* Is an opened command new, or one that was taken before? State is bytes, empty at the start: {"repeat", "replay", "purchases"}, the states after it in hex. `known` is
 * the hash of the message that was taken under this id before, or NULL. */
mbill_status mbill_face_command_admit(const char *text, size_t text_len, const uint8_t *bytes, size_t bytes_len,
    const uint8_t *known, size_t known_len, const uint8_t *replay, size_t replay_len, const uint8_t *purchases,
    size_t purchases_len, mbill_face_text *out_text, mbill_error *err);

/* ---- receipts ---- */

mbill_status mbill_face_receipt_sign(mbill_signer *signer, const char *realm, size_t realm_len, const char *text, size_t text_len,
    mbill_face_bytes *out_bytes, mbill_error *err);
/* {"receipt": the document, "hash", "kid"}; `key` is the public key of who signs receipts. */
mbill_status mbill_face_receipt_open(const uint8_t *key, size_t key_len, const char *realm, size_t realm_len,
    const uint8_t *bytes, size_t bytes_len, mbill_face_text *out_text, mbill_error *err);
/* Does the receipt follow the message before it? No bytes: it is the first. */
mbill_status mbill_face_receipt_follows(const char *text, size_t text_len, const uint8_t *bytes, size_t bytes_len,
    mbill_error *err);

#endif
