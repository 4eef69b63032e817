# SPDX-License-Identifier: Apache-2.0
"""Who comes on a day and leaves on another: an account opened by one document and ended by one. Changes when coming or leaving does."""

import model

import households
from books import Purse, micro, text
from program import want

COME, GO = "2026-03-01", "2026-03-20"


class Guests:
    def __init__(self, town):
        self.town, self.office, self.rng = town, town.office, town.rng
        self.used = {}  # kWh in micro-units, and the area

    def all_at_once(self, verb, document):
        """Killed, sent, and sent again: it is done once."""
        path = self.office.write(f"{document['kind']}.json", document)
        if self.town.options.kills:
            self.office.killed("account", verb, self.office.store, path)
        self.office.run("account", verb, self.office.store, path)
        told = self.office.answer("account", verb, self.office.store, path)
        want(told["already"], f"account {verb} twice: {told}")
        return told

    def come(self):
        for number in range(1, max(3, len(self.town.households) // 100) + 1):
            name, amount, first = f"G-{number:03d}", self.rng.randrange(20000, 60000) * 10**4, [self.rng.randrange(9000), self.rng.randrange(9000)]
            self.used[name] = area, uses = str(self.rng.randrange(300, 900) / 10), {"water": self.rng.randrange(1, 40000), "power": self.rng.randrange(1, 30000)}
            meters = {kind: f"G{kind[0].upper()}-{number:03d}" for kind in ("water", "power")}
            contracts = [{"tariff": kind, "from": COME, "meters": [{"id": meter, "registers": [{"register": households.METERS[kind][0], "unit": households.METERS[kind][1]}]}]}
                         for kind, meter in meters.items()]
            self.town.receipts[2] += 1
            self.all_at_once("open", {
                "meterbill": 1, "kind": "opening", "id": self.town.new_id(), "at": f"{COME}T10:00:00+08:00",
                "account": {"id": name, "policy": "DLT", "facts": {"area": area}, "contracts": contracts}, "person": {"name": f"Guest {number}"},
                "readings": [{"meter": meters[kind], "register": households.METERS[kind][0], "value": str(count), "time": f"{COME}T00:00:00+08:00"}
                             for kind, count in zip(meters, first)],
                "top_up": {"amount": text(amount), "channel": 2, "receipt": self.town.receipts[2]}})
            purse = self.town.purses[name] = Purse(False)
            purse.top_up(amount, 2)
            self.town.count["top-ups"] += 1
            self.town.numbers[name] = next(one["number"] for one in self.office.answer("db", "balance", self.office.store, name)["balances"])
            self.leave(name, meters, dict(zip(meters, first)), uses)
            self.town.count["guests"] += 1

    def leave(self, name, meters, first, uses):
        """The last readings, the last bills, and what is left goes back."""
        told = self.all_at_once("move-out", {
            "meterbill": 1, "kind": "leaving", "id": self.town.new_id(), "at": f"{GO}T09:00:00+08:00", "account": name, "to": GO,
            "readings": [{"meter": meter, "register": households.METERS[kind][0], "value": text(first[kind] * 10**6 + uses[kind] * 10**3), "time": f"{GO}T00:00:00+08:00"}
                         for kind, meter in meters.items()]})
        purse = self.town.purses[name]
        for kind, use in uses.items():
            register = households.METERS[kind][0]
            rows = [[f"{COME}T00:00:00+08:00", "0"], [f"{GO}T00:00:00+08:00", text(use * 10**3)]]
            made = model.price(households.TARIFFS[kind], {"meterbill": 1, "kind": "usage", "from": COME, "to": GO, "inputs": [{"register": register, "readings": rows}]})
            charges = self.town.bills[name, kind, 2] = {}
            for line in made["bill"]["lines"]:
                charges[line["charge"]] = charges.get(line["charge"], 0) + micro(line["amount"])
            purse.use(sum(charges.values()), kind)
        left = purse.credit
        want(left > 0 and micro(told["refund"]) == left, f"{told}, by Python {text(left)}")
        self.town.apply("refund", self.office.store, lines=[{"id": self.town.new_id(), "account": self.town.numbers[name], "amount": text(left)}])
        purse.refund(left)
