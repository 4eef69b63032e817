# SPDX-License-Identifier: Apache-2.0
"""Money to quantity over random tariffs: the laws of buy.h against the library's own price and against model_buy.py, and what must be
refused. Prices that fall are found by the slow way: pricing on both sides of every bound."""

import datetime
import json
from decimal import Decimal
from fractions import Fraction

import model
import model_buy
from conftest import Refused
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as some
from test_price import calendar, decimal, rate, rounding

shared = settings(suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.filter_too_much])
PURCHASE = 2
MICRO = 10**6
NOISE = 40  # what rounding each amount to 10^-6 may move an unrounded bill by, in micro-units of money
AREA = {"meterbill": 1, "kind": "facts", "facts": {"area": "80.5"}, "lists": {}}


def ladder(draw, rising):
    bounds = sorted(draw(some.lists(some.integers(1, 300), min_size=1, max_size=3, unique=True)))
    tiers = {"over": draw(some.sampled_from(["bill", "month", "purchases", "purchases"])), "how": draw(some.sampled_from(["graduated", "whole"])),
             "bounds": [str(bound) for bound in bounds]}
    if tiers["how"] == "whole":
        tiers["bound_belongs"] = draw(some.sampled_from(["below", "above"]))
    if draw(some.booleans()):
        fees = [draw(some.integers(0, 9)) for _ in range(len(bounds) + 1)]
        due = draw(some.sampled_from(["entered", "reached"]))
        tiers["fee"] = {"values": [str(fee) for fee in (sorted(fees) if rising else fees)], "due": due}
    rates = [rate(draw) for _ in range(len(bounds) + 1)]
    return tiers, sorted(rates, key=Decimal) if rising and tiers["how"] == "whole" else rates


@some.composite
def tariffs(draw, rising=True, rounded=True, how=("down", "half_up")):
    """A tariff that is bought; rising: more never costs less."""
    timed = draw(some.booleans())
    energy = {"id": "energy", "quantity": "energy"}
    if draw(some.booleans()):
        energy["tiers"], energy["rate"] = ladder(draw, rising)
        if timed:
            energy["tiers"]["across"] = "periods"
    elif timed:
        energy["rate"] = {period: rate(draw) for period in ("peak", "flat", "valley")}
    else:
        energy["rate"] = rate(draw)
    charges = [energy]
    if draw(some.booleans()):
        charges.append({"id": "basic", "quantity": draw(some.sampled_from(["one", "area"])), "rate": rate(draw)})
        if draw(some.booleans()):
            charges[-1]["once_per"] = draw(some.sampled_from(["month", "quarter", "year"]))
            if charges[-1]["once_per"] != "month" and draw(some.booleans()):
                charges[-1]["start"] = draw(some.sampled_from(["01-02", "03-15", "11-15"]))
    if draw(some.booleans()):
        charges.append({"id": "levy", "quantity": {"of": "energy", "factor": "0.9", "free": {"quantity": "12.5"}}, "rate": rate(draw)})
    if draw(some.booleans()):
        charges.append({"id": "least", "at_least": {"amount": str(draw(some.integers(1, 60)))}, "of": [energy["id"]]})
    if draw(some.booleans()):
        charges.append({"id": "tax", "quantity": {"money": [charge["id"] for charge in charges]}, "rate": draw(some.sampled_from(["0.06", "0.13", "0.005"]))})
    levels = {level: rounding(draw) if rounded else "none" for level in ("line", "charge", "bill")}
    tariff = {"meterbill": 1, "kind": "tariff", "id": "random", "version": "1", "currency": "CNY",
              "zone": draw(some.sampled_from(["CST-8", "CET-1CEST,M3.5.0,M10.5.0/3"])), "valid": {"from": "2020-01-01", "to": None},
              "inputs": {"energy": {"register": "import", "unit": "kWh"}, "area": {"fact": "area", "unit": "m2"}},
              "rounding": levels, "buy": {"step": draw(some.sampled_from(["0.1", "0.01", "1", "5"])), "how": draw(some.sampled_from(how))}, "charges": charges}
    if timed:
        tariff["calendar"] = calendar(draw)
        tariff["buy"]["period_at"] = "instant of purchase"
    return tariff


def instants(draw):
    begin = int(datetime.datetime(2026, 1, 20, tzinfo=datetime.timezone.utc).timestamp())
    return begin + draw(some.integers(0, 30 * 86400))


def text_of(instant):
    return datetime.datetime.fromtimestamp(instant, datetime.timezone.utc).isoformat()


def price(driver, at, quantity):
    """What so many micro-units bought at an instant cost, in micro-units of money; the position before stays."""
    bought = {"register": "import", "start": text_of(at), "step_s": 1, "values": [format(Decimal(quantity).scaleb(-6), "f")]}
    usage = {"meterbill": 1, "kind": "usage", "from": text_of(at), "to": text_of(at + 1), "inputs": [bought]}
    return micro(json.loads(driver.ask("price", json.dumps(usage), json.dumps(AREA), PURCHASE)[0])["total"])


def micro(text):
    return int(Decimal(text).scaleb(6))


def check_laws(driver, tariff, at, money):
    """Buys, holds the purchase to the laws, and gives (quantity, position document) or None when it is refused."""
    try:
        quantity, change, bill, position = driver.ask("buy", money, at, json.dumps(AREA))
    except Refused as refusal:
        assert refusal.status == "MBILL_E_RANGE", refusal
        return None
    quantity, total, step = int(quantity), micro(json.loads(bill)["total"]), micro(tariff["buy"]["step"])
    assert quantity % step == 0 and quantity >= 0 and int(change) == money - total == money - price(driver, at, quantity)
    if tariff["buy"]["how"] == "down":
        assert total <= money < price(driver, at, quantity + step)
    else:
        assert quantity < step or price(driver, at, quantity - step // 2) <= money
        assert money <= price(driver, at, quantity + step // 2)
    return quantity, json.loads(position)


@shared
@given(tariff=tariffs(rounded=False), data=some.data())
def test_what_money_buys(driver, tariff, data):
    """Two purchases, the second from the position after the first; unrounded prices that rise."""
    driver.ask("tariff", json.dumps(tariff))
    at = instants(data.draw)
    for _ in range(2):
        money = data.draw(some.integers(1, 900 * MICRO))
        bought = check_laws(driver, tariff, at, money)
        if bought is None:
            return
        assert driver.ask("buy", money, at, json.dumps(AREA))[0] == str(bought[0]), "a retry gives another quantity"
        driver.ask("carry")
        at += data.draw(some.integers(0, 20 * 86400))


@shared
@given(tariff=tariffs(how=("down",)), data=some.data())
def test_what_money_buys_with_roundings(driver, tariff, data):
    """Rounding down holds to the two prices whatever the roundings do to prices between."""
    driver.ask("tariff", json.dumps(tariff))
    check_laws(driver, tariff, instants(data.draw), data.draw(some.integers(1, 900 * MICRO)))


@shared
@given(tariff=tariffs(rounded=False), data=some.data())
def test_the_model_buys_the_same(driver, tariff, data):
    driver.ask("tariff", json.dumps(tariff))
    at, money = instants(data.draw), data.draw(some.integers(1, 900 * MICRO))
    try:
        expected = model_buy.buy(tariff, text_of(at), str(Decimal(money).scaleb(-6)), AREA)
    except model.Refused as refusal:
        expected = refusal
    try:
        quantity, change, bill, _ = driver.ask("buy", money, at, json.dumps(AREA))
    except Refused as refusal:
        assert isinstance(expected, model.Refused) and expected.status == refusal.status, refusal
        return
    assert not isinstance(expected, model.Refused), f"the library sells what the model refuses: {expected}"
    assert micro(expected["quantity"]) == int(quantity) and micro(expected["change"]) == int(change)
    assert Fraction(json.loads(bill)["total"]) == Fraction(expected["bill"]["total"])


@shared
@given(tariff=tariffs(rising=False, rounded=False, how=("down",)), data=some.data())
def test_prices_that_fall_are_refused(driver, tariff, data):
    """Whole tiers and fees in any order: sold only where no bound has a fall."""
    driver.ask("tariff", json.dumps(tariff))
    at, money, step = instants(data.draw), data.draw(some.integers(1, 900 * MICRO)), micro(tariff["buy"]["step"])
    pairs = model_buy.steps_over_bounds(tariff, step, None)
    fall = max((price(driver, at, before) - price(driver, at, after) for before, after in pairs), default=0)
    try:
        driver.ask("buy", money, at, json.dumps(AREA))
        assert fall <= NOISE, "sold in spite of a price that falls"
    except Refused as refusal:
        assume(refusal.status != "MBILL_E_RANGE")
        assert refusal.status == "MBILL_E_AMBIGUOUS" and fall > 0, refusal


@shared
@given(tariff=tariffs(rounded=False), data=some.data())
def test_more_never_costs_less(driver, tariff, data):
    """Graduated ladders with rates and fees from 0 up rise in the quantity."""
    assume(tariff["charges"][0].get("tiers", {}).get("how") != "whole" and tariff["charges"][0].get("tiers", {}).get("fee", {}).get("due") != "reached")
    driver.ask("tariff", json.dumps(tariff))
    at, low, more = instants(data.draw), data.draw(some.integers(0, 900 * MICRO)), data.draw(some.integers(0, 50 * MICRO))
    assert price(driver, at, low) <= price(driver, at, low + more) + NOISE
