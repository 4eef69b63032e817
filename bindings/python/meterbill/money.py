# SPDX-License-Identifier: Apache-2.0
"""Changes when the way does in which numbers of Python become whole 10^-6 and back: exact in both directions, or refused."""

from __future__ import annotations

import dataclasses
from decimal import Context, Decimal, Inexact, InvalidOperation
from typing import TypeAlias

from .errors import NumberError, Status

__all__ = ["Money", "Number", "decimal_of", "micro_of"]

Number: TypeAlias = "Decimal | int | str"
"""An exact number. A float is refused: write it as text or Decimal."""

_EXACT = Context(prec=100, Emin=-999999, Emax=999999, traps=[Inexact, InvalidOperation])
_SCALEB, _NORMALIZE = _EXACT.scaleb, _EXACT.normalize
_SIX, _MILLION = 6, 1_000_000
_LIMIT = 2**63


def _decimal(number: Number) -> Decimal:
    if isinstance(number, str):
        try:
            return Decimal(number)
        except InvalidOperation:
            raise NumberError(Status.E_NUMBER, f'"{number}" is not a decimal number') from None
    if isinstance(number, bool) or not isinstance(number, Decimal | int):
        raise TypeError(f"{number!r} is a {type(number).__name__}, expected Decimal, int or text; a float has no exact value: pass it as text")
    return Decimal(number)


def micro_of(number: Number) -> int:
    """The number in 10^-6; NumberError when it has more than six decimal places or does not fit 64 bits, TypeError for a float."""
    exact = number if type(number) is Decimal else _decimal(number)
    try:
        scaled = _SCALEB(exact, _SIX)
        micro = int(scaled)
    except (ValueError, OverflowError, InvalidOperation, Inexact):
        raise NumberError(Status.E_NUMBER, f"{number} is not a number that can be counted in millionths") from None
    if micro != scaled:
        raise NumberError(Status.E_DIGITS, f"{number} has more than 6 decimal places")
    if not -_LIMIT <= micro < _LIMIT:
        raise NumberError(Status.E_OVERFLOW, f"{number} does not fit 64 bits of millionths")
    return micro


def decimal_of(micro: int) -> Decimal:
    """The Decimal of a whole number of 10^-6, without zeros at its end."""
    if micro % _MILLION == 0:
        return Decimal(micro // _MILLION)
    return _NORMALIZE(_SCALEB(micro, -_SIX))


@dataclasses.dataclass(frozen=True, slots=True)
class Money:
    """An amount with its currency, such as ``Money(Decimal("51.18"), "EUR")``. Amounts of one currency add, subtract and compare."""

    amount: Decimal
    currency: str

    def _other(self, other: Money) -> Decimal:
        if self.currency != other.currency:
            raise ValueError(f"{self.currency} and {other.currency} are different currencies")
        return other.amount

    def __add__(self, other: Money) -> Money:
        return Money(_EXACT.add(self.amount, self._other(other)), self.currency)

    def __sub__(self, other: Money) -> Money:
        return Money(_EXACT.subtract(self.amount, self._other(other)), self.currency)

    def __neg__(self) -> Money:
        return Money(-self.amount, self.currency)

    def __lt__(self, other: Money) -> bool:
        return self.amount < self._other(other)

    def __le__(self, other: Money) -> bool:
        return self.amount <= self._other(other)

    def __str__(self) -> str:
        return f"{self.amount:f} {self.currency}"
