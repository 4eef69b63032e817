# SPDX-License-Identifier: Apache-2.0
"""Dates and zones against Python's datetime and zoneinfo: rules, TZif files, gaps, folds, and days of 23 and 25 hours."""

import datetime
import importlib.resources
import zoneinfo

import pytest
from hypothesis import HealthCheck, assume, example, given, settings
from hypothesis import strategies as some

DAY = 86400
EPOCH = datetime.date(1970, 1, 1)
UTC = datetime.timezone.utc
FIRST, LAST = datetime.date(1900, 1, 1), datetime.date(2999, 12, 31)
shared = settings(max_examples=settings().max_examples // 3, suppress_health_check=[HealthCheck.function_scoped_fixture])

# Zones whose rule of today, from the footer of their TZif file, has held without change since the year named.
RULED = [("Asia/Shanghai", 1992), ("Europe/Berlin", 1997), ("America/New_York", 2008), ("Australia/Lord_Howe", 2009),
         ("America/St_Johns", 2012), ("Asia/Kathmandu", 1987), ("Pacific/Auckland", 2008), ("Europe/Dublin", 1997), ("Asia/Tokyo", 1952)]
FILED = RULED + [("Africa/Monrovia", 1973), ("America/Sao_Paulo", 1932), ("Pacific/Apia", 1950), ("Europe/London", 1917), ("Asia/Tehran", 1978)]


def file_bytes(name):
    return importlib.resources.files("tzdata.zoneinfo").joinpath(*name.split("/")).read_bytes()


def rule_of(name):
    return file_bytes(name).rstrip(b"\n").rsplit(b"\n", 1)[1].decode()


def python_zone(name):
    with importlib.resources.files("tzdata.zoneinfo").joinpath(*name.split("/")).open("rb") as file:
        return zoneinfo.ZoneInfo.from_file(file, key=name)


def offset(zone, utc_s):
    return int(datetime.datetime.fromtimestamp(utc_s, UTC).astimezone(zone).utcoffset().total_seconds())


def instants(zone, local_s):
    """Every instant at which the zone's clock shows this local time."""
    found = set()
    for fold in (0, 1):
        wall = datetime.datetime(1970, 1, 1) + datetime.timedelta(seconds=local_s)
        utc_s = local_s - int(wall.replace(tzinfo=zone, fold=fold).utcoffset().total_seconds())
        if utc_s + offset(zone, utc_s) == local_s:
            found.add(utc_s)
    return sorted(found)


def near_changes(draw, zone, first_year):
    """An instant, half the time within two hours of a change of the zone's offset."""
    low = int(datetime.datetime(first_year + 1, 1, 2, tzinfo=UTC).timestamp())
    high = int(datetime.datetime(2120, 12, 30, tzinfo=UTC).timestamp())
    utc_s = draw(some.integers(low, high))
    if draw(some.booleans()):
        before, after = utc_s, min(high, utc_s + 200 * DAY)
        if offset(zone, before) != offset(zone, after):
            while after - before > 1:
                middle = (before + after) // 2
                before, after = (middle, after) if offset(zone, middle) == offset(zone, before) else (before, middle)
            utc_s = after + draw(some.one_of(some.integers(-7200, 7200), some.integers(-2, 2)))
    return utc_s


def load(driver, way, name):
    if way == "rule":
        driver.ask("zone", rule_of(name))
    else:
        driver.ask("tzif", file_bytes(name).hex())


ways = [("rule", *row) for row in RULED] + [("file", *row) for row in FILED]


@pytest.mark.parametrize("way, name, since", ways)
@shared
@given(data=some.data())
def test_instants(driver, way, name, since, data):
    zone = python_zone(name)
    load(driver, way, name)
    utc_s = near_changes(data.draw, zone, since)
    now, standard, change = (int(word) for word in driver.ask("offset", utc_s))
    assert now == offset(zone, utc_s)
    assert change > utc_s
    if change < datetime.datetime(2200, 1, 1, tzinfo=UTC).timestamp():
        # Nothing changes before it; at it one of the two offsets does (in 1968 London's summer time became its standard).
        assert offset(zone, change - 1) == now
        assert driver.ask("offset", change)[:2] != [str(now), str(standard)] == driver.ask("offset", change - 1)[:2]
    # Local time and back, at both sides of a fold.
    local_s = utc_s + now
    whole = instants(zone, local_s)
    assert utc_s in whole
    assert driver.number("to_utc", local_s, 1) == whole[0]
    assert driver.number("to_utc", local_s, 2) == whole[-1]
    if len(whole) == 1:
        assert driver.number("to_utc", local_s, 0) == utc_s
    else:
        assert driver.status("to_utc", local_s, 0) == "MBILL_E_AMBIGUOUS_TIME"
    assert driver.number("day", utc_s) == local_s // DAY
    # As text and back.
    text = driver.ask("time_print", utc_s)[0]
    assert datetime.datetime.fromisoformat(text).timestamp() == utc_s
    assert driver.number("time", text) == utc_s


@pytest.mark.parametrize("way, name, since", ways)
@shared
@given(data=some.data())
def test_local_times_that_the_clock_skips(driver, way, name, since, data):
    zone = python_zone(name)
    load(driver, way, name)
    utc_s = near_changes(data.draw, zone, since)
    local_s = utc_s + offset(zone, utc_s + data.draw(some.integers(-5000, 5000)))
    whole = instants(zone, local_s)
    for fold in (0, 1, 2):
        status = driver.status("to_utc", local_s, fold)
        if not whole:
            assert status == "MBILL_E_NO_SUCH_TIME"
        elif len(whole) == 2 and fold == 0:
            assert status == "MBILL_E_AMBIGUOUS_TIME"
        else:
            assert driver.number("to_utc", local_s, fold) == whole[0 if fold < 2 else -1]


@pytest.mark.parametrize("way, name, since", ways)
@shared
@given(data=some.data())
def test_days_begin_at_their_first_instant(driver, way, name, since, data):
    zone = python_zone(name)
    load(driver, way, name)
    days = near_changes(data.draw, zone, since) // DAY
    start = driver.number("day_start", days)
    # The day is the run of instants whose local date it is; the clock may go back over midnight, so look a little further.
    assert (start + offset(zone, start)) // DAY >= days
    for utc_s in range(start - 7200, start, 60):
        assert (utc_s + offset(zone, utc_s)) // DAY < days
    following = driver.number("day_start", days + 1)
    assert following - start in (DAY, DAY - 3600, DAY + 3600, DAY - 1800, DAY + 1800) or name in ("Pacific/Apia", "Europe/London", "Asia/Tehran")


@shared
@given(day=some.dates(FIRST, LAST))
@example(day=FIRST)
@example(day=LAST)
@example(day=datetime.date(2000, 2, 29))
def test_dates(driver, day):
    days, weekday = (int(word) for word in driver.ask("days", day.isoformat()))
    assert days == (day - EPOCH).days
    assert weekday == day.isoweekday()
    assert driver.ask("date", days) == [day.isoformat()]


@shared
@given(days=some.integers(-2**31, 2**31 - 1))
@example(days=(FIRST - EPOCH).days - 1)
@example(days=(LAST - EPOCH).days + 1)
def test_days_outside_the_years_are_refused(driver, days):
    assume(not (FIRST - EPOCH).days <= days <= (LAST - EPOCH).days)
    assert driver.status("date", days) == "MBILL_E_RANGE"


@shared
@given(day=some.dates(FIRST, LAST), months=some.one_of(some.integers(-30, 30), some.integers(-20000, 20000), some.integers(-2**31, 2**31 - 1)))
def test_months(driver, day, months):
    whole = day.year * 12 + day.month - 1 + months
    year, month = whole // 12, whole % 12 + 1
    if not 1900 <= year <= 2999:
        assert driver.status("add_months", day.isoformat(), months) == "MBILL_E_RANGE"
        return
    last = (datetime.date(year + month // 12, month % 12 + 1, 1) - datetime.timedelta(days=1)).day
    assert driver.ask("add_months", day.isoformat(), months) == [datetime.date(year, month, min(day.day, last)).isoformat()]


@shared
@given(text=some.one_of(some.text("0123456789-", min_size=8, max_size=11), some.builds("{:04}-{:02}-{:02}".format,
                        some.integers(1890, 3010), some.integers(0, 13), some.integers(0, 32))))
def test_only_real_dates_are_taken(driver, text):
    try:
        real = len(text) == 10 and text[4] == text[7] == "-" and FIRST <= datetime.date.fromisoformat(text) <= LAST
    except ValueError:
        real = False
    assert (driver.status("days", text) == "MBILL_OK") == real


@shared
@given(rule=some.text("CESTUTZ<>+-0123456789:,./MJ", max_size=24))
def test_any_rule_is_taken_or_refused(driver, rule):
    assert driver.status("zone", rule) in ("MBILL_OK", "MBILL_E_ZONE")
