/* SPDX-License-Identifier: Apache-2.0 */
/* A cursor over JSON text; changes only with JSON itself. It never reads past the end, whatever the bytes are. */
#include "document.h"

#include "output.h"

#include <stdint.h>
#include <string.h>

static const char *past_space(const char *at, const char *end)
{
    while (at < end && (*at == ' ' || *at == '\t' || *at == '\n' || *at == '\r')) at++;
    return at;
}

static const char *past_text(const char *at, const char *end)
{
    for (at++; at < end && *at != '"'; at++)
        if (*at == '\\' && at + 1 < end) at++;
    return at < end ? at + 1 : end;
}

static const char *past_value(const char *at, const char *end)
{
    size_t depth = 0;
    while (at < end) {
        if (*at == '"') {
            at = past_text(at, end);
        } else if (*at == '{' || *at == '[') {
            depth++;
            at++;
        } else if (*at == '}' || *at == ']') {
            if (depth == 0) return at;
            depth--;
            at++;
        } else if (depth == 0 && (*at == ',' || *at == ':')) {
            return at;
        } else {
            at++;
            continue;
        }
        if (depth == 0) return at;
    }
    return end;
}

cli_value cli_value_of(const char *text, size_t len)
{
    cli_value value = {past_space(text, text + len), text + len};
    value.end = past_value(value.at, value.end);
    return value;
}

char cli_value_kind(cli_value value)
{
    return (char)(value.at != NULL && value.at < value.end ? *value.at : '\0');
}

cli_walk cli_walk_over(cli_value list_or_object)
{
    cli_walk walk = {list_or_object.at, list_or_object.end, cli_value_kind(list_or_object) == '{', {NULL, NULL}, {NULL, NULL}};
    if (!walk.is_object && cli_value_kind(list_or_object) != '[') walk.at = walk.end;
    else walk.at++;
    return walk;
}

int cli_walk_next(cli_walk *walk)
{
    walk->at = past_space(walk->at, walk->end);
    if (walk->at < walk->end && *walk->at == ',') walk->at = past_space(walk->at + 1, walk->end);
    if (walk->is_object) {
        if (walk->at >= walk->end || *walk->at != '"') return 0;
        walk->key.at = walk->at;
        walk->at = walk->key.end = past_text(walk->at, walk->end);
        walk->at = past_space(walk->at, walk->end);
        if (walk->at >= walk->end || *walk->at != ':') return 0;
        walk->at = past_space(walk->at + 1, walk->end);
    }
    if (walk->at >= walk->end || *walk->at == ']' || *walk->at == '}') return 0;
    walk->value.at = walk->at;
    walk->at = walk->value.end = past_value(walk->at, walk->end);
    return walk->value.at < walk->value.end;
}

cli_value cli_value_member(cli_value object, const char *key)
{
    cli_walk walk = cli_walk_over(object);
    while (walk.is_object && cli_walk_next(&walk))
        if (cli_value_is(walk.key, key)) return walk.value;
    return (cli_value){NULL, NULL};
}

size_t cli_value_count(cli_value list_or_object)
{
    size_t n = 0;
    for (cli_walk walk = cli_walk_over(list_or_object); cli_walk_next(&walk);) n++;
    return n;
}

/* The one byte that a short escape stands for; '?' for \u, which the library writes for control characters alone. */
static char escaped(char letter)
{
    static const char letters[] = "nrtbf", meanings[] = "\n\r\t\b\f";
    const char *found = strchr(letters, letter);
    if (letter == 'u') return '?';
    return (char)(found != NULL && letter != '\0' ? meanings[found - letters] : letter);
}

void cli_value_text(cli_value value, char *out, size_t room)
{
    size_t n = 0;
    const char *at = value.at, *end = value.end;
    int quoted = cli_value_kind(value) == '"' && end - at >= 2;
    if (quoted) at++, end--;
    while (at != NULL && at < end && n + 1 < room) {
        if (quoted && *at == '\\' && at + 1 < end) {
            out[n++] = escaped(at[1]);
            at += at[1] == 'u' && end - at >= 6 ? 6 : 2;
        } else {
            out[n++] = *at++;
        }
    }
    if (room > 0) out[n] = '\0';
}

int cli_value_is(cli_value value, const char *text)
{
    char buffer[128];
    cli_value_text(value, buffer, sizeof buffer);
    return value.at != NULL && strcmp(buffer, text) == 0;
}

static void words_within(cli_value value, const char *skip, int depth, char *out, size_t room)
{
    char text[128];
    char kind = cli_value_kind(value);
    if ((kind != '{' && kind != '[') || depth > 8) {
        cli_value_text(value, text, sizeof text);
        cli_append(out, room, text);
        return;
    }
    const char *before = "";
    int in_brackets = depth > 0 && (kind == '{' || cli_value_count(value) > 1);
    if (in_brackets) cli_append(out, room, "(");
    for (cli_walk walk = cli_walk_over(value); cli_walk_next(&walk);) {
        if (walk.is_object && cli_value_is(walk.key, skip)) continue;
        cli_append(out, room, before);
        before = ", ";
        cli_value_text(walk.key, text, walk.is_object ? sizeof text : 1);
        cli_append(out, room, text);
        if (walk.is_object) cli_append(out, room, " ");
        words_within(walk.value, "", depth + 1, out, room);
    }
    if (in_brackets) cli_append(out, room, ")");
}

void cli_value_words(cli_value value, const char *skip, char *out, size_t room)
{
    out[0] = '\0';
    words_within(value, skip, 0, out, room);
}
