/* SPDX-License-Identifier: Apache-2.0 */
/* Opening a store, in a file or in PostgreSQL: another program that writes is waited for, ten seconds at most. Changes when a store may be
 * somewhere else. */
#include "open.h"

#include "output.h"

#include "meterbill/calendar.h"
#include "meterbill/postgres.h"

#include <stdio.h>
#include <string.h>

#define BUSY_TIMEOUT_MS 10000

static int is_postgres(const char *path)
{
    return strncmp(path, "postgresql://", 13) == 0 || strncmp(path, "postgres://", 11) == 0;
}

/* Other users of the machine see the command line, and messages repeat it. */
static int has_password(const char *location)
{
    const char *user = strstr(location, "://") + 3, *end = user + strcspn(user, "@/");
    return (*end == '@' && memchr(user, ':', (size_t)(end - user)) != NULL) || strstr(location, "password=") != NULL;
}

static mbill_status open_postgres(const char *location, const mbill_store_options *options, mbill_store **out, mbill_error *err)
{
#ifdef CLI_WITH_POSTGRES
    return mbill_store_open_with(mbill_postgres(), location, options, NULL, out, err);
#else
    (void)location;
    (void)options;
    (void)out;
    err->status = MBILL_E_INVALID;
    (void)snprintf(err->message, sizeof err->message,
        "this program was built without PostgreSQL, expected one of -Dpostgres=enabled");
    return MBILL_E_INVALID;
#endif
}

static mbill_status try_open(const char *path, uint32_t flags, mbill_store **out, mbill_error *err)
{
    mbill_store_options options = {(uint32_t)sizeof options, flags, BUSY_TIMEOUT_MS, 0};
    mbill_error_init(err);
    return is_postgres(path) ? open_postgres(path, &options, out, err) : mbill_store_open(path, &options, NULL, out, err);
}

static int check_location(const char *path)
{
    if (!is_postgres(path) || !has_password(path)) return CLI_DONE;
    return cli_usage("a password does not belong on a command line, expected PGPASSWORD, PGPASSFILE or a service of libpq");
}

int cli_store_open(const char *path, uint32_t flags, mbill_store **out)
{
    mbill_error err;
    int code = check_location(path);
    if (code != CLI_DONE) return code;
    return try_open(path, flags, out, &err) == MBILL_OK ? CLI_DONE : cli_refuse(path, CLI_DOCUMENT, &err);
}

/* A store in PostgreSQL is there when it can be opened. */
static int is_there(const char *path)
{
    if (is_postgres(path)) {
        mbill_error err;
        mbill_store *store = NULL;
        mbill_status status = try_open(path, MBILL_STORE_READ_ONLY, &store, &err);
        mbill_store_free(store);
        return status != MBILL_E_NOT_FOUND;
    }
    FILE *file = fopen(path, "rb");
    if (file != NULL) (void)fclose(file);
    return file != NULL;
}

int cli_journal_open(const char *path, int may_make, mbill_store **out_store, mbill_journal **out_journal)
{
    mbill_error err;
    mbill_error_init(&err);
    int code = check_location(path);
    if (code != CLI_DONE) return code;
    code = cli_store_open(path, may_make && !is_there(path) ? MBILL_STORE_CREATE : 0, out_store);
    if (code != CLI_DONE) return code;
    return mbill_journal_open(*out_store, out_journal, &err) == MBILL_OK ? CLI_DONE : cli_refuse(path, CLI_RECORDS, &err);
}

int cli_check_date(const char *text, const char *name)
{
    mbill_error err;
    mbill_date date;
    mbill_error_init(&err);
    return mbill_date_parse(text, strlen(text), &date, &err) == MBILL_OK ? CLI_DONE : cli_usage("--%s: %s", name, err.message);
}

/* --zone as the store will read it: wrong usage is told from a wrong file before anything is opened. */
int cli_check_zone(const char *rule)
{
    mbill_error err;
    mbill_zone *zone = NULL;
    mbill_error_init(&err);
    if (rule == NULL || mbill_zone_from_rule(rule, strlen(rule), NULL, &zone, &err) == MBILL_OK) {
        mbill_zone_free(zone);
        return CLI_DONE;
    }
    return cli_usage("--zone: %s", err.message);
}
