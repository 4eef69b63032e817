# SPDX-License-Identifier: Apache-2.0
"""Changes when the way does in which one account is priced reading by reading."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

from ._native import Document, core, optional_text_of
from .bills import Priced
from .handles import Owner
from .money import Number, decimal_of, micro_of
from .tariffs import Tariff, priced_of
from .times import Span, utc_s_of

__all__ = ["Stream"]

_MARKS = {None: 0, "estimated": 1, "substituted": 2}


class Stream(Owner):
    """One billing span of one account under way: each reading is pushed once, and what it has come to can be asked at any time.

    >>> stream = Stream(tariff, january, most=744)
    >>> stream.push(start, end, "0.5")
    >>> stream.total()
    >>> stream.finish().bill
    """

    __slots__ = ("_tariff", "_registers")

    def __init__(self, tariff: Tariff, span: Span, *, most: int, facts: Document | None = None, position: Document | None = None) -> None:
        self._tariff: Any = tariff._open()  # the C object is kept as long as this one
        self._registers = tuple(register.name for register in tariff.info.registers)
        super().__init__(core.mbill_face_stream_open(
            self._tariff, span.start_utc_s, span.end_utc_s, "\n".join(self._registers), optional_text_of(facts), optional_text_of(position), most))

    def push(self, start: dt.datetime, end: dt.datetime, quantity: Number, *, register: str | None = None, quality: str | None = None) -> None:
        """What a register measured in an interval; readings of a register rise in time."""
        if register is None and len(self._registers) == 1:
            register = self._registers[0]
        if register not in self._registers:
            raise ValueError(f'the tariff has no register "{register}", expected one of: {", ".join(self._registers)}')
        if quality not in _MARKS:
            raise ValueError(f'the quality is "{quality}", expected estimated or substituted')
        self._call(core.mbill_face_stream_push, self._registers.index(register), utc_s_of(start), utc_s_of(end), micro_of(quantity), _MARKS[quality])

    def total(self) -> Decimal:
        """What it has come to so far, as a bill of the part of the span until now."""
        return decimal_of(self._call(core.mbill_face_stream_total))

    def finish(self) -> Priced:
        """The bill of the span."""
        return priced_of(self._call(core.mbill_face_stream_finish))
