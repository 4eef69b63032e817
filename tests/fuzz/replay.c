/* SPDX-License-Identifier: Apache-2.0 */
/* Stands in for libFuzzer: hands every file of the folders (or every file) named on the command line to the fuzz target once, in the
 * order of their names, so that the kept inputs are tests under any compiler. Fails when there is no file to replay. */
#define _POSIX_C_SOURCE 200809L

#include <dirent.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static size_t replayed;

static int replay_file(const char *path)
{
    FILE *file = fopen(path, "rb");
    if (file == NULL) {
        perror(path);
        return 1;
    }
    size_t size = 0, room = 4096;
    uint8_t *data = malloc(room);
    while (data != NULL) {
        size += fread(data + size, 1, room - size, file);
        if (size < room) break;
        uint8_t *larger = realloc(data, room * 2);
        if (larger == NULL) free(data);
        data = larger;
        room *= 2;
    }
    int failed = data == NULL || ferror(file);
    fclose(file);
    /* An exact copy, so that a read past the end is seen by AddressSanitizer. */
    uint8_t *exact = failed ? NULL : malloc(size > 0 ? size : 1);
    if (exact == NULL) {
        fprintf(stderr, "%s: cannot be read\n", path);
        free(data);
        return 1;
    }
    memcpy(exact, data, size);
    free(data);
    printf("%s: %zu bytes\n", path, size);
    fflush(stdout); /* the name of the input that crashes must be seen */
    LLVMFuzzerTestOneInput(exact, size);
    free(exact);
    replayed++;
    return 0;
}

static int replay_folder(const char *path)
{
    struct dirent **entries;
    int n = scandir(path, &entries, NULL, alphasort), failed = n < 0;
    if (n < 0) perror(path);
    for (int i = 0; i < n; i++) {
        char name[4096];
        int length = snprintf(name, sizeof name, "%s/%s", path, entries[i]->d_name);
        if (entries[i]->d_name[0] != '.') failed |= length >= (int)sizeof name || replay_file(name);
        free(entries[i]);
    }
    if (n >= 0) free(entries);
    return failed;
}

int main(int argc, char **argv)
{
    int failed = 0;
    for (int i = 1; i < argc; i++) {
        struct stat info;
        if (stat(argv[i], &info) != 0) {
            perror(argv[i]);
            failed = 1;
        } else {
            failed |= S_ISDIR(info.st_mode) ? replay_folder(argv[i]) : replay_file(argv[i]);
        }
    }
    printf("%zu inputs replayed\n", replayed);
    return failed || replayed == 0;
}
