/* SPDX-License-Identifier: Apache-2.0 */
/* What the server answers, as statuses and sentences. Changes when a SQLSTATE means something else to a store (appendix A of PostgreSQL's
 * manual). */
#include "postgres/link.h"

#include <string.h>

typedef struct meaning {
    const char *state; /* its first letters */
    mbill_status status;
} meaning;

/* The first that fits counts. Our statements are fixed: one that is no SQL to the server means that a table is not as we made it. */
static const meaning MEANINGS[] = {{"55P03", MBILL_E_BUSY}, {"40001", MBILL_E_BUSY}, {"40P01", MBILL_E_BUSY},
    {"57014", MBILL_E_BUSY}, {"53100", MBILL_E_FULL}, {"53300", MBILL_E_BUSY}, {"53", MBILL_E_IO}, {"25006", MBILL_E_READ_ONLY},
    {"42501", MBILL_E_READ_ONLY}, {"42P06", MBILL_E_EXISTS}, {"42P07", MBILL_E_EXISTS}, {"42723", MBILL_E_EXISTS},
    {"42", MBILL_E_CORRUPT}, {"22", MBILL_E_CORRUPT}, {"XX001", MBILL_E_CORRUPT}, {"XX002", MBILL_E_CORRUPT},
    {"54", MBILL_E_LIMIT}, {"57", MBILL_E_IO}, {"58", MBILL_E_IO}, {"08", MBILL_E_IO}};

static mbill_status status_of(const char *state)
{
    for (size_t i = 0; i < sizeof MEANINGS / sizeof MEANINGS[0]; i++)
        if (strncmp(state, MEANINGS[i].state, strlen(MEANINGS[i].state)) == 0) return MEANINGS[i].status;
    return MBILL_E_INTERNAL;
}

static const char *sentence_of(mbill_status status)
{
    switch (status) {
    case MBILL_E_BUSY: return "is held by another connection";
    case MBILL_E_FULL: return "cannot grow: the server's disk is full";
    case MBILL_E_READ_ONLY: return "cannot be written";
    case MBILL_E_EXISTS: return "is there already, expected to make it";
    case MBILL_E_IO: return "cannot be reached";
    case MBILL_E_CORRUPT: return "is damaged, or is no store";
    case MBILL_E_LIMIT: return "cannot hold a value of this size";
    default: return "was used in a way that PostgreSQL refuses";
    }
}

int mbill__pg_line_length(const char *text)
{
    return (int)strcspn(text, "\n");
}

bool mbill__pg_is_lost(const mbill__db *db)
{
    return PQstatus(mbill__pg_of(db)) != CONNECTION_OK;
}

mbill_status mbill__pg_lost(const mbill__db *db, mbill_error *err)
{
    const char *text = PQerrorMessage(mbill__pg_of(db));
    return mbill__fail(err, MBILL_E_IO, "store \"%s\" cannot be reached (%.*s)", db->path, mbill__pg_line_length(text), text);
}

/* A result that is none of those expected; it is freed. */
mbill_status mbill__pg_failed(mbill__db *db, PGresult *result, mbill_error *err)
{
    const char *state = PQresultErrorField(result, PG_DIAG_SQLSTATE), *text = PQresultErrorField(result, PG_DIAG_MESSAGE_PRIMARY);
    mbill_status status = state == NULL || mbill__pg_is_lost(db) ? MBILL_E_IO : status_of(state);
    if (state == NULL || text == NULL) {
        status = mbill__pg_lost(db, err);
    } else {
        db->collided = strcmp(state, "40001") == 0 || strcmp(state, "40P01") == 0;
        mbill__fail(err, status, "store \"%s\" %s (%s, SQLSTATE %s)", db->path, sentence_of(status), text, state);
    }
    PQclear(result);
    return status;
}

bool mbill__pg_is_good(const PGresult *result)
{
    ExecStatusType status = PQresultStatus(result);
    return status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK || status == PGRES_EMPTY_QUERY;
}

/* One or more statements that take nothing; what they give is not looked at. */
mbill_status mbill__pg_do(mbill__db *db, const char *sql, mbill_error *err)
{
    PGresult *result = PQexec(mbill__pg_of(db), sql);
    if (!mbill__pg_is_good(result)) return mbill__pg_failed(db, result, err);
    PQclear(result);
    return MBILL_OK;
}
