/* SPDX-License-Identifier: Apache-2.0 */
/* Signers, whose secrets nobody reads back, and keysets: threshold, ratchet, change of roots, every refusal. */
#define _GNU_SOURCE /* memmem */
#include "check_run.h"
#include "counting_allocator.h"
#include "refusal.h"
#include "signed.h"

#include <errno.h>
#include <sodium.h>
#include <stdio.h>
#include <unistd.h>

#define EVER INT64_C(4102444800)
#define N_ROOTS 4

static mbill_signer *roots[N_ROOTS];
static uint8_t publics[N_ROOTS][32];

static void make_roots(void)
{
    for (uint8_t i = 0; i < N_ROOTS; i++) {
        roots[i] = signer_of((uint8_t)(20 + i));
        ck_assert_int_eq(mbill_signer_public(roots[i], publics[i], NULL), MBILL_OK);
    }
}

static void free_roots(void)
{
    for (size_t i = 0; i < N_ROOTS; i++) mbill_signer_free(roots[i]);
}

typedef struct signed_keyset {
    uint8_t bytes[MBILL_KEYSET_BYTES_MAX];
    size_t n;
} signed_keyset;

/* Roots first, first + 1 … first + n_roots - 1, signed by those whose bits are set. */
static signed_keyset make(uint64_t version, size_t first, size_t n_roots, uint32_t threshold, unsigned signers,
    const mbill_key *keys, size_t n_keys)
{
    signed_keyset made = {.n = 0}, next;
    mbill_error err;
    const mbill_keyset_plan plan = {(uint32_t)sizeof plan, threshold, version, EVER, publics[first], n_roots, keys, n_keys};
    mbill_error_init(&err);
    ck_assert_msg(mbill_keyset_encode(&plan, made.bytes, sizeof made.bytes, &made.n, &err) == MBILL_OK, "%s", err.message);
    for (size_t i = 0; i < N_ROOTS; i++) {
        if ((signers & 1u << i) == 0) continue;
        ck_assert_msg(mbill_keyset_sign(roots[i], REALM, (mbill_bytes){made.bytes, made.n}, next.bytes, sizeof next.bytes,
                          &next.n, &err) == MBILL_OK,
            "%s", err.message);
        made = next;
    }
    return made;
}

static mbill_keyset *pin(size_t first, size_t n, uint32_t threshold, uint64_t version)
{
    mbill_keyset *pinned;
    ck_assert_int_eq(mbill_keyset_pin(publics[first], n, threshold, version, NULL, &pinned, NULL), MBILL_OK);
    return pinned;
}

static mbill_status take(const signed_keyset *message, const mbill_keyset *previous, mbill_keyset **out, mbill_error *err)
{
    mbill_error_init(err);
    return mbill_keyset_open((mbill_bytes){message->bytes, message->n}, REALM, previous, NULL, out, err);
}

/* Old roots 0-1 or 0-2, new roots as given, who signs, what comes of it. */
static const struct {
    size_t old_n;
    uint32_t old_threshold;
    size_t first, n;
    uint32_t threshold;
    unsigned signers;
    mbill_status status;
} changes[] = {
    {3, 2, 0, 3, 2, 0x3, MBILL_OK},
    {3, 2, 0, 3, 2, 0x7, MBILL_OK},
    {3, 2, 0, 3, 2, 0x1, MBILL_E_THRESHOLD},
    {3, 2, 0, 3, 3, 0x3, MBILL_E_THRESHOLD}, /* the new one asks for more */
    {3, 2, 0, 3, 3, 0x7, MBILL_OK},
    {3, 2, 2, 2, 1, 0x8, MBILL_E_THRESHOLD}, /* by the new ones alone */
    {3, 2, 2, 2, 1, 0x3, MBILL_E_THRESHOLD}, /* by the old ones alone */
    {3, 2, 2, 2, 1, 0x7, MBILL_OK},          /* root 2 is old and new */
    {3, 2, 2, 2, 2, 0x7, MBILL_E_THRESHOLD},
    {3, 2, 2, 2, 2, 0xf, MBILL_OK},
    {2, 1, 3, 1, 1, 0x9, MBILL_OK},            /* all roots change */
    {2, 1, 3, 1, 1, 0xd, MBILL_E_KID_UNKNOWN}, /* root 2 is neither */
    {2, 2, 0, 1, 1, 0x1, MBILL_E_THRESHOLD},
};

START_TEST(thresholds)
{
    mbill_keyset *keyset;
    mbill_error err;
    make_roots();
    mbill_keyset *old = pin(0, changes[_i].old_n, changes[_i].old_threshold, 0);
    signed_keyset message = make(1, changes[_i].first, changes[_i].n, changes[_i].threshold, changes[_i].signers, NULL, 0);
    mbill_status status = take(&message, old, &keyset, &err);
    ck_assert_msg(status == changes[_i].status, "case %d: %d, expected %d: %s", _i, (int)status, (int)changes[_i].status,
        err.message);
    if (status != MBILL_OK) ck_assert_ptr_null(keyset);
    mbill_keyset_free(keyset);
    mbill_keyset_free(old);
    free_roots();
}
END_TEST

START_TEST(ratchet)
{
    mbill_keyset *first, *second, *none;
    mbill_error err;
    make_roots();
    mbill_keyset *pinned = pin(0, 1, 1, 0), *restarted = pin(0, 1, 1, 5);
    signed_keyset five = make(5, 0, 1, 1, 1, NULL, 0), six = make(6, 0, 1, 1, 1, NULL, 0), four = make(4, 0, 1, 1, 1, NULL, 0);
    ck_assert_int_eq(take(&five, pinned, &first, &err), MBILL_OK);
    assert_refusal(&err, take(&five, first, &none, &err), MBILL_E_KEYSET_VERSION, "version 5, expected one above 5");
    assert_refusal(&err, take(&four, first, &none, &err), MBILL_E_KEYSET_VERSION, "version 4");
    assert_refusal(&err, take(&five, restarted, &none, &err), MBILL_E_KEYSET_VERSION, "version 5");
    ck_assert_int_eq(take(&six, first, &second, &err), MBILL_OK);
    ck_assert_int_eq(take(&six, restarted, &none, &err), MBILL_OK);
    mbill_keyset_free(none);
    mbill_keyset_free(first);
    mbill_keyset_free(second);
    mbill_keyset_free(pinned);
    mbill_keyset_free(restarted);
    free_roots();
}
END_TEST

/* What comes out is what went in, whatever the order; revocation is a keyset without the key. */
START_TEST(contents)
{
    mbill_keyset *keyset;
    mbill_keyset_plan plan;
    mbill_error err;
    make_roots();
    mbill_signer *relay = signer_of(40), *money = signer_of(41);
    mbill_key keys[] = {key_of(relay, mbill_role_commands(MBILL_ROLE_RELAY)),
        key_of(money, mbill_role_commands(MBILL_ROLE_MONEY))};
    const mbill_key turned[] = {keys[1], keys[0]};
    strcpy(keys[0].prefix, "e/0000");
    keys[1].quota_commands = 0;
    keys[1].quota_micro = 7;
    mbill_key again[] = {keys[1], keys[0]};
    signed_keyset a = make(1, 0, 2, 1, 1, keys, 2), b = make(1, 0, 2, 1, 1, again, 2), c = make(1, 0, 2, 1, 1, turned, 2);
    ck_assert_uint_eq(a.n, b.n);
    ck_assert_mem_eq(a.bytes, b.bytes, a.n);
    ck_assert_uint_ne(a.n, c.n);
    mbill_keyset *pinned = pin(0, 2, 1, 0);
    ck_assert_int_eq(take(&a, pinned, &keyset, &err), MBILL_OK);
    const mbill_key *found = mbill_keyset_key(keyset, keys[1].kid);
    ck_assert_ptr_nonnull(found);
    ck_assert_int_eq(found->role, MBILL_ROLE_MONEY);
    ck_assert_int_eq(found->quota_commands, 0);
    ck_assert_int_eq(found->quota_micro, 7);
    found = mbill_keyset_key(keyset, keys[0].kid);
    ck_assert_str_eq(found->prefix, "e/0000");
    ck_assert_int_eq(found->quota_micro, -1);
    ck_assert_ptr_null(mbill_keyset_key(keyset, (const uint8_t *)"noname!!"));
    ck_assert_ptr_null(mbill_keyset_key(NULL, keys[0].kid));
    ck_assert_int_eq(mbill_keyset_plan_of(keyset, &plan, &err), MBILL_OK);
    ck_assert_uint_eq(plan.n_keys, 2);
    ck_assert_uint_eq(plan.n_roots, 2);
    ck_assert_int_eq(mbill_keyset_encode(&plan, b.bytes, sizeof b.bytes, &b.n, &err), MBILL_OK);
    ck_assert_ptr_nonnull(memmem(a.bytes, a.n, b.bytes, b.n)); /* the payload again */
    mbill_keyset_free(keyset);
    mbill_keyset_free(pinned);
    mbill_signer_free(relay);
    mbill_signer_free(money);
    free_roots();
}
END_TEST

START_TEST(plans_refused)
{
    uint8_t out[MBILL_KEYSET_BYTES_MAX];
    size_t n;
    mbill_error err;
    make_roots();
    mbill_signer *signer = signer_of(40);
    const mbill_key good = key_of(signer, mbill_role_commands(MBILL_ROLE_RELAY));
    mbill_key keys[2] = {good, good};
    const mbill_keyset_plan whole = {(uint32_t)sizeof whole, 1, 1, EVER, publics[0], 2, keys, 1};
    mbill_keyset_plan plan = whole;
    mbill_error_init(&err);
#define REFUSED(status, part) assert_refusal(&err, mbill_keyset_encode(&plan, out, sizeof out, &n, &err), status, part)
    plan.version = 0;
    REFUSED(MBILL_E_RANGE, "version");
    plan = whole;
    plan.threshold = 3;
    REFUSED(MBILL_E_RANGE, "threshold of 3");
    plan.threshold = 0;
    REFUSED(MBILL_E_RANGE, "threshold of 0");
    plan = whole;
    plan.n_roots = 0;
    REFUSED(MBILL_E_RANGE, "0 roots");
    plan = whole;
    plan.exp_s = -1;
    REFUSED(MBILL_E_RANGE, "-1");
    plan = whole;
    plan.n_keys = 2;
    REFUSED(MBILL_E_DUPLICATE_KEY, "one name");
    plan = whole;
    keys[0].commands = mbill_role_commands(MBILL_ROLE_RELAY) | 1u << MBILL_COMMAND_TOP_UP;
    REFUSED(MBILL_E_ROLE, "of one role");
    keys[0].commands = 0;
    REFUSED(MBILL_E_ROLE, "commands 0");
    keys[0] = good;
    keys[0].exp_s = keys[0].nbf_s;
    REFUSED(MBILL_E_INVALID, "span");
    keys[0] = good;
    keys[0].lifetime_s = 0;
    REFUSED(MBILL_E_RANGE, "lifetime of 0");
    keys[0] = good;
    keys[0].quota_micro = -2;
    REFUSED(MBILL_E_RANGE, "quota");
    keys[0] = good;
    strcpy(keys[0].prefix, "E/");
    REFUSED(MBILL_E_INVALID, "prefix");
    keys[0] = good;
    memset(keys[0].public_key, 0, 32); /* of small order */
    REFUSED(MBILL_E_INVALID, "no point");
    memcpy(keys[0].public_key, publics[1], 32);
    REFUSED(MBILL_E_DUPLICATE_KEY, "is root 1");
    plan.struct_size = 8;
    REFUSED(MBILL_E_MISUSE, "struct_size");
    mbill_signer_free(signer);
    free_roots();
}
END_TEST

START_TEST(tampering)
{
    mbill_keyset *keyset;
    mbill_error err;
    size_t taken = 0, flips = 0;
    make_roots();
    mbill_signer *signer = signer_of(40);
    mbill_key key = key_of(signer, mbill_role_commands(MBILL_ROLE_RELAY));
    mbill_keyset *pinned = pin(0, 2, 2, 0);
    signed_keyset message = make(1, 0, 2, 2, 3, &key, 1);
    ck_assert_int_eq(take(&message, pinned, &keyset, &err), MBILL_OK);
    mbill_keyset_free(keyset);
    for (size_t bit = 0; bit < 8 * message.n; bit++, flips++) {
        message.bytes[bit / 8] ^= (uint8_t)(1u << bit % 8);
        taken += take(&message, pinned, &keyset, &err) == MBILL_OK;
        message.bytes[bit / 8] ^= (uint8_t)(1u << bit % 8);
    }
    size_t n = message.n;
    for (message.n = 0; message.n < n; message.n++) taken += take(&message, pinned, &keyset, &err) == MBILL_OK;
    message.bytes[n] = 0;
    message.n = n + 1;
    assert_refusal(&err, take(&message, pinned, &keyset, &err), MBILL_E_NONCANONICAL, "behind");
    printf("# keyset of %zu bytes: %zu flips, %zu truncations: %zu taken\n", n, flips, n, taken);
    ck_assert_uint_eq(taken, 0);
    message.n = n;
    mbill_error_init(&err);
    assert_refusal(&err,
        mbill_keyset_open((mbill_bytes){message.bytes, n}, (mbill_bytes){(const uint8_t *)"x", 1}, pinned, NULL, &keyset, &err),
        MBILL_E_SIGNATURE, "realm");
    mbill_keyset_free(pinned);
    mbill_signer_free(signer);
    free_roots();
}
END_TEST

/* ---- signers ---- */

static bool wiped; /* sodium_free was given nothing but zeros */

void __real_sodium_free(void *block);
void __wrap_sodium_free(void *block);
void __wrap_sodium_free(void *block)
{
    wiped = block != NULL && sodium_is_zero(block, crypto_sign_SECRETKEYBYTES) == 1;
    __real_sodium_free(block);
}

START_TEST(secrets_are_wiped)
{
    uint8_t public_key[32], kid[8], expected[32], secret[64];
    for (int held = 0; held < 2; held++) {
        mbill_signer *signer = operator_signer();
        if (held == 1) ck_assert_int_eq(mbill_signer_hold(signer, NULL), MBILL_OK);
        ck_assert_int_eq(mbill_signer_public(signer, public_key, NULL), MBILL_OK);
        wiped = false;
        mbill_signer_free(signer);
        ck_assert(wiped);
    }
    crypto_sign_seed_keypair(expected, secret, operator_secret);
    ck_assert_mem_eq(public_key, expected, 32);
    mbill_kid(public_key, kid);
    ck_assert_mem_eq(kid, ((const uint8_t[]){0x78, 0x49, 0xac, 0x30, 0x49, 0x68, 0x0b, 0xe1}), 8);
    mbill_signer_free(NULL);
}
END_TEST

static void *unreadable; /* what sodium_malloc gave last */

void *__real_sodium_malloc(size_t size);
void *__wrap_sodium_malloc(size_t size);
void *__wrap_sodium_malloc(size_t size)
{
    unreadable = __real_sodium_malloc(size);
    return unreadable;
}

/* Whether the kernel could read it for us. */
static bool is_readable(const void *at)
{
    int ends[2];
    ck_assert_int_eq(pipe(ends), 0);
    bool could = write(ends[1], at, 1) == 1;
    ck_assert(could || errno == EFAULT);
    close(ends[0]);
    close(ends[1]);
    return could;
}

START_TEST(secrets_are_out_of_reach)
{
    uint8_t out[MBILL_COMMAND_BYTES_MAX];
    size_t n;
    mbill_command trip = trip_of("e/1");
    mbill_signer *signer = operator_signer();
    ck_assert(!is_readable(unreadable));
    ck_assert_int_eq(mbill_command_sign(signer, REALM, &trip, out, sizeof out, &n, NULL), MBILL_OK);
    ck_assert(!is_readable(unreadable));
    ck_assert_int_eq(mbill_signer_hold(signer, NULL), MBILL_OK);
    ck_assert_int_eq(mbill_signer_hold(signer, NULL), MBILL_OK);
    ck_assert(is_readable(unreadable));
    ck_assert_int_eq(mbill_command_sign(signer, REALM, &trip, out, sizeof out, &n, NULL), MBILL_OK);
    ck_assert(is_readable(unreadable));
    mbill_signer_rest(signer);
    ck_assert(!is_readable(unreadable));
    mbill_signer_rest(signer);
    mbill_signer_rest(NULL);
    mbill_signer_free(signer);
}
END_TEST

/* Every allocation fails in turn: nothing is left, nothing is given. */
START_TEST(memory)
{
    counting_allocator counter;
    uint8_t public_key[1][32];
    mbill_signer *signer = operator_signer();
    mbill_error err;
    mbill_error_init(&err);
    ck_assert_int_eq(mbill_signer_public(signer, public_key[0], NULL), MBILL_OK);
    mbill_signer_free(signer);
    for (size_t fail_at = 1; fail_at <= 2; fail_at++) {
        mbill_keyset *keyset;
        counting_start(&counter, fail_at);
        mbill_status status = mbill_signer_open(operator_secret, &counter.allocator, &signer, &err);
        ck_assert_int_eq(status, fail_at == 1 ? MBILL_E_NOMEM : MBILL_OK);
        mbill_signer_free(signer);
        ck_assert_int_eq(counter.live, 0);
        counting_start(&counter, fail_at);
        status = mbill_keyset_pin(public_key[0], 1, 1, 0, &counter.allocator, &keyset, &err);
        ck_assert_int_eq(status, fail_at == 1 ? MBILL_E_NOMEM : MBILL_OK);
        mbill_keyset_free(keyset);
        ck_assert_int_eq(counter.live, 0);
    }
}
END_TEST

static mbill_status module_signs(void *ctx, const uint8_t *bytes, size_t n, uint8_t out_signature[64])
{
    if (ctx == NULL) return MBILL_E_IO;
    crypto_sign_detached(out_signature, NULL, bytes, n, ctx);
    return MBILL_OK;
}

START_TEST(callbacks)
{
    uint8_t public_key[32], other[32], secret[64], by_module[256], by_us[256];
    size_t n, n_us;
    mbill_signer *module, *ours = operator_signer();
    mbill_error err;
    mbill_command trip = trip_of("e/1");
    mbill_error_init(&err);
    crypto_sign_seed_keypair(public_key, secret, operator_secret);
    ck_assert_int_eq(mbill_signer_open_callback(public_key, module_signs, secret, NULL, &module, &err), MBILL_OK);
    ck_assert_int_eq(mbill_command_sign(module, REALM, &trip, by_module, sizeof by_module, &n, &err), MBILL_OK);
    ck_assert_int_eq(mbill_command_sign(ours, REALM, &trip, by_us, sizeof by_us, &n_us, &err), MBILL_OK);
    ck_assert_uint_eq(n, n_us);
    ck_assert_mem_eq(by_module, by_us, n);
    ck_assert_int_eq(mbill_signer_hold(module, &err), MBILL_OK);
    mbill_signer_free(module);

    crypto_sign_seed_keypair(other, by_us, (const uint8_t *)"another secret of 32 bytes......");
    ck_assert_int_eq(mbill_signer_open_callback(other, module_signs, secret, NULL, &module, &err), MBILL_OK);
    assert_refusal(&err, mbill_command_sign(module, REALM, &trip, by_module, sizeof by_module, &n, &err), MBILL_E_SIGNATURE,
        "public key");
    mbill_signer_free(module);
    ck_assert_int_eq(mbill_signer_open_callback(public_key, module_signs, NULL, NULL, &module, &err), MBILL_OK);
    assert_refusal(&err, mbill_command_sign(module, REALM, &trip, by_module, sizeof by_module, &n, &err), MBILL_E_IO,
        "did not sign");
    mbill_signer_free(module);
    mbill_signer_free(ours);
}
END_TEST

START_TEST(signers_refused)
{
    uint8_t secret[32] = {0};
    mbill_signer *signer = (mbill_signer *)secret;
    mbill_error err;
    mbill_error_init(&err);
    assert_refusal(&err, mbill_signer_open(secret, NULL, &signer, &err), MBILL_E_INVALID, "32 random bytes");
    ck_assert_ptr_null(signer);
    assert_refusal(&err, mbill_signer_open(NULL, NULL, &signer, &err), MBILL_E_MISUSE, "secret");
    assert_refusal(&err, mbill_signer_open(secret, NULL, NULL, &err), MBILL_E_MISUSE, "out_signer");
    assert_refusal(&err, mbill_signer_open_callback(secret, module_signs, NULL, NULL, &signer, &err), MBILL_E_INVALID,
        "no point");
    assert_refusal(&err, mbill_signer_open_callback(operator_secret, NULL, NULL, NULL, &signer, &err), MBILL_E_MISUSE, "sign");
    assert_refusal(&err, mbill_signer_hold(NULL, &err), MBILL_E_MISUSE, "signer");
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("keyset");
    TCase *tests = tcase_create("keyset");
    tcase_set_timeout(tests, 120);
    tcase_add_loop_test(tests, thresholds, 0, (int)(sizeof changes / sizeof changes[0]));
    tcase_add_test(tests, ratchet);
    tcase_add_test(tests, contents);
    tcase_add_test(tests, plans_refused);
    tcase_add_test(tests, tampering);
    tcase_add_test(tests, secrets_are_wiped);
    tcase_add_test(tests, secrets_are_out_of_reach);
    tcase_add_test(tests, memory);
    tcase_add_test(tests, callbacks);
    tcase_add_test(tests, signers_refused);
    suite_add_tcase(suite, tests);
    return check_run(suite, CK_FORK_GETENV);
}
