# SPDX-License-Identifier: Apache-2.0
"""Inputs that are made of others, for the reference model: sums and apparent energy of registers per interval, per period and per bill, and ratios.

Changes when the guide's words about such inputs do. Quantities are whole micro-units.
"""
from decimal import Decimal, localcontext
from fractions import Fraction

from model_numbers import MICRO, Refused, by_rule, micro, round_to, rule_of
from model_table import value_of

KINDS = ("minus", "plus", "apparent", "quotient", "power_factor", "table")


def kind_of(entry):
    return next((kind for kind in KINDS if kind in entry), None)


def is_metered(entry):
    """Whether an input is a quantity of the bill and not one number that multiplies."""
    return "register" in entry or kind_of(entry) in ("minus", "plus", "apparent")


def terms_of(entry):
    """[(name of the input, period or None, factor)]"""
    kind, found = kind_of(entry), []
    for place, term in enumerate(entry[kind]):
        name, times = (term, Fraction(1)) if isinstance(term, str) else (term["of"], Fraction(term["times"]))
        name, _, period = name.partition("@")
        found.append((name, period or None, -times if kind == "minus" and place else times))
    return found


def check_inputs(inputs):
    """A sum says when it is taken, and a difference which part of it counts."""
    for name, entry in inputs.items():
        kind = kind_of(entry)
        if kind == "minus" and "part" not in entry:
            raise Refused("E_AMBIGUOUS", f"/inputs/{name}", "a difference needs part")
        if kind in ("minus", "plus", "apparent") and "per" not in entry:
            raise Refused("E_AMBIGUOUS", f"/inputs/{name}", "a sum, and apparent energy, needs per")


def joined(entry, values):
    """Micro-units of an input from those of its terms: a sum of which a part counts, or the root of the squares; rounded."""
    if kind_of(entry) == "apparent":
        square = Fraction(sum(value ** 2 for value in values), MICRO ** 2)
        return int(root_rounded(square, Fraction(entry["round"]["step"]), entry["round"]["how"]) * MICRO)
    return part_of(entry, Fraction(sum(value * factor for value, (_, _, factor) in zip(values, terms_of(entry)))))


def part_of(entry, sum_micro):
    """What of an exact sum counts, rounded."""
    part = entry.get("part", "all")
    value = {"all": sum_micro, "positive": max(sum_micro, Fraction(0)), "negative": max(-sum_micro, Fraction(0))}[part]
    return int(by_rule(value / MICRO, rule_of(entry.get("round"))) * MICRO)


def root_rounded(squared, step, how):
    """The square root of a Fraction of at least 0, rounded to a step: compared by squares, step by step from a decimal guess."""
    with localcontext() as context:
        context.prec = 60
        guess = (Decimal(squared.numerator) / Decimal(squared.denominator)).sqrt()
    low = int(Fraction(guess) / step) - 1
    while ((low + 1) * step) ** 2 <= squared:
        low += 1
    if low >= 0 and (low * step) ** 2 == squared:
        return low * step
    # Strictly between two steps: which side of their middle decides the rules of halves, and a stand-in on that side is rounded.
    middle = (low + Fraction(1, 2)) * step
    stand_in = middle + (step / 4 if middle ** 2 < squared else 0 if middle ** 2 == squared else -step / 4)
    return round_to(stand_in, step, how)


class Derived:
    """The derived inputs of one pricing call."""

    def __init__(self, pricing):
        self.pricing, self.inputs = pricing, pricing.tariff["inputs"]

    def intervals(self, name):
        """[(from, to, micro-units)] of a register or of a sum per interval."""
        entry = self.inputs[name]
        if "register" in entry:
            given = self.pricing.entry(name)
            if "total" in given or "periods" in given:
                raise Refused("E_NOT_KNOWN", "", f'"{name}" is a total where readings with times are needed')
            return self.pricing.intervals(given)
        columns = [self.intervals(term) for term, _, _ in terms_of(entry)]
        edges = [(begin, end) for begin, end, _ in columns[0]]
        for column in columns:
            if [(begin, end) for begin, end, _ in column] != edges:
                raise Refused("E_BOUNDARY", "", f'the registers of "{name}" were read at different times')
        return [(begin, end, joined(entry, [column[at][2] for column in columns])) for at, (begin, end) in enumerate(edges)]

    def by_period(self, name):
        """[micro-units] for each period."""
        entry, count = self.inputs[name], len(self.pricing.calendar.periods)
        if entry.get("per") == "period":
            rows = [self.by_period(term) for term, _, _ in terms_of(entry)]
            return [joined(entry, [row[at] for row in rows]) for at in range(count)]
        if "total" in self.pricing.form(name):
            raise Refused("E_NOT_KNOWN", "", f'"{name}" is one total where it is needed by period')
        found = self.pricing.metered(name, [(self.pricing.begin, self.pricing.end)], self.pricing.calendar)
        return [sum(part for _, period, part in found if period == at) for at in range(count)]

    def total(self, name):
        """Micro-units over the bill: of a quantity, a fact or a ratio."""
        entry = self.inputs[name]
        if not is_metered(entry):
            return int(self.pricing.term(name) * MICRO)
        if entry.get("per") == "bill":
            return joined(entry, [self.term(term, period) for term, period, _ in terms_of(entry)])
        whole = sum(part for _, _, part in self.pricing.metered(name, [(self.pricing.begin, self.pricing.end)], None))
        return int(round_to(Fraction(whole), Fraction(1), "half_even"))

    def term(self, name, period):
        if period is None:
            return self.total(name)
        return self.by_period(name)[self.pricing.calendar.periods.index(period)]

    def ratio(self, name):
        """A quotient, a power factor or a value that stands in a table."""
        entry = self.inputs[name]
        if "table" in entry:
            value = value_of(self.pricing.tariff["tables"][entry["table"]], Fraction(self.total(entry["by"]), MICRO))
            return round_to(value, Fraction(entry["round"]["step"]), entry["round"]["how"])
        first, second = (self.term(term, period) for term, period, _ in terms_of(entry))
        step, how = Fraction(entry["round"]["step"]), entry["round"]["how"]
        if kind_of(entry) == "power_factor" and min(first, second) < 0:
            raise Refused("E_RANGE", "", "a power factor of a negative quantity")
        if second == 0 and (kind_of(entry) == "quotient" or first == 0):
            if "if_none" not in entry:
                raise Refused("E_NOT_KNOWN", "", f'"{name}" would divide by 0')
            return Fraction(micro(entry["if_none"]), MICRO)
        if kind_of(entry) == "quotient":
            return round_to(Fraction(first, second), step, how)
        return root_rounded(Fraction(first ** 2, first ** 2 + second ** 2), step, how)
