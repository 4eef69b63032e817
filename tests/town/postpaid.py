# SPDX-License-Identifier: Apache-2.0
"""Households that pay afterwards: drafts, review, issue, payments in time, in part, late or never, late fees, cashiers, scores and write-offs, beside the model of
tests/property. Changes when one of these is done in another way."""

import csv
import datetime
import io
import json
from collections import Counter
from fractions import Fraction

import model_cycle as model

import households
from books import MICRO, micro, text
from program import want

POLICY = {"zone": "CST-8", "due": {"days": 15}, "pays": "amount_first",
          "late_fee": {"rate": "0.0005", "grace_days": 3, "from": "due", "compounds": False, "cap": {"share": "1"}, "round": {"step": "0.01", "how": "half_up"}},
          "reminders": [{"days": -3, "channels": ["app"]}, {"days": 7, "channels": ["app", "sms"]}], "review": {"jump": "0.5", "least": "20"}}
OPERATORS = ("chen", "li")


class Account:
    """One household's bills by number, and the credit that none of them took."""

    def __init__(self, purse):
        self.purse, self.bills, self.credit = purse, {}, Fraction(0)

    def take(self, amount, day):
        order = sorted(self.bills)
        parts, rest = model.settle([self.bills[number] for number in order], amount)
        for i, part in parts.items():
            self.bills[order[i]].step({"do": "pay", "on": day, "amount": str(part)})
        self.credit += rest

    def settle(self, day):
        amount, self.credit = self.credit, Fraction(0)
        if amount:
            self.take(amount, day)

    def tick(self, day):
        """Late fees up to a day; they are revenue."""
        for number in sorted(self.bills):
            bill = self.bills[number]
            if bill.open() > 0:
                before = bill.fees
                bill.step({"do": "tick", "on": day})
                self.purse.sums["revenue", "late fees"] += int((bill.fees - before) * MICRO)
                self.settle(day)

    def keep(self):
        """The purse holds what the bills say."""
        self.purse.credit = int(self.credit * MICRO)
        self.purse.debt = int(sum(bill.open() for bill in self.bills.values()) * MICRO)


class Postpaid:
    def __init__(self, town):
        self.town, self.office, self.rng = town, town.office, town.rng
        self.mine = [one for one in town.households if one.pays_later]
        self.accounts = {one.id: Account(town.purses[one.id]) for one in self.mine}
        self.numbers = {}  # of bills: account, tariff, month
        self.drawer = Counter()
        self.services = Counter()  # on bills that were issued: account, month

    def document(self):
        return {"meterbill": 1, "kind": "billing_policy", **POLICY}

    @staticmethod
    def at(day):
        return f"{day}T12:00:00+08:00"

    def all(self, verb, day, *arguments):
        """A verb over many bills, killed and run again."""
        command = ("bill", verb, self.office.store, *arguments, "--at", self.at(day))
        if self.town.options.kills:
            self.office.killed(*command)
        return self.office.run(*command)

    # --- a month

    def issue(self, month):
        """Plain drafts at once, the others one by one; then all are owed."""
        day = households.MONTHS[month + 1] + datetime.timedelta(days=1)
        names = {number: name for name, number in self.town.numbers.items()}
        for bill, account, tariff, date in self.office.query("SELECT bill_no, d.account_no, tariff, from_date FROM mbill_due d JOIN mbill_contract USING(contract_no)"):
            if date == households.MONTHS[month].isoformat():
                self.numbers[bill] = names[account], tariff, month
        first = self.rng.choice(self.mine).id  # an alarm wants it looked at
        self.office.run("bill", "priority", self.office.store, first, 5)
        queue = self.office.answer("bill", "queue", self.office.store, "--at", self.at(day))["bills"]
        want({row["account"] for row in queue if row["priority"] == 5} <= {row["account"] for row in queue[:3]}, f"{first} does not come first")
        self.office.run("bill", "priority", self.office.store, first, 0)
        self.all("review", day, "plain")
        queue = [row["bill"] for row in self.office.answer("bill", "queue", self.office.store, "--at", self.at(day))["bills"]]
        if queue:
            self.office.run("bill", "review", self.office.store, *queue, "--at", self.at(day), "--note", "seen")
        self.town.count["drafts looked at"] += len(queue)
        self.all("issue", day, "all")
        items = self.on_bills(month)
        for number, (name, tariff, of_month) in sorted(self.numbers.items()):
            if of_month == month:
                account, amount = self.accounts[name], sum(self.town.bills[name, tariff, month].values())
                account.bills[number] = model.Bill(POLICY, Fraction(amount + items[number], MICRO))
                for do in ("review", "issue"):
                    account.bills[number].step({"do": do, "on": str(day)})
                account.purse.sums["revenue", tariff] += amount
                account.purse.sums["revenue", "service"] += items[number]
                self.services[name, month] += items[number]
                account.settle(str(day))
        self.town.count["bills issued"] += sum(of_month == month for _, _, of_month in self.numbers.values())
        self.keep()

    def on_bills(self, month):
        """What each bill has of the service fee: every period of the months before stands on one bill of its household."""
        rows = self.office.query("SELECT l.bill_no, d.account_no, l.period, l.amount_micro FROM mbill_due_item l JOIN mbill_due d USING(bill_no) WHERE d.state < 8")
        names = {number: name for name, number in self.town.numbers.items()}
        told = sorted((names[account], period) for _, account, period, _ in rows)
        want(told == sorted((one.id, period) for one in self.mine for period in range(month)), f"service fees on bills: {len(told)}, expected {len(self.mine) * month}")
        items = Counter()
        for number, _, _, amount in rows:
            items[number] += amount
        self.town.count["charges on bills"] += len(self.mine) if month > 0 else 0
        return Counter({number: amount for number, amount in items.items() if self.numbers[number][2] == month})

    def keep(self):
        for account in self.accounts.values():
            account.keep()

    def live(self, month):
        """Payments on two days, one before the bills are due and one after; cashiers close; days go by."""
        first = households.MONTHS[month + 1]
        for days, least in ((10, 0.35), (24, 0.8)):
            self.pay(first + datetime.timedelta(days=days), least)
        day = first + datetime.timedelta(days=26)
        told = self.office.run("bill", "remind", self.office.store, "--at", self.at(day)).stdout.splitlines()
        want({json.loads(line)["bill"] for line in told} == self.reminded(day), f"{len(told)} were reminded")
        self.town.count["reminders"] += len(told)
        self.all("overdue", day)
        for account in self.accounts.values():
            account.tick(str(day))
        self.keep()
        self.compare(day)

    def reminded(self, day):
        found = set()
        for account in self.accounts.values():
            for number, bill in account.bills.items():
                step = bill.reminder(day.toordinal())
                if step is not None:
                    found.add(number)
                    bill.step({"do": "remind", "on": str(day), "reminder": step})
        return found

    def pay(self, day, least):
        rows, taken = [], []
        for one in self.mine:
            account = self.accounts[one.id]
            owed = sum(bill.open() for bill in account.bills.values())
            if owed > 0 and self.rng.random() > least:
                channel, operator = self.rng.choice((1, 2, 3)), self.rng.choice(OPERATORS)
                self.town.receipts[channel] += 1
                amount = int(owed * MICRO) if self.rng.random() < 0.7 else self.rng.randrange(1, int(owed * 200)) * 10**4
                rows.append(f"{self.town.new_id()},{one.id},{text(amount)},{self.at(day)},{channel},{self.town.receipts[channel]},{operator},\n")
                taken.append((account, amount, channel, operator, self.town.receipts[channel]))
        path = self.office.write("payments.csv", "id,account,amount,time,channel,receipt,operator,bill\n" + "".join(rows))
        if self.town.options.kills:
            self.office.killed("bill", "pay", self.office.store, path)
        for _ in range(2):
            done = self.office.run("bill", "pay", self.office.store, path).stdout
        want("0 taken," in done, f"payments were taken twice: {done}")
        drawer = Counter()
        for account, amount, channel, operator, _ in taken:
            account.tick(str(day))
            account.take(Fraction(amount, MICRO), str(day))
            account.purse.sums["top-ups", channel] += amount
            drawer[operator, channel] += amount
        self.town.count["top-ups"] += len(taken)
        self.town.count["payments of bills"] += len(taken)
        self.keep()
        self.compare_providers(day, taken)
        self.close_day(day, drawer)

    def compare_providers(self, day, taken):
        """A channel's own list of the day is the ledger's; with a receipt missing and another one too much, both are named."""
        for channel in sorted({channel for _, _, channel, _, _ in taken}):
            rows = [f"{receipt},{text(amount)}\n" for _, amount, of_channel, _, receipt in taken if of_channel == channel]
            command = ("cashier", "compare", self.office.store, self.office.folder / "provider.csv", "--channel", channel, "--day", day)
            self.office.write("provider.csv", "receipt,amount\n" + "".join(rows))
            self.office.run(*command)
            self.office.write("provider.csv", "receipt,amount\n" + "".join(rows[1:]) + "999999,3.00\n")
            told = self.office.run(*command, codes=(1,)).stdout
            want("not_in_ledger" in told and "not_in_file" in told, f"provider of channel {channel}: {told}")
            self.town.count["providers compared"] += 1

    def close_day(self, day, drawer):
        """What was counted is what the ledger has; a closed day takes no more."""
        for (operator, channel), amount in drawer.items():
            self.office.run("cashier", "close", self.office.store, operator, "--channel", channel, "--day", day, "--counted", text(amount), "--at", self.at(day))
            self.town.count["cashier days"] += 1
        for row in self.office.answer("cashier", "show", self.office.store)["days"]:
            if row["day"] == str(day):
                want(micro(row["taken"]) == drawer[row["operator"], row["channel"]] and micro(row["difference"]) == 0, f"cashier: {row}, by Python {drawer}")
        if drawer:
            operator, channel = next(iter(drawer))
            late = self.office.write("late-payment.csv", "id,account,amount,time,channel,receipt,operator,bill\n"
                                     f"{self.town.new_id()},{self.mine[0].id},1.00,{self.at(day)},{channel},,{operator},\n")
            self.office.run("bill", "pay", self.office.store, late, codes=(1,))

    # --- what follows

    def score(self, day):
        """A fact of each account from the day on."""
        for one in self.mine:
            bills = [(bill.due, bill.disputed, bill.amount + bill.corrected, bill.in_time()) for bill in self.accounts[one.id].bills.values()]
            mine = model.score(12, "amount", 1, bills, day.toordinal())
            if mine is None:
                continue
            told = self.office.answer("bill", "score", self.office.store, one.id, "--months", 12, "--weight", "amount", "--least", 1, "--fact", "payment_score",
                                      "--at", f"{day}T00:00:00+08:00")
            one.score = text(mine * 100)
            want(micro(told["score"]) == mine * 100, f"{one.id}: {told}, by the model {mine}")
            self.town.count["scores"] += 1

    def correct(self, one, tariff, month, amount):
        """A bill that was issued becomes more or less."""
        [number] = [number for number, key in self.numbers.items() if key == (one.id, tariff, month)]
        day = households.MONTHS[month + 1] + datetime.timedelta(days=2)
        self.office.run("bill", "correct", self.office.store, number, "--amount", text(amount), "--at", self.at(day))
        account = self.accounts[one.id]
        _, _, rest = account.bills[number].step({"do": "correct", "on": str(day), "amount": str(Fraction(amount, MICRO))})
        account.purse.sums["corrections", ""] -= amount
        account.credit += rest
        account.settle(str(day))
        account.keep()

    def write_off(self, day):
        for name, account in self.accounts.items():
            for number, bill in account.bills.items():
                if bill.state == "overdue" and bill.open() > 0 and self.rng.random() < 0.3:
                    self.office.run("bill", "writeoff", self.office.store, number, "--reason", 3, "--at", self.at(day))
                    [(_, _, amount)] = bill.step({"do": "write_off", "on": str(day), "reason": 3})[0]
                    account.purse.sums["write-offs", ""] += int(amount * MICRO)
                    self.town.count["bills written off"] += 1
        self.keep()
        self.compare(day)

    def compare(self, day):
        """Every bill and every account as the model has them; the program's own comparison with its ledger."""
        for row in self.office.answer("bill", "list", self.office.store, "--at", self.at(day))["bills"]:
            bill = self.accounts[row["account"]].bills.get(row["bill"])
            if bill is not None:
                told, mine = ([Fraction(one) for one in (row["open"], row["paid"], row["fees"], row["written_off"])], [bill.open(), bill.paid, bill.fees, bill.off])
                want(told == mine, f"{row}, by the model {list(map(float, mine))}")
        totals = self.office.answer("bill", "totals", self.office.store)
        owed = {name: sum(bill.open() for bill in account.bills.values()) for name, account in self.accounts.items()}
        want(totals["different"] == 0 and Fraction(totals["open"]) == sum(owed.values()), f"{totals}, by the model {float(sum(owed.values()))}")
        arrears = csv.DictReader(io.StringIO(self.office.run("bill", "export", self.office.store, "arrears", "--at", self.at(day)).stdout))
        told = {row["account"]: Fraction(row["open"]) for row in arrears}
        want(told == {name: amount for name, amount in owed.items() if amount}, "arrears are others")
        rows = list(csv.DictReader(io.StringIO(self.office.run("bill", "export", self.office.store, "bills", "--at", self.at(day)).stdout)))
        want(len(rows) == len(self.numbers) and sum(Fraction(row["open"]) for row in rows) == sum(owed.values()), f"{len(rows)} bills are exported")
