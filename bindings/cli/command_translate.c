/* SPDX-License-Identifier: Apache-2.0 */
/* meterbill command frame and answer: a command as a meter's frames, and what became of it from the replies. Changes when one of them does. */
#include "command.h"

#include "load.h"
#include "output.h"
#include "secret.h"
#include "signed.h"
#include "values.h"

#include "meterbill/translate_document.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

static const char *protocol_names(void)
{
    static char names[64];
    const char *name;
    names[0] = '\0';
    for (size_t i = 0; (name = mbill_translator_protocol_name(i)) != NULL; i++) {
        if (i > 0) cli_append(names, sizeof names, ", ");
        cli_append(names, sizeof names, name);
    }
    return names;
}

static int known_protocol(const char *name)
{
    const char *one;
    for (size_t i = 0; name != NULL && (one = mbill_translator_protocol_name(i)) != NULL; i++)
        if (strcmp(one, name) == 0) return 1;
    return 0;
}

/* The file that is at fault is not known of a refusal by both: the means are said first, since they are read last. */
static int open_documents(const char *protocol, const char *profile_path, const cli_file *profile, const char *means_path,
    const cli_file *means, mbill_translator **out)
{
    mbill_error err;
    mbill_error_init(&err);
    if (mbill_translator_open(protocol, profile->bytes, profile->len, NULL, 0, NULL, out, &err) != MBILL_OK)
        return cli_refuse(profile_path, CLI_DOCUMENT, &err);
    if (means_path == NULL) return CLI_DONE;
    mbill_translator_free(*out);
    if (mbill_translator_open(protocol, profile->bytes, profile->len, means->bytes, means->len, NULL, out, &err) != MBILL_OK)
        return cli_refuse(means_path, CLI_DOCUMENT, &err);
    return CLI_DONE;
}

/* What --protocol, --profile and --keys name. */
static int open_translator(const cli_arguments *arguments, mbill_translator **out)
{
    const char *protocol = arguments->options[CLI_OPTION_PROTOCOL], *profile_path = arguments->options[CLI_OPTION_PROFILE],
               *means_path = arguments->options[CLI_OPTION_KEYS];
    cli_file profile = {NULL, 0}, means = {NULL, 0};
    *out = NULL;
    if (!known_protocol(protocol))
        return cli_usage("--protocol is %s, expected one of: %s", protocol != NULL ? protocol : "missing", protocol_names());
    int code = profile_path != NULL ? cli_load_file(profile_path, &profile) : CLI_DONE;
    if (code == CLI_DONE && means_path != NULL) code = cli_load_secret(means_path, &means);
    if (code == CLI_DONE) code = open_documents(protocol, profile_path, &profile, means_path, &means, out);
    cli_file_free(&profile);
    if (means.bytes != NULL) cli_secret_free(&means);
    return code;
}

static int now_of(const cli_arguments *arguments, int64_t *out_s)
{
    *out_s = (int64_t)time(NULL);
    return cli_option_instant(arguments, CLI_OPTION_NOW, NULL, out_s);
}

/* What the library writes, and no copy of it left in memory: a password may stand in it. */
static int print_made(cli_text_maker make, const void *of, const char *name)
{
    mbill_error err;
    mbill_error_init(&err);
    char *text = cli_make_text(make, of, &err);
    if (text == NULL) return cli_refuse(name, CLI_DOCUMENT, &err);
    (void)puts(text);
    cli_file whole = {text, strlen(text)};
    cli_secret_free(&whole);
    return CLI_DONE;
}

/* ---- frame ---- */

typedef struct framing {
    mbill_translator *by;
    mbill_command command;
    int is_signed;
    uint8_t hash[MBILL_HASH_BYTES];
    int64_t now_s;
} framing;

static mbill_status frames_text(const void *context, char *out_text, size_t *inout_len, mbill_error *err)
{
    const framing *of = context;
    return mbill_translate_frames(of->by, &of->command, of->is_signed ? of->hash : NULL, of->now_s, out_text, inout_len, err);
}

/* A message is checked as command open does it. */
static int open_message(const cli_arguments *arguments, const cli_signed *input, framing *out)
{
    const mbill_bytes message = {input->bytes, input->n_bytes};
    mbill_bytes realm;
    mbill_keyset *keyset = NULL;
    mbill_error err;
    mbill_error_init(&err);
    int code = cli_need_realm(arguments, &realm);
    if (code == CLI_DONE) code = cli_load_keyset(arguments, realm, &keyset);
    if (code == CLI_DONE && mbill_command_open(keyset, realm, out->now_s, NULL, message, &out->command, &err) != MBILL_OK)
        code = cli_refuse(input->name, CLI_DOCUMENT, &err);
    mbill_keyset_free(keyset);
    mbill_command_hash(message, out->hash);
    out->is_signed = 1;
    return code;
}

static int take_command(const cli_arguments *arguments, const cli_signed *input, framing *out)
{
    mbill_error err;
    mbill_error_init(&err);
    if (input->text == NULL) return open_message(arguments, input, out);
    if (mbill_command_read(input->text, input->n_text, &out->command, &err) == MBILL_OK) return CLI_DONE;
    return cli_refuse(input->name, CLI_DOCUMENT, &err);
}

int cli_command_frame(const cli_arguments *arguments)
{
    cli_signed input = {0};
    framing of = {.by = NULL};
    int code = now_of(arguments, &of.now_s);
    if (code == CLI_DONE) code = open_translator(arguments, &of.by);
    if (code == CLI_DONE) code = cli_signed_load(arguments->operands[0], &input);
    if (code == CLI_DONE) code = take_command(arguments, &input, &of);
    if (code == CLI_DONE) code = print_made(frames_text, &of, input.name);
    cli_signed_free(&input);
    mbill_translator_free(of.by);
    return code;
}

/* ---- answer ---- */

typedef struct answering {
    mbill_translator *by;
    cli_signed frames, reply, told;
    int64_t now_s;
} answering;

static mbill_status answer_text(const void *context, char *out_text, size_t *inout_len, mbill_error *err)
{
    const answering *of = context;
    return mbill_translate_answer(of->by, of->frames.text, of->frames.n_text, (mbill_bytes){of->reply.bytes, of->reply.n_bytes},
        (mbill_bytes){of->told.bytes, of->told.n_bytes}, of->now_s, out_text, inout_len, err);
}

/* The operand at that place, or "none". */
static int take_reply(const cli_arguments *arguments, int at, cli_signed *out)
{
    if (at >= arguments->n_operands || strcmp(arguments->operands[at], "none") == 0) return CLI_DONE;
    int code = cli_signed_load(arguments->operands[at], out);
    if (code == CLI_DONE && out->text != NULL) code = cli_usage("command answer takes replies as hex digits, or none");
    return code;
}

int cli_command_answer(const cli_arguments *arguments)
{
    answering of = {.by = NULL};
    int code = now_of(arguments, &of.now_s);
    if (code == CLI_DONE) code = open_translator(arguments, &of.by);
    if (code == CLI_DONE) code = cli_signed_load(arguments->operands[0], &of.frames);
    if (code == CLI_DONE && of.frames.text == NULL)
        code = cli_usage("command answer takes the document that command frame printed");
    if (code == CLI_DONE) code = take_reply(arguments, 1, &of.reply);
    if (code == CLI_DONE) code = take_reply(arguments, 2, &of.told);
    if (code == CLI_DONE) code = print_made(answer_text, &of, of.frames.name);
    cli_signed_free(&of.frames);
    cli_signed_free(&of.reply);
    cli_signed_free(&of.told);
    mbill_translator_free(of.by);
    return code;
}
