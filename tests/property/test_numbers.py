# SPDX-License-Identifier: Apache-2.0
"""Numbers against Python's fractions: parse, print, round, multiply, scale and sum are exact, and overflow is refused, never wrapped."""

from fractions import Fraction

import pytest
from conftest import Refused
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as some

MIN, MAX = -2**63, 2**63 - 1
int64 = some.one_of(some.integers(MIN, MAX), some.integers(-10**7, 10**7),
                    some.builds(lambda sign, power, near: max(MIN, min(MAX, sign * 2**power + near)),
                                some.sampled_from([-1, 1]), some.integers(0, 63), some.integers(-2, 2)))
rules = some.sampled_from(["half_up", "half_even", "down", "up", "floor", "ceiling"])
NUMBER = {"half_up": 1, "half_even": 2, "down": 3, "up": 4, "floor": 5, "ceiling": 6}
steps = some.sampled_from([1, 7, 10, 100, 10_000, 50_000, 100_000, 10**6, 10**7, 10**10])
scales = some.integers(0, 9)
shared = settings(suppress_health_check=[HealthCheck.function_scoped_fixture])


def rounded(value, step, how):
    """The multiple of step that the rule picks, from the definition: the two neighbours and their distances."""
    below = value / step
    below = below.numerator // below.denominator * step
    above = below + step
    if below == value:
        return int(below)
    inner, outer = (below, above) if value > 0 else (above, below)
    if how in ("half_up", "half_even"):
        if value - below != above - value:
            return int(below if value - below < above - value else above)
        return int(outer if how == "half_up" else below if (below // step) % 2 == 0 else above)
    return int({"down": inner, "up": outer, "floor": below, "ceiling": above}[how])


def expect(driver, value, *words):
    """The driver gives value, or E_OVERFLOW where it does not fit."""
    if MIN <= value <= MAX:
        assert driver.number(*words) == value
    else:
        assert driver.status(*words) == "MBILL_E_OVERFLOW"


def shown(value, scale):
    """Shortest exact text."""
    sign, digits = "-" if value < 0 else "", str(abs(value)).rjust(scale + 1, "0")
    whole, places = (digits[:-scale], digits[-scale:].rstrip("0")) if scale else (digits, "")
    return sign + whole + ("." + places if places else "")


@shared
@given(scale=scales, value=int64)
@example(scale=6, value=MIN)
@example(scale=9, value=MAX)
def test_print_is_shortest_and_parse_gives_it_back(driver, scale, value):
    text = driver.ask("print", scale, value)[0]
    assert text == shown(value, scale)
    assert driver.number("parse", scale, text) == value


@shared
@given(scale=scales, value=int64, least=scales)
def test_places_are_at_least_those_asked_for(driver, scale, value, least):
    whole, _, places = shown(value, scale).partition(".")
    assert driver.ask("places", scale, least, value)[0] == whole + ("." if places or least else "") + places.ljust(least, "0")


@shared
@given(scale=scales, sign=some.sampled_from(["", "-"]), whole=some.one_of(some.integers(0, 10**20), some.integers(0, 1000)),
       places=some.one_of(some.none(), some.text("0123456789", min_size=1, max_size=14)))
def test_parse_is_exact_or_says_why_not(driver, scale, sign, whole, places):
    text = f"{sign}{whole}" + ("" if places is None else "." + places)
    exact = Fraction(text) * 10**scale
    if exact.denominator != 1:
        assert driver.status("parse", scale, text) in ("MBILL_E_DIGITS", "MBILL_E_OVERFLOW")
    else:
        expect(driver, int(exact), "parse", scale, text)


@shared
@given(text=some.text("0123456789+-.eE ,_xn١", max_size=8))
def test_only_plain_decimals_are_taken(driver, text):
    import re
    plain = re.fullmatch(r"-?(0|[1-9][0-9]*)(\.[0-9]+)?", text)
    status = driver.status("parse", 9, text)
    if plain is None:
        assert status == "MBILL_E_NUMBER"
    else:
        assert status == "MBILL_OK"


@shared
@given(value=int64, step=steps, how=rules)
@example(value=MAX, step=10**6, how="up")
@example(value=MIN, step=10**6, how="floor")
@example(value=-25, step=10, how="half_even")
@example(value=-25, step=10, how="half_up")
def test_round(driver, value, step, how):
    expect(driver, rounded(Fraction(value), step, how), "round", value, step, NUMBER[how])


@shared
@given(quantity=int64, rate=int64, step=steps, how=rules)
@example(quantity=MIN, rate=MIN, step=10**10, how="half_even")
@example(quantity=123400000, rate=546900000, step=10000, how="half_up")
def test_multiply_rounds_the_exact_product_once(driver, quantity, rate, step, how):
    exact = Fraction(quantity * rate, 10**9)
    expect(driver, rounded(exact, step, how), "multiply", quantity, rate, step, NUMBER[how])


@shared
@given(quantity=some.integers(-10**9, 10**9), tenths=some.integers(-10**6, 10**6), how=rules)
def test_multiply_at_ties(driver, quantity, tenths, how):
    """Products that end in exactly half a cent, and those one part in 10^15 beside it."""
    rate = 5 * 10**8
    value = quantity * 20000 + 10000
    for near in (-1, 0, 1):
        exact = Fraction((value + near) * rate + tenths, 10**9)
        assert rounded(exact, 10000, how) % 10000 == 0
        expect(driver, rounded(Fraction((value + near) * rate, 10**9), 10000, how), "multiply", value + near, rate, 10000, NUMBER[how])


@shared
@given(value=int64, numerator=int64, denominator=some.one_of(some.integers(1, 1000), some.integers(1, MAX)), how=rules)
@example(value=MIN, numerator=-1, denominator=1, how="down")
@example(value=MIN, numerator=MIN, denominator=MAX, how="half_even")
def test_scale(driver, value, numerator, denominator, how):
    expect(driver, rounded(Fraction(value * numerator, denominator), 1, how), "scale", value, numerator, denominator, NUMBER[how])


@shared
@given(value=int64, numerator=int64, denominator=some.integers(MIN, 0))
def test_scale_by_nothing_is_refused(driver, value, numerator, denominator):
    assert driver.status("scale", value, numerator, denominator, 1) in ("MBILL_E_RANGE", "MBILL_E_INVALID", "MBILL_E_MISUSE")


@shared
@given(scale=scales, values=some.lists(int64, max_size=60))
@example(scale=6, values=[MAX] * 50)
@example(scale=0, values=[MIN] * 50)
@example(scale=6, values=[MIN, MAX, -1, 1])
def test_sums_never_wrap(driver, scale, values):
    text, value = driver.ask("sum", scale, *values)
    total = sum(values)
    assert text == shown(total, scale)
    assert value == (str(total) if MIN <= total <= MAX else "-")


@pytest.mark.parametrize("words", [("round", 1, 0, 1), ("round", 1, -10, 1), ("round", 1, 10**10 + 1, 1), ("round", 1, 10, 0), ("round", 1, 10, 7),
                                   ("print", 10, 1), ("print", -1, 1), ("parse", 10, "1"), ("parse", -1, "1"), ("multiply", 1, 1, 10, 9)])
def test_arguments_outside_their_range(driver, words):
    with pytest.raises(Refused) as refusal:
        driver.ask(*words)
    assert refusal.value.status in ("MBILL_E_RANGE", "MBILL_E_INVALID", "MBILL_E_MISUSE")
