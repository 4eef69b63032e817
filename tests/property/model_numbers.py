# SPDX-License-Identifier: Apache-2.0
"""Numbers for the reference model: rounding, decimal texts, shares by largest remainder, and the line of a bill.

Changes when the guide's words about numbers do. Quantities are whole micro-units, rates and money Fractions.
"""
from fractions import Fraction
import functools

MICRO = 1000000


class Refused(Exception):
    """The status, JSON pointer ("" when it is the call and not a document) and sentence of a refusal."""

    def __init__(self, status, path, message):
        super().__init__(f"{status} {path}: {message}")
        self.status, self.path, self.message = "MBILL_" + status, path, message


def round_to(value, step, how):
    """The multiple of step that a rule picks for a Fraction."""
    quotient = value / step
    low = quotient.numerator // quotient.denominator
    part = quotient - low
    if part == 0:
        return low * step
    toward_zero = low if quotient > 0 else low + 1
    away = low + 1 if quotient > 0 else low
    picked = {"down": toward_zero, "up": away, "floor": low, "ceiling": low + 1,
              "half_up": (away if abs(quotient - toward_zero) >= Fraction(1, 2) else toward_zero),
              "half_even": low + (part > Fraction(1, 2) or part == Fraction(1, 2) and low % 2)}[how]
    return picked * step


def by_rule(value, rule, places=6):
    """Rounded by {"step", "how"}; None means no rule, which shows half_even at 10^-6 (or so many places)."""
    if rule is None:
        return round_to(value, Fraction(1, 10 ** places), "half_even")
    return round_to(value, Fraction(rule["step"]), rule["how"])


def rule_of(rule):
    return None if rule in (None, "none") else rule


@functools.lru_cache(maxsize=100000)
def micro(text, how=None):
    """Micro-units of a decimal text; more than six decimals need a rule."""
    value = Fraction(text) * MICRO
    if value.denominator != 1 and how is None:
        raise Refused("E_DIGITS", "", f"{text} has more than six decimals")
    return int(round_to(value, Fraction(1), how or "half_even"))


def show(value):
    """Decimal text of micro-units or a Fraction whose digits end."""
    value = Fraction(value)
    digits = 0
    while (value * 10 ** digits).denominator != 1:
        digits += 1
    whole = str(abs(int(value * 10 ** digits))).rjust(digits + 1, "0")
    text = whole if digits == 0 else f"{whole[:-digits]}.{whole[-digits:]}"
    return "-" + text if value < 0 else text


def share_out(total, weights):
    """A whole number divided in proportion to whole weights by largest remainder; ties go to the lowest index."""
    whole = sum(weights)
    if total < 0:
        return [-part for part in share_out(-total, weights)]
    if whole == 0:
        return [total] + [0] * (len(weights) - 1)
    parts = [total * weight // whole for weight in weights]
    order = sorted(range(len(weights)), key=lambda index: (-(total * weights[index] % whole), index))
    for index in order[:total - sum(parts)]:
        parts[index] += 1
    return parts


class Line:
    """quantity x rate / divide_by = exact; value is what a charge adds up, shown is what is printed."""

    def __init__(self, quantity, rate, rule, line_rule, period=None, tier=None, divide_by=1):
        self.quantity, self.rate, self.rule, self.period, self.tier, self.divide_by = quantity, Fraction(rate), rule, period, tier, divide_by
        self.line_rule = line_rule
        self.price()

    def price(self):
        exact = Fraction(self.quantity, MICRO) * self.rate / self.divide_by
        self.shown = by_rule(exact, self.line_rule)
        self.value = exact if self.line_rule is None else self.shown

    def document(self, charge):
        line = {"charge": charge, "period": self.period, "tier": self.tier, "quantity": show(Fraction(self.quantity, MICRO)),
                "rate": show(self.rate), "divide_by": self.divide_by if self.divide_by != 1 else None, "amount": show(self.shown),
                "rule": self.rule}
        return {key: value for key, value in line.items() if value is not None}
