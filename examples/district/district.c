/* SPDX-License-Identifier: Apache-2.0 */
/* district SEED OUTDIR [ACCOUNTS]: makes a district of electricity, water and heat customers with a month of hourly readings:
 * accounts.json, readings-1.csv, readings-2.csv (what arrived late) and topups.csv. The same seed gives the same files. */
#define _POSIX_C_SOURCE 200809L
#include "meters.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

enum { ACCOUNTS_DEFAULT = 1000, ACCOUNTS_MAX = 100000 };

typedef struct making {
    const char *folder;
    int64_t n_accounts;
    district_random random;
} making;

/* Of ten accounts five have electricity, three water and two heat. */
static const district_kind *kind_of(int64_t account)
{
    static const int kinds[10] = {0, 1, 0, 2, 0, 1, 0, 2, 0, 1};
    return &district_kinds[kinds[account % 10]];
}

/* How many accounts before this one have the same kind. */
static int64_t nth_of_kind(int64_t account)
{
    int64_t in_ten = 0, before = 0;
    for (int64_t i = 0; i < 10; i++) {
        if (kind_of(i) != kind_of(account)) continue;
        in_ten++;
        if (i < account % 10) before++;
    }
    return account / 10 * in_ten + before;
}

static FILE *open_in(const making *made, const char *name)
{
    char path[4096];
    int n = snprintf(path, sizeof path, "%s/%s", made->folder, name);
    FILE *file = n > 0 && (size_t)n < sizeof path ? fopen(path, "wb") : NULL;
    if (file == NULL) {
        (void)fprintf(stderr, "district: %s/%s: %s\n", made->folder, name, strerror(errno));
        exit(1);
    }
    return file;
}

static void close_written(FILE *file, const char *name)
{
    int failed = ferror(file);
    if (fclose(file) == 0 && !failed) return;
    (void)fprintf(stderr, "district: %s: %s\n", name, strerror(errno));
    exit(1);
}

static void write_accounts(making *made)
{
    FILE *to = open_in(made, "accounts.json");
    (void)fputs("{\"meterbill\": 1, \"kind\": \"accounts\", \"accounts\": [\n", to);
    for (int64_t i = 0; i < made->n_accounts; i++) {
        const district_kind *kind = kind_of(i);
        (void)fprintf(to, "  {\"id\": \"A%05" PRId64 "\", ", i + 1);
        if (kind == &district_kinds[2]) {
            int64_t tenths = 550 + district_below(&made->random, 900);
            (void)fprintf(to, "\"facts\": {\"area\": \"%" PRId64 ".%" PRId64 "\"}, ", tenths / 10, tenths % 10);
        }
        (void)fprintf(to,
            "\"contracts\": [{\"tariff\": \"%s\", \"from\": \"2026-01-01\", \"to\": null, \"meters\": [{\"id\": \"M%05" PRId64
            "\", \"registers\": [{\"register\": \"%s\", \"unit\": \"%s\", \"modulus\": \"%" PRId64
            "\", \"multiplier\": \"1\"}]}]}]}%s\n",
            kind->tariff, i + 1, kind->reg, kind->unit, kind->modulus, i + 1 < made->n_accounts ? "," : "");
    }
    (void)fputs("]}\n", to);
    close_written(to, "accounts.json");
}

static void write_readings(making *made)
{
    static const char header[] = "meter,register,time,value,mark,quality\n";
    FILE *now = open_in(made, "readings-1.csv"), *late = open_in(made, "readings-2.csv");
    (void)fputs(header, now);
    (void)fputs(header, late);
    for (int64_t i = 0; i < made->n_accounts; i++) {
        char meter[32];
        (void)snprintf(meter, sizeof meter, "M%05" PRId64, i + 1);
        district_meter(kind_of(i), nth_of_kind(i), meter, &made->random, now, late);
    }
    close_written(now, "readings-1.csv");
    close_written(late, "readings-2.csv");
}

/* None, one or two top-ups an account, each with an id of its own. */
static void write_top_ups(making *made)
{
    FILE *to = open_in(made, "topups.csv");
    (void)fputs("id,account,amount,time\n", to);
    for (int64_t i = 0; i < made->n_accounts; i++) {
        for (int64_t n = district_below(&made->random, 3); n > 0; n--) {
            uint64_t high = district_next(&made->random), low = district_next(&made->random);
            int64_t amount = 50 * (1 + district_below(&made->random, 6)), minute = district_below(&made->random, 31 * 1440);
            (void)fprintf(to,
                "%016" PRIx64 "%016" PRIx64 ",A%05" PRId64 ",%" PRId64 ".00,2026-01-%02" PRId64 "T%02" PRId64 ":%02" PRId64
                "+08:00\n",
                high, low, i + 1, amount, minute / 1440 + 1, minute / 60 % 24, minute % 60);
        }
    }
    close_written(to, "topups.csv");
}

/* A whole number up to limit; -1 when text is none. */
static int64_t whole(const char *text, int64_t limit)
{
    int64_t value = 0;
    for (const char *at = text; *at != '\0'; at++) {
        if (*at < '0' || *at > '9' || value > (limit - (*at - '0')) / 10) return -1;
        value = value * 10 + (*at - '0');
    }
    return text[0] != '\0' ? value : -1;
}

int main(int argc, char **argv)
{
    making made = {NULL, ACCOUNTS_DEFAULT, {0}};
    int64_t seed = argc > 1 ? whole(argv[1], INT64_MAX) : -1;
    if (argc > 3) made.n_accounts = whole(argv[3], ACCOUNTS_MAX);
    if (argc < 3 || argc > 4 || seed < 0 || made.n_accounts < 1) {
        (void)fprintf(stderr,
            "usage: district SEED OUTDIR [ACCOUNTS]    (seed: a whole number; accounts: 1 to %d, %d when not given)\n",
            ACCOUNTS_MAX, ACCOUNTS_DEFAULT);
        return 2;
    }
    made.folder = argv[2];
    made.random.state = (uint64_t)seed;
    if (mkdir(made.folder, 0777) != 0 && errno != EEXIST) {
        (void)fprintf(stderr, "district: %s: %s\n", made.folder, strerror(errno));
        return 1;
    }
    write_accounts(&made);
    write_readings(&made);
    write_top_ups(&made);
    return 0;
}
