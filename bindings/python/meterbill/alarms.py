# SPDX-License-Identifier: Apache-2.0
"""Changes when what is asked of alarms does: configurations, and a board that takes lines of samples and answers with events."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any, Self

from ._native import Document, core, text_of
from .handles import Owner

__all__ = ["AlarmBoard", "alarm_reasons", "canonical_alarms"]


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
    ...     for event in board.run(['{"key": "house", "at": "2026-01-05T10:00:00Z", "value": "11"}']):
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


def _line(line: Document) -> str:
    text = text_of(line)
    return (text.decode() if isinstance(text, bytes) else text).replace("\n", " ")
