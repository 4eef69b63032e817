/* SPDX-License-Identifier: Apache-2.0 */
/* meterbill command targets, take, due, list and kept: signed commands that a store keeps. Changes when one of them does. */
#include "command.h"

#include "load.h"
#include "open.h"
#include "output.h"
#include "signed.h"
#include "table.h"
#include "targets.h"
#include "values.h"

#include "meterbill/outbox.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

static int now_of(const cli_arguments *arguments, int64_t *out_s)
{
    *out_s = (int64_t)time(NULL);
    return cli_option_instant(arguments, CLI_OPTION_NOW, NULL, out_s);
}

typedef struct listing {
    cli_table table;
    const char *before;
    const char *kind;  /* of the answer that has yet to begin; NULL: it has begun */
    const char *about; /* names the list of those that are left out; NULL: there is no such list */
    mbill_store_command_each each;
} listing;

/* A refusal is an answer of its own: so this one begins with what it has to say. */
static void begin_list(listing *list)
{
    if (list->kind != NULL && cli_json()) {
        cli_json_begin(list->kind);
        (void)fputs(",\"commands\":[", stdout);
    }
    list->kind = NULL;
}

static void print_json(void *ctx, const mbill_store_command *command)
{
    listing *list = ctx;
    begin_list(list);
    (void)printf("%s{\"id\":\"", list->before);
    cli_print_hex(command->id.bytes, sizeof command->id.bytes);
    (void)fputs("\"", stdout);
    cli_json_member("command", mbill_command_name(command->kind));
    cli_json_member("target", command->target);
    if (strcmp(command->audience, command->target) != 0) cli_json_member("group", command->audience);
    cli_json_member("state", mbill_receipt_state_name(command->state));
    if (command->reason != MBILL_OK) cli_json_member("reason", mbill_status_name(command->reason));
    if (command->reason != MBILL_OK) cli_json_member("why", command->why);
    cli_json_member("at", cli_time_text(command->changed_s, NULL).text);
    cli_json_member("ends", cli_time_text(command->exp_s, NULL).text);
    if (command->message.n > 0) {
        (void)fputs(",\"message\":\"", stdout);
        cli_print_hex(command->message.p, command->message.n);
        (void)fputs("\"", stdout);
    }
    (void)fputs("}", stdout);
    list->before = ",";
}

static void hex_text(const uint8_t *bytes, size_t n, char *out)
{
    static const char digits[] = "0123456789abcdef";
    for (size_t i = 0; i < n; i++) {
        out[2 * i] = digits[bytes[i] >> 4];
        out[2 * i + 1] = digits[bytes[i] & 15];
    }
    out[2 * n] = '\0';
}

static void print_row(void *ctx, const mbill_store_command *command)
{
    listing *list = ctx;
    char id[2 * sizeof command->id.bytes + 1];
    hex_text(command->id.bytes, sizeof command->id.bytes, id);
    cli_table_cell(&list->table, id);
    cli_table_cell(&list->table, mbill_command_name(command->kind));
    cli_table_cell(&list->table, command->target);
    cli_table_cell(&list->table, mbill_receipt_state_name(command->state));
    cli_table_cell(&list->table, cli_time_text(command->changed_s, NULL).text);
    cli_table_cell(&list->table, command->why);
}

/* kind: of an answer of its own; NULL: a member of one that has begun. */
static void start_list(listing *list, const char *kind)
{
    *list = (listing){.before = "", .kind = kind, .each = cli_json() ? print_json : print_row};
    if (!cli_json()) cli_table_start(&list->table, "llllll");
    else if (kind == NULL) (void)fputs(",\"commands\":[", stdout);
}

static void end_list(listing *list)
{
    if (cli_json()) (void)fputs("]", stdout);
    else cli_table_end(&list->table, "");
}

static int end_answer(listing *list, const char *name, mbill_status status, const mbill_error *err)
{
    if (status != MBILL_OK && list->kind != NULL && cli_json()) return cli_refuse(name, CLI_DOCUMENT, err);
    begin_list(list);
    end_list(list);
    if (cli_json()) cli_json_end();
    return status == MBILL_OK ? CLI_DONE : cli_refuse(name, CLI_DOCUMENT, err);
}

/* The first of those that are left out begins a list of its own. */
static void print_left(void *ctx, const mbill_store_command *command)
{
    listing *list = ctx;
    begin_list(list);
    if (list->about != NULL && cli_json()) {
        (void)printf("],\"%s\":[", list->about);
        list->before = "";
    }
    list->about = NULL;
    list->each(list, command);
}

/* ---- targets ---- */

int cli_command_targets(const cli_arguments *arguments)
{
    uint8_t hash[MBILL_HASH_BYTES];
    cli_targets targets;
    mbill_error err;
    mbill_error_init(&err);
    int code = cli_targets_load(arguments->operands[0], &targets);
    if (code == CLI_DONE && mbill_targets_hash(targets.names, targets.n, hash, &err) != MBILL_OK)
        code = cli_refuse(arguments->operands[0], CLI_DOCUMENT, &err);
    if (code == CLI_DONE && cli_json()) {
        cli_json_begin("command_targets");
        (void)fputs(",\"hash\":\"", stdout);
        cli_print_hex(hash, sizeof hash);
        (void)fputs("\"", stdout);
        cli_json_whole("targets", (int64_t)targets.n);
        cli_json_end();
    } else if (code == CLI_DONE) {
        cli_print_hex(hash, sizeof hash);
        (void)printf(" %zu\n", targets.n);
    }
    cli_targets_free(&targets);
    return code;
}

/* ---- take ---- */

/* What a store tells of a command at its meters while it is taken; printed when all of it is known. */
typedef struct told {
    char (*targets)[MBILL_TARGET_ROOM];
    mbill_error *whys;
    mbill_store_command *rows;
    size_t n, cap;
} told;

static void remember(void *ctx, const mbill_store_command *command)
{
    told *t = ctx;
    if (t->n == t->cap) {
        t->cap = t->cap * 2 + 64;
        t->targets = cli_allocate(t->targets, t->cap, sizeof *t->targets);
        t->whys = cli_allocate(t->whys, t->cap, sizeof *t->whys);
        t->rows = cli_allocate(t->rows, t->cap, sizeof *t->rows);
    }
    t->rows[t->n] = *command;
    (void)snprintf(t->targets[t->n], sizeof t->targets[0], "%s", command->target);
    (void)snprintf(t->whys[t->n].message, sizeof t->whys[0].message, "%s", command->why);
    t->n++;
}

static void print_told(told *t, const mbill_command *got)
{
    listing list;
    start_list(&list, NULL);
    for (size_t i = 0; i < t->n; i++) {
        t->rows[i].target = t->targets[i];
        t->rows[i].audience = got->target;
        t->rows[i].why = t->whys[i].message;
        t->rows[i].message = (mbill_bytes){NULL, 0};
        list.each(&list, &t->rows[i]);
    }
    end_list(&list);
}

static void print_taken(const mbill_command *got, int32_t verdict, told *t)
{
    const char *word = verdict == MBILL_ADMIT_REPEAT ? "repeat" : "new";
    if (cli_json()) {
        cli_json_begin("command_take");
        cli_json_member("verdict", word);
        cli_json_member("command", mbill_command_name(got->kind));
        cli_json_member("target", got->target);
        (void)fputs(",\"id\":\"", stdout);
        cli_print_hex(got->id.bytes, sizeof got->id.bytes);
        (void)fputs("\"", stdout);
    } else {
        (void)printf("%s: %s %s\n", word, mbill_command_name(got->kind), got->target);
    }
    if (cli_json() || got->group_count > 0) print_told(t, got);
    if (cli_json()) cli_json_end();
}

static int take(const cli_arguments *arguments, mbill_store *store, const mbill_keyset *keyset, mbill_bytes realm,
    const cli_signed *input, const cli_targets *targets)
{
    int64_t now_s;
    int32_t verdict = 0;
    told t = {0};
    mbill_store_taking options = MBILL_STORE_TAKING_INIT;
    mbill_command got;
    mbill_error err;
    mbill_error_init(&err);
    options.account = arguments->options[CLI_OPTION_ACCOUNT];
    options.targets = targets->names;
    options.n_targets = targets->n;
    options.each = remember;
    options.ctx = &t;
    int code = now_of(arguments, &now_s);
    if (code != CLI_DONE) return code;
    if (mbill_store_command_take(store, keyset, realm, now_s, &options, (mbill_bytes){input->bytes, input->n_bytes}, &got,
            &verdict, &err) == MBILL_OK)
        print_taken(&got, verdict, &t);
    else code = cli_refuse(input->name, CLI_DOCUMENT, &err);
    free(t.targets);
    free(t.whys);
    free(t.rows);
    return code;
}

int cli_command_take(const cli_arguments *arguments)
{
    cli_signed input = {0};
    cli_targets targets = {0};
    mbill_bytes realm = {NULL, 0};
    mbill_keyset *keyset = NULL;
    mbill_store *store = NULL;
    int code = cli_need_realm(arguments, &realm);
    if (code == CLI_DONE) code = cli_load_keyset(arguments, realm, &keyset);
    if (code == CLI_DONE) code = cli_signed_load(arguments->operands[1], &input);
    if (code == CLI_DONE && input.text != NULL) code = cli_usage("command take takes a message of hex digits, not a document");
    if (code == CLI_DONE && arguments->n_operands > 2) code = cli_targets_load(arguments->operands[2], &targets);
    if (code == CLI_DONE) code = cli_store_open(arguments->operands[0], 0, &store);
    if (code == CLI_DONE) code = take(arguments, store, keyset, realm, &input, &targets);
    mbill_store_free(store);
    mbill_keyset_free(keyset);
    cli_targets_free(&targets);
    cli_signed_free(&input);
    return code;
}

/* ---- due ---- */

/* "METER=WORD", four hex digits; the text is cut in two. */
static int read_word(char *text, mbill_meter_word *out)
{
    char *at = strchr(text, '=');
    const char *word = at != NULL ? at + 1 : "";
    uint8_t bytes[2];
    if (!cli_hex(&word, bytes, sizeof bytes) || *word != '\0')
        return cli_usage("\"%s\" is no status word of a meter, such as e/000000000001=0050", text);
    *at = '\0';
    *out = (mbill_meter_word){text, (uint32_t)bytes[0] << 8 | bytes[1], 0};
    return CLI_DONE;
}

static int read_handing(const cli_arguments *arguments, mbill_store_handing *out, mbill_meter_word *words)
{
    int64_t room = 0;
    int code = cli_option_whole(arguments, CLI_OPTION_ROOM, 1, INT32_MAX, &room);
    if (code == CLI_DONE) code = cli_option_whole(arguments, CLI_OPTION_PACE, 1, INT32_MAX, &out->cuts_a_minute);
    for (int i = 1; code == CLI_DONE && i < arguments->n_operands; i++) code = read_word(arguments->operands[i], &words[i - 1]);
    out->room = (size_t)room;
    out->words = words;
    out->n_words = (size_t)(arguments->n_operands - 1);
    return code;
}

static int hand_out(const cli_arguments *arguments, mbill_store *store, const mbill_keyset *keyset, mbill_bytes realm,
    mbill_store_handing *options)
{
    int64_t now_s;
    listing list;
    mbill_error err;
    mbill_error_init(&err);
    int code = now_of(arguments, &now_s);
    if (code != CLI_DONE) return code;
    start_list(&list, "commands");
    list.about = "left_out";
    options->left_out = print_left;
    mbill_status status = mbill_store_command_due(store, keyset, realm, now_s, options, list.each, &list, NULL, &err);
    return end_answer(&list, arguments->operands[0], status, &err);
}

int cli_command_due(const cli_arguments *arguments)
{
    mbill_store_handing options = MBILL_STORE_HANDING_INIT;
    mbill_bytes realm = {NULL, 0};
    mbill_keyset *keyset = NULL;
    mbill_store *store = NULL;
    mbill_meter_word *words = cli_allocate(NULL, (size_t)arguments->n_operands, sizeof *words);
    int code = cli_need_realm(arguments, &realm);
    if (code == CLI_DONE) code = cli_load_keyset(arguments, realm, &keyset);
    if (code == CLI_DONE) code = read_handing(arguments, &options, words);
    if (code == CLI_DONE) code = cli_store_open(arguments->operands[0], 0, &store);
    if (code == CLI_DONE) code = hand_out(arguments, store, keyset, realm, &options);
    mbill_store_free(store);
    mbill_keyset_free(keyset);
    free(words);
    return code;
}

/* ---- list, kept ---- */

int cli_command_list(const cli_arguments *arguments)
{
    listing list;
    mbill_store *store = NULL;
    mbill_error err;
    mbill_error_init(&err);
    int code = cli_store_open(arguments->operands[0], 0, &store);
    if (code != CLI_DONE) return code;
    start_list(&list, "commands");
    mbill_status status = mbill_store_command_list(store, 0, list.each, &list, &err);
    code = end_answer(&list, arguments->operands[0], status, &err);
    mbill_store_free(store);
    return code;
}

static void print_kept(void *ctx, const mbill_kept_power *power)
{
    listing *list = ctx;
    char id[2 * sizeof power->id.bytes + 1];
    hex_text(power->id.bytes, sizeof power->id.bytes, id);
    if (!cli_json()) {
        cli_table_cell(&list->table, power->target);
        cli_table_cell(&list->table, cli_time_text(power->since_s, NULL).text);
        cli_table_cell(&list->table, id);
        return;
    }
    (void)printf("%s{\"id\":\"%s\"", list->before, id);
    cli_json_member("target", power->target);
    cli_json_member("since", cli_time_text(power->since_s, NULL).text);
    (void)fputs("}", stdout);
    list->before = ",";
}

int cli_command_kept(const cli_arguments *arguments)
{
    int64_t now_s;
    listing list = {.before = ""};
    mbill_store *store = NULL;
    mbill_error err;
    mbill_error_init(&err);
    int code = now_of(arguments, &now_s);
    if (code == CLI_DONE) code = cli_store_open(arguments->operands[0], 0, &store);
    if (code != CLI_DONE) return code;
    if (cli_json()) cli_json_begin("command_kept");
    if (cli_json()) (void)fputs(",\"kept\":[", stdout);
    else cli_table_start(&list.table, "lll");
    mbill_status status = mbill_store_kept_power(store, now_s, print_kept, &list, &err);
    end_list(&list);
    if (cli_json()) cli_json_end();
    if (status != MBILL_OK) code = cli_refuse(arguments->operands[0], CLI_DOCUMENT, &err);
    mbill_store_free(store);
    return code;
}
