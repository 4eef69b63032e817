# SPDX-License-Identifier: Apache-2.0
"""Tables of a tariff for the reference model: the value that a number has.

Changes when the guide's words about tables do.
"""
from fractions import Fraction
import itertools

from model_numbers import Refused, round_to, show

ENDS = {"is": lambda number, end: number == end, "at_least": lambda number, end: number >= end, "above": lambda number, end: number > end,
        "up_to": lambda number, end: number <= end, "below": lambda number, end: number < end}
NANO = Fraction(1, 10**9)


def is_lookup(rate):
    return isinstance(rate, dict) and "by" in rate and ("table" in rate or "values" in rate)


def holds(row, number):
    return all(test(number, Fraction(row[word])) for word, test in ENDS.items() if word in row)


def value_of(table, number):
    """The value of a table for a number, a multiple of 10^-9."""
    for row in table:
        if not holds(row, number):
            continue
        value, add = Fraction(row["value"]), row.get("add")
        if add is None:
            return value
        distance = number - Fraction(add["above"]) if "above" in add else Fraction(add["below"]) - number
        steps = distance / Fraction(add["for_each"])
        if add["steps"] == "exact":
            return value + round_to(steps * Fraction(add["to_value"]), NANO, "half_even")
        return value + round_to(steps, Fraction(1), add["steps"]) * Fraction(add["to_value"])
    raise Refused("E_NOT_KNOWN", "", f"no row holds {number}")


def numbered(rate, look_up):
    """A rate with every lookup in it replaced by its number."""
    if is_lookup(rate):
        return show(look_up(rate))
    if isinstance(rate, list):
        return [numbered(part, look_up) for part in rate]
    if isinstance(rate, dict) and "by_tier_of" not in rate:
        return {name: numbered(part, look_up) for name, part in rate.items()}
    return rate


def check_tables(tables):
    """No number has two rows: seen at the ends of all rows and between them."""
    for name, table in tables.items():
        ends = sorted({Fraction(row[word]) for row in table for word in ENDS if word in row})
        middles = [(low + high) / 2 for low, high in zip(ends, ends[1:])]
        for number in itertools.chain(ends, middles, [ends[0] - 1, ends[-1] + 1] if ends else [Fraction(0)]):
            owners = [place for place, row in enumerate(table) if holds(row, number)]
            if len(owners) > 1:
                raise Refused("E_AMBIGUOUS", f"/tables/{name}/{owners[1]}", f"{number} lies in two rows")
