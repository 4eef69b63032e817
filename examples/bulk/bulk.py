# SPDX-License-Identifier: Apache-2.0
"""A week of hourly readings of four accounts, priced at once from columns; then one of them again, reading by reading, to the same cent."""

from __future__ import annotations

import array
import datetime
import zoneinfo

import meterbill

HOURS, ACCOUNTS = 168, 4
HOUR = datetime.timedelta(hours=1)
TARIFF = {
    "meterbill": 1, "id": "shift", "version": "2026-01", "currency": "CNY", "zone": "CST-8", "valid": {"from": "2026-01-01", "to": None},
    "inputs": {"energy": {"register": "import", "unit": "kWh"}},
    "calendar": {"periods": [{"name": "valley", "when": [{"at": ["22:00-06:00"]}]}, {"name": "day", "otherwise": True}]},
    "rounding": {"line": {"step": "0.01", "how": "half_up"}, "charge": "none", "bill": "none"},
    "charges": [{"id": "energy", "quantity": "energy", "rate": {"valley": "0.30", "day": "0.55"}}]}


def measure() -> array.array[int]:
    """What the meters measured, 10^-6 kWh: every account has a pattern of its own over the hours of the day. NumPy is as good."""
    return array.array("q", ((account + 1) * 250_000 + hour % 24 * 12_500 for account in range(ACCOUNTS) for hour in range(HOURS)))


def main() -> None:
    week = meterbill.Span.days(datetime.date(2026, 3, 2), datetime.date(2026, 3, 9), zoneinfo.ZoneInfo("Asia/Shanghai"))
    readings = measure()
    tariff = meterbill.Tariff.compile(TARIFF)
    totals = meterbill.Bulk(tariff, week, step=HOUR).price({"import": readings})
    for account in range(ACCOUNTS):
        print(f"account {account + 1} {totals.total(account):.2f}")
    print("account 1, day by day")
    with meterbill.Stream(tariff, week, most=HOURS) as stream:
        for hour in range(HOURS):
            start = week.start.astimezone(datetime.UTC) + hour * HOUR
            stream.push(start, start + HOUR, meterbill.money.decimal_of(readings[hour]))
            if hour % 24 == 23:
                print(f"  so far {stream.total():.2f}")
        print(f"  bill {stream.finish().bill.total:.2f}")


if __name__ == "__main__":
    main()
