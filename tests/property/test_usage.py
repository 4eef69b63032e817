# SPDX-License-Identifier: Apache-2.0
"""Register readings to usage against fractions: rollover, multiplier and replaced meters; parts add up to the whole; faults are named."""

from fractions import Fraction

from conftest import Refused
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as some
from test_numbers import rounded

MICRO = 10**6
ROLLOVER, REMOVED, INSTALLED = 4, 8, 16
ALLOW_GAPS = 1
shared = settings(suppress_health_check=[HealthCheck.function_scoped_fixture])


@some.composite
def meters(draw):
    """(modulus, multiplier, readings [at, value, marks], movement of each interval before the multiplier)."""
    modulus = draw(some.sampled_from([1000, 10_000, 10**6])) * MICRO
    multiplier = draw(some.one_of(some.just(MICRO), some.integers(1, 4000).map(lambda n: n * MICRO), some.integers(1, 10**8)))
    at, value = draw(some.integers(0, 2**31)), draw(some.integers(0, modulus - 1))
    readings, moved = [(at, value, 0)], []
    for _ in range(draw(some.integers(1, 12))):
        at += draw(some.integers(1, 100_000))
        by = draw(some.one_of(some.just(0), some.integers(0, modulus - 1), some.integers(0, 50 * MICRO)))
        mark = ROLLOVER if value + by >= modulus else 0
        value = (value + by) % modulus
        readings.append((at, value, mark))
        moved.append(by)
    return modulus, multiplier, readings, moved


def between(start, end, multiplier):
    """Usage of one interval: the rounded product at its end less the rounded product at its start, so that every cut agrees."""
    start, end = (rounded(Fraction(count * multiplier, MICRO), 1, "half_even") for count in (start, end))
    return end - start


def ask(driver, modulus, multiplier, readings, flags=0, span=None):
    begin, end = span or (readings[0][0], readings[-1][0])
    words = [int(word) for word in driver.ask("registers", modulus, multiplier, begin, end, flags, *[n for reading in readings for n in reading])]
    total, gap, rollovers, replacements = words[:4]
    intervals = [tuple(words[at:at + 3]) for at in range(4, len(words), 3)]
    assert total == sum(quantity for _, _, quantity in intervals)
    return total, gap, rollovers, replacements, intervals


@shared
@given(meter=meters())
def test_intervals_are_the_differences_and_add_up(driver, meter):
    modulus, multiplier, readings, moved = meter
    total, gap, rollovers, replacements, intervals = ask(driver, modulus, multiplier, readings)
    expected = [(before[0], after[0], between(before[1], before[1] + by, multiplier)) for before, after, by in zip(readings, readings[1:], moved)]
    assert intervals == expected
    if not rollovers:
        assert total == between(readings[0][1], readings[-1][1], multiplier)
    assert abs(Fraction(sum(moved) * multiplier, MICRO) - total) <= rollovers + 1
    assert (gap, rollovers, replacements) == (0, sum(mark == ROLLOVER for _, _, mark in readings), 0)


@shared
@given(meter=meters(), data=some.data())
def test_a_fall_without_a_mark_is_refused_at_its_reading(driver, meter, data):
    modulus, multiplier, readings, _ = meter
    place = data.draw(some.integers(1, len(readings) - 1))
    at, _, _ = readings[place]
    before = readings[place - 1][1]
    if before == 0:
        return
    readings = readings[:place] + [(at, data.draw(some.integers(0, before - 1)), 0)]
    try:
        ask(driver, modulus, multiplier, readings)
    except Refused as refusal:
        assert (refusal.status, refusal.index) == ("MBILL_E_REGRESSED", place)
    else:
        raise AssertionError("a falling register was taken")


@shared
@given(meter=meters(), data=some.data())
def test_order_is_kept(driver, meter, data):
    modulus, multiplier, readings, _ = meter
    place = data.draw(some.integers(1, len(readings) - 1))
    readings[place] = (readings[place - 1][0] - data.draw(some.integers(0, 1000)),) + readings[place][1:]
    span = (readings[0][0], max(reading[0] for reading in readings) + 1)
    try:
        ask(driver, modulus, multiplier, readings, ALLOW_GAPS, span)
    except Refused as refusal:
        assert refusal.status in ("MBILL_E_ORDER", "MBILL_E_OVERLAP") and refusal.index == place
    else:
        raise AssertionError("readings out of order were taken")


@shared
@given(meter=meters(), data=some.data())
def test_a_replaced_meter_goes_on_where_it_stands(driver, meter, data):
    """The old meter's last reading and the new one's first at one instant: nothing is used between them."""
    modulus, multiplier, readings, moved = meter
    assume(len(readings) > 2)
    place = data.draw(some.integers(1, len(readings) - 2))
    start = data.draw(some.integers(0, modulus - 1))
    at, value, mark = readings[place]
    after = [(when, (start + sum(moved[place:index])) % modulus,
              ROLLOVER if (start + sum(moved[place:index - 1])) % modulus + moved[index - 1] >= modulus else 0)
             for index, (when, _, _) in enumerate(readings) if index > place]
    changed = readings[:place] + [(at, value, mark | REMOVED), (at, start, INSTALLED)] + after
    total, gap, rollovers, replacements, _ = ask(driver, modulus, multiplier, changed)
    assert abs(Fraction(sum(moved) * multiplier, MICRO) - total) <= rollovers + 2
    assert (gap, replacements) == (0, 1)


@shared
@given(meter=meters(), before=some.integers(0, 5000), after=some.integers(0, 5000))
def test_uncovered_time_is_named(driver, meter, before, after):
    modulus, multiplier, readings, _ = meter
    span = readings[0][0] - before, readings[-1][0] + after
    _, gap, _, _, _ = ask(driver, modulus, multiplier, readings, ALLOW_GAPS, span)
    assert gap == before + after
    if gap:
        try:
            ask(driver, modulus, multiplier, readings, 0, span)
        except Refused as refusal:
            assert refusal.status == "MBILL_E_GAP"
        else:
            raise AssertionError("a gap was taken")
