# SPDX-License-Identifier: Apache-2.0
"""Changes when what is asked of a store does: one SQLite file that keeps accounts, tariffs, readings, bills and ledger."""

from __future__ import annotations

import datetime as dt
import json
import os
from collections.abc import Mapping
from decimal import Decimal
from typing import Any, Self

from ._native import Document, core, text_of
from .alarms import Alarms
from .billing import Billing
from .bills import items, members
from .handles import Owner
from .outbox import Commands
from .tasks import Charges, Tasks
from .times import utc_s_of

__all__ = ["Store"]

_CREATE, _READ_ONLY = 1, 2
_ALLOW_GAPS = 1
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

    def close_span(self, first: dt.date, end: dt.date, *, at: dt.datetime, allow_gaps: bool = False) -> dict[str, Any]:
        """Every contract's bill for civil days from ``first`` up to ``end``. The answer counts bills and names what was refused; "total" is a Decimal."""
        says = self._says(core.mbill_face_store_close_span, first.isoformat(), end.isoformat(), _ALLOW_GAPS if allow_gaps else 0, utc_s_of(at))
        return {**says, "total": Decimal(says["total"])}

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
