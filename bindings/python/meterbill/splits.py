# SPDX-License-Identifier: Apache-2.0
"""Changes when what is asked of shared costs does: a split request worked out, verified, booked, billed; and shares of columns."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any, Self

from ._native import Document, core, text_of
from .handles import Handle
from .tables import Column, uint64_column, new_column

__all__ = ["METHODS", "Split", "apportion"]

METHODS = ("largest_remainder", "webster", "half_up_each", "floor_each", "first", "absorb")
"""Who gets the odd units, by the names of documents and in the order of the C library."""
ZERO_POLICIES = ("error", "equal", "fallback", "owner")


class Split(Handle):
    """One cost shared among many: a document of kind "split", worked out to the last unit.

    >>> with Split.read(pathlib.Path("split.json")) as split:
    ...     print(split.answer()["parts"])
    """

    __slots__ = ()

    def __init__(self, document: Document) -> None:
        super().__init__(core.mbill_face_split_read(text_of(document)))

    @classmethod
    def read(cls, document: Document) -> Self:
        """From the request; raises :class:`SplitError` where nobody can pay, and others of :class:`MeterbillError`."""
        return cls(document)

    @property
    def text(self) -> str:
        """The answer as the C library writes it."""
        text: str = core.mbill_face_split_write(self._open())
        return text

    def answer(self) -> dict[str, Any]:
        """The answer: parts, amounts, residual, and the arithmetic of each."""
        answer: dict[str, Any] = json.loads(self.text)
        return answer

    def verify(self, claim: Document) -> None:
        """Raises where a claimed answer is not the right one."""
        core.mbill_face_split_verify(self._open(), text_of(claim))

    def operations(self) -> list[str]:
        """The lines that book it in a ledger; the request has an "id", from which theirs are made."""
        lines: str = core.mbill_face_split_ledger(self._open())
        return lines.splitlines()

    def bills(self) -> list[str]:
        """A line with account and bill for each who pays; the request has a "bill"."""
        lines: str = core.mbill_face_split_bills(self._open())
        return lines.splitlines()


def apportion(total: int, keys: Sequence[int] | Column, weights: Sequence[int] | Column, *, method: str = "largest_remainder",
              if_all_zero: str = "error", tie_salt: int = 0, absorb_key: int = 0, step: int = 1) -> tuple[Any, int]:
    """Amounts for whole columns of shares, and the residual that nobody pays: they add up to ``total``, always.

    ``total`` and amounts are whole numbers of any unit, multiples of ``step``; ``keys`` tell shares apart and decide ties; ``weights``
    are whole numbers of 0 or more. ``if_all_zero``: "error", "equal" or "owner".
    """
    if method not in METHODS:
        raise ValueError(f'the method is "{method}", expected one of: {", ".join(METHODS)}')
    if if_all_zero not in ZERO_POLICIES or if_all_zero == "fallback":
        raise ValueError(f'if_all_zero is "{if_all_zero}", expected error, equal or owner')
    key_column, weight_column = uint64_column(keys), uint64_column(weights)
    amounts = new_column(len(key_column))
    residual: int = core.mbill_face_apportion(
        total, key_column, weight_column, METHODS.index(method), ZERO_POLICIES.index(if_all_zero), tie_salt, absorb_key, step, amounts)
    return amounts, residual
