# SPDX-License-Identifier: Apache-2.0
"""Changes when the forms do in which an account's use is given to pricing: totals, intervals of one step, counts."""

from __future__ import annotations

import dataclasses
import datetime as dt
import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from .money import Number, decimal_of, micro_of
from .times import Span, text_of_time

__all__ = ["Reading", "Usage", "counts", "intervals", "total", "totals_by_period"]


def _number(value: Number) -> str:
    return format(decimal_of(micro_of(value)), "f")


@dataclasses.dataclass(frozen=True, slots=True)
class Reading:
    """What a register showed at an instant. ``mark``: None, "rollover", "removed" or "installed"."""

    when: dt.datetime
    value: Number
    mark: str | None = None


def _with_quality(entry: dict[str, Any], quality: str | None) -> dict[str, Any]:
    return entry if quality is None else {**entry, "quality": quality}


def total(register: str, quantity: Number, *, quality: str | None = None) -> dict[str, Any]:
    """One quantity for the whole bill; it is never divided. ``quality``: None (measured), "estimated" or "substituted"."""
    return _with_quality({"register": register, "total": _number(quantity)}, quality)


def totals_by_period(register: str, quantities: Mapping[str, Number], *, quality: str | None = None) -> dict[str, Any]:
    """A quantity for each period, where the meter itself counts by period."""
    return _with_quality({"register": register, "periods": {name: _number(value) for name, value in quantities.items()}}, quality)


def intervals(register: str, start: dt.datetime, step: dt.timedelta, values: Iterable[Number], *, quality: str | None = None) -> dict[str, Any]:
    """The quantity of each interval of one length, from ``start`` on."""
    if step % dt.timedelta(seconds=1):
        raise ValueError(f"a step of {step} is not whole seconds")
    entry = {"register": register, "start": text_of_time(start), "step_s": step // dt.timedelta(seconds=1), "values": [_number(value) for value in values]}
    return _with_quality(entry, quality)


def counts(register: str, readings: Sequence[Reading | tuple[dt.datetime, Number]], *, modulus: Number | None = None,
           multiplier: Number | None = None) -> dict[str, Any]:
    """What the register showed, in the order of time. ``modulus``: the count at which it returns to 0; ``multiplier``: transformers."""
    rows = []
    for reading in readings:
        one = reading if isinstance(reading, Reading) else Reading(*reading)
        row = [text_of_time(one.when), _number(one.value)]
        rows.append(row if one.mark is None else [*row, one.mark])
    entry: dict[str, Any] = {"register": register, "readings": rows}
    for key, value in (("modulus", modulus), ("multiplier", multiplier)):
        if value is not None:
            entry[key] = _number(value)
    return entry


@dataclasses.dataclass(frozen=True, slots=True)
class Usage:
    """The use of one account over the span of one bill: a document of kind "usage".

    >>> Usage.of(Span.month(2026, 1, berlin), total("import", "152.75"))

    ``span_end`` is given where the bill covers only the part of its billing span so far (examples/guide/spans.md).
    """

    text: str

    @classmethod
    def of(cls, span: Span, *inputs: Mapping[str, Any], span_end: dt.datetime | None = None) -> Usage:
        """From what :func:`total`, :func:`totals_by_period`, :func:`intervals` and :func:`counts` give, one a register."""
        document: dict[str, Any] = {"meterbill": 1, "kind": "usage", "from": text_of_time(span.start), "to": text_of_time(span.end)}
        if span_end is not None:
            document["span_to"] = text_of_time(span_end)
        return cls(json.dumps({**document, "inputs": list(inputs)}, ensure_ascii=False))
