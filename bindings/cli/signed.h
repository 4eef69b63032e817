/* SPDX-License-Identifier: Apache-2.0 */
/* Signed messages as the program takes and prints them: hex digits, or a JSON document to be signed. */
#ifndef MBILL_CLI_SIGNED_H
#define MBILL_CLI_SIGNED_H

#include "arguments.h"

#include "meterbill/command.h"

/* What an operand means: text that begins with '{' or is all hex digits is meant itself, - is standard input, anything else a file. */
typedef struct cli_signed {
    const char *name; /* for refusals; NULL: given on the command line */
    char *text;       /* a document; NULL: a message */
    size_t n_text;
    uint8_t *bytes; /* a message */
    size_t n_bytes;
} cli_signed;

/* Returns CLI_DONE, or the exit code after the refusal has been said. */
int cli_signed_load(const char *operand, cli_signed *out);
void cli_signed_free(cli_signed *input);

/* The realm of --realm, which is needed. */
int cli_need_realm(const cli_arguments *arguments, mbill_bytes *out);
/* The one key of --public, which is needed. */
int cli_need_public(const cli_arguments *arguments, uint8_t out_public_key[32]);
/* Hex digits up to the next comma; *inout_text moves behind it. 0: not n bytes of them. */
int cli_hex(const char **inout_text, uint8_t *out, size_t n);
void cli_print_hex(const uint8_t *bytes, size_t n);
/* The message of a signature on stdout: hex digits, with --json a document of this kind. */
void cli_print_message(const char *kind, const uint8_t *bytes, size_t n);
/* What --keyset with --root, or --public, say whom to trust. */
int cli_load_keyset(const cli_arguments *arguments, mbill_bytes realm, mbill_keyset **out);

#endif
