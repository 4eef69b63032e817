# SPDX-License-Identifier: Apache-2.0
"""Prepayment in both of its ways: the platform deducts and decides about supply; or the meter deducts, and the platform follows and compares."""

import datetime
from decimal import Decimal
import itertools
import uuid

import meterbill

HOUR = datetime.timedelta(hours=1)


class Day:
    """A book, and the time of day. A real platform draws its ids before the first attempt and keeps them."""

    def __init__(self) -> None:
        self.book = meterbill.Book(policy="DLT")
        self.now = datetime.datetime(2026, 1, 5, 10, tzinfo=datetime.UTC)
        self.ids = map(lambda number: uuid.UUID(int=number), itertools.count(1))

    def do(self, what: str, operation: str, id: uuid.UUID | None = None, **members: object) -> meterbill.Entry:
        entry = self.book.do(operation, id=id or next(self.ids), at=self.now, **members)
        print(f"{what:<34} {entry.result}")
        return entry

    def ask_supply(self, entry: meterbill.Entry) -> None:
        print(f"  credit {self.book.credit(7):.2f}: {entry.supply[0]['supply'].lower()}")


def platform_deducts(day: Day) -> None:
    """Use comes in by the hour, the platform charges it and commands the switch."""
    closed = [{"account": 7, "contactor": "closed"}]
    day.do("open account 7", "open", account=7)
    paid = next(day.ids)
    for what in ("10.00 paid", "the same payment sent again"):
        day.do(what, "top_up", paid, account=7, amount=10, receipt=501)
    for _ in range(2):
        day.now += HOUR
        day.ask_supply(day.do("an hour's use, 6.25", "usage", account=7, amount="6.25", supply=closed))
    tripped = [{"account": 7, "contactor": "tripped", "tripped": (day.now - HOUR).isoformat()}]
    day.ask_supply(day.do("20.00 paid", "top_up", account=7, amount=20, supply=tripped))


def observe(day: Day, shown: str, count: int, unposted: str) -> uuid.UUID:
    """What the meter shows is compared with the book: nothing moves until somebody accepts what nothing explains."""
    id = next(day.ids)
    entry = day.do("the meter is read", "observe", id, account=8, amount=shown, sequence=count, unposted=unposted)
    moved = Decimal((entry.record or {}).get("moved", "0"))
    print(f"  it shows {Decimal(shown):.2f} after {count} purchases, unexplained {moved:.2f}")
    return id


def meter_deducts(day: Day) -> None:
    """A payment is on its way to the meter until its count shows that it has arrived."""
    day.do("open account 8", "open", account=8)
    sent = next(day.ids)
    day.do("50.00 sent to the meter", "hold", sent, account=8, amount=50, hold="top_up", sequence=1)
    observe(day, "0", 0, "0")
    day.now += HOUR
    observe(day, "48.80", 1, "1.20")
    day.do("it has arrived", "post", target=sent, amount="all")
    day.do("what the meter deducted, 1.20", "usage", account=8, amount="1.20")
    seen = observe(day, "48.30", 1, "0")
    day.do("the difference is accepted", "accept", target=seen)
    observe(day, "48.30", 1, "0")


def main() -> None:
    day = Day()
    print("the platform deducts")
    platform_deducts(day)
    print("the meter deducts")
    meter_deducts(day)


if __name__ == "__main__":
    main()
