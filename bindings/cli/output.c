/* SPDX-License-Identifier: Apache-2.0 */
/* How refusals and JSON members look; changes when their form does. With --json exactly one document goes to stdout. */
#include "output.h"

#include <errno.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

static int json_wanted;

void cli_set_json(int wanted)
{
    json_wanted = wanted;
}

int cli_json(void)
{
    return json_wanted;
}

mbill_status cli_fail(mbill_error *err, mbill_status status, int64_t index, const char *format, ...)
{
    va_list arguments;
    mbill_error_init(err);
    err->status = (int32_t)status;
    err->index = index;
    va_start(arguments, format);
    (void)vsnprintf(err->message, sizeof err->message, format, arguments);
    va_end(arguments);
    return status;
}

/* --- text --- */

/* Length of the UTF-8 sequence at text, and its code point; 0 when the bytes are not UTF-8 (RFC 3629, table of section 4). */
static size_t code_point(const char *text, size_t len, uint32_t *out)
{
    static const uint32_t least[] = {0, 0, 0x80, 0x800, 0x10000};
    unsigned char first = (unsigned char)text[0];
    size_t n = first < 0x80 ? 1 : first < 0xC2 ? 0 : first < 0xE0 ? 2 : first < 0xF0 ? 3 : first < 0xF5 ? 4 : 0;
    if (n == 0 || n > len) return 0;
    uint32_t point = n == 1 ? first : first & (0xFFu >> (n + 1));
    for (size_t i = 1; i < n; i++) {
        if (((unsigned char)text[i] & 0xC0u) != 0x80u) return 0;
        point = (point << 6) | ((unsigned char)text[i] & 0x3Fu);
    }
    if (point < least[n] || point > 0x10FFFF || (point >= 0xD800 && point <= 0xDFFF)) return 0;
    *out = point;
    return n;
}

void cli_print_clean(FILE *stream, const char *text, size_t len)
{
    for (size_t at = 0; at < len;) {
        uint32_t point = 0;
        size_t n = code_point(text + at, len - at, &point);
        int clean = n > 0 && point >= 0x20 && (point < 0x7F || point > 0x9F);
        if (n == 0) n = 1;
        if (clean) (void)fwrite(text + at, 1, n, stream);
        else (void)fputc('?', stream);
        at += n;
    }
}

void cli_append(char *out, size_t room, const char *text)
{
    size_t used = strlen(out), len = strlen(text);
    if (len > room - used - 1) len = room - used - 1;
    memcpy(out + used, text, len);
    out[used + len] = '\0';
}

void cli_json_text(const char *text)
{
    size_t len = strlen(text);
    (void)fputc('"', stdout);
    for (size_t at = 0; at < len;) {
        uint32_t point = 0;
        size_t n = code_point(text + at, len - at, &point);
        if (n == 0) {
            (void)fputs("\\ufffd", stdout);
            n = 1;
        } else if (point == '"' || point == '\\') {
            (void)printf("\\%c", (int)point);
        } else if (point < 0x20 || point == 0x7F) {
            (void)printf("\\u%04x", (unsigned)point);
        } else {
            (void)fwrite(text + at, 1, n, stdout);
        }
        at += n;
    }
    (void)fputc('"', stdout);
}

void cli_json_begin(const char *kind)
{
    (void)fputs("{\"meterbill\":1,\"kind\":", stdout);
    cli_json_text(kind);
}

void cli_json_end(void)
{
    (void)fputs("}\n", stdout);
}

void cli_json_member(const char *key, const char *text)
{
    (void)printf(",\"%s\":", key);
    cli_json_text(text);
}

void cli_json_optional(const char *key, const char *text_or_null)
{
    if (text_or_null != NULL) cli_json_member(key, text_or_null);
}

void cli_json_whole(const char *key, int64_t value)
{
    (void)printf(",\"%s\":%" PRId64, key, value);
}

/* --- refusals --- */

static const char *reason(const mbill_error *err)
{
    return err->message[0] != '\0' ? err->message : mbill_status_text(err->status);
}

/* The message begins with its line already. */
static int says_line(const mbill_error *err)
{
    char words[32];
    (void)snprintf(words, sizeof words, "line %" PRId64 ":", err->index);
    return strncmp(err->message, words, strlen(words)) == 0;
}

void cli_complain(const char *file, cli_place place, const mbill_error *err)
{
    (void)fputs("meterbill: ", stderr);
    if (file != NULL) {
        cli_print_clean(stderr, file, strlen(file));
        (void)fputs(":", stderr);
    }
    if (err->path[0] != '\0') {
        cli_print_clean(stderr, err->path, strlen(err->path));
        (void)fputs(":", stderr);
    }
    if (file != NULL || err->path[0] != '\0') (void)fputs(" ", stderr);
    if (err->index >= 0 && place == CLI_LINES && !says_line(err)) (void)fprintf(stderr, "line %" PRId64 ": ", err->index);
    if (err->index >= 0 && place == CLI_RECORDS) (void)fprintf(stderr, "record %" PRId64 ": ", err->index);
    cli_print_clean(stderr, reason(err), strlen(reason(err)));
    (void)fputs("\n", stderr);
}

int cli_refuse_quietly(const char *file, cli_place place, const mbill_error *err)
{
    if (json_wanted) {
        cli_json_begin("error");
        cli_json_member("status", mbill_status_name(err->status));
        cli_json_member("message", reason(err));
        cli_json_optional("file", file);
        if (err->path[0] != '\0') cli_json_member("path", err->path);
        if (err->index >= 0) cli_json_whole(place == CLI_LINES ? "line" : "index", err->index);
        cli_json_end();
    }
    return err->status == MBILL_E_INTERNAL || err->status == MBILL_E_NOMEM ? CLI_INTERNAL : CLI_REFUSED;
}

int cli_refuse(const char *file, cli_place place, const mbill_error *err)
{
    cli_complain(file, place, err);
    return cli_refuse_quietly(file, place, err);
}

int cli_usage(const char *format, ...)
{
    mbill_error err;
    va_list arguments;
    mbill_error_init(&err);
    err.status = MBILL_E_MISUSE;
    va_start(arguments, format);
    (void)vsnprintf(err.message, sizeof err.message, format, arguments);
    va_end(arguments);
    (void)cli_refuse(NULL, CLI_DOCUMENT, &err);
    return CLI_USAGE;
}

int cli_finish(int exit_code)
{
    if (fflush(stdout) == 0 && !ferror(stdout)) return exit_code;
    (void)fprintf(stderr, "meterbill: standard output cannot be written: %s\n", strerror(errno));
    return exit_code == CLI_DONE ? CLI_REFUSED : exit_code;
}

void cli_out_of_memory(void)
{
    mbill_error err;
    (void)cli_fail(&err, MBILL_E_NOMEM, -1, "%s", mbill_status_text(MBILL_E_NOMEM));
    exit(cli_finish(cli_refuse(NULL, CLI_DOCUMENT, &err)));
}

void *cli_allocate(void *block_or_null, size_t count, size_t size)
{
    if (count > (SIZE_MAX - 1) / size) cli_out_of_memory();
    void *block = realloc(block_or_null, count * size + 1);
    if (block == NULL) cli_out_of_memory();
    return block;
}

char *cli_copy(const char *text)
{
    size_t len = strlen(text) + 1;
    return memcpy(cli_allocate(NULL, len, 1), text, len);
}

/* --- the library's texts --- */

char *cli_make_text(cli_text_maker make, const void *context, mbill_error *err)
{
    size_t len = 0;
    mbill_status status = make(context, NULL, &len, err);
    if (status != MBILL_OK && status != MBILL_E_ROOM) return NULL;
    char *text = cli_allocate(NULL, len, 1);
    mbill_error_init(err);
    if (make(context, text, &len, err) == MBILL_OK) return text;
    free(text);
    return NULL;
}

cli_short cli_micro(int64_t value_micro)
{
    cli_short out = {""};
    size_t len = sizeof out.text;
    if (mbill_decimal_print(value_micro, MBILL_SCALE_MICRO, out.text, &len, NULL) != MBILL_OK) out.text[0] = '\0';
    return out;
}

cli_short cli_sum(const mbill_sum *sum_micro)
{
    cli_short out = {""};
    size_t len = sizeof out.text;
    if (mbill_sum_print(sum_micro, MBILL_SCALE_MICRO, out.text, &len, NULL) != MBILL_OK) out.text[0] = '\0';
    return out;
}

cli_short cli_money(int64_t value_micro)
{
    cli_short out = {""};
    size_t len = sizeof out.text;
    if (mbill_decimal_print_places(value_micro, MBILL_SCALE_MICRO, 2, out.text, &len, NULL) != MBILL_OK) out.text[0] = '\0';
    return out;
}
