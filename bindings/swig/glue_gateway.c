/* SPDX-License-Identifier: Apache-2.0 */
/* Changes when what other languages ask of a gateway's limits does: who signed, quotas, pace, groups, what must hold now, what evidence means. */
#include "glue_gateway.h"

#include "join.h"
#include "signed_says.h"
#include "words.h"

static mbill_status signer_of(mbill_bytes message, int64_t nth, uint8_t out_kid[MBILL_KID_BYTES], mbill_error *err)
{
    if (nth < 0) return face_fail(err, MBILL_E_RANGE, -1, "signer %lld, expected 0 or more", (long long)nth);
    return mbill_command_signer(message, (size_t)nth, out_kid, err);
}

mbill_status mbill_face_gateway_signer(const uint8_t *bytes, size_t bytes_len, int64_t nth, mbill_face_bytes *out_bytes,
    mbill_error *err)
{
    uint8_t kid[MBILL_KID_BYTES];
    mbill_status status = signer_of((mbill_bytes){bytes, bytes_len}, nth, kid, err);
    return status == MBILL_OK ? face_give(kid, sizeof kid, out_bytes, err) : status;
}

mbill_status mbill_face_gateway_targets(mbill_keyset *keyset, const char *realm, size_t realm_len, int64_t now_s,
    const uint8_t *bytes, size_t bytes_len, const char *targets, size_t targets_len, mbill_error *err)
{
    face_lines meters;
    mbill_command command;
    mbill_status status = face_lines_take(&meters, targets, targets_len, err);
    if (status == MBILL_OK)
        status = mbill_command_open(keyset, face_realm(realm, realm_len), now_s, NULL, (mbill_bytes){bytes, bytes_len}, &command,
            err);
    if (status == MBILL_OK) status = mbill_targets_check(&command, meters.p, meters.n, err);
    face_lines_free(&meters);
    return status;
}

mbill_status mbill_face_gateway_quota(mbill_keyset *keyset, const char *realm, size_t realm_len, int64_t now_s,
    const uint8_t *bytes, size_t bytes_len, int64_t nth, const uint8_t *before, size_t before_len, mbill_face_bytes *out_bytes,
    mbill_error *err)
{
    const mbill_bytes message = {bytes, bytes_len};
    mbill_command command;
    mbill_quota quota = {0};
    uint8_t kid[MBILL_KID_BYTES], state[MBILL_STATE_BYTES_MAX];
    size_t n = 0;
    mbill_status status = mbill_command_open(keyset, face_realm(realm, realm_len), now_s, NULL, message, &command, err);
    if (status == MBILL_OK) status = signer_of(message, nth, kid, err);
    if (status == MBILL_OK && before_len > 0) status = mbill_quota_decode((mbill_bytes){before, before_len}, &quota, err);
    if (status == MBILL_OK) status = mbill_quota_admit(mbill_keyset_key(keyset, kid), &command, now_s, &quota, &quota, err);
    if (status == MBILL_OK) status = mbill_quota_encode(&quota, state, sizeof state, &n, err);
    return status == MBILL_OK ? face_give(state, n, out_bytes, err) : status;
}

mbill_status mbill_face_gateway_pace(const char *text, size_t text_len, int64_t limit, int64_t now_s, const uint8_t *before,
    size_t before_len, mbill_face_bytes *out_bytes, mbill_error *err)
{
    mbill_command command;
    mbill_pace pace = {0};
    uint8_t state[MBILL_STATE_BYTES_MAX];
    size_t n = 0;
    mbill_status status = mbill_command_read(text, text_len, &command, err);
    if (status == MBILL_OK && before_len > 0) status = mbill_pace_decode((mbill_bytes){before, before_len}, &pace, err);
    if (status == MBILL_OK) status = mbill_pace_admit(&command, limit, now_s, &pace, &pace, err);
    if (status == MBILL_OK) status = mbill_pace_encode(&pace, state, sizeof state, &n, err);
    return status == MBILL_OK ? face_give(state, n, out_bytes, err) : status;
}

mbill_status mbill_face_gateway_may_run(const char *text, size_t text_len, int64_t now_s, int32_t has, int64_t balance_micro,
    int32_t status_word, mbill_error *err)
{
    mbill_command command;
    const mbill_situation situation = {.struct_size = (uint32_t)sizeof situation,
        .has = (uint32_t)has,
        .balance_micro = balance_micro,
        .status_word = (uint32_t)status_word};
    mbill_status status = mbill_command_read(text, text_len, &command, err);
    return status == MBILL_OK ? mbill_command_may_run(&command, now_s, &situation, err) : status;
}

mbill_status mbill_face_gateway_receipt_from(const char *text, size_t text_len, const char *target, size_t target_len,
    mbill_error *err)
{
    face_words words = {0};
    mbill_receipt receipt;
    const char *meter = face_word(&words, target, target_len, err);
    mbill_status status = words.status;
    if (status == MBILL_OK) status = mbill_receipt_read(text, text_len, &receipt, err);
    if (status == MBILL_OK) status = mbill_receipt_is_from(&receipt, meter, err);
    face_words_free(&words);
    return status;
}

mbill_status mbill_face_gateway_judge(const char *name, size_t name_len, const char *what, size_t what_len, int32_t has,
    int32_t status_word, int32_t valve, mbill_face_text *out_text, mbill_error *err)
{
    static const char *const answers[] = {"none", "accepted", "refused", "other"};
    face_join join = {NULL, 0, 0, 0};
    mbill_evidence evidence = {.struct_size = (uint32_t)sizeof evidence,
        .has = (uint32_t)has,
        .status_word = (uint32_t)status_word,
        .valve = (uint32_t)valve};
    int32_t kind = MBILL_COMMAND_TRIP, state = 0;
    while (mbill_command_name(kind) != NULL && !face_is(name, name_len, mbill_command_name(kind))) kind++;
    while (evidence.answer <= MBILL_ANSWER_OTHER && !face_is(what, what_len, answers[evidence.answer])) evidence.answer++;
    if (mbill_command_name(kind) == NULL) return face_no_such(name, name_len, err);
    if (evidence.answer > MBILL_ANSWER_OTHER) return face_no_such(what, what_len, err);
    mbill_status status = mbill_receipt_judge(kind, &evidence, &state, err);
    if (status == MBILL_OK) face_add(&join, mbill_receipt_state_name(state));
    return face_take(&join, status, out_text, err);
}
