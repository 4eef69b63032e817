/* SPDX-License-Identifier: Apache-2.0 */
/* What a core dump of a process with keys would hold, and what is left of keys that were freed: its own memory is searched, byte by byte, but for what the
 * kernel leaves out of dumps. Secrets are looked for under a mask, so that the search does not find itself. Linux alone says which pages are dumped. */
#define _GNU_SOURCE
#include "check_run.h"
#include "meterbill/command.h"
#include "meterbill/keyset.h"
#include "meterbill/token.h"
#include "meterbill/token_document.h"

#include <check.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { SECRET = 32, MASK = 0x5A, PIECE = 1 << 16 };
/* A sanitizer's shadow is terabytes of address space without bytes of the process. */
static const size_t shadow = (size_t)1 << 30;

/* Volatile, so that no compiler draws beforehand and puts the secret among the program's constants, as clang does. */
static volatile uint64_t drawn_at_run_time;

/* Bytes that are nowhere else, drawn from a number, and themselves under the mask. */
static void draw(uint64_t seed, uint8_t *out, uint8_t *masked, size_t n)
{
    seed += drawn_at_run_time;
    for (size_t i = 0; i < n; i++) {
        seed = seed * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
        if (out != NULL) out[i] = (uint8_t)(seed >> 56);
        masked[i] = (uint8_t)((seed >> 56) ^ MASK);
    }
}

static size_t found_in(const uint8_t *bytes, size_t n, const uint8_t *masked, size_t n_masked)
{
    size_t found = 0;
    for (size_t i = 0; i + n_masked <= n; i++) {
        size_t same = 0;
        while (same < n_masked && (uint8_t)(bytes[i + same] ^ MASK) == masked[same]) same++;
        found += same == n_masked;
    }
    return found;
}

static size_t search_pages(int memory, uint64_t from, uint64_t to, const uint8_t *masked, size_t n_masked)
{
    static uint8_t piece[PIECE + SECRET];
    size_t found = 0;
    for (uint64_t at = from; at < to; at += PIECE) {
        size_t want = to - at < sizeof piece ? (size_t)(to - at) : sizeof piece;
        ssize_t got = pread(memory, piece, want, (off_t)at);
        if (got > 0) found += found_in(piece, (size_t)got, masked, n_masked);
        memset(piece, 0, sizeof piece);
    }
    return found;
}

/* How often the masked bytes stand in pages that a dump has; pages that it has not: in *out_left_out. */
static size_t in_a_dump(const uint8_t *masked, size_t n_masked, size_t *out_left_out)
{
    char line[512];
    unsigned long long from = 0, to = 0, next_from, next_to;
    size_t found = 0;
    FILE *maps = fopen("/proc/self/smaps", "r");
    int memory = open("/proc/self/mem", O_RDONLY);
    ck_assert(maps != NULL && memory >= 0);
    *out_left_out = 0;
    while (fgets(line, sizeof line, maps) != NULL) {
        if (sscanf(line, "%llx-%llx ", &next_from, &next_to) == 2 && strchr(line, '-') < strchr(line, ' '))
            from = next_from, to = next_to;
        if (strncmp(line, "VmFlags:", 8) != 0 || to - from >= shadow || strstr(line, " io ") != NULL) continue;
        size_t here = search_pages(memory, from, to, masked, n_masked);
        if (strstr(line, " dd ") != NULL) *out_left_out += here;
        else found += here;
    }
    (void)close(memory);
    (void)fclose(maps);
    return found;
}

static void assert_kept_out(const uint8_t *masked, size_t n, size_t left_out)
{
    size_t guarded;
    ck_assert_uint_eq(in_a_dump(masked, n, &guarded), 0);
    ck_assert_uint_eq(guarded, left_out);
}

/* The search finds what is there to be found. */
START_TEST(the_search_finds)
{
    uint8_t masked[SECRET];
    size_t guarded;
    uint8_t *kept = malloc(SECRET);
    ck_assert_ptr_nonnull(kept);
    draw(1, kept, masked, SECRET);
    ck_assert_uint_ge(in_a_dump(masked, SECRET, &guarded), 1);
    ck_assert_uint_eq(guarded, 0);
    mbill_token_wipe(kept, SECRET);
    assert_kept_out(masked, SECRET, 0);
    free(kept);
}
END_TEST

/* A signer: opened, used, held, and freed. */
START_TEST(a_signer)
{
    uint8_t secret[SECRET], masked[SECRET], out[MBILL_COMMAND_BYTES_MAX];
    size_t n;
    mbill_signer *signer;
    mbill_command command = {.struct_size = sizeof command, .kind = MBILL_COMMAND_TRIP, .target = "e/000000000001", .seq = 1};
    command.iat_s = 1767225600;
    command.exp_s = command.iat_s + 300;
    memset(&command.id, 7, sizeof command.id);
    const mbill_bytes realm = {(const uint8_t *)"demo", 4};
    draw(2, secret, masked, SECRET);
    ck_assert_int_eq(mbill_signer_open(secret, NULL, &signer, NULL), MBILL_OK);
    mbill_token_wipe(secret, SECRET);
    assert_kept_out(masked, SECRET, 1);
    ck_assert_int_eq(mbill_command_sign(signer, realm, &command, out, sizeof out, &n, NULL), MBILL_OK);
    assert_kept_out(masked, SECRET, 1);
    ck_assert_int_eq(mbill_signer_hold(signer, NULL), MBILL_OK);
    ck_assert_int_eq(mbill_command_sign(signer, realm, &command, out, sizeof out, &n, NULL), MBILL_OK);
    assert_kept_out(masked, SECRET, 1);
    mbill_signer_free(signer);
    assert_kept_out(masked, SECRET, 0);
}
END_TEST

static void put_hex(char *at, const uint8_t *bytes, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        at[2 * i] = "0123456789abcdef"[bytes[i] >> 4];
        at[2 * i + 1] = "0123456789abcdef"[bytes[i] & 15];
    }
}

#define STS "{\"name\":\"m\",\"protocol\":\"sts\",\"cipher\":\"EA11\",\"base\":2014,\"key\":\""
#define MIDDLE "\"},{\"name\":\"d\",\"protocol\":\"openpaygo\",\"starting_code\":\"516959010\",\"key\":\""
static const char before[] = "{\"meterbill\":1,\"kind\":\"token_keys\",\"keys\":[" STS, behind[] = "\"}]}";
enum { KEY = 16 };

/* The document of two keys; they themselves stay under their masks, and their digits too. */
static mbill_token_keys *keys_of(uint8_t masked[2][KEY], uint8_t masked_digits[2 * KEY])
{
    char text[512];
    uint8_t key[KEY];
    mbill_token_keys *keys;
    size_t at = sizeof before - 1;
    memcpy(text, before, sizeof before);
    draw(3, key, masked[0], KEY);
    put_hex(text + at, key, KEY);
    for (size_t i = 0; i < 2 * KEY; i++) masked_digits[i] = (uint8_t)(text[at + i] ^ MASK);
    at += 2 * KEY;
    memcpy(text + at, MIDDLE, sizeof MIDDLE);
    at += sizeof MIDDLE - 1;
    draw(4, key, masked[1], KEY);
    put_hex(text + at, key, KEY);
    memcpy(text + at + 2 * KEY, behind, sizeof behind);
    ck_assert_int_eq(mbill_token_keys_read(text, strlen(text), NULL, &keys, NULL), MBILL_OK);
    mbill_token_wipe(text, sizeof text);
    mbill_token_wipe(key, sizeof key);
    return keys;
}

static void ask(mbill_token_keys *keys, const char *request)
{
    char answer[2048];
    size_t len = sizeof answer;
    ck_assert_int_eq(mbill_token_make(keys, request, strlen(request), answer, &len, NULL), MBILL_OK);
    mbill_token_wipe(answer, sizeof answer);
}

START_TEST(token_keys)
{
    uint8_t masked[2][KEY], digits[2 * KEY];
    mbill_token_keys *keys = keys_of(masked, digits);
    for (int made = 0; made < 2; made++) {
        assert_kept_out(masked[0], KEY, 1);
        assert_kept_out(masked[1], KEY, 1);
        assert_kept_out(digits, sizeof digits, 0);
        ask(keys,
            "{\"meterbill\":1,\"kind\":\"token_request\",\"protocol\":\"sts\",\"make\":\"credit\",\"key\":\"m\",\"of\":"
            "\"electricity\","
            "\"amount\":\"25.6\",\"issued\":\"2026-01-05T08:00:00Z\",\"random\":5}");
        ask(keys,
            "{\"meterbill\":1,\"kind\":\"token_request\",\"protocol\":\"openpaygo\",\"make\":\"add\",\"key\":\"d\",\"value\":5,"
            "\"purchase\":1,"
            "\"sales\":{\"purchase\":0,\"count\":1}}");
    }
    mbill_token_keys_free(keys);
    assert_kept_out(masked[0], KEY, 0);
    assert_kept_out(masked[1], KEY, 0);
}
END_TEST

int main(void)
{
    if (access("/proc/self/smaps", R_OK) != 0 || access("/proc/self/mem", R_OK) != 0) {
        (void)puts("1..0 # SKIP the kernel does not say which pages a dump has");
        return 0;
    }
    Suite *suite = suite_create("secrets");
    TCase *tests = tcase_create("secrets");
    tcase_set_timeout(tests, 120);
    tcase_add_test(tests, the_search_finds);
    tcase_add_test(tests, a_signer);
    tcase_add_test(tests, token_keys);
    suite_add_tcase(suite, tests);
    return check_run(suite, CK_NOFORK);
}
