# SPDX-License-Identifier: Apache-2.0
"""Changes when what is asked of alarms does: configurations, a board that takes lines of samples and answers with events, and those that a store keeps."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterable
from typing import Any, Self

from ._native import Document, core, text_of
from .handles import Owner
from .times import utc_s_of

__all__ = ["AlarmBoard", "Alarms", "alarm_reasons", "canonical_alarms"]

_FIRST, _LAST = -2**63, 2**63 - 1


def alarm_reasons(configuration: Document) -> list[dict[str, Any]]:
    """Every reason against a document of kind "alarms", each with status, path and message; none where it can be used."""
    reasons: list[dict[str, Any]] = json.loads(core.mbill_face_alarms_reasons(text_of(configuration)))["reasons"]
    return reasons


def canonical_alarms(configuration: Document) -> str:
    """The document as the C library writes it."""
    text: str = core.mbill_face_alarms_canonical(text_of(configuration))
    return text


class AlarmBoard(Owner):
    """Alarms that run: lines of samples, ticks and actions in, events out. Its state is a document that goes on elsewhere.

    >>> with AlarmBoard.open(pathlib.Path("alarms.json")) as board:
    ...     for event in board.run(['{"t": 1767607200, "key": "house", "v": "11"}']):
    ...         print(event)
    """

    __slots__ = ("_lines",)

    def __init__(self, configuration: Document) -> None:
        super().__init__(core.mbill_face_board_open(text_of(configuration)))
        self._lines = 0

    @classmethod
    def open(cls, configuration: Document) -> Self:
        """From a document of kind "alarms"; raises :class:`MeterbillError` with the first reason against it."""
        return cls(configuration)

    def run_text(self, lines: str | bytes) -> str:
        """Lines as the program `meterbill alarm run` takes and prints them."""
        count = lines.count("\n") if isinstance(lines, str) else lines.count(b"\n")
        text: str = self._call(core.mbill_face_board_lines, lines, self._lines + 1)
        self._lines += max(count, 1) if lines else 0
        return text

    def run(self, lines: Iterable[Document]) -> list[dict[str, Any]]:
        """Lines as documents; the answers are events, and {"line", "refused", "path", "message"} of a line that changed nothing."""
        joined = "".join(_line(line) + "\n" for line in lines)
        return [json.loads(answer) for answer in self.run_text(joined).splitlines()]

    def save(self) -> str:
        """The state of every alarm, a document."""
        text: str = self._call(core.mbill_face_board_save)
        return text

    def load(self, state: Document) -> None:
        """Go on from a saved state; only before the first line."""
        self._call(core.mbill_face_board_load, text_of(state))


class Alarms:
    """The alarms that a store keeps, ``store.alarms``: of what its ledger books, and of lines that are run through a configuration.

    >>> store.alarms.put("homes", pathlib.Path("alarms.json"))
    >>> store.alarms.choose("homes", '{"under": "east"}')
    12
    >>> for event in store.alarms.events(account="A1"):
    ...     print(event)
    """

    __slots__ = ("_store",)

    def __init__(self, store: Owner) -> None:
        self._store = store

    def put(self, name: str, configuration: Document) -> dict[str, int]:
        """Keep a configuration, or another version of it, under a name: {"added", "same"}."""
        says: dict[str, int] = json.loads(self._store._call(core.mbill_face_store_alarm_put, name, text_of(configuration)))
        return says

    def default(self, name: str | None) -> None:
        """The configuration of every account that has none of its own; None: none."""
        self._store._call(core.mbill_face_store_alarm_default, name)

    def choose(self, name: str, selection: str) -> int:
        """The configuration of the accounts that a selection names, "none" for no alarms, "default" for the default one; how many they are."""
        accounts: int = self._store._call(core.mbill_face_store_alarm_choose, name, selection)
        return accounts

    def configurations(self) -> Any:
        """What is kept: name, version, for how many accounts."""
        return json.loads(self._store._call(core.mbill_face_store_show, "alarms"))["configs"]

    def tick(self, *, at: dt.datetime) -> None:
        """Time goes by, up to and with ``at``, for alarms that watch what the store books."""
        self._store._call(core.mbill_face_store_alarm_tick, utc_s_of(at))

    def run(self, name: str, lines: Iterable[Document]) -> list[dict[str, Any]]:
        """Lines through a configuration, state and events in one transaction; the same lines again do nothing. The answers are those of :class:`AlarmBoard`."""
        joined = "".join(_line(line) + "\n" for line in lines)
        return [json.loads(answer) for answer in self._store._call(core.mbill_face_store_alarm_run, name, joined).splitlines()]

    def events(self, *, account: str | None = None, first: dt.datetime | None = None, end: dt.datetime | None = None, behind: int = 0) -> list[dict[str, Any]]:
        """What happened, of an account or of any, from ``first`` up to ``end``, kept after the event of a number."""
        span = _FIRST if first is None else utc_s_of(first), _LAST if end is None else utc_s_of(end)
        return [json.loads(line) for line in self._store._call(core.mbill_face_store_alarm_events, account, *span, behind).splitlines()]


def _line(line: Document) -> str:
    text = text_of(line)
    return (text.decode() if isinstance(text, bytes) else text).replace("\n", " ")
