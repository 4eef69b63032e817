#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The Python package against the C library on the same columns, and against other Python: languages.py BENCH_COLUMNS FOLDER [ACCOUNTS].

One JSON object a line: name, value, unit, against, ratio. Every comparison compares the answers first. A row whose other program is not there is
skipped by name. Times are of the processor alone, so that other work on the machine has less to say.
"""
import datetime as dt
import decimal
import importlib.metadata
import json
import pathlib
import statistics
import subprocess
import sys
import time
from decimal import Decimal

import meterbill
import numpy as np

HOUR = dt.timedelta(hours=1)
ROUNDS = 9
HEAD = {"meterbill": 1, "version": "1", "currency": "USD", "zone": "UTC0", "valid": {"from": "2026-01-01", "to": None},
        "inputs": {"energy": {"register": "import", "unit": "kWh"}}}
UNROUNDED = {"line": "none", "charge": "none", "bill": "none"}
PERIODS = {"periods": [{"name": "night", "when": [{"at": ["22:00-06:00"]}]}, {"name": "morning", "when": [{"at": ["06:00-10:00"]}]},
                       {"name": "peak", "when": [{"at": ["10:00-18:00"]}]}, {"name": "evening", "otherwise": True}]}
RATES = {"night": "0.2", "morning": "0.31", "peak": "0.55", "evening": "0.42"}
TOU = {**HEAD, "id": "tou", "calendar": PERIODS, "rounding": UNROUNDED, "charges": [{"id": "energy", "quantity": "energy", "rate": RATES}]}
TIERS = {**HEAD, "id": "tiers", "rounding": {"line": {"step": "0.01", "how": "half_up"}, "charge": "none", "bill": "none"}, "charges": [
    {"id": "energy", "quantity": "energy", "rate": ["0.25", "0.32"], "tiers": {"over": "bill", "how": "graduated", "bounds": ["100"]}},
    {"id": "standing", "quantity": "days", "rate": "0.3"}]}
YEAR = meterbill.Span.days(dt.date(2026, 1, 1), dt.date(2027, 1, 1), dt.UTC)
MONTH = meterbill.Span.days(dt.date(2026, 1, 1), dt.date(2026, 2, 1), dt.UTC)


def row(name, value, unit, against, ratio):
    print(json.dumps({"name": name, "value": round(value, 4), "unit": unit, "against": against, "ratio": round(ratio, 3)}), flush=True)


def want(condition, what):
    if not condition:
        sys.exit(f"bench: the answers differ: {what}")


def seconds(work, rounds=ROUNDS):
    """The median time of the processor."""
    times = []
    for _ in range(rounds):
        start = time.process_time()
        work()
        times.append(time.process_time() - start)
    return statistics.median(times)


class CSide:
    """The C program on the same files."""

    def __init__(self, program, folder):
        self.program, self.folder = program, folder

    def price(self, tariff, span, readings, rounds=1):
        (self.folder / "tariff.json").write_text(json.dumps(tariff), encoding="utf-8")
        readings.tofile(self.folder / "columns.bin")
        return self.again(span, readings.shape, rounds)

    def again(self, span, shape, rounds=1):
        words = [self.program, self.folder / "tariff.json", self.folder / "columns.bin", span.start_utc_s, shape[1], shape[0], rounds]
        said = subprocess.run([str(word) for word in words], capture_output=True, text=True, check=True).stdout.split()
        return float(said[0]), int(said[1]), float(said[2])


def python_bulk(c, accounts):
    """Opening, checking and pricing, as one call of each side does it; the two take turns."""
    readings = np.random.default_rng(1).integers(0, 10**6, (accounts, 8760), dtype=np.int64)
    tariff = meterbill.Tariff.compile(TOU)
    _, total, _ = c.price(TOU, YEAR, readings)

    def ours():
        return meterbill.Bulk(tariff, YEAR, step=HOUR).price({"import": readings})

    want(meterbill.micro_column([ours().sum()])[0] == total, "bulk")
    pairs = [(seconds(ours, 1) * 1e9 / readings.size, c.again(YEAR, readings.shape, 3)[0]) for _ in range(ROUNDS)]
    value, other = statistics.median(pair[0] for pair in pairs), statistics.median(pair[1] for pair in pairs)
    row("python_bulk", value, "ns/reading", f"the same columns in C, {other:.3f} ns", value / other)


def python_call(c):
    """One quantity to one total; what Python adds to the C call."""
    tariff, quantity = meterbill.Tariff.compile(TIERS), Decimal("152.75")
    want(tariff.total(quantity, MONTH) == Decimal("51.18"), "call")
    readings = np.zeros((1, 744), np.int64)
    c.price(TIERS, MONTH, readings)
    calls = 20_000

    def ours():
        for _ in range(calls):
            tariff.total(quantity, MONTH)

    value = min(seconds(ours, 1) for _ in range(ROUNDS)) * 1e6 / calls
    other = min(c.again(MONTH, readings.shape)[2] for _ in range(ROUNDS)) / 1000
    row("python_call", value - other, "us", f"what Tariff.total takes over the {other:.2f} us of C; {value:.2f} in all; goal 1.5", (value - other) / 1.5)


def python_vs_ratebook(accounts=20):
    """A month of hourly readings by four periods and a daily charge, one bill an account."""
    try:
        import ratebook
    except ImportError:
        print("python_vs_ratebook skipped: ratebook is not there (it needs Python 3.12)", file=sys.stderr)
        return
    from ratebook import schema
    document = {**TOU, "id": "daily", "charges": [*TOU["charges"], {"id": "standing", "quantity": "days", "rate": "0.4"}]}
    names = list(RATES)
    by_hour = tuple(names.index("night" if hour >= 22 or hour < 6 else "morning" if hour < 10 else "peak" if hour < 18 else "evening") for hour in range(24))
    theirs = schema.Tariff(
        energy=schema.EnergyRateStructure(tuple(schema.EnergyPeriod((schema.EnergyTier(Decimal(RATES[name])),)) for name in names)),
        schedule=schema.Schedule(weekday=(by_hour,) * 12, weekend=(by_hour,) * 12), fixed_charges=(schema.FixedCharge(Decimal("0.4"), schema.FixedChargeUnit.PER_DAY),))
    readings = np.random.default_rng(2).integers(0, 1000, (accounts, 744), dtype=np.int64) * 1000
    usages = [ratebook.Usage.hourly([meterbill.money.decimal_of(int(value)) for value in account]) for account in readings]
    window = ratebook.BillingWindow(dt.date(2026, 1, 1), 31)
    tariff = meterbill.Tariff.compile(document)
    many = np.repeat(readings, 50, axis=0)
    bulk = meterbill.Bulk(tariff, MONTH, step=HOUR)
    totals = bulk.price({"import": readings})
    for number, usage in enumerate(usages):
        want(ratebook.estimate_bill(theirs, usage, window).total == totals.total(number), f"ratebook's bill {number}")
    other = seconds(lambda: [ratebook.estimate_bill(theirs, usage, window) for usage in usages], 3) / accounts
    value = seconds(lambda: bulk.price({"import": many}, charges=True)) / len(many)
    row("python_vs_ratebook", value * 1e6, "us/bill", f"ratebook {importlib.metadata.version('ratebook')}, {other * 1e6:.0f} us", other / value)


def python_vs_pandas(accounts=200):
    """The year of python_bulk as a user writes it: rows of account, time and quantity; the faster of pandas and Polars counts."""
    readings = np.random.default_rng(3).integers(0, 1000, (accounts, 8760), dtype=np.int64) * 1000  # as meters count, so that amounts are whole 10^-6
    tariff = meterbill.Tariff.compile(TOU)
    bulk = meterbill.Bulk(tariff, YEAR, step=HOUR)
    totals = bulk.price({"import": readings})
    value = seconds(lambda: bulk.price({"import": readings})) / readings.size * 1e9
    for name, work in (("pandas", by_pandas), ("polars", by_polars)):
        try:
            other = work(readings, totals)
        except ImportError:
            print(f"python_vs_pandas skipped for {name}: it is not there", file=sys.stderr)
            continue
        row("python_vs_pandas", value, "ns/reading", f"{name} {importlib.metadata.version(name)}, {other:.2f} ns", other / value)


def nano_rates():
    return {name: int(Decimal(rate).scaleb(9)) for name, rate in RATES.items()}


def hours_of(accounts):
    start = np.datetime64("2026-01-01T00:00:00", "s")
    return np.tile(start + np.arange(8760) * np.timedelta64(3600, "s"), accounts)


def by_pandas(readings, totals):
    import pandas as pd
    accounts = len(readings)
    frame = pd.DataFrame({"account": np.repeat(np.arange(accounts), 8760), "time": hours_of(accounts), "kwh": readings.ravel()})
    rates = nano_rates()

    def work():
        hour = frame["time"].dt.hour
        rate = np.select([(hour >= 22) | (hour < 6), hour < 10, hour < 18], [rates["night"], rates["morning"], rates["peak"]], rates["evening"]) // 10**6
        return (frame["kwh"] * rate).groupby(frame["account"]).sum()

    want([Decimal(int(value)).scaleb(-9) for value in work()] == [totals.total(number) for number in range(accounts)], "pandas")
    return seconds(work, 5) / readings.size * 1e9


def by_polars(readings, totals):
    import polars as pl
    accounts = len(readings)
    frame = pl.DataFrame({"account": np.repeat(np.arange(accounts), 8760), "time": hours_of(accounts).astype("datetime64[ms]"), "kwh": readings.ravel()})
    rates = {name: rate // 10**6 for name, rate in nano_rates().items()}

    def work():
        hour = pl.col("time").dt.hour()
        rate = (pl.when((hour >= 22) | (hour < 6)).then(rates["night"]).when(hour < 10).then(rates["morning"]).when(hour < 18).then(rates["peak"])
                .otherwise(rates["evening"]).cast(pl.Int64))
        return frame.lazy().with_columns(amount=pl.col("kwh") * rate).group_by("account").agg(pl.col("amount").sum()).sort("account").collect()

    want([Decimal(value).scaleb(-9) for value in work()["amount"]] == [totals.total(number) for number in range(accounts)], "polars")
    return seconds(work, 5) / readings.size * 1e9


def main():
    decimal.getcontext().prec = 40
    folder = pathlib.Path(sys.argv[2])
    folder.mkdir(parents=True, exist_ok=True)
    c = CSide(sys.argv[1], folder)
    python_bulk(c, int(sys.argv[3]) if len(sys.argv) > 3 else 1000)
    python_call(c)
    python_vs_ratebook()
    python_vs_pandas()


if __name__ == "__main__":
    main()
