# SPDX-License-Identifier: Apache-2.0
"""The town's money once more, by Python alone: bills from the counts by the reference model of tests/property, and every account's purse from what was done to it.
Changes when the meaning of a bill or of an operation does."""

import pathlib
import sys
from collections import Counter
from fractions import Fraction

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "property"))

import model  # noqa: E402  (the folder is known from here on)
import households  # noqa: E402

MICRO = 10**6


def micro(text):
    value = Fraction(text) * MICRO
    assert value.denominator == 1, text
    return int(value)


def text(amount):
    sign, amount = "-" if amount < 0 else "", abs(amount)
    return f"{sign}{amount // MICRO}.{amount % MICRO:06d}"


# --- bills ------------------------------------------------------------------------------------------------------------------------------

def period_of(begin, end):
    """The period that an interval of hours lies in, or None when it crosses an edge of one."""
    hour, length = begin % 24, end - begin
    if 8 <= hour < 21:
        return "peak" if hour + length <= 21 else None
    return "valley" if (hour + 3) % 24 + length <= 11 else None


def usage_of(meter, month, rows=None):
    """What the meter used in a month, in a form that the model takes: totals where nothing has to be divided. rows: what the bill rests on."""
    rows = meter.billed(month) if rows is None else rows
    uses = meter.uses(rows)
    if meter.kind != "power":
        return {"register": meter.register, "total": meter.decimal(sum(use for _, _, use in uses))}
    totals = Counter()
    for begin, end, use in uses:
        totals[period_of(begin, end)] += use
    if None not in totals:
        return {"register": meter.register, "periods": {name: meter.decimal(totals[name]) for name in ("peak", "valley")}}
    readings = [[households.TIMES[hour], meter.decimal(count), *([mark] if mark else [])] for hour, count, mark, _ in rows]
    return {"register": meter.register, "readings": readings, "modulus": str(meter.modulus // meter.scale)}


def bill(job):
    """(charges in micro-units, position) of one contract and month; a job is (tariff, usage, facts, month, position before)."""
    kind, usage, facts, month, position = job
    span = {"meterbill": 1, "kind": "usage", "from": households.MONTHS[month].isoformat(), "to": households.MONTHS[month + 1].isoformat(), "inputs": [usage]}
    made = model.price(households.TARIFFS[kind], span, {"meterbill": 1, "kind": "facts", "facts": facts}, position)
    charges = Counter()
    for line in made["bill"]["lines"]:
        charges[line["charge"]] += micro(line["amount"])
    assert sum(charges.values()) == micro(made["bill"]["total"])
    return dict(charges), made["position"]


# --- purses -----------------------------------------------------------------------------------------------------------------------------

class Purse:
    """One account: credit, and the debt of use that found no credit (only where the account keeps such a debt; elsewhere the credit goes below 0)."""

    def __init__(self, keeps_debt):
        self.keeps_debt, self.credit, self.debt = keeps_debt, 0, 0
        self.sums = Counter()  # by what it was

    def top_up(self, amount, channel):
        self.sums["top-ups", channel] += amount
        self.put(amount)

    def put(self, amount):
        paid = min(self.debt, amount)
        self.debt -= paid
        self.credit += amount - paid

    def use(self, amount, what):
        self.sums["revenue", what] += amount
        taken = min(amount, max(self.credit, 0)) if self.keeps_debt else amount
        self.credit -= taken
        self.debt += amount - taken

    def refund(self, amount):
        self.sums["refunds", ""] += amount
        self.credit -= amount

    def write_off(self, amount):
        self.sums["write-offs", ""] += amount
        self.debt -= amount

    def reverse(self, amount, channel):
        """A payment is taken back, where credit is all there is."""
        self.sums["top-ups", channel] -= amount
        self.credit -= amount

    def give(self, amount, other):
        self.credit -= amount
        other.put(amount)
        self.sums["offsets", ""] -= amount
        other.sums["offsets", ""] += amount

    def correct(self, amount):
        """Given back to the credit, or below 0 taken like use."""
        self.sums["corrections", ""] += amount
        taken = min(-amount, max(self.credit, 0)) if self.keeps_debt and amount < 0 else -amount
        self.credit -= taken
        self.debt += -amount - taken

    def total(self, what):
        return sum(amount for (kind, _), amount in self.sums.items() if kind == what)

    def check(self):
        """top-ups + offsets + corrections + write-offs = credit - debt + revenue + refunds, of this account."""
        came = sum(map(self.total, ("top-ups", "offsets", "corrections", "write-offs")))
        assert came == self.credit - self.debt + self.total("revenue") + self.total("refunds"), self.sums
