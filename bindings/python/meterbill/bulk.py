# SPDX-License-Identifier: Apache-2.0
"""Changes when the way does in which many accounts are priced from columns."""

from __future__ import annotations

import array
import concurrent.futures
import dataclasses
import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from typing import Any

from ._native import Document, core, optional_text_of
from .arrow import Spec, Table, amounts, number_column, whole
from .errors import Status, make_error
from .handles import Handle
from .money import decimal_of
from .tables import Column, int64_view, new_column
from .tariffs import Tariff
from .times import Span, utc_s_of

__all__ = ["Billed", "Bulk", "Totals"]

_ALLOW_GAPS = 1
_MARKS = ("estimated", "prorated", "incomplete", "provisional", "correction")
_CHUNK = 8192


@dataclasses.dataclass(frozen=True, slots=True, eq=False)
class Totals(Table):
    """What accounts come to, as columns: one number an account, 10^-6 of ``currency``.

    ``charge_micro`` holds each charge's column by its id, or nothing when it was not asked for; ``status`` the :class:`Status` of each
    account, whose amounts are 0 where it was refused; ``flags`` the marks of its lines; ``positions`` what goes in as ``before`` next time.
    """

    currency: str
    total_micro: array.array[int]
    charge_micro: dict[str, Any]
    status: array.array[int]
    flags: array.array[int]
    positions: bytearray | None
    refused: int

    def __len__(self) -> int:
        return len(self.total_micro)

    def _columns(self) -> tuple[list[Spec], int]:
        n = len(self)
        return [whole("account", array.array("q", range(n))), amounts("total", self.total_micro),
                *(amounts(name, column) for name, column in self.charge_micro.items()), number_column("status", self.status)], n

    def total(self, account: int) -> Decimal:
        """The total of one account."""
        return decimal_of(self.total_micro[account])

    def sum(self) -> Decimal:
        """The exact sum of all totals."""
        return Decimal(core.mbill_face_sum(self.total_micro, 6))

    def marks(self, account: int) -> tuple[str, ...]:
        """The marks of an account's lines, such as "estimated"."""
        return tuple(mark for bit, mark in enumerate(_MARKS) if self.flags[account] >> bit & 1)


@dataclasses.dataclass(frozen=True, slots=True)
class Billed:
    """One account's bill as a document, to the byte what :meth:`Tariff.price` and a store give, and the position after it.

    Where it was refused, ``status`` is not OK, ``bill`` and ``position`` are empty, and ``path`` and ``message`` say why.
    """

    status: int
    total_micro: int
    flags: int
    bill: str
    position: str
    path: str
    message: str


def _documents(documents: Sequence[Document | None] | None) -> bytes | None:
    """Documents one after the other, each ended by U+001E, as the C layer takes them."""
    if documents is None:
        return None
    texts = (optional_text_of(one) or b"" for one in documents)
    return b"".join((one.encode() if isinstance(one, str) else one) + b"\x1e" for one in texts)


class Bulk(Handle):
    """A tariff over one span and one axis of time, for any number of accounts; any number of threads may share it.

    >>> bulk = Bulk(tariff, january, step=dt.timedelta(hours=1), registers=["import"])
    >>> totals = bulk.price({"import": readings})      # readings: int64, accounts x steps, 10^-6 of the unit
    >>> totals.total(0), totals.sum()

    ``registers`` and ``facts`` name the columns that accounts bring. ``shared`` is a document of kind "facts" with what holds for all
    accounts: lists of days, prices, factors. Every account comes to what :meth:`Tariff.price` says, to the last micro-unit.
    """

    __slots__ = ("_tariff", "_charges", "_currency", "_position_size", "_registers", "_facts", "_steps")

    def __init__(self, tariff: Tariff, span: Span, *, step: dt.timedelta, start: dt.datetime | None = None, steps: int | None = None,
                 registers: Sequence[str] | None = None, facts: Sequence[str] = (), shared: Document | None = None, allow_gaps: bool = False) -> None:
        handle = tariff._open()
        info = tariff.info
        if step % dt.timedelta(seconds=1) or step <= dt.timedelta(0):
            raise ValueError(f"a step of {step} is not whole seconds")
        step_s = step // dt.timedelta(seconds=1)
        start_utc_s = span.start_utc_s if start is None else utc_s_of(start)
        self._steps = -(-(span.end_utc_s - start_utc_s) // step_s) if steps is None else steps
        self._registers = tuple(register.name for register in info.registers) if registers is None else tuple(registers)
        self._facts = tuple(facts)
        for name in (*self._registers, *self._facts):
            if not isinstance(name, str) or not name or "\n" in name or "\0" in name:
                raise ValueError(f"{name!r} is no name of a register or fact")
        self._charges = tuple(charge.id for charge in info.charges)
        self._currency = info.currency
        self._position_size = info.position_size
        super().__init__(core.mbill_face_bulk_open(
            handle, span.start_utc_s, span.end_utc_s, start_utc_s, step_s, self._steps, "\n".join(self._registers), "\n".join(self._facts),
            optional_text_of(shared), _ALLOW_GAPS if allow_gaps else 0))
        self._tariff: Any = handle  # the C object is kept as long as this one

    def __repr__(self) -> str:
        return super().__repr__() if self._handle is None else f"<Bulk of {self._steps} steps, registers {', '.join(self._registers)}>"

    @property
    def steps(self) -> int:
        """Steps of the axis: values of each account in a column."""
        return self._steps

    def price(self, columns: Mapping[str, Column], *, accounts: int | None = None, facts: Mapping[str, Column] | None = None,
              before: Any = None, positions: bool = False, charges: bool = False, raise_refused: bool = True, threads: int = 1,
              progress: Callable[[int, int], object] | None = None) -> Totals:
        """Price accounts from columns.

        ``columns``: for each register a column of int64, 10^-6 of its unit, all steps of the first account, then of the second, …
        (a NumPy array of accounts x steps); ``facts``: for each fact one number of 10^-6 an account; ``before``: positions of the last
        :class:`Totals`; ``positions``, ``charges``: whether they are wanted too. An account that is refused raises with its number as
        ``index``, or with ``raise_refused=False`` is named in ``status``. ``progress`` is called with accounts done and all accounts; what
        it raises stops the work. The GIL is released while C prices; nothing is copied. Memory must not be written meanwhile.
        """
        handle = self._open()
        taken = [int64_view(self._named(columns, name)) for name in self._registers]
        fact_columns = [int64_view(self._named(facts or {}, name)) for name in self._facts]
        if accounts is None:
            if not taken and not fact_columns:
                raise ValueError("without columns the number of accounts must be said")
            accounts = len(taken[0]) // self._steps if taken else len(fact_columns[0])
        out = _Out(accounts, len(self._charges) if charges else 0, self._position_size if positions else 0)
        work = _Work(handle, taken, fact_columns, None if before is None else memoryview(before).cast("B"), out, self._steps, self._position_size,
                     raise_refused)
        work.check(accounts)
        refused = _run(work, accounts, threads, progress)
        by_charge = {name: out.charge[number::len(self._charges)] for number, name in enumerate(self._charges)} if charges else {}
        return Totals(self._currency, out.total, by_charge, out.status, out.flags, out.after, refused)

    def bills(self, columns: Mapping[str, Column], *, accounts: int | None = None, facts: Sequence[Document | None] | None = None,
              positions: Sequence[Document | None] | None = None, raise_refused: bool = True) -> list[Billed]:
        """The bills of accounts as documents, with their positions; columns as for :meth:`price`.

        ``facts``: for each account None or a document of kind "facts" with its own values and factors, beside those of ``shared``; ``positions``: for
        each None or its position. An account that is refused raises with its number as ``index``, or with ``raise_refused=False`` says so in its place.
        ValueError where facts have columns, which is for :meth:`price`, or lengths differ.
        """
        handle = self._open()
        if self._facts:
            raise ValueError("facts that have columns are for price(); bills() takes each account's facts as a document")
        taken = [int64_view(self._named(columns, name)) for name in self._registers]
        if accounts is None:
            accounts = len(taken[0]) // self._steps if taken else len(facts or positions or ())
        text = core.mbill_face_bulk_bills(handle, taken, _documents(facts), _documents(positions), accounts)
        billed = []
        for number, record in enumerate(text.split("\x1e")[:-1]):
            status, total, flags, bill, position, path, message = record.split("\x1f")
            if status != "0" and raise_refused:
                raise make_error(int(status), message, path, number)
            billed.append(Billed(int(status), int(total), int(flags), bill, position, path, message))
        return billed

    @staticmethod
    def _named(columns: Mapping[str, Column], name: str) -> Column:
        if name not in columns:
            raise ValueError(f'there is no column "{name}"')
        return columns[name]


class _Out:
    """The columns that are filled."""

    def __init__(self, accounts: int, charges: int, position_size: int) -> None:
        self.total = new_column(accounts)
        self.charge = new_column(accounts * charges)
        self.status = array.array("i", bytes(4 * accounts))
        self.flags = array.array("i", bytes(4 * accounts))
        self.after = bytearray(accounts * position_size) if position_size else None
        self.charges = charges


@dataclasses.dataclass(slots=True)
class _Work:
    """One call's columns, from which parts are priced."""

    handle: Any
    columns: list[memoryview]
    facts: list[memoryview]
    before: memoryview | None
    out: _Out
    steps: int
    position_size: int
    raise_refused: bool

    def check(self, accounts: int) -> None:
        for column in self.columns:
            if len(column) != accounts * self.steps:
                raise ValueError(f"a column has {len(column)} values, expected {accounts} accounts x {self.steps} steps")
        for fact in self.facts:
            if len(fact) != accounts:
                raise ValueError(f"a column of facts has {len(fact)} values, expected {accounts}")
        if self.before is not None and len(self.before) != accounts * self.position_size:
            raise ValueError(f"positions before have {len(self.before)} bytes, expected {accounts} x {self.position_size}")

    def price(self, first: int, end: int) -> int:
        out, size = self.out, self.position_size
        views = [column[first * self.steps:end * self.steps] for column in self.columns]
        before = None if self.before is None else self.before[first * size:end * size]
        after = None if out.after is None else memoryview(out.after)[first * size:end * size]
        charge = memoryview(out.charge)[first * out.charges:end * out.charges] if out.charges else None
        status = memoryview(out.status)[first:end]
        refused: int = core.mbill_face_bulk_price(
            self.handle, views, [fact[first:end] for fact in self.facts], before, after, memoryview(out.total)[first:end], charge, status,
            memoryview(out.flags)[first:end])
        if refused and self.raise_refused:
            self._raise(first, status, before, after, views)
        return refused

    def _raise(self, first: int, status: memoryview, before: memoryview | None, after: memoryview | None, views: list[memoryview]) -> None:
        """The first refused account once more, alone, for its words."""
        at = next(number for number, one in enumerate(status) if one != Status.OK)
        part = _Work(self.handle, [view[at * self.steps:(at + 1) * self.steps] for view in views], [fact[first + at:first + at + 1] for fact in self.facts],
                     None if before is None else before[at * self.position_size:(at + 1) * self.position_size], _Out(1, 0, 0), self.steps, self.position_size, False)
        try:
            core.mbill_face_bulk_price(self.handle, part.columns, part.facts, part.before, None, part.out.total, None, None, None)
        except Exception as error:
            if hasattr(error, "index"):
                error.index = first + at
            raise


def _run(work: _Work, accounts: int, threads: int, progress: Callable[[int, int], object] | None) -> int:
    if threads < 1:
        raise ValueError(f"{threads} threads")
    if threads == 1 and progress is None:
        return work.price(0, accounts)
    size = min(_CHUNK, max(1, -(-accounts // (4 * threads))))
    parts = [(first, min(first + size, accounts)) for first in range(0, accounts, size)]
    refused = done = 0
    with concurrent.futures.ThreadPoolExecutor(threads) as pool:
        running = [pool.submit(work.price, *part) for part in parts]
        try:
            for (first, end), future in zip(parts, running, strict=True):
                refused += future.result()
                done += end - first
                if progress is not None:
                    progress(done, accounts)
        except BaseException:
            for future in running:
                future.cancel()
            raise
    return refused
