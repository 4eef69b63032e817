# SPDX-License-Identifier: Apache-2.0
"""Changes when the way does in which readings become columns: readings files, and counts of a register."""

from __future__ import annotations

import array
import dataclasses
import datetime as dt
import json
import os
import pathlib
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from ._native import core
from .arrow import Spec, Table, amounts, instants, number_column, texts
from .tables import Column, int64_column, new_column
from .times import Span, instant_of
from .zones import Zone

__all__ = ["Intervals", "Rows", "intervals_of_counts", "read_readings"]

_ROWS = 65_536
_ALLOW_GAPS = 1


@dataclasses.dataclass(frozen=True, slots=True, eq=False)
class Rows(Table):
    """Rows of a readings file as columns. ``start`` = ``end``: a count of a register; else the quantity of an interval. ``mark`` holds
    MBILL_READING_* of the C library; ``series`` numbers meters and registers, which ``names`` tells as (meter, register)."""

    start_utc_s: array.array[int]
    end_utc_s: array.array[int]
    value_micro: array.array[int]
    mark: array.array[int]
    series: array.array[int]
    names: list[tuple[str | None, str | None]]

    def __len__(self) -> int:
        return len(self.series)

    def _columns(self) -> tuple[list[Spec], int]:
        return [texts("meter", (self.names[one][0] for one in self.series)), texts("register", (self.names[one][1] for one in self.series)),
                instants("start", self.start_utc_s), instants("end", self.end_utc_s), amounts("value", self.value_micro),
                number_column("mark", self.mark)], len(self)


def _batches(rows: Any) -> Iterator[tuple[Any, ...]]:
    while True:
        columns = [new_column(_ROWS) for _ in range(3)] + [array.array("i", bytes(4 * _ROWS)) for _ in range(2)]
        n = core.mbill_face_rows_next(rows, *columns)
        if n == 0:
            return
        yield tuple(column[:n] for column in columns)


def read_readings(file: str | bytes | os.PathLike[str], zone: Zone) -> Rows:
    """A readings file (CSV): its text, its bytes, or its path. ``zone`` is for times that do not say their offset.

    Raises :class:`ReadingError`, :class:`DocumentError` and others of :class:`MeterbillError`, with the line as ``index``.
    """
    text = pathlib.Path(file).read_bytes() if isinstance(file, os.PathLike) else file
    rows = core.mbill_face_rows_open(zone._open(), text)
    whole: list[Any] = [array.array("q") for _ in range(3)] + [array.array("i") for _ in range(2)]
    for batch in _batches(rows):
        for column, part in zip(whole, batch, strict=True):
            column.extend(part)
    start, end, value, mark, series = whole
    return Rows(start, end, value, mark, series, [(meter, register) for meter, register in json.loads(core.mbill_face_rows_series(rows))])


@dataclasses.dataclass(frozen=True, slots=True, eq=False)
class Intervals(Table):
    """What was used between counts, as columns, and what was noticed on the way."""

    start_utc_s: array.array[int]
    end_utc_s: array.array[int]
    quantity_micro: array.array[int]
    total: Decimal
    gap: dt.timedelta
    first_gap: dt.datetime | None
    rollovers: int
    replacements: int

    def __len__(self) -> int:
        return len(self.quantity_micro)

    def _columns(self) -> tuple[list[Spec], int]:
        return [instants("start", self.start_utc_s), instants("end", self.end_utc_s), amounts("quantity", self.quantity_micro)], len(self)


def intervals_of_counts(at_utc_s: Column, value_micro: Column, span: Span, *, marks: Any = None, modulus_micro: int = 0,
                        multiplier_micro: int = 1_000_000, allow_gaps: bool = False) -> Intervals:
    """Differences of a register's counts that follow each other, times the multiplier; rounded half to even, once.

    ``marks``: one byte a count, MBILL_READING_*; ``modulus_micro``: the count at which it returns to 0.
    """
    at, values = int64_column(at_utc_s), int64_column(value_micro)
    n = len(memoryview(at).cast("B")) // 8
    out = [new_column(n) for _ in range(3)]
    says = json.loads(core.mbill_face_usage_from_registers(
        at, values, marks, modulus_micro, multiplier_micro, span.start_utc_s, span.end_utc_s, _ALLOW_GAPS if allow_gaps else 0, *out))
    start, end, quantity = (column[:says["n"]] for column in out)
    return Intervals(start, end, quantity, Decimal(says["total"]), dt.timedelta(seconds=says["gap_s"]),
                     None if says["first_gap"] is None else instant_of(says["first_gap"]), says["rollovers"], says["replacements"])
