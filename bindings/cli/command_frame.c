/* SPDX-License-Identifier: Apache-2.0 */
/* meterbill frame decode, encode and stream: bytes of a meter's wire in hexadecimal, and what they say as JSON. The protocols are the library's. */
#define _POSIX_C_SOURCE 200809L
#include "command.h"

#include "load.h"
#include "output.h"

#include "meterbill/frame.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { FRAME_ROOM = 4096, PIECE = 65536 };

typedef struct bytes {
    uint8_t *p;
    size_t n;
} bytes;

static const char *protocol_names(void)
{
    static char names[128];
    const char *name;
    names[0] = '\0';
    for (size_t i = 0; (name = mbill_frame_protocol_name(i)) != NULL; i++) {
        if (i > 0) cli_append(names, sizeof names, ", ");
        cli_append(names, sizeof names, name);
    }
    return names;
}

static int known_protocol(const char *name)
{
    const char *one;
    for (size_t i = 0; name != NULL && (one = mbill_frame_protocol_name(i)) != NULL; i++)
        if (strcmp(one, name) == 0) return 1;
    return 0;
}

/* The codec that --protocol and --profile name. */
static int open_codec(const cli_arguments *arguments, mbill_frame_codec **out)
{
    const char *protocol = arguments->options[CLI_OPTION_PROTOCOL], *path = arguments->options[CLI_OPTION_PROFILE];
    cli_file file = {NULL, 0};
    mbill_error err;
    mbill_error_init(&err);
    *out = NULL;
    if (!known_protocol(protocol))
        return cli_usage("--protocol is %s, expected one of: %s", protocol != NULL ? protocol : "missing", protocol_names());
    int code = path != NULL ? cli_load_file(path, &file) : CLI_DONE;
    if (code != CLI_DONE) return code;
    if (mbill_frame_codec_open(protocol, file.bytes, file.len, NULL, out, &err) != MBILL_OK)
        code = cli_refuse(path, CLI_DOCUMENT, &err);
    cli_file_free(&file);
    return code;
}

static int digit_of(char c)
{
    const char *digits = "0123456789abcdef", *at = strchr(digits, c >= 'A' && c <= 'F' ? c - 'A' + 'a' : c);
    return c != '\0' && at != NULL ? (int)(at - digits) : -1;
}

static int is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

/* Hexadecimal digits, blanks between bytes; half a byte may be left in *half (-1: none). Returns 0 at anything else. */
static int add_hex(const char *text, size_t len, uint8_t *out, size_t *n, int *half)
{
    for (size_t i = 0; i < len; i++) {
        int digit = digit_of(text[i]);
        if (is_blank(text[i]) && *half < 0) continue;
        if (digit < 0) return 0;
        if (*half >= 0) out[(*n)++] = (uint8_t)(*half * 16 + digit);
        *half = *half < 0 ? digit : -1;
    }
    return 1;
}

static int refuse_hex(void)
{
    mbill_error err;
    (void)cli_fail(&err, MBILL_E_INVALID, -1, "expected hexadecimal digits, two a byte, with nothing but blanks between bytes");
    return cli_refuse(NULL, CLI_DOCUMENT, &err);
}

static int hex_of(const char *text, size_t len, bytes *out)
{
    int half = -1;
    out->p = cli_allocate(NULL, len / 2 + 1, 1);
    out->n = 0;
    if (add_hex(text, len, out->p, &out->n, &half) && half < 0) return CLI_DONE;
    free(out->p);
    out->p = NULL;
    return refuse_hex();
}

/* The operands one after another with blanks between, or standard input. */
static int take_text(const cli_arguments *arguments, cli_file *out)
{
    if (arguments->n_operands == 0) return cli_load_file("/dev/stdin", out);
    size_t room = 1;
    for (int i = 0; i < arguments->n_operands; i++) room += strlen(arguments->operands[i]) + 1;
    out->bytes = cli_allocate(NULL, room, 1);
    out->bytes[0] = '\0';
    for (int i = 0; i < arguments->n_operands; i++) {
        if (i > 0) cli_append(out->bytes, room, " ");
        cli_append(out->bytes, room, arguments->operands[i]);
    }
    out->len = strlen(out->bytes);
    return CLI_DONE;
}

/* The document on stdout; of a refused frame its layer on stderr too. */
static int show(const mbill_frame_codec *codec, mbill_bytes in, mbill_bytes request, int tell)
{
    mbill_frame_verdict verdict;
    mbill_error err;
    char text[8192];
    size_t len = sizeof text;
    mbill_error_init(&err);
    char *large = NULL;
    mbill_status status = mbill_frame_decode(codec, in, request, text, &len, &verdict, &err);
    if (status == MBILL_E_ROOM) {
        large = cli_allocate(NULL, len, 1);
        status = mbill_frame_decode(codec, in, request, large, &len, &verdict, &err);
    }
    if (status != MBILL_OK) {
        free(large);
        return cli_refuse(NULL, CLI_DOCUMENT, &err);
    }
    (void)puts(large != NULL ? large : text);
    free(large);
    if (tell && verdict.layer != 0)
        (void)fprintf(stderr, "meterbill: %s: %s\n", mbill_frame_layer_name(verdict.layer), err.message);
    return verdict.layer == 0 ? CLI_DONE : CLI_REFUSED;
}

int cli_frame_decode(const cli_arguments *arguments)
{
    const char *asked = arguments->options[CLI_OPTION_REQUEST];
    mbill_frame_codec *codec;
    cli_file text = {NULL, 0};
    bytes in = {NULL, 0}, request = {NULL, 0};
    int code = open_codec(arguments, &codec);
    if (code == CLI_DONE) code = take_text(arguments, &text);
    if (code == CLI_DONE) code = hex_of(text.bytes, text.len, &in);
    if (code == CLI_DONE && asked != NULL) code = hex_of(asked, strlen(asked), &request);
    if (code == CLI_DONE) code = show(codec, (mbill_bytes){in.p, in.n}, (mbill_bytes){request.p, request.n}, 1);
    free(in.p);
    free(request.p);
    cli_file_free(&text);
    mbill_frame_codec_free(codec);
    return code;
}

static void print_hex(const uint8_t *frame, size_t n)
{
    if (cli_json()) {
        cli_json_begin("frame_bytes");
        (void)fputs(",\"hex\":\"", stdout);
    }
    for (size_t i = 0; i < n; i++) (void)printf(i > 0 ? " %02X" : "%02X", frame[i]);
    if (cli_json()) {
        (void)fputs("\"", stdout);
        cli_json_end();
    } else {
        (void)puts("");
    }
}

static int encode(const mbill_frame_codec *codec, const char *path, const cli_file *json)
{
    uint8_t frame[FRAME_ROOM];
    size_t n;
    mbill_frame_verdict verdict;
    mbill_error err;
    mbill_error_init(&err);
    if (mbill_frame_encode(codec, json->bytes, json->len, frame, sizeof frame, &n, &verdict, &err) == MBILL_OK) {
        print_hex(frame, n);
        return CLI_DONE;
    }
    if (verdict.layer != 0) { /* the layer first, as decode says it */
        mbill_error with = err;
        (void)cli_fail(&with, (mbill_status)err.status, -1, "%s: %s", mbill_frame_layer_name(verdict.layer), err.message);
        err = with;
    }
    return cli_refuse(path, CLI_DOCUMENT, &err);
}

int cli_frame_encode(const cli_arguments *arguments)
{
    const char *operand = arguments->n_operands > 0 ? arguments->operands[0] : "-";
    const char *path = strcmp(operand, "-") == 0 ? "/dev/stdin" : operand;
    mbill_frame_codec *codec;
    cli_file json = {NULL, 0};
    int code = open_codec(arguments, &codec);
    if (code == CLI_DONE && operand[0] == '{') json = (cli_file){cli_copy(operand), strlen(operand)};
    else if (code == CLI_DONE) code = cli_load_file(path, &json);
    if (code == CLI_DONE) code = encode(codec, operand[0] == '{' ? NULL : path, &json);
    cli_file_free(&json);
    mbill_frame_codec_free(codec);
    return code;
}

/* Every frame in a piece; a document a line. Nothing in the piece: the end of the stream. */
static int take_piece(mbill_frame_codec *codec, const uint8_t *piece, size_t n)
{
    mbill_bytes rest = {piece, n}, frame;
    size_t used;
    mbill_error err;
    mbill_error_init(&err);
    for (;;) {
        if (mbill_frame_feed(codec, rest, &used, &frame, &err) != MBILL_OK) return cli_refuse(NULL, CLI_DOCUMENT, &err);
        rest = (mbill_bytes){n > 0 ? rest.p + used : NULL, rest.n - used};
        if (frame.n == 0) return CLI_DONE;
        if (show(codec, frame, (mbill_bytes){NULL, 0}, 0) == CLI_INTERNAL) return CLI_INTERNAL;
        if (n > 0 && rest.n == 0) return CLI_DONE;
    }
}

static int take_stream(mbill_frame_codec *codec, int binary)
{
    static char piece[PIECE];
    static uint8_t decoded[PIECE];
    int half = -1, code = CLI_DONE;
    ssize_t got;
    while (code == CLI_DONE && ((got = read(STDIN_FILENO, piece, sizeof piece)) > 0 || (got < 0 && errno == EINTR))) {
        size_t n = 0;
        if (got < 0) continue;
        if (!binary && !add_hex(piece, (size_t)got, decoded, &n, &half)) code = refuse_hex();
        else if (binary) code = take_piece(codec, (const uint8_t *)piece, (size_t)got);
        else if (n > 0) code = take_piece(codec, decoded, n);
        (void)fflush(stdout); /* whoever sends the bytes may wait for the answer */
    }
    if (code == CLI_DONE && half >= 0) code = refuse_hex();
    return code == CLI_DONE ? take_piece(codec, NULL, 0) : code;
}

int cli_frame_stream(const cli_arguments *arguments)
{
    mbill_frame_codec *codec;
    int code = open_codec(arguments, &codec);
    if (code == CLI_DONE) code = take_stream(codec, arguments->options[CLI_OPTION_BINARY] != NULL);
    mbill_frame_codec_free(codec);
    return code;
}
