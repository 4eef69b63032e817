/* SPDX-License-Identifier: Apache-2.0 */
/* Changes when what other languages do with signed commands that a store keeps does: taking, handing out, settling, proofs. */
#ifndef MBILL_SWIG_GLUE_OUTBOX_H
#define MBILL_SWIG_GLUE_OUTBOX_H

#include "glue.h"

/* Checks a message and keeps it. account: whose money, or NULL; targets: of a group, a meter a line, or NULL. What `command take --json` says. */
mbill_status mbill_face_outbox_take(mbill_store *store, mbill_keyset *keyset, const char *realm, size_t realm_len, int64_t now_s,
    const uint8_t *bytes, size_t bytes_len, const char *account, size_t account_len, const char *targets, size_t targets_len,
    mbill_face_text *out_text, mbill_error *err);
/* Hands out what may run now. words: METER=WORD a line, four hex digits, or NULL; room, pace: 0 for the usual. What `command due --json` says. */
mbill_status mbill_face_outbox_due(mbill_store *store, mbill_keyset *keyset, const char *realm, size_t realm_len, int64_t now_s,
    const char *words, size_t words_len, int64_t room, int64_t pace, mbill_face_text *out_text, mbill_error *err);
/* What became of a command, by its id in hexadecimal; target: the meter, or NULL for its only one. */
mbill_status mbill_face_outbox_settle(mbill_store *store, const char *name, size_t name_len, const char *what, size_t what_len,
    const char *target, size_t target_len, int64_t now_s, mbill_error *err);
/* The same by a signed receipt, which is kept. {"receipt", "hash", "kid"}. */
mbill_status mbill_face_outbox_prove(mbill_store *store, const uint8_t *key, size_t key_len, const char *realm, size_t realm_len,
    const char *target, size_t target_len, int64_t now_s, const uint8_t *bytes, size_t bytes_len, mbill_face_text *out_text,
    mbill_error *err);
/* Every command, or those of one state: what `command list --json` says. */
mbill_status mbill_face_outbox_list(mbill_store *store, const char *what, size_t what_len, mbill_face_text *out_text,
    mbill_error *err);
/* The receipts that are kept, each checked and held against the one before it: what `command receipts --json` says. */
mbill_status mbill_face_outbox_receipts(mbill_store *store, const uint8_t *key, size_t key_len, const char *realm,
    size_t realm_len, mbill_face_text *out_text, mbill_error *err);
/* The message of the last receipt, which the next one follows; no bytes: there is none. */
mbill_status mbill_face_outbox_last_receipt(mbill_store *store, mbill_face_bytes *out_bytes, mbill_error *err);
/* The meters whose power is kept: what `command kept --json` says. */
mbill_status mbill_face_outbox_kept(mbill_store *store, int64_t now_s, mbill_face_text *out_text, mbill_error *err);

#endif
