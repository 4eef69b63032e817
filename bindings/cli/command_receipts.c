/* SPDX-License-Identifier: Apache-2.0 */
/* meterbill command settle and receipts: what became of commands that a store keeps, and the proofs of it. Changes when one of them does. */
#include "command.h"

#include "load.h"
#include "open.h"
#include "output.h"
#include "signed.h"
#include "values.h"

#include "meterbill/outbox.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

/* ---- settle ---- */

/* What became of which command: by a word, or by a receipt, which says both itself. */
typedef struct settling {
    mbill_id id;
    int32_t state;
    const char *meter;  /* NULL: the command's only one */
    cli_signed receipt; /* empty: there is none */
    mbill_bytes realm;
    uint8_t public_key[MBILL_KEY_BYTES];
} settling;

static int read_words(const cli_arguments *arguments, settling *out)
{
    mbill_error err;
    mbill_error_init(&err);
    if (arguments->n_operands < 3)
        return cli_usage("command settle takes an ID and a state; or a receipt, with --public and --realm");
    const char *id = arguments->operands[1], *word = arguments->operands[2];
    if (mbill_id_parse(id, strlen(id), &out->id, &err) != MBILL_OK) return cli_usage("%s", err.message);
    out->state = MBILL_RECEIPT_ACCEPTED;
    while (mbill_receipt_state_name(out->state) != NULL && strcmp(mbill_receipt_state_name(out->state), word) != 0) out->state++;
    if (mbill_receipt_state_name(out->state) == NULL)
        return cli_usage("state \"%s\", expected accepted, confirmed, refused or unknown", word);
    out->meter = arguments->n_operands > 3 ? arguments->operands[3] : NULL;
    return CLI_DONE;
}

static int read_receipt(const cli_arguments *arguments, settling *out)
{
    if (arguments->n_operands > 3) return cli_usage("command settle with --public takes a receipt, and the meter");
    int code = cli_need_public(arguments, out->public_key);
    if (code == CLI_DONE) code = cli_need_realm(arguments, &out->realm);
    if (code == CLI_DONE) code = cli_signed_load(arguments->operands[1], &out->receipt);
    if (code == CLI_DONE && out->receipt.text != NULL)
        code = cli_usage("command settle takes a receipt of hex digits, not a document");
    out->meter = arguments->n_operands > 2 ? arguments->operands[2] : NULL;
    return code;
}

static mbill_status settle_by(mbill_store *store, settling *s, int64_t now_s, mbill_error *err)
{
    mbill_receipt got;
    const mbill_bytes receipt = {s->receipt.bytes, s->receipt.n_bytes};
    if (receipt.n == 0) return mbill_store_command_settle(store, &s->id, s->meter, s->state, now_s, err);
    mbill_status status = mbill_store_command_prove(store, s->public_key, s->realm, s->meter, now_s, receipt, &got, err);
    if (status == MBILL_OK) s->state = got.state;
    return status;
}

static int settle(const cli_arguments *arguments, settling *s)
{
    int64_t now_s = (int64_t)time(NULL);
    mbill_store *store = NULL;
    mbill_error err;
    mbill_error_init(&err);
    int code = cli_option_instant(arguments, CLI_OPTION_NOW, NULL, &now_s);
    if (code == CLI_DONE) code = cli_store_open(arguments->operands[0], 0, &store);
    if (code == CLI_DONE && settle_by(store, s, now_s, &err) != MBILL_OK)
        code = cli_refuse(s->receipt.n_bytes > 0 ? s->receipt.name : arguments->operands[0], CLI_DOCUMENT, &err);
    mbill_store_free(store);
    return code;
}

int cli_command_settle(const cli_arguments *arguments)
{
    settling s = {.state = 0};
    int code = arguments->options[CLI_OPTION_PUBLIC] != NULL ? read_receipt(arguments, &s) : read_words(arguments, &s);
    if (code == CLI_DONE) code = settle(arguments, &s);
    cli_signed_free(&s.receipt);
    if (code != CLI_DONE) return code;
    if (cli_json()) {
        cli_json_begin("command_settle");
        cli_json_member("state", mbill_receipt_state_name(s.state));
        cli_json_end();
    } else {
        (void)printf("%s\n", mbill_receipt_state_name(s.state));
    }
    return CLI_DONE;
}

/* ---- receipts ---- */

/* Checked first, all of them, and printed then: a refusal is an answer of its own. */
typedef struct checking {
    const uint8_t *public_key;
    mbill_bytes realm;
    uint8_t before[MBILL_RECEIPT_BYTES_MAX];
    size_t n_before;
    int64_t n;
    mbill_status status; /* of the first that is wrong; no more are looked at */
    mbill_error err;
    const char *between;
} checking;

static mbill_status receipt_text(const void *context, char *out_text, size_t *inout_len, mbill_error *err)
{
    return mbill_receipt_write(context, out_text, inout_len, err);
}

static mbill_status check(checking *c, mbill_bytes message, mbill_error *err)
{
    mbill_receipt receipt;
    if (message.n > sizeof c->before) return cli_fail(err, MBILL_E_LIMIT, -1, "it has %zu bytes", message.n);
    mbill_status status = mbill_receipt_open(c->public_key, c->realm, message, &receipt, err);
    if (status == MBILL_OK) status = mbill_receipt_follows(&receipt, (mbill_bytes){c->before, c->n_before}, err);
    if (status != MBILL_OK) return status;
    memcpy(c->before, message.p, message.n);
    c->n_before = message.n;
    return MBILL_OK;
}

static void check_next(void *ctx, const mbill_store_receipt *kept)
{
    checking *c = ctx;
    mbill_error cause;
    mbill_error_init(&cause);
    if (c->status != MBILL_OK) return;
    c->n++;
    c->status = check(c, kept->message, &cause);
    if (c->status != MBILL_OK)
        (void)cli_fail(&c->err, c->status, -1, "receipt %lld, of %s: %.160s", (long long)c->n, kept->target, cause.message);
}

static void print_next(void *ctx, const mbill_store_receipt *kept)
{
    checking *c = ctx;
    mbill_receipt receipt;
    if (c->status == MBILL_OK) c->status = mbill_receipt_open(c->public_key, c->realm, kept->message, &receipt, &c->err);
    char *text = c->status == MBILL_OK ? cli_make_text(receipt_text, &receipt, &c->err) : NULL;
    if (text == NULL) return;
    if (cli_json()) (void)printf("%s{\"target\":\"%s\",\"receipt\":%s}", c->between, kept->target, text);
    else (void)printf("%s %s\n", kept->target, text);
    c->between = ",";
    free(text);
}

static mbill_status check_all(mbill_store *store, checking *c)
{
    mbill_status status = mbill_store_receipts(store, check_next, c, &c->err);
    if (status != MBILL_OK || c->status != MBILL_OK) return status != MBILL_OK ? status : c->status;
    if (cli_json()) {
        cli_json_begin("command_receipts");
        (void)fputs(",\"receipts\":[", stdout);
    }
    status = mbill_store_receipts(store, print_next, c, &c->err);
    if (cli_json()) {
        (void)fputs("]", stdout);
        cli_json_end();
    }
    return status;
}

int cli_command_receipts(const cli_arguments *arguments)
{
    uint8_t public_key[MBILL_KEY_BYTES];
    checking c = {.public_key = public_key, .status = MBILL_OK, .between = ""};
    mbill_store *store = NULL;
    mbill_error_init(&c.err);
    int code = cli_need_public(arguments, public_key);
    if (code == CLI_DONE) code = cli_need_realm(arguments, &c.realm);
    if (code == CLI_DONE) code = cli_store_open(arguments->operands[0], 0, &store);
    if (code == CLI_DONE && check_all(store, &c) != MBILL_OK) code = cli_refuse(arguments->operands[0], CLI_DOCUMENT, &c.err);
    mbill_store_free(store);
    return code;
}
