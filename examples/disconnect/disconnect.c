/* SPDX-License-Identifier: Apache-2.0 */
/* A household's money ends, and its supply is cut by a command that nobody can forge, repeat or use elsewhere: decided, signed, checked, taken once.
 * The key is that of an example everybody knows (RFC 8032, section 7.1).
 * Build: cc -std=c11 -o disconnect disconnect.c $(pkg-config --cflags --libs meterbill) */
#include <meterbill.h>

#include <stdio.h>
#include <string.h>

#define NOON INT64_C(1767614400) /* 2026-01-05T12:00:00Z */
#define MINUTE 60

static const uint8_t secret[32] = {0x9d, 0x61, 0xb1, 0x9d, 0xef, 0xfd, 0x5a, 0x60, 0xba, 0x84, 0x4a, 0xf4, 0x92, 0xec, 0x2c, 0xc4,
    0x44, 0x49, 0xc5, 0x69, 0x7b, 0x32, 0x69, 0x19, 0x70, 0x3b, 0xac, 0x03, 0x1c, 0xae, 0x7f, 0x60};
static const char command_json[] =
    "{\"meterbill\": 1, \"kind\": \"command\", \"command\": \"trip\", \"target\": \"e/000000000001\","
    " \"id\": \"00000000000000000000000000000002\", \"seq\": 1, \"made\": \"2026-01-05T12:00:00Z\", \"ends\": "
    "\"2026-01-05T12:05:00Z\"}";

static mbill_bytes realm_of(const char *name)
{
    const mbill_bytes realm = {(const uint8_t *)name, strlen(name)};
    return realm;
}

static mbill_operation operation(unsigned char id, mbill_operation_kind kind, int64_t amount_micro)
{
    mbill_operation op = {.kind = (int32_t)kind,
        .account = 7,
        .amount_micro = amount_micro,
        .sequence = MBILL_NONE,
        .charge = MBILL_NONE,
        .period = MBILL_NONE};
    op.id.bytes[15] = id;
    return op;
}

/* The ledger decides: what use left is below 0. The id of the entry becomes that of the command. */
static mbill_status decide(mbill_error *err)
{
    static const char *const words[] = {"keep", "trip", "arm"};
    mbill_policy policy;
    mbill_book *book = NULL;
    mbill_result results[2];
    mbill_view view = {.struct_size = sizeof view};
    mbill_supply_state state = {.struct_size = sizeof state};
    int32_t supply = MBILL_SUPPLY_KEEP;
    char credit[32];
    size_t room = sizeof credit;
    (void)mbill_policy_preset(MBILL_PRESET_DLT, &policy);
    mbill_operation both[2] = {operation(1, MBILL_OPERATION_OPEN, 0), operation(2, MBILL_OPERATION_USAGE, 500000)};
    both[0].policy = &policy;
    mbill_status status = mbill_book_open(NULL, &book, err);
    if (status == MBILL_OK) status = mbill_book_apply(book, both, 2, NOON, results, err);
    if (status == MBILL_OK) status = mbill_book_view(book, 7, &view, err);
    if (status == MBILL_OK) status = mbill_supply_decide(&view, mbill_book_policy(book, 7), &state, &supply, NULL, err);
    if (status == MBILL_OK) status = mbill_decimal_print_places(view.credit_micro, MBILL_SCALE_MICRO, 2, credit, &room, err);
    if (status == MBILL_OK) printf("credit %s: %s\n", credit, words[supply - MBILL_SUPPLY_KEEP]);
    mbill_book_free(book);
    return status;
}

static mbill_status sign(uint8_t *message, size_t cap, size_t *out_len, uint8_t public_key[32], mbill_error *err)
{
    mbill_signer *signer = NULL;
    mbill_command command;
    mbill_status status = mbill_signer_open(secret, NULL, &signer, err);
    if (status == MBILL_OK) status = mbill_signer_public(signer, public_key, err);
    if (status == MBILL_OK) status = mbill_command_read(command_json, strlen(command_json), &command, err);
    if (status == MBILL_OK) status = mbill_command_sign(signer, realm_of("demo"), &command, message, cap, out_len, err);
    if (status == MBILL_OK) printf("signed, %zu bytes\n", *out_len);
    mbill_signer_free(signer);
    return status;
}

/* The key by itself, with the role of relays and no limits. */
static mbill_status trust(const uint8_t public_key[32], mbill_keyset **out_keys, mbill_error *err)
{
    mbill_key key = {.exp_s = INT64_C(253402300799),
        .lifetime_s = INT64_C(253402300799),
        .quota_commands = -1,
        .quota_micro = -1};
    key.commands = mbill_role_commands(MBILL_ROLE_RELAY);
    memcpy(key.public_key, public_key, sizeof key.public_key);
    return mbill_keyset_trust(&key, 1, NULL, out_keys, err);
}

static void refused(const char *what, const mbill_keyset *keys, const char *realm, int64_t now_s, mbill_bytes message)
{
    mbill_command command;
    mbill_error why;
    mbill_error_init(&why);
    if (mbill_command_open(keys, realm_of(realm), now_s, NULL, message, &command, &why) != MBILL_OK)
        printf("%s: %s\n", what, why.message);
}

/* Once; and when it comes again it is known. */
static mbill_status take(const mbill_command *command, mbill_bytes message, mbill_error *err)
{
    mbill_replay seen = {.struct_size = sizeof seen, .version = 1};
    mbill_purchases bought = {.struct_size = sizeof bought, .version = 1};
    uint8_t hash[32];
    int32_t verdict = 0;
    mbill_command_hash(message, hash);
    mbill_status status = mbill_replay_admit(command, hash, NULL, &seen, &bought, &seen, &bought, &verdict, err);
    if (status == MBILL_OK) status = mbill_replay_admit(command, hash, hash, &seen, &bought, &seen, &bought, &verdict, err);
    if (status == MBILL_OK) printf("taken, and when it comes again: %s\n", verdict == MBILL_ADMIT_REPEAT ? "known" : "new");
    return status;
}

int main(void)
{
    uint8_t bytes[MBILL_COMMAND_BYTES_MAX], public_key[32];
    mbill_keyset *keys = NULL;
    mbill_command command;
    mbill_error err;
    mbill_bytes message = {bytes, 0};
    mbill_error_init(&err);
    mbill_status status = decide(&err);
    if (status == MBILL_OK) status = sign(bytes, sizeof bytes, &message.n, public_key, &err);
    if (status == MBILL_OK) status = trust(public_key, &keys, &err);
    if (status == MBILL_OK) status = mbill_command_open(keys, realm_of("demo"), NOON + MINUTE, NULL, message, &command, &err);
    if (status == MBILL_OK) {
        printf("checked: %s %s\n", mbill_command_name(command.kind), command.target);
        refused("elsewhere", keys, "town", NOON + MINUTE, message);
        refused("too late", keys, "demo", NOON + 60 * MINUTE, message);
        status = take(&command, message, &err);
    }
    if (status != MBILL_OK) fprintf(stderr, "%s: %s\n", mbill_status_name((int32_t)status), err.message);
    mbill_keyset_free(keys);
    return status != MBILL_OK;
}
