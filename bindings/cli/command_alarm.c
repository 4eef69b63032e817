/* SPDX-License-Identifier: Apache-2.0 */
/* meterbill alarm check, show and run: configurations of alarms, and lines of samples, ticks, events and actions from standard input; an event a line comes out.
 * A line that is refused is answered with its number and why, and changes nothing. */
#define _POSIX_C_SOURCE 200809L
#include "command.h"

#include "file.h"
#include "open.h"
#include "output.h"

#include "meterbill/alarms.h"
#include "meterbill/watch.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

enum { REASONS_SHOWN = 100 };

/* ---- configurations ---- */

static void print_reasons(const char *path, const mbill_error *reasons, size_t n)
{
    size_t shown = n < REASONS_SHOWN ? n : REASONS_SHOWN;
    if (!cli_json()) {
        for (size_t i = 0; i < shown; i++) cli_complain(path, CLI_DOCUMENT, &reasons[i]);
        if (n > shown) (void)fprintf(stderr, "%s: %zu reasons more\n", path, n - shown);
        return;
    }
    cli_json_begin("alarm_check");
    cli_json_member("file", path);
    (void)fputs(",\"reasons\":[", stdout);
    for (size_t i = 0; i < shown; i++) {
        (void)fputs(i > 0 ? ",{\"status\":" : "{\"status\":", stdout);
        cli_json_text(mbill_status_name(reasons[i].status));
        cli_json_member("path", reasons[i].path);
        cli_json_member("message", reasons[i].message);
        (void)fputs("}", stdout);
    }
    (void)fputs("]", stdout);
    cli_json_end();
}

/* The configuration, or every reason against it. */
static int open_alarms(const char *path, mbill_alarms **out)
{
    cli_file file;
    mbill_error err, reasons[REASONS_SHOWN];
    size_t n;
    *out = NULL;
    mbill_error_init(&err);
    for (size_t i = 0; i < REASONS_SHOWN; i++) mbill_error_init(&reasons[i]);
    if (cli_file_read(path, &file, &err) != MBILL_OK) return cli_refuse(path, CLI_DOCUMENT, &err);
    mbill_status status = mbill_alarms_read(file.bytes, file.len, NULL, out, reasons, REASONS_SHOWN, &n, &err);
    cli_file_free(&file);
    if (status == MBILL_OK) return CLI_DONE;
    if (n == 0) return cli_refuse(path, CLI_DOCUMENT, &err);
    print_reasons(path, reasons, n);
    return CLI_REFUSED;
}

int cli_alarm_check(const cli_arguments *arguments)
{
    mbill_alarms *alarms;
    int code = open_alarms(arguments->operands[0], &alarms);
    if (code == CLI_DONE && cli_json()) {
        cli_json_begin("alarm_check");
        cli_json_member("file", arguments->operands[0]);
        (void)fputs(",\"reasons\":[]", stdout);
        cli_json_end();
    } else if (code == CLI_DONE) (void)printf("%s: can be used\n", arguments->operands[0]);
    mbill_alarms_free(alarms);
    return code;
}

static mbill_status write_alarms(const void *alarms, char *out_text, size_t *inout_len, mbill_error *err)
{
    return mbill_alarms_write(alarms, out_text, inout_len, err);
}

int cli_alarm_show(const cli_arguments *arguments)
{
    mbill_alarms *alarms;
    mbill_error err;
    mbill_error_init(&err);
    int code = open_alarms(arguments->operands[0], &alarms);
    char *text = code == CLI_DONE ? cli_make_text(write_alarms, alarms, &err) : NULL;
    if (text != NULL) (void)puts(text);
    else if (code == CLI_DONE) code = cli_refuse(arguments->operands[0], CLI_DOCUMENT, &err);
    free(text);
    mbill_alarms_free(alarms);
    return code;
}

/* ---- lines ---- */

static void print_refusal(int64_t line, const mbill_error *err)
{
    (void)printf("{\"line\":%" PRId64, line);
    cli_json_member("refused", mbill_status_name(err->status));
    if (err->path[0] != '\0') cli_json_member("path", err->path);
    cli_json_member("message", err->message);
    (void)fputs("}\n", stdout);
}

static int take_lines(mbill_board *board)
{
    char *line = NULL;
    size_t room = 0;
    ssize_t len;
    int code = CLI_DONE;
    for (int64_t number = 1; (len = getline(&line, &room, stdin)) > 0; number++) {
        const char *text;
        size_t n;
        mbill_error err;
        mbill_error_init(&err);
        if (strspn(line, " \t\r\n") == (size_t)len) continue;
        mbill_status status = mbill_board_line(board, line, (size_t)len, &text, &n, &err);
        (void)fwrite(text, 1, n, stdout);
        if (status != MBILL_OK) {
            print_refusal(number, &err);
            code = CLI_REFUSED;
        }
        (void)fflush(stdout); /* whoever writes the lines may wait for the answer */
    }
    free(line);
    return code;
}

/* What was saved; a file that is not there yet is a start. */
static int load(mbill_board *board, const char *path)
{
    cli_file file;
    mbill_error err;
    mbill_error_init(&err);
    mbill_status status = cli_file_read(path, &file, &err);
    if (status == MBILL_E_NOT_FOUND) return CLI_DONE;
    if (status != MBILL_OK) return cli_refuse(path, CLI_DOCUMENT, &err);
    status = mbill_board_load(board, file.bytes, file.len, &err);
    cli_file_free(&file);
    return status == MBILL_OK ? CLI_DONE : cli_refuse(path, CLI_DOCUMENT, &err);
}

static mbill_status save_text(const void *board, char *out_text, size_t *inout_len, mbill_error *err)
{
    return mbill_board_save(board, out_text, inout_len, err);
}

static int save(const mbill_board *board, const char *path)
{
    mbill_error err;
    mbill_error_init(&err);
    char *text = cli_make_text(save_text, board, &err);
    mbill_status status = text != NULL ? cli_file_save(path, text, &err) : (mbill_status)err.status;
    free(text);
    return status == MBILL_OK ? CLI_DONE : cli_refuse(path, CLI_DOCUMENT, &err);
}

/* ---- a store's ---- */

static int read_all(char **out, size_t *out_len)
{
    size_t room = 1 << 16, len = 0, n;
    char *bytes = malloc(room);
    while (bytes != NULL && (n = fread(bytes + len, 1, room - len, stdin)) > 0) {
        len += n;
        if (len < room) continue;
        room *= 2;
        char *more = realloc(bytes, room);
        if (more == NULL) free(bytes);
        bytes = more;
    }
    *out = bytes;
    *out_len = len;
    return bytes != NULL;
}

static mbill_status print_line(void *ctx, const char *text, size_t len, mbill_error *err)
{
    (void)ctx;
    (void)err;
    (void)printf("%.*s\n", (int)len, text);
    return MBILL_OK;
}

/* All of standard input is one transaction. */
static int run_in_store(const char *name, const char *path)
{
    mbill_alarm_run_summary sums = {.struct_size = sizeof sums};
    mbill_store *store = NULL;
    mbill_error err;
    char *lines;
    size_t len;
    mbill_error_init(&err);
    int code = cli_store_open(path, 0, &store);
    if (code != CLI_DONE) return code;
    mbill_status status = MBILL_E_NOMEM;
    if (read_all(&lines, &len)) status = mbill_store_alarm_run(store, name, lines, len, print_line, NULL, &sums, &err);
    else err.status = (int32_t)status;
    free(lines);
    mbill_store_free(store);
    if (status != MBILL_OK) return cli_refuse(path, CLI_DOCUMENT, &err);
    if (sums.n_passed > 0) (void)fprintf(stderr, "%s: %" PRId64 " lines were taken before\n", name, sums.n_passed);
    return sums.n_refused == 0 ? CLI_DONE : CLI_REFUSED;
}

int cli_alarm_run(const cli_arguments *arguments)
{
    if (arguments->options[CLI_OPTION_STORE] != NULL) {
        if (arguments->options[CLI_OPTION_STATE] != NULL) return cli_usage("a store keeps the state itself, expected --store or --state");
        return run_in_store(arguments->operands[0], arguments->options[CLI_OPTION_STORE]);
    }
    const char *state = arguments->options[CLI_OPTION_STATE];
    mbill_alarms *alarms;
    mbill_board *board = NULL;
    mbill_error err;
    mbill_error_init(&err);
    int code = open_alarms(arguments->operands[0], &alarms);
    if (code == CLI_DONE && mbill_board_open(alarms, NULL, &board, &err) != MBILL_OK)
        code = cli_refuse(arguments->operands[0], CLI_DOCUMENT, &err);
    if (code == CLI_DONE && state != NULL) code = load(board, state);
    if (code == CLI_DONE) {
        code = take_lines(board);
        int saved = state != NULL ? save(board, state) : CLI_DONE;
        if (saved != CLI_DONE) code = saved;
    }
    mbill_board_free(board);
    mbill_alarms_free(alarms);
    return code;
}
