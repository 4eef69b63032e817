# SPDX-License-Identifier: Apache-2.0
"""Batch tasks and custom charges of the town, and a host whose meters do not always answer. Changes when these are run in another way."""

import datetime
import json
import random
from collections import Counter

import households
from books import micro, text
from program import want

LEASE_S, ATTEMPTS = 60, 3
RETRY = {"attempts": ATTEMPTS, "delay_s": 30, "growth": "2", "cap_s": 600, "on": ["failed", "busy", "no_answer"]}
FEE_OF_M2, CARD, SERVICE = "1.35", "15.5", "3.30"


def utc(day, seconds=0):
    at = datetime.datetime(day.year, day.month, day.day, tzinfo=datetime.timezone.utc) + datetime.timedelta(seconds=seconds)
    return at.strftime("%Y-%m-%dT%H:%M:%SZ")


class Host:
    """Carries work to meters. What it was answered, or not, follows from the seed; it remembers what meters really did."""

    def __init__(self, town):
        self.town, self.office, self.rng = town, town.office, random.Random(f"host {town.options.seed}")
        self.answers, self.attempts, self.last = {}, Counter(), []

    def work(self, task, day):
        """Rounds of handing out and answering until nothing is left; between them leases end and delays pass."""
        for turn in range(8 * ATTEMPTS):
            now = turn * 1000
            answers, self.last = self.last, []  # those of the round before come late
            if self.town.options.kills and turn < 2:
                self.office.killed("task", "due", self.office.store, task, "--now", utc(day, now), "--room", 200)
            more = True
            while more:
                work = [json.loads(line) for line in self.office.run("task", "due", self.office.store, task, "--now", utc(day, now), "--room", 200).stdout.splitlines()]
                answers += [answer for one in work for answer in self.try_one(one)]
                more = len(work) == 200
            if answers:
                self.give(answers, day, now + 10)
            [shown] = self.office.answer("task", "show", self.office.store, task)["tasks"]
            if shown["life"] == "done" and not self.last:
                return
        want(False, "work is left for ever")

    def try_one(self, work):
        item, attempt = work["item"], work["attempt"]
        self.attempts[item] += 1
        want(attempt <= ATTEMPTS and "done" not in self.answers.get(item, ()), f"handed out once more: {work}")
        fate = self.rng.random()
        answer = {"item": item, "attempt": attempt}
        if fate < 0.08:  # lost: the meter may have done it, nobody knows
            self.town.count["commands without an answer"] += 1
            return []
        outcome = "done" if fate < 0.8 else "failed" if fate < 0.9 else "busy" if fate < 0.96 else "refused"
        self.town.count[f"commands {outcome}"] += 1
        if fate < 0.12:
            self.last.append({**answer, "outcome": outcome})
            self.town.count["commands answered late"] += 1
            return []
        return [{**answer, "outcome": outcome}] * (2 if self.rng.random() < 0.03 else 1)

    def give(self, answers, day, now):
        lines = "".join(json.dumps(answer) + "\n" for answer in answers)
        if self.town.options.kills:
            self.office.killed("task", "result", self.office.store, "--now", utc(day, now), given=lines)
        told = [json.loads(line) for line in self.office.run("task", "result", self.office.store, "--now", utc(day, now), given=lines).stdout.splitlines()]
        want(len(told) == len(answers), f"{len(told)} verdicts on {len(answers)} answers")
        for answer, verdict in zip(answers, told):
            want(verdict["verdict"] in ("taken", "same", "late", "late_taken"), f"{answer}: {verdict}")
            self.town.count[f"verdict {verdict['verdict']}"] += 1
            if verdict["verdict"] != "late":
                self.answers.setdefault(answer["item"], []).append(answer["outcome"])

    def compare(self, task):
        """Each piece of work stands as its answers say."""
        [shown] = self.office.answer("task", "show", self.office.store, task)["tasks"]
        want(shown["life"] == "done", f"task {task}: {shown['life']}")
        for one in shown["list"]:
            given = self.answers.get(one["item"], [])
            right = "done" if "done" in given else "refused" if "refused" in given else None
            want(one["state"] == right or right is None and one["state"] in ("failed", "unknown"), f"{one} was answered {given}")
        self.town.count["pieces of work"] += len(shown["list"])
        return {one["target"]: one["state"] for one in shown["list"]}


class Tasks:
    def __init__(self, town):
        self.town, self.office, self.rng = town, town.office, town.rng

    def document(self, do, **more):
        self.town.count["tasks"] += 1
        return {"meterbill": 1, "kind": "task", "id": self.town.new_id(), "made_by": "ann", "dual_control": False, "do": do, "start": "now", **more}

    def add(self, document, day, targets=None):
        """Added twice it is one; the file of targets with a bad line makes none."""
        path, files = self.office.write("task.json", document), []
        if targets is not None:
            bad = self.office.write("targets.csv", targets + "nobody,x\n")
            self.office.run("task", "add", self.office.store, path, bad, "--now", utc(day), codes=(1,))
            want(document["id"] not in [one["id"] for one in self.office.answer("task", "list", self.office.store)["tasks"]], "half a task")
            files = [self.office.write("targets.csv", targets)]
        self.office.run("task", "add", self.office.store, path, *files, "--now", utc(day))
        return document["id"]

    def run(self, task, day):
        """Killed and run again: what was done is not done again."""
        if self.town.options.kills:
            self.office.killed("task", "run", self.office.store, task, "--now", utc(day))
        self.office.run("task", "run", self.office.store, task, "--now", utc(day))
        done = self.office.answer("task", "run", self.office.store, task, "--now", utc(day))
        want((done["done"], done["left"]) == (0, 0), f"a task that is run once more: {done}")

    def aid(self, month):
        """A top-up for the old buildings, that a second operator must approve."""
        day = households.MONTHS[month]
        mine = [one for one in self.town.prepaid if one.building % 3 == 0 and self.rng.random() < 0.3]
        amounts = {one.id: self.rng.randrange(100, 900) * 100000 for one in mine}
        task = self.add(self.document({"top_up": {"channel": 9, "amount": "10"}}, dual_control=True), day, "target,amount\n" + "".join(
            f"{name},{text(amount)}\n" for name, amount in amounts.items()))
        done = self.office.answer("task", "run", self.office.store, task, "--now", utc(day))
        want(done["done"] == 0, "done without its approval")
        self.office.run("task", "approve", self.office.store, task, "--by", "bob", "--now", utc(day))
        self.run(task, day)
        for name, amount in amounts.items():
            self.town.purses[name].top_up(amount, 9)
        self.town.count["top-ups"] += len(amounts)

    def pension(self):
        """Each month on its last day, and what nobody ran in time is made up: a top-up for a few."""
        self.pensioners = self.rng.sample(self.town.prepaid, 5)
        self.calendar = self.add(self.document({"top_up": {"channel": 8, "amount": "12.34"}}, targets=[one.id for one in self.pensioners], start={
            "every": {"months": 1}, "from": "2026-01-31", "until": "2026-04-01", "time": "02:30", "zone": "CST-8", "missed": "each"}), households.MONTHS[0])

    def pay_pension(self, month):
        """Nobody looked in January: two are due in the beginning of March."""
        self.run(self.calendar, households.MONTHS[month + 1])
        for one in self.pensioners:
            for _ in range(2 if month == 1 else 1):
                self.town.purses[one.id].top_up(12340000, 8)
                self.town.count["top-ups"] += 1

    def alarm_amounts(self, month):
        day, names = households.MONTHS[month], [one.id for one in self.town.households[::3]]
        self.run(self.add(self.document({"set_alarm_amounts": ["100", "50", "10"]}, targets=names), day), day)
        kept = self.office.query("SELECT count(*), count(DISTINCT account_no), sum(amount_micro) FROM mbill_alarm_amount")
        want(kept == [(3 * len(names), len(names), len(names) * 160 * 10**6)], f"alarm amounts: {kept}")
        self.town.alarms.set_amounts(names, [100, 50, 10])

    def meters(self, month):
        """Supply goes off and on again, and meters are read, through a host that loses answers."""
        day, host = households.MONTHS[month], Host(self.town)
        mine = self.rng.sample(self.town.households, max(6, len(self.town.households) // 10))
        meters = [one.meters["power"].id for one in mine]
        for do in ({"switch": "off"}, {"switch": "on"}, {"read": "all"}):
            task = self.add(self.document(do, targets=meters, host={"lease_s": LEASE_S, "parallel": 1000, "retry": RETRY}), day)
            host.work(task, day)
            states = host.compare(task)
            want(set(states) == set(meters), "others were commanded")

    def tariff(self, month):
        """Some go over to another tariff of water from the first of the month on."""
        day = households.MONTHS[month]
        mine = self.rng.sample(self.town.prepaid, max(3, len(self.town.prepaid) // 20))
        document = self.document({"set_tariff": {"tariff": "water-b", "from": day.isoformat(), "replaces": "water"}}, targets=[one.id for one in mine])
        self.run(self.add(document, day), day)
        for one in mine:
            one.tariffs["water"] = "water-b"
            self.town.positions.pop((one.id, "water"), None)
        self.town.count["tariffs set"] += len(mine)


class Charges:
    """The property fee by area, each month, and once a fee for the new cards of some; a service fee on the bills of those who pay afterwards."""

    def __init__(self, town):
        self.town, self.office = town, town.office

    def found(self):
        self.with_card = [one for one in self.town.prepaid if one.number % 7 == 0]
        fee = {"meterbill": 1, "kind": "charge", "id": "property", "zone": "CST-8", "every": {"months": 1}, "from": "2026-01-01", "due": {"at": "end", "days": 0},
               "prorate": "days", "rates": [{"from": "2026-01-01", "rate": FEE_OF_M2, "fact": "area"}], "round": {"step": "0.01", "how": "half_up"}, "to": "balance",
               "accounts": [one.id for one in self.town.prepaid]}
        card = {"meterbill": 1, "kind": "charge", "id": "card", "zone": "CST-8", "once": "2026-02-10",
                "rates": [{"from": "2026-01-01", "amount": CARD}], "round": {"step": "0.01", "how": "half_up"}, "to": "balance",
                "accounts": [one.id for one in self.with_card]}
        service = {"meterbill": 1, "kind": "charge", "id": "service", "zone": "CST-8", "every": {"months": 1}, "from": "2026-01-01", "due": {"at": "start", "days": 9},
                   "prorate": "days", "rates": [{"from": "2026-01-01", "amount": SERVICE}], "round": {"step": "0.01", "how": "half_up"}, "to": "bill",
                   "accounts": [one.id for one in self.town.postpaid.mine]}
        for document in (fee, card, service):
            self.office.run("charge", "add", self.office.store, self.office.write("charge.json", document))

    def run(self, month):
        """Killed and run again; each period is charged once."""
        now = utc(households.MONTHS[month + 1], 3600)
        if self.town.options.kills:
            for _ in range(2):
                self.office.killed("charge", "run", self.office.store, "--now", now)
        for _ in range(2):
            done = self.office.run("charge", "run", self.office.store, "--now", now, "--json").stdout.splitlines()[-1]
        want(json.loads(done)["charged"] == 0, f"charged once more: {done}")
        for one in self.town.prepaid:
            twice = 2 * micro(one.area) * micro(FEE_OF_M2)  # of 10^-12, half up to cents
            self.town.purses[one.id].use((twice // 10**10 + 1) // 2 * 10**4, "property")
        for one in self.with_card if month == 1 else []:
            self.town.purses[one.id].use(micro(CARD), "card")
        self.town.count["custom charges"] += len(self.town.prepaid) + (len(self.with_card) if month == 1 else 0)
        kept = self.office.answer("charge", "list", self.office.store)["charges"]
        for one in kept:
            name = one["charge"]["id"]
            sums = sum(purse.sums["revenue", name] for purse in self.town.purses.values())
            told = one["periods"].get("charged", {"amount": "0"})
            if name == "service":  # kept for bills, whether or not they were issued
                sums, told = (month + 1) * len(self.town.postpaid.mine) * micro(SERVICE), one["periods"]["for_bill"]
            want(micro(told["amount"]) == sums, f"charge {name}: {one['periods']}, by Python {text(sums)}")
