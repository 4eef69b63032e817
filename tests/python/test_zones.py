# SPDX-License-Identifier: Apache-2.0
"""Zones of the C library beside Python's, from the same bytes."""

import datetime as dt
from zoneinfo import ZoneInfo

from hypothesis import given, strategies as st
import pytest

import meterbill
from meterbill import errors

NAMES = ["Europe/Berlin", "America/St_Johns", "Asia/Kathmandu", "Australia/Lord_Howe", "Africa/Casablanca", "Asia/Shanghai"]
ZONES = {name: meterbill.Zone.of(ZoneInfo(name)) for name in NAMES}


@given(st.sampled_from(NAMES), st.datetimes(dt.datetime(1950, 1, 1), dt.datetime(2100, 1, 1)))
def test_it_agrees_with_zoneinfo(name, when):
    at = when.replace(microsecond=0, tzinfo=dt.UTC)
    local = at.astimezone(ZoneInfo(name))
    zone = ZONES[name]
    assert zone.offset(at) == local.utcoffset() and zone.day(at) == local.date()
    assert zone.parse(zone.text(at)) == at


def test_clock_changes():
    zone = meterbill.Zone.rule("CET-1CEST,M3.5.0,M10.5.0/3")
    twice, never = dt.datetime(2026, 10, 25, 2, 30), dt.datetime(2026, 3, 29, 2, 30)
    assert zone.to_utc(twice, fold="later") - zone.to_utc(twice, fold="earlier") == dt.timedelta(hours=1)
    for local, status in ((twice, "E_AMBIGUOUS_TIME"), (never, "E_NO_SUCH_TIME")):
        with pytest.raises(errors.TimeError) as caught:
            zone.to_utc(local)
        assert caught.value.status.name == status
    assert zone.next_change(dt.datetime(2026, 1, 1, tzinfo=dt.UTC)) == dt.datetime(2026, 3, 29, 1, tzinfo=dt.UTC)
    assert meterbill.Zone.rule("UTC0").next_change(dt.datetime(2026, 1, 1, tzinfo=dt.UTC)) is None
    assert zone.day_start(dt.date(2026, 7, 1)) == dt.datetime(2026, 6, 30, 22, tzinfo=dt.UTC)
    summer = dt.datetime(2026, 7, 1, tzinfo=dt.UTC)
    assert zone.offset(summer) - zone.offset(summer, standard=True) == dt.timedelta(hours=1)


def test_refusals():
    for call in (lambda: meterbill.Zone.rule("nonsense"), lambda: meterbill.Zone.tzif(b"TZif"), lambda: meterbill.Zone.tzif(b"")):
        with pytest.raises(errors.TimeError):
            call()
    with meterbill.Zone.rule("UTC0") as zone:
        pass
    with pytest.raises(errors.ClosedError):
        zone.parse("2026-01-01")
    for wrong in (dt.datetime(2026, 1, 1, tzinfo=dt.UTC), "2026-01-01", None):
        with pytest.raises(ValueError, match="no local time"):
            ZONES["Europe/Berlin"].to_utc(wrong)
    with pytest.raises(ValueError, match="fold"):
        ZONES["Europe/Berlin"].to_utc(dt.datetime(2026, 1, 1), fold="both")
