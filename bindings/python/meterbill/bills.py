# SPDX-License-Identifier: Apache-2.0
"""Changes when what users read from a bill does. A bill keeps the document it came from, to the byte."""

from __future__ import annotations

import array
import dataclasses
import datetime as dt
import hashlib
import json
from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Any

from .arrow import Spec, Table, amounts, instants, texts, whole
from .money import Money
from .tables import micro_column
from .times import utc_s_of

__all__ = ["Bill", "Bills", "BillsHash", "Line", "Priced", "Purchase"]


@dataclasses.dataclass(frozen=True, slots=True)
class Line:
    """One line of a bill: quantity x rate (/ divide_by) = amount, rounded by the tariff's rule."""

    rule: str
    charge: str | None
    period: str | None
    tier: int | None
    start: dt.datetime | None
    end: dt.datetime | None
    quantity: Decimal | None
    unit: str | None
    rate: Decimal | None
    divide_by: int
    amount: Decimal
    flags: tuple[str, ...]
    version: str | None

    @classmethod
    def _of(cls, line: dict[str, Any]) -> Line:
        def decimal(key: str) -> Decimal | None:
            return Decimal(line[key]) if key in line else None

        def instant(key: str) -> dt.datetime | None:
            return dt.datetime.fromisoformat(line[key]) if key in line else None

        return cls(line["rule"], line.get("charge"), line.get("period"), line.get("tier"), instant("from"), instant("to"), decimal("quantity"),
                   line.get("unit"), decimal("rate"), line.get("divide_by", 1), Decimal(line["amount"]), tuple(line.get("flags", ())), line.get("version"))


@dataclasses.dataclass(frozen=True, slots=True)
class Bill:
    """A bill: lines that add up to ``total`` to the last micro-unit. ``text`` is its document, as the C library wrote it."""

    text: str
    tariff: str
    currency: str
    start: dt.datetime
    end: dt.datetime
    total: Decimal
    lines: tuple[Line, ...]
    charges: dict[str, Decimal]
    flags: tuple[str, ...]

    @classmethod
    def _of(cls, text: str, document: dict[str, Any] | None = None) -> Bill:
        bill = json.loads(text) if document is None else document
        return cls(text, bill["tariff"], bill["currency"], dt.datetime.fromisoformat(bill["from"]), dt.datetime.fromisoformat(bill["to"]),
                   Decimal(bill["total"]), tuple(Line._of(line) for line in bill["lines"]),
                   {charge["id"]: Decimal(charge["amount"]) for charge in bill["charges"]}, tuple(bill["flags"]))

    @property
    def money(self) -> Money:
        """The total with its currency."""
        return Money(self.total, self.currency)

    def __repr__(self) -> str:
        return f"<Bill {self.tariff} {self.start.isoformat()} to {self.end.isoformat()}: {self.money}, {len(self.lines)} lines>"


@dataclasses.dataclass(frozen=True, slots=True)
class Bills(Table):
    """Bills as one table of their lines, for DuckDB, Polars, pandas: ``duckdb.sql("select sum(amount) from bills")``."""

    bills: Sequence[Bill]

    def _columns(self) -> tuple[list[Spec], int]:
        rows = [(number, bill, line) for number, bill in enumerate(self.bills) for line in bill.lines]
        lines = [line for _, _, line in rows]

        def seconds(times: Iterable[dt.datetime]) -> array.array[int]:
            return array.array("q", (utc_s_of(time) for time in times))

        return [whole("bill", array.array("q", (number for number, _, _ in rows))), texts("tariff", (bill.tariff for _, bill, _ in rows)),
                texts("currency", (bill.currency for _, bill, _ in rows)), texts("rule", (line.rule for line in lines)),
                texts("charge", (line.charge for line in lines)), texts("period", (line.period for line in lines)),
                instants("start", seconds(line.start or bill.start for _, bill, line in rows)),
                instants("end", seconds(line.end or bill.end for _, bill, line in rows)),
                amounts("quantity", micro_column(line.quantity or 0 for line in lines)), texts("unit", (line.unit for line in lines)),
                amounts("amount", micro_column(line.amount for line in lines))], len(rows)


_HASH_MODULUS = 1 << 256


@dataclasses.dataclass(frozen=True, slots=True)
class BillsHash:
    """A hash of bills, whatever their order: two runs made the same bills when it is the same. Hashes of parts add up to that of the whole.

    >>> BillsHash.of([("A0001", bill.text), ("A0002", other.text)])
    >>> sum(hashes_of_partitions, BillsHash())

    It is the sum modulo 2^256 of each bill's SHA-256 of account, U+0000 and document, all UTF-8, with the number of bills: a bill that is missing, doubled, or
    another by a byte changes it. It finds mistakes; against somebody who makes up bills, sign the files.
    """

    count: int = 0
    number: int = 0

    @classmethod
    def of(cls, bills: Iterable[tuple[str, str | Bill]]) -> BillsHash:
        """Of accounts and their bills; a document is taken to the byte."""
        count = number = 0
        for account, bill in bills:
            text = bill.text if isinstance(bill, Bill) else bill
            number += int.from_bytes(hashlib.sha256(f"{account}\0{text}".encode()).digest(), "big")
            count += 1
        return cls(count, number % _HASH_MODULUS)

    @classmethod
    def parse(cls, text: str) -> BillsHash:
        """From what ``str`` gives."""
        count, _, digits = text.partition(":")
        if len(digits) != 64 or not count.isdigit():
            raise ValueError(f'"{text}" is no hash of bills: expected a count, ":" and 64 hex digits')
        return cls(int(count), int(digits, 16))

    def __add__(self, other: BillsHash) -> BillsHash:
        return BillsHash(self.count + other.count, (self.number + other.number) % _HASH_MODULUS)

    def __str__(self) -> str:
        return f"{self.count}:{self.number:064x}"


@dataclasses.dataclass(frozen=True, slots=True)
class Priced:
    """What pricing gives: the bill, the position that goes into the next one, and what the bill corrects, where an old one was given."""

    bill: Bill
    position: str
    correction: Bill | None
    text: str


@dataclasses.dataclass(frozen=True, slots=True)
class Purchase:
    """What money buys: the quantity, the change that is left, the bill of exactly that quantity, and the position after it."""

    money: Decimal
    quantity: Decimal
    unit: str
    change: Decimal
    bill: Bill
    position: str
    text: str


_DECODER = json.JSONDecoder()


def members(answer: str) -> dict[str, tuple[Any, str]]:
    """Each member of an answer with its text, to the byte. Answers of the C layer are written without spaces."""
    found: dict[str, tuple[Any, str]] = {}
    at = 1
    while answer[at] != "}":
        at += answer[at] == ","
        key, at = _DECODER.raw_decode(answer, at)
        value, end = _DECODER.raw_decode(answer, at + 1)
        found[key] = value, answer[at + 1:end]
        at = end
    return found


def items(listed: str) -> list[str]:
    """Each item of a list with its text, to the byte."""
    found: list[str] = []
    at = 1
    while listed[at] != "]":
        at += listed[at] == ","
        _, end = _DECODER.raw_decode(listed, at)
        found.append(listed[at:end])
        at = end
    return found
