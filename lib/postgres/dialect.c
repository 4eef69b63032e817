/* SPDX-License-Identifier: Apache-2.0 */
/* Changes when the store writes SQL in another way. Law: nothing inside of quotes is touched. */
#include "postgres/dialect.h"

#include <string.h>

/* A piece of SQL: a word, a quoted text or name, a run of space, or one other character. */
typedef struct piece {
    const char *at;
    size_t len;
} piece;

static bool is_word(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}

static bool is_space(char c)
{
    return c == ' ' || c == '\t' || c == '\n';
}

/* The length of what is quoted at sql, with its quotes; a quote that is doubled stands for itself. */
static size_t quoted_length(const char *sql)
{
    size_t len = 1;
    while (sql[len] != '\0' && (sql[len] != sql[0] || sql[len + 1] == sql[0])) len += sql[len] == sql[0] ? 2 : 1;
    return sql[len] == '\0' ? len : len + 1;
}

static piece piece_at(const char *sql)
{
    size_t len = 0;
    if (sql[0] == '\0') return (piece){sql, 0};
    if (sql[0] == '\'' || sql[0] == '"') return (piece){sql, quoted_length(sql)};
    while (is_word(sql[len])) len++;
    if (len > 0) return (piece){sql, len};
    while (is_space(sql[len])) len++;
    return (piece){sql, len > 0 ? len : 1};
}

/* The next piece that is no space; *sql is moved behind it. Nothing left: of length 0. */
static piece next_piece(const char **sql)
{
    piece found = piece_at(*sql);
    *sql = found.at + found.len;
    return found.len > 0 && is_space(found.at[0]) ? next_piece(sql) : found;
}

static bool is(piece p, const char *word)
{
    return p.len == strlen(word) && memcmp(p.at, word, p.len) == 0;
}

static void put(mbill__buffer *out, piece p)
{
    mbill__buffer_append(out, p.at, p.len);
}

void mbill__dialect_statement(const char *sql, mbill__buffer *out)
{
    for (piece p = piece_at(sql); p.len > 0; p = piece_at(p.at + p.len)) {
        if (is(p, "?")) mbill__buffer_text(out, "$");
        else put(out, p);
    }
}

/* Triggers */

typedef struct trigger {
    piece name, event, table, condition, message;
} trigger;

/* What stands from here to the word, which is passed over. */
static piece up_to(const char **sql, const char *word)
{
    piece whole = {*sql, 0};
    for (piece p = next_piece(sql); p.len > 0 && !is(p, word); p = next_piece(sql)) whole.len = (size_t)(*sql - whole.at);
    return whole;
}

/* Whether these words, parted by spaces, stand here; they are passed over. */
static bool expect(const char **sql, const char *words)
{
    for (piece word = next_piece(&words); word.len > 0; word = next_piece(&words)) {
        piece p = next_piece(sql);
        if (p.len != word.len || memcmp(p.at, word.at, p.len) != 0) return false;
    }
    return true;
}

static bool read_trigger(const char **sql, trigger *out)
{
    memset(out, 0, sizeof *out);
    if (!expect(sql, "CREATE TRIGGER")) return false;
    out->name = next_piece(sql);
    if (!expect(sql, "BEFORE")) return false;
    out->event = next_piece(sql);
    if (!(is(out->event, "UPDATE") || is(out->event, "DELETE")) || !expect(sql, "ON")) return false;
    out->table = next_piece(sql);
    piece next = next_piece(sql);
    if (is(next, "WHEN")) out->condition = up_to(sql, "BEGIN");
    else if (!is(next, "BEGIN")) return false;
    if (!expect(sql, "SELECT RAISE(ABORT,")) return false;
    out->message = next_piece(sql);
    return out->message.at[0] == '\'' && expect(sql, "); END;");
}

static void put_all(mbill__buffer *out, const piece *pieces, size_t n)
{
    for (size_t i = 0; i < n; i++) put(out, pieces[i]);
}

#define WORD(text) ((piece){text, sizeof(text) - 1})
#define PUT(out, ...)                                                                                                            \
    do {                                                                                                                         \
        const piece pieces[] = {__VA_ARGS__};                                                                                    \
        put_all(out, pieces, sizeof pieces / sizeof pieces[0]);                                                                  \
    } while (0)

static void put_trigger(mbill__buffer *out, const trigger *t)
{
    bool deletes = is(t->event, "DELETE"), always = t->condition.len == 0;
    PUT(out, WORD("CREATE FUNCTION "), t->name, WORD("() RETURNS trigger LANGUAGE plpgsql AS $refuse$ BEGIN "));
    if (!always)
        PUT(out, WORD("IF TG_OP = 'TRUNCATE' THEN NULL; ELSIF NOT COALESCE(("), t->condition, WORD("), FALSE) THEN RETURN "));
    if (!always) PUT(out, deletes ? WORD("OLD") : WORD("NEW"), WORD("; END IF; "));
    PUT(out, WORD("RAISE EXCEPTION USING MESSAGE = "), t->message, WORD("; END $refuse$;"));
    PUT(out, WORD(" CREATE TRIGGER "), t->name, WORD(" BEFORE "), t->event, WORD(" ON "), t->table);
    PUT(out, WORD(" FOR EACH ROW EXECUTE FUNCTION "), t->name, WORD("();"));
    if (!deletes) return;
    PUT(out, WORD(" CREATE TRIGGER "), t->name, WORD("_all BEFORE TRUNCATE ON "), t->table);
    PUT(out, WORD(" FOR EACH STATEMENT EXECUTE FUNCTION "), t->name, WORD("();"));
}

/* Tables and the rest */

static const char *type_of(piece p, bool in_table)
{
    if (is(p, "INTEGER")) return "BIGINT";
    if (is(p, "BLOB")) return "BYTEA";
    return in_table && is(p, "TEXT") ? "TEXT COLLATE \"C\"" : NULL;
}

static bool is_option(piece p)
{
    return is(p, "STRICT") || is(p, "WITHOUT") || is(p, "ROWID") || is(p, ",");
}

/* One statement to its semicolon. */
static void put_statement(const char **sql, bool in_table, mbill__buffer *out)
{
    size_t depth = 0;
    bool closed = false;
    for (piece p = piece_at(*sql); p.len > 0; p = piece_at(*sql)) {
        *sql = p.at + p.len;
        const char *type = type_of(p, in_table);
        if (is(p, "(")) depth++;
        if (is(p, ")")) closed = --depth == 0;
        if (type != NULL) mbill__buffer_text(out, type);
        else if (!(in_table && (is(p, "AUTOINCREMENT") || (closed && is_option(p))))) put(out, p);
        if (is(p, ";")) return;
    }
}

mbill_status mbill__dialect_tables(const char *sql, mbill__buffer *out, mbill_error *err)
{
    while (piece_at(sql).len > 0) {
        const char *ahead = sql, *again = sql;
        trigger t;
        if (is(next_piece(&ahead), "CREATE") && is(next_piece(&ahead), "TRIGGER")) {
            if (!read_trigger(&sql, &t)) return mbill__fail(err, MBILL_E_INTERNAL, "a trigger is of another form: %.100s", again);
            put_trigger(out, &t);
        } else {
            put_statement(&sql, expect(&again, "CREATE TABLE"), out);
        }
    }
    return mbill__buffer_check(out, err);
}
