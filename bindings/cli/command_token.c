/* SPDX-License-Identifier: Apache-2.0 */
/* meterbill token make, read: a request and keys in, the token or what it means out. */
#include "command.h"

#include "document.h"
#include "load.h"
#include "output.h"
#include "secret.h"
#include "values.h"

#include "meterbill/token.h"
#include "meterbill/token_document.h"

#include <stdlib.h>
#include <string.h>

typedef mbill_status (
    *token_step)(const mbill_token_keys *keys, const char *text, size_t len, char *out_text, size_t *inout_len, mbill_error *err);

typedef struct asked {
    const mbill_token_keys *keys;
    cli_file request;
    token_step step;
} asked;

static mbill_status make_text(const void *context, char *out_text, size_t *inout_len, mbill_error *err)
{
    const asked *of = context;
    return of->step(of->keys, of->request.bytes, of->request.len, out_text, inout_len, err);
}

static int load_keys(const char *path, mbill_token_keys **out)
{
    mbill_error err;
    cli_file file;
    mbill_error_init(&err);
    int code = cli_load_secret(path, &file);
    if (code != CLI_DONE) return code;
    if (mbill_token_keys_read(file.bytes, file.len, NULL, out, &err) != MBILL_OK) code = cli_refuse(path, CLI_DOCUMENT, &err);
    cli_secret_free(&file);
    return code;
}

/* The members of a token, one a line. */
static void show_token(cli_value token)
{
    char key[64], text[256];
    for (cli_walk walk = cli_walk_over(token); cli_walk_next(&walk);) {
        cli_value_text(walk.key, key, sizeof key);
        cli_value_text(walk.value, text, sizeof text);
        (void)printf("  %-14s ", key);
        cli_print_clean(stdout, text, strlen(text));
        (void)putchar('\n');
    }
}

static void show(const char *text)
{
    char name[256];
    cli_value answer = cli_value_of(text, strlen(text)), key = cli_value_member(answer, "key");
    for (cli_walk walk = cli_walk_over(cli_value_member(answer, "tokens")); cli_walk_next(&walk);) {
        (void)puts("token");
        show_token(walk.value);
    }
    if (cli_value_kind(cli_value_member(answer, "token")) != '\0') {
        cli_value_text(key, name, sizeof name);
        (void)fputs(name[0] != '\0' ? "token of key " : "token", stdout);
        cli_print_clean(stdout, name, strlen(name));
        (void)putchar('\n');
        show_token(cli_value_member(answer, "token"));
    }
}

static int answer(const cli_arguments *arguments, token_step step)
{
    mbill_error err;
    mbill_token_keys *keys = NULL;
    asked of = {NULL, {NULL, 0}, step};
    const char *path = arguments->n_operands > 0 ? arguments->operands[0] : "/dev/stdin";
    mbill_error_init(&err);
    int code = cli_need_option(arguments, CLI_OPTION_KEYS, "the keys of meters (JSON)");
    if (code == CLI_DONE && arguments->n_operands == 0 && strcmp(arguments->options[CLI_OPTION_KEYS], "-") == 0)
        code = cli_usage("the request and the keys cannot both come from standard input");
    if (code == CLI_DONE) code = cli_load_file(path, &of.request);
    if (code == CLI_DONE) code = load_keys(arguments->options[CLI_OPTION_KEYS], &keys);
    of.keys = keys;
    char *text = code == CLI_DONE ? cli_make_text(make_text, &of, &err) : NULL;
    if (code == CLI_DONE && text == NULL) code = cli_refuse(path, CLI_DOCUMENT, &err);
    if (text != NULL && cli_json()) (void)puts(text);
    else if (text != NULL) show(text);
    if (text != NULL) mbill_token_wipe(text, strlen(text));
    free(text);
    mbill_token_keys_free(keys);
    cli_secret_free(&of.request);
    return code;
}

int cli_token_make(const cli_arguments *arguments)
{
    return answer(arguments, mbill_token_make);
}

int cli_token_read(const cli_arguments *arguments)
{
    return answer(arguments, mbill_token_read);
}
