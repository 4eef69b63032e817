# SPDX-License-Identifier: Apache-2.0
"""What a rate comes to, whatever its form: one number for a season, a tier and a period.

Changes when the guide's words about "rate" do.
"""
from fractions import Fraction

from model_numbers import by_rule, rule_of
from model_table import is_lookup


def seasons_of(rate, seasons, periods):
    """The names by which a rate stands by season, or none; a name that is a period's too is taken for the period."""
    if not isinstance(rate, dict) or not seasons or set(rate) != set(seasons) or set(rate) & set(periods):
        return []
    return list(seasons)


def one_season(rate, seasons, periods):
    """The rate of a season, any one; of all when it is not by season."""
    names = seasons_of(rate, seasons, periods)
    return rate[names[0]] if names else rate


def rows_of(rate, seasons, periods):
    """The rows of a rate in its simple form, for what must be said of them: by period or not, one a tier."""
    if isinstance(rate, dict) and "by_tier_of" in rate:
        return []
    rows = []
    for one in [rate[name] for name in seasons_of(rate, seasons, periods)] or [rate]:
        if isinstance(one, dict) and "base" in one:
            rows.append({period: "0" for period in periods} if is_by_period(one) else "0")
        else:
            rows += one if isinstance(one, list) else [one]
    return rows


def is_by_period(rate):
    """Whether one season's rate differs by period in its form."""
    if isinstance(rate, dict) and "base" in rate:
        return any(part_by_period(rate[key]) for key in ("base", "times", "add") if key in rate)
    row = first(rate)
    return isinstance(row, dict) and not is_lookup(row) and "by_tier_of" not in row


def has_own_base(rate):
    """Whether a base stands on lines of its own, and a tier's rate is what it adds."""
    return isinstance(rate, dict) and rate.get("adds") == "own_lines"


def adds_once(rate):
    """Whether what tiers add beside a base of its own is the same in all periods."""
    return has_own_base(rate) and not part_by_period(rate["add"])


def part_by_period(numbers):
    """Whether a part of a rate made of a base differs by period, in any tier."""
    return any(isinstance(row, dict) for row in (numbers if isinstance(numbers, list) else [numbers]))


def first(rate):
    return rate[0] if isinstance(rate, list) else rate


def cell(rate, tier, period):
    """The rate of one season in a tier (None: that of a base of its own) and a period (None: without periods): a decimal, a Fraction, or a
    look-up as it is written."""
    if has_own_base(rate) and tier is not None:
        return part(rate["add"], tier, period)
    if has_own_base(rate):
        return by_rule(Fraction(part(rate["base"], 0, period)) * Fraction(part(rate.get("times", "1"), 0, period)), rule_of(rate.get("round")), 9)
    if isinstance(rate, dict) and "base" in rate:
        value = Fraction(part(rate["base"], tier, period)) * Fraction(part(rate.get("times", "1"), tier, period))
        return by_rule(value + Fraction(part(rate.get("add", "0"), tier, period)), rule_of(rate.get("round")), 9)
    row = rate[tier] if isinstance(rate, list) else rate
    if not isinstance(row, dict) or is_lookup(row):
        return row
    one = row[period]
    if isinstance(one, dict) and "of" in one:
        value = Fraction(row[one["of"]]) * Fraction(one.get("times", "1")) + Fraction(one.get("add", "0"))
        return by_rule(value, rule_of(one.get("round")), 9)
    return one


def part(numbers, tier, period):
    row = numbers[tier] if isinstance(numbers, list) else numbers
    return row[period] if isinstance(row, dict) else row


def cells(rate, n_tiers, periods):
    """All numbers of one season, by tier and period; that of a base of its own first."""
    base = [[cell(rate, None, period) for period in periods]] if has_own_base(rate) else []
    return base + [[cell(rate, tier, period) for period in periods] for tier in range(n_tiers)]
