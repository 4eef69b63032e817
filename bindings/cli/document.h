/* SPDX-License-Identifier: Apache-2.0 */
/* A walk over JSON that the library wrote or will check: for printing it, and for finding its kind. Checks nothing itself. */
#ifndef MBILL_CLI_DOCUMENT_H
#define MBILL_CLI_DOCUMENT_H

#include <stddef.h>

/* One value: text from at to end; at NULL: absent. */
typedef struct cli_value {
    const char *at, *end;
} cli_value;

typedef struct cli_walk {
    const char *at, *end;
    int is_object;
    cli_value key, value; /* key: in an object, with its quotes */
} cli_walk;

cli_value cli_value_of(const char *text, size_t len);
char cli_value_kind(cli_value value); /* its first byte: '{', '[', '"', a digit, 't', 'f', 'n'; 0 when absent */
cli_value cli_value_member(cli_value object, const char *key);
cli_walk cli_walk_over(cli_value list_or_object);
int cli_walk_next(cli_walk *walk);
size_t cli_value_count(cli_value list_or_object);

/* The text of a value without quotes and escapes, or its JSON as it stands; "" when absent.
 * Always ended by a NUL; cut to room. */
void cli_value_text(cli_value value, char *out, size_t room);
int cli_value_is(cli_value value, const char *text);

/* The value as words: {"step":"0.01","how":"up"} as "step 0.01, how up", what is within a value in brackets. A member called skip
 * is left out. */
void cli_value_words(cli_value value, const char *skip, char *out, size_t room);

#endif
