#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Both databases show the same rows: views.py CONNECTION STORE.db

Copies every table of a store into PostgreSQL, byte for byte, and compares what each of its views shows there and in SQLite. A view that shows
nothing proves nothing, and is named. Ends with `N passed, N failed, N skipped`."""

import os
import sqlite3
import sys

import statements


def text_of(value):
    """A value as COPY writes it."""
    if value is None:
        return "\\N"
    if isinstance(value, bytes):
        return "\\\\x" + value.hex()
    return str(value).replace("\\", "\\\\").replace("\n", "\\n").replace("\t", "\\t").replace("\r", "\\r")


def rows_of(database, name):
    return ["\t".join(map(text_of, row)) for row in database.execute(f"SELECT * FROM {name}")]


def copy_tables(database, connection):
    names = [name for name, in database.execute("SELECT name FROM sqlite_schema WHERE type = 'table' AND name LIKE 'mbill_%' ORDER BY name")]
    script = "SET search_path = store;\nSET session_replication_role = replica;\n"
    script += f"TRUNCATE {', '.join(names)};\n"
    for name in names:
        script += f"COPY {name} FROM STDIN;\n" + "".join(row + "\n" for row in rows_of(database, name)) + "\\.\n"
    _, errors = statements.psql(connection, script)
    if errors:
        sys.exit("\n".join(errors.values()))


def compare(database, connection, view):
    """What differs; None: nothing."""
    ours = sorted(rows_of(database, view))
    out, errors = statements.psql(connection, f"SET search_path = store;\nCOPY (SELECT * FROM {view}) TO STDOUT;\n")
    if errors:
        return "; ".join(errors.values())
    theirs = sorted(out.splitlines())
    if ours == theirs:
        return None
    pair = next(((a, b) for a, b in zip(ours, theirs) if a != b), ("", ""))
    return f"{len(ours)} rows in SQLite, {len(theirs)} in PostgreSQL; {pair[0]!r} is {pair[1]!r}"


def main():
    connection, path = sys.argv[1:]
    tables, _ = statements.texts(os.environ.get("CC", "cc"))
    refused = statements.make_tables(tables, connection)
    if refused:
        sys.exit("\n".join(message for _, message in refused))
    database = sqlite3.connect(f"file:{path}?mode=ro", uri=True)
    copy_tables(database, connection)
    passed = failed = skipped = 0
    for view, in database.execute("SELECT name FROM sqlite_schema WHERE type = 'view' ORDER BY name").fetchall():
        (n,), = database.execute(f"SELECT count(*) FROM {view}")
        differs = compare(database, connection, view)
        if differs:
            print(f"{view}: {differs}")
            failed += 1
        elif n == 0:
            print(f"skipped: {view} shows nothing")
            skipped += 1
        else:
            print(f"{view}: {n} rows")
            passed += 1
    print(f"{passed} passed, {failed} failed, {skipped} skipped")
    sys.exit(1 if failed or not passed else 0)


main()
