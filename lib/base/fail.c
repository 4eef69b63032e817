/* SPDX-License-Identifier: Apache-2.0 */
/* How a refusal is written down: the only place that fills an mbill_error. Nothing is ever written past err->struct_size, and a
 * member that does not fit in it whole is left alone; texts stay one line of well-formed UTF-8. */
#include "base/fail.h"

#include "base/utf8.h"

#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

/* Longer than any member, so that the text is cut where the member ends, on a border, and never by vsnprintf. */
#define TEXT_ROOM 512

#define HOLDS(err, member) ((err)->struct_size >= offsetof(mbill_error, member) + sizeof((err)->member))

/* Copy text with its NUL; control bytes and stray bytes become '?', and no character is cut in two. */
static void copy_clean(char *out, size_t room, const char *text)
{
    size_t left = strlen(text), at = 0;
    while (left > 0) {
        size_t step = mbill__utf8_step(text, left);
        bool clean = step > 1 || (step == 1 && text[0] >= 0x20 && text[0] != 0x7F);
        if (step == 0) step = 1;
        if (step > room - 1 - at) break;
        if (clean) memcpy(out + at, text, step);
        else out[at] = '?';
        at += step;
        text += step;
        left -= step;
    }
    out[at] = '\0';
}

MBILL__PRINTF(5, 0)
static mbill_status fill(mbill_error *err, mbill_status status, int64_t index, const char *path, const char *format, va_list args)
{
    char text[TEXT_ROOM];
    if (err == NULL) return status;
    if (HOLDS(err, status)) err->status = (int32_t)status;
    if (HOLDS(err, index)) err->index = index;
    if (HOLDS(err, path)) copy_clean(err->path, sizeof err->path, path);
    if (!HOLDS(err, message)) return status;
    int written = vsnprintf(text, sizeof text, format, args);
    copy_clean(err->message, sizeof err->message, written > 0 ? text : mbill_status_text((int32_t)status));
    return status;
}

mbill_status mbill__fail(mbill_error *err, mbill_status status, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    fill(err, status, -1, "", format, args);
    va_end(args);
    return status;
}

mbill_status mbill__fail_at(mbill_error *err, mbill_status status, int64_t index, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    fill(err, status, index, "", format, args);
    va_end(args);
    return status;
}

mbill_status mbill__fail_path(mbill_error *err, mbill_status status, const char *path, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    fill(err, status, -1, path == NULL ? "" : path, format, args);
    va_end(args);
    return status;
}

mbill_status mbill__struct_read(void *known, size_t known_size, size_t first_size, const void *given, mbill_error *err)
{
    const unsigned char *bytes = given;
    uint32_t given_size;
    memset(known, 0, known_size); /* absent members mean: default */
    if (given == NULL) return MBILL_OK;
    memcpy(&given_size, bytes, sizeof given_size);
    if (given_size < first_size)
        return mbill__fail(err, MBILL_E_MISUSE, "struct_size is %u where at least %u was expected", (unsigned)given_size,
            (unsigned)first_size);
    for (size_t i = known_size; i < given_size; i++)
        if (bytes[i] != 0)
            return mbill__fail(err, MBILL_E_UNKNOWN_OPTION, "byte %u of the struct is set, past the %u bytes this version knows",
                (unsigned)i, (unsigned)known_size);
    memcpy(known, bytes, given_size < known_size ? given_size : known_size);
    return MBILL_OK;
}
