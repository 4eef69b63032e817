/* SPDX-License-Identifier: Apache-2.0 */
/* Signed messages of any bytes: the strict CBOR reader, payloads of commands and receipts, keysets, states, and the same payloads signed. Laws: a refusal says why; what is
 * taken is written again as the same bytes; a message whose payload is any bytes never opens unless the payload is a command. The first byte says what the rest is. */
#include "command/cbor.h"
#include "command/envelope.h"
#include "command/keyset.h"
#include "meterbill/receipt.h"
#include "meterbill/replay.h"

#include <stdlib.h>
#include <string.h>

enum { CBOR, COMMAND, RECEIPT, KEYSET, STATES, OPEN, SIGNED, KEYSET_OPEN, RECEIPT_OPEN, N_WAYS };

static void need(bool holds)
{
    if (!holds) abort();
}

static bool taken(mbill_status status, const mbill_error *err)
{
    need(status == MBILL_OK || (err->status == (int32_t)status && status != MBILL_E_INTERNAL && err->message[0] != '\0'));
    return status == MBILL_OK;
}

static mbill_signer *signer_of(uint8_t number)
{
    uint8_t secret[32];
    mbill_signer *signer;
    for (size_t i = 0; i < sizeof secret; i++) secret[i] = (uint8_t)(number + i);
    need(mbill_signer_open(secret, NULL, &signer, NULL) == MBILL_OK);
    return signer;
}

static const mbill_bytes realm = {(const uint8_t *)"demo", 4};

static mbill_keyset *trusting(const mbill_signer *signer)
{
    mbill_keyset *keyset;
    mbill_key key = {.exp_s = INT64_C(4102444800),
        .lifetime_s = INT64_C(4102444800),
        .quota_commands = -1,
        .quota_micro = -1,
        .commands = mbill_role_commands(MBILL_ROLE_RELAY)};
    need(mbill_signer_public(signer, key.public_key, NULL) == MBILL_OK);
    need(mbill_keyset_trust(&key, 1, NULL, &keyset, NULL) == MBILL_OK);
    return keyset;
}

static void try_command(mbill_bytes in)
{
    uint8_t again[MBILL_COMMAND_PAYLOAD_MAX];
    char text[2048];
    size_t n, len = sizeof text;
    mbill_command got, back;
    mbill_error err;
    mbill_error_init(&err);
    if (!taken(mbill_command_decode(in, &got, &err), &err)) return;
    need(mbill_command_encode(&got, again, sizeof again, &n, NULL) == MBILL_OK);
    need(n == in.n && memcmp(again, in.p, n) == 0);
    need(mbill_command_write(&got, text, &len, NULL) == MBILL_OK);
    if (got.iat_s < INT64_C(4102444800) && got.exp_s < INT64_C(4102444800) && got.nbf_s < INT64_C(4102444800) &&
        got.switch_s < INT64_C(4102444800) && got.clock_s < INT64_C(4102444800)) {
        need(mbill_command_read(text, len - 1, &back, NULL) == MBILL_OK);
        need(memcmp(&back, &got, sizeof got) == 0);
    }
}

static void try_receipt(mbill_bytes in)
{
    uint8_t again[MBILL_RECEIPT_BYTES_MAX];
    size_t n;
    mbill_receipt got;
    mbill_error err;
    mbill_error_init(&err);
    if (!taken(mbill_receipt_decode(in, &got, &err), &err)) return;
    need(mbill_receipt_encode(&got, again, sizeof again, &n, NULL) == MBILL_OK);
    need(n == in.n && memcmp(again, in.p, n) == 0);
}

static void try_keyset(mbill_bytes in)
{
    static mbill_keyset got;
    static uint8_t again[MBILL_KEYSET_BYTES_MAX];
    size_t n;
    mbill_keyset_plan plan;
    mbill_error err;
    mbill_error_init(&err);
    memset(&got, 0, sizeof got);
    if (!taken(mbill__keyset_decode(in, in, &got, &err), &err)) return;
    need(mbill_keyset_plan_of(&got, &plan, NULL) == MBILL_OK);
    if (!taken(mbill_keyset_encode(&plan, again, sizeof again, &n, &err), &err))
        return; /* keys that are no points, two of one name */
    need(n == in.n && memcmp(again, in.p, n) == 0);
}

static void try_states(mbill_bytes in)
{
    uint8_t again[MBILL_STATE_BYTES_MAX];
    size_t n = 0;
    mbill_replay replay;
    mbill_purchases purchases;
    mbill_quota quota;
    mbill_pace pace;
    mbill_error err;
    mbill_error_init(&err);
    if (taken(mbill_replay_decode(in, &replay, &err), &err))
        need(mbill_replay_encode(&replay, again, sizeof again, &n, NULL) == MBILL_OK);
    if (taken(mbill_purchases_decode(in, &purchases, &err), &err))
        need(mbill_purchases_encode(&purchases, again, sizeof again, &n, NULL) == MBILL_OK);
    if (taken(mbill_quota_decode(in, &quota, &err), &err))
        need(mbill_quota_encode(&quota, again, sizeof again, &n, NULL) == MBILL_OK);
    if (taken(mbill_pace_decode(in, &pace, &err), &err))
        need(mbill_pace_encode(&pace, again, sizeof again, &n, NULL) == MBILL_OK);
    if (n > 0) need(n == in.n && memcmp(again, in.p, n) == 0);
}

/* Any bytes as a message; then any bytes as the payload of one that is signed. */
static void try_open(mbill_bytes in, bool is_payload)
{
    uint8_t bytes[MBILL_COMMAND_BYTES_MAX], again[MBILL_COMMAND_BYTES_MAX];
    size_t n = in.n, len;
    mbill_command got;
    mbill_command_policy policy = MBILL_COMMAND_POLICY_INIT;
    mbill_error err;
    mbill_signer *signer = signer_of(1);
    mbill_keyset *keyset = trusting(signer);
    mbill_error_init(&err);
    policy.flags = MBILL_POLICY_TIME_UNTRUSTED;
    policy.now_max_s = policy.scheduled_max_s = policy.money_max_s = policy.tariff_max_s = INT64_C(253402300799);
    if (is_payload && n <= MBILL_COMMAND_PAYLOAD_MAX) {
        need(mbill__message_sign(signer, MBILL__DOMAIN_COMMAND, realm, in, bytes, sizeof bytes, &n, NULL) == MBILL_OK);
        in = (mbill_bytes){bytes, n};
    }
    if (taken(mbill_command_open(keyset, realm, 0, &policy, in, &got, &err), &err)) {
        need(mbill_command_sign(signer, realm, &got, again, sizeof again, &len, NULL) == MBILL_OK);
        /* the other name of the algorithm, and a signature by several with one key, are made elsewhere */
        need(got.n_signers == 1 && (in.p[0] == 0xd8 || in.p[5] == 0x32 || (len == in.n && memcmp(again, in.p, len) == 0)));
    }
    mbill_keyset_free(keyset);
    mbill_signer_free(signer);
}

static void try_keyset_open(mbill_bytes in)
{
    uint8_t root[32];
    mbill_keyset *pinned, *keyset;
    mbill_error err;
    mbill_signer *signer = signer_of(1);
    mbill_error_init(&err);
    need(mbill_signer_public(signer, root, NULL) == MBILL_OK);
    need(mbill_keyset_pin(root, 1, 1, 0, NULL, &pinned, NULL) == MBILL_OK);
    if (taken(mbill_keyset_open(in, realm, pinned, NULL, &keyset, &err), &err)) need(keyset != NULL);
    else need(keyset == NULL);
    mbill_keyset_free(keyset);
    mbill_keyset_free(pinned);
    mbill_signer_free(signer);
}

/* A receipt that opens was signed: the same receipt signed again is the same bytes, but for the other name of the algorithm. */
static void try_receipt_open(mbill_bytes in)
{
    uint8_t public_key[32], again[MBILL_RECEIPT_BYTES_MAX];
    size_t n;
    mbill_receipt got;
    mbill_error err;
    mbill_signer *signer = signer_of(1);
    mbill_error_init(&err);
    need(mbill_signer_public(signer, public_key, NULL) == MBILL_OK);
    if (taken(mbill_receipt_open(public_key, realm, in, &got, &err), &err)) {
        need(mbill_receipt_sign(signer, realm, &got, again, sizeof again, &n, NULL) == MBILL_OK);
        need(in.p[5] == 0x32 || (n == in.n && memcmp(again, in.p, n) == 0));
    }
    mbill_signer_free(signer);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    mbill_error err;
    if (size == 0) return 0;
    const mbill_bytes in = {data + 1, size - 1};
    const mbill__cbor_in cbor = {in.p, 0, in.n, MBILL_E_STRUCTURE};
    mbill_error_init(&err);
    switch (data[0] % N_WAYS) {
    case CBOR: (void)taken(mbill__cbor_check(&cbor, &err), &err); break;
    case COMMAND: try_command(in); break;
    case RECEIPT: try_receipt(in); break;
    case KEYSET: try_keyset(in); break;
    case STATES: try_states(in); break;
    case OPEN: try_open(in, false); break;
    case SIGNED: try_open(in, true); break;
    case KEYSET_OPEN: try_keyset_open(in); break;
    default: try_receipt_open(in); break;
    }
    return 0;
}
