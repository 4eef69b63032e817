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
