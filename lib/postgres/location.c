/* SPDX-License-Identifier: Apache-2.0 */
/* Changes when the form of a location does. Law: a location is parted as libpq parts it, so that what is a password there is one here. */
#include "postgres/location.h"

#include <string.h>

#define SCHEMA_OF_NO_NAME "meterbill"

static const char *const SCHEMES[] = {"postgresql://", "postgres://"};
static const char *const SECRETS[] = {"password=", "sslpassword="};

/* What stands behind the scheme; NULL: another scheme. */
static const char *behind_scheme(const char *text)
{
    for (size_t i = 0; i < sizeof SCHEMES / sizeof SCHEMES[0]; i++)
        if (strncmp(text, SCHEMES[i], strlen(SCHEMES[i])) == 0) return text + strlen(SCHEMES[i]);
    return NULL;
}

/* The '@' behind user and password; NULL: there are none. */
static const char *end_of_user(const char *text)
{
    const char *at = text + strcspn(text, "@/");
    return *at == '@' ? at : NULL;
}

static mbill_status check_hosts(const char *hosts, size_t len, mbill_error *err)
{
    bool in_brackets = false, in_port = false;
    for (size_t i = 0; i < len; i++) {
        char c = hosts[i];
        if (c == '@')
            return mbill__fail(err, MBILL_E_INVALID,
                "the location's host holds an '@', expected %%40 where one stands in a password");
        if (in_port && c != ',' && (c < '0' || c > '9'))
            return mbill__fail(err, MBILL_E_INVALID,
                "the location's port is no number, expected host:port or user:password@host");
        if (c == '[') in_brackets = true;
        if (c == ']') in_brackets = false;
        if (c == ',') in_port = false;
        if (c == ':' && !in_brackets) in_port = true;
    }
    return MBILL_OK;
}

static bool is_schema(const char *name, size_t len)
{
    if (len == 0 || len > MBILL__SCHEMA_MAX || (name[0] >= '0' && name[0] <= '9')) return false;
    for (size_t i = 0; i < len; i++)
        if (!((name[i] >= 'a' && name[i] <= 'z') || (name[i] >= '0' && name[i] <= '9') || name[i] == '_')) return false;
    return strncmp(name, "pg_", 3) != 0;
}

mbill_status mbill__location_read(const char *text, mbill__location *out, mbill_error *err)
{
    const char *rest = behind_scheme(text);
    if (rest == NULL)
        return mbill__fail(err, MBILL_E_INVALID,
            "the location is none of PostgreSQL, expected postgresql://user@host/database#schema");
    const char *user = end_of_user(rest), *hosts = user != NULL ? user + 1 : rest, *hash = strrchr(hosts, '#');
    MBILL_TRY(check_hosts(hosts, strcspn(hosts, "/?#"), err));
    const char *name = hash != NULL ? hash + 1 : SCHEMA_OF_NO_NAME;
    size_t len = strlen(name);
    if (!is_schema(name, len))
        return mbill__fail(err, MBILL_E_INVALID,
            "schema \"%.64s\" is no name of a store, expected 1 to %d of a-z, 0-9 and _, not a digit first, not pg_ first", name,
            MBILL__SCHEMA_MAX);
    out->uri_len = hash != NULL ? (size_t)(hash - text) : strlen(text);
    memcpy(out->schema, name, len + 1);
    return MBILL_OK;
}

static void take_out(char *from, const char *to)
{
    memmove(from, to, strlen(to) + 1);
}

static bool takes_out_secret(char *at)
{
    for (size_t i = 0; i < sizeof SECRETS / sizeof SECRETS[0]; i++) {
        if (strncmp(at, SECRETS[i], strlen(SECRETS[i])) != 0) continue;
        size_t len = strcspn(at, "&#");
        take_out(at, at + len + (at[len] == '&'));
        return true;
    }
    return false;
}

void mbill__location_redact(char *text)
{
    const char *rest = behind_scheme(text);
    if (rest == NULL) return;
    char *start = text + (rest - text);
    const char *user = end_of_user(start);
    char *colon = user != NULL ? memchr(start, ':', (size_t)(user - start)) : NULL;
    if (colon != NULL) take_out(colon, user);
    char *at = strchr(start, '?');
    while (at != NULL && at[1] != '\0') {
        if (takes_out_secret(at + 1)) continue;
        at = strchr(at + 1, '&');
    }
}
