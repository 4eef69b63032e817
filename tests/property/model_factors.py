# SPDX-License-Identifier: Apache-2.0
"""Dated factors of conversion, for the reference model: what a unit of a register is worth in the tariff's unit, by exact fractions.

Changes when the guide's words about "converted" and "factors" do.
"""
import datetime
from fractions import Fraction

from model_heat import worth_j
from model_numbers import Refused, round_to


class Factors:
    """The factors of one pricing call."""

    def __init__(self, tariff, zone, begin, end, given):
        self.wanted = {entry["register"]: entry["unit"] for entry in tariff["inputs"].values() if "converted" in entry}
        self.zone, self.begin, self.end = zone, begin, end
        self.given = {}
        for register, entries in given.items():
            for entry in entries:
                if register not in self.wanted or entry["to"] != self.wanted[register]:
                    raise Refused("E_INVALID", "", f'nothing converts "{register}" to {entry["to"]}')
            self.given[register] = [(self.start(entry.get("from")), fraction(entry)) for entry in entries]

    def start(self, day):
        return None if day is None else self.zone.day_start(datetime.date.fromisoformat(day))

    def of(self, register):
        """[(from, to, factor)] of the bill's span, which they cover."""
        entries = self.given.get(register, [])
        ends = [start for start, _ in entries[1:]] + [self.end]
        found = [(max(self.begin, start or self.begin), min(end, self.end), factor) for (start, factor), end in zip(entries, ends)]
        found = [(start, end, factor) for start, end, factor in found if start < end]
        if not found or found[0][0] > self.begin:
            raise Refused("E_NOT_KNOWN", "", f'no factor of "{register}" at the beginning of the bill')
        return found

    def weights(self, register, parts):
        """What converted parts are shared by: what was measured where one factor holds, else the parts, up to a micro-unit."""
        factors = self.of(register)
        if len(factors) == 1:
            return [int(part / factors[0][2]) for part in parts]
        return [int(round_to(Fraction(part), Fraction(1), "ceiling")) for part in parts]


def fraction(entry):
    if "factor" in entry:
        return Fraction(entry["factor"])
    facts = {name: Fraction(value) for name, value in entry.get("facts", {}).items()}
    return Fraction(worth_j(entry["unit"], facts)) / worth_j(entry["to"], facts)
