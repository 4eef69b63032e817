/* SPDX-License-Identifier: Apache-2.0 */
/* A file to begin with, and what a call may answer while the machine fails. */
#ifndef ANSWERED_H
#define ANSWERED_H

#include "district.h" /* first: it asks for POSIX */

#include <stdbool.h>

/* A closed store, without what SQLite may have left beside the copy. */
UNUSED_OK static void copy_file(const char *from, const char *to)
{
    char bytes[65536], journal[310];
    size_t n;
    FILE *in = fopen(from, "rb"), *out = fopen(to, "wb");
    ck_assert_ptr_nonnull(in);
    ck_assert_ptr_nonnull(out);
    while ((n = fread(bytes, 1, sizeof bytes, in)) > 0) ck_assert_uint_eq(fwrite(bytes, 1, n, out), n);
    fclose(in);
    ck_assert_int_eq(fclose(out), 0);
    snprintf(journal, sizeof journal, "%s-wal", to);
    unlink(journal);
}

static bool of_the_machine(mbill_status status)
{
    return status == MBILL_E_FULL || status == MBILL_E_IO || status == MBILL_E_NOMEM || status == MBILL_E_READ_ONLY ||
        status == MBILL_E_BUSY || status == MBILL_E_CORRUPT || status == MBILL_E_OUTCOME_UNKNOWN;
}

/* A failure is one of the file or the machine, or one that follows from a call before that failed, and says so. */
UNUSED_OK static void check_answer(mbill_status status, const mbill_error *err, bool follows)
{
    ck_assert_msg(status == MBILL_OK || follows || of_the_machine(status), "%s: %s", mbill_status_name((int32_t)status),
        err->message);
    ck_assert(status == MBILL_OK || err->message[0] != '\0');
}

#endif
