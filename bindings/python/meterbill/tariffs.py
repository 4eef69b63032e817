# SPDX-License-Identifier: Apache-2.0
"""Changes when what can be asked of a tariff does: compile it once, then price, buy, compare."""

from __future__ import annotations

import dataclasses
import datetime as dt
import json
from collections.abc import Sequence
from decimal import Decimal
from typing import Any, Self

from ._native import Document, closed, core, optional_text_of, text_of
from .bills import Bill, Priced, Purchase, members
from .handles import Handle
from .money import Number, decimal_of, micro_of
from .times import Span, instant_of, utc_s_of
from .usages import Usage

__all__ = ["Charge", "DaysLeft", "Register", "Tariff", "TariffInfo", "check_versions", "explain_versions", "price_versions"]

_ALLOW_GAPS = 1
_TOTAL: Any = core.mbill_face_total  # the call that is made often
_ROUND_HOW = {"half_up": 1, "half_even": 2, "down": 3, "up": 4, "floor": 5, "ceiling": 6}
_SPLIT = {"days": 1, "readings": 2}


@dataclasses.dataclass(frozen=True, slots=True)
class Register:
    """A register that the tariff prices. ``converted``: its use is converted by factors among the facts."""

    name: str
    unit: str
    converted: bool


@dataclasses.dataclass(frozen=True, slots=True)
class Charge:
    """A charge of the tariff: its id, title, who receives it, and the unit of its quantity."""

    id: str
    title: str | None
    to: str | None
    unit: str


@dataclasses.dataclass(frozen=True, slots=True)
class TariffInfo:
    """What a tariff says of itself. ``hash`` is the BLAKE2b-256 of the canonical document; ``step`` the one it is bought in, or None;
    ``position_size`` the bytes of a position in a column."""

    id: str
    version: str
    currency: str
    hash: str
    title: str | None
    source: str | None
    valid_from: dt.datetime
    valid_to: dt.datetime | None
    registers: tuple[Register, ...]
    facts: tuple[str, ...]
    periods: tuple[str, ...]
    charges: tuple[Charge, ...]
    step: Decimal | None
    position_size: int


@dataclasses.dataclass(frozen=True, slots=True)
class DaysLeft:
    """How long money lasts. ``never``: nothing is charged; ``at_least``: it outlasts the tariff's version, or ten years."""

    days: int
    runs_out: dt.datetime | None
    never: bool
    at_least: bool


def priced_of(answer: str) -> Priced:
    found = members(answer)
    bill, old = found["bill"], found.get("correction")
    return Priced(Bill._of(bill[1], bill[0]), found["position"][1], None if old is None else Bill._of(old[1], old[0]), answer)


class Tariff(Handle):
    """A compiled tariff, immutable; any number of threads may share it.

    >>> tariff = Tariff.compile(pathlib.Path("tariff.json"))
    >>> tariff.total("152.75", Span.month(2026, 1, ZoneInfo("Europe/Berlin")))
    Decimal('51.18')

    It is freed with the last reference, or by :meth:`close`, or at the end of a ``with`` block; a call that another thread is in
    then still ends well.
    """

    __slots__ = ("_info",)

    def __init__(self, document: Document) -> None:
        super().__init__(core.mbill_face_tariff_read(text_of(document)))
        self._info: TariffInfo | None = None

    @classmethod
    def compile(cls, document: Document) -> Self:
        """From the document: its text, its bytes, a mapping, or the path of its file.

        Raises :class:`TariffError` where it could be read two ways, :class:`DocumentError` where it is not well formed, and others of
        :class:`MeterbillError`; ``path`` says where.
        """
        return cls(document)

    def __reduce__(self) -> tuple[type[Self], tuple[str]]:
        return type(self), (self.canonical(),)

    def __repr__(self) -> str:
        if self._handle is None:
            return super().__repr__()
        return f"<Tariff {self.info.id} {self.info.version}, {self.info.currency}>"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Tariff) and self.info.hash == other.info.hash

    def __hash__(self) -> int:
        return hash(self.info.hash)

    def canonical(self) -> str:
        """The canonical document: keys sorted, no space, decimals in shortest form. What is pickled."""
        text: str = core.mbill_face_tariff_canonical(self._open())
        return text

    @property
    def info(self) -> TariffInfo:
        """Id, version, currency, registers, facts, charges, periods."""
        handle = self._open()
        if self._info is None:
            says = json.loads(core.mbill_face_tariff_info(handle))
            start, end = says["valid"]
            self._info = TariffInfo(
                says["id"], says["version"], says["currency"], says["hash"], says["title"], says["source"], instant_of(start),
                None if end is None else instant_of(end), tuple(Register(**one) for one in says["registers"]), tuple(says["facts"]),
                tuple(says["periods"]), tuple(Charge(**one) for one in says["charges"]), None if says["step"] is None else Decimal(says["step"]), says["position_size"])
        return self._info

    def total(self, quantity: Number, span: Span) -> Decimal:
        """What a quantity of the tariff's one register comes to over a span, in its currency; nothing was used before.

        ``quantity`` is Decimal, int or text, in the register's unit. Raises :class:`TariffError` where the tariff has more registers,
        or needs times or facts: then :meth:`price` is the way.
        """
        handle = self._handle
        if handle is None:
            closed("Tariff")
        return decimal_of(_TOTAL(handle, span.start_utc_s, span.end_utc_s, micro_of(quantity)))

    def price(self, usage: Usage | Document, *, facts: Document | None = None, position: Document | None = None, old: Bill | Document | None = None,
              allow_gaps: bool = False) -> Priced:
        """The bill of one account's use over a span.

        ``facts``: what is known of the account, a document of kind "facts"; ``position``: where the bill before left off; ``old``: a bill
        made out before for the same span, which the answer's ``correction`` sets right; ``allow_gaps``: time without readings is
        billed as far as it is known, and the lines say so. Each line is computed exactly and rounded once, where the tariff says.
        """
        handle = self._open()
        return priced_of(core.mbill_face_price(
            handle, _usage(usage), optional_text_of(facts), optional_text_of(position), _bill(old), _ALLOW_GAPS if allow_gaps else 0))

    def buy(self, money: Number, at: dt.datetime, *, facts: Document | None = None, position: Document | None = None) -> Purchase:
        """What money buys at an instant: the largest quantity whose price it covers, and the bill of exactly that quantity."""
        handle = self._open()
        answer = core.mbill_face_buy(handle, optional_text_of(facts), optional_text_of(position), micro_of(money), utc_s_of(at))
        found = members(answer)
        bill = found["bill"]
        return Purchase(Decimal(found["money"][0]), Decimal(found["quantity"][0]), found["unit"][0], Decimal(found["change"][0]),
                        Bill._of(bill[1], bill[0]), found["position"][1], answer)

    def days_left(self, money: Number, at: dt.datetime, *, per_day: Number, facts: Document | None = None,
                  position: Document | None = None) -> DaysLeft:
        """How many days a balance lasts when ``per_day`` is used evenly over each 24 hours."""
        handle = self._open()
        says = json.loads(core.mbill_face_days_left(
            handle, optional_text_of(facts), optional_text_of(position), micro_of(money), utc_s_of(at), micro_of(per_day)))
        return DaysLeft(says["days"], None if says["runs_out"] is None else instant_of(says["runs_out"]), says["never"], says["at_least"])

    def period_at(self, at: dt.datetime, *, calendar: str | None = None, facts: Document | None = None) -> tuple[str, dt.datetime]:
        """The period at an instant and when it ends. ``calendar`` is needed where the tariff has several."""
        handle = self._open()
        says = json.loads(core.mbill_face_tariff_period_at(handle, calendar, optional_text_of(facts), utc_s_of(at)))
        return says["period"], instant_of(says["end"])

    def new_position(self) -> str:
        """The position in which nothing is billed yet, a document of kind "position"."""
        text: str = core.mbill_face_position(self._open(), None)
        return text

    def carry(self, position: Document) -> str:
        """The position of another version of the tariff as this version writes it; refused where it has no place for something."""
        text: str = core.mbill_face_position(self._open(), text_of(position))
        return text

    def check(self, bill: Bill | Document) -> Bill:
        """The bill read back: every line is computed again and every sum formed; refused where something does not hold."""
        return Bill._of(core.mbill_face_bill_check(self._open(), _bill(bill)))

    def difference(self, old: Bill | Document, new: Bill | Document) -> Bill:
        """What ``new`` comes to less what ``old`` of the same span came to, as a bill of difference lines."""
        return Bill._of(core.mbill_face_bill_difference(self._open(), _bill(old), _bill(new)))

    def explain(self, bill: Bill | Document) -> list[str]:
        """One sentence a line, to be checked with a pocket calculator: "energy, tier 1: 100 kWh x 0.25 = 25"."""
        sentences: list[str] = json.loads(core.mbill_face_bill_explain(self._open(), _bill(bill)))
        return sentences


def _usage(usage: Usage | Document) -> str | bytes:
    return usage.text if isinstance(usage, Usage) else text_of(usage)


def _bill(bill: Bill | Document | None) -> str | bytes | None:
    return bill.text if isinstance(bill, Bill) else optional_text_of(bill)


def price_versions(tariffs: Sequence[Tariff], usage: Usage | Document, *, split: str, round_to: tuple[Number, str] | None = None,
                   facts: Document | None = None, position: Document | None = None, allow_gaps: bool = False) -> Priced:
    """One bill over a span in which the tariff changes: each part is priced by the version that is valid in it.

    ``split``: "days" divides quantities in proportion to days, each part rounded to ``round_to`` (a step and one of half_up, half_even,
    down, up, floor, ceiling; without it every place is kept); "readings" divides by readings.
    """
    if split not in _SPLIT:
        raise ValueError(f'split is "{split}", expected days or readings')
    step, how = ("0.000001", "half_even") if round_to is None else round_to
    if how not in _ROUND_HOW:
        raise ValueError(f'the rule of rounding is "{how}", expected one of: {", ".join(_ROUND_HOW)}')
    by_days = split == "days"
    if not by_days and round_to is not None:
        raise ValueError("readings are not rounded; round_to is for split=\"days\"")
    versions, _ = kept = _versions(tariffs)
    priced = priced_of(core.mbill_face_versions_price(
        versions, _usage(usage), optional_text_of(facts), optional_text_of(position), _SPLIT[split], micro_of(step) if by_days else 0,
        _ROUND_HOW[how] if by_days else 0, _ALLOW_GAPS if allow_gaps else 0))
    del kept
    return priced


def _versions(tariffs: Sequence[Tariff]) -> tuple[Any, list[Any]]:
    """The handle of versions, and those that it looks into and that must outlive it."""
    if not tariffs:
        raise ValueError("expected one tariff at least")
    handles = [tariff._open() for tariff in tariffs]
    versions = core.mbill_face_versions_open(handles[0])
    for handle in handles[1:]:
        core.mbill_face_versions_add(versions, handle)
    return versions, handles


def check_versions(tariffs: Sequence[Tariff], bill: Bill | Document) -> Bill:
    """A bill of :func:`price_versions` read back: every line is computed again and every sum formed, each part by its own version."""
    versions, handles = _versions(tariffs)
    checked = Bill._of(core.mbill_face_versions_check(versions, _bill(bill)))
    del versions, handles
    return checked


def explain_versions(tariffs: Sequence[Tariff], bill: Bill | Document) -> list[str]:
    """One sentence for each conversion and each line of such a bill, each by the names of its own version."""
    versions, handles = _versions(tariffs)
    sentences: list[str] = json.loads(core.mbill_face_versions_explain(versions, _bill(bill)))
    del versions, handles
    return sentences
