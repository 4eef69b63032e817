# SPDX-License-Identifier: Apache-2.0
"""Low balances: three levels that the store watches of every account, and the same events once more by Python from every record of the ledger. Changes when the
town's alarms do."""

import json
from collections import Counter, defaultdict

from program import want

LEVELS = [(100, 20), (20, 20), (0, 10)]  # amount and deadband
CREDIT, UNIT = 1, 10**6


class Alarms:
    def __init__(self, town):
        self.town, self.office = town, town.office
        self.changes = []  # (records before it, names, amounts): what tasks set

    def found(self):
        config = self.office.write("alarms.json", {"meterbill": 1, "kind": "alarms", "channels": ["app"], "alarms": {"balance": {"watches": "balance", "decimals": 2, "levels": [
            {"when": "at_or_below", "limit": f"{limit}.00", "deadband": f"{deadband}.00", "notice": {"channels": ["app"], "max_count": 1}} for limit, deadband in LEVELS]}}})
        self.office.run("alarm", "check", config)
        self.office.run("alarm", "put", self.office.store, "balances", config)
        self.office.run("alarm", "default", self.office.store, "balances")
        self.first = sum(1 for _ in self.office.records())

    def set_amounts(self, names, amounts):
        self.changes.append((sum(1 for _ in self.office.records()), names, amounts))

    def look(self):
        """Every event that the store has: those of the ledger's records, account by account, each once and in their order, with the balance that it was."""
        mine, told = self.events(), defaultdict(list)
        notified = Counter()
        for one in self.office.run("alarm", "events", self.office.store).stdout.splitlines():
            event = json.loads(one)
            if event["event"] == "notify":
                notified[event["account"], event["level"]] += 1
            else:
                told[event["account"]].append((event["event"], event["level"], event["value"], event["effective"]))
        for name in mine.keys() | told.keys():
            want(self.same(mine[name], told[name]), f"alarms of {name}: {told[name]}, by Python {mine[name]}")
        raised = Counter((name, level) for name, events in mine.items() for event, level, _, _ in events if event == "raise")
        want(notified == raised, "who was told is not who was low")
        counted = self.office.answer("report", "alarms", self.office.store, "--from", "2026-01-01", "--to", "2200-01-01", "--zone", "CST-8", "--per", "year")["rows"]
        want(sum(int(row["count"]) for row in counted) == sum(raised.values()), f"the report has {counted}")
        self.town.count["alarms raised"] = sum(raised.values())
        self.town.count["alarms cleared"] = sum(event == "clear" for events in mine.values() for event, _, _, _ in events)

    def events(self):
        names = {number: name for name, number in self.town.numbers.items()}
        balances, active, limits = Counter(), {}, defaultdict(lambda: [limit for limit, _ in LEVELS])
        mine, changes, last = defaultdict(list), list(self.changes), 0

        def sample(number, at):
            now = []
            for level, (_, deadband) in enumerate(LEVELS, 1):
                was, limit = active.get((number, level), False), limits[number][level - 1] * UNIT
                holds = balances[number] <= limit + (deadband * UNIT if was else 0)
                if holds != was:
                    now.append((holds, level if holds else -level, ("raise" if holds else "clear", level, self.decimal(balances[number]), at)))
                active[number, level] = holds
            mine[names[number]] += [event for _, _, event in sorted(now)]

        def change(until):
            while changes and changes[0][0] <= until:
                _, of, amounts = changes.pop(0)
                for name in of:
                    limits[self.town.numbers[name]] = amounts
                    sample(self.town.numbers[name], None)

        for number, record in enumerate(self.office.records()):
            change(number)
            moved = Counter()
            for debit, credit, amount, debit_place, credit_place, _, pending in record["legs"]:
                if pending == 0 and debit_place == CREDIT and debit > 0:
                    moved[debit] -= amount
                if pending == 0 and credit_place == CREDIT and credit > 0:
                    moved[credit] += amount
            for account, amount in moved.items():
                balances[account] += amount
                if number >= self.first and account in names:
                    sample(account, record["at"])
            last = number
        change(last + 1)
        return mine

    @staticmethod
    def same(mine, told):
        """What a task led to happens when the account's alarms take it: after what they heard before."""
        return len(mine) == len(told) and all(one[:3] == other[:3] and one[3] in (None, other[3]) for one, other in zip(mine, told))

    @staticmethod
    def decimal(amount):
        sign, amount = "-" if amount < 0 else "", abs(amount)
        return sign + f"{amount // UNIT}.{amount % UNIT:06d}".rstrip("0").rstrip(".")
