# SPDX-License-Identifier: Apache-2.0
"""Changes when what is asked of batch tasks and custom charges does, which a store keeps and does for many accounts."""

from __future__ import annotations

import datetime as dt
import json
import os
from decimal import Decimal
from typing import Any

from ._native import Document, core, text_of
from .errors import MeterbillError, Status
from .handles import Owner
from .times import utc_s_of

__all__ = ["Charges", "Tasks", "canonical_charge", "canonical_task"]

_PREVIEW = 1
_EPOCH = dt.date(1970, 1, 1).toordinal()

Lines = str | bytes | os.PathLike[str]


def canonical_task(task: Document, targets: Lines | None = None) -> str:
    """A document of kind "task" as the C library writes it, with its targets: those of a file (CSV or JSON lines), where one is given."""
    text: str = core.mbill_face_task_canonical(text_of(task), None if targets is None else text_of(targets))
    return text


def canonical_charge(charge: Document) -> str:
    """A document of kind "charge" as the C library writes it."""
    text: str = core.mbill_face_charge_canonical(text_of(charge))
    return text


class Tasks:
    """The batch tasks of a store: ``store.tasks``. One thing done for many accounts or meters, nothing twice and nothing lost.

    >>> store.tasks.add(pathlib.Path("aid.json"), targets=pathlib.Path("targets.csv"), at=now)
    >>> store.tasks.step("approve", task_id, by="bob", at=now)
    >>> store.tasks.run(at=now)
    {'done': 1, 'refused': 1, 'left': 0}
    >>> for work in store.tasks.due(at=now):  # what the host does: switch, read
    ...     store.tasks.answer(work["item"], work["attempt"], "done", at=now)
    """

    __slots__ = ("_store",)

    def __init__(self, store: Owner) -> None:
        self._store = store

    def add(self, task: Document, *, at: dt.datetime, targets: Lines | None = None, selection: str | None = None) -> dict[str, Any]:
        """Keep a task; the task as it stands. Its targets stand in it, in a file of their own, or are those that a selection names now.

        The same task again changes nothing. Raises with the first target that is refused, its place in ``index``.
        """
        return self._one(self._store._call(core.mbill_face_task_add, text_of(task), None if targets is None else text_of(targets), selection, utc_s_of(at)))

    def list(self) -> Any:
        """Every task, in the order in which they were made."""
        return json.loads(self._store._call(core.mbill_face_task_show, None))["tasks"]

    def get(self, task: str) -> dict[str, Any]:
        """One task, with where each of its targets stands."""
        return self._one(self._store._call(core.mbill_face_task_show, _id(task)))

    def step(self, do: str, task: str, *, by: str, at: dt.datetime) -> dict[str, Any]:
        """What an operator does with it: "approve" (another one than made it), "pause", "resume" or "cancel". The task as it stands then."""
        self._store._call(core.mbill_face_task_step, _id(task), do, by, utc_s_of(at))
        return self.get(task)

    def run(self, task: str | None = None, *, at: dt.datetime, budget: int = 0) -> dict[str, int]:
        """Do what the store does itself (top-ups, tariffs, alarm amounts), of one task or all; at most ``budget`` items, or all. May be cut short and called again."""
        says: dict[str, int] = json.loads(self._store._call(core.mbill_face_task_run, task, utc_s_of(at), budget))
        return says

    def due(self, task: str | None = None, *, at: dt.datetime, most: int = 1000) -> Any:
        """Hand out what the host does (switch, read); each piece is durable before it is told."""
        return [json.loads(line) for line in self._store._call(core.mbill_face_task_due, task, utc_s_of(at), most).splitlines()]

    def answer(self, item: str, attempt: int, outcome: str, *, at: dt.datetime, code: int = 0, reason: str | None = None) -> str:
        """What came of a piece of work: "done", "refused", "failed", "busy" or "no_answer". The verdict: "taken", "late_taken", "same", "late", "contradicts" or "never_out"."""
        document = {"item": item, "attempt": attempt, "outcome": outcome, **({"code": code} if code else {})}
        verdict: str = json.loads(self._store._call(core.mbill_face_task_result, text_of(document), reason, utc_s_of(at)))["verdict"]
        return verdict

    @staticmethod
    def _one(text: str) -> dict[str, Any]:
        says: dict[str, Any] = json.loads(text)["tasks"][0]
        return says


class Charges:
    """The custom charges of a store, ``store.charges``: rent, property fee, service, beside what meters measure. Each period is charged once.

    >>> store.charges.put(pathlib.Path("fee.json"))
    >>> store.charges.run(at=now, preview=True)["total"]
    Decimal('509.42')
    """

    __slots__ = ("_store",)

    def __init__(self, store: Owner) -> None:
        self._store = store

    def put(self, charge: Document) -> None:
        """Keep a charge, or another version of it; the same again changes nothing, and what is charged stays charged."""
        try:
            self._store._call(core.mbill_face_charge_put, text_of(charge))
        except MeterbillError as error:
            if error.status != Status.E_EXISTS:
                raise

    def end(self, charge: str, first_without: dt.date) -> None:
        """From this civil day on nothing is charged."""
        self._store._call(core.mbill_face_charge_end, charge, first_without.toordinal() - _EPOCH)

    def list(self) -> Any:
        """Every charge with its document and, by state, how many periods were settled and what they come to."""
        return json.loads(self._store._call(core.mbill_face_store_show, "charges"))["charges"]

    def run(self, charge: str | None = None, *, at: dt.datetime, preview: bool = False) -> dict[str, Any]:
        """Charge every period that is due and not charged yet, of one charge or all; ``preview``: only say what would be.

        "charged", "refused", "waiting", "total" and "periods", each with charge, account, from, to, due, amount, state; amounts are Decimals.
        """
        says = json.loads(self._store._call(core.mbill_face_charge_run, charge, utc_s_of(at), _PREVIEW if preview else 0))
        periods = [{**one, "amount": Decimal(one["amount"])} if "amount" in one else one for one in says["periods"]]
        return {**says, "total": Decimal(says["total"]), "periods": periods}


def _id(task: str) -> str:
    if not isinstance(task, str):
        raise TypeError(f"expected the id of a task, not {type(task).__name__}")
    return task
