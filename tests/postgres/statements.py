#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Every statement of the store is prepared by both databases: statements.py CONNECTION [CC]

Takes the texts out of lib/store as the compiler sees them, makes the tables in SQLite and, through what a provider translates, on a
PostgreSQL server (a libpq connection string, as server.sh prints it), and prepares each statement in both, with the types of parameters
left to the server. Refused: what one of them does not prepare, on PostgreSQL a parameter that is not of a type the store binds or a column
that is not of one it reads, and a row without its number, which SQLite alone would give out. Ends with `N passed, N failed, N skipped`."""

import os
import pathlib
import re
import sqlite3
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
STORE = ROOT / "lib" / "store"
STATEMENT = re.compile(r"\s*(SELECT|INSERT|UPDATE|DELETE|WITH|REPLACE|CREATE|PRAGMA|DROP|ALTER|BEGIN|COMMIT|ROLLBACK|VACUUM|ATTACH)\b")
# What a provider does by itself: its file speaks one database's own language.
OF_ONE_DATABASE = ("sqlite.c", "postgres.c")
# What is handed to a provider for it to use or leave: database.h, mbill__db_write_anew.
OF_SQLITE = re.compile(r"CREATE TEMP TABLE ")
# What the store binds and reads: whole numbers of 64 bits, text, bytes. int4 and numeric may come back, but are not bound.
BOUND = {"bigint", "text", "bytea"}
READ = BOUND | {"integer", "numeric"}
# SQLite's functions that the views use, by which the stock shell reads them; the provider gives them to PostgreSQL.
FUNCTIONS = ROOT / "lib/postgres/functions.c"


def string_constants(path, compiler):
    """The string constants of a C file behind its macros, adjacent ones joined, each one once."""
    text = subprocess.run([compiler, "-E", "-P", f"-I{ROOT / 'include'}", f"-I{ROOT / 'lib'}", str(path)], capture_output=True,
                          text=True, check=True).stdout
    found, parts = {}, []
    for token in re.finditer(r'"((?:[^"\\]|\\.)*)"|\'(?:[^\'\\]|\\.)*\'|[^\s"\']+', text):
        if token.group(0)[0] == '"':
            parts.append(token.group(1).encode().decode("unicode_escape"))
        elif parts:
            found["".join(parts)] = None
            parts = []
    return found


def texts(compiler):
    """(file, text) of the tables, in the order in which they are made, and of the statements."""
    order = re.findall(r"mbill__(tables_\w+)", (STORE / "schema.c").read_text().split("AREAS[] = {")[1].split("}")[0])
    made, asked = {}, []
    for path in sorted(STORE.glob("*.c")):
        source = path.read_text()
        areas = re.findall(r"const char \*const mbill__(tables_\w+)\[\] = \{([^}]*)\}", source)
        constants = [one for one in string_constants(path, compiler) if STATEMENT.match(one)]
        if areas:
            made[areas[0][0]] = (path.name, constants)
        elif path.name not in OF_ONE_DATABASE:
            asked += [(path.name, one) for one in constants if not OF_SQLITE.match(one)]
    tables = [(made[area][0], one) for area in order for text in made[area][1] for one in split(text)]
    return tables, asked


def split(text):
    """The statements of a text."""
    begun = ""
    for piece in re.split(r"(?<=;)", text):
        begun += piece
        if sqlite3.complete_statement(begun):
            yield begun.strip()
            begun = ""
    if begun.strip():
        yield begun.strip()


def outside_quotes(text, change):
    return "".join(part if part.startswith("'") else change(part) for part in re.split(r"('(?:[^']|'')*')", text))


TRIGGER = re.compile(r"CREATE TRIGGER (\w+) BEFORE (UPDATE|DELETE) ON (\w+)(?: WHEN (.*))? BEGIN SELECT RAISE\(ABORT, ('[^']*')\); END;")


def postgres_table(text):
    """What the provider makes of a text that makes tables."""
    trigger = TRIGGER.fullmatch(text)
    if trigger:
        name, event, table, when, words = trigger.groups()
        row = "OLD" if event == "DELETE" else "NEW"
        return (f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$BEGIN IF {when or 'true'} THEN "
                f"RAISE EXCEPTION {words}; END IF; RETURN {row}; END$$; CREATE TRIGGER {name} BEFORE {event} ON {table} "
                f"FOR EACH ROW EXECUTE FUNCTION {name}();")

    def words_of(part):
        part = re.sub(r"\bINTEGER\b", "BIGINT", part)
        part = re.sub(r"\bBLOB\b", "BYTEA", part)
        part = re.sub(r"\bTEXT\b", 'TEXT COLLATE "C"', part)
        return re.sub(r",? ?\b(STRICT|WITHOUT ROWID)\b|\bAUTOINCREMENT\b", "", part)

    return outside_quotes(text, words_of)


def postgres_statement(text):
    return outside_quotes(text, lambda part: re.sub(r"\?(\d+)", r"$\1", part))


def psql(connection, script):
    """Standard output, and (line, message) of each error."""
    environment = dict(os.environ, PGOPTIONS="-c client_min_messages=warning")
    done = subprocess.run(["psql", "-X", "-q", "-A", "-t", "-f", "-", connection], input=script, capture_output=True, text=True,
                          env=environment, check=False)
    errors = {}
    line = None
    for said in done.stderr.splitlines():
        head = re.match(r"psql:<stdin>:(\d+): (.*)", said)
        if head:
            line = int(head.group(1))
            errors.setdefault(line, head.group(2))
        elif line is None:
            sys.exit(done.stderr)
        elif said.startswith("HINT:"):
            errors[line] += " (" + said + ")"
    return done.stdout, errors


def in_sqlite(tables, asked):
    """(file, text, message) of what SQLite refuses."""
    database = sqlite3.connect(":memory:")
    for file, text in tables:
        try:
            database.execute(text)
        except sqlite3.Error as error:
            yield file, text, f"SQLite: {error}"
    for file, text in asked:
        for one in split(text):
            values = [None] * max([0] + [int(n) for n in re.findall(r"\?(\d+)", one)])
            try:
                database.execute("EXPLAIN " + one, values).fetchall()
            except sqlite3.Error as error:
                yield file, text, f"SQLite: {error}"
        into = re.match(r"INSERT INTO (\w+)\(([^)]*)\)", text)
        if into:
            keys = {name for _, name, _, _, _, key in database.execute(f"PRAGMA table_info({into.group(1)})") if key}
            for key in sorted(keys - set(into.group(2).split(", "))):
                yield file, text, f"{key} is not given"


def one_line(text):
    return text.replace("\n", " ")


def make_tables(tables, connection):
    """The tables, anew, in the schema store; (index, message) of what is refused, the index below 0 for the functions."""
    script = "DROP SCHEMA IF EXISTS store CASCADE; CREATE SCHEMA store;\nSET search_path = store;\n" + "".join(string_constants(FUNCTIONS, os.environ.get("CC", "cc")))
    first = script.count("\n") + 1
    script += "".join(one_line(postgres_table(text)) + "\n" for _, text in tables)
    _, errors = psql(connection, script)
    return [(line - first, message) for line, message in errors.items()]


def in_postgres(tables, asked, connection):
    """(file, text, message) of what PostgreSQL refuses, or gives or takes in another type than the store has."""
    for line, message in make_tables(tables, connection):
        file, text = tables[line] if line >= 0 else (FUNCTIONS.name, "")
        yield file, text, f"PostgreSQL: {message}"
    out, _ = psql(connection, "SELECT table_name, column_name, data_type FROM information_schema.columns WHERE table_schema = 'store'")
    for table, column, one in (row.split("|") for row in out.splitlines()):
        if one not in READ:
            yield "lib/store", table, f"PostgreSQL: column {column} is {one}"
    script = "SET search_path = store;\n"
    for n, (_, text) in enumerate(asked):
        text = one_line(postgres_statement(text))
        script += f"PREPARE s{n} AS {text};\n"
    script += "SELECT name, parameter_types FROM pg_prepared_statements;\n"
    out, errors = psql(connection, script)
    for line, message in errors.items():
        yield *asked[line - 2], f"PostgreSQL: {message}"
    for row in out.splitlines():
        name, types = row.split("|")
        other = [f"?{place} is {one}" for place, one in enumerate(types.strip("{}").split(","), 1) if one not in BOUND | {""}]
        if other:
            yield *asked[int(name[1:])], "PostgreSQL: " + ", ".join(other)
    yield from columns(asked, connection, {line - 2 for line in errors})


def columns(asked, connection, refused):
    """What gives a column of a type that the store does not read."""
    script = "SET search_path = store;\n"
    for n, (_, text) in enumerate(asked):
        if n not in refused:
            script += f"\\echo -- {n}\n{one_line(postgres_statement(text))} \\gdesc\n"
    out, _ = psql(connection, script)
    for block in out.split("-- ")[1:]:
        number, *rows = block.splitlines()
        given = [row.split("|") for row in rows if "|" in row]
        other = [f"column {name} is {one}" for name, one in given if one not in READ]
        if other:
            yield *asked[int(number)], "PostgreSQL: " + ", ".join(other)


def main():
    connection = sys.argv[1]
    tables, asked = texts(sys.argv[2] if len(sys.argv) > 2 else os.environ.get("CC", "cc"))
    if not tables or not asked:
        sys.exit("no statement was found in lib/store")
    failed = {}
    for file, text, message in [*in_sqlite(tables, asked), *in_postgres(tables, asked, connection)]:
        failed.setdefault((file, text), []).append(message)
    for (file, text), messages in failed.items():
        print(f"{file}: {'; '.join(messages)}\n    {one_line(text)}")
    print(f"{len(tables)} statements that make tables, {len(asked)} that use them")
    print(f"{len(tables) + len(asked) - len(failed)} passed, {len(failed)} failed, 0 skipped")
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
