/* SPDX-License-Identifier: Apache-2.0 */
/* How a function of the library fails: one place that fills the caller's mbill_error, so that every refusal has a status, a place
 * and one plain sentence. err may be NULL everywhere; nothing is ever written past err->struct_size; texts are cut on a UTF-8
 * border, and control bytes and stray bytes in them become '?'. */
#ifndef MBILL__FAIL_H
#define MBILL__FAIL_H

#include "meterbill/status.h"

#include <stdbool.h>
#include <stddef.h>

#if defined(__GNUC__) || defined(__clang__)
#define MBILL__PRINTF(at_format, at_first) __attribute__((format(printf, at_format, at_first)))
#else
#define MBILL__PRINTF(at_format, at_first)
#endif

/* Return the status of the first failing call; err is already filled. */
#define MBILL_TRY(call)                                \
    do {                                               \
        mbill_status mbill__tried = (call);            \
        if (mbill__tried != MBILL_OK) return mbill__tried; \
    } while (0)

/* NULL where the documentation forbids it: named, in release builds too. */
#define MBILL__NEED(pointer) \
    do { if ((pointer) == NULL) return mbill__fail(err, MBILL_E_MISUSE, "%s is NULL", #pointer); } while (0)

/* Fill err with the status and a message (what is wrong + the offending value + what was expected; one line, lower case, no full
 * stop). Path and index are reset to "" and -1. Returns the status. */
mbill_status mbill__fail(mbill_error *err, mbill_status status, const char *format, ...) MBILL__PRINTF(3, 4);

/* The same, for record number index (from 0) of the input. */
mbill_status mbill__fail_at(mbill_error *err, mbill_status status, int64_t index, const char *format, ...) MBILL__PRINTF(4, 5);

/* The same, for the JSON pointer path. */
mbill_status mbill__fail_path(mbill_error *err, mbill_status status, const char *path, const char *format, ...)
    MBILL__PRINTF(4, 5);

/* Copy what the caller knows of an options struct into known; absent members become 0. Refuses a given struct_size below
 * first_size (MBILL_E_MISUSE) and non-zero bytes past known_size, a member this version does not know (MBILL_E_UNKNOWN_OPTION).
 * given NULL = all 0. */
mbill_status mbill__struct_read(void *known, size_t known_size, size_t first_size, const void *given, mbill_error *err);

#endif
