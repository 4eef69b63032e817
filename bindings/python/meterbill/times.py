# SPDX-License-Identifier: Apache-2.0
"""Changes when the way does in which Python's times become UTC seconds and back. A datetime without a zone is refused."""

from __future__ import annotations

import dataclasses
import datetime as dt

__all__ = ["Span", "instant_of", "utc_s_of"]

_EPOCH = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)
_SECOND = dt.timedelta(seconds=1)
_DAY_S = 86_400


def utc_s_of(when: dt.datetime) -> int:
    """UTC seconds of an aware datetime; ValueError for one without a zone or with a part of a second, TypeError for anything else."""
    if not isinstance(when, dt.datetime):
        raise TypeError(f"expected an aware datetime, not {type(when).__name__}")
    if when.tzinfo is None or when.utcoffset() is None:
        raise ValueError(f"{when} has no time zone; give it one, such as tzinfo=ZoneInfo(\"Europe/Berlin\")")
    if when.microsecond:
        raise ValueError(f"{when} is not a whole second")
    since = when - _EPOCH
    return since.days * _DAY_S + since.seconds


def instant_of(utc_s: int, zone: dt.tzinfo = dt.UTC) -> dt.datetime:
    """The aware datetime of UTC seconds, in UTC or the zone that is given."""
    return (_EPOCH + utc_s * _SECOND).astimezone(zone)


def text_of_time(when: dt.datetime) -> str:
    """An instant as documents say it: with its offset from UTC."""
    utc_s_of(when)
    offset = when.utcoffset()
    if offset is None or offset.microseconds or offset.seconds % 60:
        when = when.astimezone(dt.UTC)
    return when.isoformat(timespec="seconds")


@dataclasses.dataclass(frozen=True, slots=True)
class Span:
    """The time of one bill, from ``start`` up to ``end``, which is not part of it; both aware datetimes of whole seconds."""

    start: dt.datetime
    end: dt.datetime
    start_utc_s: int = dataclasses.field(init=False, repr=False, compare=False)
    end_utc_s: int = dataclasses.field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        start, end = utc_s_of(self.start), utc_s_of(self.end)
        if end <= start:
            raise ValueError(f"a span from {self.start} to {self.end} has no time in it")
        object.__setattr__(self, "start_utc_s", start)
        object.__setattr__(self, "end_utc_s", end)

    @classmethod
    def month(cls, year: int, month: int, zone: dt.tzinfo) -> Span:
        """A civil month in a zone, such as ``Span.month(2026, 1, ZoneInfo("Europe/Berlin"))``."""
        after = (year, month + 1) if month < 12 else (year + 1, 1)
        return cls(dt.datetime(year, month, 1, tzinfo=zone), dt.datetime(*after, 1, tzinfo=zone))

    @classmethod
    def days(cls, first: dt.date, end: dt.date, zone: dt.tzinfo) -> Span:
        """Civil days in a zone, from ``first`` up to ``end``, which is not part of it."""
        midnight = dt.time(tzinfo=zone)
        return cls(dt.datetime.combine(first, midnight), dt.datetime.combine(end, midnight))
