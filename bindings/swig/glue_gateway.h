/* SPDX-License-Identifier: Apache-2.0 */
/* Changes when what other languages ask of a gateway's limits does: who signed, quotas, pace, groups, what must hold now, what evidence means. */
#ifndef MBILL_SWIG_GLUE_GATEWAY_H
#define MBILL_SWIG_GLUE_GATEWAY_H

#include "glue.h"

/* The name of one key that signed a message, 8 bytes; from 0. */
mbill_status mbill_face_gateway_signer(const uint8_t *bytes, size_t bytes_len, int64_t nth, mbill_face_bytes *out_bytes,
    mbill_error *err);
/* Is a group's message for these meters, a line each, and signed by enough? It is opened first. */
mbill_status mbill_face_gateway_targets(mbill_keyset *keyset, const char *realm, size_t realm_len, int64_t now_s,
    const uint8_t *bytes, size_t bytes_len, const char *targets, size_t targets_len, mbill_error *err);
/* What one signer's key has signed on a day, with this message; before: the state that this gave, or none. */
mbill_status mbill_face_gateway_quota(mbill_keyset *keyset, const char *realm, size_t realm_len, int64_t now_s,
    const uint8_t *bytes, size_t bytes_len, int64_t nth, const uint8_t *before, size_t before_len, mbill_face_bytes *out_bytes,
    mbill_error *err);
/* Of how many meters supply was taken in a minute, with this command, a document; before: as above. */
mbill_status mbill_face_gateway_pace(const char *text, size_t text_len, int64_t limit, int64_t now_s, const uint8_t *before,
    size_t before_len, mbill_face_bytes *out_bytes, mbill_error *err);
/* May a command, a document, run now? has: MBILL_SITUATION_*. */
mbill_status mbill_face_gateway_may_run(const char *text, size_t text_len, int64_t now_s, int32_t has, int64_t balance_micro,
    int32_t status_word, mbill_error *err);
/* Is a receipt, a document, of this meter? */
mbill_status mbill_face_gateway_receipt_from(const char *text, size_t text_len, const char *target, size_t target_len,
    mbill_error *err);
/* The state of a command of this name: what is "none", "accepted", "refused" or "other"; has: MBILL_EVIDENCE_*. */
mbill_status mbill_face_gateway_judge(const char *name, size_t name_len, const char *what, size_t what_len, int32_t has,
    int32_t status_word, int32_t valve, mbill_face_text *out_text, mbill_error *err);

#endif
