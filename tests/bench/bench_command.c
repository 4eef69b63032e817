/* SPDX-License-Identifier: Apache-2.0 */
/* Signed commands beside bare libsodium over the same bytes: sign, open, admit, and a million on two threads. Both sides take turns within a run, so that the clock's speed is the
 * same for both; what is signed is opened again before anything is timed. One JSON object a line; times are medians of rounds. */
#define _POSIX_C_SOURCE 200809L
#include "bench.h"
#include "meterbill.h"

#include <pthread.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { ROUNDS = 15, THREADS = 2 };
#define NOW INT64_C(1767225700)

static const mbill_bytes realm = {(const uint8_t *)"demo", 4};
static uint8_t secret[32], public_key[32], bare_secret[64];
static size_t n_round = 400, n_million = 1000000;

/* The thread's own time, which other work on the machine does not lengthen as much. */
static double now_ns(void)
{
    return clock_ns(CLOCK_THREAD_CPUTIME_ID);
}

static mbill_command make_trip(uint64_t seq)
{
    mbill_command trip = MBILL_COMMAND_INIT;
    trip.kind = MBILL_COMMAND_TRIP;
    strcpy(trip.target, "e/000000000001");
    trip.id.bytes[0] = 1;
    trip.seq = seq;
    trip.iat_s = INT64_C(1767225600);
    trip.exp_s = INT64_C(1767225900);
    return trip;
}

/* What the trip's signature is over, written here by hand. */
static size_t make_tbs(const mbill_command *trip, uint8_t out[256])
{
    static const uint8_t head[] = {0x84, 0x6a, 'S', 'i', 'g', 'n', 'a', 't', 'u', 'r', 'e', '1', 0x4d, 0xa2, 0x01, 0x27, 0x04,
        0x48};
    static const char aad[] = "libmeterbill/cmd/v1\0demo";
    uint8_t payload[MBILL_COMMAND_PAYLOAD_MAX];
    size_t n, at = sizeof head;
    if (mbill_command_encode(trip, payload, sizeof payload, &n, NULL) != MBILL_OK || n > 255) stop("no payload");
    memcpy(out, head, sizeof head);
    mbill_kid(public_key, out + at);
    at += MBILL_KID_BYTES;
    out[at++] = 0x58;
    out[at++] = sizeof aad - 1;
    memcpy(out + at, aad, sizeof aad - 1);
    at += sizeof aad - 1;
    out[at++] = 0x58;
    out[at++] = (uint8_t)n;
    memcpy(out + at, payload, n);
    return at + n;
}

static void say(const char *name, double ns, double bare_ns)
{
    printf("{\"name\":\"%s\",\"value\":%.1f,\"unit\":\"ns\",\"against\":\"libsodium %.1f ns\",\"ratio\":%.4f}\n", name, ns,
        bare_ns, bare_ns / ns);
}

/* ---- sign ---- */

static double sign_ours(mbill_signer *signer, size_t n)
{
    uint8_t out[MBILL_COMMAND_BYTES_MAX];
    size_t len;
    mbill_command trip = make_trip(1);
    double began = now_ns();
    for (size_t i = 0; i < n; i++) {
        trip.seq = i + 1;
        if (mbill_command_sign(signer, realm, &trip, out, sizeof out, &len, NULL) != MBILL_OK) stop("not signed");
    }
    return (now_ns() - began) / (double)n;
}

static double sign_bare(size_t n)
{
    uint8_t tbs[256], signature[64];
    const mbill_command trip = make_trip(UINT32_MAX);
    size_t len = make_tbs(&trip, tbs);
    double began = now_ns();
    for (size_t i = 0; i < n; i++) {
        tbs[len - 1] = (uint8_t)i;
        (void)crypto_sign_detached(signature, NULL, tbs, len, bare_secret);
    }
    return (now_ns() - began) / (double)n;
}

static void bench_sign(mbill_signer *signer, const char *name)
{
    double ours[ROUNDS], bare[ROUNDS];
    for (size_t i = 0; i < ROUNDS; i++) {
        ours[i] = sign_ours(signer, n_round);
        bare[i] = sign_bare(n_round);
    }
    say(name, median(ours, ROUNDS), median(bare, ROUNDS));
}

/* ---- open ---- */

static mbill_keyset *trusting(void)
{
    mbill_keyset *keyset;
    mbill_key key = {.exp_s = INT64_C(4102444800),
        .lifetime_s = 600,
        .quota_commands = -1,
        .quota_micro = -1,
        .commands = mbill_role_commands(MBILL_ROLE_RELAY)};
    memcpy(key.public_key, public_key, sizeof public_key);
    if (mbill_keyset_trust(&key, 1, NULL, &keyset, NULL) != MBILL_OK) stop("no keyset");
    return keyset;
}

static void bench_open(mbill_signer *signer)
{
    uint8_t message[MBILL_COMMAND_BYTES_MAX], tbs[256];
    double ours[ROUNDS], bare[ROUNDS];
    size_t n, n_tbs;
    mbill_command got;
    const mbill_command trip = make_trip(123456);
    mbill_keyset *keyset = trusting();
    if (mbill_command_sign(signer, realm, &trip, message, sizeof message, &n, NULL) != MBILL_OK) stop("not signed");
    n_tbs = make_tbs(&trip, tbs);
    if (crypto_sign_verify_detached(message + n - 64, tbs, n_tbs, public_key) != 0)
        stop("the bytes by hand are not those that are signed");
    for (size_t i = 0; i < ROUNDS; i++) {
        double began = now_ns();
        for (size_t k = 0; k < n_round; k++)
            if (mbill_command_open(keyset, realm, NOW, NULL, (mbill_bytes){message, n}, &got, NULL) != MBILL_OK)
                stop("not opened");
        double middle = now_ns();
        for (size_t k = 0; k < n_round; k++)
            if (crypto_sign_verify_detached(message + n - 64, tbs, n_tbs, public_key) != 0) stop("not right");
        ours[i] = (middle - began) / (double)n_round;
        bare[i] = (now_ns() - middle) / (double)n_round;
    }
    say("command_open", median(ours, ROUNDS), median(bare, ROUNDS));
    mbill_keyset_free(keyset);
}

static void bench_admit(void)
{
    static const uint8_t hash[32];
    enum { N = 1000000 };
    double rounds[ROUNDS];
    for (size_t i = 0; i < ROUNDS; i++) {
        mbill_replay replay = {0};
        mbill_command trip = make_trip(0);
        int32_t verdict;
        double began = now_ns();
        for (uint64_t k = 1; k <= N; k++) {
            trip.seq = k;
            if (mbill_replay_admit(&trip, hash, NULL, &replay, NULL, &replay, NULL, &verdict, NULL) != MBILL_OK)
                stop("not admitted");
        }
        rounds[i] = (now_ns() - began) / N;
    }
    printf("{\"name\":\"command_admit\",\"value\":%.2f,\"unit\":\"ns\",\"against\":\"none\",\"ratio\":null}\n",
        median(rounds, ROUNDS));
}

/* ---- a million on two threads ---- */

enum { TURNS = 10 };

static void *work(void *signer_or_null)
{
    size_t n = n_million / THREADS / TURNS;
    if (signer_or_null != NULL) (void)sign_ours(signer_or_null, n);
    else (void)sign_bare(n);
    return NULL;
}

static double on_threads(mbill_signer *signer_or_null)
{
    pthread_t threads[THREADS];
    double began = now_s();
    for (size_t i = 0; i < THREADS; i++)
        if (pthread_create(&threads[i], NULL, work, signer_or_null) != 0) stop("no thread");
    for (size_t i = 0; i < THREADS; i++) (void)pthread_join(threads[i], NULL);
    return now_s() - began;
}

static void bench_million(mbill_signer *signer)
{
    double ours = 0, bare = 0;
    for (int turn = 0; turn < TURNS; turn++) {
        ours += on_threads(signer);
        bare += on_threads(NULL);
    }
    printf("{\"name\":\"command_million\",\"value\":%.3f,\"unit\":\"s for %zu on %d threads\",\"against\":\"libsodium %.3f "
           "s\",\"ratio\":%.4f}\n",
        ours, n_million, THREADS, bare, bare / ours);
}

int main(int argc, char **argv)
{
    mbill_signer *signer;
    if (argc > 1) n_round = (size_t)strtoul(argv[1], NULL, 10);
    if (argc > 2) n_million = (size_t)strtoul(argv[2], NULL, 10);
    for (size_t i = 0; i < sizeof secret; i++) secret[i] = (uint8_t)(i * 7 + 1);
    if (sodium_init() < 0 || n_round == 0) stop("usage: bench_command [COMMANDS A ROUND] [COMMANDS ON THREADS]");
    (void)crypto_sign_seed_keypair(public_key, bare_secret, secret);
    if (mbill_signer_open(secret, NULL, &signer, NULL) != MBILL_OK) stop("no signer");
    bench_sign(signer, "command_sign_guarded");
    if (mbill_signer_hold(signer, NULL) != MBILL_OK) stop("not held");
    bench_sign(signer, "command_sign");
    bench_open(signer);
    bench_admit();
    bench_million(signer);
    mbill_signer_free(signer);
    return 0;
}
