# SPDX-License-Identifier: Apache-2.0
"""Changes when what is asked of a store does: one SQLite file that keeps accounts, tariffs, readings, bills and ledger."""

from __future__ import annotations

import datetime as dt
import json
import os
from collections.abc import Callable, Iterator, Mapping
from decimal import Decimal
from typing import Any, Self

from ._native import Document, core, text_of
from .alarms import Alarms
from .billing import Billing
from .bills import items, members
from .cashiers import Cashiers
from .handles import Owner
from .ledgers import Ledger
from .outbox import Commands
from .tables import Column, int64_column
from .tasks import Charges, Tasks
from .times import utc_s_of

__all__ = ["Store"]

_CREATE, _READ_ONLY = 1, 2
_ALLOW_GAPS = 1
_CORRECT = 1
_WHOLE_BUDGET = 1000
_CSV, _JSON = 1, 2
_DOCUMENTS = ("tariff", "accounts", "lists", "places", "people", "billing_policy")
_ROWS = ("readings", "top_ups", "payments")
_SHOWN = ("summary", "places", "alarms", "charges", "months", "tasks")


def _one_of(name: str, value: str, known: tuple[str, ...]) -> str:
    if value not in known:
        raise ValueError(f'{name} is "{value}", expected one of: {", ".join(known)}')
    return value


class Store(Owner):
    """Everything of a district in one SQLite file. What was answered is durable; a call that is refused changed nothing.

    >>> with Store.open("town.db", create=True) as store:
    ...     store.put("tariff", pathlib.Path("tariff.json"))
    ...     store.put("accounts", pathlib.Path("accounts.json"))
    ...     store.put_rows("readings", pathlib.Path("january.csv"), zone="CET-1CEST,M3.5.0,M10.5.0/3")
    ...     print(store.close_span(date(2026, 1, 1), date(2026, 2, 1), at=now)["total"])

    Calls on one store wait for each other; threads that are to work at once open stores of their own.
    """

    __slots__ = ()

    @classmethod
    def open(cls, file: str | os.PathLike[str], *, create: bool = False, read_only: bool = False, patience: dt.timedelta = dt.timedelta(0)) -> Self:
        """A store's file. ``create``: made when it is not there; ``patience``: how long to wait for another connection.

        Raises :class:`NotFoundError`, and :class:`StoreError` (also an ``OSError``) where it is busy, damaged, of a later version, or the
        SQLite that is linked cannot keep it safely.
        """
        if create and read_only:
            raise ValueError("a store that is only read is not created")
        flags = (_CREATE if create else 0) | (_READ_ONLY if read_only else 0)
        return cls(core.mbill_face_store_open(os.fspath(file), flags, patience // dt.timedelta(milliseconds=1)))

    @property
    def billing(self) -> Billing:
        """Its payment bills."""
        return Billing(self)

    @property
    def tasks(self) -> Tasks:
        """Its batch tasks."""
        return Tasks(self)

    @property
    def alarms(self) -> Alarms:
        """Its alarms."""
        return Alarms(self)

    @property
    def ledger(self) -> Ledger:
        """Its prepaid ledger."""
        return Ledger(self)

    @property
    def cashiers(self) -> Cashiers:
        """Its cashiers' days."""
        return Cashiers(self)

    @property
    def commands(self) -> Commands:
        """Its signed commands."""
        return Commands(self)

    @property
    def charges(self) -> Charges:
        """Its custom charges."""
        return Charges(self)

    def backup(self, file: str | os.PathLike[str]) -> None:
        """A copy of the whole store into another file, while it is in use."""
        self._call(core.mbill_face_store_backup, os.fspath(file))

    def put(self, what: str, document: Document) -> dict[str, Any]:
        """A document into the store: "tariff", "accounts", "lists", "places", "people" or "billing_policy". How many were added, or there before."""
        return self._says(core.mbill_face_store_put, _one_of("what", what, _DOCUMENTS), text_of(document))

    def put_rows(self, what: str, rows: str | bytes | os.PathLike[str], *, zone: str | None = None) -> dict[str, Any]:
        """CSV into the store: "readings", "top_ups" or "payments". ``zone``: a POSIX rule for times that do not say their offset."""
        return self._says(core.mbill_face_store_put_rows, _one_of("what", what, _ROWS), text_of(rows), zone)

    def correct(self, rows: str | bytes | os.PathLike[str], *, zone: str | None = None) -> dict[str, Any]:
        """CSV that takes the place of readings; "behind_bill" counts those of time that is billed."""
        return self._says(core.mbill_face_store_correct, text_of(rows), zone)

    def register_number(self, meter: str, register: str | None = None) -> int:
        """The number of a register, for :meth:`ingest`; it stays the same for the life of the file. ``register``: None for the meter's only one."""
        number: int = self._call(core.mbill_face_store_register_number, meter, register)
        return number

    def ingest(self, registers: Column, times: Column, values: Column, *, ends: Column | None = None, marks: bytes | None = None, correct: bool = False) -> dict[str, Any]:
        """Readings as columns of int64, all or nothing: registers by number, UTC seconds, 10^-6 of the unit. With ``ends`` they are intervals.

        ``marks``: a byte each, MBILL_READING_* of reading.h; ``correct``: another value takes the place of the one that is there. The answer is that of
        :meth:`correct`; a refusal has the row in ``index``.
        """
        return self._says(core.mbill_face_store_ingest, int64_column(registers), int64_column(times), None if ends is None else int64_column(ends), int64_column(values),
                          marks, _CORRECT if correct else 0)

    def open_account(self, opening: Document) -> dict[str, Any]:
        """An account begins: a document of kind "opening"."""
        return self._says(core.mbill_face_store_stay, "opening", text_of(opening))

    def leave_account(self, leaving: Document) -> dict[str, Any]:
        """An account ends: a document of kind "leaving"; the answer says what is refunded or owed."""
        return self._says(core.mbill_face_store_stay, "leaving", text_of(leaving))

    def forget(self, name: str, *, at: dt.datetime, reason: str) -> int:
        """Takes the people off an account; how many fields there were."""
        fields: int = self._call(core.mbill_face_store_forget, name, utc_s_of(at), reason)
        return fields

    def close_span(self, first: dt.date, end: dt.date, *, at: dt.datetime, allow_gaps: bool = False,
                   progress: Callable[[int, int], object] | None = None) -> dict[str, Any]:
        """Every contract's bill for civil days from ``first`` up to ``end``. The answer counts bills and names what was refused; "total" is a Decimal.

        ``progress`` is told the contracts that were looked at and how many there are, between two steps: it may use the store. A close that ends in the middle is
        simply begun again; what it raises ends it too.
        """
        says: dict[str, Any] = {}
        for says in self.closing(first, end, at=at, allow_gaps=allow_gaps, budget=_WHOLE_BUDGET if progress is None else _WHOLE_BUDGET // 10):
            if progress is not None:
                progress(says["done"], says["contracts"])
        return says

    def closing(self, first: dt.date, end: dt.date, *, at: dt.datetime, allow_gaps: bool = False, budget: int = 64) -> Iterator[dict[str, Any]]:
        """The same step by step: after each the store may be used for anything, top-ups or readings; each says what they have done so far.

        ``budget``: contracts of a step, about; each step is one durable transaction.

        >>> for said in store.closing(date(2026, 1, 1), date(2026, 2, 1), at=now):
        ...     print(said["done"], "of", said["contracts"], said["billed"], said["total"])
        """
        store = self._open()  # kept until the close that is in it is let go
        flags = _ALLOW_GAPS if allow_gaps else 0
        close = self._call(core.mbill_face_close_begin, first.isoformat(), end.isoformat(), flags, utc_s_of(at))
        try:
            more = True
            while more:
                with self._lock:
                    more = core.mbill_face_close_step(close, budget) == 1
                    says = json.loads(core.mbill_face_close_sums(close))
                yield {**says, "total": Decimal(says["total"])}
        finally:
            with self._lock:
                del close
            del store

    def show(self, what: str = "summary") -> Any:
        """What the store says of itself: "summary", "places", "alarms", "charges", "months" or "tasks"."""
        return json.loads(self._call(core.mbill_face_store_show, _one_of("what", what, _SHOWN)))

    def account_number(self, name: str) -> int:
        """The number of an account in the ledger."""
        number: int = self._call(core.mbill_face_store_account_number, name)
        return number

    def account(self, name: str) -> dict[str, Any]:
        """What the store knows of an account."""
        return self._says(core.mbill_face_store_account, name)

    def accounts(self, selection: str | None = None) -> Any:
        """Those that a selection names, or all."""
        return json.loads(self._call(core.mbill_face_store_accounts, selection))

    def bills(self, name: str, *, first: dt.date | None = None) -> Any:
        """The bills of an account; ``first``: those of the span that begins at this day."""
        return json.loads(self._call(core.mbill_face_store_bills, name, None if first is None else first.isoformat()))

    def bill_texts(self, name: str, *, first: dt.date | None = None) -> list[str]:
        """The same as documents, to the byte: what :class:`BillsHash` takes and :meth:`Bulk.bills` gives."""
        return items(members(self._call(core.mbill_face_store_bills, name, None if first is None else first.isoformat()))["bills"][1])

    def report_text(self, name: str, options: Mapping[str, str] | None = None, *, csv: bool = False) -> str:
        """A report as CSV or as an object a line. Options: from, to, zone, by, selection, charge, fact, series, period, tariff."""
        lines = "\n".join(f"{key}={value}" for key, value in (options or {}).items())
        text: str = self._call(core.mbill_face_store_report, name, lines, _CSV if csv else _JSON)
        return text

    def report(self, name: str, options: Mapping[str, str] | None = None) -> list[dict[str, Any]]:
        """A report's rows."""
        return [json.loads(line) for line in self.report_text(name, options).splitlines()]

    def month(self, what: str, month: str, file: str | os.PathLike[str] | None = None) -> dict[str, Any]:
        """Readings of a month ("2026-01") into a file of their own, or back: "detach", "purge" or "attach"."""
        return self._says(core.mbill_face_store_month, _one_of("what", what, ("detach", "purge", "attach")), month, None if file is None else os.fspath(file))

    def _says(self, function: Any, *arguments: Any) -> dict[str, Any]:
        says: dict[str, Any] = json.loads(self._call(function, *arguments))
        return says
