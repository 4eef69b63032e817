/* SPDX-License-Identifier: Apache-2.0 */
/* Changes when secret keys are kept in another way. Invariant: each buffer that held a secret is overwritten before it is left. */
#define _DEFAULT_SOURCE
#include "signer.h"

#include "output.h"
#include "secret.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

enum { DIGITS = 2 * MBILL_KEY_BYTES };

typedef struct secret {
    char text[DIGITS + 2]; /* digits, a line feed, one byte more to see that there is none */
    uint8_t bytes[MBILL_KEY_BYTES];
} secret;

static int refuse(const char *path, mbill_status status, const char *what)
{
    mbill_error err;
    (void)cli_fail(&err, status, -1, "%s", what);
    return cli_refuse(path, CLI_DOCUMENT, &err);
}

static int digit_of(char c)
{
    if (c >= '0' && c <= '9') return c - '0';
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

static int from_hex(secret *kept, size_t n)
{
    if (n != DIGITS && (n != DIGITS + 1 || kept->text[DIGITS] != '\n')) return 0;
    for (size_t i = 0; i < MBILL_KEY_BYTES; i++) {
        int high = digit_of(kept->text[2 * i]), low = digit_of(kept->text[2 * i + 1]);
        if (high < 0 || low < 0) return 0;
        kept->bytes[i] = (uint8_t)(high << 4 | low);
    }
    return 1;
}

static size_t read_all(int descriptor, char *out, size_t room)
{
    size_t n = 0;
    while (n < room) {
        ssize_t got = read(descriptor, out + n, room - n);
        if (got < 0 && errno == EINTR) continue;
        if (got <= 0) break;
        n += (size_t)got;
    }
    return n;
}

/* A file of the user's own that is open to nobody else. */
static int open_secret(const char *path, int *out_descriptor)
{
    struct stat about;
    char *end = NULL;
    if (strncmp(path, "fd:", 3) == 0) {
        long number = strtol(path + 3, &end, 10);
        if (end == path + 3 || *end != '\0' || number < 0 || number > 1024)
            return cli_usage("--key is \"%s\", expected a file or such as fd:3", path);
        *out_descriptor = dup((int)number);
        return *out_descriptor >= 0 ? CLI_DONE : refuse(path, MBILL_E_IO, "the descriptor is not open");
    }
    *out_descriptor = open(path, O_RDONLY | O_CLOEXEC);
    if (*out_descriptor < 0) return refuse(path, errno == ENOENT ? MBILL_E_NOT_FOUND : MBILL_E_IO, strerror(errno));
    if (fstat(*out_descriptor, &about) == 0 && S_ISREG(about.st_mode) && (about.st_mode & (S_IRWXG | S_IRWXO)) == 0)
        return CLI_DONE;
    (void)close(*out_descriptor);
    return refuse(path, MBILL_E_INVALID, "others may read this secret, expected a file of mode 0600");
}

int cli_load_signer(const char *path_or_descriptor, mbill_signer **out)
{
    secret kept;
    mbill_error err;
    int descriptor = -1;
    mbill_error_init(&err);
    cli_no_core();
    int code = open_secret(path_or_descriptor, &descriptor);
    if (code != CLI_DONE) return code;
    size_t n = read_all(descriptor, kept.text, sizeof kept.text);
    (void)close(descriptor);
    if (!from_hex(&kept, n)) code = refuse(path_or_descriptor, MBILL_E_INVALID, "no secret key, expected 64 hex digits");
    else if (mbill_signer_open(kept.bytes, NULL, out, &err) != MBILL_OK)
        code = cli_refuse(path_or_descriptor, CLI_DOCUMENT, &err);
    explicit_bzero(&kept, sizeof kept);
    return code;
}

static int write_secret(const char *path, const secret *kept)
{
    int descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, S_IRUSR | S_IWUSR);
    if (descriptor < 0) return refuse(path, errno == EEXIST ? MBILL_E_EXISTS : MBILL_E_IO, strerror(errno));
    int is_kept = write(descriptor, kept->text, DIGITS + 1) == DIGITS + 1 && fsync(descriptor) == 0;
    if (close(descriptor) == 0 && is_kept) return CLI_DONE;
    (void)unlink(path);
    return refuse(path, MBILL_E_IO, "the secret could not be written");
}

int cli_make_secret(const char *path, uint8_t out_public_key[32])
{
    static const char digits[] = "0123456789abcdef";
    secret kept;
    mbill_signer *signer = NULL;
    mbill_error err;
    mbill_error_init(&err);
    cli_no_core();
    if (getrandom(kept.bytes, sizeof kept.bytes, 0) != (ssize_t)sizeof kept.bytes)
        return refuse(path, MBILL_E_IO, "the system gives no random bytes");
    for (size_t i = 0; i < MBILL_KEY_BYTES; i++) {
        kept.text[2 * i] = digits[kept.bytes[i] >> 4];
        kept.text[2 * i + 1] = digits[kept.bytes[i] & 15];
    }
    kept.text[DIGITS] = '\n';
    int code = CLI_DONE;
    if (mbill_signer_open(kept.bytes, NULL, &signer, &err) != MBILL_OK ||
        mbill_signer_public(signer, out_public_key, &err) != MBILL_OK)
        code = cli_refuse(path, CLI_DOCUMENT, &err);
    mbill_signer_free(signer);
    if (code == CLI_DONE) code = write_secret(path, &kept);
    explicit_bzero(&kept, sizeof kept);
    return code;
}
