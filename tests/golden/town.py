#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""A small town drawn by seed, and its reports: town.py PROGRAM SOURCE_ROOT. Every report is worked out again here in plain Python from what the file holds
as documents and through its views (bills, legs, facts), and must be the same to the last digit."""

import collections
import contextlib
import csv
import datetime
import decimal
import fractions
import io
import json
import random
import sqlite3
import sys
import unittest

import cli

UTC = datetime.timezone.utc
ZONE = datetime.timezone(datetime.timedelta(hours=8))
MICRO = 10 ** 6
POWER = {"meterbill": 1, "id": "power", "version": "1", "currency": "CNY", "zone": "CST-8", "valid": {"from": "2024-01-01", "to": None},
         "inputs": {"energy": {"register": "import", "unit": "kWh"}},
         "calendar": {"periods": [{"name": "day", "when": [{"at": ["08:00-21:00"]}]}, {"name": "night", "when": [{"at": ["21:00-08:00"]}]}]},
         "rounding": {"line": "none", "charge": {"step": "0.01", "how": "half_up"}, "bill": {"step": "0.1", "how": "down"}},
         "charges": [{"id": "energy", "quantity": "energy", "rate": {"day": "0.5583", "night": "0.3583"}},
                     {"id": "ladder", "quantity": "energy", "rate": ["0", "0.07"], "tiers": {"over": "month", "how": "graduated", "bounds": ["100"], "across": "periods"}},
                     {"id": "relief", "quantity": "one", "rate": "-66.123"}]}
WATER = {"meterbill": 1, "id": "water", "version": "1", "currency": "CNY", "zone": "CST-8", "valid": {"from": "2024-01-01", "to": None},
         "inputs": {"volume": {"register": "volume", "unit": "m3"}}, "rounding": {"line": {"step": "0.01", "how": "half_up"}, "charge": "none", "bill": "none"},
         "charges": [{"id": "water", "quantity": "volume", "rate": "3.1"}, {"id": "sewage", "quantity": "volume", "rate": "1.27"}]}
STEPS = {"meterbill": 1, "id": "steps", "version": "1", "currency": "CNY", "zone": "CST-8", "valid": {"from": "2025-01-01", "to": None},
         "inputs": {"energy": {"register": "import", "unit": "kWh"}}, "rounding": {"line": "none", "charge": "none", "bill": {"step": "0.01", "how": "half_up"}},
         "charges": [{"id": "energy", "quantity": "energy", "rate": ["0.423", "0.917"], "tiers": {"over": "year", "how": "graduated", "bounds": ["250"]}}]}
DOLLARS = {**STEPS, "id": "dollars", "currency": "USD"}
POLICIES = ["DLT", None, {"preset": "VEND", "waterfall": [{"fee": 0, "share": "0.1"}, "accumulated_debt", {"tax": "0.15"}, "sell"]}]


def shown(value):
    """A whole number of 10^-6 as the reports show it."""
    text = format(decimal.Decimal(value).scaleb(-6).normalize(), "f")
    return "0" if text in ("-0", "0") else text


def micro(text):
    return int(decimal.Decimal(text).scaleb(6).to_integral_exact())


def half_even(value):
    """A fraction of 10^-6 to a whole number."""
    return round(fractions.Fraction(value))


class Town(cli.Case):
    SEEDS = range(1, 4)
    SPANS = [("2024-12-01", "2025-01-01"), ("2025-01-01", "2025-02-01"), ("2025-12-01", "2026-01-01"), ("2026-01-01", "2026-02-01"), ("2026-02-01", "2026-03-01")]

    def build(self, seed):
        self.draw = random.Random(seed)
        self.db = self.folder / f"town{seed}.db"
        self.ids = [f"A{number:02d}" for number in range(12)]
        self.done("db", "init", self.db)
        self.done("db", "import", self.db, self.document("power.json", POWER), self.document("water.json", WATER), self.document("steps.json", STEPS), self.document("dollars.json", DOLLARS),
                  self.document("accounts.json", self.accounts()),
                  self.document("places.json", self.places()), self.document("lists.json", self.lists()), self.write("readings.csv", self.readings()))
        for n, (start, end) in enumerate(self.SPANS):
            self.money(n, start)
            self.done("db", "close", self.db, "--from", start, "--to", end)
        self.file = self.copy()

    def copy(self):
        """The store as it is, in memory: one connection at a time has the file."""
        out = sqlite3.connect(":memory:")
        self.addCleanup(out.close)
        with contextlib.closing(sqlite3.connect(self.db)) as source:
            source.backup(out)
        return out

    def document(self, name, document):
        return self.write(name, json.dumps(document))

    def accounts(self):
        def contract(tariff, meter, register, unit):
            return [{"tariff": tariff, "from": start, "to": end, "meters": [{"id": meter, "registers": [{"register": register, "unit": unit}]}]}
                    for start, end in (("2024-12-01", "2025-02-01"), ("2025-12-01", None))]
        out = []
        for n, name in enumerate(self.ids):
            policy = POLICIES[n % len(POLICIES)]
            facts = {"area": [{"value": str(self.draw.randrange(30, 200))}, {"from": "2026-01-15", "value": "77.5"}]} if n % 4 else {}
            contracts = contract("power", f"E{n}", "import", "kWh") + (contract("water", f"W{n}", "volume", "m3") if n % 3 else [])
            out.append({"id": name, "facts": facts, "contracts": contracts, **({"policy": policy} if policy else {})})
        return {"meterbill": 1, "kind": "accounts", "accounts": out}

    def places(self):
        return {"meterbill": 1, "kind": "places", "places": [{"id": "east", "kind": "house", "tags": ["old"]}, {"id": "flat", "kind": "flat", "in": "east"}],
                "accounts": [{"id": name, "at": self.draw.choice(["east", "flat"]), **({"tags": ["big"]} if n % 2 else {})} for n, name in enumerate(self.ids[:8])],
                "meters": [{"id": "E0", "at": "east"}, {"id": "E8", "behind": "E0"}] + [{"id": f"{kind}{n}", "behind": f"{kind}{1 if kind == 'W' else 0}"} for n in (2, 4) for kind in "EW"]
                + [{"id": "W5", "behind": "E0"}],
                "utilities": [{"tariff": "water", "utility": "water"}, {"tariff": "steps", "utility": "electricity"}]}

    def lists(self):
        self.degrees = [str(self.draw.randrange(0, 300) / 10) for _ in range(59)]
        return {"meterbill": 1, "kind": "facts", "series": {"degree_days": {"start": "2026-01-01T00:00:00+08:00", "step_s": 86400, "values": self.degrees}}}

    def readings(self):
        rows = ["meter,register,time,value"]
        self.counts = {}  # (meter, civil day): what it showed as the day began
        for start, end in [("2024-12-01", "2025-02-01"), ("2025-12-01", "2026-03-01")]:
            days = (datetime.date.fromisoformat(end) - datetime.date.fromisoformat(start)).days
            for n in range(len(self.ids)):
                value = 1000 if start < "2025" else 90000
                for day in range(days + 1):
                    date = datetime.date.fromisoformat(start) + datetime.timedelta(days=day)
                    self.counts[f"E{n}", str(date)] = value
                    for hour in ("00:00", "08:00", "21:00"):
                        rows.append(f"E{n},import,{date}T{hour}+08:00,{value}")
                        value += self.draw.randrange(0, 4)
                value = 100 if start < "2025" else 9000
                for day in range(0, days + 1) if n % 3 else []:
                    self.counts[f"W{n}", str(datetime.date.fromisoformat(start) + datetime.timedelta(days=day))] = value
                    rows.append(f"W{n},volume,{datetime.date.fromisoformat(start) + datetime.timedelta(days=day)}T00:00+08:00,{value}")
                    value += self.draw.randrange(0, 2)
        return "\n".join(rows) + "\n"

    def money(self, n, start):
        """Payments of a month by channels, and some of them reversed."""
        lines = []
        for k in range(8):
            at = datetime.datetime.fromisoformat(start).replace(tzinfo=ZONE) + datetime.timedelta(minutes=self.draw.randrange(60 * 24 * 25))
            number = self.number(self.draw.choice(self.ids))
            lines.append({"id": f"{n * 100 + k + 1:032x}", "do": "top_up", "account": number, "amount": f"{self.draw.randrange(100, 9000) / 100:.2f}",
                          "channel": self.draw.choice([1, 2, 7]), "effective": at.isoformat()})
        known = [row[0] for row in self.copy().execute("SELECT DISTINCT credit_account FROM mbill_entry WHERE credit_account > 0")]
        lines = [line for line in lines if line["account"] in known]
        for line in lines:
            self.call("ledger", "topup", self.db, input=(json.dumps(line) + "\n").encode())
        rows = "".join(f"{n * 100 + 50 + k:032x},{name},{self.draw.randrange(1, 50)},{start}T{9 + k:02d}:30+08:00\n" for k, name in enumerate(self.draw.sample(self.ids, 4)))
        self.done("db", "import", self.db, self.write("top-ups.csv", "id,account,amount,time\n" + rows))
        if n == 0:  # while the money is still there
            line = {"id": f"{99:032x}", "do": "reverse", "target": rows.split(",")[0]}
            self.done("ledger", "reverse", self.db, input=(json.dumps(line) + "\n").encode())

    def number(self, name):
        return self.ids.index(name) + 1

    # --- what the reports say, and what they should ---

    def report(self, name, start, end, *options):
        text = self.done("report", name, self.db, "--from", start, "--to", end, "--zone", "CST-8", *options)
        rows = list(csv.reader(io.StringIO(text)))
        document = self.answer("report", "report", name, self.db, "--from", start, "--to", end, "--zone", "CST-8", *options)
        self.assertEqual([list(row) for row in document["rows"]], [rows[0]] * (len(rows) - 1))
        self.assertEqual([[value if value is not None else "" for value in row.values()] for row in document["rows"]], rows[1:])
        return [tuple(row) for row in rows[1:]]

    def bills(self, start, end):
        """(account number, tariff, document, record, civil day of the beginning) of every bill that begins in the span."""
        for number, tariff, body, record in self.file.execute("SELECT b.account_no, c.tariff, b.body, b.record FROM mbill_bill b JOIN mbill_contract c USING(contract_no)"):
            document = json.loads(body)
            if start <= document["from"][:10] < end:
                yield number, tariff, document, record, document["from"][:10]

    def legs(self):
        """Posted legs with the fields of their record."""
        fields = collections.defaultdict(dict)
        for record, name, value in self.file.execute("SELECT record, name, coalesce(value, hex) FROM mbill_record_field WHERE name IN ('channel', 'effective_utc_s', 'target')"):
            fields[record][name] = value
        for record, recorded, kind, debit, debit_place, credit, credit_place, amount in self.file.execute(
                "SELECT record, recorded_utc_s, kind, debit_account, debit_place, credit_account, credit_place, amount_micro FROM mbill_entry WHERE pending = 0 ORDER BY record, n"):
            yield {"record": record, "recorded": recorded, "kind": kind, "debit": (debit, debit_place), "credit": (credit, credit_place), "amount": amount, **fields[record]}

    @staticmethod
    def civil(utc_s):
        return datetime.datetime.fromtimestamp(utc_s, UTC).astimezone(ZONE)

    def test_billed(self):
        for seed in self.SEEDS:
            self.build(seed)
            for start, end, by, cut in (("2024-12-01", "2026-03-01", "month", 7), ("2025-01-01", "2026-02-01", "year", 4), ("2026-01-01", "2026-02-02", "day", 10)):
                groups = collections.defaultdict(lambda: [0, 0])
                total = 0
                for _, tariff, bill, _, day in self.bills(start, end):
                    total += micro(bill["total"])
                    for line in bill["lines"]:
                        key = (day[:cut], "water" if tariff == "water" else "", tariff, line.get("charge", ""), line.get("period", ""), str(line.get("tier", "")), line.get("unit", ""))
                        groups[key][0] += micro(line.get("quantity", "0"))
                        groups[key][1] += micro(line["amount"])
                expected = [(*key, shown(quantity), shown(amount)) for key, (quantity, amount) in sorted(groups.items())]
                rows = self.report("billed", start, end, "--per", by)
                self.assertEqual(rows, expected)
                self.assertEqual(sum(micro(row[-1]) for row in rows), total)
                self.assertGreater(len(rows), 3)
            self.assertTrue(any(row[3] == "" for row in rows), "no line of the whole bill")

    def test_selected(self):
        self.build(5)
        whole = self.report("billed", "2024-12-01", "2026-03-01")
        parts = [self.report("billed", "2024-12-01", "2026-03-01", "--selection", text) for text in ('{"under":"east"}', '{"tags":["big"]}', '{"utility":"water"}')]
        self.assertTrue(all(0 < sum(micro(row[7]) for row in part) < sum(micro(row[7]) for row in whole) for part in parts))
        under = {number for (number,) in self.file.execute("SELECT account_no FROM mbill_account_at")}
        self.assertEqual(sum(micro(row[8]) for row in parts[0]), sum(micro(bill["total"]) for number, _, bill, _, _ in self.bills("2024-12-01", "2026-03-01") if number in under))

    def test_year(self):
        self.build(7)
        sums = collections.defaultdict(lambda: [0, 0, 0, 0])
        for start, end, at in (("2025-12-01", "2026-02-01", 0), ("2024-12-01", "2025-02-01", 2)):
            for _, tariff, bill, _, _ in self.bills(start, end):
                for line in bill["lines"]:
                    key = ("water" if tariff == "water" else "", tariff, line.get("charge", ""), line.get("period", ""), line.get("unit", ""))
                    sums[key][at] += micro(line.get("quantity", "0"))
                    sums[key][at + 1] += micro(line["amount"])
        expected = [(*key, *map(shown, (*values, values[0] - values[2], values[1] - values[3]))) for key, values in sorted(sums.items())]
        self.assertEqual(self.report("year", "2025-12-01", "2026-02-01"), expected)

    def test_revenue(self):
        for seed in self.SEEDS:
            self.build(seed + 20)
            by_record = {record: (tariff, bill) for _, tariff, bill, record, _ in self.bills("2000", "3000")}
            groups, ledger = collections.Counter(), 0
            seen = set()
            for leg in self.legs():
                day = self.civil(leg["recorded"]).strftime("%Y-%m-%d")
                for account, sign in ((leg["credit"][0], 1), (leg["debit"][0], -1)):
                    if account >= 0 or -account >> 32 not in (4, 5, 6):
                        continue
                    ledger += sign * leg["amount"]
                    record = leg["record"] if leg["record"] in by_record else leg["record"] - 1 if leg["kind"] == "correct" and leg["record"] - 1 in by_record else None
                    if record is not None:
                        seen.add(record)
                        continue
                    index = -account & 0xffffffff
                    charge = {4: "usage" if index == 0 else f"charge_{index - 1}", 5: f"fee_{index}", 6: f"tax_{index}"}[-account >> 32]
                    groups[day, "", charge, str(leg.get("channel") or "")] += sign * leg["amount"]
            booked = dict(self.file.execute("SELECT record, recorded_utc_s FROM mbill_record"))
            for record, (tariff, bill) in by_record.items():
                day = self.civil(booked[record]).strftime("%Y-%m-%d")
                rest = micro(bill["total"])
                for charge in bill["charges"]:
                    groups[day, "water" if tariff == "water" else "", charge["id"], ""] += micro(charge["amount"])
                    rest -= micro(charge["amount"])
                if rest:
                    groups[day, "water" if tariff == "water" else "", "", ""] += rest
            rows = self.report("revenue", "2000-01-01", "2999-01-01", "--per", "day")
            self.assertEqual(rows, [(*key, shown(amount)) for key, amount in sorted(groups.items())])
            below = sum(min(0, micro(bill["total"])) for _, bill in by_record.values())  # on the ledger's account for corrections
            self.assertEqual(sum(micro(row[-1]) for row in rows), ledger + below)
            self.assertEqual(ledger, sum(amount for (amount,) in self.file.execute("SELECT amount_micro FROM mbill_revenue")))
            self.assertTrue(any(micro(bill["total"]) < 0 for _, bill in by_record.values()), "no bill lies below 0")
            self.assertTrue(any(row[2].startswith("fee") and row[3] for row in rows) and any(row[2].startswith("tax") for row in rows))
            self.assertEqual(self.report("revenue", "2000-01-01", "2001-01-01"), [])

    def test_cash(self):
        for seed in self.SEEDS:
            self.build(seed + 40)
            moved = collections.Counter()
            for leg in self.legs():
                at = self.civil(leg.get("effective_utc_s") or leg["recorded"])
                for account, sign in ((leg["debit"][0], 1), (leg["credit"][0], -1)):
                    if account < 0 and -account >> 32 == 1:
                        moved[at.strftime("%Y-%m"), at.strftime("%H"), str(-account & 0xffffffff), leg["kind"], leg["record"]] += sign * leg["amount"]
            groups = collections.defaultdict(list)
            for key, amount in moved.items():
                groups[key[:4]].append(amount)
            expected = [(*key, str(len(amounts)), shown(sum(amounts)), shown(half_even(fractions.Fraction(sum(amounts), len(amounts))))) for key, amounts in sorted(groups.items())]
            rows = self.report("cash", "2000-01-01", "2999-01-01")
            self.assertEqual(rows, expected)
            self.assertEqual(sum(micro(row[5]) for row in rows), sum(debits - credits for debits, credits in self.file.execute(
                "SELECT debits_micro, credits_micro FROM mbill_place_balance WHERE account < 0 AND -account >> 32 = 1")))
            self.assertIn("reverse", {row[3] for row in rows})
            under = {number for (number,) in self.file.execute("SELECT account_no FROM mbill_account_at")}
            some = self.report("cash", "2000-01-01", "2999-01-01", "--selection", '{"under": "east"}')
            whose = dict(self.file.execute("SELECT record, account FROM mbill_record"))
            targets = dict(self.file.execute("SELECT op_id, account FROM mbill_record"))
            for leg in self.legs():
                if leg["kind"] == "reverse":  # it says its target alone
                    whose[leg["record"]] = targets[leg["target"]]
            self.assertEqual(sum(micro(row[5]) for row in some), sum(amount for key, amount in moved.items() if whose[key[4]] in under))
            january = [row for row in rows if row[0] == "2026-01"]
            self.assertEqual(self.report("cash", "2026-01-01", "2026-02-01"), january)

    def test_ageing(self):
        for seed in self.SEEDS:
            self.build(seed + 60)
            for end in ("2027-01-01", "2999-01-01"):
                at_utc_s = int(datetime.datetime.fromisoformat(end).replace(tzinfo=ZONE).timestamp())
                owed, paid = collections.defaultdict(list), collections.Counter()
                for leg in self.legs():
                    if leg["recorded"] >= at_utc_s:
                        continue
                    if leg["debit"][0] > 0 and leg["debit"][1] != "plain":
                        owed[leg["debit"]].append([self.civil(leg.get("effective_utc_s") or leg["recorded"]).date(), leg["amount"]])
                    if leg["credit"][0] > 0:
                        paid[leg["credit"]] += leg["amount"]
                ages = collections.defaultdict(lambda: [0] * 5)
                for place, debits in owed.items():
                    rest = paid[place]
                    for day, amount in debits:  # what came in pays what was booked first
                        left = max(0, amount - rest)
                        rest = max(0, rest - amount)
                        days = (datetime.date.fromisoformat(end) - day).days
                        ages[place[0]][sum(days > limit for limit in (30, 60, 90, 180))] += left
                stands = dict(self.file.execute("SELECT account_no, id FROM mbill_account_at JOIN mbill_place USING(place_no)"))
                expected = [(self.ids[number - 1], stands.get(number, ""), shown(sum(values)), *map(shown, values)) for number, values in sorted(ages.items()) if sum(values)]
                self.assertEqual(self.report("ageing", "2026-01-01", end), expected)
                self.assertGreater(len(expected), 2)
            balances = collections.Counter()
            for number, debits, credits in self.file.execute("SELECT account, debits_micro, credits_micro FROM mbill_place_balance WHERE account > 0 AND place <> 'plain'"):
                balances[number] += max(0, debits - credits)
            self.assertEqual({self.ids[number - 1]: shown(value) for number, value in balances.items() if value > 0}, {row[0]: row[2] for row in expected})

    def uses(self, start, end, charge, period):
        quantities = collections.defaultdict(lambda: [0, 0])
        for number, _, bill, _, _ in self.bills(start, end):
            for line in bill["lines"]:
                if line.get("charge") == charge and "unit" in line:
                    quantities[number][0] += micro(line["quantity"])
                    quantities[number][1] += micro(line["quantity"]) if line.get("period") == period else 0
        areas = {}
        for number, day, value in self.file.execute("SELECT account_no, from_day, value_micro FROM mbill_fact WHERE name = 'area' ORDER BY from_day"):
            if day < (datetime.date.fromisoformat(end) - datetime.date(1970, 1, 1)).days:
                areas[number] = value
        return quantities, areas

    def test_intensity(self):
        self.build(81)
        for start, end in (("2026-01-01", "2026-02-01"), ("2026-02-01", "2026-03-01"), ("2025-01-01", "2025-02-01")):
            quantities, areas = self.uses(start, end, "energy", None)
            first = (datetime.date.fromisoformat(start) - datetime.date(2026, 1, 1)).days
            days = sum(fractions.Fraction(value) for n, value in enumerate(self.degrees) if first <= n < first + 31 and first >= 0) if first >= 0 else 0
            for series in ((), ("--series", "degree_days")):
                expected = []
                for number, (quantity, _) in sorted(quantities.items()):
                    area = fractions.Fraction(areas.get(number, 0), MICRO)
                    degrees = fractions.Fraction(days) if series else 0
                    texts = [shown(half_even(quantity / by)) if by else "" for by in (area, degrees, area * degrees)]
                    expected.append((self.ids[number - 1], "kWh", shown(quantity), shown(areas[number]) if area else "", texts[0],
                                     (shown(int(degrees * MICRO)) if series else ""), texts[1], texts[2]))
                self.assertEqual(self.report("intensity", start, end, "--charge", "energy", "--fact", "area", *series), expected)

    def test_advice(self):
        self.build(82)
        for start, end, charge, period, unit in (("2026-01-01", "2026-03-01", "energy", "night", "kWh"), ("2025-01-01", "2025-02-01", "water", None, "m3")):
            quantities, areas = self.uses(start, end, charge, period)
            per = {number: half_even(fractions.Fraction(quantity * MICRO, areas[number])) for number, (quantity, _) in quantities.items() if number in areas}
            values = sorted(per.values())
            quartiles = [shown(values[-(-k * len(values) // 4) - 1]) for k in (1, 2, 3)]
            expected = [(self.ids[number - 1], unit, shown(quantity), shown(per[number]) if number in per else "", str(len(values)), *quartiles,
                         shown(part) if period else "", shown(half_even(fractions.Fraction(part * MICRO, quantity))) if period and quantity else "")
                        for number, (quantity, part) in sorted(quantities.items())]
            self.assertEqual(self.report("advice", start, end, "--charge", charge, "--fact", "area", *(("--period", period) if period else ())), expected)
            self.assertGreater(len(values), 4)

    def test_losses(self):
        self.build(83)
        masters = {("E0", "import", "kWh", "east"): ["E2", "E4", "E8", "W5"], ("W1", "volume", "m3", ""): ["W2", "W4"]}
        losses = []
        for start, end, by, cut, cuts in (("2024-12-01", "2025-03-01", "month", 7, ["2024-12-01", "2025-01-01", "2025-02-01", "2025-03-01"]),
                                          ("2025-12-30", "2026-02-01", "year", 4, ["2025-12-30", "2026-01-01", "2026-02-01"]),
                                          ("2026-01-01", "2026-01-04", "day", 10, ["2026-01-01", "2026-01-02", "2026-01-03", "2026-01-04"])):
            expected = []
            for first, last in zip(cuts, cuts[1:]):
                for (master, register, unit, place), behind in masters.items():
                    uses = {name: self.counts[name, last] - self.counts[name, first] for name in [master, *behind]
                            if (name, first) in self.counts and (name, last) in self.counts and name[0] == master[0]}
                    missing = [name for name in behind if name not in uses]
                    behind_use = sum(uses.get(name, 0) for name in behind)
                    whole = master in uses and not missing
                    loss = uses[master] - behind_use if whole else None
                    losses += [loss] if whole else []
                    share = shown(int(fractions.Fraction(loss * MICRO, uses[master]))) if whole and uses[master] else ""
                    named = [] if master in uses else [master]
                    expected.append((first[:cut], master, place, register, unit, str(uses[master]) if master in uses else "", str(len(behind)), str(behind_use),
                                     str(loss) if whole else "", share, str(len(missing)), " ".join(named + missing)))
            self.assertEqual(self.report("losses", start, end, "--per", by), expected)
        self.assertGreater(len(losses), 5)
        self.assertTrue(any(loss < 0 for loss in losses), "no meters that count more than their master")
        at_east = {name for name in self.ids if self.answer("account", "account", "show", self.db, name).get("at")}
        rows = self.report("losses", "2026-01-01", "2026-02-01", "--selection", '{"under": "east"}')
        self.assertEqual({row[1] for row in rows}, {master[0] for master, behind in masters.items() if at_east & {f"A{int(name[1:]):02d}" for name in [master[0], *behind]}})
        self.assertEqual(self.report("losses", "2026-01-01", "2026-02-01", "--selection", '{"tags": ["nobody"]}'), [])

    def test_cost(self):
        self.build(84)
        for start, end in (("2024-12-01", "2026-03-01"), ("2025-01-01", "2026-03-01"), ("2026-01-01", "2026-02-01")):
            expected = []
            for number, name in enumerate(self.ids):
                for begin, until in (("2024-12-01", "2025-02-01"), ("2025-12-01", "2026-03-01")):
                    spans = [span for span in self.SPANS if begin <= span[0] < until and start <= span[0] < end]
                    bills = {bill["from"][:10]: micro(bill["total"]) for who, tariff, bill, _, _ in self.bills(start, end) if who == number + 1 and tariff == "power"}
                    if not spans or spans[0][0] not in bills:
                        continue
                    cost, used = 0, collections.Counter()
                    for first, last in spans:
                        use, before = self.counts[f"E{number}", last] - self.counts[f"E{number}", first], used[first[:4]]
                        used[first[:4]] += use
                        low = max(0, min(before + use, 250) - before)
                        amount = low * 423000 + (use - low) * 917000
                        cost += (amount + 5000) // 10000 * 10000
                    billed = sum(bills[first] for first, _ in spans)
                    early = spans[0][0] < "2025"
                    expected.append((name, "power", spans[0][0], spans[-1][1], str(len(spans)), "CNY", shown(billed), *(("", "") if early else (shown(cost), shown(cost - billed))), early))
            rows = self.report("cost", start, end, "--tariff", "steps")
            self.assertEqual([row[:-1] + (row[-1] != "",) for row in rows], expected)
            self.assertTrue(all(row[-1].startswith("bill of 2024-12-01: ") and "steps" in row[-1] for row in rows if row[-1]))
        self.assertEqual({row[1] for row in rows}, {"power"}, "water is another utility")
        rows = self.report("cost", "2026-01-01", "2026-02-01", "--tariff", "dollars")
        self.assertTrue(rows and all(row[7] == "" and ("USD" in row[9] or "register" in row[9]) for row in rows))
        self.assertEqual({row[1] for row in rows}, {"power", "water"})
        some = self.report("cost", "2026-01-01", "2026-02-01", "--tariff", "steps", "--selection", '{"under": "east"}')
        self.assertTrue(0 < len(some) < 12)
        self.refused("E_MISUSE", "report", "cost", self.db, "--from", "2026-01-01", "--to", "2026-02-01", says=["tariff"])
        self.refused("E_NOT_FOUND", "report", "cost", self.db, "--from", "2026-01-01", "--to", "2026-02-01", "--tariff", "moon", says=["moon"])

    def test_refused(self):
        self.build(91)
        span = ("--from", "2026-01-01", "--to", "2026-02-01")
        self.refused("E_NOT_FOUND", "report", "nothing", self.db, *span, says=["billed"])
        self.refused("E_INVALID", "report", "billed", self.db, *span, "--per", "week", says=["week", "month"])
        self.refused("E_RANGE", "report", "billed", self.db, "--from", "2026-01-01", "--to", "2026-01-01")
        self.refused("E_ZONE", "report", "billed", self.db, *span, "--zone", "nowhere")
        self.refused("E_NOT_FOUND", "report", "billed", self.db, *span, "--selection", '{"under": "moon"}', path="/under")
        self.refused("E_MISUSE", "report", "intensity", self.db, *span, "--charge", "energy", says=["fact"])
        self.refused("E_MISUSE", "report", "advice", self.db, *span, "--fact", "area", says=["charge"])
        self.refused("E_NOT_FOUND", "report", "intensity", self.db, *span, "--charge", "energy", "--fact", "area", "--series", "sun", says=["sun"])
        self.refused("E_MISUSE", "report", "billed", self.db, "--from", "2026-01-01", code=2, says=["--to"])
        self.refused("E_MISUSE", "report", "billed", self.db, "--from", "today", "--to", "2026-01-01", code=2, says=["--from"])


class Forget(cli.Case):
    """People are erased to the last byte; what was billed and booked stays as it was and can be verified."""

    N = 400

    def setUp(self):
        super().setUp()
        self.db = self.folder / "people.db"
        self.done("db", "init", self.db)
        accounts = [{"id": f"A{n:04d}", "title": f"TitleOfNobody{n:04d}x", "contracts": [
            {"tariff": "water", "from": "2026-01-01", "meters": [{"id": f"W{n}", "registers": [{"register": "volume", "unit": "m3"}]}]}]} for n in range(self.N)]
        rows = "".join(f"W{n},volume,2026-0{month}-01T00:00+08:00,{n * month}\n" for n in range(3) for month in (1, 2))
        self.done("db", "import", self.db, self.write("water.json", json.dumps(WATER)), self.write("accounts.json", json.dumps({"meterbill": 1, "kind": "accounts", "accounts": accounts})),
                  self.write("readings.csv", "meter,register,time,value\n" + rows),
                  self.write("top-ups.csv", f"id,account,amount,time\n{1:032x},A0001,20,2026-01-03T10:00+08:00\n"))
        self.call("db", "close", self.db, "--from", "2026-01-01", "--to", "2026-02-01")
        names = list(range(self.N))
        random.Random(9).shuffle(names)  # in no order, so that pages are divided
        for part in range(0, self.N, 100):
            self.people({f"A{n:04d}": {"name": f"SecretName{n:04d}x", "phone": f"SecretPhone{n:04d}x" * (1 + n % 5)} for n in names[part:part + 100]})

    def people(self, fields, name="people.json"):
        return self.done("db", "import", self.db, self.write(name, json.dumps({"meterbill": 1, "kind": "people", "people": [
            {"account": account, "fields": values} for account, values in fields.items()]})))

    def bytes(self):
        return b"".join(path.read_bytes() for path in self.folder.glob("people.db*"))

    def rest(self):
        """All tables but those of people, and what verifies them."""
        with contextlib.closing(sqlite3.connect(self.db)) as connection:
            tables = [name for (name,) in connection.execute("SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT IN ('mbill_person', 'mbill_forgotten', 'mbill_account')")]
            out = [(table, connection.execute(f"SELECT * FROM {table}").fetchall()) for table in tables]
            out.append(connection.execute("SELECT account_no, id, policy FROM mbill_account").fetchall())
            self.assertEqual(connection.execute("PRAGMA integrity_check").fetchall(), [("ok",)])
        out.append(self.done("ledger", "verify", self.db))
        out.append(self.done("report", "billed", self.db, "--from", "2026-01-01", "--to", "2027-01-01"))
        out.append(self.done("report", "ageing", self.db, "--from", "2026-01-01", "--to", "2999-01-01"))
        out.append([self.done("db", "bill", self.db, f"A000{n}", "--json") for n in range(3)])
        return out

    def test_no_byte_is_left(self):
        before, first = self.rest(), self.bytes()
        draw = random.Random(4)
        gone = draw.sample(range(self.N), 12)
        for n in gone:
            self.assertIn(f"SecretName{n:04d}x".encode(), first)
            document = self.answer("account_forget", "account", "forget", self.db, f"A{n:04d}", "--at", "2026-05-01T08:00:00Z", "--reason", "moved out")
            self.assertEqual(document["fields"], 3)
            after = self.bytes()
            for secret in ("SecretName", "SecretPhone", "TitleOfNobody"):
                self.assertNotIn(f"{secret}{n:04d}x".encode(), after)
        for n in set(range(self.N)) - set(gone):
            self.assertIn(f"SecretName{n:04d}x".encode(), after)
        self.assertEqual(self.rest(), before)
        self.assertEqual(self.answer("account", "account", "show", self.db, f"A{gone[0]:04d}")["forgotten"], {"at": "2026-05-01T08:00:00Z", "reason": "moved out"})

    def test_a_value_that_is_changed(self):
        self.people({"A0007": {"phone": "another", "name": None}, "A0008": {"name": "SecretName0008x"}})
        after = self.bytes()
        self.assertNotIn(b"SecretName0007x", after)
        self.assertNotIn(b"SecretPhone0007x", after)
        self.assertEqual(self.answer("account", "account", "show", self.db, "A0007")["person"], {"phone": "another"})

    def test_again_and_refused(self):
        forget = ("account", "forget", self.db, "A0001", "--at", "2026-05-01T08:00:00Z", "--reason", "asked to")
        self.assertEqual(self.done(*forget), "3 fields erased\n")
        before = self.rest()
        self.assertEqual(self.done(*forget), "0 fields erased\n")
        document = self.write("again.json", json.dumps({"meterbill": 1, "kind": "people", "people": [{"account": "A0001", "fields": {"name": "Back"}}]}))
        self.refused("E_INVALID", "db", "import", self.db, document, says=["A0001", "forgotten"])
        self.refused("E_NOT_FOUND", "account", "forget", self.db, "Z1", "--at", "2026-05-01T08:00:00Z", "--reason", "x")
        self.refused("E_NOT_FOUND", "account", "show", self.db, "Z1")
        self.refused("E_INVALID", "account", "forget", self.db, "A0002", "--at", "2026-05-01T08:00:00Z", "--reason", "")
        self.refused("E_MISUSE", "account", "forget", self.db, "A0002", "--at", "2026-05-01T08:00:00Z", code=2, says=["--reason"])
        self.refused("E_MISUSE", "account", "forget", self.db, "A0002", "--reason", "x", code=2, says=["--at"])
        unknown = self.write("unknown.json", json.dumps({"meterbill": 1, "kind": "people", "people": [{"account": "A0002", "fields": {"name": "New"}}, {"account": "Z1", "fields": {"name": "x"}}]}))
        self.refused("E_NOT_FOUND", "db", "import", self.db, unknown, says=["Z1"])
        self.assertEqual(self.answer("account", "account", "show", self.db, "A0002")["person"]["name"], "SecretName0002x")
        self.assertEqual(self.rest(), before)


class Stay(cli.Case):
    """An account is opened, and left, by one call each: all of it or nothing, and twice does nothing twice."""

    GAS = {"meterbill": 1, "id": "gas", "version": "1", "currency": "CNY", "zone": "CST-8", "valid": {"from": "2024-01-01", "to": None},
           "inputs": {"volume": {"register": "volume", "unit": "m3"}}, "rounding": {"line": {"step": "0.01", "how": "half_up"}, "charge": "none", "bill": "none"},
           "charges": [{"id": "gas", "quantity": "volume", "rate": "2.63"}, {"id": "day", "quantity": "days", "rate": "0.2"}]}

    def setUp(self):
        super().setUp()
        self.db = self.folder / "stay.db"
        self.done("db", "init", self.db)
        registered = {"meterbill": 1, "kind": "accounts", "accounts": [{"id": "A-0", "contracts": [self.contract("water", "W-0")]}]}
        self.done("account", "register", self.db, self.document("water.json", WATER), self.document("gas.json", self.GAS), self.document("accounts.json", registered))

    def document(self, name, document):
        return self.write(name, json.dumps(document))

    @staticmethod
    def contract(tariff, meter):
        return {"tariff": tariff, "from": "2026-03-01", "meters": [{"id": meter, "registers": [{"register": "volume", "unit": "m3"}]}]}

    def opening(self, **changes):
        document = {"meterbill": 1, "kind": "opening", "id": f"{5:032x}", "at": "2026-03-01T10:00:00+08:00",
                    "account": {"id": "A-3", "policy": "DLT", "facts": {"area": "64"}, "contracts": [self.contract("water", "W-3"), self.contract("gas", "G-3")]},
                    "person": {"name": "Zhao Min"},
                    "readings": [{"meter": meter, "register": "volume", "value": value, "time": "2026-03-01T00:00:00+08:00"} for meter, value in (("W-3", "12"), ("G-3", "3051.5"))],
                    "top_up": {"amount": "300", "channel": 2, "receipt": 7001}}
        document.update(changes)
        return self.document("opening.json", {key: value for key, value in document.items() if value is not None})

    def leaving(self, **changes):
        document = {"meterbill": 1, "kind": "leaving", "id": f"{6:032x}", "at": "2026-05-10T09:00:00+08:00", "account": "A-3", "to": "2026-05-10",
                    "readings": [{"meter": meter, "register": "volume", "value": value, "time": "2026-05-10T00:00:00+08:00"} for meter, value in (("W-3", "31"), ("G-3", "3092"))]}
        document.update(changes)
        return self.document("leaving.json", {key: value for key, value in document.items() if value is not None})

    def dump(self):
        with contextlib.closing(sqlite3.connect(self.db)) as connection:
            return list(connection.iterdump())

    def unchanged(self, status, *arguments, **options):
        before = self.dump()
        self.refused(status, *arguments, **options)
        self.assertEqual(self.dump(), before)

    def read(self, *rows):
        self.done("db", "import", self.db, self.write("readings.csv", "meter,register,time,value\n" + "".join(f"{row}\n" for row in rows)))

    def test_open_and_leave(self):
        self.assertEqual({key: self.answer("account", "account", "show", self.db, "A-0").get(key) for key in ("opened", "left")}, {"opened": None, "left": None})
        first = self.answer("account_open", "account", "open", self.db, self.opening())
        self.assertEqual((first["number"], first["already"]), (2, False))
        before = self.dump()
        again = self.answer("account_open", "account", "open", self.db, self.opening())
        self.assertEqual((again["number"], again["already"]), (2, True))
        self.assertEqual(self.dump(), before)
        shown = self.answer("account", "account", "show", self.db, "A-3")
        self.assertEqual((shown["opened"], shown["person"]), ("2026-03-01T02:00:00Z", {"name": "Zhao Min"}))
        self.assertEqual(self.answer("db_balance", "db", "balance", self.db, "A-3")["balances"][0]["balance"], "300")
        self.read("W-3,volume,2026-04-01T00:00+08:00,20", "G-3,volume,2026-04-01T00:00+08:00,3071.5")
        self.call("db", "close", self.db, "--from", "2026-03-01", "--to", "2026-04-01")
        left = self.answer("account_move_out", "account", "move-out", self.db, self.leaving())
        water, gas = decimal.Decimal("4.37") * (31 - 20), decimal.Decimal("2.63") * decimal.Decimal("20.5") + decimal.Decimal("0.2") * 39
        rest = (water.quantize(decimal.Decimal("0.01")), gas.quantize(decimal.Decimal("0.01"), decimal.ROUND_HALF_UP))
        self.assertEqual((left["bills"], decimal.Decimal(left["billed"])), (2, sum(rest)))
        spent = decimal.Decimal("4.37") * 8 + decimal.Decimal("2.63") * 20 + decimal.Decimal("0.2") * 31 + sum(rest)
        self.assertEqual((decimal.Decimal(left["refund"]), left["owed"]), (300 - spent, "0"))
        before = self.dump()
        again = self.answer("account_move_out", "account", "move-out", self.db, self.leaving())
        self.assertEqual((again["already"], again["bills"], again["refund"]), (True, 0, left["refund"]))
        self.assertEqual(self.dump(), before)
        self.assertEqual(self.answer("account", "account", "show", self.db, "A-3")["left"], "2026-05-10T01:00:00Z")
        line = {"id": f"{8:032x}", "do": "refund", "account": 2, "amount": left["refund"]}
        self.done("ledger", "refund", self.db, input=(json.dumps(line) + "\n").encode())
        self.assertEqual(self.answer("db_balance", "db", "balance", self.db, "A-3")["balances"][0]["balance"], "0")
        self.done("db", "close", self.db, "--from", "2026-05-10", "--to", "2026-06-01", "--allow-gaps")  # nothing more is billed
        self.assertEqual(len(json.loads(self.done("db", "bill", self.db, "A-3", "--json"))["bills"]), 4)

    def test_registered_before(self):
        opened = self.answer("account_open", "account", "open", self.db, self.opening(account={"id": "A-0"}, top_up=None, person=None, readings=[{"meter": "W-0", "register": "volume", "value": "5"}]))
        self.assertEqual(opened["number"], 1)
        self.assertEqual(self.answer("db_balance", "db", "balance", self.db, "A-0")["balances"][0]["balance"], "0")
        self.unchanged("E_GAP", "account", "move-out", self.db, self.leaving(account="A-0", readings=[]), says=["water"])

    def test_opening_refused(self):
        self.answer("account_open", "account", "open", self.db, self.opening())
        other = {"id": f"{9:032x}"}
        account = {"id": "A-4", "contracts": [self.contract("water", "W-4")]}
        for status, changes, options in (
                ("E_EXISTS_DIFFERENT", {"at": "2026-03-01T11:00:00+08:00"}, {"path": "/id"}),
                ("E_EXISTS", other, {"path": "/account/id", "says": ["A-3"]}),
                ("E_NOT_FOUND", {**other, "account": account, "readings": [{"meter": "W-4", "register": "volume", "value": "1"}, {"meter": "W-9", "register": "volume", "value": "1"}]}, {"says": ["W-9"]}),
                ("E_INVALID", {**other, "account": account, "readings": None, "top_up": {"amount": "5", "channel": 2, "receipt": 7001}}, {"says": ["DUPLICATE_RECEIPT"]}),
                ("E_RANGE", {**other, "account": account, "readings": None, "top_up": {"amount": "0"}}, {"path": "/top_up/amount"}),
                ("E_UNKNOWN_KEY", {**other, "account": {**account, "contrcts": []}, "readings": None}, {"path": "/account/contrcts"}),
                ("E_DATE", {**other, "account": {**account, "contracts": [{**account["contracts"][0], "from": "2026-02-30"}]}, "readings": None}, {"path": "/account/contracts/0/from"}),
                ("E_INVALID", {**other, "account": account, "readings": None, "person": {"name": ""}}, {"path": "/person/name"}),
                ("E_INVALID", {**other, "account": account, "readings": [{"meter": "W-4", "register": "volume", "value": "1"}] * 2}, {"path": "/readings/1"}),
                ("E_RANGE", {**other, "account": account, "readings": [{"meter": "W-4", "register": "volume", "value": "-1"}]}, {"path": "/readings/0/value"}),
                ("E_MISSING_KEY", {**other, "at": None}, {"path": "/at"}),
                ("E_INVALID", {**other, "kind": "leaving"}, {"path": "/kind"})):
            with self.subTest(status=status, changes=changes):
                self.unchanged(status, "account", "open", self.db, self.opening(**changes), **options)

    def test_leaving_refused(self):
        self.unchanged("E_NOT_FOUND", "account", "move-out", self.db, self.leaving())
        self.unchanged("E_INVALID", "account", "move-out", self.db, self.leaving(account="A-0"), path="/account", says=["not open"])
        self.answer("account_open", "account", "open", self.db, self.opening())
        self.unchanged("E_INVALID", "account", "move-out", self.db, self.leaving(to="2026-03-01"), path="/to")
        self.unchanged("E_GAP", "account", "move-out", self.db, self.leaving(readings=None), says=["water"])
        self.unchanged("E_NOT_FOUND", "account", "move-out", self.db, self.leaving(readings=[{"meter": "W-9", "register": "volume", "value": "1"}]))
        self.unchanged("E_EXISTS_DIFFERENT", "account", "move-out", self.db, self.leaving(readings=[{"meter": "W-3", "register": "volume", "value": "1", "time": "2026-03-01T00:00:00+08:00"}]), says=["12"])
        self.unchanged("E_DATE", "account", "move-out", self.db, self.leaving(to="soon"), path="/to")
        self.read("W-3,volume,2026-06-01T00:00+08:00,40", "G-3,volume,2026-06-01T00:00+08:00,3100")
        self.call("db", "close", self.db, "--from", "2026-03-01", "--to", "2026-06-01")
        self.unchanged("E_ORDER", "account", "move-out", self.db, self.leaving(), says=["behind the end"])


if __name__ == "__main__":
    cases = unittest.defaultTestLoader.loadTestsFromNames(sys.argv[3:] or ["Town", "Forget", "Stay"], sys.modules["__main__"])
    print(f"1..{cases.countTestCases()}")
    result = cli.Tap()
    cases.run(result)
    sys.exit(0 if result.wasSuccessful() else 1)
