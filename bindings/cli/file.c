/* SPDX-License-Identifier: Apache-2.0 */
/* The program's only way to files; changes when files are read or saved differently. A saved file is whole or not there. */
#define _POSIX_C_SOURCE 200809L
#include "file.h"

#include "output.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define SIZE_LIMIT ((size_t)1 << 30)

static mbill_status fail_by_system(mbill_error *err, const char *what)
{
    int reason = errno;
    mbill_status status = reason == ENOENT                        ? MBILL_E_NOT_FOUND
        : reason == ENOSPC || reason == EFBIG || reason == EDQUOT ? MBILL_E_FULL
        : reason == EROFS || reason == EACCES || reason == EPERM  ? MBILL_E_READ_ONLY
                                                                  : MBILL_E_IO;
    return cli_fail(err, status, -1, "%s: %s", what, strerror(reason));
}

/* Read on until the end; the size that the system says is only a first guess, so that pipes are read too. */
static mbill_status read_all(int descriptor, size_t guess, cli_file *out, mbill_error *err)
{
    size_t room = guess < SIZE_LIMIT ? guess + 1 : SIZE_LIMIT + 1;
    out->bytes = cli_allocate(NULL, room, 1);
    out->len = 0;
    for (;;) {
        if (out->len > SIZE_LIMIT) return cli_fail(err, MBILL_E_LIMIT, -1, "is larger than 1 GiB");
        if (out->len == room) {
            room = room > SIZE_LIMIT / 2 ? SIZE_LIMIT + 1 : room * 2;
            out->bytes = cli_allocate(out->bytes, room, 1);
        }
        ssize_t n = read(descriptor, out->bytes + out->len, room - out->len);
        if (n == 0) return MBILL_OK;
        if (n < 0 && errno == EINTR) continue;
        if (n < 0) return fail_by_system(err, "cannot be read");
        out->len += (size_t)n;
    }
}

mbill_status cli_file_read(const char *path, cli_file *out, mbill_error *err)
{
    struct stat about;
    memset(out, 0, sizeof *out);
    int descriptor = open(path, O_RDONLY | O_CLOEXEC);
    if (descriptor < 0) {
        mbill_status status = errno == ENOENT ? MBILL_E_NOT_FOUND : MBILL_E_IO;
        return cli_fail(err, status, -1, "cannot be opened: %s", strerror(errno));
    }
    mbill_status status;
    if (fstat(descriptor, &about) != 0) {
        status = fail_by_system(err, "cannot be read");
    } else if (S_ISREG(about.st_mode) && about.st_size > (off_t)SIZE_LIMIT) {
        status = cli_fail(err, MBILL_E_LIMIT, -1, "is larger than 1 GiB");
    } else {
        status = read_all(descriptor, S_ISREG(about.st_mode) ? (size_t)about.st_size : 65536, out, err);
    }
    (void)close(descriptor);
    if (status != MBILL_OK) cli_file_free(out);
    return status;
}

void cli_file_free(cli_file *file)
{
    free(file->bytes);
    memset(file, 0, sizeof *file);
}

static int write_all(int descriptor, const char *text, size_t len)
{
    while (len > 0) {
        ssize_t n = write(descriptor, text, len);
        if (n < 0 && errno == EINTR) continue;
        if (n < 0) return -1;
        text += n;
        len -= (size_t)n;
    }
    return 0;
}

/* The name itself is durable only when its directory is. Not every file system can do it, and the data is safe by now. */
static void sync_directory(const char *path)
{
    const char *slash = strrchr(path, '/');
    size_t len = slash == NULL ? 0 : slash == path ? 1 : (size_t)(slash - path);
    char *directory = cli_allocate(NULL, len + 2, 1);
    (void)snprintf(directory, len + 2, "%.*s", len > 0 ? (int)len : 1, len > 0 ? path : ".");
    int descriptor = open(directory, O_RDONLY | O_CLOEXEC);
    free(directory);
    if (descriptor < 0) return;
    (void)fsync(descriptor);
    (void)close(descriptor);
}

mbill_status cli_file_save(const char *path, const char *text, mbill_error *err)
{
    size_t len = strlen(path) + sizeof ".XXXXXX";
    char *draft = cli_allocate(NULL, len, 1);
    (void)snprintf(draft, len, "%s.XXXXXX", path);
    mode_t mask = umask(0);
    (void)umask(mask);
    int descriptor = mkstemp(draft);
    mbill_status status = descriptor < 0 ? fail_by_system(err, "cannot be written") : MBILL_OK;
    if (descriptor >= 0) {
        if (fchmod(descriptor, (mode_t)0666 & ~mask) != 0 || write_all(descriptor, text, strlen(text)) != 0 ||
            fsync(descriptor) != 0)
            status = fail_by_system(err, "cannot be written");
        if (close(descriptor) != 0 && status == MBILL_OK) status = fail_by_system(err, "cannot be written");
        if (status == MBILL_OK && rename(draft, path) != 0) status = fail_by_system(err, "cannot be written");
        if (status != MBILL_OK) (void)unlink(draft);
    }
    if (status == MBILL_OK) sync_directory(path);
    free(draft);
    return status;
}
