#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Tasks and custom charges from outside: cli_operate.py PROGRAM SOURCE_ROOT. What each command prints and refuses, and a town whose runs are killed again and
again, whose meters answer late, twice or never: at the end every cent is where an own computation (fractions, hashlib) says. Prints TAP."""

import calendar
import datetime
import hashlib
import json
import pathlib
import random
import sqlite3
import subprocess
import sys
import time
import unittest
from fractions import Fraction

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
import cli  # noqa: E402  (stands beside this file)

ID = "a1d0000000000000000000000000%04x"
TARIFF = {"meterbill": 1, "id": "day", "version": "1", "currency": "CNY", "zone": "CST-8", "valid": {"from": "2026-01-01", "to": None},
          "inputs": {"energy": {"register": "import", "unit": "kWh"}}, "rounding": {"line": "none", "charge": "none", "bill": "none"},
          "charges": [{"id": "energy", "quantity": "energy", "rate": "0.5"}]}


def account(number, **more):
    registers = [{"register": "import", "unit": "kWh", "modulus": "1000000", "multiplier": "1"}]
    return {"id": f"A{number}", "contracts": [{"tariff": "day", "from": "2026-01-01", "to": None, "meters": [{"id": f"M{number}", "registers": registers}]}], **more}


class Case(cli.Case):
    def town(self, *accounts):
        self.db = self.folder / "town.db"
        self.done("db", "init", self.db)
        files = [self.write("day.json", json.dumps(TARIFF)), self.write("night.json", json.dumps(dict(TARIFF, id="night"))),
                 self.write("accounts.json", json.dumps({"meterbill": 1, "kind": "accounts", "accounts": list(accounts)}))]
        self.done("db", "import", self.db, *files)

    def document(self, number, do, targets=None, start="now", dual=False, **more):
        document = {"meterbill": 1, "kind": "task", "id": ID % number, "made_by": "ann", "dual_control": dual, "do": do, "start": start, **more}
        if targets is not None:
            document["targets"] = targets
        return self.write(f"task{number}.json", json.dumps(document))

    def lines(self, *arguments, **options):
        return [json.loads(line) for line in self.done(*arguments, **options).splitlines()]

    def ask(self, sql):
        connection = sqlite3.connect(self.db)
        try:
            return connection.execute(sql).fetchall()
        finally:
            connection.close()

    def results(self, answers, now, code=0):
        text = "".join(json.dumps(answer) + "\n" for answer in answers)
        exit_code, out, _ = self.call("task", "result", self.db, "--now", now, input=text.encode())
        self.assertEqual(exit_code, code, out)
        return [json.loads(line) for line in out.splitlines()]


class Tasks(Case):
    def setUp(self):
        super().setUp()
        self.town(account(1), account(2, policy={"preset": "SMETS", "max_top_up": "20"}), account(3))

    def test_money_with_two_operators(self):
        task = self.document(1, {"top_up": {"channel": 9, "amount": "10"}}, dual=True, title="winter aid")
        targets = self.write("targets.csv", "target,amount\nA1,\nA2,25\nA3,5.50\n")
        shown = self.answer("tasks", "task", "add", self.db, task, targets, "--now", "2026-02-01")["tasks"][0]
        self.assertEqual((shown["life"], shown["targets"], shown["title"]), ("draft", 3, "winter aid"))
        self.assertEqual(self.answer("tasks", "task", "add", self.db, task, targets)["tasks"][0]["life"], "draft")
        self.assertEqual(self.done("task", "run", self.db), "done 0, refused 0, left 0\n")
        self.refused("E_INVALID", "task", "approve", self.db, ID % 1, "--by", "ann", file=self.db, says=['operator "ann" made the task'])
        self.assertIn("approved", self.done("task", "approve", self.db, ID % 1, "--by", "bob", "--now", "2026-02-02"))
        counts = self.answer("task_run", "task", "run", self.db, "--now", "2026-02-03T00:00:00Z")
        self.assertEqual((counts["done"], counts["refused"], counts["left"]), (2, 1, 0))
        self.assertEqual(self.answer("task_run", "task", "run", self.db, ID % 1)["done"], 0)
        self.assertEqual([one["balance"] for one in self.answer("db_balance", "db", "balance", self.db, "A1", "A2", "A3")["balances"]], ["10", "0", "5.5"])
        items = self.answer("tasks", "task", "show", self.db, ID % 1)["tasks"][0]["list"]
        self.assertEqual([(one["state"], one.get("code")) for one in items], [("done", None), ("refused", 83), ("done", None)])
        self.assertIn("EXCEEDS_TOPUP", self.done("task", "show", self.db, ID % 1))
        self.assertIn("done 2, refused 1", self.done("task", "list", self.db))

    def test_a_bad_line_runs_none(self):
        task = self.document(1, {"top_up": {"channel": 9}})
        csv = self.write("bad.csv", "target,amount\nA1,5\nA2,x\nA3,\nA1,7\n")
        self.refused("E_NUMBER", "task", "add", self.db, task, csv, file=csv, line=3, says=["line 4: ", "line 5: target \"A1\" stands twice", "2 more lines are refused"])
        jsonl = self.write("bad.jsonl", '{"target":"A1","amount":"5"}\n{"target":"A9","amount":"5"}\n{"target":"A8","amount":"5"}\n')
        self.refused("E_NOT_FOUND", "task", "add", self.db, task, jsonl, file=jsonl, line=2, says=['line 3: account "A8"'])
        self.refused("E_INVALID", "task", "add", self.db, task, file=task, says=["no targets"])
        broken = self.write("broken.json", task.read_text().replace('"channel": 9', '"chanel": 9'))
        self.refused("E_UNKNOWN_KEY", "task", "add", self.db, broken, csv, file=broken, path="/do/top_up/chanel")
        self.assertEqual(self.done("task", "list", self.db), "no tasks\n")
        self.assertEqual(self.done("task", "run", self.db), "done 0, refused 0, left 0\n")
        self.refused("E_NOT_FOUND", "task", "show", self.db, ID % 7, file=self.db)
        self.refused("E_MISUSE", "task", "show", self.db, "7", code=2)
        self.refused("E_MISUSE", "task", "pause", self.db, ID % 1, code=2, says=["--by is missing"])
        self.refused("E_MISUSE", "task", "due", self.db, "--room", "0", code=2)

    def test_work_of_meters(self):
        host = {"lease_s": 60, "parallel": 2, "retry": {"attempts": 2, "delay_s": 30, "on": ["no_answer"]}}
        self.done("task", "add", self.db, self.document(1, {"switch": "off"}, ["M1", "M2", "M3"], host=host), "--now", "2026-02-01")
        first = self.lines("task", "due", self.db, "--now", "2026-02-01T00:00:00Z")
        self.assertEqual([(one["meter"], one["attempt"], one["switch"], one["until"]) for one in first],
                         [("M1", 1, "off", "2026-02-01T00:01:00Z"), ("M2", 1, "off", "2026-02-01T00:01:00Z")])
        self.assertEqual(self.lines("task", "due", self.db, "--now", "2026-02-01T00:00:01Z"), [])
        said = [{"item": first[0]["item"], "attempt": 1, "outcome": "done"}] * 2 + [{"item": first[0]["item"], "attempt": 1, "outcome": "refused"}, {"item": "00" * 15 + "01", "attempt": 1, "outcome": "done"}]
        self.assertEqual([one["verdict"] for one in self.results(said, "2026-02-01T00:00:10Z", code=1)], ["taken", "same", "contradicts", "never_out"])
        self.assertEqual(self.results([{"item": first[0]["item"], "attempt": 1, "outcome": "fine"}], "2026-02-01T00:00:10Z", code=1)[0]["path"], "/outcome")
        self.assertEqual([one["meter"] for one in self.lines("task", "due", self.db, "--now", "2026-02-01T00:00:20Z")], ["M3"])
        again = self.lines("task", "due", self.db, ID % 1, "--now", "2026-02-01T00:01:30Z")
        self.assertEqual([(one["item"], one["attempt"]) for one in again], [(first[1]["item"], 2)])
        self.assertEqual(self.results([{"item": first[1]["item"], "attempt": 1, "outcome": "done", "reason": "late"}], "2026-02-01T00:01:40Z")[0]["verdict"], "late_taken")
        self.assertIn("late", self.done("task", "show", self.db, ID % 1))
        self.refused("E_INVALID", "task", "run", self.db, ID % 1, file=self.db, says=["the host's"])
        self.assertIn("cancelled", self.done("task", "cancel", self.db, ID % 1, "--by", "bob", "--now", "2026-02-01T00:01:50Z"))
        self.refused("E_INVALID", "task", "resume", self.db, ID % 1, "--by", "bob", file=self.db, says=["the task is cancelled"])
        self.done("task", "add", self.db, self.document(2, {"read": ["import"]}, ["M1"], host={"lease_s": 5}), "--now", "2026-02-02")
        self.assertEqual(self.lines("task", "due", self.db, "--now", "2026-02-02")[0]["registers"], ["import"])

    def test_accounts_of_a_selection(self):
        places = self.write("places.json", json.dumps({"meterbill": 1, "kind": "places", "places": [{"id": "east", "kind": "street"}, {"id": "e7", "kind": "house", "in": "east", "tags": ["old"]}],
                                                       "accounts": [{"id": "A1", "at": "e7"}, {"id": "A3", "at": "east"}]}))
        self.done("db", "import", self.db, places)
        task = self.document(1, {"set_alarm_amounts": ["20", "5"]})
        self.done("task", "add", self.db, task, "--selection", '{"under": "east"}')
        self.assertEqual(self.done("task", "run", self.db), "done 2, refused 0, left 0\n")
        self.assertEqual(self.ask("SELECT name FROM mbill_task_item ORDER BY place"), [("A1",), ("A3",)])
        self.refused("E_NOT_FOUND", "task", "add", self.db, self.document(2, {"set_alarm_amounts": ["5"]}), "--selection", '{"under": "west"}', says=["west"])
        self.refused("E_INVALID", "task", "add", self.db, self.document(3, {"set_alarm_amounts": ["5"]}), "--selection", '{"tags": ["new"]}', says=["no target"])
        self.refused("E_MISUSE", "task", "add", self.db, task, self.write("t.csv", "target\nA1\n"), "--selection", "{}", code=2, says=["not both"])

    def test_meters_of_a_selection(self):
        """By where they stand, or their accounts; by utility, register and master."""
        register = [{"register": "volume", "unit": "m3"}]
        water = [{"id": f"A{number}", "contracts": [{"tariff": "wet", "from": "2026-01-01", "meters": [{"id": f"W{number}", "registers": register}]}]} for number in (1, 2, 3)]
        places = {"meterbill": 1, "kind": "places", "places": [{"id": "east", "kind": "street"}, {"id": "e7", "kind": "house", "in": "east", "tags": ["old"]}, {"id": "west", "kind": "street"}],
                  "accounts": [{"id": "A1", "at": "e7", "tags": ["loud"]}, {"id": "A2", "at": "e7"}, {"id": "A3", "at": "west"}],
                  "meters": [{"id": "W1", "behind": "W3"}, {"id": "W2", "at": "west", "behind": "W3"}], "utilities": [{"tariff": "wet", "utility": "water"}, {"tariff": "day", "utility": "electricity"}]}
        wet = {**TARIFF, "id": "wet", "inputs": {"volume": {"register": "volume", "unit": "m3"}}, "charges": [{"id": "water", "quantity": "volume", "rate": "3"}]}
        self.done("db", "import", self.db, self.write("wet.json", json.dumps(wet)), self.write("water.json", json.dumps({"meterbill": 1, "kind": "accounts", "accounts": water})),
                  self.write("places.json", json.dumps(places)))
        meters = {'{"under": "east"}': "M1 M2 W1", '{"under": "west"}': "M3 W2 W3", '{"utility": "water"}': "W1 W2 W3", '{"under": "e7", "utility": "water"}': "W1",
                  '{"tags": ["old"]}': "M1 M2 W1 W2", '{"tags": ["old", "loud"], "utility": "electricity"}': "M1", '{"register": "import", "under": "east"}': "M1 M2", '{"behind": "W3"}': "W1 W2",
                  '{"behind": "W3", "under": "east"}': "W1", '{"register": "volume", "utility": "electricity"}': ""}
        for number, (selection, expected) in enumerate(meters.items(), 1):
            task = self.document(number, {"switch": "off"}, host={"lease_s": 60, "parallel": 50, "retry": {"attempts": 2, "delay_s": 30, "on": ["failed"]}})
            if not expected:
                self.refused("E_INVALID", "task", "add", self.db, task, "--selection", selection, says=["no target"])
                continue
            self.done("task", "add", self.db, task, "--selection", selection)
            (body,), = self.ask(f"SELECT body FROM mbill_task WHERE lower(hex(id)) = '{ID % number}'")
            self.assertEqual(sorted(json.loads(body)["targets"]), expected.split(), selection)
        accounts = {'{"register": "volume"}': ["A1", "A2", "A3"], '{"behind": "W3"}': ["A1", "A2"], '{"behind": "W3", "utility": "electricity"}': [], '{"register": "import", "under": "west"}': ["A3"],
                    '{"register": "import", "utility": "water"}': []}
        for selection, expected in accounts.items():
            self.assertEqual([row["account"] for row in self.answer("account_list", "account", "list", self.db, "--selection", selection)["accounts"]], expected, selection)
        for selection, path in (('{"behind": "W9"}', "/behind"), ('{"under": "moon"}', "/under")):
            self.refused("E_NOT_FOUND", "task", "add", self.db, task, "--selection", selection, path=path)
            self.refused("E_NOT_FOUND", "account", "list", self.db, "--selection", selection, path=path)
        self.refused("E_UNKNOWN_KEY", "account", "list", self.db, "--selection", '{"kind": "water"}')
        self.refused(("E_INVALID", "E_MISSING_KEY"), "task", "add", self.db, self.write("no.json", '{"meterbill": 1, "kind": "task"}'), "--selection", "{}")

    def test_another_tariff(self):
        self.done("task", "add", self.db, self.document(1, {"set_tariff": {"tariff": "night", "from": "2026-03-01"}}, ["A1", "A2"]))
        self.assertEqual(self.done("task", "run", self.db), "done 2, refused 0, left 0\n")
        rows = self.ask("SELECT tariff, date(from_day * 86400, 'unixepoch'), to_day > 2147483646, count(*) FROM mbill_contract WHERE account_no < 3 GROUP BY 1, 2, 3")
        self.assertEqual(sorted(rows), [("day", "2026-01-01", 0, 2), ("night", "2026-03-01", 1, 2)])
        self.refused("E_NOT_FOUND", "task", "add", self.db, self.document(2, {"set_tariff": {"tariff": "noon", "from": "2026-03-01"}}, ["A1"]), says=['tariff "noon"'])


class Charges(Case):
    FEE = {"meterbill": 1, "kind": "charge", "id": "fee", "zone": "CST-8", "every": {"months": 1}, "from": "2026-01-01", "due": {"at": "start", "days": 9},
           "prorate": "days", "rates": [{"from": "2026-01-01", "rate": "2.5", "fact": "area"}], "round": {"step": "0.01", "how": "half_up"}, "to": "balance",
           "accounts": ["A1", {"account": "A2", "from": "2026-02-10"}]}

    def setUp(self):
        super().setUp()
        self.town(account(1), account(2, facts={"area": "80"}), account(3, facts={"area": "100"}))

    def charge(self, **changes):
        return self.write("charge.json", json.dumps(dict(self.FEE, **changes)))

    def test_periods(self):
        self.assertIn("every months 1", self.done("charge", "add", self.db, self.charge()))
        self.assertEqual(self.answer("charges", "charge", "list", self.db)["charges"][0]["periods"], {})
        planned = self.done("charge", "preview", self.db, "--now", "2026-04-15")
        self.assertIn("19/28  135.71  planned", planned)
        self.assertIn('fact "area" is not known on 2026-01-01', planned)
        *lines, sums = self.lines("charge", "run", self.db, "fee", "--now", "2026-03-15", "--json")
        self.assertEqual([(one["account"], one["from"], one.get("amount"), one["state"]) for one in lines],
                         [("A1", "2026-01-01", None, "waiting"), ("A2", "2026-02-01", "135.71", "charged"), ("A2", "2026-03-01", "200", "charged")])
        self.assertEqual((sums["charged"], sums["waiting"], sums["total"]), (2, 1, "335.71"))
        self.assertIn("0 periods, 0.00", self.done("charge", "run", self.db, "--now", "2026-03-15"))
        self.assertIn("every months 1", self.done("charge", "end", self.db, "fee", "--from", "2026-04-16"))
        self.assertIn("15/30  100.00  charged", self.done("charge", "run", self.db, "--now", "2027-01-01"))
        self.assertEqual(self.answer("charges", "charge", "list", self.db)["charges"][0]["periods"], {"charged": {"n": 3, "amount": "435.71"}})
        for name, account_id, period in self.ask("SELECT op_id, account, period FROM mbill_charge_line"):
            own = hashlib.blake2b(b"meterbill charge\0fee\0" + account_id.encode() + b"\0" + period.to_bytes(8, "big"), digest_size=32).hexdigest()[:32]
            self.assertEqual(name, own)

    def test_refused(self):
        file = self.charge(prorate="never")
        self.refused("E_INVALID", "charge", "add", self.db, file, file=file, path="/prorate")
        file = self.charge(accounts=["A1", "A7", "A8"])
        self.refused("E_NOT_FOUND", "charge", "add", self.db, file, file=file, says=['account "A8"'])
        self.done("charge", "add", self.db, self.charge())
        file = self.charge(zone="CST-7")
        self.refused("E_EXISTS_DIFFERENT", "charge", "add", self.db, file, file=file, says=["another zone"])
        self.refused("E_NOT_FOUND", "charge", "run", self.db, "rent", file=self.db)
        self.refused("E_MISUSE", "charge", "end", self.db, "fee", code=2, says=["--from is missing"])
        self.refused("E_INVALID", "charge", "end", self.db, "fee", "--from", "2026-01-01", file=self.db)

    def test_one_accrual_one_charge(self):
        """The ledger counts the periods of an accrual: of an account, one charge alone can have it."""
        self.done("charge", "add", self.db, self.charge(accrual=0, accounts=["A1", "A2"]))
        self.done("charge", "add", self.db, self.charge(accrual=0, accounts=["A1", "A2", "A3"]))  # another version of it
        self.done("charge", "add", self.db, self.charge(id="rent", accrual=1))
        for accounts in (["A3"], "all"):
            file = self.charge(id="service", accrual=0, accounts=accounts)
            self.refused("E_INVALID", "charge", "add", self.db, file, file=file, path="/accrual", says=["fee", "accrual 0"])
        self.done("charge", "add", self.db, self.charge(accrual=0, accounts=["A1"]))
        self.done("charge", "add", self.db, self.charge(id="service", accrual=0, accounts=["A2", "A3"]))
        file = self.charge(accrual=0, accounts=["A1", "A3"])
        self.refused("E_INVALID", "charge", "add", self.db, file, path="/accrual", says=["service"])
        self.done("charge", "add", self.db, self.charge(id="parking", to="bill", accounts="all"))

    def test_for_bills(self):
        self.done("charge", "add", self.db, self.charge(id="rent", to="bill", accounts="all", rates=[{"from": "2026-01-01", "amount": "12.345"}]))
        self.assertIn("for_bill", self.done("charge", "run", self.db, "--now", "2026-01-11"))
        self.assertEqual(self.ask("SELECT DISTINCT amount_micro, state, op_id FROM mbill_charge_line"), [(12350000, "for_bill", "")])
        self.assertEqual(self.ask("SELECT count(*) FROM mbill_segment"), [(0,)])


class OnBills(Case):
    """Custom charges on bills that are paid afterwards: once on a bill, given back by a draft that is given up, paid, earned and reconciled with it."""

    POLICY = {"meterbill": 1, "kind": "billing_policy", "zone": "CST-8", "due": {"days": 15}, "pays": "amount_first", "late_fee": "none", "review": {"jump": "0.5", "least": "20"}}
    RENT = {"meterbill": 1, "kind": "charge", "id": "rent", "title": "Rent of the flat", "zone": "CST-8", "every": {"months": 1}, "from": "2026-01-01", "due": {"at": "start", "days": 9}, "prorate": "days",
            "rates": [{"from": "2026-01-01", "amount": "12.345"}], "round": {"step": "0.01", "how": "half_up"}, "to": "bill", "accounts": "all"}
    AT = ("--at", "2026-03-05T10:00+08:00")

    def setUp(self):
        super().setUp()
        one = account(1)
        one["contracts"][0]["payment"] = "postpaid"
        self.town(one, account(2))
        readings = "".join(f"M{n},import,2026-0{month}-01T00:00+08:00,{100 * month * n}\n" for n in (1, 2) for month in (1, 2, 3, 4))
        self.done("db", "import", self.db, self.write("billing.json", json.dumps(self.POLICY)), self.write("readings.csv", "meter,register,time,value\n" + readings))
        self.done("charge", "add", self.db, self.write("rent.json", json.dumps(self.RENT)))

    def close(self, month):
        self.done("db", "close", self.db, "--from", f"2026-0{month}-01", "--to", f"2026-0{month + 1}-01")

    def bills(self):
        return {row["bill"]: row for row in self.answer("bill_rows", "bill", "list", self.db, *self.AT)["bills"]}

    def items(self, bill):
        return [(item["charge"], item["from"], item["amount"]) for item in self.answer("payment_bill", "bill", "show", self.db, bill)["items"]]

    def on_bills(self):
        return self.ask("SELECT account, from_date, bill FROM mbill_charge_line ORDER BY 1, 2")

    def test_once(self):
        self.done("charge", "run", self.db, "--now", "2026-02-11")
        self.assertEqual(self.on_bills(), [("A1", "2026-01-01", None), ("A1", "2026-02-01", None), ("A2", "2026-01-01", None), ("A2", "2026-02-01", None)])
        for _ in range(2):
            self.close(1)
            self.done("charge", "run", self.db, "--now", "2026-02-11")
            self.assertEqual({bill: (row["amount"], row["items"]) for bill, row in self.bills().items()}, {1: ("74.7", "24.7")})
        self.assertEqual(self.on_bills(), [("A1", "2026-01-01", 1), ("A1", "2026-02-01", 1), ("A2", "2026-01-01", None), ("A2", "2026-02-01", None)])
        self.done("charge", "run", self.db, "--now", "2026-03-11")
        self.close(2)
        self.assertEqual([self.items(bill) for bill in (1, 2)], [[("rent", "2026-01-01", "12.35"), ("rent", "2026-02-01", "12.35")], [("rent", "2026-03-01", "12.35")]])
        document = self.answer("payment_bill", "bill", "show", self.db, 1)
        self.assertEqual((document["account"], document["priced"]["total"], document["amount"], document["state"], document["history"]), ("A1", "50", "74.7", "draft", []))
        self.assertIn("Rent of the flat", self.done("bill", "show", self.db, 1))
        self.refused("E_NOT_FOUND", "bill", "show", self.db, 7, file=self.db, says=["7"])

    def test_given_back(self):
        self.done("charge", "run", self.db, "--now", "2026-01-11")
        self.close(1)
        self.done("bill", "cancel", self.db, 1, *self.AT, "--by", "chen", "--note", "wrong meter")
        self.assertEqual(self.on_bills()[0], ("A1", "2026-01-01", None))
        self.assertEqual(self.items(1), [("rent", "2026-01-01", "12.35")], "what a draft was of stays known")
        self.done("charge", "run", self.db, "--now", "2026-02-11")
        self.close(1)
        self.assertEqual((self.bills()[1]["state"], self.bills()[2]["amount"], self.bills()[2]["items"]), ("cancelled", "74.7", "24.7"))
        self.assertEqual({bill for _, _, bill in self.on_bills()}, {2, None})
        self.done("bill", "replace", self.db, 2, *self.AT)
        self.close(1)
        self.assertEqual((self.bills()[3]["items"], {bill for _, _, bill in self.on_bills()}), ("24.7", {3, None}))
        numbers = self.ask("SELECT bill_no, (SELECT given FROM mbill_number WHERE name = 'bill') FROM mbill_bill WHERE record IS NULL")
        self.assertEqual(numbers, [(4, 4)], "a number was given twice")  # A2's is 2
        self.assertEqual([(step["step"], step.get("by"), step.get("note")) for step in self.answer("payment_bill", "bill", "show", self.db, 1)["history"]], [("cancel", "chen", "wrong meter")])

    def test_paid(self):
        self.done("charge", "run", self.db, "--now", "2026-02-11")
        self.close(1)
        summary = self.answer("store_summary", "db", "summary", self.db)
        self.assertEqual((summary["bills"], summary["drafts"], summary["billed"]), (1, 1, "100"), "a draft is not billed")
        self.done("bill", "review", self.db, "plain", *self.AT)
        self.done("bill", "issue", self.db, "all", *self.AT, "--by", "li")
        summary = self.answer("store_summary", "db", "summary", self.db)
        self.assertEqual((summary["bills"], summary["drafts"], summary["billed"]), (2, 0, "174.7"))
        rows = self.done("report", "revenue", self.db, "--from", "2020-01-01", "--to", "2099-01-01", "--per", "year").splitlines()[1:]
        earned = sorted((row.split(",")[2], row.split(",")[4]) for row in rows)
        self.assertEqual(earned, [("energy", "100"), ("energy", "50"), ("rent", "24.7")] if len(rows) > 2 else [("energy", "150"), ("rent", "24.7")])
        rows = self.done("report", "billed", self.db, "--from", "2025-12-01", "--to", "2099-01-01", "--per", "year").splitlines()
        self.assertTrue(any(row.endswith(",rent,,,,0,24.7") for row in rows), rows)
        self.assertEqual(self.done("ledger", "verify", self.db)[:0], "")
        payments = "id,account,amount,time,channel,receipt,operator,bill\n" + f"{7:032x},A1,60,2026-03-06T09:00+08:00,1,11,chen,\n"
        self.done("bill", "pay", self.db, self.write("payments.csv", payments))
        self.assertEqual((self.bills()[1]["open"], self.bills()[1]["state"]), ("14.7", "part_paid"))
        self.assertIn("0", self.done("cashier", "close", self.db, "chen", "--channel", "1", "--day", "2026-03-06", "--counted", "60", "--at", "2026-03-06T20:00+08:00").split())
        self.done("bill", "correct", self.db, 1, "--amount", "-4.70", *self.AT, "--by", "li", "--note", "meter read again")
        self.done("bill", "correct", self.db, 1, "--amount", "1", *self.AT, "--by", "wu")
        totals = self.answer("bill_totals", "bill", "totals", self.db)
        self.assertEqual((totals["issued"], totals["corrected"], totals["paid"], totals["open"], totals["ledger"], totals["different"]), ("74.7", "-3.7", "60", "11", "11", 0))
        history = [(step["step"], step["amount"], step["was"], step["is"], step.get("by")) for step in self.answer("payment_bill", "bill", "show", self.db, 1)["history"]]
        self.assertEqual(history, [("review", "0", "74.7", "74.7", None), ("issue", "74.7", "74.7", "74.7", "li"), ("pay", "60", "74.7", "74.7", None),
                                   ("correct", "-4.7", "74.7", "70", "li"), ("correct", "1", "70", "71", "wu")])
        self.assertIn("meter read again", self.done("bill", "show", self.db, 1))
        self.done("charge", "run", self.db, "--now", "2027-01-11")
        self.close(2)
        self.assertEqual(len(self.items(2)), 11)  # March to January

    def test_selected(self):
        """Bills and arrears of the accounts that a selection means."""
        self.close(1)
        self.done("bill", "review", self.db, "plain", *self.AT)
        self.done("bill", "issue", self.db, "all", *self.AT)
        places = {"meterbill": 1, "kind": "places", "places": [{"id": "east", "kind": "house"}, {"id": "west", "kind": "house"}], "accounts": [{"id": "A1", "at": "east"}, {"id": "A2", "at": "west"}]}
        self.done("db", "import", self.db, self.write("places.json", json.dumps(places)))
        for selection, n in (("{}", 1), ('{"under": "east"}', 1), ('{"under": "west"}', 0), ('{"register": "import"}', 1), ('{"register": "volume"}', 0)):
            self.assertEqual(len(self.answer("bill_rows", "bill", "list", self.db, "--selection", selection)["bills"]), n, selection)
            for what in ("bills", "arrears"):
                self.assertEqual(len(self.done("bill", "export", self.db, what, "--selection", selection).splitlines()), 1 + n, selection)
        self.refused("E_NOT_FOUND", "bill", "due", self.db, "--selection", '{"under": "moon"}', path="/under")

    def test_killed(self):
        """Whatever moment a run or a close ends at, each period is on one bill."""
        chance = random.Random(6)
        for month in (1, 2, 3):
            for words in (("charge", "run", self.db, "--now", f"2026-0{month}-11"), ("db", "close", self.db, "--from", f"2026-0{month}-01", "--to", f"2026-0{month + 1}-01", "--batch", "1")):
                for _ in range(4):
                    process = subprocess.Popen([cli.PROGRAM, *map(str, words)], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
                    time.sleep(chance.random() ** 3 * 0.2)
                    process.kill()
                    process.wait()
                self.done(*words)
        self.assertEqual([bill for name, _, bill in self.on_bills() if name == "A1"], [1, 2, 3])
        self.assertEqual(self.ask("SELECT sum(amount_micro) FROM mbill_due_item"), [(3 * 12350000,)])


class Town(Case):
    """Three months of a town; SOME seeds, so that a failure can be had again."""
    N = 120

    def killed(self, chance, *arguments):
        """Run a command that is killed at any moment; at last it is left to end."""
        for _ in range(chance.randint(1, 4)):
            process = subprocess.Popen([cli.PROGRAM, *map(str, arguments)], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
            time.sleep(chance.random() ** 3 * 0.25)
            process.kill()
            process.wait()
        return self.done(*arguments)

    def money(self, chance):
        """Top-ups every month on the 5th, and a fee by area; what each account has."""
        targets = {f"A{n}": Fraction(chance.randint(1, 5000), 100) for n in range(1, self.N + 1)}
        rows = "".join(f"{name},{float(amount):.2f}\n" for name, amount in targets.items())
        start = {"every": {"months": 1}, "from": "2026-01-05", "until": "2026-04-01", "time": "06:00", "zone": "CST-8", "missed": "each"}
        self.done("task", "add", self.db, self.document(1, {"top_up": {"channel": 3}}, start=start), self.write("targets.csv", "target,amount\n" + rows), "--now", "2026-01-01")
        return targets

    def fee(self, area, enters, month):
        days = calendar.monthrange(2026, month)[1]
        first = datetime.date(2026, month, 1)
        active = sum(first + datetime.timedelta(n) >= enters for n in range(days))
        cents = area * Fraction(5, 4) * active / days * 100
        return Fraction(int(cents + Fraction(1, 2)), 100) if active else None

    def test_three_months_with_kills(self):
        chance = random.Random(20260301)
        areas = {n: Fraction(chance.randint(2000, 15000), 100) for n in range(1, self.N + 1)}
        enters = {n: datetime.date(2026, 1, 1) + datetime.timedelta(chance.randint(0, 80)) for n in areas}
        self.town(*(account(n, facts={"area": f"{float(areas[n]):.2f}"}) for n in areas))
        paid = self.money(chance)
        charge = dict(Charges.FEE, rates=[{"from": "2026-01-01", "rate": "1.25", "fact": "area"}], until="2026-04-01",
                      accounts=[{"account": f"A{n}", "from": enters[n].isoformat()} for n in areas])
        self.done("charge", "add", self.db, self.write("fee.json", json.dumps(charge)))
        for now in ("2026-01-20", "2026-02-28", "2026-04-02", "2026-04-03"):
            self.killed(chance, "task", "run", self.db, "--now", now)
            self.killed(chance, "charge", "run", self.db, "--now", now)
        due = {(n, month): self.fee(areas[n], enters[n], month) for n in areas for month in (1, 2, 3)}
        due = {key: amount for key, amount in due.items() if amount is not None}
        lines = {(int(name[1:]), period + 1): Fraction(amount, 10**6) for name, period, amount in self.ask("SELECT account, period, amount_micro FROM mbill_charge_line WHERE state = 'charged'")}
        self.assertEqual(lines, due)
        balances = {row["account"]: Fraction(row["balance"]) for row in self.answer("db_balance", "db", "balance", self.db, *paid)["balances"]}
        own = {name: 3 * amount - sum(fee for (n, _), fee in due.items() if f"A{n}" == name) for name, amount in paid.items()}
        self.assertEqual(balances, own)
        self.assertEqual(self.ask("SELECT count(*), count(DISTINCT op_id) FROM mbill_record WHERE kind = 'top_up'"), [(3 * self.N, 3 * self.N)])
        ids = {hashlib.blake2b(b"meterbill task item\0" + bytes.fromhex(ID % 1) + run.to_bytes(8, "big") + name.encode(), digest_size=32).hexdigest()[:32] for run in range(3) for name in paid}
        self.assertEqual({row[0] for row in self.ask("SELECT op_id FROM mbill_record WHERE kind = 'top_up'")}, ids)
        self.assertIn("ok", self.done("ledger", "verify", self.db))
        self.assertEqual(self.answer("tasks", "task", "list", self.db)["tasks"][0]["life"], "done")

    def test_meters_that_answer_late_twice_or_never(self):
        chance = random.Random(7)
        self.town(*(account(n) for n in range(1, 41)))
        host = {"lease_s": 60, "parallel": 9, "retry": {"attempts": 3, "delay_s": 30, "growth": "2", "cap_s": 300, "on": ["failed", "no_answer"]}}
        self.done("task", "add", self.db, self.document(1, {"switch": "off"}, [f"M{n}" for n in range(1, 41)], host=host, expires_after_s=86400), "--now", "2026-02-01")
        start, late, switched, asked = datetime.datetime(2026, 2, 1), [], set(), {}
        for step in range(40):
            now = (start + datetime.timedelta(seconds=45 * step)).strftime("%Y-%m-%dT%H:%M:%SZ")
            if chance.random() < 0.3:  # a host that dies with its work in hand
                process = subprocess.Popen([cli.PROGRAM, "task", "due", self.db, "--now", now], stdout=subprocess.DEVNULL)
                time.sleep(chance.random() * 0.05)
                process.kill()
                process.wait()
            answers = late[:chance.randint(0, len(late))]
            late = late[len(answers):]
            for work in self.lines("task", "due", self.db, "--now", now):
                self.assertGreater(work["attempt"], asked.get(work["item"], 0))
                asked[work["item"]] = work["attempt"]
                outcome = chance.choices(["done", "failed", "refused", None], [6, 2, 1, 2])[0]
                if outcome is None and chance.random() < 0.5:
                    switched.add(work["item"])  # it is done, and nobody hears of it in time
                    late.append({"item": work["item"], "attempt": work["attempt"], "outcome": "done"})
                elif outcome is not None:
                    if work["item"] in switched:
                        outcome = "done"
                    if outcome == "done":
                        switched.add(work["item"])
                    answers += [{"item": work["item"], "attempt": work["attempt"], "outcome": outcome}] * chance.choice([1, 1, 2])
            exit_code, out, err = self.call("task", "result", self.db, "--now", now, input="".join(json.dumps(answer) + "\n" for answer in answers).encode())
            self.assertIn(exit_code, (0, 1), err)
        if late:
            self.results(late, now)
        self.done("task", "due", self.db, "--now", "2026-02-03")
        states = {row[0]: row[1] for row in self.ask("SELECT lower(hex(item)), state FROM mbill_task_item")}
        self.assertEqual(len(states), 40)
        self.assertLessEqual(set(states.values()), {3, 4, 5, 6, 7})
        for item in switched:
            self.assertEqual(states[item], 3, "what was done counts as done")
        for item, state in states.items():
            self.assertTrue(state != 3 or item in switched)
        counts = self.answer("tasks", "task", "show", self.db, ID % 1)["tasks"][0]["items"]
        self.assertEqual(sum(counts.values()), 40)


if __name__ == "__main__":
    suite = unittest.defaultTestLoader.loadTestsFromModule(sys.modules["__main__"])
    if len(sys.argv) > 3:
        suite = unittest.defaultTestLoader.loadTestsFromNames(sys.argv[3:], sys.modules["__main__"])
    print(f"1..{suite.countTestCases()}")
    result = cli.Tap()
    suite.run(result)
    sys.exit(0 if result.wasSuccessful() else 1)
