# SPDX-License-Identifier: Apache-2.0
"""Changes when the way does in which tables go to other tools and columns come from them: Arrow's PyCapsule interface, without pyarrow."""

from __future__ import annotations

import array
from collections.abc import Iterable, Sequence
from typing import Any, TypeAlias

from ._native import core

__all__ = ["Spec", "Table", "amounts", "instants", "number_column", "read_column", "texts", "whole"]

Spec: TypeAlias = "tuple[Any, ...]"
"""One column: name, Arrow's format, its buffers in Arrow's order."""
_WIDE = 16


def amounts(name: str, micro: Any) -> Spec:
    """Decimals with six places, of 10^-6: widened to 128 bits, so that every number fits."""
    wide = bytearray(_WIDE * len(micro))
    core.mbill_face_widen(micro, wide)
    return name, "d:19,6", None, wide


def whole(name: str, numbers: Any) -> Spec:
    """64-bit whole numbers, in place."""
    return name, "l", None, numbers


def number_column(name: str, numbers: Any) -> Spec:
    """32-bit whole numbers, in place."""
    return name, "i", None, numbers


def instants(name: str, utc_s: Any) -> Spec:
    """UTC seconds as instants, in place."""
    return name, "tss:UTC", None, utc_s


def _bits(present: Sequence[bool]) -> bytes | None:
    if all(present):
        return None
    bits = bytearray((len(present) + 7) // 8)
    for number, one in enumerate(present):
        bits[number // 8] |= one << number % 8
    return bytes(bits)


def texts(name: str, values: Iterable[str | None]) -> Spec:
    """Text; None is null."""
    listed = list(values)
    each = [b"" if value is None else value.encode() for value in listed]
    offsets, at = array.array("i", [0]), 0
    for value in each:
        at += len(value)
        offsets.append(at)
    return name, "u", _bits([value is not None for value in listed]), offsets, b"".join(each) or b"\0"


class Table:
    """What has columns for others: DuckDB, Polars, pandas, pyarrow take it as it is, any number of times.

    >>> duckdb.sql("select sum(total) from totals")
    >>> polars.DataFrame(totals)
    """

    __slots__ = ()

    def _columns(self) -> tuple[list[Spec], int]:
        raise NotImplementedError

    def __arrow_c_stream__(self, requested_schema: object = None) -> Any:
        """A fresh stream at each call; the columns' memory is shared, and kept as long as somebody reads it."""
        columns, n = self._columns()
        return core.face_arrow_stream(columns, n)

    def __arrow_c_array__(self, requested_schema: object = None) -> Any:
        """Schema and one array."""
        columns, n = self._columns()
        return core.face_arrow_array(columns, n)

    def __arrow_c_schema__(self) -> Any:
        """What the columns are."""
        return core.face_arrow_schema(self._columns()[0])


def _int64_of(form: str, rows: int, values: memoryview | None) -> Any:
    """int64 of a column's values: in place where they are that, narrowed where they are decimals."""
    if values is None:
        raise TypeError(f'an Arrow column of form "{form}" with nulls or without numbers cannot be taken')
    if form == "l" or form.startswith("ts"):
        return values.cast("q") if rows else array.array("q")
    if form.startswith("d:") and len(values) == _WIDE * rows:
        out = array.array("q", bytes(8 * rows))
        core.mbill_face_narrow(values, int(form[2:].split(",")[1]), out)
        return out
    raise TypeError(f'an Arrow column of form "{form}" cannot be taken; expected int64, decimal128 or timestamps')


def read_column(column: Any) -> Any:
    """The one column of an Arrow array or stream as int64: in place when it is in one piece."""
    if hasattr(column, "__arrow_c_stream__"):
        batches = core.face_arrow_read(column.__arrow_c_stream__())
    else:
        batches = core.face_arrow_read_array(*column.__arrow_c_array__())
    parts = []
    for columns in batches:
        if len(columns) != 1:
            raise TypeError(f"an Arrow table of {len(columns)} columns is no column")
        _, form, rows, values = columns[0]
        parts.append(_int64_of(form, rows, values))
    if len(parts) == 1:
        return parts[0]
    joined = array.array("q")
    for part in parts:
        joined.frombytes(memoryview(part).cast("B"))
    return joined
