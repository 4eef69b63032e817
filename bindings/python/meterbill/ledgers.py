# SPDX-License-Identifier: Apache-2.0
"""Changes when what is asked of a ledger does, in memory or in a store: operations in, results, records and accounts out."""

from __future__ import annotations

import dataclasses
import datetime as dt
import json
import uuid
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from ._native import Document, core, optional_text_of, text_of
from .handles import Owner
from .times import text_of_time, utc_s_of

__all__ = ["Book", "Entry", "Ledger", "check_policy"]

_PRESETS = ("SMETS", "DLMS", "DLT", "VEND")


@dataclasses.dataclass(frozen=True, slots=True)
class Entry:
    """What became of an operation. ``result`` is "OK", "EXISTS", or the reason of a refusal by name; ``text`` is the whole answer."""

    result: str
    first: str | None
    field: str | None
    record: Mapping[str, Any] | None
    account: Mapping[str, Any] | None
    other: Mapping[str, Any] | None
    supply: tuple[Mapping[str, Any], ...]
    text: str

    @property
    def ok(self) -> bool:
        """Whether it is in the book now: done by this call, or before with the same body."""
        return self.result == "OK" or (self.result == "EXISTS" and self.first == "OK")


def _policy(policy: Document | None) -> str | bytes | None:
    """A preset by its name, or a document."""
    return json.dumps(policy) if isinstance(policy, str) and policy in _PRESETS else optional_text_of(policy)


def check_policy(policy: Document) -> None:
    """Raises where a policy contradicts itself: "SMETS", "DLMS", "DLT", "VEND", or a document."""
    core.mbill_face_policy_check(_policy(policy))


def _member(value: object) -> object:
    if isinstance(value, dt.datetime):
        return text_of_time(value)
    if isinstance(value, uuid.UUID):
        return value.hex
    return value


def _line(operation: str, id: uuid.UUID | str, at: dt.datetime, members: Mapping[str, Any]) -> dict[str, Any]:
    utc_s_of(at)
    return {key: _member(value) for key, value in {"id": id, "do": operation, "at": at, **members}.items()}


def _entry(text: str) -> Entry:
    says = json.loads(text)
    return Entry(says["result"], says.get("first"), says.get("field"), says.get("record"), says.get("account"), says.get("other"),
                 tuple(says.get("supply", ())), text)


class Book(Owner):
    """A prepaid ledger in memory. Each operation has an id that its caller made, so that nothing counts twice.

    >>> book = Book(policy="SMETS")
    >>> book.do("open", id=uuid.uuid4(), account=7, at=now)
    >>> book.do("top_up", id=payment_id, account=7, amount=Decimal("20"), channel=1, at=now).account["credit"]

    A book is locked while a call is in it; threads may share it, but do not work at once.
    """

    __slots__ = ("_policy",)

    def __init__(self, *, policy: Document | None = None) -> None:
        self._policy = _policy(policy)
        if self._policy is not None:
            core.mbill_face_policy_check(self._policy)
        super().__init__(core.mbill_face_book_open())

    def __repr__(self) -> str:
        return super().__repr__() if self._handle is None else f"<Book of {len(self)} records>"

    def __len__(self) -> int:
        n: int = self._call(core.mbill_face_book_n_records)
        return n

    def apply(self, operations: Document) -> dict[str, Any]:
        """A document of kind "operations", all of it or nothing: the answer has results, supply decisions and accounts of each batch."""
        answer: dict[str, Any] = json.loads(self.apply_text(operations))
        return answer

    def apply_text(self, operations: Document) -> str:
        """The same, as the C library writes it."""
        text: str = self._call(core.mbill_face_book_apply, text_of(operations))
        return text

    def do(self, operation: str, *, id: uuid.UUID | str, at: dt.datetime, **members: Any) -> Entry:
        """One operation at a moment: "open", "top_up", "usage", "hold", "reverse", … with its members by their names in documents.

        ``id`` is made by the caller before the first attempt; the same id again is answered with "EXISTS". Amounts are Decimal, int
        or text, times aware datetimes. An "open" without policy or limit has the book's.
        """
        return self.do_line(_line(operation, id, at, members), at=at)

    def do_line(self, line: Document, *, at: dt.datetime) -> Entry:
        """One operation as a line of `meterbill ledger apply`; ``at`` holds where the line does not say when."""
        return _entry(self._call(core.mbill_face_book_do, text_of(line), self._policy, utc_s_of(at)))

    def tick(self, at: dt.datetime) -> None:
        """Give back the holds that have expired by now."""
        self._call(core.mbill_face_book_tick, utc_s_of(at))

    def account(self, number: int) -> dict[str, Any]:
        """An account's numbers, and the same under the names of SMETS2, DLMS/COSEM and DL/T 645."""
        says: dict[str, Any] = json.loads(self._call(core.mbill_face_book_account, number))
        return says

    def credit(self, number: int) -> Decimal:
        """The credit of a prepay account."""
        return Decimal(self.account(number)["credit"])

    def record(self, number: int) -> dict[str, Any]:
        """A record: the operation, its result, and every leg with its two sides."""
        says: dict[str, Any] = json.loads(self._call(core.mbill_face_book_record, number))
        return says

    def find(self, id: uuid.UUID | str) -> int | None:
        """The number of an id's record; None: nothing of that id was written down."""
        wanted = id if isinstance(id, uuid.UUID) else uuid.UUID(hex=id)
        number: int = self._call(core.mbill_face_book_find, wanted.bytes)
        return None if number < 0 else number

    def journal(self, first: int = 0, n: int | None = None) -> bytes:
        """Records as bytes, the same on every machine: a book is the fold of its journal."""
        count = self._call(core.mbill_face_book_n_records) - first if n is None else n
        journal: bytes = self._call(core.mbill_face_book_journal, first, count)
        return journal

    def replay(self, journal: bytes) -> None:
        """Take in records that a book has written, behind those that are there."""
        self._call(core.mbill_face_book_replay, journal)

    def __reduce__(self) -> tuple[Any, ...]:
        return _book_of, (self._policy, self.journal())


def _book_of(policy: str | None, journal: bytes) -> Book:
    book = Book(policy=policy)
    book.replay(journal)
    return book


class Ledger:
    """The prepaid ledger that a store keeps, ``store.ledger``: what it answers is durable. As :class:`Book`, with the store's accounts by their numbers.

    >>> store.ledger.do("top_up", id=payment_id, account=store.account_number("A1"), amount=Decimal("20"), at=now).result
    'OK'
    """

    __slots__ = ("_store",)

    def __init__(self, store: Owner) -> None:
        self._store = store

    def do(self, operation: str, *, id: uuid.UUID | str, at: dt.datetime, **members: Any) -> Entry:
        """One operation at a moment, with its members by their names in documents. After "E_OUTCOME_UNKNOWN" the same is sent again under its id."""
        return self.do_line(_line(operation, id, at, members), at=at)

    def do_line(self, line: Document, *, at: dt.datetime, policy: Document | None = None) -> Entry:
        """One operation as a line of `meterbill ledger apply`; ``policy``: of an "open" that has none."""
        return _entry(self._store._call(core.mbill_face_store_do, text_of(line), _policy(policy), utc_s_of(at)))

    def apply_text(self, operations: Document) -> str:
        """A document of kind "operations", each batch durable before the next: results, supply decisions and accounts, as the C library writes them."""
        text: str = self._store._call(core.mbill_face_store_ledger_apply, text_of(operations))
        return text

    def apply(self, operations: Document) -> dict[str, Any]:
        """The same as a mapping."""
        answer: dict[str, Any] = json.loads(self.apply_text(operations))
        return answer

    def tick(self, at: dt.datetime) -> None:
        """Give back the holds that have expired by now."""
        self._store._call(core.mbill_face_store_ledger_tick, utc_s_of(at))

    def account(self, number: int) -> dict[str, Any]:
        """An account's numbers, and the same under the names of SMETS2, DLMS/COSEM and DL/T 645."""
        says: dict[str, Any] = json.loads(self._store._call(core.mbill_face_store_ledger_account, number))
        return says

    def verify(self) -> int:
        """How many records there are, each checked and held against the one before it; raises with the first that is not what was written in ``index``."""
        n: int = self._store._call(core.mbill_face_store_verify)
        return n

    def rebuild(self) -> int:
        """Make anew from the file all that follows from the records; how many there are."""
        n: int = self._store._call(core.mbill_face_store_ledger_rebuild)
        return n

    def journal(self) -> bytes:
        """The whole journal as bytes, as `meterbill ledger export` writes it."""
        journal: bytes = self._store._call(core.mbill_face_store_ledger_export)
        return journal

    def replay(self, journal: bytes) -> None:
        """Take in such bytes, all of them or nothing; what is here already must be their beginning."""
        self._store._call(core.mbill_face_store_ledger_import, journal)
