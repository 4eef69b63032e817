/* SPDX-License-Identifier: Apache-2.0 */
/* The order of checks: a message that breaks every rule at once, mended one by one, is refused by one rule after the other, and taken in the end. The edges of time
 * are the same in every era. */
#include "check_run.h"
#include "refusal.h"
#include "signed.h"

#include "command/envelope.h"
#include "meterbill/replay.h"

#include <stdbool.h>

/* What is still broken: everything from this rule on. */
typedef enum rule {
    SIZE,
    STRUCTURE,
    KID,
    KID_SPAN,
    SIGNATURE,
    FORM,
    PAYLOAD,
    TARGET,
    BEGINNING,
    END,
    LIFETIME,
    KEYSET_END,
    ROLE,
    ID,
    NUMBER,
    COUNT,
    QUOTA,
    NONE
} rule;

static const mbill_status statuses[] = {MBILL_E_LIMIT, MBILL_E_STRUCTURE, MBILL_E_KID_UNKNOWN, MBILL_E_KID_TIME,
    MBILL_E_SIGNATURE, MBILL_E_NONCANONICAL, MBILL_E_CLAIMS, MBILL_E_AUDIENCE, MBILL_E_NOT_YET, MBILL_E_EXPIRED, MBILL_E_LIFETIME,
    MBILL_E_KEYSET_EXPIRED, MBILL_E_ROLE, MBILL_E_ID_REUSED, MBILL_E_REPLAY, MBILL_E_COUNT, MBILL_E_QUOTA, MBILL_OK};

/* A top-up; a command cannot begin after its end, so of these two only one is broken at a time. */
static mbill_command command_with(rule from)
{
    mbill_command c = trip_of(from <= TARGET ? "e/000000000002" : "e/000000000001");
    c.kind = MBILL_COMMAND_TOP_UP;
    c.amount_micro = 5000000;
    c.count = from <= COUNT ? 5 : 4;
    c.seq = from <= NUMBER ? 10 : 11;
    c.exp_s = from <= BEGINNING ? NOW + 10000000 : from <= END ? NOW - 200 : from <= LIFETIME ? NOW + 10000000 : NOW + 300;
    c.iat_s = from == END ? NOW - 10000000 : NOW;
    if (from <= BEGINNING) {
        c.has = MBILL_COMMAND_HAS_NBF;
        c.nbf_s = NOW + 1000;
    }
    return c;
}

/* The number of labels is a head longer than needed; the last label is one that no command has. */
static size_t payload_with(rule from, uint8_t out[MBILL_COMMAND_PAYLOAD_MAX])
{
    const mbill_command c = command_with(from);
    uint8_t plain[MBILL_COMMAND_PAYLOAD_MAX];
    size_t n, at = 0;
    ck_assert_int_eq(mbill_command_encode(&c, plain, sizeof plain - 3, &n, NULL), MBILL_OK);
    if (from <= PAYLOAD) {
        plain[0]++;
        plain[n++] = 0x29;
        plain[n++] = 0x00;
    }
    if (from <= FORM) {
        out[at++] = 0xB8;
        plain[0] &= 0x1F;
    }
    memcpy(out + at, plain, n);
    return at + n;
}

static size_t message_with(rule from, mbill_signer *signer, uint8_t out[2 * MBILL_COMMAND_BYTES_MAX])
{
    uint8_t payload[MBILL_COMMAND_PAYLOAD_MAX];
    size_t n = payload_with(from, payload), len;
    ck_assert_int_eq(mbill__message_sign(signer, MBILL__DOMAIN_COMMAND, REALM, (mbill_bytes){payload, n}, out,
                         2 * MBILL_COMMAND_BYTES_MAX, &len, NULL),
        MBILL_OK);
    if (from <= SIGNATURE) out[len - 1] ^= 1;
    if (from <= STRUCTURE) out[0] = 0xD1; /* COSE_Mac0 */
    if (from > SIZE) return len;
    memset(out + len, 0, 2 * MBILL_COMMAND_BYTES_MAX - len);
    return 2 * MBILL_COMMAND_BYTES_MAX;
}

static mbill_key key_with(rule from, mbill_signer *signer)
{
    mbill_key key = key_of(signer, mbill_role_commands(from <= ROLE ? MBILL_ROLE_RELAY : MBILL_ROLE_MONEY));
    if (from <= KID_SPAN) key.exp_s = NOW - 1000;
    key.quota_micro = from <= QUOTA ? 4999999 : 5000000;
    return key;
}

static mbill_status admit(rule from, const mbill_command *c, mbill_bytes message, const mbill_key *key, mbill_error *err)
{
    static const uint8_t other[32] = {1};
    mbill_replay number = {0};
    mbill_purchases bought = {0};
    mbill_quota quota = {0};
    uint8_t hash[32];
    int32_t verdict;
    number.last_seq = 10;
    number.window = 1;
    bought.last_count = 3;
    mbill_command_hash(message, hash);
    MBILL_TRY(mbill_replay_admit(c, hash, from <= ID ? other : NULL, &number, &bought, &number, &bought, &verdict, err));
    ck_assert_int_eq(verdict, MBILL_ADMIT_NEW);
    return mbill_quota_admit(key, c, NOW, &quota, &quota, err);
}

static mbill_status outcome(rule from, mbill_error *err)
{
    static const char *const targets[] = {"e/000000000001"};
    uint8_t bytes[2 * MBILL_COMMAND_BYTES_MAX];
    mbill_command_policy policy = {.struct_size = sizeof policy, .targets = targets, .n_targets = 1};
    mbill_signer *known = operator_signer(), *stranger = signer_of(77);
    mbill_key key = key_with(from, known);
    mbill_keyset *keyset = keyset_of(&key, 1, from <= KEYSET_END ? NOW - 1000 : INT64_C(4102444800));
    mbill_command got;
    const mbill_bytes message = {bytes, message_with(from, from <= KID ? stranger : known, bytes)};
    mbill_error_init(err);
    mbill_status status = mbill_command_open(keyset, REALM, NOW, &policy, message, &got, err);
    if (status == MBILL_OK) status = admit(from, &got, message, mbill_keyset_key(keyset, got.kid), err);
    mbill_keyset_free(keyset);
    mbill_signer_free(known);
    mbill_signer_free(stranger);
    return status;
}

START_TEST(mended_one_by_one)
{
    mbill_error err;
    for (rule from = SIZE; from <= NONE; from++) {
        mbill_status status = outcome(from, &err), expected = statuses[from];
        ck_assert_msg(status == expected, "rule %d: %s, expected %s (%s)", (int)from, mbill_status_name((int32_t)status),
            mbill_status_name((int32_t)expected), err.message);
    }
}
END_TEST

/* Who signed it: each name, rising, and no further one. */
START_TEST(signers)
{
    uint8_t one[MBILL_COMMAND_BYTES_MAX], two[MBILL_COMMAND_BYTES_MAX], kids[2][8], untouched[8] = {0}, kid[8] = {0};
    mbill_signer *a = signer_of(5), *b = signer_of(6);
    const mbill_command c = trip_of("e/000000000001");
    mbill_error err;
    size_t n;
    mbill_error_init(&err);
    ck_assert_int_eq(mbill_command_sign(a, REALM, &c, one, sizeof one, &n, &err), MBILL_OK);
    ck_assert_int_eq(mbill_command_signer((mbill_bytes){one, n}, 0, kid, &err), MBILL_OK);
    ck_assert_mem_eq(kid, key_of(a, 2).kid, 8);
    assert_refusal(&err, mbill_command_signer((mbill_bytes){one, n}, 1, untouched, &err), MBILL_E_NOT_FOUND, "signer 1 of 1");
    assert_refusal(&err, mbill_command_signer((mbill_bytes){one, n - 1}, 0, untouched, &err), MBILL_E_TRUNCATED, "");
    assert_refusal(&err, mbill_command_signer((mbill_bytes){one, n}, 0, NULL, &err), MBILL_E_MISUSE, "out_kid");
    ck_assert_int_eq(mbill_command_encode(&c, two, sizeof two, &n, &err), MBILL_OK);
    ck_assert_int_eq(mbill_command_cosign(a, REALM, (mbill_bytes){two, n}, one, sizeof one, &n, &err), MBILL_OK);
    ck_assert_int_eq(mbill_command_cosign(b, REALM, (mbill_bytes){one, n}, two, sizeof two, &n, &err), MBILL_OK);
    for (size_t i = 0; i < 2; i++) ck_assert_int_eq(mbill_command_signer((mbill_bytes){two, n}, i, kids[i], &err), MBILL_OK);
    ck_assert_int_lt(memcmp(kids[0], kids[1], 8), 0);
    bool a_first = memcmp(kids[0], key_of(a, 2).kid, 8) == 0;
    ck_assert_mem_eq(kids[a_first ? 1 : 0], key_of(b, 2).kid, 8);
    static const uint8_t none[8];
    ck_assert_mem_eq(untouched, none, 8);
    mbill_signer_free(a);
    mbill_signer_free(b);
}
END_TEST

/* ---- eras ---- */

/* Around 2^31 and 2^32 seconds, the leap day of 2096 and the missing one of 2100. */
static const int64_t eras[] = {INT64_C(2147483647), INT64_C(2147483648), INT64_C(4294967295), INT64_C(4294967296),
    INT64_C(3981225600), INT64_C(4107542399), INT64_C(4107542400)};

static mbill_status open_in(int64_t now_s, int64_t skew_s, int64_t iat, int64_t nbf, int64_t exp, uint32_t flags)
{
    uint8_t bytes[MBILL_COMMAND_BYTES_MAX];
    mbill_command_policy policy = {.struct_size = sizeof policy, .flags = flags, .skew_s = skew_s};
    mbill_signer *signer = operator_signer();
    mbill_key key = key_of(signer, mbill_role_commands(MBILL_ROLE_RELAY));
    mbill_command c = trip_of("e/000000000001"), got;
    size_t n;
    key.exp_s = INT64_C(8000000000);
    mbill_keyset *keyset = keyset_of(&key, 1, key.exp_s);
    c.iat_s = now_s + iat;
    c.nbf_s = now_s + nbf;
    c.exp_s = now_s + exp;
    c.has = MBILL_COMMAND_HAS_NBF;
    ck_assert_int_eq(mbill_command_sign(signer, REALM, &c, bytes, sizeof bytes, &n, NULL), MBILL_OK);
    mbill_status status = mbill_command_open(keyset, REALM, now_s, &policy, (mbill_bytes){bytes, n}, &got, NULL);
    mbill_keyset_free(keyset);
    mbill_signer_free(signer);
    return status;
}

START_TEST(edges_in_every_era)
{
    static const struct {
        int64_t skew_s, iat, nbf, exp; /* relative to the era */
        uint32_t flags;
        mbill_status status;
    } rows[] = {
        {-1, 0, 0, 1, 0, MBILL_OK},
        {-1, 0, 0, 0, 0, MBILL_E_EXPIRED},
        {-1, -10, -10, -1, 0, MBILL_E_EXPIRED},
        {-1, 0, 1, 2, 0, MBILL_E_NOT_YET},
        {-1, 1, 1, 2, 0, MBILL_E_NOT_YET},
        {0, -200, -200, -119, 0, MBILL_OK},
        {0, -200, -200, -120, 0, MBILL_E_EXPIRED},
        {0, 120, 120, 121, 0, MBILL_OK},
        {0, 121, 121, 121, 0, MBILL_E_NOT_YET},
        {0, 0, 0, 86400, 0, MBILL_OK},
        {0, 0, 0, 86401, 0, MBILL_E_LIFETIME},
        {0, -90000, -90000, -89000, MBILL_POLICY_TIME_UNTRUSTED, MBILL_OK},
        {0, -90000, -90000, 0, MBILL_POLICY_TIME_UNTRUSTED, MBILL_E_LIFETIME},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        mbill_status status = open_in(eras[_i], rows[i].skew_s, rows[i].iat, rows[i].nbf, rows[i].exp, rows[i].flags);
        ck_assert_msg(status == rows[i].status, "row %zu at %lld s: %s", i, (long long)eras[_i],
            mbill_status_name((int32_t)status));
    }
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("command_order");
    TCase *tests = tcase_create("command_order");
    tcase_add_test(tests, mended_one_by_one);
    tcase_add_test(tests, signers);
    tcase_add_loop_test(tests, edges_in_every_era, 0, (int)(sizeof eras / sizeof eras[0]));
    suite_add_tcase(suite, tests);
    return check_run(suite, CK_FORK_GETENV);
}
