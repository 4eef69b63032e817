# SPDX-License-Identifier: Apache-2.0
"""Tariffs, bills and purchases as users see them."""

import copy
import datetime as dt
from decimal import Decimal
import json
import pathlib
import pickle

from conftest import HOME, SOLD
import pytest

import meterbill
from meterbill import errors


def test_a_bill(home, january):
    usage = meterbill.Usage.of(january, meterbill.counts("import", [(january.start, "1204.5"), (january.end, Decimal("1357.25"))]))
    priced = home.price(usage)
    assert priced.bill.total == Decimal("51.18") and str(priced.bill.money) == "51.18 EUR" and priced.correction is None
    assert [(line.charge, line.tier, line.quantity, line.rate, line.amount) for line in priced.bill.lines] == [
        ("energy", 1, 100, Decimal("0.25"), 25), ("energy", 2, Decimal("52.75"), Decimal("0.32"), Decimal("16.88")),
        ("standing", None, 31, Decimal("0.3"), Decimal("9.3"))]
    assert priced.bill.charges == {"energy": Decimal("41.88"), "standing": Decimal("9.3")} and priced.bill.start == january.start
    assert home.explain(priced.bill)[0] == "energy, tier 1: 100 kWh x 0.25 = 25"
    assert home.check(priced.bill) == priced.bill == home.check(json.loads(priced.bill.text))
    assert home.total("152.75", january) == Decimal("51.18")


def test_the_forms_of_documents(tmp_path, january):
    text = json.dumps(HOME)
    path = tmp_path / "home.json"
    path.write_text(text, encoding="utf-8")
    tariffs = [meterbill.Tariff.compile(form) for form in (text, text.encode(), HOME, path)]
    assert len(set(tariffs)) == 1 and {tariff.canonical() for tariff in tariffs} == {tariffs[0].canonical()}
    with pytest.raises(FileNotFoundError):
        meterbill.Tariff.compile(pathlib.Path("nowhere.json"))


def test_decimals_in_a_mapping():
    with_decimal = copy.deepcopy(HOME)
    with_decimal["charges"][1]["rate"] = Decimal("3E-1")
    assert meterbill.Tariff.compile(with_decimal) == meterbill.Tariff.compile(HOME)


def test_what_it_says_of_itself(home):
    info = home.info
    assert (info.id, info.version, info.currency, info.step) == ("home", "2026", "EUR", None)
    assert info.registers == (meterbill.Register("import", "kWh", False),) and [charge.id for charge in info.charges] == ["energy", "standing"]
    assert info.valid_from == dt.datetime(2025, 12, 31, 23, tzinfo=dt.UTC) and info.valid_to is None
    assert repr(home) == "<Tariff home 2026, EUR>"


def test_closing(january):
    with meterbill.Tariff.compile(HOME) as tariff:
        assert tariff.total(0, january) == Decimal("9.3")
    tariff.close()
    for call in (lambda: tariff.total(0, january), lambda: tariff.info, tariff.canonical, tariff.new_position, lambda: tariff.price({}), tariff.__enter__, lambda: pickle.dumps(tariff)):
        with pytest.raises(errors.ClosedError, match="Tariff is closed"):
            call()
    assert repr(tariff) == "<Tariff, closed>"


def test_it_travels(home, january):
    there = pickle.loads(pickle.dumps(home))
    assert there == home and there.total("152.75", january) == home.total("152.75", january)


def test_money_to_quantity(sold, berlin):
    noon = dt.datetime(2026, 1, 5, 12, tzinfo=berlin)
    bought = sold.buy("10", noon)
    assert (bought.quantity, bought.unit, bought.change, bought.bill.total) == (Decimal("33.3"), "kWh", Decimal("0.01"), Decimal("9.99"))
    again = sold.buy(Decimal("5.40"), noon + dt.timedelta(days=1), position=bought.position)
    assert again.quantity == 18 and json.loads(again.position)["billed_to"] == "2026-01-06T11:00:00+00:00"
    left = sold.days_left("10", noon, per_day="4")
    assert left.days == 8 and left.runs_out is not None and not left.never
    assert sold.days_left("10", noon, per_day=0) == meterbill.DaysLeft(3660, None, True, False)
    with pytest.raises(errors.NotFoundError):
        meterbill.Tariff.compile(HOME).buy("10", noon)


def test_a_correction(home, january):
    old = home.price(meterbill.Usage.of(january, meterbill.total("import", 160, quality="estimated"))).bill
    now = home.price(meterbill.Usage.of(january, meterbill.total("import", "152.75")), old=old)
    assert now.correction.total == now.bill.total - old.total == Decimal("-2.32")
    assert home.difference(old, now.bill) == now.correction and all("correction" in line.flags for line in now.correction.lines)


def test_a_change_of_price(january, berlin):
    second = {**copy.deepcopy(HOME), "version": "2026b", "valid": {"from": "2026-01-16", "to": None}}
    second["charges"] = [{"id": "energy", "quantity": "energy", "rate": "0.5"}, second["charges"][1]]
    first = {**copy.deepcopy(HOME), "valid": {"from": "2026-01-01", "to": "2026-01-16"}}
    first["charges"][0] = {"id": "energy", "quantity": "energy", "rate": "0.25"}
    tariffs = [meterbill.Tariff.compile(first), meterbill.Tariff.compile(second)]
    usage = meterbill.Usage.of(january, meterbill.total("import", 310))
    priced = meterbill.price_versions(tariffs, usage, split="days", round_to=("1", "half_up"))
    assert priced.bill.total == 150 * Decimal("0.25") + 160 * Decimal("0.5") + Decimal("9.3") and {line.version for line in priced.bill.lines} == {"2026", "2026b"}
    for wrong in ({"split": "weeks"}, {"split": "days", "round_to": ("1", "up_or_down")}, {"split": "readings", "round_to": ("1", "up")}):
        with pytest.raises(ValueError):
            meterbill.price_versions(tariffs, usage, **wrong)
    with pytest.raises(ValueError, match="one tariff"):
        meterbill.price_versions([], usage, split="days")
    with pytest.raises(errors.MeterbillError):
        meterbill.price_versions([tariffs[0]] * 200, usage, split="days")


def test_forms_of_use(berlin):
    day = meterbill.Span.days(dt.date(2026, 1, 5), dt.date(2026, 1, 6), berlin)
    tariff = meterbill.Tariff.compile(HOME)
    hourly = meterbill.intervals("import", day.start, dt.timedelta(hours=1), ["0.5"] * 24)
    counted = meterbill.counts("import", [meterbill.Reading(day.start, 995), meterbill.Reading(day.end, "0.007", "rollover")], modulus=1000, multiplier="2")
    assert tariff.price(meterbill.Usage.of(day, hourly)).bill.charges["energy"] == 3
    assert tariff.price(meterbill.Usage.of(day, counted)).bill.lines[0].quantity == Decimal("10.014")
    with pytest.raises(errors.ReadingError) as caught:
        tariff.price(meterbill.Usage.of(day, {**hourly, "values": hourly["values"][:20]}))
    assert caught.value.status is meterbill.Status.E_GAP
    assert "incomplete" in tariff.price(meterbill.Usage.of(day, {**hourly, "values": hourly["values"][:20]}), allow_gaps=True).bill.flags
    with pytest.raises(errors.MeterbillError):
        tariff.price(meterbill.Usage.of(day, meterbill.totals_by_period("import", {"peak": 1})))
    with pytest.raises(ValueError, match="whole seconds"):
        meterbill.intervals("import", day.start, dt.timedelta(milliseconds=1), [])


def test_positions_carry(home):
    fresh = home.new_position()
    assert json.loads(fresh)["tariff"] == "home" and home.carry(fresh) == fresh
    with pytest.raises(errors.TariffError):
        home.carry(meterbill.Tariff.compile(SOLD).new_position())
