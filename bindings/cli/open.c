/* SPDX-License-Identifier: Apache-2.0 */
/* Opening a store: another program that writes is waited for, ten seconds at most. */
#include "open.h"

#include "output.h"

#include "meterbill/calendar.h"

#include <stdio.h>
#include <string.h>

#define BUSY_TIMEOUT_MS 10000

int cli_store_open(const char *path, uint32_t flags, mbill_store **out)
{
    mbill_error err;
    mbill_store_options options = {(uint32_t)sizeof options, flags, BUSY_TIMEOUT_MS, 0};
    mbill_error_init(&err);
    return mbill_store_open(path, &options, NULL, out, &err) == MBILL_OK ? CLI_DONE : cli_refuse(path, CLI_DOCUMENT, &err);
}

static int is_there(const char *path)
{
    FILE *file = fopen(path, "rb");
    if (file != NULL) (void)fclose(file);
    return file != NULL;
}

int cli_journal_open(const char *path, int may_make, mbill_store **out_store, mbill_journal **out_journal)
{
    mbill_error err;
    mbill_error_init(&err);
    int code = cli_store_open(path, may_make && !is_there(path) ? MBILL_STORE_CREATE : 0, out_store);
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
