/* SPDX-License-Identifier: Apache-2.0 */
/* What the program says: one JSON document or text on stdout, refusals on stderr as well, and the exit code that follows. */
#ifndef MBILL_CLI_OUTPUT_H
#define MBILL_CLI_OUTPUT_H

#include "meterbill/decimal.h"
#include "meterbill/status.h"

#include <stdio.h>

/* Exit codes. */
enum { CLI_DONE = 0, CLI_REFUSED = 1, CLI_USAGE = 2, CLI_INTERNAL = 3 };

/* What mbill_error.index counts in the input that was refused. */
typedef enum cli_place { CLI_DOCUMENT, CLI_LINES, CLI_RECORDS } cli_place;

#if defined(__GNUC__) || defined(__clang__)
#define CLI_PRINTF(at_format, at_first) __attribute__((format(printf, at_format, at_first)))
#define CLI_NORETURN __attribute__((noreturn))
#else
#define CLI_PRINTF(at_format, at_first)
#define CLI_NORETURN
#endif

void cli_set_json(int wanted);
int cli_json(void); /* --json was given */

/* Fill err as the library does; returns the status. */
mbill_status cli_fail(mbill_error *err, mbill_status status, int64_t index, const char *format, ...) CLI_PRINTF(4, 5);

/* Say on stderr that file (NULL: none in particular) is refused, and where. */
void cli_complain(const char *file, cli_place place, const mbill_error *err);
/* The same, and with --json the error document on stdout. Returns the exit code of the status. */
int cli_refuse(const char *file, cli_place place, const mbill_error *err);
/* The exit code of a status, and the error document alone (only with --json). */
int cli_refuse_quietly(const char *file, cli_place place, const mbill_error *err);
/* Wrong usage: message on stderr, error document with --json. Returns CLI_USAGE. */
int cli_usage(const char *format, ...) CLI_PRINTF(1, 2);
/* Everything printed has arrived; else CLI_REFUSED with the system's reason. */
int cli_finish(int exit_code);

/* Memory, or the end of the program with CLI_INTERNAL. */
void *cli_allocate(void *block_or_null, size_t count, size_t size);
char *cli_copy(const char *text);
CLI_NORETURN void cli_out_of_memory(void);

/* Text for people: what a terminal could take as a command, or not as UTF-8, becomes '?'. */
void cli_print_clean(FILE *stream, const char *text, size_t len);

/* Add text to what is in out, cut to its room. */
void cli_append(char *out, size_t room, const char *text);

/* JSON members on stdout: `,"key":"text"`, `,"key":12`; bytes that are not UTF-8 become U+FFFD. */
void cli_json_begin(const char *kind); /* {"meterbill":1,"kind":"…" */
void cli_json_end(void);               /* } and a line feed */
void cli_json_text(const char *text);
void cli_json_member(const char *key, const char *text);
void cli_json_optional(const char *key, const char *text_or_null);
void cli_json_whole(const char *key, int64_t value);

/* Text of the library in memory of our own: the two calls (size, then text) that each such function needs. Free it. NULL: err is
 * filled. */
typedef mbill_status (*cli_text_maker)(const void *context, char *out_text, size_t *inout_len, mbill_error *err);
char *cli_make_text(cli_text_maker make, const void *context, mbill_error *err);

/* Short texts of the library in a buffer that is always large enough for them. */
typedef struct cli_short {
    char text[64];
} cli_short;
cli_short cli_micro(int64_t value_micro);
cli_short cli_sum(const mbill_sum *sum_micro); /* of any size */
cli_short cli_money(int64_t value_micro);      /* for people: two places at least */

#endif
