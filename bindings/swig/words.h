/* SPDX-License-Identifier: Apache-2.0 */
/* Changes when the way does in which texts of a caller become texts that end in NUL, as names and paths are in C. */
#ifndef MBILL_SWIG_WORDS_H
#define MBILL_SWIG_WORDS_H

#include "glue.h"

enum { FACE_WORDS_MAX = 12 };

/* Copies of a call's texts; starts as {0}. */
typedef struct face_words {
    char *p[FACE_WORDS_MAX];
    size_t n;
    mbill_status status; /* of the first text that could not be taken */
} face_words;

/* A copy that lives until face_words_free(); NULL for NULL, and after a failure: then status says so, and err why. */
const char *face_word(face_words *words, const char *text, size_t len, mbill_error *err);
void face_words_free(face_words *words);

/* The lines of a text as words, without empty ones; p is NULL where there is no text. */
typedef struct face_lines {
    const char **p;
    char *copy;
    size_t n;
} face_lines;

/* Fills a list that needs no start; also a refused one is freed. */
mbill_status face_lines_take(face_lines *out, const char *text, size_t len, mbill_error *err);
void face_lines_free(face_lines *lines);

/* Is a text this word? */
int face_is(const char *text, size_t len, const char *word);

/* The value of KEY in lines of KEY=VALUE, as a word; NULL where it is not among them. */
const char *face_option(face_words *words, const char *lines, size_t len, const char *key, mbill_error *err);
/* Every line must be one of these keys; the list ends in NULL. */
mbill_status face_options_known(const char *lines, size_t len, const char *const *keys, mbill_error *err);

#endif
