/* SPDX-License-Identifier: Apache-2.0 */
/* Changes when what other languages do with signed commands that a store keeps does: taking, handing out, settling, proofs. */
#include "glue_outbox.h"

#include "join.h"
#include "signed_says.h"
#include "words.h"

#include <stdlib.h>
#include <string.h>

/* ---- what a store tells of a command ---- */

static void add_command(face_join *to, const mbill_store_command *command)
{
    face_add(to, to->n > 0 && to->p[to->n - 1] == '}' ? ",{" : "{");
    face_add_hex(to, "id", command->id.bytes, sizeof command->id.bytes);
    face_add_member(to, "command", mbill_command_name(command->kind));
    face_add_member(to, "target", command->target);
    if (strcmp(command->audience, command->target) != 0) face_add_member(to, "group", command->audience);
    face_add_member(to, "state", mbill_receipt_state_name(command->state));
    if (command->reason != MBILL_OK) face_add_member(to, "reason", mbill_status_name(command->reason));
    if (command->reason != MBILL_OK) face_add_member(to, "why", command->why);
    face_add_instant(to, "at", command->changed_s);
    face_add_instant(to, "ends", command->exp_s);
    if (command->message.n > 0) face_add_hex(to, "message", command->message.p, command->message.n);
    face_add(to, "}");
}

static void add_each(void *ctx, const mbill_store_command *command)
{
    add_command(ctx, command);
}

/* While it is taken: the message is the caller's own. */
static void add_taken(void *ctx, const mbill_store_command *command)
{
    mbill_store_command told = *command;
    told.message = (mbill_bytes){NULL, 0};
    add_command(ctx, &told);
}

/* ---- taking ---- */

mbill_status mbill_face_outbox_take(mbill_store *store, mbill_keyset *keyset, const char *realm, size_t realm_len, int64_t now_s,
    const uint8_t *bytes, size_t bytes_len, const char *account, size_t account_len, const char *targets, size_t targets_len,
    mbill_face_text *out_text, mbill_error *err)
{
    face_words words = {0};
    face_lines meters = {NULL, NULL, 0};
    face_join join = {NULL, 0, 0, 0}, told = join;
    mbill_store_taking options = MBILL_STORE_TAKING_INIT;
    mbill_command got = MBILL_COMMAND_INIT;
    int32_t verdict = 0;
    options.account = face_word(&words, account, account_len, err);
    mbill_status status = words.status;
    if (status == MBILL_OK) status = face_lines_take(&meters, targets, targets_len, err);
    options.targets = meters.p;
    options.n_targets = meters.n;
    options.each = add_taken;
    options.ctx = &told;
    if (status == MBILL_OK)
        status = mbill_store_command_take(store, keyset, face_realm(realm, realm_len), now_s, &options,
            (mbill_bytes){bytes, bytes_len}, &got, &verdict, err);
    face_lines_free(&meters);
    face_words_free(&words);
    face_begin(&join, "command_take");
    face_add_member(&join, "verdict", verdict == MBILL_ADMIT_REPEAT ? "repeat" : "new");
    face_add_member(&join, "command", mbill_command_name(got.kind));
    face_add_member(&join, "target", got.target);
    face_add_hex(&join, "id", got.id.bytes, sizeof got.id.bytes);
    face_add_list(&join, "commands", &told);
    face_add(&join, "}");
    return face_take(&join, status, out_text, err);
}

/* ---- handing out ---- */

static int digit_of(char c)
{
    static const char digits[] = "0123456789abcdef0123456789ABCDEF";
    const char *at = c != '\0' ? strchr(digits, c) : NULL;
    return at != NULL ? (int)((at - digits) % 16) : -1;
}

/* "METER=0050": the line is cut in two. */
static mbill_status read_word(char *line, mbill_meter_word *out, int64_t index, mbill_error *err)
{
    char *at = strchr(line, '=');
    *out = (mbill_meter_word){line, 0, 0};
    int good = at != NULL && strlen(at + 1) == 4;
    for (int i = 1; good && i <= 4; i++) {
        int digit = digit_of(at[i]);
        good = digit >= 0;
        out->status_word = out->status_word << 4 | (uint32_t)(digit & 15);
    }
    if (!good)
        return face_fail(err, MBILL_E_INVALID, index, "\"%.80s\" is no status word of a meter, such as e/000000000001=0050",
            line);
    *at = '\0';
    return MBILL_OK;
}

static mbill_status read_words(const face_lines *lines, mbill_meter_word **out, mbill_error *err)
{
    mbill_status status = MBILL_OK;
    *out = face_allocate(lines->n, sizeof **out, err);
    if (*out == NULL) return MBILL_E_NOMEM;
    for (size_t i = 0; status == MBILL_OK && i < lines->n; i++)
        status = read_word(lines->copy + (lines->p[i] - lines->copy), *out + i, (int64_t)i, err);
    return status;
}

typedef struct handing {
    face_join due, left;
} handing;

static void add_due(void *ctx, const mbill_store_command *command)
{
    add_command(&((handing *)ctx)->due, command);
}

static void add_left(void *ctx, const mbill_store_command *command)
{
    add_command(&((handing *)ctx)->left, command);
}

mbill_status mbill_face_outbox_due(mbill_store *store, mbill_keyset *keyset, const char *realm, size_t realm_len, int64_t now_s,
    const char *words, size_t words_len, int64_t room, int64_t pace, mbill_face_text *out_text, mbill_error *err)
{
    face_lines lines;
    handing to = {{NULL, 0, 0, 0}, {NULL, 0, 0, 0}};
    face_join join = {NULL, 0, 0, 0};
    mbill_store_handing options = MBILL_STORE_HANDING_INIT;
    mbill_meter_word *said = NULL;
    mbill_status status = face_lines_take(&lines, words, words_len, err);
    if (status == MBILL_OK) status = read_words(&lines, &said, err);
    if (status == MBILL_OK && (room < 0 || room > INT32_MAX))
        status = face_fail(err, MBILL_E_RANGE, -1, "at most %lld commands, expected 1 to 2147483647", (long long)room);
    options.room = (size_t)room;
    options.cuts_a_minute = pace;
    options.words = said;
    options.n_words = lines.n;
    options.left_out = add_left;
    if (status == MBILL_OK)
        status = mbill_store_command_due(store, keyset, face_realm(realm, realm_len), now_s, &options, add_due, &to, NULL, err);
    free(said);
    face_lines_free(&lines);
    face_begin(&join, "commands");
    face_add_list(&join, "commands", &to.due);
    if (to.left.p != NULL || to.left.failed) face_add_list(&join, "left_out", &to.left);
    face_add(&join, "}");
    return face_take(&join, status, out_text, err);
}

/* ---- settling ---- */

/* A state by its name; 0: there is none. */
static int32_t state_of(const char *what, size_t len)
{
    int32_t state = MBILL_RECEIPT_RECEIVED;
    while (mbill_receipt_state_name(state) != NULL && !face_is(what, len, mbill_receipt_state_name(state))) state++;
    return mbill_receipt_state_name(state) != NULL ? state : 0;
}

mbill_status mbill_face_outbox_settle(mbill_store *store, const char *name, size_t name_len, const char *what, size_t what_len,
    const char *target, size_t target_len, int64_t now_s, mbill_error *err)
{
    face_words words = {0};
    mbill_id id;
    int32_t state = state_of(what, what_len);
    if (state == 0) return face_no_such(what, what_len, err);
    mbill_status status = mbill_id_parse(name, name_len, &id, err);
    if (status != MBILL_OK) return status;
    const char *meter = face_word(&words, target, target_len, err);
    status = words.status;
    if (status == MBILL_OK) status = mbill_store_command_settle(store, &id, meter, state, now_s, err);
    face_words_free(&words);
    return status;
}

mbill_status mbill_face_outbox_prove(mbill_store *store, const uint8_t *key, size_t key_len, const char *realm, size_t realm_len,
    const char *target, size_t target_len, int64_t now_s, const uint8_t *bytes, size_t bytes_len, mbill_face_text *out_text,
    mbill_error *err)
{
    face_words words = {0};
    face_join join = {NULL, 0, 0, 0};
    mbill_receipt got = MBILL_RECEIPT_INIT;
    mbill_bytes message = {bytes, bytes_len};
    const char *meter = face_word(&words, target, target_len, err);
    mbill_status status = words.status;
    if (status == MBILL_OK) status = face_expect(key_len, MBILL_KEY_BYTES, "the public key", err);
    if (status == MBILL_OK)
        status = mbill_store_command_prove(store, key, face_realm(realm, realm_len), meter, now_s, message, &got, err);
    face_words_free(&words);
    if (status == MBILL_OK) status = face_add_opened_receipt(&join, &got, message, err);
    return face_take(&join, status, out_text, err);
}

/* ---- lists ---- */

mbill_status mbill_face_outbox_list(mbill_store *store, const char *what, size_t what_len, mbill_face_text *out_text,
    mbill_error *err)
{
    face_join join = {NULL, 0, 0, 0}, list = join;
    int32_t state = what != NULL ? state_of(what, what_len) : 0;
    if (what != NULL && state == 0) return face_no_such(what, what_len, err);
    mbill_status status = mbill_store_command_list(store, state, add_each, &list, err);
    face_begin(&join, "commands");
    face_add_list(&join, "commands", &list);
    face_add(&join, "}");
    return face_take(&join, status, out_text, err);
}

static void add_kept(void *ctx, const mbill_kept_power *power)
{
    face_join *to = ctx;
    face_add(to, to->n > 0 ? ",{" : "{");
    face_add_hex(to, "id", power->id.bytes, sizeof power->id.bytes);
    face_add_member(to, "target", power->target);
    face_add_instant(to, "since", power->since_s);
    face_add(to, "}");
}

mbill_status mbill_face_outbox_kept(mbill_store *store, int64_t now_s, mbill_face_text *out_text, mbill_error *err)
{
    face_join join = {NULL, 0, 0, 0}, list = join;
    mbill_status status = mbill_store_kept_power(store, now_s, add_kept, &list, err);
    face_begin(&join, "command_kept");
    face_add_list(&join, "kept", &list);
    face_add(&join, "}");
    return face_take(&join, status, out_text, err);
}

/* ---- proofs ---- */

typedef struct checking {
    face_join list;
    const uint8_t *key;
    mbill_bytes realm;
    uint8_t before[MBILL_RECEIPT_BYTES_MAX];
    size_t n_before;
    int64_t n;
    mbill_status status; /* of the first that is wrong; no more are looked at */
    mbill_error err;
} checking;

static mbill_status remember(checking *c, mbill_bytes message, mbill_error *err)
{
    if (message.n > sizeof c->before) return face_fail(err, MBILL_E_LIMIT, -1, "it has %zu bytes", message.n);
    memcpy(c->before, message.p, message.n);
    c->n_before = message.n;
    return MBILL_OK;
}

static mbill_status check(checking *c, const mbill_store_receipt *kept, mbill_receipt *out, mbill_error *err)
{
    mbill_status status = mbill_receipt_open(c->key, c->realm, kept->message, out, err);
    if (status == MBILL_OK) status = mbill_receipt_follows(out, (mbill_bytes){c->before, c->n_before}, err);
    return status == MBILL_OK ? remember(c, kept->message, err) : status;
}

static void add_checked(void *ctx, const mbill_store_receipt *kept)
{
    checking *c = ctx;
    mbill_receipt receipt = MBILL_RECEIPT_INIT;
    mbill_error cause;
    mbill_error_init(&cause);
    if (c->status != MBILL_OK) return;
    c->n++;
    c->status = check(c, kept, &receipt, &cause);
    face_add(&c->list, c->n > 1 ? ",{" : "{");
    face_add_member(&c->list, "target", kept->target);
    face_add_key(&c->list, "receipt");
    if (c->status == MBILL_OK) c->status = face_add_receipt(&c->list, &receipt, &cause);
    face_add(&c->list, "}");
    if (c->status != MBILL_OK)
        (void)face_fail(&c->err, c->status, -1, "receipt %lld, of %s: %.160s", (long long)c->n, kept->target, cause.message);
}

mbill_status mbill_face_outbox_receipts(mbill_store *store, const uint8_t *key, size_t key_len, const char *realm,
    size_t realm_len, mbill_face_text *out_text, mbill_error *err)
{
    face_join join = {NULL, 0, 0, 0};
    checking c = {.key = key, .realm = face_realm(realm, realm_len), .status = MBILL_OK};
    mbill_status status = face_expect(key_len, MBILL_KEY_BYTES, "the public key", err);
    if (status == MBILL_OK) status = mbill_store_receipts(store, add_checked, &c, err);
    if (status == MBILL_OK && c.status != MBILL_OK) {
        status = c.status;
        if (err != NULL) *err = c.err;
    }
    face_begin(&join, "command_receipts");
    face_add_list(&join, "receipts", &c.list);
    face_add(&join, "}");
    return face_take(&join, status, out_text, err);
}

static void remember_last(void *ctx, const mbill_store_receipt *kept)
{
    checking *c = ctx;
    c->status = remember(c, kept->message, &c->err);
}

mbill_status mbill_face_outbox_last_receipt(mbill_store *store, mbill_face_bytes *out_bytes, mbill_error *err)
{
    checking c = {.status = MBILL_OK};
    mbill_status status = mbill_store_receipts(store, remember_last, &c, err);
    if (status == MBILL_OK && c.status != MBILL_OK) {
        status = c.status;
        if (err != NULL) *err = c.err;
    }
    return status == MBILL_OK ? face_give(c.before, c.n_before, out_bytes, err) : status;
}
