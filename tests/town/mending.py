# SPDX-License-Identifier: Apache-2.0
"""What is put right afterwards: bills that a late reading changes, payments taken back, moved and reserved. Changes when one of these is done in another way."""

import json

import books
import households
from books import micro, text
from program import want


class Mending:
    def __init__(self, town):
        self.town, self.office, self.rng = town, town.office, town.rng

    # --- bills

    def correct_bills(self, month):
        """Readings came behind their bill: it is priced again with them, and what it comes to now less what it came to then is booked as its correction."""
        lines = []
        for one in self.town.households:
            for kind, meter in one.meters.items():
                if meter.behind(month):
                    line = self.correct(one, kind, meter, month)
                    lines += [line] if line else []
        if lines:
            self.town.book(lines)
        self.town.count["bills corrected"] += len(lines)

    def correct(self, one, kind, meter, month):
        office, tariff = self.office, one.tariffs[kind]
        rows = [row for row in meter.chain if households.EDGES[month] <= row[0] <= households.EDGES[month + 1]]
        [(body, contract, begin)] = office.query(
            "SELECT b.body, b.contract_no, b.from_utc_s FROM mbill_bill b JOIN mbill_contract c USING(contract_no) JOIN mbill_account a ON a.account_no = b.account_no "
            "WHERE a.id = ? AND c.tariff = ? AND b.from_date = ?", one.id, tariff, households.MONTHS[month].isoformat())
        before = office.query("SELECT position FROM mbill_bill WHERE contract_no = ? AND to_utc_s = ?", contract, begin)
        command = ["price", office.folder / f"{tariff}.json", office.write("again.csv", "meter,register,time,value,mark,quality\n" + "".join(map(meter.row, rows))),
                   "--from", households.MONTHS[month].isoformat(), "--to", households.MONTHS[month + 1].isoformat(), "--correct", office.write("billed.json", body),
                   "--modulus", str(meter.modulus // meter.scale), "--facts", office.write("facts.json", {"meterbill": 1, "kind": "facts", "facts": one.facts()})]
        command += ["--position", office.write("position.json", before[0][0])] if before else []
        told = micro(office.answer(*command)["correction"]["total"])
        now, _ = books.bill((tariff, books.usage_of(meter, month, rows), one.facts(), month, self.town.before.get((one.id, tariff))))
        mine = sum(now.values()) - sum(self.town.bills[one.id, tariff, month].values())
        want(told == mine, f"{one.id}: the bill of {kind} is corrected by {text(told)}, by Python {text(mine)}")
        if mine and one.pays_later:
            self.town.postpaid.correct(one, tariff, month, mine)
        if mine == 0 or one.pays_later:
            return None
        self.town.purses[one.id].correct(-mine)
        return {"id": self.town.new_id(), "do": "correct", "account": self.town.numbers[one.id], "target": self.town.id_of_bill(contract, begin), "amount": text(-mine)}

    # --- payments

    def payments(self, paid):
        """Of the payments that came just now (account, id, amount, channel) some are taken back; all of it is sent twice."""
        town, purses = self.town, self.town.purses
        last = {name: (key, amount, channel) for name, key, amount, channel in paid}
        mine = [name for name, (_, amount, _) in last.items() if purses[name].credit >= amount and not purses[name].keeps_debt]
        lines = []
        for name in self.rng.sample(mine, min(len(mine), 2 + len(mine) // 40)):
            key, amount, channel = last[name]
            lines += [{"id": town.new_id(), "target": key} for _ in range(2)]
            purses[name].reverse(amount, channel)
            town.count["payments reversed"] += 1
        town.apply("reverse", self.office.store, lines=lines, expected={i: ("ALREADY_REVERSED",) for i in range(1, len(lines), 2)})
        self.move()

    def move(self):
        """Money for a neighbour, and two refunds that wait for a hand: one is given, the other is not."""
        town, offsets, holds = self.town, [], []
        for one in self.rng.sample(town.prepaid, max(3, len(town.prepaid) // 40)):
            other, purse = self.rng.choice(town.prepaid), town.purses[one.id]
            free = purse.credit // 10**4
            if free > 7 and other is not one:
                amount, account = self.rng.randrange(4, free) * 10**4 // 2, town.numbers[one.id]
                offsets += [{"id": town.new_id(), "account": account, "other": town.numbers[other.id], "amount": text(amount)}] * 2
                holds += [{"id": town.new_id(), "account": account, "hold": "refund", "amount": text(part)} for part in (amount // 2, amount // 4)]
                purse.give(amount, town.purses[other.id])
                purse.refund(amount // 2)
        posts = [{"id": town.new_id(), "target": hold["id"], "amount": "all"} for hold in holds[::2] for _ in range(2)]
        again = range(1, len(offsets), 2)
        town.apply("offset", self.office.store, lines=offsets, expected={i: ("EXISTS",) for i in again})
        town.apply("hold", self.office.store, lines=holds)
        town.apply("post", self.office.store, lines=posts, expected={i: ("ALREADY_POSTED",) for i in again})
        town.apply("void", self.office.store, lines=[{"id": town.new_id(), "target": hold["id"]} for hold in holds[1::2]])
        town.count["offsets"] += len(offsets) // 2
        town.count["refunds held"] += len(holds)
