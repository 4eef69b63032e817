#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Alarms that a store keeps, from outside: cli_watch.py PROGRAM SOURCE_ROOT. What each command prints and refuses; closes that are killed again and again, whose
events must be those that an own computation finds in the ledger's balances. Prints TAP."""

import json
import pathlib
import random
import subprocess
import sys
import time
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
import cli  # noqa: E402  (stands beside this file)
import cli_operate  # noqa: E402

LEVELS = [("soon", 100, 20), ("now", 20, 20), ("empty", 0, 10)]  # name, limit, deadband
CONFIG = {"meterbill": 1, "kind": "alarms", "channels": ["app"], "alarms": {"balance": {"watches": "balance", "decimals": 2, "levels": [
    {"name": name, "when": "at_or_below", "limit": str(limit), "deadband": str(deadband), "notice": {"channels": ["app"], "max_count": 1}}
    for name, limit, deadband in LEVELS]}}}


class Watch(cli_operate.Case):
    def setUp(self):
        super().setUp()
        self.town(*(cli_operate.account(number) for number in range(1, 5)))
        self.config = self.write("balances.json", json.dumps(CONFIG))

    def top_up(self, *rows):
        text = "id,account,amount,time\n" + "".join(f"{random.getrandbits(128) | 1:032x},{who},{amount},{when}\n" for who, amount, when in rows)
        self.done("db", "import", self.db, self.write("top.csv", text))

    def events(self, *options):
        return [(e["event"], e["account"], e["level"]) for e in self.lines("alarm", "events", self.db, *options)]

    def test_a_configuration_and_who_has_it(self):
        self.assertEqual(self.done("alarm", "list", self.db), "no configurations\n")
        self.assertEqual(self.done("alarm", "put", self.db, "balances", self.config), "balances: kept\n")
        self.assertEqual(self.answer("alarm_put", "alarm", "put", self.db, "balances", self.config)["same"], 1)
        self.done("alarm", "put", self.db, "careful", self.write("c.json", json.dumps(CONFIG).replace('"100"', '"500"')))
        self.done("alarm", "default", self.db, "balances")
        self.assertEqual(self.done("alarm", "choose", self.db, "careful", "A2", "A3"), "2 accounts\n")
        self.assertEqual(self.done("alarm", "choose", self.db, "none", "A3"), "1 accounts\n")
        shown = self.answer("alarm_configs", "alarm", "list", self.db)["configs"]
        self.assertEqual([(c["name"], c["version"], c["default"], c["accounts"]) for c in shown], [("balances", 1, True, 0), ("careful", 1, False, 1)])
        self.assertEqual(shown[0]["alarms"]["alarms"]["balance"]["watches"], "balance")
        self.top_up(*((f"A{n}", "300", "2026-01-05T00:00:00Z") for n in range(1, 5)))
        self.assertEqual(self.events(), [("raise", "A2", 1), ("notify", "A2", 1)])
        self.assertEqual(self.answer("alarm_choose", "alarm", "choose", self.db, "default", "--selection", "{}")["accounts"], 4)
        self.refused("E_NOT_FOUND", "alarm", "default", self.db, "other", file=self.db, says=["other"])
        self.refused("E_NOT_FOUND", "alarm", "choose", self.db, "balances", "A9", file=self.db, says=["A9"])
        self.refused("E_MISUSE", "alarm", "choose", self.db, "balances", code=2, says=["--selection"])
        self.refused("E_INVALID", "alarm", "put", self.db, "none", self.config, says=["none"])
        self.refused("E_INVALID", "alarm", "put", self.db, "bad", self.write("bad.json", json.dumps(CONFIG).replace('"balance", "dec', '"money", "dec')), path="/alarms/balance/watches")

    def test_events_time_and_amounts(self):
        delayed = json.loads(json.dumps(CONFIG))
        delayed["alarms"]["balance"]["levels"][0]["on_s"] = 3600
        self.done("alarm", "put", self.db, "balances", self.write("d.json", json.dumps(delayed)))
        self.done("alarm", "default", self.db, "balances")
        self.top_up(("A1", "60", "2026-01-05T00:00:00Z"))
        self.assertEqual(self.events(), [])
        self.done("alarm", "tick", self.db, "--at", "2026-01-05T02:00:00Z")
        first = self.lines("alarm", "events", self.db)[0]
        self.assertEqual((first["effective"], first["observed"]), (1767574800, 1767578400))
        self.refused("E_LATE", "alarm", "tick", self.db, "--at", "2026-01-05T01:00:00Z", file=self.db, says=["behind"])
        self.refused("E_MISUSE", "alarm", "tick", self.db, code=2, says=["--at"])
        self.assertEqual(self.events("--account", "A2"), [])
        self.assertEqual(self.events("--from", "2026-01-05T01:00:01Z"), [])
        self.assertEqual(len(self.events("--to", "2026-01-05T01:00:01Z")), 2)
        self.done("task", "add", self.db, self.document(1, {"set_alarm_amounts": ["200", "70"]}, ["A1"]), "--now", "2026-01-06")
        self.done("task", "run", self.db, "--now", "2026-01-06")
        self.assertEqual(self.events("--account", "A1")[2:], [("raise", "A1", 2), ("notify", "A1", 2)])

    LINES = {"meterbill": 1, "kind": "alarms", "alarms": {
        "complaints": {"watches": "place", "priority": 2, "window": {"n": 3, "within_s": 900, "distinct": True}},
        "leak": {"watches": "meter", "decimals": 1, "when": "above", "limit": "5", "on_s": 10, "off_s": 5},
        "noise": {"watches": "account", "priority": 1, "given": True}}}

    def run_lines(self, *lines, code=0, name="lines"):
        exit_code, out, err = self.call("alarm", "run", name, "--store", self.db, input="".join(json.dumps(line) + "\n" for line in lines).encode())
        self.assertEqual(exit_code, code, out + err)
        return [json.loads(line) for line in out.splitlines()], err

    def places(self):
        self.done("db", "import", self.db, self.write("places.json", json.dumps({"meterbill": 1, "kind": "places", "places": [
            {"id": "east", "kind": "district"}, {"id": "e7", "kind": "house", "in": "east"}, {"id": "west", "kind": "district"}],
            "accounts": [{"id": "A1", "at": "west"}, {"id": "A2", "at": "e7"}, {"id": "A3", "at": "east"}, {"id": "A4", "at": "west"}], "meters": [{"id": "M4", "at": "west"}]})))

    def test_lines_are_taken_once(self):
        self.places()
        self.done("alarm", "put", self.db, "lines", self.write("lines.json", json.dumps(self.LINES)))
        lines = [{"t": 10, "alarm": "complaints", "key": "east", "who": "a"}, {"t": 20, "alarm": "complaints", "key": "east", "who": "b"},
                 {"t": 20, "alarm": "complaints", "key": "east", "who": "c"}, {"t": 20, "v": "5.5", "key": "M4"}, {"tick": 40}, {"t": 50, "v": "1", "key": "M4"}, {"t": 60, "v": "1", "key": "M4"}]
        said, err = self.run_lines(*lines)
        self.assertEqual(([(one["event"], one["alarm"]) for one in said], err), ([("RAISE", "complaints"), ("RAISE", "leak"), ("CLEAR", "leak")], ""))
        for _ in range(2):
            said, err = self.run_lines(*lines)
            self.assertEqual((said, err), ([], "lines: 7 lines were taken before\n"))
        kept = [(e["event"], e["alarm"], e.get("account"), e.get("place"), e["key"], e["value"]) for e in self.lines("alarm", "events", self.db)]
        self.assertEqual(kept, [("raise", "complaints", None, "east", "east", "3"), ("raise", "leak", "A4", "west", "M4", "0"), ("clear", "leak", "A4", "west", "M4", "0")])
        said, _ = self.run_lines({"t": 60, "v": "9", "key": "M4"}, {"t": 61, "v": "9", "key": "M4"}, {"t": 71, "v": "9", "key": "M4"}, {"t": 72, "v": "9", "alarm": "other"}, code=1)
        self.assertEqual([(one.get("event"), one.get("effective"), one.get("line")) for one in said], [("RAISE", 71, None), (None, None, 4)])
        rows = self.answer("report", "report", "alarms", self.db, "--from", "1970-01-01", "--to", "1970-02-01", "--zone", "UTC0")["rows"]
        self.assertEqual([(row["kind"], row["place"], row["count"]) for row in rows], [("complaints", "east", "1"), ("leak", "west", "2")])
        self.refused("E_NOT_FOUND", "alarm", "run", "other", "--store", self.db, file=self.db, says=["other"], input=b"")
        self.refused("E_MISUSE", "alarm", "run", "lines", "--store", self.db, "--state", "x", code=2, says=["--state"], input=b"")

    def test_a_run_that_is_killed(self):
        """Lines in many files, each run killed at any moment and run again: what is kept is what one run without a store says."""
        self.done("alarm", "put", self.db, "lines", self.write("lines.json", json.dumps(self.LINES)))
        chance, rows = random.Random(7), []
        for second in range(0, 6000, 3):
            rows.append({"t": second, "v": str(chance.choice([1, 4, 6, 9])), "key": chance.choice(["M1", "M2", "M3"])})
            rows += [{"tick": second}] if chance.random() < 0.1 else []
        alone = self.done("alarm", "run", self.write("lines.json", json.dumps(self.LINES)), input="".join(json.dumps(row) + "\n" for row in rows).encode())
        said = [json.loads(line) for line in alone.splitlines()]
        for first in range(0, len(rows), 300):
            given = "".join(json.dumps(row) + "\n" for row in rows[first:first + 300]).encode()
            for _ in range(3):
                process = subprocess.Popen([cli.PROGRAM, "alarm", "run", "lines", "--store", str(self.db)], stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
                try:
                    process.communicate(given, timeout=chance.random() * 0.2)
                except subprocess.TimeoutExpired:
                    process.kill()
                    process.communicate()
            self.call("alarm", "run", "lines", "--store", self.db, input=given)
        kept = [(e["event"].upper(), e["key"], e["effective"], e["episode"]) for e in self.lines("alarm", "events", self.db)]
        self.assertEqual(kept, [(one["event"], one["key"], one["effective"], one["episode"]) for one in said])
        self.assertGreater(len(said), 50)

    def test_an_operator_at_a_balance(self):
        again = json.loads(json.dumps(CONFIG))
        again["alarms"]["balance"]["levels"][0]["notice"].update(repeat_s=600, max_count=9)
        self.done("alarm", "put", self.db, "balances", self.write("b.json", json.dumps(again)))
        self.done("alarm", "default", self.db, "balances")
        self.top_up(("A1", "60", "2026-01-05T00:00:00Z"))
        said, _ = self.run_lines({"t": 1767572000, "do": "ack", "alarm": "balance", "key": "A1"}, name="balances")
        self.assertEqual([(one["event"], one["key"], one["count"]) for one in said], [("NOTIFY", "A1", 2)])
        self.done("alarm", "tick", self.db, "--at", "2026-01-06T00:00:00Z")
        self.assertEqual(self.events(), [("raise", "A1", 1), ("notify", "A1", 1), ("notify", "A1", 1)])
        for line, says in (({"t": 1767772000, "do": "ack", "alarm": "balance", "key": "A2"}, "nothing to acknowledge"), ({"t": 1767772000, "do": "ack", "alarm": "balance", "key": "A9"}, "A9"),
                           ({"t": 1767772000, "do": "ack", "alarm": "balance"}, "key"), ({"t": 1767772000, "v": "1", "alarm": "balance", "key": "A1"}, "itself")):
            [said], _ = self.run_lines(line, name="balances", code=1)
            self.assertIn(says, said["message"])

    def test_complaints_bring_an_areas_bills_first(self):
        flat = {"meterbill": 1, "id": "flat", "version": "1", "currency": "CNY", "zone": "CST-8", "valid": {"from": "2026-01-01", "to": None}, "inputs": {"volume": {"register": "volume", "unit": "m3"}},
                "rounding": {"line": "none", "charge": "none", "bill": "none"}, "charges": [{"id": "water", "quantity": "volume", "rate": "2"}]}
        owners = [{"id": f"A{n}", "contracts": [{"tariff": "flat", "from": "2026-01-01", "payment": "postpaid", "meters": [{"id": f"W{n}", "registers": [{"register": "volume", "unit": "m3"}]}]}]} for n in range(1, 5)]
        rows = "".join(f"W{n},{day}T00:00+08:00,{count}\n" for n in range(1, 5) for day, count in (("2026-01-01", 0), ("2026-02-01", 5 * n)))
        self.done("db", "import", self.db, self.write("billing.json", json.dumps(cli.Bills.BILLING)), self.write("flat.json", json.dumps(flat)),
                  self.write("owners.json", json.dumps({"meterbill": 1, "kind": "accounts", "accounts": owners})), self.write("r.csv", "meter,time,value\n" + rows))
        self.places()
        self.done("alarm", "put", self.db, "lines", self.write("lines.json", json.dumps(self.LINES)))
        self.assertEqual(self.call("db", "close", self.db, "--from", "2026-01-01", "--to", "2026-02-01")[0], 1)  # the others have no readings

        def queue():
            rows = self.answer("bill_rows", "bill", "queue", self.db)["bills"]
            return [(row["account"], row["priority"], row["raised_by"], row["raised_place"]) for row in rows]
        self.assertEqual([row[0] for row in queue()], ["A1", "A2", "A3", "A4"])
        self.run_lines(*({"t": 1769900000 + n, "alarm": "complaints", "key": "east", "who": n} for n in range(3)), {"t": 1769900000, "alarm": "noise", "key": "A4", "holds": True})
        self.assertEqual(queue(), [("A2", 2, "complaints", "east"), ("A3", 2, "complaints", "east"), ("A4", 1, "noise", None), ("A1", 0, None, None)])
        self.run_lines({"tick": 1769999999})  # cleared; the area stays first until its drafts are reviewed
        self.assertEqual(queue()[0], ("A2", 2, "complaints", "east"))
        self.assertIn("priority by complaints at east", self.done("bill", "queue", self.db))
        self.done("bill", "place-priority", self.db, "e7", "7")
        self.assertEqual(queue()[0], ("A2", 7, None, "e7"))
        self.done("bill", "priority", self.db, "A4", "0")
        self.done("bill", "place-priority", self.db, "e7", "0")
        self.done("bill", "place-priority", self.db, "east", "0")
        self.assertEqual([row[:2] for row in queue()], [("A1", 0), ("A2", 0), ("A3", 0), ("A4", 0)])
        self.refused("E_NOT_FOUND", "bill", "place-priority", self.db, "north", "1", file=self.db, says=["north"])
        self.assertIn("raised_by,raised_place", self.done("bill", "export", self.db, "bills"))

    def test_a_close_that_is_killed(self):
        """Every account uses what takes it through its limits; however often the close dies, each event is there once."""
        self.done("alarm", "put", self.db, "balances", self.config)
        self.done("alarm", "default", self.db, "balances")
        more = [cli_operate.account(number) for number in range(5, 401)]
        self.done("db", "import", self.db, self.write("more.json", json.dumps({"meterbill": 1, "kind": "accounts", "accounts": more})))
        self.top_up(*((f"A{n}", str(n), "2026-01-01T00:00:00Z") for n in range(1, 401)))
        rows = "".join(f"M{n},import,2026-01-01T00:00:00+08:00,0\nM{n},import,2026-02-01T00:00:00+08:00,{2 * n % 700}\n" for n in range(1, 401))
        self.done("db", "import", self.db, self.write("r.csv", "meter,register,time,value\n" + rows))
        close = [cli.PROGRAM, "db", "close", str(self.db), "--from", "2026-01-01", "--to", "2026-02-01", "--batch", "7"]
        for at in range(12):
            process = subprocess.Popen(close, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
            time.sleep(0.004 * at)
            process.kill()
            process.wait()
        self.done(*close[1:])
        self.done(*close[1:])
        expected = []
        for n in range(1, 401):
            active = {}
            for balance in (n, n - (2 * n % 700) / 2):
                for level, (_, limit, deadband) in enumerate(LEVELS, 1):
                    holds = balance <= limit + (deadband if active.get(level) else 0)
                    if holds != active.get(level, False):
                        expected += [("raise", f"A{n}", level), ("notify", f"A{n}", level)] if holds else [("clear", f"A{n}", level)]
                    active[level] = holds
        self.assertEqual(sorted(self.events()), sorted(expected))
        self.assertGreater(len(expected), 400)


if __name__ == "__main__":
    suite = unittest.defaultTestLoader.loadTestsFromTestCase(Watch)
    if len(sys.argv) > 3:
        suite = unittest.defaultTestLoader.loadTestsFromNames(sys.argv[3:], sys.modules["__main__"])
    print(f"1..{suite.countTestCases()}")
    result = cli.Tap()
    suite.run(result)
    sys.exit(0 if result.wasSuccessful() else 1)
