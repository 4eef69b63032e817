/* SPDX-License-Identifier: Apache-2.0 */
/* Changes when the way does in which texts of a caller become texts that end in NUL, as names and paths are in C. */
#include "words.h"

#include "join.h"

#include <stdlib.h>
#include <string.h>

const char *face_word(face_words *words, const char *text, size_t len, mbill_error *err)
{
    if (text == NULL || words->status != MBILL_OK) return NULL;
    if (memchr(text, '\0', len) != NULL) {
        words->status = face_fail(err, MBILL_E_ENCODING, -1, "a name or path has a NUL in it");
        return NULL;
    }
    if (words->n == FACE_WORDS_MAX) {
        words->status = face_fail(err, MBILL_E_INTERNAL, -1, "more than %d words in a call", (int)FACE_WORDS_MAX);
        return NULL;
    }
    char *copy = face_copy(text, len, err);
    if (copy == NULL) words->status = MBILL_E_NOMEM;
    else words->p[words->n++] = copy;
    return copy;
}

void face_words_free(face_words *words)
{
    for (size_t i = 0; i < words->n; i++) free(words->p[i]);
    words->n = 0;
}

mbill_status face_lines_take(face_lines *out, const char *text, size_t len, mbill_error *err)
{
    *out = (face_lines){NULL, NULL, 0};
    if (text == NULL) return MBILL_OK;
    if (memchr(text, '\0', len) != NULL) return face_fail(err, MBILL_E_ENCODING, -1, "a line has a NUL in it");
    out->copy = face_copy(text, len, err);
    out->p = out->copy != NULL ? face_allocate(len / 2 + 1, sizeof *out->p, err) : NULL;
    if (out->p == NULL) return MBILL_E_NOMEM;
    for (char *at = out->copy; *at != '\0';) {
        size_t n = strcspn(at, "\n");
        char *next = at[n] == '\n' ? at + n + 1 : at + n;
        if (n > 0) out->p[out->n++] = at;
        at[n] = '\0';
        at = next;
    }
    return MBILL_OK;
}

void face_lines_free(face_lines *lines)
{
    free((void *)lines->p);
    free(lines->copy);
}

int face_is(const char *text, size_t len, const char *word)
{
    return text != NULL && strlen(word) == len && memcmp(text, word, len) == 0;
}

/* The next line of a text; 0 at its end. */
static int next_line(const char *lines, size_t len, size_t *at, const char **out_line, size_t *out_n)
{
    if (lines == NULL || *at >= len) return 0;
    const char *end = memchr(lines + *at, '\n', len - *at);
    *out_line = lines + *at;
    *out_n = end != NULL ? (size_t)(end - *out_line) : len - *at;
    *at += *out_n + 1;
    return 1;
}

const char *face_option(face_words *words, const char *lines, size_t len, const char *key, mbill_error *err)
{
    const char *line;
    size_t n, n_key = strlen(key);
    for (size_t at = 0; next_line(lines, len, &at, &line, &n);)
        if (n > n_key && line[n_key] == '=' && memcmp(line, key, n_key) == 0)
            return face_word(words, line + n_key + 1, n - n_key - 1, err);
    return NULL;
}

static int is_known(const char *line, size_t n, const char *const *keys)
{
    for (; *keys != NULL; keys++) {
        size_t n_key = strlen(*keys);
        if (n > n_key && line[n_key] == '=' && memcmp(line, *keys, n_key) == 0) return 1;
    }
    return 0;
}

mbill_status face_options_known(const char *lines, size_t len, const char *const *keys, mbill_error *err)
{
    const char *line;
    size_t n;
    for (size_t at = 0; next_line(lines, len, &at, &line, &n);)
        if (n > 0 && !is_known(line, n, keys))
            return face_fail(err, MBILL_E_UNKNOWN_OPTION, -1, "there is no option \"%.*s\"", (int)(n < 64 ? n : 64), line);
    return MBILL_OK;
}
