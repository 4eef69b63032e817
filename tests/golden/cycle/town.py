#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""A town whose bills are paid afterwards, through the program and through the model: town.py PROGRAM [SEED ...]. Prints TAP, a line a seed.

Each seed is a billing policy, accounts, three months and what happens in them, drawn at random: drafts are issued late, payments come in files that
are sent twice, name a bill or none, are too much or too little, or go around the program's own verb (top-ups); payments are reversed in the ledger; bills are
ticked or not, disputed, corrected, written off, restored; the program is killed in the middle. After every step all bills are those of
tests/property/model_cycle.py, which shares no code with the library, and the program's own sums agree with its ledger."""

import datetime
from fractions import Fraction
import json
import pathlib
import random
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / "property"))
import model_cycle as model  # noqa: E402

PROGRAM = pathlib.Path(sys.argv[1]).resolve()
MONTHS = ["2026-01-01", "2026-02-01", "2026-03-01", "2026-04-01"]
TARIFF = {"meterbill": 1, "id": "flat", "version": "1", "currency": "CNY", "zone": "CST-8", "valid": {"from": "2026-01-01", "to": None},
          "inputs": {"volume": {"register": "volume", "unit": "m3"}}, "rounding": {"line": {"step": "0.01", "how": "half_up"}, "charge": "none", "bill": "none"},
          "charges": [{"id": "water", "quantity": "volume", "rate": "2.37"}]}


class Wrong(Exception):
    """The program and the model differ."""


def want(condition, message):
    if not condition:
        raise Wrong(message)


class Account:
    """The model's: its bills, the credit that is left, and what paid what."""

    def __init__(self):
        self.bills, self.credit, self.payments = {}, Fraction(0), {}

    def take(self, amount, day, named=None, payment=None):
        """Money: the named bill, then the oldest; the rest is credit."""
        numbers, parts = sorted(self.bills), []
        if named is not None:
            part = min(amount, self.bills[named].open())
            amount -= part
            parts.append((named, part))
        others = [number for number in numbers if number != named or self.bills[number].open() > (parts[0][1] if parts else 0)]
        shared, rest = model.settle([self.bills[number] for number in others if number != named], amount)
        others = [number for number in others if number != named]
        parts += [(others[i], part) for i, part in shared.items()]
        for number, part in parts:
            if part > 0:
                self.bills[number].step({"do": "pay", "on": day, "amount": str(part)})
        self.credit += rest
        if payment is not None:
            self.payments[payment] = {number: part for number, part in parts if part > 0}

    def settle(self, day):
        """Credit pays what is open."""
        amount, self.credit = self.credit, Fraction(0)
        if amount:
            self.take(amount, day)

    def tick(self, day):
        for number in sorted(self.bills):
            if self.bills[number].open() > 0:
                self.bills[number].step({"do": "tick", "on": day})
                self.settle(day)


class Town:
    def __init__(self, seed, folder):
        self.chance, self.folder, self.db = random.Random(seed), pathlib.Path(folder), str(pathlib.Path(folder) / "town.db")
        self.n_ids, self.day = 0, datetime.date(2026, 2, 1)
        self.policy = self.some_policy()
        self.accounts = {f"A{n}": Account() for n in range(1, self.chance.randint(2, 5) + 1)}
        self.drafts = {}  # number: (account, amount)

    # --- the program ---

    def call(self, *words, code=0):
        done = subprocess.run([PROGRAM, *map(str, words)], capture_output=True, text=True, timeout=60, check=False)
        want(done.returncode == code, f"{' '.join(map(str, words))}: exit {done.returncode}: {done.stdout}{done.stderr}")
        return done.stdout

    def killed(self, *words):
        """The same, killed after a moment, again and again, before it is let through."""
        for _ in range(self.chance.randint(0, 2)):
            process = subprocess.Popen([PROGRAM, *map(str, words)], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
            time.sleep(self.chance.random() * 0.03)
            process.kill()
            process.wait()
        return self.call(*words)

    def write(self, name, text):
        path = self.folder / name
        path.write_text(text if isinstance(text, str) else json.dumps(text), encoding="utf-8")
        return path

    def at(self):
        return f"{self.day}T12:00:00+08:00"

    def new_id(self):
        self.n_ids += 1
        return f"{self.chance.getrandbits(96) + 1:024x}{self.n_ids:08x}"

    # --- what it is made of ---

    def some_policy(self):
        chance = self.chance
        fee = "none" if chance.random() < 0.2 else {
            "rate": chance.choice(["0.0005", "0.001", "0.01", "0.000333333"]), "grace_days": chance.choice([0, 0, 3]), "from": chance.choice(["due", "grace"]), "compounds": chance.random() < 0.4,
            "cap": chance.choice(["none", {"share": "0.1"}, {"amount": "2"}]), "round": {"step": "0.01", "how": chance.choice(["half_up", "down", "up"])}}
        due = {"days": chance.randint(0, 20)} if chance.random() < 0.6 else {"month_day": chance.randint(1, 31), "at_least": chance.randint(0, 12)}
        return {"zone": "CST-8", "due": due, "pays": chance.choice(["amount_first", "fee_first"]), "late_fee": fee, "reminders": [], "review": "none"}

    def begin(self):
        accounts = [{"id": name, "contracts": [{"tariff": "flat", "from": "2026-01-01", "payment": "postpaid", "meters": [{"id": "M" + name, "registers": [{"register": "volume", "unit": "m3"}]}]}]} for name in self.accounts]
        counts, rows = {name: 0 for name in self.accounts}, ["meter,time,value"]
        self.used = {}
        for month in MONTHS:
            for name in self.accounts:
                rows.append(f"M{name},{month}T00:00+08:00,{counts[name]}")
                self.used[name, month] = self.chance.randint(0, 60)
                counts[name] += self.used[name, month]
        self.call("db", "init", self.db)
        self.call("db", "import", self.db, self.write("policy.json", {"meterbill": 1, "kind": "billing_policy", **self.policy}), self.write("tariff.json", TARIFF),
                  self.write("accounts.json", {"meterbill": 1, "kind": "accounts", "accounts": accounts}), self.write("readings.csv", "\n".join(rows) + "\n"))

    # --- what happens ---

    def close(self, month):
        self.killed("db", "close", self.db, "--from", month, "--to", MONTHS[MONTHS.index(month) + 1], "--batch", 2)
        for row in json.loads(self.call("bill", "list", self.db, "--json"))["bills"]:
            if row["state"] == "draft" and row["bill"] not in self.drafts:
                self.drafts[row["bill"]] = row["account"], Fraction(row["amount"])
                want(Fraction(row["amount"]) == self.used[row["account"], month] * Fraction("2.37"), f"bill {row['bill']} is of {row['amount']}")

    def issue(self):
        self.call("bill", "review", self.db, "plain", "--at", self.at())
        self.killed("bill", "issue", self.db, "all", "--at", self.at())
        for number in sorted(self.drafts):
            name, amount = self.drafts.pop(number)
            account = self.accounts[name]
            account.bills[number] = model.Bill(self.policy, amount)
            for kind in ("review", "issue"):
                account.bills[number].step({"do": kind, "on": str(self.day)})
            account.settle(str(self.day))

    def some_amount(self):
        return self.chance.choice([self.chance.randint(1, 20000), self.chance.randint(1, 2000), 1])

    def pay(self):
        rows, done = [], []
        for _ in range(self.chance.randint(1, 4)):
            name = self.chance.choice(sorted(self.accounts))
            account, cents, one = self.accounts[name], self.some_amount(), self.new_id()
            named = self.chance.choice([None, None, *sorted(account.bills)])
            rows.append(f"{one},{name},{cents / 100:.2f},{self.at()},1,,chen,{named or ''}")
            done.append((account, one, Fraction(cents, 100), named))
        path = self.write("payments.csv", "\n".join(["id,account,amount,time,channel,receipt,operator,bill", *rows]) + "\n")
        self.killed("bill", "pay", self.db, path)
        want("0 taken," in self.call("bill", "pay", self.db, path), "payments were taken twice")
        for account, one, amount, named in done:
            account.tick(str(self.day))
            account.take(amount, str(self.day), named, one)

    def top_up(self):
        name, cents, one = self.chance.choice(sorted(self.accounts)), self.some_amount(), self.new_id()
        self.killed("db", "import", self.db, self.write("topups.csv", f"id,account,amount,time\n{one},{name},{cents / 100:.2f},{self.at()}\n"))
        self.accounts[name].take(Fraction(cents, 100), str(self.day), None, one)

    def reverse(self):
        """A payment that settled bills alone: what is left of it as credit could not be told from other credit."""
        found = [(account, one) for account in self.accounts.values() for one, parts in account.payments.items() if parts and account.credit == 0]
        if not found:
            return
        account, one = self.chance.choice(found)
        parts = account.payments.pop(one)
        line = json.dumps({"id": self.new_id(), "target": one, "at": self.at()})
        done = subprocess.run([PROGRAM, "ledger", "reverse", self.db], input=line + "\n", capture_output=True, text=True, timeout=60, check=False)
        if done.returncode != 0 or "OK" not in done.stdout:
            account.payments[one] = parts
            return
        for number in sorted(parts, reverse=True):
            back = min(parts[number], account.bills[number].paid)
            if back > 0:
                account.bills[number].step({"do": "unpay", "on": str(self.day), "amount": str(back)})

    def one_bill(self, verb, kind, states, *options, **more):
        found = [(account, number) for account in self.accounts.values() for number, bill in account.bills.items() if bill.state in states and self.fits(kind, bill)]
        if not found:
            return
        account, number = self.chance.choice(found)
        self.call("bill", verb, self.db, number, *options, "--at", self.at())
        entries, _, rest = account.bills[number].step({"do": kind, "on": str(self.day), **more})
        account.credit += rest
        account.settle(str(self.day))

    @staticmethod
    def fits(kind, bill):
        return kind not in ("dispute", "resolve") or bill.disputed == (kind == "resolve")

    def correct(self):
        amount = f"{self.chance.randint(-3000, 3000) / 100 or 1:.2f}"
        self.one_bill("correct", "correct", ("issued", "part_paid", "paid", "overdue"), "--amount", amount, amount=amount)

    def overdue(self):
        self.killed("bill", "overdue", self.db, "--at", self.at())
        for account in self.accounts.values():
            for number in sorted(account.bills):
                if account.bills[number].live():
                    account.bills[number].step({"do": "tick", "on": str(self.day)})
                    account.settle(str(self.day))

    def compare(self):
        for row in json.loads(self.call("bill", "list", self.db, "--json"))["bills"]:
            if row["state"] == "draft":
                continue
            bill = self.accounts[row["account"]].bills[row["bill"]]
            got = {key: Fraction(row[key]) for key in ("open", "paid", "fees", "corrected", "written_off")}
            expected = {"open": bill.open(), "paid": bill.paid, "fees": bill.fees, "corrected": bill.corrected, "written_off": bill.off}
            want(got == expected, f"bill {row['bill']}: {row}, expected {dict((key, float(value)) for key, value in expected.items())}")
            if row["state"] != "overdue" and bill.state != "overdue":  # a day that nobody looked at yet
                want(row["state"] == bill.state, f"bill {row['bill']} is {row['state']}, expected {bill.state}")
        totals = json.loads(self.call("bill", "totals", self.db, "--json"))
        want(totals["different"] == 0, f"the ledger differs: {totals}")
        want(Fraction(totals["open"]) == sum(bill.open() for account in self.accounts.values() for bill in account.bills.values()), f"{totals}")
        for name, account in self.accounts.items():
            if account.bills:
                credit = json.loads(self.call("db", "balance", self.db, name, "--json"))["balances"][0]["balance"]
                want(Fraction(credit) == account.credit, f"{name} has credit {credit}, expected {float(account.credit)}")

    def run(self):
        self.begin()
        things = [self.pay, self.pay, self.pay, self.top_up, self.reverse, self.correct, self.overdue,
                  lambda: self.one_bill("dispute", "dispute", ("issued", "part_paid", "paid", "overdue")), lambda: self.one_bill("resolve", "resolve", ("issued", "part_paid", "paid", "overdue")),
                  lambda: self.one_bill("writeoff", "write_off", ("overdue",), "--reason", 3, reason=3), lambda: self.one_bill("restore", "restore", ("written_off",))]
        for month in MONTHS[:-1]:
            self.close(month)
            self.issue()
            for _ in range(self.chance.randint(2, 6)):
                self.day += datetime.timedelta(days=self.chance.choice([0, 1, 3, 9]))
                self.chance.choice(things)()
                self.compare()
            self.day += datetime.timedelta(days=self.chance.randint(0, 20))
        self.call("ledger", "verify", self.db)


def main():
    seeds = [int(text) for text in sys.argv[2:]] or range(1, 9)
    failed = 0
    for number, seed in enumerate(seeds, 1):
        with tempfile.TemporaryDirectory(prefix="mbill-town-") as folder:
            try:
                Town(seed, folder).run()
                print(f"ok {number} - seed {seed}")
            except Wrong as wrong:
                failed += 1
                print(f"not ok {number} - seed {seed}\n  # {wrong}")
        sys.stdout.flush()
    print(f"1..{len(list(seeds))}")
    sys.exit(1 if failed else 0)


main()
