/* SPDX-License-Identifier: Apache-2.0 */
/* Receipts: the vector V20, their chain, and when a command is confirmed. */
#include "check_run.h"
#include "meterbill/receipt.h"
#include "refusal.h"
#include "signed.h"

#include <stdio.h>

static const char v20[] = "d2844da2012704487849ac3049680be1a058a1a9061a6955b9050750000102030405060708090a0b0c0d0e0f201a0001e24024"
                          "5820a18a59499f0f6a657301b2657d2b1cfad667b1"
                          "8360a4726a7644a6ca7439eb342505265820baca7a1830430b9a4d8b5ed9c75442a3fcb08e0494631d3bb3402fd371a9111227"
                          "5268010000000000689106363833378333f616"
                          "2818502958200000000000000000000000000000000000000000000000000000000000000000584078e0e0c0c32a048f4d86e0"
                          "258b4daa9960c39b60059884ae319ab44480cdff"
                          "cf05870be2cbe5ba3e58ecfe4a92ff3a74aea02399d88cb165c5fd27aa75793f0f";

static void operator_public(uint8_t out[32])
{
    mbill_signer *signer = operator_signer();
    ck_assert_int_eq(mbill_signer_public(signer, out, NULL), MBILL_OK);
    mbill_signer_free(signer);
}

START_TEST(vector)
{
    uint8_t bytes[300], again[MBILL_RECEIPT_BYTES_MAX], public_key[32], hash[32], trip[256];
    size_t n = unhex(v20, bytes), len, taken = 0;
    mbill_receipt got;
    mbill_error err;
    mbill_signer *signer = operator_signer();
    operator_public(public_key);
    mbill_error_init(&err);
    ck_assert_uint_eq(n, 246);
    ck_assert_msg(mbill_receipt_open(public_key, REALM, (mbill_bytes){bytes, n}, &got, &err) == MBILL_OK, "%s", err.message);
    ck_assert_int_eq(got.state, MBILL_RECEIPT_CONFIRMED);
    ck_assert_uint_eq(got.status_word, 0x50);
    ck_assert_uint_eq(got.n_reply, 18);
    ck_assert_uint_eq(got.seq, 123456);
    ck_assert_int_eq(mbill_receipt_follows(&got, (mbill_bytes){NULL, 0}, &err), MBILL_OK);
    mbill_command command = trip_of("e/000000000001");
    ck_assert_int_eq(mbill_command_sign(signer, REALM, &command, trip, sizeof trip, &len, &err), MBILL_OK);
    mbill_command_hash((mbill_bytes){trip, len}, hash);
    ck_assert_mem_eq(hash, got.command_hash, 32);
    ck_assert_int_eq(mbill_receipt_sign(signer, REALM, &got, again, sizeof again, &len, &err), MBILL_OK);
    ck_assert_uint_eq(len, n);
    ck_assert_mem_eq(again, bytes, n);
    for (size_t bit = 0; bit < 8 * n; bit++) {
        bytes[bit / 8] ^= (uint8_t)(1u << bit % 8);
        taken += mbill_receipt_open(public_key, REALM, (mbill_bytes){bytes, n}, &got, &err) == MBILL_OK;
        bytes[bit / 8] ^= (uint8_t)(1u << bit % 8);
    }
    for (len = 0; len < n; len++)
        taken += mbill_receipt_open(public_key, REALM, (mbill_bytes){bytes, len}, &got, &err) == MBILL_OK;
    printf("# receipt of %zu bytes: %zu flips, %zu truncations: %zu taken\n", n, 8 * n, n, taken);
    ck_assert_uint_eq(taken, 0);
    /* a receipt is no command, and not another's */
    mbill_key key = key_of(signer, mbill_role_commands(MBILL_ROLE_RELAY));
    mbill_keyset *keyset = keyset_of(&key, 1, INT64_C(4102444800));
    assert_refusal(&err, mbill_command_open(keyset, REALM, NOW, NULL, (mbill_bytes){bytes, n}, &command, &err), MBILL_E_SIGNATURE,
        "use");
    mbill_keyset_free(keyset);
    mbill_signer_free(signer);
    public_key[0] ^= 1;
    assert_refusal(&err, mbill_receipt_open(public_key, REALM, (mbill_bytes){bytes, n}, &got, &err), MBILL_E_KID_UNKNOWN,
        "another key");
}
END_TEST

/* Each follows the one before it; one left out shows, and so does a chain that begins again. */
START_TEST(chain)
{
    uint8_t bytes[4][MBILL_RECEIPT_BYTES_MAX];
    size_t n[4];
    mbill_receipt receipts[4];
    mbill_error err;
    mbill_signer *signer = operator_signer();
    mbill_error_init(&err);
    for (size_t i = 0; i < 4; i++) {
        receipts[i] = (mbill_receipt)MBILL_RECEIPT_INIT;
        receipts[i].state = MBILL_RECEIPT_RECEIVED + (int32_t)i;
        receipts[i].time_s = NOW + (int64_t)i;
        receipts[i].id.bytes[0] = 1;
        receipts[i].has = MBILL_RECEIPT_HAS_PREVIOUS;
        if (i > 0) mbill_command_hash((mbill_bytes){bytes[i - 1], n[i - 1]}, receipts[i].previous_hash);
        ck_assert_int_eq(mbill_receipt_sign(signer, REALM, &receipts[i], bytes[i], sizeof bytes[i], &n[i], &err), MBILL_OK);
        for (size_t j = 0; j < i; j++)
            ck_assert_int_eq(mbill_receipt_follows(&receipts[i], (mbill_bytes){bytes[j], n[j]}, &err),
                j + 1 == i ? MBILL_OK : MBILL_E_CHAIN);
    }
    assert_refusal(&err, mbill_receipt_follows(&receipts[1], (mbill_bytes){NULL, 0}, &err), MBILL_E_CHAIN, "follow");
    receipts[1].has = 0;
    assert_refusal(&err, mbill_receipt_follows(&receipts[1], (mbill_bytes){bytes[0], n[0]}, &err), MBILL_E_CHAIN, "no chain");
    mbill_signer_free(signer);
}
END_TEST

START_TEST(refused_receipts)
{
    uint8_t out[MBILL_RECEIPT_BYTES_MAX];
    size_t n;
    mbill_error err;
    mbill_receipt whole = MBILL_RECEIPT_INIT, r;
    whole.state = MBILL_RECEIPT_SENT;
    whole.id.bytes[0] = 1;
    mbill_error_init(&err);
    ck_assert_int_eq(mbill_receipt_encode(&whole, out, sizeof out, &n, &err), MBILL_OK);
#define REFUSED(change, part)                                                                                                    \
    r = whole;                                                                                                                   \
    change;                                                                                                                      \
    assert_refusal(&err, mbill_receipt_encode(&r, out, sizeof out, &n, &err), MBILL_E_CLAIMS, part)
    REFUSED(r.state = 0, "state");
    REFUSED(r.state = 10, "state");
    REFUSED(r.state = MBILL_RECEIPT_CONFIRMED, "nothing that was read back");
    REFUSED(r.time_s = -1, "time");
    REFUSED(r.id.bytes[0] = 0, "id");
    REFUSED(r.n_reply = 1, "reply");
    REFUSED(r.has = MBILL_RECEIPT_HAS_REPLY, "reply");
    REFUSED(r.status_word = 1, "status word");
    REFUSED(r.request_hash[3] = 1, "request");
    REFUSED(r.previous_hash[3] = 1, "before it");
    REFUSED(r.has = 0x10, "does not know");
    ck_assert_int_eq(mbill_receipt_decode((mbill_bytes){(const uint8_t *)"\xa0", 1}, &r, &err), MBILL_E_CLAIMS);
    ck_assert_int_eq(mbill_receipt_decode((mbill_bytes){NULL, 1}, &r, &err), MBILL_E_MISUSE);
}
END_TEST

/* Relay open 0x10, its command 0x40, alarm 0x80, keep power 0x1000. */
static const struct {
    int32_t kind, answer;
    uint32_t has, status_word, valve;
    int32_t state;
} judged[] = {
    {MBILL_COMMAND_TRIP, MBILL_ANSWER_ACCEPTED, 0, 0, 0, MBILL_RECEIPT_ACCEPTED}, /* 9C alone proves nothing */
    {MBILL_COMMAND_TRIP, MBILL_ANSWER_ACCEPTED, MBILL_EVIDENCE_STATUS, 0x50, 0, MBILL_RECEIPT_CONFIRMED},
    {MBILL_COMMAND_TRIP, MBILL_ANSWER_ACCEPTED, MBILL_EVIDENCE_STATUS, 0x00, 0, MBILL_RECEIPT_ACCEPTED},
    {MBILL_COMMAND_TRIP, MBILL_ANSWER_ACCEPTED, MBILL_EVIDENCE_STATUS, 0x40, 0,
        MBILL_RECEIPT_ACCEPTED}, /* commanded, not open yet */
    {MBILL_COMMAND_TRIP, MBILL_ANSWER_ACCEPTED, MBILL_EVIDENCE_STATUS, 0x10, 0,
        MBILL_RECEIPT_ACCEPTED}, /* open, not by command */
    {MBILL_COMMAND_TRIP, MBILL_ANSWER_ACCEPTED, MBILL_EVIDENCE_SAME, 0, 0, MBILL_RECEIPT_ACCEPTED},
    {MBILL_COMMAND_TRIP, MBILL_ANSWER_REFUSED, 0, 0, 0, MBILL_RECEIPT_REFUSED},
    {MBILL_COMMAND_TRIP, MBILL_ANSWER_REFUSED, MBILL_EVIDENCE_STATUS, 0x50, 0, MBILL_RECEIPT_REFUSED},
    {MBILL_COMMAND_TRIP, MBILL_ANSWER_NONE, 0, 0, 0, MBILL_RECEIPT_UNKNOWN},
    {MBILL_COMMAND_TRIP, MBILL_ANSWER_NONE, MBILL_EVIDENCE_STATUS, 0x00, 0, MBILL_RECEIPT_UNKNOWN},
    {MBILL_COMMAND_TRIP, MBILL_ANSWER_NONE, MBILL_EVIDENCE_STATUS, 0x50, 0, MBILL_RECEIPT_CONFIRMED}, /* the answer was lost */
    {MBILL_COMMAND_TRIP, MBILL_ANSWER_OTHER, 0, 0, 0, MBILL_RECEIPT_UNKNOWN},
    {MBILL_COMMAND_DIRECT_CLOSE, MBILL_ANSWER_ACCEPTED, MBILL_EVIDENCE_STATUS, 0x00, 0, MBILL_RECEIPT_CONFIRMED},
    {MBILL_COMMAND_DIRECT_CLOSE, MBILL_ANSWER_ACCEPTED, MBILL_EVIDENCE_STATUS, 0x10, 0, MBILL_RECEIPT_ACCEPTED},
    {MBILL_COMMAND_DIRECT_CLOSE, MBILL_ANSWER_ACCEPTED, 0, 0, 0, MBILL_RECEIPT_ACCEPTED},
    {MBILL_COMMAND_PERMIT_CLOSE, MBILL_ANSWER_ACCEPTED, MBILL_EVIDENCE_STATUS, 0x10, 0, MBILL_RECEIPT_CONFIRMED},
    {MBILL_COMMAND_PERMIT_CLOSE, MBILL_ANSWER_ACCEPTED, MBILL_EVIDENCE_STATUS, 0x50, 0, MBILL_RECEIPT_ACCEPTED},
    {MBILL_COMMAND_ALARM_ON, MBILL_ANSWER_ACCEPTED, MBILL_EVIDENCE_STATUS, 0x80, 0, MBILL_RECEIPT_CONFIRMED},
    {MBILL_COMMAND_ALARM_OFF, MBILL_ANSWER_ACCEPTED, MBILL_EVIDENCE_STATUS, 0x80, 0, MBILL_RECEIPT_ACCEPTED},
    {MBILL_COMMAND_KEEP_ON, MBILL_ANSWER_ACCEPTED, MBILL_EVIDENCE_STATUS, 0x1000, 0, MBILL_RECEIPT_CONFIRMED},
    {MBILL_COMMAND_KEEP_OFF, MBILL_ANSWER_ACCEPTED, MBILL_EVIDENCE_STATUS, 0x1000, 0, MBILL_RECEIPT_ACCEPTED},
    {MBILL_COMMAND_VALVE_CLOSE, MBILL_ANSWER_ACCEPTED, MBILL_EVIDENCE_VALVE, 0, 1, MBILL_RECEIPT_CONFIRMED},
    {MBILL_COMMAND_VALVE_CLOSE, MBILL_ANSWER_ACCEPTED, MBILL_EVIDENCE_VALVE, 0, 5,
        MBILL_RECEIPT_CONFIRMED}, /* battery low besides */
    {MBILL_COMMAND_VALVE_CLOSE, MBILL_ANSWER_ACCEPTED, MBILL_EVIDENCE_VALVE, 0, 0, MBILL_RECEIPT_ACCEPTED},
    {MBILL_COMMAND_VALVE_CLOSE, MBILL_ANSWER_ACCEPTED, MBILL_EVIDENCE_VALVE, 0, 3, MBILL_RECEIPT_ACCEPTED}, /* a fault */
    {MBILL_COMMAND_VALVE_OPEN, MBILL_ANSWER_ACCEPTED, MBILL_EVIDENCE_VALVE, 0, 0, MBILL_RECEIPT_CONFIRMED},
    {MBILL_COMMAND_VALVE_OPEN, MBILL_ANSWER_ACCEPTED, MBILL_EVIDENCE_STATUS, 0, 0, MBILL_RECEIPT_ACCEPTED},
    {MBILL_COMMAND_TOP_UP, MBILL_ANSWER_ACCEPTED, MBILL_EVIDENCE_STATUS, 0x50, 0, MBILL_RECEIPT_ACCEPTED},
    {MBILL_COMMAND_TOP_UP, MBILL_ANSWER_ACCEPTED, MBILL_EVIDENCE_SAME, 0, 0, MBILL_RECEIPT_CONFIRMED},
    {MBILL_COMMAND_TARIFF, MBILL_ANSWER_NONE, MBILL_EVIDENCE_SAME, 0, 0, MBILL_RECEIPT_CONFIRMED},
    {MBILL_COMMAND_CLOCK, MBILL_ANSWER_OTHER, 0, 0, 0, MBILL_RECEIPT_UNKNOWN},
};

START_TEST(truth_table)
{
    int32_t state = 77;
    const mbill_evidence evidence = {(uint32_t)sizeof evidence, judged[_i].answer, judged[_i].has, judged[_i].status_word,
        judged[_i].valve, 0};
    ck_assert_int_eq(mbill_receipt_judge(judged[_i].kind, &evidence, &state, NULL), MBILL_OK);
    ck_assert_msg(state == judged[_i].state, "case %d: %s, expected %s", _i, mbill_receipt_state_name(state),
        mbill_receipt_state_name(judged[_i].state));
}
END_TEST

/* Over every kind, answer and status word: only what is read back confirms, and a refusal is never anything else. */
START_TEST(truth_law)
{
    for (int32_t kind = MBILL_COMMAND_TRIP; kind <= MBILL_COMMAND_CANCEL; kind++)
        for (int32_t answer = MBILL_ANSWER_NONE; answer <= MBILL_ANSWER_OTHER; answer++)
            for (uint32_t has = 0; has < 8; has++)
                for (uint32_t bits = 0; bits < 16; bits++) {
                    const uint32_t word = (bits & 1) << 4 | (bits & 2) << 5 | (bits & 4) << 5 | (bits & 8) << 9;
                    const mbill_evidence evidence = {(uint32_t)sizeof evidence, answer, has, word, bits, 0};
                    int32_t state;
                    ck_assert_int_eq(mbill_receipt_judge(kind, &evidence, &state, NULL), MBILL_OK);
                    if (answer == MBILL_ANSWER_REFUSED) ck_assert_int_eq(state, MBILL_RECEIPT_REFUSED);
                    else if (has == 0)
                        ck_assert_int_eq(state, answer == MBILL_ANSWER_ACCEPTED ? MBILL_RECEIPT_ACCEPTED : MBILL_RECEIPT_UNKNOWN);
                    else
                        ck_assert(state == MBILL_RECEIPT_CONFIRMED ||
                            state == (answer == MBILL_ANSWER_ACCEPTED ? MBILL_RECEIPT_ACCEPTED : MBILL_RECEIPT_UNKNOWN));
                }
}
END_TEST

START_TEST(judge_refuses)
{
    int32_t state;
    mbill_error err;
    mbill_evidence evidence = {.struct_size = (uint32_t)sizeof evidence};
    mbill_error_init(&err);
    assert_refusal(&err, mbill_receipt_judge(0, &evidence, &state, &err), MBILL_E_INVALID, "kind 0");
    evidence.answer = 4;
    assert_refusal(&err, mbill_receipt_judge(1, &evidence, &state, &err), MBILL_E_INVALID, "answer 4");
    evidence.answer = 0;
    evidence.has = 8;
    assert_refusal(&err, mbill_receipt_judge(1, &evidence, &state, &err), MBILL_E_UNKNOWN_OPTION, "8");
    assert_refusal(&err, mbill_receipt_judge(1, NULL, &state, &err), MBILL_E_MISUSE, "evidence");
    ck_assert_ptr_null(mbill_receipt_state_name(0));
    ck_assert_str_eq(mbill_receipt_state_name(9), "unknown");
}
END_TEST

/* A meter names itself in its reply, in either wire, wherever the frame begins; what was sent to it, or only looks like it, is no reply. */
START_TEST(of_which_meter)
{
    static const struct {
        const char *reply, *target;
        mbill_status status;
    } rows[] = {
        {"68010000000000689106363833378333f616", "e/000000000001", MBILL_OK}, /* as V20 has it */
        {"fefe683412907856346890", "e/345678901234", MBILL_OK},
        {"683412907856346890", "e/345678901235", MBILL_E_ADDRESS},
        {"683412907856346810", "e/345678901234", MBILL_E_ADDRESS},
        {"683412907856340090", "e/345678901234", MBILL_E_ADDRESS},
        {"6834129078563468", "e/345678901234", MBILL_E_ADDRESS},
        {"fe68107856341200000184", "w/01000012345678", MBILL_OK},
        {"68207856341200aa0184", "h/01aa0012345678", MBILL_OK},
        {"68207856341200aa0104", "h/01aa0012345678", MBILL_E_ADDRESS},
        {"68207856341200aa0184", "h/01aa001234567", MBILL_E_ADDRESS},
        {"68207856341200aa0184", "g/01az0012345678", MBILL_E_ADDRESS},
        {"", "e/000000000001", MBILL_E_ADDRESS},
        {"68", "grp/town", MBILL_E_INVALID},
        {"68", "e/", MBILL_E_INVALID},
    };
    mbill_error err;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        mbill_receipt receipt = MBILL_RECEIPT_INIT;
        mbill_error_init(&err);
        receipt.n_reply = (uint32_t)unhex(rows[i].reply, receipt.reply);
        mbill_status status = mbill_receipt_is_from(&receipt, rows[i].target, &err);
        ck_assert_msg(status == rows[i].status, "row %zu: %s %s", i, mbill_status_name((int32_t)status), err.message);
    }
    mbill_receipt receipt = MBILL_RECEIPT_INIT;
    receipt.n_reply = MBILL_RECEIPT_REPLY_MAX + 1;
    assert_refusal(&err, mbill_receipt_is_from(&receipt, "e/1", &err), MBILL_E_INVALID, "257 bytes");
    assert_refusal(&err, mbill_receipt_is_from(NULL, "e/1", &err), MBILL_E_MISUSE, "receipt");
    assert_refusal(&err, mbill_receipt_is_from(&receipt, NULL, &err), MBILL_E_MISUSE, "target");
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("receipt");
    TCase *tests = tcase_create("receipt");
    tcase_set_timeout(tests, 60);
    tcase_add_test(tests, vector);
    tcase_add_test(tests, chain);
    tcase_add_test(tests, of_which_meter);
    tcase_add_test(tests, refused_receipts);
    tcase_add_loop_test(tests, truth_table, 0, (int)(sizeof judged / sizeof judged[0]));
    tcase_add_test(tests, truth_law);
    tcase_add_test(tests, judge_refuses);
    suite_add_tcase(suite, tests);
    return check_run(suite, CK_FORK_GETENV);
}
