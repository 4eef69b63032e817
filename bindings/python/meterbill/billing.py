# SPDX-License-Identifier: Apache-2.0
"""Changes when what is asked of payment bills does: bills that are reviewed, issued, paid, reminded of and, at worst, written off."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from ._native import Document, core, text_of
from .handles import Owner
from .money import Number, micro_of
from .times import utc_s_of

__all__ = ["Billing", "try_billing"]

_PLAIN = 1
_CSV, _JSON = 1, 2
_STATES = ("draft", "reviewed", "issued", "part_paid", "paid", "overdue", "written_off", "cancelled", "replaced")
_ORDERS = ("number", "review", "account")
_WEIGHTS = ("count", "amount")
_SUMS = ("issued", "corrected", "fees", "paid", "open", "written_off", "rest", "ledger")


def _place(name: str, value: str, known: tuple[str, ...]) -> int:
    if value not in known:
        raise ValueError(f'{name} is "{value}", expected one of: {", ".join(known)}')
    return known.index(value)


def try_billing(cycle: Document) -> dict[str, Any]:
    """What a billing policy makes of bills and what happens to them: a document of kind "cycle" in, one of kind "cycle_run" out."""
    says: dict[str, Any] = json.loads(core.mbill_face_cycle_run(text_of(cycle)))
    return says


class Billing:
    """The payment bills of a store: ``store.billing``. Drafts come from :meth:`Store.close_span` of contracts that are paid afterwards.

    >>> store.billing.review(at=now, plain=True, by="ann")
    >>> store.billing.issue(at=now)["done"]
    2
    >>> for bill in store.billing.rows(at=now, states=["overdue"]):
    ...     print(bill["account"], bill["open"])

    A step of one bill that is refused raises; of all bills, those that were refused are named in "refusals" and the rest is done.
    """

    __slots__ = ("_store",)

    def __init__(self, store: Owner) -> None:
        self._store = store

    def step(self, do: str, bill: int = 0, *, at: dt.datetime, plain: bool = False, amount: Number | None = None, reason: int = 0,
             note: str | None = None, by: str | None = None) -> dict[str, Any]:
        """One step of a bill's life: "review", "unreview", "issue", "cancel", "replace", "correct", "dispute", "resolve", "remind", "write_off", "restore" or "tick".

        ``bill``: its number; 0 is all of them, for "review", "issue", "tick" and "remind". The answer has "done", "refused", "booked" (what was
        added to what is owed, a Decimal), "refusals" and, of "remind", "reminders": whom to remind how, each told before it is marked.
        """
        micro = 0 if amount is None else micro_of(amount)
        says: dict[str, Any] = json.loads(self._store._call(core.mbill_face_billing_step, do, bill, utc_s_of(at), _PLAIN if plain else 0, micro, reason, note, by))
        return {**says, "booked": Decimal(says["booked"])}

    def review(self, bill: int = 0, *, at: dt.datetime, plain: bool = False, by: str | None = None, note: str | None = None) -> dict[str, Any]:
        """Drafts are found right: one, all, or with ``plain`` those that nothing speaks against."""
        return self.step("review", bill, at=at, plain=plain, by=by, note=note)

    def issue(self, bill: int = 0, *, at: dt.datetime, by: str | None = None, note: str | None = None) -> dict[str, Any]:
        """What was reviewed is owed from now on: one bill, or all."""
        return self.step("issue", bill, at=at, by=by, note=note)

    def cancel(self, bill: int, *, at: dt.datetime, by: str | None = None, note: str | None = None) -> dict[str, Any]:
        """A bill that is not issued is given up."""
        return self.step("cancel", bill, at=at, by=by, note=note)

    def correct(self, bill: int, amount: Number, *, at: dt.datetime, by: str | None = None, note: str | None = None) -> dict[str, Any]:
        """A difference bill; below 0 it gives to the account."""
        return self.step("correct", bill, at=at, amount=amount, by=by, note=note)

    def write_off(self, bill: int, reason: int, *, at: dt.datetime, by: str | None = None, note: str | None = None) -> dict[str, Any]:
        """What is open of an overdue bill is given up; ``reason`` is the host's number for why, from 1."""
        return self.step("write_off", bill, at=at, reason=reason, by=by, note=note)

    def tick(self, *, at: dt.datetime) -> dict[str, Any]:
        """The days up to now go by: bills become overdue, late fees that have become due are booked. May be missed, late or doubled."""
        return self.step("tick", at=at)

    def remind(self, bill: int = 0, *, at: dt.datetime) -> list[dict[str, Any]]:
        """Which reminders are due now; each is given out once. "open" is a Decimal."""
        return [{**one, "open": Decimal(one["open"])} for one in self.step("remind", bill, at=at)["reminders"]]

    def rows_text(self, *, at: dt.datetime, what: str = "bills", states: Iterable[str] = (), account: str | None = None, selection: str | None = None,
                  order: str = "number", csv: bool = False) -> str:
        """The rows of :meth:`rows` or, where ``what`` is "arrears", of :meth:`arrears`, as CSV or as an object a line."""
        chosen = 0
        for state in states:
            chosen |= 1 << (_place("a state", state, _STATES) + 1)
        text: str = self._store._call(core.mbill_face_billing_rows, what, utc_s_of(at), chosen, _place("order", order, _ORDERS), account, selection, _CSV if csv else _JSON)
        return text

    def rows(self, *, at: dt.datetime, states: Iterable[str] = (), account: str | None = None, selection: str | None = None, order: str = "number") -> list[dict[str, Any]]:
        """Bills as they stand at a moment, all or of some states, of an account or a selection of accounts. ``order``: "number", "review" (what to look at first) or "account"."""
        return [json.loads(line) for line in self.rows_text(at=at, states=states, account=account, selection=selection, order=order).splitlines()]

    def arrears(self, *, at: dt.datetime, account: str | None = None, selection: str | None = None) -> list[dict[str, Any]]:
        """What each account owes, by how many days it is late."""
        return [json.loads(line) for line in self.rows_text(at=at, what="arrears", account=account, selection=selection).splitlines()]

    def document(self, bill: int) -> dict[str, Any]:
        """One bill: what was priced, custom charges, how it stands, and who did what when."""
        says: dict[str, Any] = json.loads(self._store._call(core.mbill_face_billing_document, bill))
        return says

    def totals(self) -> dict[str, Any]:
        """All bills against the ledger: issued + corrected + fees = paid + open + written_off, and open + rest = ledger. "different" counts accounts where that fails: 0."""
        says = json.loads(self._store._call(core.mbill_face_billing_totals))
        return {key: Decimal(value) if key in _SUMS else value for key, value in says.items()}

    def set_priority(self, name: str, priority: int, *, place: bool = False) -> None:
        """Drafts of an account, or with ``place`` of every account there, are looked at earlier; 0 takes it back."""
        self._store._call(core.mbill_face_billing_priority, "place" if place else "account", name, priority)

    def score(self, account: str, *, at: dt.datetime, months: int, weight: str, least: int, fact: str | None = None) -> tuple[Decimal, int]:
        """How much of what fell due in so many months was paid in time, from 0 to 1, and by how many bills; ``weight``: "count" or "amount". Fewer bills than
        ``least`` have no score and raise. ``fact``: keep it as this fact of the account too."""
        says = json.loads(self._store._call(core.mbill_face_billing_score, account, months, _place("weight", weight, _WEIGHTS) + 1, least, utc_s_of(at), fact))
        return Decimal(says["score"]).scaleb(-4), int(says["bills"])
