# SPDX-License-Identifier: Apache-2.0
"""A month in one SQLite file: a tariff, four flats and their readings go in, the month is closed, and closing it again changes nothing."""

import datetime
import pathlib
import tempfile

import meterbill

TARIFF = {
    "meterbill": 1, "id": "home", "version": "2026", "currency": "EUR", "zone": "UTC0", "valid": {"from": "2026-01-01", "to": None},
    "inputs": {"energy": {"register": "import", "unit": "kWh"}},
    "rounding": {"line": {"step": "0.01", "how": "half_up"}, "charge": "none", "bill": "none"},
    "charges": [{"id": "energy", "quantity": "energy", "rate": ["0.25", "0.32"], "tiers": {"over": "bill", "how": "graduated", "bounds": ["100"]}},
                {"id": "standing", "quantity": "days", "rate": "0.3"}]}
FLATS = range(1, 5)
ACCOUNTS = {"meterbill": 1, "kind": "accounts", "accounts": [
    {"id": f"flat-{flat}", "contracts": [{"tariff": "home", "from": "2026-01-01", "to": None, "meters": [
        {"id": f"M-{flat}", "registers": [{"register": "import", "unit": "kWh"}]}]}]} for flat in FLATS]}
READINGS = "meter,time,value\n" + "".join(
    f"M-{flat},2026-01-01,{1000 * flat}\nM-{flat},2026-02-01,{1000 * flat + 45 * flat}.5\n" for flat in FLATS)


def main() -> None:
    first, end = datetime.date(2026, 1, 1), datetime.date(2026, 2, 1)
    now = datetime.datetime(2026, 2, 1, 6, tzinfo=datetime.UTC)
    with tempfile.TemporaryDirectory() as folder, meterbill.Store.open(pathlib.Path(folder) / "town.db", create=True) as store:
        store.put("tariff", TARIFF)
        store.put("accounts", ACCOUNTS)
        added = store.put_rows("readings", READINGS, zone="UTC0")
        print(f"readings: {added['added']} added, {added['same']} there already")
        for _ in range(2):
            closed = store.close_span(first, end, at=now)
            print(f"closed: {closed['billed']} billed, {closed['already']} before, {closed['refused']} refused, total {closed['total']:.2f}")
        for flat in FLATS:
            bill = store.bills(f"flat-{flat}")["bills"][0]
            print(f"flat-{flat} {bill['total']}")


if __name__ == "__main__":
    main()
