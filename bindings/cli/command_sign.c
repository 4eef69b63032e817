/* SPDX-License-Identifier: Apache-2.0 */
/* meterbill command keygen, sign, cosign, open and receipt; meterbill keyset make and show. Changes when one of them does. */
#include "command.h"

#include "output.h"
#include "signed.h"
#include "signer.h"
#include "values.h"

#include "meterbill/receipt.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

/* What every signing verb needs. */
typedef struct signing {
    cli_signed input;
    mbill_bytes realm;
    mbill_signer *signer;
} signing;

static int start(const cli_arguments *arguments, signing *s)
{
    *s = (signing){.signer = NULL};
    int code = cli_need_realm(arguments, &s->realm);
    if (code == CLI_DONE) code = cli_need_option(arguments, CLI_OPTION_KEY, "the file of the secret key");
    if (code == CLI_DONE) code = cli_signed_load(arguments->operands[0], &s->input);
    if (code == CLI_DONE) code = cli_load_signer(arguments->options[CLI_OPTION_KEY], &s->signer);
    return code;
}

static int end(signing *s, int code)
{
    mbill_signer_free(s->signer);
    cli_signed_free(&s->input);
    return code;
}

/* What was signed, or why it was not. */
static int end_signing(signing *s, mbill_status status, const mbill_error *err, const char *kind, const uint8_t *out, size_t n)
{
    if (status != MBILL_OK) return end(s, cli_refuse(s->input.name, CLI_DOCUMENT, err));
    cli_print_message(kind, out, n);
    return end(s, CLI_DONE);
}

static mbill_bytes message_of(const signing *s)
{
    return (mbill_bytes){s->input.bytes, s->input.n_bytes};
}

int cli_command_keygen(const cli_arguments *arguments)
{
    uint8_t public_key[MBILL_KEY_BYTES], kid[MBILL_KID_BYTES];
    int code = cli_make_secret(arguments->operands[0], public_key);
    if (code != CLI_DONE) return code;
    mbill_kid(public_key, kid);
    if (cli_json()) {
        cli_json_begin("command_keygen");
        (void)fputs(",\"public\":\"", stdout);
        cli_print_hex(public_key, sizeof public_key);
        (void)fputs("\",\"kid\":\"", stdout);
        cli_print_hex(kid, sizeof kid);
        (void)fputs("\"", stdout);
        cli_json_end();
        return CLI_DONE;
    }
    (void)fputs("public ", stdout);
    cli_print_hex(public_key, sizeof public_key);
    (void)fputs("\nkid    ", stdout);
    cli_print_hex(kid, sizeof kid);
    (void)fputs("\n", stdout);
    return CLI_DONE;
}

int cli_command_sign(const cli_arguments *arguments)
{
    uint8_t out[MBILL_COMMAND_BYTES_MAX];
    size_t n = 0;
    signing s;
    mbill_command command;
    mbill_error err;
    mbill_error_init(&err);
    int code = start(arguments, &s);
    if (code != CLI_DONE) return end(&s, code);
    if (s.input.text == NULL)
        return end(&s, cli_usage("command sign takes a document; command cosign adds a signature to a message"));
    mbill_status status = mbill_command_read(s.input.text, s.input.n_text, &command, &err);
    if (status == MBILL_OK) status = mbill_command_sign(s.signer, s.realm, &command, out, sizeof out, &n, &err);
    return end_signing(&s, status, &err, "command_sign", out, n);
}

int cli_command_cosign(const cli_arguments *arguments)
{
    uint8_t payload[MBILL_COMMAND_PAYLOAD_MAX], out[MBILL_COMMAND_BYTES_MAX];
    size_t n = 0;
    signing s;
    mbill_command command;
    mbill_error err;
    mbill_error_init(&err);
    int code = start(arguments, &s);
    if (code != CLI_DONE) return end(&s, code);
    mbill_bytes in = message_of(&s);
    mbill_status status = MBILL_OK;
    if (s.input.text != NULL) {
        status = mbill_command_read(s.input.text, s.input.n_text, &command, &err);
        if (status == MBILL_OK) status = mbill_command_encode(&command, payload, sizeof payload, &n, &err);
        if (status == MBILL_OK) in = (mbill_bytes){payload, n};
    }
    if (status == MBILL_OK) status = mbill_command_cosign(s.signer, s.realm, in, out, sizeof out, &n, &err);
    return end_signing(&s, status, &err, "command_sign", out, n);
}

/* ---- open ---- */

static mbill_status command_text(const void *context, char *out_text, size_t *inout_len, mbill_error *err)
{
    return mbill_command_write(context, out_text, inout_len, err);
}

static mbill_status receipt_text(const void *context, char *out_text, size_t *inout_len, mbill_error *err)
{
    return mbill_receipt_write(context, out_text, inout_len, err);
}

static mbill_status keyset_text(const void *context, char *out_text, size_t *inout_len, mbill_error *err)
{
    return mbill_keyset_write(context, out_text, inout_len, err);
}

/* The document alone; with --json inside one that also says who signed and what the message's hash is. */
static int print_opened(const char *kind, const char *member, const char *document, const uint8_t *kid, const cli_signed *input)
{
    uint8_t hash[MBILL_HASH_BYTES];
    if (!cli_json()) {
        (void)printf("%s\n", document);
        return CLI_DONE;
    }
    mbill_command_hash((mbill_bytes){input->bytes, input->n_bytes}, hash);
    cli_json_begin(kind);
    (void)printf(",\"%s\":%s,\"hash\":\"", member, document);
    cli_print_hex(hash, sizeof hash);
    (void)fputs("\"", stdout);
    if (kid != NULL) {
        (void)fputs(",\"kid\":\"", stdout);
        cli_print_hex(kid, MBILL_KID_BYTES);
        (void)fputs("\"", stdout);
    }
    return CLI_DONE;
}

static int print_text(const char *kind, const char *member, cli_text_maker make, const void *value, const uint8_t *kid,
    const cli_signed *input)
{
    mbill_error err;
    mbill_error_init(&err);
    char *document = cli_make_text(make, value, &err);
    if (document == NULL) return cli_refuse(input->name, CLI_DOCUMENT, &err);
    int code = print_opened(kind, member, document, kid, input);
    free(document);
    return code;
}

static int open_command(const cli_arguments *arguments, mbill_bytes realm, const mbill_keyset *keyset, const cli_signed *input)
{
    int64_t now_s = (int64_t)time(NULL);
    mbill_command got;
    mbill_error err;
    mbill_error_init(&err);
    int code = cli_option_instant(arguments, CLI_OPTION_NOW, NULL, &now_s);
    if (code != CLI_DONE) return code;
    if (mbill_command_open(keyset, realm, now_s, NULL, (mbill_bytes){input->bytes, input->n_bytes}, &got, &err) != MBILL_OK)
        return cli_refuse(input->name, CLI_DOCUMENT, &err);
    code = print_text("command_open", "command", command_text, &got, got.kid, input);
    if (code == CLI_DONE && cli_json()) {
        cli_json_whole("signers", (int64_t)got.n_signers);
        (void)printf(",\"keyset_expired\":%s", (got.notes & MBILL_COMMAND_KEYSET_EXPIRED) != 0 ? "true" : "false");
        cli_json_end();
    }
    return code;
}

int cli_command_open(const cli_arguments *arguments)
{
    cli_signed input = {0};
    mbill_bytes realm;
    mbill_keyset *keyset = NULL;
    int code = cli_need_realm(arguments, &realm);
    if (code == CLI_DONE) code = cli_load_keyset(arguments, realm, &keyset);
    if (code == CLI_DONE) code = cli_signed_load(arguments->operands[0], &input);
    if (code == CLI_DONE && input.text != NULL) code = cli_usage("command open takes a message of hex digits, not a document");
    if (code == CLI_DONE) code = open_command(arguments, realm, keyset, &input);
    cli_signed_free(&input);
    mbill_keyset_free(keyset);
    return code;
}

/* ---- receipts ---- */

static int sign_receipt(const cli_arguments *arguments)
{
    uint8_t out[MBILL_RECEIPT_BYTES_MAX];
    size_t n = 0;
    signing s;
    mbill_receipt receipt;
    mbill_error err;
    mbill_error_init(&err);
    int code = start(arguments, &s);
    if (code != CLI_DONE) return end(&s, code);
    if (s.input.text == NULL) return end(&s, cli_usage("command receipt --key takes a document"));
    mbill_status status = mbill_receipt_read(s.input.text, s.input.n_text, &receipt, &err);
    if (status == MBILL_OK) status = mbill_receipt_sign(s.signer, s.realm, &receipt, out, sizeof out, &n, &err);
    return end_signing(&s, status, &err, "receipt_sign", out, n);
}

static int open_receipt(const cli_arguments *arguments)
{
    uint8_t public_key[MBILL_KEY_BYTES];
    cli_signed input = {0};
    mbill_bytes realm;
    mbill_receipt got;
    mbill_error err;
    mbill_error_init(&err);
    if (arguments->options[CLI_OPTION_PUBLIC] == NULL)
        return cli_usage("--key is missing, to sign a receipt; or --public, to check one");
    int code = cli_need_public(arguments, public_key);
    if (code == CLI_DONE) code = cli_need_realm(arguments, &realm);
    if (code == CLI_DONE) code = cli_signed_load(arguments->operands[0], &input);
    if (code == CLI_DONE && input.text != NULL) code = cli_usage("command receipt --public takes a message of hex digits");
    if (code == CLI_DONE &&
        mbill_receipt_open(public_key, realm, (mbill_bytes){input.bytes, input.n_bytes}, &got, &err) != MBILL_OK)
        code = cli_refuse(input.name, CLI_DOCUMENT, &err);
    if (code == CLI_DONE) code = print_text("receipt_open", "receipt", receipt_text, &got, got.kid, &input);
    if (code == CLI_DONE && cli_json()) cli_json_end();
    cli_signed_free(&input);
    return code;
}

int cli_command_receipt(const cli_arguments *arguments)
{
    return arguments->options[CLI_OPTION_KEY] != NULL ? sign_receipt(arguments) : open_receipt(arguments);
}

/* ---- keysets ---- */

int cli_keyset_make(const cli_arguments *arguments)
{
    static uint8_t payload[MBILL_KEYSET_BYTES_MAX], out[MBILL_KEYSET_BYTES_MAX];
    size_t n = 0;
    signing s;
    mbill_error err;
    mbill_error_init(&err);
    int code = start(arguments, &s);
    if (code != CLI_DONE) return end(&s, code);
    mbill_bytes in = message_of(&s);
    mbill_status status = MBILL_OK;
    if (s.input.text != NULL) {
        status = mbill_keyset_read(s.input.text, s.input.n_text, payload, sizeof payload, &n, &err);
        if (status == MBILL_OK) in = (mbill_bytes){payload, n};
    }
    if (status == MBILL_OK) status = mbill_keyset_sign(s.signer, s.realm, in, out, sizeof out, &n, &err);
    return end_signing(&s, status, &err, "keyset_make", out, n);
}

int cli_keyset_show(const cli_arguments *arguments)
{
    cli_arguments named = *arguments;
    cli_signed input = {0};
    mbill_bytes realm;
    mbill_keyset *keyset = NULL;
    named.options[CLI_OPTION_KEYSET] = arguments->operands[0];
    int code = cli_need_realm(arguments, &realm);
    if (code == CLI_DONE) code = cli_load_keyset(&named, realm, &keyset);
    if (code == CLI_DONE) code = cli_signed_load(arguments->operands[0], &input);
    if (code == CLI_DONE) code = print_text("keyset_show", "keyset", keyset_text, keyset, NULL, &input);
    if (code == CLI_DONE && cli_json()) cli_json_end();
    cli_signed_free(&input);
    mbill_keyset_free(keyset);
    return code;
}
