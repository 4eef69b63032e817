/* SPDX-License-Identifier: Apache-2.0 */
/* Changes when signed messages come to the program, or keys are named, in another way. */
#include "signed.h"

#include "file.h"
#include "output.h"
#include "values.h"

#include <stdlib.h>
#include <string.h>

static int digit_of(char c)
{
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

static int is_blank(char c)
{
    return c == ' ' || c == '\n' || c == '\r' || c == '\t';
}

int cli_hex(const char **inout_text, uint8_t *out, size_t n)
{
    const char *text = *inout_text;
    if (strcspn(text, ",") != 2 * n) return 0;
    for (size_t i = 0; i < n; i++) {
        int high = digit_of(text[2 * i]), low = digit_of(text[2 * i + 1]);
        if (high < 0 || low < 0) return 0;
        out[i] = (uint8_t)(high << 4 | low);
    }
    *inout_text = text[2 * n] == ',' ? text + 2 * n + 1 : text + 2 * n;
    return 1;
}

/* Two digits a byte, blanks between bytes. 0: something else stands there. */
static int read_message(const char *text, size_t len, cli_signed *out)
{
    out->bytes = cli_allocate(NULL, len / 2 + 1, 1);
    for (size_t at = 0; at < len;) {
        if (is_blank(text[at])) {
            at++;
            continue;
        }
        int high = digit_of(text[at]), low = at + 1 < len ? digit_of(text[at + 1]) : -1;
        if (high < 0 || low < 0) return 0;
        out->bytes[out->n_bytes++] = (uint8_t)(high << 4 | low);
        at += 2;
    }
    return out->n_bytes > 0;
}

static int refuse_message(const char *name)
{
    mbill_error err;
    (void)cli_fail(&err, MBILL_E_SYNTAX, -1, "is neither a JSON document nor a message of hex digits, two a byte");
    return cli_refuse(name, CLI_DOCUMENT, &err);
}

static int take_text(const char *text, size_t len, cli_signed *out)
{
    size_t at = 0;
    while (at < len && is_blank(text[at])) at++;
    if (at < len && text[at] == '{') {
        out->text = cli_allocate(NULL, len, 1);
        memcpy(out->text, text, len);
        out->n_text = len;
        return CLI_DONE;
    }
    return read_message(text, len, out) ? CLI_DONE : refuse_message(out->name);
}

int cli_signed_load(const char *operand, cli_signed *out)
{
    cli_file file;
    mbill_error err;
    size_t len = strlen(operand);
    *out = (cli_signed){0};
    mbill_error_init(&err);
    if (operand[0] == '{' || (len >= 16 && strspn(operand, "0123456789abcdefABCDEF ") == len))
        return take_text(operand, len, out);
    out->name = operand;
    if (cli_file_read(strcmp(operand, "-") == 0 ? "/dev/stdin" : operand, &file, &err) != MBILL_OK)
        return cli_refuse(operand, CLI_DOCUMENT, &err);
    int code = take_text(file.bytes, file.len, out);
    cli_file_free(&file);
    return code;
}

void cli_signed_free(cli_signed *input)
{
    free(input->text);
    free(input->bytes);
    *input = (cli_signed){0};
}

int cli_need_realm(const cli_arguments *arguments, mbill_bytes *out)
{
    int code = cli_need_option(arguments, CLI_OPTION_REALM, "what is signed in one realm is worth nothing in another");
    if (code != CLI_DONE) return code;
    const char *realm = arguments->options[CLI_OPTION_REALM];
    *out = (mbill_bytes){(const uint8_t *)realm, strlen(realm)};
    return CLI_DONE;
}

int cli_need_public(const cli_arguments *arguments, uint8_t out_public_key[32])
{
    int code = cli_need_option(arguments, CLI_OPTION_PUBLIC, "whose receipts they are");
    if (code != CLI_DONE) return code;
    const char *text = arguments->options[CLI_OPTION_PUBLIC];
    if (cli_hex(&text, out_public_key, MBILL_KEY_BYTES) && *text == '\0') return CLI_DONE;
    return cli_usage("--public is no key of 64 hex digits");
}

void cli_print_hex(const uint8_t *bytes, size_t n)
{
    for (size_t i = 0; i < n; i++) (void)printf("%02x", (unsigned)bytes[i]);
}

void cli_print_message(const char *kind, const uint8_t *bytes, size_t n)
{
    if (cli_json()) {
        cli_json_begin(kind);
        (void)fputs(",\"message\":\"", stdout);
        cli_print_hex(bytes, n);
        (void)fputs("\"", stdout);
        cli_json_whole("bytes", (int64_t)n);
        cli_json_end();
        return;
    }
    cli_print_hex(bytes, n);
    (void)fputs("\n", stdout);
}

/* ---- whom to trust ---- */

/* "KEY,KEY" (all of them sign) or "2:KEY,KEY,KEY" (two of them do). */
static int read_roots(const char *text, uint8_t roots[MBILL_SIGNERS_MAX][MBILL_KEY_BYTES], size_t *out_n, uint32_t *out_threshold)
{
    char *end = NULL;
    unsigned long threshold = 0;
    const char *at = text, *colon = strchr(text, ':');
    if (colon != NULL) {
        threshold = strtoul(text, &end, 10);
        if (end != colon || threshold == 0 || threshold > MBILL_SIGNERS_MAX)
            return cli_usage("--root is \"%s\", expected KEY,KEY... or such as 2:KEY,KEY,KEY", text);
        at = colon + 1;
    }
    *out_n = 0;
    while (*at != '\0' && *out_n < MBILL_SIGNERS_MAX)
        if (!cli_hex(&at, roots[(*out_n)++], MBILL_KEY_BYTES))
            return cli_usage("--root has no public key of 64 hex digits at \"%.8s\"", at);
    if (*at != '\0' || *out_n == 0) return cli_usage("--root has no keys, or more than %d", MBILL_SIGNERS_MAX);
    *out_threshold = colon != NULL ? (uint32_t)threshold : (uint32_t)*out_n;
    return CLI_DONE;
}

static int open_keyset(const char *path, const char *roots_text, mbill_bytes realm, mbill_keyset **out)
{
    uint8_t roots[MBILL_SIGNERS_MAX][MBILL_KEY_BYTES];
    size_t n = 0;
    uint32_t threshold = 0;
    cli_signed input;
    mbill_keyset *pinned = NULL;
    mbill_error err;
    mbill_error_init(&err);
    int code = read_roots(roots_text, roots, &n, &threshold);
    if (code != CLI_DONE) return code;
    if (mbill_keyset_pin(roots[0], n, threshold, 0, NULL, &pinned, &err) != MBILL_OK) return cli_refuse(NULL, CLI_DOCUMENT, &err);
    code = cli_signed_load(path, &input);
    if (code == CLI_DONE && input.text != NULL) code = refuse_message(path);
    if (code == CLI_DONE &&
        mbill_keyset_open((mbill_bytes){input.bytes, input.n_bytes}, realm, pinned, NULL, out, &err) != MBILL_OK)
        code = cli_refuse(path, CLI_DOCUMENT, &err);
    cli_signed_free(&input);
    mbill_keyset_free(pinned);
    return code;
}

/* "ROLE:KEY", with more behind commas. */
static int trust(const char *text, mbill_keyset **out)
{
    mbill_key keys[MBILL_KEYS_MAX];
    size_t n = 0;
    mbill_error err;
    mbill_error_init(&err);
    for (const char *at = text; *at != '\0';) {
        mbill_key key = {.exp_s = INT64_C(253402300799),
            .lifetime_s = INT64_C(253402300799),
            .quota_commands = -1,
            .quota_micro = -1};
        size_t len = strcspn(at, ":");
        for (int32_t role = MBILL_ROLE_RELAY; role <= MBILL_ROLE_ROOT; role++)
            if (strlen(mbill_role_name(role)) == len && strncmp(mbill_role_name(role), at, len) == 0)
                key.commands = mbill_role_commands(role);
        at += len + (at[len] == ':');
        if (key.commands == 0 || n == MBILL_KEYS_MAX || !cli_hex(&at, key.public_key, MBILL_KEY_BYTES))
            return cli_usage("--public is \"%.80s\", expected ROLE:KEY, such as relay: and 64 hex digits", text);
        keys[n++] = key;
    }
    return mbill_keyset_trust(keys, n, NULL, out, &err) == MBILL_OK ? CLI_DONE : cli_refuse(NULL, CLI_DOCUMENT, &err);
}

int cli_load_keyset(const cli_arguments *arguments, mbill_bytes realm, mbill_keyset **out)
{
    const char *keyset = arguments->options[CLI_OPTION_KEYSET], *keys = arguments->options[CLI_OPTION_PUBLIC];
    if (keyset == NULL && keys == NULL) return cli_usage("--keyset is missing, with --root; or --public");
    if (keyset != NULL && keys != NULL) return cli_usage("--public does not go with --keyset");
    if (keys != NULL) return trust(keys, out);
    int code = cli_need_option(arguments, CLI_OPTION_ROOT, "a keyset is trusted because roots signed it");
    return code == CLI_DONE ? open_keyset(keyset, arguments->options[CLI_OPTION_ROOT], realm, out) : code;
}
