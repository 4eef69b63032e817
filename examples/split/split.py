# SPDX-License-Identifier: Apache-2.0
"""One building's heat, metered once, goes to the prepaid accounts of its flats: valve open time x area as weights (JGJ 173), a fair carry from
month to month, and one operation a flat in the ledger."""

import datetime
from decimal import Decimal

import meterbill

# Area in tenths of m2 x open time in per mille.
FLATS = {101: 800 * 500, 102: 1000 * 750, 103: 1200 * 1000}
NOVEMBER = datetime.datetime(2026, 11, 1, tzinfo=datetime.UTC)
MONTH = datetime.timedelta(days=30)
COST = Decimal("333.33")


def id_of(month: int, flat: int) -> str:
    """The same month and flat give the same id: a charge that is posted again is known."""
    return f"01{month:02x}{flat:028x}"


def open_accounts(book: meterbill.Book) -> None:
    for flat in FLATS:
        assert book.do("open", id=id_of(100, flat), account=flat, at=NOVEMBER).ok
        assert book.do("top_up", id=id_of(101, flat), account=flat, amount=600, channel=1, at=NOVEMBER).ok


def charge_month(book: meterbill.Book, month: int, carries: dict[int, str]) -> dict[int, str]:
    """Split, post, and post once more as after a lost answer. Gives what each flat was rounded by."""
    shares = [{"key": flat, "weight": weight, **({"carry": carries[flat]} if flat in carries else {})} for flat, weight in FLATS.items()]
    with meterbill.Split.read({"total": COST, "step": "0.01", "fair_carry": True, "shares": shares}) as split:
        parts = {int(part["key"]): part for part in split.answer()["parts"]}
    for _ in range(2):
        entries = [book.do("usage", id=id_of(month, flat), account=flat, amount=part["amount"], at=NOVEMBER + month * MONTH) for flat, part in parts.items()]
    assert all(entry.result == "EXISTS" for entry in entries)
    print(f"month {month}:", *(f"{Decimal(part['amount']):.2f}" for part in parts.values()))
    return {flat: part["carry"] for flat, part in parts.items()}


def main() -> None:
    book = meterbill.Book(policy="DLT")
    open_accounts(book)
    carries: dict[int, str] = {}
    for month in (1, 2, 3):
        carries = charge_month(book, month, carries)
    for flat in FLATS:
        print(f"flat {flat} has {book.credit(flat):.2f} left")


if __name__ == "__main__":
    main()
