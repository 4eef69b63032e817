# SPDX-License-Identifier: Apache-2.0
"""The program meterbill as the town's office runs it: commands that must succeed or must be refused, commands that are killed, a machine that loses its power,
and the file read without the program. Changes when one of these is done in another way."""

import json
import pathlib
import signal
import sqlite3
import struct
import subprocess
import time

TIMEOUT_S = 300
KINDS = dict(enumerate("open activate close reopen set_policy select_ec tariff_mark wallet_init top_up usage accrue debt_load debt_adjust write_off refund offset "
                       "hold post void expire reverse correct observe accept transfer attach_meter".split(), 1))
SYSTEMS = dict(enumerate("cash write_off adjust revenue fee tax debt_fund refund_clearing suspense".split(), 1))


class Wrong(Exception):
    """The program did what it must not do."""


def want(holds, message):
    if not holds:
        raise Wrong(message)


class Office:
    def __init__(self, program, folder, rng, count):
        self.program, self.folder, self.rng, self.count = program, pathlib.Path(folder), rng, count
        self.store = self.folder / "town.db"
        self.lasted_s = {}

    def write(self, name, content):
        path = self.folder / name
        path.write_text(content if isinstance(content, str) else json.dumps(content, ensure_ascii=False), encoding="utf-8")
        return path

    def run(self, *arguments, given=None, codes=(0,)):
        done = subprocess.run([self.program, *map(str, arguments)], input=given, capture_output=True, timeout=TIMEOUT_S, check=False, text=True)
        self.count["commands"] += 1
        want(done.returncode in codes, f"{arguments}: exit code {done.returncode}, expected {codes}: {done.stderr[-2000:]}{done.stdout[-2000:]}")
        return done

    def answer(self, *arguments, given=None, codes=(0,)):
        return json.loads(self.run(*arguments, "--json", given=given, codes=codes).stdout)

    def lines(self, *arguments, given=None, codes=(0,)):
        """The answers of a command that answers line by line."""
        text = "".join(json.dumps(line) + "\n" for line in given)
        return [json.loads(line) for line in self.run(*arguments, given=text, codes=codes).stdout.splitlines()]

    def imported(self, *paths):
        """(added, there already) by file name."""
        return {pathlib.Path(file["file"]).name: (file["added"], file["same"]) for file in self.answer("db", "import", self.store, *paths)["files"]}

    # --- what goes wrong with the machine

    def killed(self, *arguments, given=None):
        """Start a command and kill it at any moment of its life, and behind every other kill cut the power; True when it was still alive. Nobody saw an answer."""
        key, before = arguments[:2], self.stamp()
        self.count["commands"] += 1
        began = time.monotonic()
        with subprocess.Popen([self.program, *map(str, arguments)], stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, text=True) as child:
            try:
                child.communicate(given, timeout=self.rng.random() ** 2 * self.lasted_s.get(key, 1.0))
            except subprocess.TimeoutExpired:
                child.send_signal(signal.SIGKILL)
            child.wait()
        if child.returncode == -signal.SIGKILL:
            self.count["kills"] += 1
            if self.rng.random() < 0.5:
                self.power_cut(before)
            return True
        self.lasted_s[key] = time.monotonic() - began
        return False

    def stamp(self):
        status = self.store.stat()
        return status.st_size, status.st_mtime_ns

    def power_cut(self, before):
        """What a loss of power may leave behind a kill: of the write-ahead journal, whatever had not been synced is gone or torn. Only while nothing of it went
        into the file itself (before: the file's stamp then), for from there on it had been synced."""
        journal = pathlib.Path(f"{self.store}-wal")
        if self.stamp() != before or not journal.exists() or journal.stat().st_size == 0:
            return
        size = journal.stat().st_size
        keep = self.rng.randrange(size)
        with open(journal, "r+b") as file:
            file.truncate(keep)
            if keep > 512 and self.rng.random() < 0.5:
                file.seek(keep - 512)
                file.write(self.rng.randbytes(512))
        pathlib.Path(f"{self.store}-shm").unlink(missing_ok=True)
        self.count["power cuts"] += 1

    # --- the store, without the program

    def query(self, sql, *values):
        connection = sqlite3.connect(self.store)
        try:
            return connection.execute(sql, values).fetchall()
        finally:
            connection.close()

    def records(self):
        """Every record of the journal, from its bytes as beside table mbill_segment they are said to be."""
        fields = sorted(self.query("SELECT bit, name, bytes FROM mbill_field"))
        for (data,) in self.query("SELECT data FROM mbill_segment ORDER BY first_record"):
            at = 0
            while at < len(data):
                _, kind, result, n_legs, flags, op_id, account, amount, recorded, mask, size = struct.unpack_from(">BBBBI16sqqqII", data, at)
                more, place = {}, at + 64
                for bit, name, width in fields:
                    if mask >> bit & 1:
                        more[name] = data[place:place + width]
                        place += width
                legs = [struct.unpack_from(">qqqBBBb", data, at + size - 32 * (n_legs - i)) for i in range(n_legs)]
                yield {"kind": KINDS[kind], "result": result, "id": op_id.hex(), "account": account, "amount": amount, "flags": flags, "at": recorded,
                       "more": more, "legs": legs}
                at += size


class ServerOffice(Office):
    """An office whose store is in PostgreSQL: the program is killed as before, the server stays."""

    def __init__(self, program, folder, rng, count, location):
        super().__init__(program, folder, rng, count)
        self.store, (self.server, _, self.schema) = location, location.partition("#")

    def stamp(self):
        return None

    def power_cut(self, before):
        """What a server does then is asked of a killed one, in tests/unit/test_postgres.c."""

    def query(self, sql, *values):
        for value in values:
            sql = sql.replace("?", str(value) if isinstance(value, int) else "'" + value.replace("'", "''") + "'", 1)
        rows = f"SET search_path TO {self.schema}; SELECT coalesce(json_agg(q), '[]') FROM ({sql}) q"
        done = subprocess.run(["psql", "-X", "-q", "-A", "-t", "-v", "ON_ERROR_STOP=1", "-d", self.server], input=rows, capture_output=True, check=False, text=True)
        want(done.returncode == 0, f"{sql}: {done.stderr}")
        return json.loads(done.stdout, object_pairs_hook=lambda pairs: tuple(plain(value) for _, value in pairs))


def plain(value):
    return bytes.fromhex(value[2:]) if isinstance(value, str) and value.startswith("\\x") else value
