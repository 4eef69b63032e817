#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The kept ledger against PostgreSQL: postgres.py ROW PROGRAM FOLDER [BATCHES [ACCOUNTS]]. One JSON object a line, or a sentence why there is none.

PROGRAM (bench_postings) draws the postings, books them, and writes them and all balances down below FOLDER. A cluster of its own beside them, reached by a
socket alone, takes the same postings in the same batches, one transaction each: copied into a temporary table, and from there with sets. Its settings are the
defaults, so that a commit waits for the disk. ROW is
  ledger_vs_postgres: ours keeps its ledger in a file; PostgreSQL inserts what has a new id, and adds to the balances;
  postgres_vs_insert: ours keeps its ledger in that cluster too; PostgreSQL only inserts the rows, with their id as the key.
Both sides' balances are compared before the row is printed; ours runs before and after it."""

import json
import os
import pathlib
import pwd
import shutil
import subprocess
import sys
import tempfile
import time
import urllib.parse

BATCH = 8190
FUNDS = 10**12
USERS = ("postgres", "nobody")  # PostgreSQL refuses to run as root
BATCHES = """
CREATE TABLE posting(id uuid PRIMARY KEY, debit bigint NOT NULL, credit bigint NOT NULL, amount bigint NOT NULL CHECK (amount > 0));
CREATE TEMPORARY TABLE batch(id uuid, debit bigint, credit bigint, amount bigint) ON COMMIT DELETE ROWS;
"""
ACCOUNTS = f"""
CREATE TABLE account(number bigint PRIMARY KEY, debits bigint NOT NULL, credits bigint NOT NULL, CHECK (debits <= credits));
INSERT INTO account SELECT n, 0, {FUNDS} FROM generate_series(1, %d) n;
"""
BOOK = """
WITH taken AS (INSERT INTO posting SELECT * FROM batch ON CONFLICT (id) DO NOTHING RETURNING debit, credit, amount),
     side AS (SELECT debit AS number, amount AS debits, 0 AS credits FROM taken UNION ALL SELECT credit, 0, amount FROM taken),
     change AS (SELECT number, sum(debits) AS debits, sum(credits) AS credits FROM side GROUP BY number)
UPDATE account SET debits = account.debits + change.debits, credits = account.credits + change.credits
  FROM change WHERE account.number = change.number;
"""
INSERT = "INSERT INTO posting SELECT * FROM batch;"
BALANCES = "SELECT number, debits, credits FROM account ORDER BY number;"
ADDED = f"""
WITH side AS (SELECT debit AS number, amount AS debits, 0 AS credits FROM posting UNION ALL SELECT credit, 0, amount FROM posting
              UNION ALL SELECT n, 0, {FUNDS} FROM generate_series(1, %d) n)
SELECT number, sum(debits), sum(credits) FROM side GROUP BY number ORDER BY number;
"""


class Missing(Exception):
    """Why the comparison cannot be made here."""


def programs():
    """The folder of PostgreSQL's programs."""
    known = [pathlib.Path(p) for p in sorted(map(str, pathlib.Path("/usr/lib/postgresql").glob("*/bin")), reverse=True)]
    on_path = shutil.which("initdb")
    for folder in ([pathlib.Path(on_path).parent] if on_path else []) + known:
        if all((folder / name).exists() for name in ("initdb", "pg_ctl", "psql")):
            return folder
    raise Missing("no initdb, pg_ctl and psql of PostgreSQL are installed")


def account():
    """Whom the cluster belongs to."""
    if os.getuid() != 0:
        return pwd.getpwuid(os.getuid())
    for name in USERS:
        try:
            return pwd.getpwnam(name)
        except KeyError:
            continue
    raise Missing("PostgreSQL refuses root, and there is no account " + " or ".join(USERS))


class Cluster:
    """A cluster of its own, gone at the end."""

    def __init__(self, home):
        self.bin, self.user, self.home = programs(), account(), home
        os.chown(home, self.user.pw_uid, self.user.pw_gid)
        self.run("initdb", "-D", f"{home}/data", "-U", "bench", "-A", "trust", "--locale=C", "--encoding=UTF8")
        try:
            self.run("pg_ctl", "-D", f"{home}/data", "-w", "-l", f"{home}/log", "-o", f"-k {home} -c listen_addresses=''", "start")
            command = [str(self.bin / "psql"), "-h", home, "-U", "bench", "-d", "postgres", "-X", "-q", "-A", "-t", "-v", "ON_ERROR_STOP=1"]
            self.psql = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, bufsize=1 << 20)
        except BaseException:
            self.stop()
            raise

    def run(self, program, *arguments):
        """As its owner, quietly."""
        as_owner = {} if os.getuid() != 0 else {"user": self.user.pw_uid, "group": self.user.pw_gid, "extra_groups": []}
        done = subprocess.run([str(self.bin / program), *arguments], cwd="/", capture_output=True, text=True, check=False, **as_owner)
        if done.returncode != 0:
            raise Missing(f"{program} as {self.user.pw_name} in {self.home}: {(done.stderr.strip() or 'failed').splitlines()[-1]}")

    def ask(self, sql):
        """The lines of an answer."""
        self.psql.stdin.write(sql + "\n\\echo answered\n")
        self.psql.stdin.flush()
        lines = []
        for line in self.psql.stdout:
            if line == "answered\n":
                return lines
            lines.append(line.rstrip("\n"))
        raise SystemExit("postgres.py: psql ended early")

    def stop(self):
        """Nothing is kept: the fastest way will do."""
        subprocess.run([str(self.bin / "pg_ctl"), "-D", f"{self.home}/data", "-m", "immediate", "-w", "stop"], cwd="/", capture_output=True,
                       check=False, **({} if os.getuid() != 0 else {"user": self.user.pw_uid, "group": self.user.pw_gid, "extra_groups": []}))


def theirs(cluster, postings, take):
    """Seconds of all batches, each taken from the temporary table by this statement."""
    cluster.ask(BATCHES)
    lines = postings.read_text(encoding="ascii").splitlines(keepends=True)
    took = 0
    for first in range(0, len(lines), BATCH):
        text = "BEGIN;\nCOPY batch FROM STDIN;\n" + "".join(lines[first:first + BATCH]) + "\\.\n" + take + "COMMIT;"
        start = time.monotonic()
        cluster.ask(text)
        took += time.monotonic() - start
    return took


def ours(program, home, n_batches, n_accounts, *location):
    """Seconds of all batches."""
    done = subprocess.run([program, home, str(n_batches), str(n_accounts), *location], check=False, capture_output=True, text=True)
    if done.returncode != 0:
        raise Missing(done.stderr.strip())
    return float(done.stdout)


def measured(cluster, row, program, home, n_batches, n_accounts):
    """Seconds of ours, before and after; of theirs; and their balances."""
    kept = row == "postgres_vs_insert"

    def mine(schema):
        return ours(program, home, n_batches, n_accounts, *([f"postgresql://bench@/postgres?host={urllib.parse.quote(home, safe='')}#{schema}"] if kept else []))

    before = mine("before")
    if not kept:
        cluster.ask(ACCOUNTS % n_accounts)
    took = theirs(cluster, pathlib.Path(home, "postings"), INSERT if kept else BOOK)
    balances = [line.replace("|", "\t") for line in cluster.ask(ADDED % n_accounts if kept else BALANCES)]
    return before + mine("after"), took, balances


def main():
    row, program, folder = sys.argv[1:4]
    n_batches, n_accounts = (int(a) for a in (sys.argv[4:] + ["60", "100000"][len(sys.argv) - 4:]))
    home = tempfile.mkdtemp(prefix="postgres-", dir=os.path.abspath(folder))
    try:
        cluster = Cluster(home)
        try:
            both, took, balances = measured(cluster, row, program, home, n_batches, n_accounts)
            if balances != pathlib.Path(home, "balances").read_text(encoding="ascii").splitlines():
                raise SystemExit("postgres.py: the balances differ")
            settings = ", ".join(f"{name} {cluster.ask(f'SHOW {name};')[0]}" for name in (
                "server_version", "synchronous_commit", "fsync", "wal_sync_method", "shared_buffers", "max_wal_size"))
        finally:
            cluster.stop()
    except Missing as why:
        print(f"{row} is skipped: {why}", file=sys.stderr)
        return
    finally:
        shutil.rmtree(home)
    n = n_batches * BATCH
    mine = 2 * n / both
    print(json.dumps({"name": row, "value": round(mine), "unit": "postings/s", "against":
                      f"PostgreSQL {settings}: {n / took:.0f}/s", "ratio": round(mine * took / n, 2), "postings": n, "accounts": n_accounts}))


main()
