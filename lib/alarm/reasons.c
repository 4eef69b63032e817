/* SPDX-License-Identifier: Apache-2.0 */
/* Changes when reasons are listed in another way. */
#include "alarm/reasons.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

mbill__reasons mbill__reasons_start(mbill_error *out, size_t cap, mbill_error *first)
{
    return (mbill__reasons){out, cap, 0, first, MBILL_OK, ""};
}

static void put(mbill__reasons *reasons, mbill_status status, const char *path, const char *message)
{
    if (reasons->n == 0) {
        reasons->status = status;
        (void)mbill__fail_path(reasons->first, status, path, "%s", message);
    }
    if (reasons->n < reasons->cap) (void)mbill__fail_path(&reasons->out[reasons->n], status, path, "%s", message);
    reasons->n++;
}

void mbill__reasons_add(mbill__reasons *reasons, mbill_status status, const char *member, const char *format, ...)
{
    char path[sizeof((mbill_error *)0)->path], message[sizeof((mbill_error *)0)->message];
    va_list args;
    va_start(args, format);
    (void)vsnprintf(message, sizeof message, format, args);
    va_end(args);
    (void)snprintf(path, sizeof path, "%s%s", reasons->at, member);
    put(reasons, status, path, message);
}

void mbill__reasons_take(mbill__reasons *reasons, mbill_status status, const mbill_error *why)
{
    if (status != MBILL_OK) put(reasons, status, why->path, why->message);
}
