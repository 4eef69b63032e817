# SPDX-License-Identifier: Apache-2.0
"""Changes when what can be asked of a time zone does. The rules are those of the C library: the same on every machine."""

from __future__ import annotations

import datetime as dt
import importlib.resources
import pathlib
import zoneinfo
from typing import Self

from ._native import core
from .handles import Handle
from .times import instant_of, utc_s_of

__all__ = ["Zone", "tzif_of"]

_EPOCH_DAY = dt.date(1970, 1, 1).toordinal()
_FOLDS = {"refuse": 0, "earlier": 1, "later": 2}
_NEVER = 2**63 - 1
_EPOCH = dt.datetime(1970, 1, 1)


def tzif_of(zone: zoneinfo.ZoneInfo) -> bytes:
    """The bytes of a zone's TZif file, from where ``zoneinfo`` found it: the system's folders, else the package tzdata."""
    if zone.key is None:
        raise ValueError("the zone was not made from a key; give the bytes of its file to Zone.tzif")
    for folder in zoneinfo.TZPATH:
        path = pathlib.Path(folder) / zone.key
        if path.is_file():
            return path.read_bytes()
    package, name = f"tzdata.zoneinfo.{zone.key}".replace("/", ".").rsplit(".", 1)
    return importlib.resources.files(package).joinpath(name).read_bytes()


class Zone(Handle):
    """A time zone of the C library, from a POSIX rule, the bytes of a TZif file, or a ``ZoneInfo``. Any thread may use it.

    >>> Zone.rule("CET-1CEST,M3.5.0,M10.5.0/3").parse("2026-07-01T12:00")
    datetime.datetime(2026, 7, 1, 10, 0, tzinfo=datetime.timezone.utc)
    """

    __slots__ = ()

    @classmethod
    def rule(cls, rule: str) -> Self:
        """From a POSIX rule, as tariffs name their zone."""
        return cls(core.mbill_face_zone_rule(rule))

    @classmethod
    def tzif(cls, file: bytes) -> Self:
        """From the bytes of a TZif file (RFC 9636), at most 64 KiB."""
        return cls(core.mbill_face_zone_tzif(file))

    @classmethod
    def of(cls, zone: zoneinfo.ZoneInfo) -> Self:
        """The same zone as Python's, from the same bytes."""
        return cls.tzif(tzif_of(zone))

    def offset(self, at: dt.datetime, *, standard: bool = False) -> dt.timedelta:
        """What local clocks are ahead of UTC at an instant; ``standard``: without daylight saving."""
        return dt.timedelta(seconds=core.mbill_face_zone_offset(self._open(), utc_s_of(at), int(standard)))

    def next_change(self, after: dt.datetime) -> dt.datetime | None:
        """The next instant at which the offset changes; None: never again."""
        change = core.mbill_face_zone_next_change(self._open(), utc_s_of(after))
        return None if change == _NEVER else instant_of(change)

    def to_utc(self, local: dt.datetime, *, fold: str = "refuse") -> dt.datetime:
        """The instant at which local clocks show ``local``, a datetime without a zone. ``fold``: "earlier" or "later" of two; else refused."""
        if not isinstance(local, dt.datetime) or local.tzinfo is not None or local.microsecond:
            raise ValueError(f"{local!r} is no local time of whole seconds without a zone")
        if fold not in _FOLDS:
            raise ValueError(f'fold is "{fold}", expected refuse, earlier or later')
        seconds = (local - _EPOCH) // dt.timedelta(seconds=1)
        return instant_of(core.mbill_face_zone_to_utc(self._open(), seconds, _FOLDS[fold]))

    def day_start(self, day: dt.date) -> dt.datetime:
        """The first instant of a civil day: midnight, or the first time after it that clocks show."""
        return instant_of(core.mbill_face_zone_day_start(self._open(), day.toordinal() - _EPOCH_DAY))

    def day(self, at: dt.datetime) -> dt.date:
        """The civil day of an instant."""
        return dt.date.fromordinal(core.mbill_face_zone_day(self._open(), utc_s_of(at)) + _EPOCH_DAY)

    def parse(self, text: str) -> dt.datetime:
        """A time as documents say it: a day (its first instant), a local time, or a time with its offset."""
        return instant_of(core.mbill_face_time_parse(self._open(), text))

    def text(self, at: dt.datetime) -> str:
        """An instant as documents say it, with the offset of this zone."""
        text: str = core.mbill_face_time_print(self._open(), utc_s_of(at))
        return text
