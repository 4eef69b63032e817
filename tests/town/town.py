#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""A town for three months, through the program meterbill alone: town.py PROGRAM [--accounts N] [--seed N] [--kills N] [--folder PATH] [--store LOCATION]

Readings are lost, late, doubled and rolled back, programs are killed, the power goes in the middle of a close. At the end every micro-unit is accounted for: top-ups +
write-offs = balances + revenue + refunds, for each account and in all, and three sources say the same: the program's balances, the ledger's own records, and the
books that Python keeps by itself (books.py). Prints what it did and TAP.
"""

import argparse
import datetime
import json
import multiprocessing
import pathlib
import random
import sys
import tempfile
import time
import traceback
from collections import Counter, defaultdict

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE))

import alarms  # noqa: E402  (the folder is known from here on)
import books  # noqa: E402
import guests  # noqa: E402
import households  # noqa: E402
import keeping  # noqa: E402
import mending  # noqa: E402
import model_split  # noqa: E402
import postpaid  # noqa: E402
import reports  # noqa: E402
import tasks  # noqa: E402
from books import micro, text  # noqa: E402
from program import SYSTEMS, Office, ServerOffice, want  # noqa: E402

CHANNELS = (1, 2, 3)


class Town:
    def __init__(self, options, folder):
        self.rng, self.count, self.options = random.Random(options.seed), Counter(), options
        made = (options.program, folder, random.Random(f"faults {options.seed}"), self.count)
        self.office = ServerOffice(*made, options.store) if options.store else Office(*made)
        self.households = [households.Household(number, self.rng) for number in range(1, options.accounts + 1)]
        self.of_id = {one.id: one for one in self.households}
        self.prepaid = [one for one in self.households if not one.pays_later]
        self.purses = {one.id: books.Purse(one.keeps_debt) for one in self.households}
        self.numbers = {}    # in the ledger, by id
        self.positions = {}  # of contracts, where the last bill left them
        self.before = {}     # and the one before it
        self.paid = []       # of the month: account, id, amount, channel
        self.bills = {}      # (account, tariff, month): charges
        self.receipts = Counter()
        self.tasks, self.charges = tasks.Tasks(self), tasks.Charges(self)
        self.guests = guests.Guests(self)
        self.mending, self.postpaid = mending.Mending(self), postpaid.Postpaid(self)
        self.alarms, self.keeping, self.reports = alarms.Alarms(self), keeping.Keeping(self), reports.Reports(self)
        self.count["accounts"] = len(self.households)

    def new_id(self):
        return f"{self.rng.getrandbits(128) | 1 << 64:032x}"

    # --- the town is made

    def found(self):
        office = self.office
        office.run("db", "init", office.store)
        paths = [office.write(f"{name}.json", tariff) for name, tariff in households.TARIFFS.items()]
        paths.append(office.write("accounts.json", {"meterbill": 1, "kind": "accounts", "accounts": [one.document() for one in self.households]}))
        paths.append(office.write("billing.json", self.postpaid.document()))
        paths.append(office.write("places.json", households.places_document(self.households)))
        office.imported(*paths)
        added = office.imported(*paths)
        want(all(new == 0 for new, _ in added.values()), f"imported twice, the town is another: {added}")
        self.charges.found()

    def look_for(self):
        """Selections mean whom they must."""
        listed = self.office.answer("account", "list", self.office.store)["accounts"]
        self.numbers = {one["account"]: one["number"] for one in listed}
        want(set(self.numbers) == set(self.of_id), "the list of accounts is another")
        for selection, holds in (({"tags": ["shop"]}, lambda one: one.is_shop), ({"utility": "heat"}, lambda one: "heat" in one.meters),
                                 ({"under": "b0-f1"}, lambda one: one.building == 0 and one.floor == 1),
                                 ({"tags": ["old"], "utility": "heat"}, lambda one: one.building % 3 == 0 and "heat" in one.meters)):
            found = self.office.answer("account", "list", self.office.store, "--selection", json.dumps(selection))["accounts"]
            want({one["account"] for one in found} == {one.id for one in self.households if holds(one)}, f"{selection} means others")

    # --- readings

    def readings(self, month):
        texts = defaultdict(list)
        for one in self.households:
            for kind, meter in one.meters.items():
                for when, rows in zip(("at once", "again", "slow", "late", "right"), meter.files(month, month == 0)):
                    texts[when if when in ("late", "right", "slow") else (kind, when)].append(rows)
        for kind in households.METERS:
            self.arrive(f"{kind}-{month}.csv", "".join(texts[kind, "at once"]))
            self.arrive(f"{kind}-{month}-again.csv", "".join(texts[kind, "again"]), doubled=True)
        self.arrive(f"slow-{month}.csv", "".join(texts["slow"]))
        self.count["readings out of order"] += "".join(texts["slow"]).count("\n")
        return "".join(texts["late"]), "".join(texts["right"])

    def arrive(self, name, rows, doubled=False, killed=True):
        if not rows:
            return
        path, n = self.office.write(name, "meter,register,time,value,mark,quality\n" + rows), rows.count("\n")
        if killed and not doubled and self.options.kills > 0:
            self.office.killed("db", "import", self.office.store, path)
        if not doubled:
            self.contradict(name, rows)
        added, same = self.office.imported(path)[name]
        want(added + same == n and (same == n if doubled else added == n or same == n), f"{name}: {added} added and {same} there already, of {n}")
        self.count["readings doubled" if doubled else "readings"] += n

    def contradict(self, name, rows):
        """A file with one row that says something else than another: refused whole, by its line."""
        first = rows[:rows.index("\n")].split(",")
        path = self.office.write("against.csv", f"meter,register,time,value\n{','.join(first[:3])},1.5\n{','.join(first[:3])},1.25\n")
        refused = json.loads(self.office.run("db", "import", self.office.store, path, "--json", codes=(1,)).stdout)
        want(refused["line"] in (2, 3), f"{name}: {refused}")
        self.count["files refused"] += 1

    def mend(self, month, late, right):
        """What was late or lost is there at last, and wrong counts are read again from the dial."""
        self.arrive(f"late-{month}.csv", late)
        self.count["readings late"] += late.count("\n")
        self.count["readings estimated"] += late.count(",estimated\n")
        if right:
            path = self.office.write("right.csv", "meter,register,time,value,mark,quality\n" + right)
            did = self.office.answer("db", "correct", self.office.store, path)
            want((did["corrected"], did["added"], did["behind_bill"]) == (right.count("\n"), 0, 0), f"corrections: {did}")
            self.count["readings rolled back"] += right.count("\n")
        behind = sum(meter.behind(month) for one in self.households for meter in one.meters.values())
        begin, end = (int(households.BEGIN.timestamp()) + 3600 * edge for edge in households.EDGES[month:month + 2])
        [(named,)] = self.office.query("SELECT count(*) FROM mbill_reading_correction WHERE at_utc_s > ? AND at_utc_s < ? AND bill_no IS NOT NULL", begin, end)
        want(named == behind, f"{named} readings are named behind their bill, expected {behind}")
        self.count["readings behind a bill"] += behind

    # --- the close of a month

    def close(self, month, refused, kills):
        office, days = self.office, households.MONTHS
        command = ("db", "close", office.store, "--from", days[month].isoformat(), "--to", days[month + 1].isoformat(), "--batch", 20)
        for _ in range(kills):
            if office.killed(*command):
                self.bills_are_booked()
        done = office.answer(*command, codes=(1,) if refused else (0,))
        want({(one["account"], one["tariff"]) for one in done["refusals"]} == refused, f"refused are others than {refused}: {done['refusals']}")
        n = sum(len(one.meters) for one in self.households) + (2 * self.count["guests"] if month == 2 else 0)
        want(done["billed"] + done["already"] + done["refused"] == n, f"{done} of {n} contracts")
        self.count["closes"] += 1
        self.count["bills refused"] += len(refused)

    def bills_are_booked(self):
        """Each bill that is there has its use in the ledger, and none is there without."""
        made = {self.id_of_bill(contract, begin): total for contract, begin, total in self.office.query(
            "SELECT contract_no, from_utc_s, total_micro FROM mbill_bill WHERE record IS NOT NULL")}
        made.update({self.id_of_bill(contract, begin): amount for contract, begin, amount in self.office.query(
            "SELECT contract_no, from_utc_s, amount_micro FROM mbill_due WHERE issued_day >= 0")})
        contracts = [number for (number,) in self.office.query("SELECT contract_no FROM mbill_contract")]
        begins = [int(households.BEGIN.timestamp()) + 3600 * edge for edge in households.EDGES]
        possible = {self.id_of_bill(contract, begin) for contract in contracts for begin in begins}
        booked = {record["id"]: record["amount"] for record in self.office.records() if record["id"] in possible}
        want(booked == made, f"{len(made)} bills, {len(booked)} of them in the ledger")

    @staticmethod
    def id_of_bill(contract, begin):
        number = contract << 64 | begin
        return f"{number ^ int.from_bytes(b'mbill bill entry', 'big'):032x}"

    def price(self, month, pool):
        """The month's bills by the model, compared with the store's."""
        jobs = [(one.id, one.tariffs[kind], (one.tariffs[kind], books.usage_of(meter, month), one.facts(), month, self.positions.get((one.id, one.tariffs[kind]))))
                for one in self.households for kind, meter in one.meters.items()]
        for (account, kind, _), (charges, position) in zip(jobs, pool.map(books.bill, [job for _, _, job in jobs], chunksize=64)):
            self.before[account, kind] = self.positions.get((account, kind))
            self.bills[account, kind, month], self.positions[account, kind] = charges, position
        day, n = households.MONTHS[month].isoformat(), 0
        for account, kind, total, body in self.office.query(
                "SELECT a.id, c.tariff, b.total_micro, b.body FROM mbill_bill b JOIN mbill_contract c USING(contract_no) JOIN mbill_account a "
                "ON a.account_no = b.account_no WHERE b.from_date = ?", day):
            if account not in self.of_id:
                continue
            charges = self.bills[account, kind, month]
            kept = {charge["id"]: micro(charge["amount"]) for charge in json.loads(body)["charges"]}
            want(kept == {name: charges.get(name, 0) for name in kept} and total == sum(charges.values()), f"{account} {kind} {day}: {kept}, by the model {charges}")
            n += 1
        want(n == len(jobs), f"{n} bills of {day}, expected {len(jobs)}")
        self.count["bills"] += n

    def book_bills(self, month):
        """Bills fall into each purse in the order in which they were made."""
        for account, kind in self.office.query(
                "SELECT a.id, c.tariff FROM mbill_bill b JOIN mbill_contract c USING(contract_no) JOIN mbill_account a ON a.account_no = b.account_no "
                "WHERE b.from_date = ? AND b.record IS NOT NULL ORDER BY b.record", households.MONTHS[month].isoformat()):
            if account in self.of_id:  # guests' bills are booked when they leave
                self.purses[account].use(sum(self.bills[account, kind, month].values()), kind)

    # --- money

    def apply(self, *command, lines, expected=()):
        """Lines of operations; all must be OK but those whose place has another expected result."""
        answers = self.office.lines("ledger", *command, given=lines)
        want(len(answers) == len(lines), f"{command}: {len(answers)} answers to {len(lines)} lines")
        expected = dict(expected)
        for i, (line, answer) in enumerate(zip(lines, answers)):
            want(answer.get("result") in expected.get(i, ("OK",)), f"{line} was answered {answer}, expected {expected.get(i, 'OK')}")
        self.count["operations"] += len(lines)
        return answers

    def pay_in(self, month):
        """Top-ups: at the counter one by one (its program is killed and sends again), by two other channels as a batch; the first of all by a file."""
        office, day = self.office, households.MONTHS[month].isoformat()
        if month == 0:
            rows = [(self.new_id(), one, self.rng.randrange(5000, 40000) * 10000) for one in self.prepaid]
            path = office.write("topups.csv", "id,account,amount,time\n" + "".join(f"{key},{one.id},{text(amount)},{day}T08:00+08:00\n" for key, one, amount in rows))
            want([office.imported(path)["topups.csv"] for _ in range(2)] == [(len(rows), 0), (0, len(rows))], "top-ups of the file")
            for _, one, amount in rows:
                self.purses[one.id].top_up(amount, 0)
            self.count["top-ups"] += len(rows)
        counter, batch = [], []
        self.paid = []
        for one in self.prepaid:
            for _ in range(self.rng.choice((0, 1, 1, 1, 2))):
                channel = self.rng.choice(CHANNELS)
                self.receipts[channel] += 1
                amount = self.rng.randrange(5000, 120000) * 10000
                line = {"id": self.new_id(), "account": self.numbers[one.id], "amount": text(amount), "channel": channel, "receipt": self.receipts[channel],
                        "effective": f"{day}T09:00:00+08:00"}
                (counter if channel == 1 else batch).append(line)
                self.purses[one.id].top_up(amount, channel)
                self.paid.append((one.id, line["id"], amount, channel))
        self.at_the_counter(counter)
        if batch:
            path = office.write("batch.json", self.operations(day, [{"do": "top_up", **line} for line in batch]))
            for _ in range(2 if self.options.kills else 0):
                office.killed("ledger", "apply", path, "--store", office.store)
            office.run("ledger", "apply", path, "--store", office.store)
            self.count["operations"] += len(batch)
        self.count["top-ups"] += len(counter) + len(batch)

    def at_the_counter(self, lines):
        if not lines:
            return
        if self.options.kills:
            self.office.killed("ledger", "topup", self.office.store, given="".join(json.dumps(line) + "\n" for line in lines))
        self.apply("topup", self.office.store, lines=lines, expected={i: ("OK", "EXISTS") for i in range(len(lines) if self.options.kills else 0)})
        again = lines[::11]  # the answer was lost, the clerk presses the key again
        twice = [dict(line, id=self.new_id(), amount=text(micro(line["amount"]) + 10000)) for line in lines[::17]]  # a receipt that was used
        self.apply("topup", self.office.store, lines=again + twice,
                   expected={i: ("EXISTS",) if i < len(again) else ("DUPLICATE_RECEIPT",) for i in range(len(again) + len(twice))})
        self.count["top-ups doubled"] += len(again) + len(twice)

    def charge_custom(self, month):
        """Property fee and cards, and the light of each building, split by area among its units."""
        office = self.office
        self.charges.run(month)
        buildings = defaultdict(list)
        for one in self.prepaid:
            buildings[one.building].append(one)
        for building, units in buildings.items():
            request = {"meterbill": 1, "kind": "split", "id": self.new_id(), "total": text(self.rng.randrange(100, 90000) * 10000), "method": "largest_remainder",
                       "zero_policy": "error", "step": "0.01", "owner": None, "shares": [{"key": str(self.numbers[one.id]), "weight": one.area} for one in units]}
            path = office.write("light.json", request)
            made = [json.loads(line) for line in office.run("split", "--as", "ledger", path).stdout.splitlines()]
            want([{**line, "account": int(line["account"])} for line in made] == [{"amount": "0", **line, "account": int(line["account"])}
                 for line in model_split.operations(request)], f"building {building}: the split is another")
            self.book(made, later=True)
            of_number = {self.numbers[one.id]: one.id for one in units}
            for line in made:
                self.purses[of_number[int(line["account"])]].use(micro(line["amount"]), "light")
            self.count["splits"] += 1
        self.book([])

    @staticmethod
    def operations(day, lines):
        return {"meterbill": 1, "kind": "operations", "batches": [{"at": f"{day}T12:00:00+08:00", "operations": lines}]}

    def book(self, lines, later=False):
        """Many operations in one transaction, sent twice; the second time all are there already."""
        self.waiting = getattr(self, "waiting", []) + lines
        if later or not self.waiting:
            return
        path = self.office.write("operations.json", self.operations(households.MONTHS[-1].isoformat(), self.waiting))
        for result in ("OK", "EXISTS"):
            done = self.office.answer("ledger", "apply", path, "--store", self.office.store)
            results = [one["result"] for batch in done["batches"] for one in batch["results"]]
            want(results == [result] * len(self.waiting), f"{Counter(results)}, expected {len(self.waiting)} {result}")
        self.count["operations"] += len(self.waiting)
        self.waiting = []

    def give_back(self, month):
        """Refunds, one of them of more than there is; debts that are given up."""
        day, lines, offs = households.MONTHS[month + 1].isoformat(), [], []
        for one in self.rng.sample(self.prepaid, max(4, len(self.prepaid) // 15)):
            purse = self.purses[one.id]
            if purse.credit > MICRO_LEAST:
                self.receipts["refund"] += 1
                amount = self.rng.randrange(1, purse.credit // 10000) * 10000
                lines.append({"id": self.new_id(), "account": self.numbers[one.id], "amount": text(amount), "channel": 9, "receipt": self.receipts["refund"],
                              "effective": f"{day}T10:00:00+08:00"})
                purse.refund(amount)
        greedy = self.rng.choice(self.prepaid)
        lines.append({"id": self.new_id(), "account": self.numbers[greedy.id], "amount": text(max(0, self.purses[greedy.id].credit) + 1)})
        self.apply("refund", self.office.store, lines=lines, expected={len(lines) - 1: ("EXCEEDS_REFUNDABLE",)})
        self.count["refunds"] += len(lines) - 1
        for one in self.prepaid:
            purse = self.purses[one.id]
            if purse.debt > 0 and self.rng.random() < 0.3:
                amount = self.rng.choice((purse.debt, (purse.debt + 1) // 2))
                offs.append({"id": self.new_id(), "do": "write_off", "account": self.numbers[one.id], "amount": text(amount)})
                purse.write_off(amount)
        self.book(offs)
        self.count["write-offs"] += len(offs)

    # --- every micro-unit

    def account_for(self):
        """Three sources for each account and in all."""
        for purse in self.purses.values():
            purse.check()
        self.by_program()
        self.by_records()
        self.by_views()
        verified = self.office.run("ledger", "verify", self.office.store)
        want("ok" in verified.stdout or verified.returncode == 0, verified.stdout)

    def by_program(self):
        ids = list(self.purses)
        for first in range(0, len(ids), 500):
            part = ids[first:first + 500]
            for one in self.office.answer("db", "balance", self.office.store, *part)["balances"]:
                want(micro(one["balance"]) == self.purses[one["account"]].credit, f"balance {one}, by Python {text(self.purses[one['account']].credit)}")
                self.count["balances equal"] += 1

    def by_records(self):
        """From the bytes of the journal: each place of each account, and the ledger's own accounts."""
        sums, on_its_way = Counter(), Counter()
        for record in self.office.records():
            self.count["records"] += 1
            for debit, credit, amount, debit_place, credit_place, _, pending in record["legs"]:
                on_its_way[debit, debit_place, credit, credit_place] += pending * amount
                sums[debit, debit_place] -= 0 if pending else amount
                sums[credit, credit_place] += 0 if pending else amount
        want(not any(on_its_way.values()), f"something is on its way still: {on_its_way}")
        want(sum(sums.values()) == 0, "the two sides differ")
        self.same_sums(sums)

    def by_views(self):
        """By SQL: every leg once; and in a small town, where it takes no minute, also the sums that a view makes of them."""
        places = {word: number for number, word in self.office.query("SELECT number, word FROM mbill_word WHERE topic = 'place'")}
        sums = Counter()
        for debit, debit_place, credit, credit_place, amount in self.office.query(
                "SELECT debit_account, debit_place, credit_account, credit_place, sum(amount_micro) FROM mbill_entry WHERE pending = 0 GROUP BY 1, 2, 3, 4"):
            sums[debit, places[debit_place]] -= amount
            sums[credit, places[credit_place]] += amount
        self.same_sums(sums)
        if len(self.households) <= 500:
            rows = self.office.query("SELECT account, place, credits_micro - debits_micro FROM mbill_place_balance")
            self.same_sums(Counter({(account, places[place]): amount for account, place, amount in rows}))

    def same_sums(self, sums):
        credit_place, debt_place = 1, 9
        for name, number in self.numbers.items():
            purse = self.purses[name]
            held = sums[number, credit_place], -sums[number, debt_place]
            want(held == (purse.credit, purse.debt), f"{name} has credit and debt {held}, by Python {(purse.credit, purse.debt)}")
        own = Counter()
        for (account, _), amount in sums.items():
            if account < 0:
                own[SYSTEMS[-account >> 32]] += amount
        total = {what: sum(purse.total(what) for purse in self.purses.values()) for what in ("top-ups", "revenue", "refunds", "write-offs", "corrections")}
        want((-own["cash"], own["revenue"], own["refund_clearing"], -own["write_off"], -own["adjust"]) == tuple(total.values()), f"the ledger's own {own}, by Python {total}")
        want(set(name for name, amount in own.items() if amount) <= {"cash", "revenue", "refund_clearing", "write_off", "adjust"}, f"elsewhere: {own}")
        channels = Counter()
        for purse in self.purses.values():
            channels.update({channel: amount for (what, channel), amount in purse.sums.items() if what == "top-ups"})
        for channel, amount in channels.items():
            want(-sums[-((1 << 32) + channel), 0] == amount, f"channel {channel}: {-sums[-((1 << 32) + channel), 0]}, by Python {amount}")
        self.total, self.channels = total, channels

    # --- the report

    def report(self, seconds):
        credit, debt = (sum(getattr(purse, name) for purse in self.purses.values()) for name in ("credit", "debt"))
        for name, n in sorted(self.count.items()):
            print(f"# {name:22} {n:>12}")
        by_charge = Counter()
        for purse in self.purses.values():
            by_charge.update({what: amount for (kind, what), amount in purse.sums.items() if kind == "revenue"})
        rows = [(f"top-ups, channel {channel}", amount) for channel, amount in sorted(self.channels.items())]
        rows += [("write-offs", self.total["write-offs"]), ("corrections", self.total["corrections"]), ("= balances", credit), ("- debts", -debt)]
        rows += [(f"revenue, {what}", amount) for what, amount in sorted(by_charge.items())] + [("refunds", self.total["refunds"])]
        for name, amount in rows:
            print(f"# {name:22} {text(amount):>20}")
        left = self.total["top-ups"] + self.total["write-offs"] + self.total["corrections"] - credit + debt - self.total["revenue"] - self.total["refunds"]
        print(f"# {'not accounted for':22} {text(left):>20}")
        print(f"# {seconds:.1f} s")
        want(left == 0, "the identity does not hold")

    def live(self):
        steps, began = [], time.monotonic()

        def step(name, call, *arguments):
            """One TAP line; what comes back is what the call gave."""
            begun = time.monotonic()
            try:
                back = call(*arguments)
            except Exception:
                traceback.print_exc()
                print(f"not ok {len(steps) + 1} - {name}\n1..{len(steps) + 1}")
                sys.exit(1)
            steps.append(name)
            print(f"ok {len(steps)} - {name} ({time.monotonic() - begun:.1f} s)", flush=True)
            return back

        with multiprocessing.Pool(2) as pool:
            step("the town is made", self.found)
            step("selections", self.look_for)
            step("people", self.keeping.meet)
            step("a task by the calendar", self.tasks.pension)
            step("alarms", self.alarms.found)
            for month, day in enumerate(households.MONTHS[:3]):
                name = day.strftime("%Y-%m")
                late, right = step(f"{name}: readings arrive", self.readings, month)
                step(f"{name}: top-ups", self.pay_in, month)
                step(f"{name}: payments taken back, moved, reserved", self.mending.payments, self.paid)
                step(f"{name}: low balances", self.alarms.look)
                if month == 1:
                    step(f"{name}: a task of top-ups, approved by another", self.tasks.aid, month)
                    step(f"{name}: a task of alarm amounts", self.tasks.alarm_amounts, month)
                    step(f"{name}: supply off and on, meters read", self.tasks.meters, month)
                if month == 2:
                    step(f"{name}: guests come and leave", self.guests.come)
                    step(f"{name}: scores", self.postpaid.score, day)
                    step(f"{name}: a task of tariffs", self.tasks.tariff, month)
                refused = {(one.id, one.tariffs[kind]) for one in self.households for kind, meter in one.meters.items() if month in meter.refused_for}
                step(f"{name}: the close, killed", self.close, month, refused, self.options.kills)
                step(f"{name}: late and right readings", self.mend, month, late, right)
                step(f"{name}: the close of the rest", self.close, month, set(), min(self.options.kills, 1))
                step(f"{name}: bills by the model", self.price, month, pool)
                self.book_bills(month)
                step(f"{name}: drafts are issued", self.postpaid.issue, month)
                step(f"{name}: bills behind which readings came", self.mending.correct_bills, month)
                step(f"{name}: custom charges and common light", self.charge_custom, month)
                step(f"{name}: refunds and write-offs", self.give_back, month)
                step(f"{name}: bills are paid, fall due, and cashiers close", self.postpaid.live, month)
                if month > 0:
                    step(f"{name}: the task by the calendar", self.tasks.pay_pension, month)
                step(f"{name}: low balances at the end", self.alarms.look)
                step(f"{name}: people are forgotten", self.keeping.forget, month)
                if month > 0:
                    step(f"{name}: the month before leaves", self.keeping.detach, month - 1)
            step("bills are given up", self.postpaid.write_off, datetime.date(2026, 5, 20))
            step("a month is gone for good", self.keeping.purge, 0)
            step("reports", self.reports.compare)
            step("every micro-unit", self.account_for)
            step("the identity", self.report, time.monotonic() - began)
        print(f"1..{len(steps)}")


MICRO_LEAST = 2 * 10000


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("program")
    parser.add_argument("--accounts", type=int, default=2000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--kills", type=int, default=6, help="attempts to kill each close")
    parser.add_argument("--folder", help="where the store is made; left out: a folder that is removed")
    parser.add_argument("--store", help="where it is in PostgreSQL: postgresql://…#schema; left out: a file in the folder")
    options = parser.parse_args()
    if options.folder:
        Town(options, options.folder).live()
    else:
        with tempfile.TemporaryDirectory(prefix="mbill-town-") as folder:
            Town(options, folder).live()


if __name__ == "__main__":
    main()
