/* SPDX-License-Identifier: Apache-2.0 */
/* Documents of tokens: keys, requests and answers; every refusal with its place; no memory; secrets are gone when they are freed. */
#include "check_run.h"
#include "counting_allocator.h"
#include "searching_allocator.h"
#include "meterbill/token.h"
#include "meterbill/token_document.h"
#include "refusal.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>

#define STS "{\"name\":\"m\",\"protocol\":\"sts\",\"cipher\":\"EA11\",\"base\":2014,\"key\":\"00112233445566778899aabbccddeeff\"}"
#define OLD "{\"name\":\"o\",\"protocol\":\"sts\",\"cipher\":\"EA07\",\"base\":1993,\"key\":\"0011223344556677\"}"
#define PAYGO "{\"name\":\"d\",\"protocol\":\"openpaygo\",\"key\":\"bc41ec9530f6dac86b1a29ab82edc5fb\",\"starting_code\":516959010}"
#define KEYS(list) "{\"meterbill\":1,\"kind\":\"token_keys\",\"keys\":[" list "]}"
#define REQUEST(rest) "{\"meterbill\":1,\"kind\":\"token_request\"," rest "}"
#define DERIVED(rest) "{\"name\":\"v\",\"protocol\":\"sts\",\"cipher\":\"EA11\",\"base\":1993,\"derive\":\"DKGA04\"," rest "}"
#define METER "\"account\":\"600727000000000009\",\"supply_group\":\"123457\",\"tariff_index\":\"01\",\"key_type\":2,\"key_revision\":1"

static mbill_token_keys *read_keys(const char *text)
{
    mbill_token_keys *keys;
    mbill_error err;
    mbill_error_init(&err);
    ck_assert_msg(mbill_token_keys_read(text, strlen(text), NULL, &keys, &err) == MBILL_OK, "%s %s", err.path, err.message);
    return keys;
}

typedef mbill_status (*step)(const mbill_token_keys *, const char *, size_t, char *, size_t *, mbill_error *);

static const char *ask(step way, const mbill_token_keys *keys, const char *request)
{
    static char out[4096];
    size_t len = sizeof out;
    mbill_error err;
    mbill_error_init(&err);
    ck_assert_msg(way(keys, request, strlen(request), out, &len, &err) == MBILL_OK, "%s %s", err.path, err.message);
    ck_assert_uint_eq(len, strlen(out) + 1);
    return out;
}

static const struct {
    const char *text;
    mbill_status status;
    const char *path, *part;
} wrong_keys[] = {
    {"{", MBILL_E_SYNTAX, "", ""},
    {"{\"meterbill\":1,\"kind\":\"tariff\"}", MBILL_E_INVALID, "/kind", "token_keys"},
    {KEYS(""), MBILL_E_INVALID, "/keys", ""},
    {KEYS("{\"name\":\"m\"}"), MBILL_E_MISSING_KEY, "/keys/0/protocol", ""},
    {KEYS("{\"name\":\"m\",\"protocol\":\"x\"}"), MBILL_E_INVALID, "/keys/0/protocol", ""},
    {KEYS(STS "," STS), MBILL_E_INVALID, "/keys/1/name", "two keys"},
    {KEYS("{\"name\":\"m\",\"protocol\":\"sts\",\"cipher\":\"EA11\",\"base\":2000,\"key\":\"\"}"), MBILL_E_INVALID, "/keys/0", "2000"},
    {KEYS("{\"name\":\"m\",\"protocol\":\"sts\",\"cipher\":\"EA11\",\"base\":2014,\"key\":\"0011\"}"), MBILL_E_INVALID, "/keys/0/key", "32 hexadecimal"},
    {KEYS("{\"name\":\"m\",\"protocol\":\"sts\",\"cipher\":\"EA07\",\"base\":2014,\"key\":\"001122334455667x\"}"), MBILL_E_INVALID, "/keys/0/key", "16 hexadecimal"},
    {KEYS("{\"name\":\"m\",\"protocol\":\"sts\",\"cipher\":\"EA07\",\"base\":2014,\"key\":\"0011223344556677\",\"derive\":\"DKGA04\"}"), MBILL_E_INVALID, "/keys/0/derive", "not both"},
    {KEYS(DERIVED(METER ",\"vending_key\":\"00\"")), MBILL_E_RANGE, "/keys/0", "1 bytes"},
    {KEYS(DERIVED(METER ",\"vending_key\":\"000\"")), MBILL_E_INVALID, "/keys/0/vending_key", "hexadecimal"},
    {KEYS(DERIVED(METER)), MBILL_E_MISSING_KEY, "/keys/0/vending_key", ""},
    {KEYS("{\"name\":\"v\",\"protocol\":\"sts\",\"cipher\":\"EA07\",\"base\":1993,\"derive\":\"DKGA02\"," METER ",\"vending_key\":\"abababababababab\"}"), MBILL_E_TOKEN_DERIVATION,
        "/keys/0", "DKGA02"},
    {KEYS("{\"name\":\"d\",\"protocol\":\"openpaygo\",\"key\":\"bc\",\"starting_code\":1}"), MBILL_E_INVALID, "/keys/0/key", "32 hexadecimal"},
    {KEYS("{\"name\":\"d\",\"protocol\":\"openpaygo\",\"key\":\"bc41ec9530f6dac86b1a29ab82edc5fb\",\"starting_code\":\"1000000000000\"}"), MBILL_E_INVALID, "/keys/0/starting_code",
        "twelve digits"},
    {"{\"meterbill\":1,\"kind\":\"token_keys\",\"keys\":[" STS "],\"tables\":{\"substitute\":[[0],[0]],\"permute\":[0]}}", MBILL_E_INVALID, "/tables/substitute/0", "16 numbers"},
    {"{\"meterbill\":1,\"kind\":\"token_keys\",\"keys\":[" STS "],\"tables\":{\"substitute\":[[],[],[]],\"permute\":[0]}}", MBILL_E_INVALID, "/tables/substitute", "two tables"},
};

START_TEST(refused_keys)
{
    mbill_token_keys *keys = (mbill_token_keys *)1;
    mbill_error err;
    mbill_error_init(&err);
    mbill_status status = mbill_token_keys_read(wrong_keys[_i].text, strlen(wrong_keys[_i].text), NULL, &keys, &err);
    assert_refusal_path(&err, status, wrong_keys[_i].status, wrong_keys[_i].path, wrong_keys[_i].part);
    ck_assert_ptr_null(keys);
}
END_TEST

#define CREDIT "\"protocol\":\"sts\",\"make\":\"credit\",\"key\":\"m\",\"of\":\"gas\",\"amount\":\"1\",\"issued\":\"2026-01-05T08:00:00Z\",\"random\":3"
#define ADD "\"protocol\":\"openpaygo\",\"make\":\"add\",\"key\":\"d\",\"value\":1,\"purchase\":4"

static const struct {
    bool make;
    const char *text;
    mbill_status status;
    const char *path, *part;
} wrong_requests[] = {
    {true, REQUEST("\"protocol\":\"x\""), MBILL_E_INVALID, "/protocol", ""},
    {true, REQUEST(CREDIT ",\"more\":1"), MBILL_E_UNKNOWN_KEY, "/more", ""},
    {true, REQUEST(CREDIT ",\"purchase\":1"), MBILL_E_MISSING_KEY, "/purchase", "sales"},
    {true, REQUEST(CREDIT ",\"sales\":{\"purchase\":0}"), MBILL_E_MISSING_KEY, "/purchase", ""},
    {true, REQUEST(CREDIT ",\"purchase\":2,\"sales\":{\"purchase\":0}"), MBILL_E_TOKEN_COUNT, "/issued", "purchase 2"},
    {true, REQUEST(CREDIT ",\"purchase\":1,\"sales\":{\"purchase\":0,\"base\":2014}"), MBILL_E_MISSING_KEY, "/sales/tid", ""},
    {true, REQUEST("\"protocol\":\"sts\",\"make\":\"credit\",\"key\":\"x\""), MBILL_E_NOT_FOUND, "/key", "\"x\""},
    {true, REQUEST("\"protocol\":\"sts\",\"make\":\"credit\",\"key\":\"d\""), MBILL_E_INVALID, "/key", "other protocol"},
    {true, REQUEST("\"protocol\":\"sts\",\"make\":\"credit\",\"key\":\"m\",\"of\":\"gas\",\"amount\":\"1.05\""), MBILL_E_DIGITS, "/amount", ""},
    {true, REQUEST("\"protocol\":\"sts\",\"make\":\"credit\",\"key\":\"m\",\"of\":\"gas\",\"amount\":\"1820162.5\""), MBILL_E_RANGE, "/amount", "18201625"},
    {true, REQUEST("\"protocol\":\"sts\",\"make\":\"credit\",\"key\":\"m\",\"of\":\"gas\",\"amount\":\"1\",\"issued\":\"2013-01-05T08:00:00Z\",\"random\":3"), MBILL_E_RANGE, "/issued", "2014-01-01"},
    {true, REQUEST("\"protocol\":\"sts\",\"make\":\"credit\",\"key\":\"m\",\"of\":\"gas\",\"amount\":\"1\",\"issued\":\"2026-01-05T08:00:00\",\"random\":3"), MBILL_E_AMBIGUOUS, "/issued", ""},
    {true, REQUEST("\"protocol\":\"sts\",\"make\":\"clear_tamper\",\"key\":\"m\",\"power\":1"), MBILL_E_UNKNOWN_KEY, "/power", ""},
    {true, REQUEST("\"protocol\":\"sts\",\"make\":\"test\",\"control\":\"fff\",\"manufacturer\":\"00\""), MBILL_E_INVALID, "/control", "9 lower-case"},
    {true, REQUEST("\"protocol\":\"sts\",\"make\":\"test\",\"control\":\"fffffff\",\"manufacturer\":\"000x\""), MBILL_E_INVALID, "/manufacturer", "4 lower-case"},
    {true, REQUEST("\"protocol\":\"sts\",\"make\":\"maximum_power\",\"key\":\"o\",\"power\":1000,\"issued\":\"2004-01-05T08:00:00Z\",\"random\":3"), MBILL_E_TOKEN_TABLES, "", "EA07"},
    {true, REQUEST("\"protocol\":\"sts\",\"make\":\"key_change\",\"key\":\"m\",\"new_key\":\"m\",\"key_expiry\":1,\"key_revision\":1,\"key_type\":1,\"roll_over\":true,\"tariff_index\":1"),
        MBILL_E_MISSING_KEY, "/supply_group", ""},
    {true, REQUEST("\"protocol\":\"sts\",\"make\":\"key_change\",\"key\":\"m\",\"new_key\":\"o\",\"key_expiry\":1,\"key_revision\":1,\"key_type\":1,\"roll_over\":true,\"tariff_index\":1,\"supply_group\":1"),
        MBILL_E_INVALID, "/supply_group", "128 bits"},
    {true, REQUEST(ADD), MBILL_E_MISSING_KEY, "/sales", ""},
    {true, REQUEST(ADD ",\"sales\":{\"purchase\":4,\"count\":1}"), MBILL_E_TOKEN_COUNT, "/sales", "purchase 4"},
    {true, REQUEST("\"protocol\":\"openpaygo\",\"make\":\"set\",\"key\":\"d\",\"value\":996,\"purchase\":1,\"sales\":{\"purchase\":0,\"count\":1}"), MBILL_E_RANGE, "", "995"},
    {true, REQUEST("\"protocol\":\"openpaygo\",\"make\":\"disable\",\"key\":\"d\",\"value\":1"), MBILL_E_INVALID, "/value", "no value"},
    {false, REQUEST("\"protocol\":\"sts\",\"token\":\"123\""), MBILL_E_TOKEN_FORM, "/token", "3 digits"},
    {false, REQUEST("\"protocol\":\"sts\",\"token\":\"00000000000000000000\",\"keys\":[\"m\"]"), MBILL_E_TOKEN_CRC, "/token", "1 keys"},
    {false, REQUEST("\"protocol\":\"sts\",\"token\":\"00000000000000000000\",\"keys\":[\"x\"]"), MBILL_E_NOT_FOUND, "/keys/0", ""},
    {false, REQUEST("\"protocol\":\"sts\",\"token\":\"56493153725450313471\",\"used\":{\"tids\":[2,1]}"), MBILL_E_ORDER, "/used/tids/1", "rise"},
    {false, REQUEST("\"protocol\":\"openpaygo\",\"token\":\"588224011\""), MBILL_E_MISSING_KEY, "", "used"},
    {false, REQUEST("\"protocol\":\"openpaygo\",\"token\":\"588224011\",\"used\":{\"count\":40,\"used\":[2]}"), MBILL_E_RANGE, "/used/used", "2 is further"},
    {false, REQUEST("\"protocol\":\"openpaygo\",\"token\":\"588224012\",\"used\":{\"count\":1,\"used\":[]}"), MBILL_E_TOKEN_CRC, "/token", "no count"},
};

START_TEST(refused_requests)
{
    mbill_token_keys *keys = read_keys(KEYS(STS "," OLD "," PAYGO));
    char out[256] = "untouched";
    size_t len = sizeof out;
    mbill_error err;
    mbill_error_init(&err);
    step way = wrong_requests[_i].make ? mbill_token_make : mbill_token_read;
    mbill_status status = way(keys, wrong_requests[_i].text, strlen(wrong_requests[_i].text), out, &len, &err);
    assert_refusal_path(&err, status, wrong_requests[_i].status, wrong_requests[_i].path, wrong_requests[_i].part);
    ck_assert_str_eq(out, "untouched");
    mbill_token_keys_free(keys);
}
END_TEST

/* A purchase after the other; a second one in the same minute has an identifier of its own, and the meter takes both once. */
START_TEST(purchases)
{
    mbill_token_keys *keys = read_keys(KEYS(STS "," PAYGO));
    const char *answer = ask(mbill_token_make, keys, REQUEST(CREDIT ",\"purchase\":8,\"sales\":{\"purchase\":7,\"base\":2014,\"tid\":6317760}"));
    ck_assert_msg(strstr(answer, "\"sales\":{\"purchase\":8,\"base\":2014,\"tid\":6317761}") != NULL, "%s", answer);
    answer = ask(mbill_token_make, keys, REQUEST(CREDIT));
    ck_assert_msg(strstr(answer, "\"tid\":6317760,") != NULL && strstr(answer, "sales") == NULL, "%s", answer);
    answer = ask(mbill_token_make, keys, REQUEST(ADD ",\"sales\":{\"purchase\":3,\"count\":1}"));
    ck_assert_msg(strstr(answer, "588224011") != NULL && strstr(answer, "\"sales\":{\"purchase\":4,\"count\":2}") != NULL, "%s", answer);
    answer = ask(mbill_token_read, keys, REQUEST("\"protocol\":\"openpaygo\",\"token\":\"588224011\",\"used\":{\"count\":9,\"used\":[4,9]}"));
    ck_assert_msg(strstr(answer, "\"used\":{\"count\":9,\"used\":[2,4,9]}") != NULL, "%s", answer); /* a late one */
    mbill_token_keys_free(keys);
}
END_TEST

/* Tables of nobody's: what they make they read, from documents too. */
START_TEST(tables)
{
    char text[1024] = "{\"meterbill\":1,\"kind\":\"token_keys\",\"keys\":[" OLD "],\"tables\":{\"substitute\":[";
    char digits[21], read[128];
    for (int which = 0; which < 2; which++)
        for (int i = 0; i < 16; i++) {
            size_t used = strlen(text);
            (void)snprintf(text + used, sizeof text - used, "%s%d%s", i == 0 ? "[" : ",", (i * (which ? 5 : 3) + 1) % 16, i < 15 ? "" : which == 0 ? "]," : "]]");
        }
    strcat(text, ",\"permute\":[");
    for (int i = 0; i < 64; i++) (void)snprintf(text + strlen(text), 8, "%s%d", i == 0 ? "" : ",", (i * 11 + 7) % 64);
    strcat(text, "]}}");
    mbill_token_keys *keys = read_keys(text);
    const char *answer = ask(mbill_token_make, keys, REQUEST("\"protocol\":\"sts\",\"make\":\"clear_credit\",\"key\":\"o\",\"register\":65535,\"issued\":\"2004-03-29T00:01:00Z\",\"random\":5"));
    ck_assert_msg(strstr(answer, "\"block\":\"155a32a2ffffcce2\"") != NULL, "%s", answer); /* S21 */
    memcpy(digits, strstr(answer, "digits") + 9, 20);
    digits[20] = '\0';
    (void)snprintf(read, sizeof read, REQUEST("\"protocol\":\"sts\",\"token\":\"%s\""), digits);
    ck_assert_ptr_nonnull(strstr(ask(mbill_token_read, keys, read), "\"tid\":5911202"));
    mbill_token_keys_free(keys);
}
END_TEST

/* Each allocation fails in turn: nothing is kept, nothing leaks. */
START_TEST(no_memory)
{
    const char *text = KEYS(STS "," PAYGO);
    mbill_token_keys *keys = NULL;
    mbill_status status = MBILL_E_NOMEM;
    for (size_t n = 1; status == MBILL_E_NOMEM; n++) {
        counting_allocator counter;
        counting_start(&counter, n);
        status = mbill_token_keys_read(text, strlen(text), &counter.allocator, &keys, NULL);
        if (status != MBILL_OK) ck_assert_ptr_null(keys);
        mbill_token_keys_free(keys);
        keys = NULL;
        ck_assert(counting_is_even(&counter));
        ck_assert_uint_lt(n, 20);
    }
    ck_assert_int_eq(status, MBILL_OK);
}
END_TEST

/* What the allocator gets back of the keys holds no key any more. */
START_TEST(wiped)
{
    static const uint8_t secret[] = {0x00, 0x11, 0x22, 0x33, 0x44, 0x55, 0x66, 0x77};
    searching_allocator search;
    const char *good = KEYS(STS), *bad = KEYS(STS ",{\"name\":\"d\",\"protocol\":\"openpaygo\",\"key\":\"00112233445566778899aabbccddeeff\",\"starting_code\":true}");
    mbill_token_keys *keys;
    searching_start(&search, secret, sizeof secret);
    ck_assert_int_eq(mbill_token_keys_read(good, strlen(good), &search.allocator, &keys, NULL), MBILL_OK);
    mbill_token_keys_free(keys);
    ck_assert_int_eq(mbill_token_keys_read(bad, strlen(bad), &search.allocator, &keys, NULL), MBILL_E_INVALID);
    ck_assert_int_eq(search.found, 0);
    uint8_t *seen = malloc(16);
    ck_assert_ptr_nonnull(seen);
    memset(seen, 7, 16);
    mbill_token_wipe(seen, 16);
    for (int i = 0; i < 16; i++) ck_assert_uint_eq(seen[i], 0);
    free(seen);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("token");
    TCase *tests = tcase_create("token");
    tcase_add_loop_test(tests, refused_keys, 0, (int)(sizeof wrong_keys / sizeof wrong_keys[0]));
    tcase_add_loop_test(tests, refused_requests, 0, (int)(sizeof wrong_requests / sizeof wrong_requests[0]));
    tcase_add_test(tests, purchases);
    tcase_add_test(tests, tables);
    tcase_add_test(tests, no_memory);
    tcase_add_test(tests, wiped);
    suite_add_tcase(suite, tests);
    return check_run(suite, CK_NOFORK);
}
