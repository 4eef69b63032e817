# SPDX-License-Identifier: Apache-2.0
"""Price series for the reference model: what was used while each price held, and the lines that come of it.

Changes when the guide's words about price series do.
"""
from fractions import Fraction

from model_numbers import Line, Refused, round_to, rule_of

NANO = Fraction(1, 10**9)


def is_series(rate):
    return isinstance(rate, dict) and "series" in rate


def check_series(tariff, charge, path):
    """Which price a free or a rounded unit has is open."""
    quantity = charge["quantity"]
    if charge["rate"]["series"] not in tariff.get("series", {}):
        raise Refused("E_NOT_FOUND", path + "/series", "no such price series")
    if isinstance(quantity, dict) and ("free" in quantity or rule_of(quantity.get("round"))):
        raise Refused("E_AMBIGUOUS", path, "units are free or rounded: at which of the prices?")


def step_of(tariff, name):
    return int(tariff["series"][name]["step"].removesuffix("min")) * 60


def check_given(tariff, zone, given):
    """Series that the tariff names are given in its steps, from a whole step of the local clock on."""
    for name in set(given) & set(tariff.get("series", {})):
        start, step = zone.instant(given[name]["start"]), step_of(tariff, name)
        if given[name]["step_s"] != step:
            raise Refused("E_INVALID", "", "the steps are not those of the tariff")
        if (start + zone.offset(start)) % step:
            raise Refused("E_BOUNDARY", "", "the series does not start at a whole step of the clock")


class Prices:
    """The prices of a charge in one pricing."""

    def __init__(self, pricing, charge):
        self.pricing, self.charge, self.rate = pricing, charge, charge["rate"]
        name = self.rate["series"]
        if name not in pricing.series:
            raise Refused("E_NOT_KNOWN", "", f'the price series "{name}" is not given')
        self.step, given = step_of(pricing.tariff, name), pricing.series[name]
        self.start, self.values = pricing.zone.instant(given["start"]), given["values"]

    def at(self, place):
        """The rate in a step; None where there is no price."""
        price = self.values[place] if 0 <= place < len(self.values) else None
        if price is None:
            return None
        rate = Fraction(price) * Fraction(self.rate.get("times", "1")) + Fraction(self.rate.get("plus", "0"))
        rule = rule_of(self.rate.get("round"))
        rate = round_to(rate, Fraction(rule["step"]), rule["how"]) if rule else rate
        if (rate / NANO).denominator != 1:
            raise Refused("E_AMBIGUOUS", "", "the rate has more than nine places")
        return rate

    def known(self, place, quantity):
        if self.at(place) is None and quantity:
            raise Refused("E_NOT_KNOWN", "", f"no price at {self.pricing.time(self.start + place * self.step)}, where something was used")
        return self.at(place)

    def used(self, name):
        """[(place, micro-units)] of the steps with readings."""
        pricing, entry = self.pricing, self.pricing.form(name)
        if "total" in entry or "periods" in entry:
            raise Refused("E_NOT_KNOWN", "", "a total does not say when it was used")
        first, last = (pricing.begin - self.start) // self.step, -((self.start - pricing.end) // self.step)
        edges = [min(max(self.start + place * self.step, pricing.begin), pricing.end) for place in range(first, last + 1)]
        sums = [0] * (last - first)
        for place, _, part in pricing.metered(name, list(zip(edges, edges[1:])), None):
            sums[place] += part
        return [(first + place, part) for place, part in enumerate(sums)]

    def needed(self):
        """Refuses as lines() does, but for readings that cross a step."""
        name = self.pricing.quantity_of(self.charge)[0]
        for begin, end, quantity in self.pricing.derived.intervals(name):
            begin, end = max(begin, self.pricing.begin), min(end, self.pricing.end)
            for place in range((begin - self.start) // self.step, -((self.start - end) // self.step)):
                self.known(place, quantity)


def lines(pricing, charge):
    """One for each run of steps of equal rate."""
    prices, runs, before, total = Prices(pricing, charge), [], 0, 0
    name, factor, _ = pricing.quantity_of(charge)
    for place, part in prices.used(name):
        rate, total = prices.known(place, part), total + part
        scaled = int(round_to(total * factor, Fraction(1), "half_even"))
        if rate is None:
            runs.append([None, 0])
        elif runs and runs[-1][0] == rate:
            runs[-1][1] += scaled - before
        else:
            runs.append([rate, scaled - before])
        before = scaled
    return [Line(quantity, rate, "series", pricing.line_rule) for rate, quantity in runs if quantity]
