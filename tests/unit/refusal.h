/* SPDX-License-Identifier: Apache-2.0 */
/* What every refusal must be: the status that was returned and noted, its place, and one plain sentence that holds a part. */
#ifndef REFUSAL_H
#define REFUSAL_H

#include "meterbill/status.h"

#include <check.h>
#include <stdbool.h>
#include <string.h>

/* A part of "" asks for no words of its own. */
static inline void assert_refusal(const mbill_error *err, mbill_status got, mbill_status expected, const char *part)
{
    size_t len = strlen(err->message);
    ck_assert_msg(got == expected, "status %d, expected %d: %s", (int)got, (int)expected, err->message);
    ck_assert_msg(err->status == (int32_t)expected, "status %d noted, expected %d: %s", (int)err->status, (int)expected,
        err->message);
    ck_assert_msg(len > 0, "status %d has no message", (int)got);
    bool cut = len > 3 && strcmp(err->message + len - 3, "...") == 0; /* a list that goes on */
    ck_assert_msg(cut || err->message[len - 1] != '.', "\"%s\" ends with a full stop", err->message);
    ck_assert_msg(strchr(err->message, '\n') == NULL, "\"%s\" has more than one line", err->message);
    ck_assert_msg(strstr(err->message, part) != NULL, "\"%s\" does not hold \"%s\"", err->message, part);
}

/* In a document: at that JSON pointer. */
static inline void assert_refusal_path(const mbill_error *err, mbill_status got, mbill_status expected, const char *path,
    const char *part)
{
    assert_refusal(err, got, expected, part);
    ck_assert_msg(strcmp(err->path, path) == 0, "at \"%s\", expected at \"%s\": %s", err->path, path, err->message);
}

/* In an array or a file: at that index or line; -1 when the refusal is of no one entry. */
static inline void assert_refusal_index(const mbill_error *err, mbill_status got, mbill_status expected, int64_t index,
    const char *part)
{
    assert_refusal(err, got, expected, part);
    ck_assert_msg(err->index == index, "at index %lld, expected %lld: %s", (long long)err->index, (long long)index, err->message);
}

#endif
