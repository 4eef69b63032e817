# SPDX-License-Identifier: Apache-2.0
"""Numbers and times at the edge: exact in both directions, or refused."""

import datetime as dt
from decimal import Decimal, localcontext
from zoneinfo import ZoneInfo

from hypothesis import given, strategies as st
import pytest

from meterbill import errors
from meterbill.money import Money, decimal_of, micro_of
from meterbill.times import Span, instant_of, text_of_time, utc_s_of


@given(st.integers(-2**63, 2**63 - 1))
def test_numbers_come_back(micro):
    with localcontext() as context:
        context.prec = 3  # the caller's own rounding has no say
        assert micro_of(decimal_of(micro)) == micro_of(format(decimal_of(micro), "f")) == micro


@pytest.mark.parametrize("number, micro", [("1e3", 10**9), (Decimal("-0.000001"), -1), (7, 7_000_000), ("9223372036854.775807", 2**63 - 1), (-0, 0)])
def test_exact_numbers(number, micro):
    assert micro_of(number) == micro


@pytest.mark.parametrize("number, status", [
    ("0.0000001", errors.Status.E_DIGITS), ("9223372036854.775808", errors.Status.E_OVERFLOW), (10**40, errors.Status.E_OVERFLOW), ("", errors.Status.E_NUMBER),
    ("NaN", errors.Status.E_NUMBER), ("-Infinity", errors.Status.E_NUMBER), (Decimal("sNaN"), errors.Status.E_NUMBER), ("1,5", errors.Status.E_NUMBER),
    ("1e999999", errors.Status.E_NUMBER), ("1e-999999", errors.Status.E_DIGITS)])
def test_numbers_that_are_refused(number, status):
    with pytest.raises(errors.NumberError) as caught:
        micro_of(number)
    assert caught.value.status is status


@pytest.mark.parametrize("number", [1.5, 0.0, True, None, b"1", 1j, [], float("nan")])
def test_other_types_are_refused(number):
    with pytest.raises(TypeError, match="expected Decimal, int or text"):
        micro_of(number)


def test_money_of_one_currency_adds():
    a, b = Money(Decimal("51.18"), "EUR"), Money(Decimal("0.82"), "EUR")
    assert a + b == Money(Decimal("52.00"), "EUR") and a - b < a and b <= a and str(-b) == "-0.82 EUR"
    with pytest.raises(ValueError, match="different currencies"):
        a + Money(Decimal(1), "CNY")


@given(st.datetimes(dt.datetime(1950, 1, 1), dt.datetime(2500, 1, 1)), st.sampled_from(["UTC", "Europe/Berlin", "Asia/Kathmandu", "America/St_Johns"]))
def test_instants_come_back(when, zone):
    when = when.replace(microsecond=0, tzinfo=ZoneInfo(zone))
    seconds = utc_s_of(when)
    assert instant_of(seconds) == when.astimezone(dt.UTC) and utc_s_of(dt.datetime.fromisoformat(text_of_time(when))) == seconds


@pytest.mark.parametrize("when, error", [
    (dt.datetime(2026, 1, 1), ValueError), (dt.datetime(2026, 1, 1, microsecond=1, tzinfo=dt.UTC), ValueError), (dt.date(2026, 1, 1), TypeError), (0, TypeError),
    ("2026-01-01T00:00:00Z", TypeError), (None, TypeError)])
def test_times_that_are_refused(when, error):
    with pytest.raises(error):
        utc_s_of(when)


def test_spans():
    berlin = ZoneInfo("Europe/Berlin")
    march = Span.month(2026, 3, berlin)
    assert march.end_utc_s - march.start_utc_s == 31 * 86400 - 3600  # the clocks go forward
    assert Span.month(2026, 12, berlin).end.year == 2027
    assert Span.days(dt.date(2026, 3, 1), dt.date(2026, 4, 1), berlin) == march
    for start, end in ((march.end, march.start), (march.start, march.start)):
        with pytest.raises(ValueError, match="no time in it"):
            Span(start, end)
