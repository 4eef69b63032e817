# SPDX-License-Identifier: Apache-2.0
"""Many accounts from columns: each comes to what it is billed alone, whatever the columns are made of."""

import array
import datetime as dt
from decimal import Decimal
import random
import threading

from conftest import HOME
import numpy as np
import pytest

import meterbill
from meterbill import errors
from meterbill.money import decimal_of

HOUR = dt.timedelta(hours=1)
PER_AREA = {**HOME, "id": "area", "inputs": {**HOME["inputs"], "area": {"fact": "area", "unit": "m2"}},
            "charges": [*HOME["charges"], {"id": "floor", "quantity": "area", "rate": "0.01"}]}
YEARLY = {**HOME, "id": "yearly", "charges": [{"id": "energy", "quantity": "energy", "rate": ["0.25", "0.32"],
                                               "tiers": {"over": "year", "how": "graduated", "bounds": ["100"]}}]}


@pytest.fixture(scope="module")
def readings():
    return np.random.default_rng(7).integers(0, 10**6, (50, 744), dtype=np.int64)


def alone(tariff, span, row, **options):
    values = [decimal_of(int(value)) for value in row]
    return tariff.price(meterbill.Usage.of(span, meterbill.intervals("import", span.start, HOUR, values)), **options)


def test_each_account_is_billed_as_alone(home, january, readings):
    totals = meterbill.Bulk(home, january, step=HOUR).price({"import": readings}, charges=True)
    bills = [alone(home, january, row).bill for row in readings]
    assert [totals.total(number) for number in range(len(bills))] == [bill.total for bill in bills] and len(totals) == 50
    assert [decimal_of(value) for value in totals.charge_micro["energy"]] == [bill.charges["energy"] for bill in bills]
    assert totals.sum() == sum(bill.total for bill in bills) and totals.refused == 0 and totals.marks(0) == () and totals.currency == "EUR"


@pytest.mark.parametrize("threads", [1, 2, 7])
def test_threads_and_progress(home, january, readings, threads):
    bulk, seen = meterbill.Bulk(home, january, step=HOUR), []
    whole = bulk.price({"import": readings})
    parts = bulk.price({"import": readings}, threads=threads, progress=lambda done, of: seen.append((done, of)))
    assert parts.total_micro == whole.total_micro and seen[-1] == (50, 50) and [done for done, _ in seen] == sorted({done for done, _ in seen})
    with pytest.raises(KeyboardInterrupt):
        bulk.price({"import": readings}, threads=threads, progress=lambda done, of: (_ for _ in ()).throw(KeyboardInterrupt))


@pytest.mark.parametrize("form", [np.ravel, lambda rows: array.array("q", rows.ravel().tolist()), lambda rows: rows.ravel().tolist(),
                                  lambda rows: memoryview(rows), lambda rows: rows.tobytes() and memoryview(rows.tobytes()).cast("q")])
def test_forms_of_columns(home, january, readings, form):
    bulk = meterbill.Bulk(home, january, step=HOUR)
    assert bulk.price({"import": form(readings)}).total_micro == bulk.price({"import": readings}).total_micro


@pytest.mark.parametrize("column, error", [
    (np.zeros((2, 744)), TypeError), (np.zeros((2, 744), np.int32), TypeError), (np.zeros((2, 744), ">i8"), TypeError), (np.zeros((744, 2), np.int64).T, TypeError),
    (np.zeros((2, 1488), np.int64)[:, ::2], TypeError), (np.zeros((2, 743), np.int64), ValueError), (b"1234567", TypeError), ("no", TypeError), (None, TypeError), ([1.5], TypeError),
    ([2**63], OverflowError), (object(), TypeError), (np.frombuffer(bytes(8 * 744 + 1), np.uint8)[1:].view(np.int64), TypeError)])
def test_columns_that_are_refused(home, january, column, error):
    with pytest.raises(error):
        meterbill.Bulk(home, january, step=HOUR).price({"import": column}, accounts=2)


def test_no_accounts(home, january):
    totals = meterbill.Bulk(home, january, step=HOUR).price({"import": np.zeros((0, 744), np.int64)})
    assert len(totals) == 0 and totals.sum() == 0


def test_facts_by_account(january, readings):
    tariff = meterbill.Tariff.compile(PER_AREA)
    bulk = meterbill.Bulk(tariff, january, step=HOUR, facts=["area"])
    areas = [Decimal(number) + Decimal("0.5") for number in range(50)]
    totals = bulk.price({"import": readings}, facts={"area": meterbill.micro_column(areas)})
    for number in (0, 7, 49):
        facts = {"meterbill": 1, "kind": "facts", "facts": {"area": areas[number]}}
        assert totals.total(number) == alone(tariff, january, readings[number], facts=facts).bill.total
    with pytest.raises(ValueError, match="area"):
        bulk.price({"import": readings})


def test_positions_go_on(january, berlin, readings):
    tariff = meterbill.Tariff.compile(YEARLY)
    february = meterbill.Span.month(2026, 2, berlin)
    first = meterbill.Bulk(tariff, january, step=HOUR).price({"import": readings}, positions=True)
    second = meterbill.Bulk(tariff, february, step=HOUR).price({"import": readings[:, :672].copy()}, before=first.positions, positions=True)
    for number in (0, 31):
        one = alone(tariff, january, readings[number])
        two = alone(tariff, february, readings[number, :672], position=one.position)
        assert (first.total(number), second.total(number)) == (one.bill.total, two.bill.total)
    with pytest.raises(ValueError, match="positions before"):
        meterbill.Bulk(tariff, february, step=HOUR).price({"import": readings[:, :672].copy()}, before=b"\0" * 8)
    with pytest.raises(errors.TariffError):
        meterbill.Bulk(tariff, february, step=HOUR).price({"import": readings[:, :672].copy()}, before=bytes(len(first.positions)))


def test_a_refused_account_is_named(home, january, readings):
    broken = readings.copy()
    broken[33, 0] = broken[33, 1] = 2**62
    bulk = meterbill.Bulk(home, january, step=HOUR)
    for threads in (1, 3):
        with pytest.raises(errors.ResultOverflowError) as caught:
            bulk.price({"import": broken}, threads=threads)
        assert caught.value.index == 33
    totals = bulk.price({"import": broken}, raise_refused=False)
    assert totals.refused == 1 and [number for number, status in enumerate(totals.status) if status] == [33] and totals.total_micro[33] == 0
    assert totals.total_micro[:33] == bulk.price({"import": readings}).total_micro[:33]


def test_openings_that_are_refused(home, january):
    for options in ({"step": dt.timedelta(0)}, {"step": dt.timedelta(microseconds=1)}, {"step": HOUR, "registers": ["a\nb"]}, {"step": HOUR, "facts": [""]}):
        with pytest.raises(ValueError):
            meterbill.Bulk(home, january, **options)
    with pytest.raises(errors.MeterbillError):
        meterbill.Bulk(home, january, step=HOUR, registers=["export"])
    with meterbill.Bulk(home, january, step=HOUR) as bulk:
        assert bulk.steps == 744 and "import" in repr(bulk)
    with pytest.raises(errors.ClosedError):
        bulk.price({})


def test_it_outlives_its_tariff(january, readings):
    tariff = meterbill.Tariff.compile(HOME)
    bulk = meterbill.Bulk(tariff, january, step=HOUR)
    expected = bulk.price({"import": readings}).total_micro
    tariff.close()
    del tariff
    assert bulk.price({"import": readings}).total_micro == expected


def test_eight_threads_share_one(home, january, readings):
    bulk = meterbill.Bulk(home, january, step=HOUR)
    expected, wrong = bulk.price({"import": readings}).total_micro, []

    def work():
        for _ in range(20):
            if bulk.price({"import": readings}).total_micro != expected or home.total("152.75", january) != Decimal("51.18"):
                wrong.append(1)

    threads = [threading.Thread(target=work) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not wrong


def test_counts_to_intervals(january):
    times = [january.start_utc_s + 3600 * hour for hour in range(5)]
    made = meterbill.intervals_of_counts(times, meterbill.micro_column(["999", "999.5", "0.25", 1, "1.5"]), january, modulus_micro=10**9,
                                         marks=bytes([0, 0, 4, 0, 0]), multiplier_micro=40 * 10**6, allow_gaps=True)
    assert list(made.quantity_micro) == [20_000_000, 30_000_000, 30_000_000, 20_000_000] and made.total == 100 and made.rollovers == 1
    assert list(made.start_utc_s) == times[:4] and made.first_gap == january.start + 4 * HOUR
    with pytest.raises(errors.ReadingError):
        meterbill.intervals_of_counts(times, [5, 4, 3, 2, 1], january)
    with pytest.raises(errors.CallError):
        meterbill.intervals_of_counts(times, [1], january)


def test_readings_files(tmp_path):
    zone = meterbill.Zone.rule("CET-1CEST,M3.5.0,M10.5.0/3")
    text = "meter,register,time,value\n" + "".join(f"M{number % 3},import,2026-01-0{1 + number // 3},{number}.5\n" for number in range(9))
    path = tmp_path / "readings.csv"
    path.write_text(text, encoding="utf-8")
    for form in (text, text.encode(), path):
        rows = meterbill.read_readings(form, zone)
        assert len(rows) == 9 and rows.names == [("M0", "import"), ("M1", "import"), ("M2", "import")] and list(rows.series) == [0, 1, 2] * 3
        assert list(rows.value_micro) == [number * 10**6 + 500_000 for number in range(9)] and rows.start_utc_s == rows.end_utc_s
    with pytest.raises(errors.DocumentError):
        meterbill.read_readings("time,val\n", zone)
    with pytest.raises(errors.MeterbillError) as caught:
        meterbill.read_readings("time,value\n2026-01-01,1\n2026-01-01,2\n", zone)
    assert caught.value.index == 3


def test_shares(january):
    weights = [random.Random(1).randrange(10**6) for _ in range(1000)]
    amounts, residual = meterbill.apportion(100_000_00, list(range(1000)), weights)
    assert sum(amounts) == 100_000_00 and residual == 0
    with pytest.raises(errors.SplitError):
        meterbill.apportion(1, [1, 2], [0, 0])
    assert meterbill.apportion(1, [1, 2], [0, 0], if_all_zero="owner") == (array.array("q", [0, 0]), 1)
    for wrong in ({"method": "fair"}, {"if_all_zero": "fallback"}):
        with pytest.raises(ValueError):
            meterbill.apportion(1, [1], [1], **wrong)
    with pytest.raises(OverflowError):
        meterbill.apportion(1, [1], [-1])


def test_energies():
    volumes = meterbill.micro_column([1, "0.5"])
    made = meterbill.heat.energies(volumes, meterbill.micro_column([70, 70]), meterbill.micro_column([40, 70]), side="flow")
    assert decimal_of(made[0]) == Decimal("34.068285") and made[1] == 0
    assert meterbill.heat.convert("21.6", "GJ", "kWh").result == 6000
    for wrong in ({"side": "left"}, {"side": "flow", "unit": "BTU"}):
        with pytest.raises(ValueError):
            meterbill.heat.energies(volumes, volumes, volumes, **wrong)
