/* SPDX-License-Identifier: Apache-2.0 */
/* Signed commands: one wire form, every tampering refused, who may what when. The messages V10, V17, V19 and V14 are those of the vectors that
 * tests/golden/command reads. */
#include "check_run.h"
#include "refusal.h"
#include "signed.h"

#include <stdio.h>
#include <stdlib.h>

static const char v10[] =
    "d2844da2012704487849ac3049680be1a05837a6036e652f303030303030303030303031041a6955ba2c061a6955b9000750000102030405"
    "060708090a0b0c0d0e0f201a0001e2402101584084b47ba93a181e979ef55fdb666e5e64e2c9e646f291de0c8ac3cb8dbbcc0c6b0d040ae0"
    "e923c6ca5fa9bc8a87eef224d125e807b4197fbf155854b238c3b702";
static const char v17[] =
    "d2844da2012704487849ac3049680be1a05841a7036e652f303030303030303030303031041a695ef380061a6955b9000750101112131415"
    "161718191a1b1c1d1e1f201a0001e241210822a2011a05f5e100020758400b0ef7ca6cc4bc4c302190c9f6cf87bd902358e3d911d9f70198"
    "a8d86c74c60faaefa05dad1334bb1c17ddfd1f743802929de933cd28ee7ce0af8ed4dead4504";
static const char v19[] =
    "d2844da2012704487849ac3049680be1a05856a7036a6772702f626c6f636b37041a6955ba2c061a6955b900075030313233343536373839"
    "3a3b3c3d3e3f2001210124a201582065cadcfd82344fad3aa4184e7f13d4744f307e7dc3a1002780fee19299769c16020358406850"
    "49e1f75857916d503ffd5878fb75807748655efc9563c114aeda139cbaaefa06c67eba6b22f6dd65e63adc9b2a403002b73e05789e03bd11"
    "ab2b4e288508";

static uint32_t all_of(int32_t role)
{
    return mbill_role_commands(role);
}

/* The operator's key with the role's commands. */
static mbill_keyset *operator_keyset(int32_t role)
{
    mbill_signer *signer = operator_signer();
    mbill_key key = key_of(signer, all_of(role));
    mbill_signer_free(signer);
    return keyset_of(&key, 1, INT64_C(4102444800));
}

static mbill_status open_at(const mbill_keyset *keyset, int64_t now_s, const uint8_t *bytes, size_t n, mbill_command *out,
    mbill_error *err)
{
    mbill_error_init(err);
    return mbill_command_open(keyset, REALM, now_s, NULL, (mbill_bytes){bytes, n}, out, err);
}

static void assert_signs_to(const mbill_command *command, const uint8_t *bytes, size_t n)
{
    uint8_t made[MBILL_COMMAND_BYTES_MAX];
    size_t len;
    mbill_signer *signer = operator_signer();
    ck_assert_int_eq(mbill_command_sign(signer, REALM, command, made, sizeof made, &len, NULL), MBILL_OK);
    ck_assert_uint_eq(len, n);
    ck_assert_mem_eq(made, bytes, n);
    mbill_signer_free(signer);
}

START_TEST(vectors)
{
    uint8_t bytes[256];
    mbill_command got;
    mbill_error err;
    mbill_keyset *relay = operator_keyset(MBILL_ROLE_RELAY), *money = operator_keyset(MBILL_ROLE_MONEY);

    size_t n = unhex(v10, bytes);
    ck_assert_uint_eq(n, 140);
    ck_assert_int_eq(open_at(relay, NOW, bytes, n, &got, &err), MBILL_OK);
    ck_assert_int_eq(got.kind, MBILL_COMMAND_TRIP);
    ck_assert_str_eq(got.target, "e/000000000001");
    ck_assert_uint_eq(got.seq, 123456);
    ck_assert_uint_eq(got.n_signers, 1);
    ck_assert_uint_eq(got.roles, 1u << MBILL_ROLE_RELAY);
    ck_assert_uint_eq(got.kid[0], 0x78);
    assert_signs_to(&got, bytes, n);
    mbill_command trip = trip_of("e/000000000001");
    assert_signs_to(&trip, bytes, n);

    n = unhex(v17, bytes);
    ck_assert_uint_eq(n, 150);
    ck_assert_int_eq(open_at(money, NOW, bytes, n, &got, &err), MBILL_OK);
    ck_assert_int_eq(got.amount_micro, 100000000);
    ck_assert_uint_eq(got.count, 7);
    assert_signs_to(&got, bytes, n);

    n = unhex(v19, bytes);
    ck_assert_uint_eq(n, 171);
    ck_assert_int_eq(open_at(relay, NOW, bytes, n, &got, &err), MBILL_OK);
    const char *const targets[] = {"e/000000000001", "e/000000000002", "w/00000000000123"};
    uint8_t hash[32];
    ck_assert_int_eq(mbill_targets_hash(targets, 3, hash, NULL), MBILL_OK);
    ck_assert_mem_eq(hash, got.group_hash, 32);
    ck_assert_uint_eq(got.group_count, 3);
    assert_signs_to(&got, bytes, n);
    mbill_keyset_free(relay);
    mbill_keyset_free(money);
}
END_TEST

/* Every single-bit flip, every truncation, every extension by one byte, every other byte in the header. */
START_TEST(tampering)
{
    static const char *const messages[] = {v10, v17, v19};
    static const int32_t roles[] = {MBILL_ROLE_RELAY, MBILL_ROLE_MONEY, MBILL_ROLE_RELAY};
    uint8_t bytes[256];
    mbill_command got;
    mbill_error err;
    size_t n = unhex(messages[_i], bytes), flips = 0, cuts = 0, more = 0, heads = 0, taken = 0;
    mbill_keyset *keyset = operator_keyset(roles[_i]);
    ck_assert_int_eq(open_at(keyset, NOW, bytes, n, &got, &err), MBILL_OK);
    memset(&got, 0x5a, sizeof got);
    const mbill_command untouched = got;
    for (size_t bit = 0; bit < 8 * n; bit++, flips++) {
        bytes[bit / 8] ^= (uint8_t)(1u << bit % 8);
        taken += open_at(keyset, NOW, bytes, n, &got, &err) == MBILL_OK;
        ck_assert_int_ne(err.message[0], '\0');
        bytes[bit / 8] ^= (uint8_t)(1u << bit % 8);
    }
    for (size_t len = 0; len < n; len++, cuts++) {
        uint8_t *cut = malloc(len + 1); /* of just that length, for the sanitizer */
        memcpy(cut, bytes, len);
        cut = realloc(cut, len > 0 ? len : 1);
        taken += open_at(keyset, NOW, cut, len, &got, &err) == MBILL_OK;
        free(cut);
    }
    for (unsigned byte = 0; byte < 256; byte++, more++) {
        bytes[n] = (uint8_t)byte;
        taken += open_at(keyset, NOW, bytes, n + 1, &got, &err) == MBILL_OK;
    }
    for (size_t at = 0; at < 18; at++) {
        uint8_t was = bytes[at];
        for (unsigned byte = 0; byte < 256; byte++) {
            if (byte == was) continue;
            bytes[at] = (uint8_t)byte;
            taken += open_at(keyset, NOW, bytes, n, &got, &err) == MBILL_OK;
            heads++;
        }
        bytes[at] = was;
    }
    printf("# %zu bytes: %zu flips, %zu truncations, %zu extensions, %zu other header bytes: %zu taken\n", n, flips, cuts, more,
        heads, taken);
    ck_assert_uint_eq(taken, 0);
    ck_assert_mem_eq(&got, &untouched, sizeof got);
    mbill_keyset_free(keyset);
}
END_TEST

/* Second wire forms of V10, each refused for what it is. */
static const struct {
    const char *what, *hex_before, *hex_after; /* the first place where before stands becomes after */
    mbill_status status;
} twins[] = {
    {"array head of two bytes", "d2844d", "d298044d", MBILL_E_NONCANONICAL},
    {"tag head of two bytes", "d2844d", "d812844d", MBILL_E_NONCANONICAL},
    {"indefinite array", "d2844d", "d29f4d", MBILL_E_NONCANONICAL},
    {"tag 98", "d2844d", "d862844d", MBILL_E_STRUCTURE},
    {"tag 998", "d2844d", "d903e6844d", MBILL_E_STRUCTURE},
    {"tag 17", "d2844d", "d1844d", MBILL_E_STRUCTURE},
    {"no tag", "d2844d", "844d", MBILL_E_STRUCTURE},
    {"an array of three", "d2844d", "d2834d", MBILL_E_NONCANONICAL},
    {"an array of five", "d2844d", "d2854d", MBILL_E_TRUNCATED},
    {"header that is a map", "4da2012704487849ac3049680be1", "a2012704487849ac3049680be1", MBILL_E_STRUCTURE},
    {"empty header", "4da2012704487849ac3049680be1", "40", MBILL_E_TRUNCATED},
    {"header of an empty map", "4da2012704487849ac3049680be1", "41a0", MBILL_E_STRUCTURE},
    {"kid of seven bytes", "4da2012704487849ac3049680be1", "4ca2012704477849ac3049680b", MBILL_E_STRUCTURE},
    {"kid of nine bytes", "4da2012704487849ac3049680be1", "4ea2012704497849ac3049680be100", MBILL_E_STRUCTURE},
    {"kid that is a text", "4da201270448", "4da201270468", MBILL_E_STRUCTURE},
    {"algorithm that is a text", "4da20127", "4ea2016127", MBILL_E_STRUCTURE},
    {"payload that is a text", "a05837", "a07837", MBILL_E_STRUCTURE},
    {"two tags", "d2844d", "d2d2844d", MBILL_E_STRUCTURE},
    {"indefinite header", "4da2012704487849ac3049680be1", "5f4da2012704487849ac3049680be1ff", MBILL_E_NONCANONICAL},
    {"header key order", "4da2012704487849ac3049680be1", "4da204487849ac3049680be10127", MBILL_E_NONCANONICAL},
    {"header key twice", "4da2012704487849ac3049680be1", "4fa30127012704487849ac3049680be1", MBILL_E_NONCANONICAL},
    {"long algorithm", "4da20127", "4ea2013807", MBILL_E_NONCANONICAL},
    {"extra protected label", "4da2012704487849ac3049680be1",
        "4fa301270300044878"
        "49ac3049680be1",
        MBILL_E_STRUCTURE},
    {"ES256", "4da20127", "4da20126", MBILL_E_ALGORITHM},
    {"another name for the algorithm", "4da20127", "4da20132", MBILL_E_SIGNATURE},
    {"kid unprotected", "4da2012704487849ac3049680be1a0", "43a10127a104487849ac3049680be1", MBILL_E_STRUCTURE},
    {"kid in both", "0be1a0", "0be1a104487849ac3049680be1", MBILL_E_STRUCTURE},
    {"unprotected of another kind", "0be1a0", "0be180", MBILL_E_STRUCTURE},
    {"long payload head", "a05837", "a0590037", MBILL_E_NONCANONICAL},
    {"detached payload",
        "a05837a6036e652f303030303030303030303031041a6955ba2c061a6955b9000750000102030405060708090a0b0c0d0e0f201a0001e2402101",
        "a0f6", MBILL_E_STRUCTURE},
    {"short signature", "5840", "583f", MBILL_E_NONCANONICAL},
    {"unknown key", "7849ac", "7849ad", MBILL_E_KID_UNKNOWN},
};

static size_t twin_of(size_t nth, uint8_t *out)
{
    char hex[1024];
    const char *at = strstr(v10, twins[nth].hex_before);
    ck_assert_ptr_nonnull(at);
    snprintf(hex, sizeof hex, "%.*s%s%s", (int)(at - v10), v10, twins[nth].hex_after, at + strlen(twins[nth].hex_before));
    return unhex(hex, out);
}

START_TEST(second_forms)
{
    uint8_t bytes[512];
    mbill_command got;
    mbill_error err;
    mbill_keyset *keyset = operator_keyset(MBILL_ROLE_RELAY);
    size_t n = twin_of((size_t)_i, bytes);
    mbill_status status = open_at(keyset, NOW, bytes, n, &got, &err);
    ck_assert_msg(status == twins[_i].status, "%s: %d, expected %d: %s", twins[_i].what, (int)status, (int)twins[_i].status,
        err.message);
    assert_refusal(&err, status, twins[_i].status, "");
    mbill_keyset_free(keyset);
}
END_TEST

/* S + L: the malleable twin; a realm and a domain that are others. */
START_TEST(signature_of_something_else)
{
    static const uint8_t order[32] = {0xed, 0xd3, 0xf5, 0x5c, 0x1a, 0x63, 0x12, 0x58, 0xd6, 0x9c, 0xf7, 0xa2, 0xde, 0xf9, 0xde,
        0x14, [31] = 0x10};
    uint8_t bytes[256];
    mbill_command got;
    mbill_error err;
    mbill_keyset *keyset = operator_keyset(MBILL_ROLE_RELAY);
    size_t n = unhex(v10, bytes);
    unsigned carry = 0;
    mbill_error_init(&err);
    const mbill_bytes other = {(const uint8_t *)"demo2", 5}, none = {NULL, 0};
    assert_refusal(&err, mbill_command_open(keyset, other, NOW, NULL, (mbill_bytes){bytes, n}, &got, &err), MBILL_E_SIGNATURE,
        "realm");
    assert_refusal(&err, mbill_command_open(keyset, none, NOW, NULL, (mbill_bytes){bytes, n}, &got, &err), MBILL_E_SIGNATURE,
        "realm");
    for (size_t i = 0; i < 32; i++) {
        carry += bytes[n - 32 + i] + order[i];
        bytes[n - 32 + i] = (uint8_t)carry;
        carry >>= 8;
    }
    assert_refusal(&err, open_at(keyset, NOW, bytes, n, &got, &err), MBILL_E_SIGNATURE, "");
    mbill_keyset_free(keyset);
}
END_TEST

/* ---- times ---- */

static const struct {
    int64_t iat_s, nbf_s, exp_s; /* relative to NOW; nbf 1: none */
    int32_t kind;
    mbill_status status;
} times[] = {
    {-100, 1, 1, MBILL_COMMAND_TRIP, MBILL_OK},
    {-100, 1, 0, MBILL_COMMAND_TRIP, MBILL_OK}, /* within the skew */
    {-200, 1, -119, MBILL_COMMAND_TRIP, MBILL_OK},
    {-200, 1, -120, MBILL_COMMAND_TRIP, MBILL_E_EXPIRED},
    {120, 1, 300, MBILL_COMMAND_TRIP, MBILL_OK},
    {121, 1, 300, MBILL_COMMAND_TRIP, MBILL_E_NOT_YET},
    {0, 120, 300, MBILL_COMMAND_TRIP, MBILL_OK},
    {0, 121, 300, MBILL_COMMAND_TRIP, MBILL_E_NOT_YET},
    {0, 1, 600, MBILL_COMMAND_TRIP, MBILL_OK},
    {0, 1, 601, MBILL_COMMAND_TRIP, MBILL_E_LIFETIME},
    {0, 0, 86400, MBILL_COMMAND_TRIP, MBILL_OK},
    {0, 0, 86401, MBILL_COMMAND_TRIP, MBILL_E_LIFETIME},
    {0, 1, 604800, MBILL_COMMAND_TOP_UP, MBILL_OK},
    {0, 1, 604801, MBILL_COMMAND_TOP_UP, MBILL_E_LIFETIME},
    {0, 0, 7776000, MBILL_COMMAND_TARIFF, MBILL_OK},
    {0, 1, 7776001, MBILL_COMMAND_TARIFF, MBILL_E_LIFETIME},
};

static mbill_command command_of(int32_t kind)
{
    mbill_command c = trip_of("e/000000000001");
    c.kind = kind;
    if (kind == MBILL_COMMAND_TOP_UP || kind == MBILL_COMMAND_REFUND) {
        c.amount_micro = 5000000;
        c.count = 1;
    }
    if (kind == MBILL_COMMAND_TARIFF) c.switch_s = NOW + 86400;
    if (kind == MBILL_COMMAND_CLOCK) c.clock_s = NOW;
    if (kind == MBILL_COMMAND_READ) c.di = 0x04000503;
    if (kind == MBILL_COMMAND_CANCEL) c.last_seq = 9;
    return c;
}

static int32_t role_for(int32_t kind)
{
    for (int32_t role = MBILL_ROLE_RELAY; role <= MBILL_ROLE_ROOT; role++)
        if ((all_of(role) & 1u << kind) != 0) return role;
    return 0;
}

static mbill_status open_command(const mbill_keyset *keyset, const mbill_command_policy *policy, int64_t now_s,
    const mbill_command *c, mbill_command *out, mbill_error *err)
{
    uint8_t bytes[MBILL_COMMAND_BYTES_MAX];
    size_t n;
    mbill_signer *signer = operator_signer();
    mbill_error_init(err);
    ck_assert_msg(mbill_command_sign(signer, REALM, c, bytes, sizeof bytes, &n, err) == MBILL_OK, "%s", err->message);
    mbill_signer_free(signer);
    return mbill_command_open(keyset, REALM, now_s, policy, (mbill_bytes){bytes, n}, out, err);
}

START_TEST(time_table)
{
    mbill_command got, c = command_of(times[_i].kind);
    mbill_error err;
    mbill_keyset *keyset = operator_keyset(role_for(c.kind));
    c.iat_s = NOW + times[_i].iat_s;
    c.exp_s = NOW + times[_i].exp_s;
    if (times[_i].nbf_s != 1) {
        c.has = MBILL_COMMAND_HAS_NBF;
        c.nbf_s = NOW + times[_i].nbf_s;
    }
    mbill_status status = open_command(keyset, NULL, NOW, &c, &got, &err);
    ck_assert_msg(status == times[_i].status, "case %d: %d, expected %d: %s", _i, (int)status, (int)times[_i].status,
        err.message);
    mbill_keyset_free(keyset);
}
END_TEST

START_TEST(clocks)
{
    mbill_command got, c = trip_of("e/000000000001");
    mbill_error err;
    mbill_command_policy policy = MBILL_COMMAND_POLICY_INIT;
    mbill_keyset *keyset = operator_keyset(MBILL_ROLE_RELAY);
    policy.skew_s = -1;
    ck_assert_int_eq(open_command(keyset, &policy, c.exp_s - 1, &c, &got, &err), MBILL_OK);
    ck_assert_uint_eq(got.notes, 0);
    assert_refusal(&err, open_command(keyset, &policy, c.exp_s, &c, &got, &err), MBILL_E_EXPIRED, "ended");
    policy.flags = MBILL_POLICY_TIME_UNTRUSTED;
    ck_assert_int_eq(open_command(keyset, &policy, 0, &c, &got, &err), MBILL_OK);
    ck_assert_uint_eq(got.notes, MBILL_COMMAND_TIME_UNCHECKED);
    c.exp_s = c.iat_s + 601;
    assert_refusal(&err, open_command(keyset, &policy, 0, &c, &got, &err), MBILL_E_LIFETIME, "601");
    c.iat_s = INT64_C(2147483648); /* 2038 */
    c.exp_s = c.iat_s + 60;
    policy.flags = 0;
    ck_assert_int_eq(open_command(keyset, &policy, c.iat_s, &c, &got, &err), MBILL_OK);
    c.iat_s = INT64_C(4107542400); /* 2100-03-01: the key has ended */
    c.exp_s = c.iat_s + 60;
    assert_refusal(&err, open_command(keyset, &policy, c.iat_s, &c, &got, &err), MBILL_E_KID_TIME, "good");
    policy.flags = 2;
    assert_refusal(&err, open_command(keyset, &policy, c.iat_s, &c, &got, &err), MBILL_E_UNKNOWN_OPTION, "flags");
    policy.flags = 0;
    policy.money_max_s = -5;
    assert_refusal(&err, open_command(keyset, &policy, c.iat_s, &c, &got, &err), MBILL_E_RANGE, "below 0");
    mbill_keyset_free(keyset);
}
END_TEST

/* ---- role x command x target ---- */

START_TEST(role_table)
{
    static const char *const prefixes[] = {"", "e/", "e/00000000000", "w/", "e/000000000001", "e/0000000000012"};
    static const bool matches[] = {true, true, true, false, true, false};
    int32_t role = MBILL_ROLE_RELAY + _i % 5, kind = MBILL_COMMAND_TRIP + _i / 5;
    mbill_signer *signer = operator_signer();
    for (size_t p = 0; p < 6; p++) {
        mbill_key key = key_of(signer, all_of(role));
        mbill_command got, c = command_of(kind);
        mbill_error err;
        strcpy(key.prefix, prefixes[p]);
        mbill_keyset *keyset = keyset_of(&key, 1, INT64_C(4102444800));
        bool may = (all_of(role) & 1u << kind) != 0 && matches[p];
        mbill_status status = open_command(keyset, NULL, NOW, &c, &got, &err);
        ck_assert_msg(status == (may ? MBILL_OK : MBILL_E_ROLE), "%s %s at \"%s\": %d", mbill_role_name(role),
            mbill_command_name(kind), prefixes[p], (int)status);
        mbill_keyset_free(keyset);
    }
    mbill_signer_free(signer);
}
END_TEST

/* Who may what, in words: a money key does not trip, a relay key does not refund, only root keeps power. */
START_TEST(roles_in_words)
{
    static const char *const may[] = {"", "trip permit_close direct_close alarm_on alarm_off valve_open valve_close read cancel",
        "top_up refund read cancel", "tariff read cancel", "clock read cancel",
        "trip permit_close direct_close alarm_on alarm_off keep_on keep_off valve_open valve_close read cancel"};
    for (int32_t role = MBILL_ROLE_RELAY; role <= MBILL_ROLE_ROOT; role++) {
        char text[256] = "";
        for (int32_t kind = MBILL_COMMAND_TRIP; kind <= MBILL_COMMAND_CANCEL; kind++) {
            if ((all_of(role) & 1u << kind) == 0) continue;
            if (text[0] != '\0') strcat(text, " ");
            strcat(text, mbill_command_name(kind));
        }
        ck_assert_str_eq(text, may[role]);
    }
    ck_assert_ptr_null(mbill_role_name(0));
    ck_assert_ptr_null(mbill_role_name(6));
    ck_assert_uint_eq(mbill_role_commands(6), 0);
    ck_assert_ptr_null(mbill_command_name(0));
    ck_assert_ptr_null(mbill_command_name(16));
}
END_TEST

/* After the keyset's time: towards supply alone. */
START_TEST(expired_keyset)
{
    mbill_signer *signer = operator_signer();
    mbill_command got, c = command_of(MBILL_COMMAND_TRIP + _i);
    mbill_error err;
    mbill_key key = key_of(signer, all_of(role_for(c.kind)));
    mbill_keyset *keyset = keyset_of(&key, 1, NOW - 120);
    bool towards = c.kind == MBILL_COMMAND_KEEP_ON || c.kind == MBILL_COMMAND_PERMIT_CLOSE ||
        c.kind == MBILL_COMMAND_DIRECT_CLOSE || c.kind == MBILL_COMMAND_VALVE_OPEN;
    mbill_status status = open_command(keyset, NULL, NOW, &c, &got, &err);
    ck_assert_int_eq(status, towards ? MBILL_OK : MBILL_E_KEYSET_EXPIRED);
    if (towards) ck_assert_uint_eq(got.notes, MBILL_COMMAND_KEYSET_EXPIRED);
    mbill_keyset_free(keyset);
    keyset = keyset_of(&key, 1, NOW - 119); /* within the skew */
    ck_assert_int_eq(open_command(keyset, NULL, NOW, &c, &got, &err), MBILL_OK);
    ck_assert_uint_eq(got.notes, 0);
    mbill_keyset_free(keyset);
    mbill_signer_free(signer);
}
END_TEST

START_TEST(audience)
{
    static const char *const here[] = {"e/000000000001", "e/000000000003", "grp/block7", "w/00000000000123"};
    static const char *const asked[] = {"e/000000000001", "e/000000000002", "e/000000000003", "w/00000000000123", "g/1"};
    mbill_command_policy policy = MBILL_COMMAND_POLICY_INIT;
    mbill_keyset *keyset = operator_keyset(MBILL_ROLE_RELAY);
    policy.targets = here;
    policy.n_targets = 4;
    for (size_t i = 0; i < 5; i++) {
        mbill_command got, c = trip_of(asked[i]);
        mbill_error err;
        ck_assert_int_eq(open_command(keyset, &policy, NOW, &c, &got, &err), i == 1 || i == 4 ? MBILL_E_AUDIENCE : MBILL_OK);
    }
    mbill_keyset_free(keyset);
}
END_TEST

START_TEST(key_limits)
{
    mbill_signer *signer = operator_signer();
    mbill_command got, c = trip_of("e/000000000001");
    mbill_error err;
    mbill_key key = key_of(signer, all_of(MBILL_ROLE_RELAY));
    key.lifetime_s = 299;
    mbill_keyset *keyset = keyset_of(&key, 1, INT64_C(4102444800));
    assert_refusal(&err, open_command(keyset, NULL, NOW, &c, &got, &err), MBILL_E_LIFETIME, "300");
    mbill_keyset_free(keyset);
    key.lifetime_s = 300;
    key.nbf_s = NOW + 121;
    keyset = keyset_of(&key, 1, INT64_C(4102444800));
    assert_refusal(&err, open_command(keyset, NULL, NOW, &c, &got, &err), MBILL_E_KID_TIME, "good from");
    ck_assert_int_eq(open_command(keyset, NULL, NOW + 1, &c, &got, &err), MBILL_OK);
    mbill_keyset_free(keyset);
    mbill_signer_free(signer);
}
END_TEST

/* ---- what is signed ---- */

/* Payloads that a key could sign and nobody takes. */
static const struct {
    const char *hex;
    mbill_status status;
} payloads[] = {
    {"a6036e652f303030303030303030303031041a6955ba2c061a6955b9000750000102030405060708090a0b0c0d0e0f201a0001e2402101", MBILL_OK},
    {"a0", MBILL_E_CLAIMS},
    {"80", MBILL_E_CLAIMS},
    {"", MBILL_E_TRUNCATED},
    {"a5036e652f303030303030303030303031061a6955b9000750000102030405060708090a0b0c0d0e0f201a0001e2402101",
        MBILL_E_CLAIMS}, /* no exp */
    {"a5036e652f303030303030303030303031041a6955ba2c0750000102030405060708090a0b0c0d0e0f201a0001e2402101",
        MBILL_E_CLAIMS}, /* no iat */
    {"a5036e652f303030303030303030303031041a6955ba2c061a6955b9000750000102030405060708090a0b0c0d0e0f2101",
        MBILL_E_CLAIMS}, /* no seq */
    {"a7036e652f303030303030303030303031041a6955ba2c061a6955b9000750000102030405060708090a0b0c0d0e0f0800201a0001e2402101",
        MBILL_E_CLAIMS},
    {"a6036e452f303030303030303030303031041a6955ba2c061a6955b9000750000102030405060708090a0b0c0d0e0f201a0001e2402101",
        MBILL_E_CLAIMS}, /* E/ */
    {"a6036e652f30303030303030303030302d041a6955ba2c061a6955b9000750000102030405060708090a0b0c0d0e0f201a0001e2402101",
        MBILL_E_CLAIMS},
    {"a6036e652f303030303030303030303031041a6955b8ff061a6955b9000750000102030405060708090a0b0c0d0e0f201a0001e2402101",
        MBILL_E_CLAIMS}, /* exp < iat */
    {"a6036e652f303030303030303030303031041a6955ba2c061a6955b900074f000102030405060708090a0b0c0d0e201a0001e2402101",
        MBILL_E_CLAIMS},
    {"a6036e652f303030303030303030303031041a6955ba2c061a6955b900075000000000000000000000000000000000201a0001e2402101",
        MBILL_E_CLAIMS},
    {"a6036e652f303030303030303030303031041a6955ba2c061a6955b9000750000102030405060708090a0b0c0d0e0f201a0001e2402100",
        MBILL_E_CLAIMS},
    {"a6036e652f303030303030303030303031041a6955ba2c061a6955b9000750000102030405060708090a0b0c0d0e0f201a0001e2402110",
        MBILL_E_CLAIMS},
    {"a6036e652f303030303030303030303031041a6955ba2c061a6955b9000750000102030405060708090a0b0c0d0e0f203a0001e2402101",
        MBILL_E_CLAIMS},
    {"a6036e652f303030303030303030303031041a6955ba2c061a6955b9000750000102030405060708090a0b0c0d0e0f2118012000",
        MBILL_E_NONCANONICAL},
    {"a6036e652f303030303030303030303031041a6955ba2c061a6955b9000750000102030405060708090a0b0c0d0e0f21012000",
        MBILL_E_NONCANONICAL},
    {"a6036e652f303030303030303030303031041a6955ba2c061a6955b9000750000102030405060708090a0b0c0d0e0f201a0001e2402108",
        MBILL_E_CLAIMS}, /* top-up of what */
    {"a7036e652f303030303030303030303031041a6955ba2c061a6955b9000750000102030405060708090a0b0c0d0e0f201a0001e240210122a10100",
        MBILL_E_CLAIMS},
    {"a7036e652f303030303030303030303031041a6955ba2c061a6955b9000750000102030405060708090a0b0c0d0e0f201a0001e240210123a0",
        MBILL_E_CLAIMS},
    {"a7036e652f303030303030303030303031041a6955ba2c061a6955b9000750000102030405060708090a0b0c0d0e0f201a0001e240210123a10120",
        MBILL_OK},
    {"a7036e652f303030303030303030303031041a6955ba2c061a6955b9000750000102030405060708090a0b0c0d0e0f201a0001e240210123a1028218801"
     "880",
        MBILL_OK},
    {"a7036e652f303030303030303030303031041a6955ba2c061a6955b9000750000102030405060708090a0b0c0d0e0f201a0001e240210123a1028218101"
     "880",
        MBILL_E_NONCANONICAL},
    {"a7036e652f303030303030303030303031041a6955ba2c061a6955b9000750000102030405060708090a0b0c0d0e0f201a0001e240210123a102821018f"
     "f",
        MBILL_E_CLAIMS},
    {"a7036e652f303030303030303030303031041a6955ba2c061a6955b9000750000102030405060708090a0b0c0d0e0f201a0001e240210123a10300",
        MBILL_E_CLAIMS},
    {"a7036e652f303030303030303030303031041a6955ba2c061a6955b9000750000102030405060708090a0b0c0d0e0f201a0001e240210124a201582065c"
     "adcfd82344fad3aa4"
     "184e7f13d4744f307e7dc3a1002780fee19299769c160203",
        MBILL_E_CLAIMS}, /* a group's hash for one meter */
    {"a6036a6772702f626c6f636b37041a6955ba2c061a6955b9000750303132333435363738393a3b3c3d3e3f20012101", MBILL_E_CLAIMS},
    {"a6036e652f303030303030303030303031041a6955ba2c061a6955b9000750000102030405060708090a0b0c0d0e0f20fb3ff00000000000002101",
        MBILL_E_STRUCTURE},
    {"a6036e652f303030303030303030303031041a6955ba2c06c11a6955b9000750000102030405060708090a0b0c0d0e0f201a0001e2402101",
        MBILL_E_STRUCTURE},
};

START_TEST(payload_table)
{
    uint8_t bytes[512], again[512];
    size_t len;
    mbill_command got;
    mbill_error err;
    size_t n = unhex(payloads[_i].hex, bytes);
    mbill_error_init(&err);
    mbill_status status = mbill_command_decode((mbill_bytes){bytes, n}, &got, &err);
    ck_assert_msg(status == payloads[_i].status, "payload %d: %d, expected %d: %s", _i, (int)status, (int)payloads[_i].status,
        err.message);
    if (status != MBILL_OK) {
        assert_refusal(&err, status, payloads[_i].status, "");
        return;
    }
    ck_assert_int_eq(mbill_command_encode(&got, again, sizeof again, &len, NULL), MBILL_OK);
    ck_assert_uint_eq(len, n);
    ck_assert_mem_eq(again, bytes, n);
}
END_TEST

/* Every kind there and back with all that it can have. */
START_TEST(there_and_back)
{
    uint8_t bytes[MBILL_COMMAND_PAYLOAD_MAX], short_room[4];
    size_t n, len;
    mbill_command got, c = command_of(MBILL_COMMAND_TRIP + _i);
    mbill_error err;
    mbill_error_init(&err);
    c.has = MBILL_COMMAND_HAS_NBF | MBILL_COMMAND_HAS_BELOW | MBILL_COMMAND_HAS_STATUS;
    c.nbf_s = c.iat_s;
    c.below_micro = INT64_MIN;
    c.status_mask = 0x50;
    c.status_value = 0x10;
    c.seq = UINT64_MAX;
    memset(c.target, 0, sizeof c.target);
    strcpy(c.target, "grp/a");
    c.group_count = UINT64_MAX;
    memset(c.group_hash, 7, sizeof c.group_hash);
    ck_assert_int_eq(mbill_command_encode(&c, bytes, sizeof bytes, &n, &err), MBILL_OK);
    ck_assert_int_eq(mbill_command_decode((mbill_bytes){bytes, n}, &got, &err), MBILL_OK);
    ck_assert_mem_eq(&got, &c, sizeof c);
    assert_refusal(&err, mbill_command_encode(&c, short_room, sizeof short_room, &len, &err), MBILL_E_ROOM, "are needed");
    ck_assert_uint_eq(len, n);
    c.first_seq ^= c.kind != MBILL_COMMAND_CANCEL;
    c.amount_micro = c.kind == MBILL_COMMAND_CANCEL;
    assert_refusal(&err, mbill_command_encode(&c, bytes, sizeof bytes, &len, &err), MBILL_E_CLAIMS, "");
}
END_TEST

START_TEST(groups_of_targets)
{
    static const char *const wrong_order[] = {"e/2", "e/1"}, *const twice[] = {"e/1", "e/1"}, *const group[] = {"grp/x"},
                             *const one[] = {"e/1"};
    uint8_t hash[32], other[32];
    mbill_error err;
    mbill_error_init(&err);
    ck_assert_int_eq(mbill_targets_hash(one, 1, hash, NULL), MBILL_OK);
    ck_assert_int_eq(mbill_targets_hash((const char *const[]){"e/1", "e/2"}, 2, other, NULL), MBILL_OK);
    ck_assert_mem_ne(hash, other, 32);
    assert_refusal_index(&err, mbill_targets_hash(wrong_order, 2, hash, &err), MBILL_E_ORDER, 1, "e/1");
    assert_refusal_index(&err, mbill_targets_hash(twice, 2, hash, &err), MBILL_E_ORDER, 1, "e/1");
    assert_refusal_index(&err, mbill_targets_hash(group, 1, hash, &err), MBILL_E_INVALID, 0, "grp/x");
    assert_refusal(&err, mbill_targets_hash(one, 0, hash, &err), MBILL_E_RANGE, "no targets");
    assert_refusal(&err, mbill_targets_hash(NULL, 1, hash, &err), MBILL_E_MISUSE, "targets");
}
END_TEST

/* ---- signed by several ---- */

START_TEST(cosigned)
{
    uint8_t payload[512], first[1024], second[1024], third[1024];
    size_t n, n_first, n_second, n_third;
    mbill_command got, c = trip_of("grp/block7");
    mbill_error err;
    mbill_signer *relay = operator_signer(), *root = signer_of(9);
    const mbill_key keys[] = {key_of(relay, all_of(MBILL_ROLE_RELAY)), key_of(root, all_of(MBILL_ROLE_ROOT))};
    mbill_keyset *keyset = keyset_of(keys, 2, INT64_C(4102444800)), *alone = keyset_of(keys, 1, INT64_C(4102444800));
    mbill_error_init(&err);
    c.group_count = 2;
    memset(c.group_hash, 3, 32);
    ck_assert_int_eq(mbill_command_encode(&c, payload, sizeof payload, &n, NULL), MBILL_OK);
    ck_assert_int_eq(mbill_command_cosign(relay, REALM, (mbill_bytes){payload, n}, first, sizeof first, &n_first, &err),
        MBILL_OK);
    ck_assert_int_eq(mbill_command_cosign(root, REALM, (mbill_bytes){first, n_first}, second, sizeof second, &n_second, &err),
        MBILL_OK);
    ck_assert_int_eq(open_at(keyset, NOW, second, n_second, &got, &err), MBILL_OK);
    ck_assert_uint_eq(got.n_signers, 2);
    ck_assert_uint_eq(got.n_roots, 1);
    ck_assert_uint_eq(got.roles, 1u << MBILL_ROLE_RELAY | 1u << MBILL_ROLE_ROOT);
    assert_refusal(&err, mbill_command_cosign(root, REALM, (mbill_bytes){second, n_second}, third, sizeof third, &n_third, &err),
        MBILL_E_EXISTS, "signed already");
    assert_refusal(&err, open_at(alone, NOW, second, n_second, &got, &err), MBILL_E_KID_UNKNOWN, "");
    /* the other way round: the same bytes */
    ck_assert_int_eq(mbill_command_cosign(root, REALM, (mbill_bytes){payload, n}, first, sizeof first, &n_first, &err), MBILL_OK);
    ck_assert_int_eq(mbill_command_cosign(relay, REALM, (mbill_bytes){first, n_first}, third, sizeof third, &n_third, &err),
        MBILL_OK);
    ck_assert_uint_eq(n_third, n_second);
    ck_assert_mem_eq(third, second, n_second);
    size_t taken = 0;
    for (size_t bit = 0; bit < 8 * n_second; bit++) {
        second[bit / 8] ^= (uint8_t)(1u << bit % 8);
        taken += open_at(keyset, NOW, second, n_second, &got, &err) == MBILL_OK;
        second[bit / 8] ^= (uint8_t)(1u << bit % 8);
    }
    printf("# %zu bytes by two: %zu flips: %zu taken\n", n_second, 8 * n_second, taken);
    ck_assert_uint_eq(taken, 0);
    mbill_keyset_free(keyset);
    mbill_keyset_free(alone);
    mbill_signer_free(relay);
    mbill_signer_free(root);
}
END_TEST

START_TEST(misuse)
{
    uint8_t bytes[256];
    size_t n = unhex(v10, bytes), len;
    mbill_command got = MBILL_COMMAND_INIT;
    mbill_error err;
    mbill_keyset *keyset = operator_keyset(MBILL_ROLE_RELAY);
    mbill_signer *signer = operator_signer();
    const mbill_bytes in = {bytes, n}, hole = {NULL, 3}, long_realm = {bytes, 65};
    mbill_error_init(&err);
    assert_refusal(&err, mbill_command_open(NULL, REALM, NOW, NULL, in, &got, &err), MBILL_E_MISUSE, "keyset");
    assert_refusal(&err, mbill_command_open(keyset, REALM, NOW, NULL, in, NULL, &err), MBILL_E_MISUSE, "out_command");
    assert_refusal(&err, mbill_command_open(keyset, hole, NOW, NULL, in, &got, &err), MBILL_E_MISUSE, "realm");
    assert_refusal(&err, mbill_command_open(keyset, REALM, NOW, NULL, hole, &got, &err), MBILL_E_MISUSE, "in");
    assert_refusal(&err, mbill_command_open(keyset, long_realm, NOW, NULL, in, &got, &err), MBILL_E_LIMIT, "realm of 65");
    assert_refusal(&err, mbill_command_open(keyset, REALM, -1, NULL, in, &got, &err), MBILL_E_RANGE, "time -1");
    assert_refusal(&err, mbill_command_open(keyset, REALM, NOW, NULL, (mbill_bytes){bytes, 4096}, &got, &err), MBILL_E_LIMIT,
        "4096");
    assert_refusal(&err, mbill_command_sign(NULL, REALM, &got, bytes, n, &len, &err), MBILL_E_MISUSE, "signer");
    assert_refusal(&err, mbill_command_sign(signer, REALM, NULL, bytes, n, &len, &err), MBILL_E_MISUSE, "command");
    assert_refusal(&err, mbill_command_sign(signer, REALM, &got, bytes, n, &len, &err), MBILL_E_CLAIMS, "no kind");
    got = trip_of("e/000000000001");
    assert_refusal(&err, mbill_command_sign(signer, REALM, &got, bytes, 10, &len, &err), MBILL_E_ROOM, "140");
    ck_assert_uint_eq(len, 140);
    assert_refusal(&err, mbill_command_sign(signer, REALM, &got, NULL, 10, &len, &err), MBILL_E_MISUSE, "out");
    assert_refusal(&err, mbill_command_cosign(signer, REALM, in, bytes, 10, &len, &err), MBILL_E_STRUCTURE, "by one");
    mbill_signer_free(signer);
    mbill_keyset_free(keyset);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("command");
    TCase *tests = tcase_create("command");
    tcase_set_timeout(tests, 120);
    tcase_add_test(tests, vectors);
    tcase_add_loop_test(tests, tampering, 0, 3);
    tcase_add_loop_test(tests, second_forms, 0, (int)(sizeof twins / sizeof twins[0]));
    tcase_add_test(tests, signature_of_something_else);
    tcase_add_loop_test(tests, time_table, 0, (int)(sizeof times / sizeof times[0]));
    tcase_add_test(tests, clocks);
    tcase_add_loop_test(tests, role_table, 0, 75);
    tcase_add_test(tests, roles_in_words);
    tcase_add_loop_test(tests, expired_keyset, 0, 15);
    tcase_add_test(tests, audience);
    tcase_add_test(tests, key_limits);
    tcase_add_loop_test(tests, payload_table, 0, (int)(sizeof payloads / sizeof payloads[0]));
    tcase_add_loop_test(tests, there_and_back, 0, 15);
    tcase_add_test(tests, groups_of_targets);
    tcase_add_test(tests, cosigned);
    tcase_add_test(tests, misuse);
    suite_add_tcase(suite, tests);
    return check_run(suite, CK_FORK_GETENV);
}
