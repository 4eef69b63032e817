# SPDX-License-Identifier: Apache-2.0
"""Changes when what the package takes as a column does, or what it gives as one: buffers of whole numbers, never floats."""

from __future__ import annotations

import array
from collections.abc import Iterable, Sequence
from typing import Any, TypeAlias

from .arrow import read_column
from .money import Number, micro_of

__all__ = ["Column", "int64_column", "int64_view", "micro_column", "new_column"]

Column: TypeAlias = Any
"""A column of 64-bit whole numbers: NumPy, pandas, Polars, Arrow, ``array("q")``, any contiguous buffer, or a sequence of int."""


def micro_column(values: Iterable[Number]) -> array.array[int]:
    """A column of 10^-6 from exact numbers: Decimal, int or text."""
    return array.array("q", (micro_of(value) for value in values))


def new_column(n: int) -> array.array[int]:
    """A column of n zeros."""
    return array.array("q", bytes(8 * n))


def _has_buffer(column: Column) -> bool:
    try:
        memoryview(column)
    except TypeError:
        return False
    return True


def _buffer_of(column: Column, code: str) -> Any:
    if _has_buffer(column):
        return column
    if hasattr(column, "__arrow_c_stream__") or hasattr(column, "__arrow_c_array__"):
        try:
            return read_column(column)
        except ImportError:  # of pandas without pyarrow
            pass
    if hasattr(column, "to_numpy"):
        return column.to_numpy()
    if isinstance(column, Sequence) and not isinstance(column, str):
        return array.array(code, column)
    raise TypeError(f"{type(column).__name__} is no column: expected a buffer of 64-bit whole numbers, an Arrow column or a sequence of int")


def int64_column(column: Column) -> Any:
    """What the C layer takes as int64: the same memory where there is one."""
    return _buffer_of(column, "q")


def int64_view(column: Column) -> memoryview:
    """One dimension over a column's memory; TypeError for anything but contiguous native int64."""
    view = memoryview(int64_column(column))
    if view.itemsize != 8 or view.format not in ("q", "l") or not view.c_contiguous:
        raise TypeError("expected a contiguous, native int64 column; a column of floats has no exact values")
    return view.cast("B").cast("q") if view.nbytes else memoryview(array.array("q"))


def uint64_column(column: Column) -> Any:
    """What the C layer takes as uint64."""
    return _buffer_of(column, "Q")
