# SPDX-License-Identifier: Apache-2.0
"""Rates made of a base, of another period and by season, and ladders over seasons and months, split uniformly or with what is paid kept:
random ones against model.py, over several bills and parts of them."""

import copy
import datetime
import json
from decimal import Decimal

from conftest import Refused
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as some
from test_price import PERIODS, compare, decimal

shared = settings(suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.filter_too_much])
SEASONS = ["summer", "rest"]


def calendar(draw):
    first = draw(some.sampled_from(["06-01", "06-16", "07-01", "11-01"]))
    last = draw(some.sampled_from(["09-01", "10-01", "03-15"]))
    document = {"seasons": [{"name": "summer", "from": first, "to": last}, {"name": "rest", "otherwise": True}]}
    if draw(some.booleans()):
        document["periods"] = [{"name": "peak", "when": [{"at": ["08:00-12:00"]}]}, {"name": "valley", "when": [{"at": ["22:00-06:00"]}]},
                               {"name": "flat", "otherwise": True}]
    return document


def number(draw):
    return decimal(draw, -1, 3, 3)


def numbers(draw, periods):
    return {period: number(draw) for period in periods} if periods and draw(some.booleans()) else number(draw)


def parts(draw, periods, n_tiers):
    return [numbers(draw, periods) for _ in range(n_tiers)] if n_tiers > 1 and draw(some.booleans()) else numbers(draw, periods)


def row(draw, periods):
    if not periods:
        return number(draw)
    found = {period: number(draw) for period in periods}
    if draw(some.booleans()):
        found["flat"] = {"of": "peak", "times": decimal(draw, 0, 2, 2), "round": {"step": "0.0001", "how": "half_up"}}
    return found


def own_adds(draw, periods, n_tiers):
    """What each tier adds; by period in one tier at least where it is by period at all."""
    adds = [numbers(draw, periods) for _ in range(n_tiers)]
    adds[draw(some.integers(0, n_tiers - 1))] = {period: number(draw) for period in periods} if periods else "0"
    return adds


def one_season(draw, form, periods, n_tiers, own=None):
    """own: by period what the base on lines of its own, and what the adds beside it, are; None: there is none."""
    if own is not None:
        rate = {"base": {period: number(draw) for period in periods} if own["base"] else number(draw), "add": own_adds(draw, periods if own["add"] else [], n_tiers),
                "adds": "own_lines"}
        return rate | ({"times": numbers(draw, []), "round": {"step": "0.001", "how": "down"}} if draw(some.booleans()) else {})
    if form == "base":
        rate = {"base": numbers(draw, periods) if not periods else {period: number(draw) for period in periods}}
        rate["times"] = parts(draw, periods, n_tiers)
        rate["add"] = parts(draw, periods, n_tiers)
        if isinstance(rate["add"], list):
            rate["adds"] = "folded"
        if draw(some.booleans()):
            rate["round"] = {"step": draw(some.sampled_from(["0.01", "0.0001"])), "how": "half_even"}
        return rate
    rows = [row(draw, periods) for _ in range(n_tiers)]
    return rows if n_tiers > 1 else rows[0]


@some.composite
def tariffs(draw):
    document = calendar(draw)
    periods = PERIODS if "periods" in document else []
    by_period = periods if periods and draw(some.booleans()) else []
    charge = {"id": "energy", "quantity": "energy"}
    n_tiers, own = draw(some.integers(1, 3)), None
    if n_tiers > 1:
        bounds = sorted(draw(some.lists(some.integers(1, 500), min_size=n_tiers - 1, max_size=n_tiers - 1, unique=True)))
        over = draw(some.sampled_from(["bill", "month", "season", "year", {"months": 2}, {"months": 6}]))
        tiers = charge["tiers"] = {"over": over, "how": "graduated", "bounds": [str(bound) for bound in bounds]}
        if periods:
            tiers["across"] = "periods"
        own = draw(some.sampled_from([None, {"base": bool(by_period), "add": draw(some.booleans()) and bool(by_period)}]))
        if by_period and (own is None or own["add"]):
            tiers["split"] = draw(some.sampled_from(["chronological", "proportional", "uniform"]))
        if tiers.get("split") == "uniform":
            tiers["crossing_rate"] = [number(draw) for _ in range(n_tiers)]
        if draw(some.booleans()):
            tiers["add"] = {"for_each": "persons", "above": 2, "to_bounds": "50"}
            if over not in ("bill", "month"):
                tiers["when_bounds_move"] = draw(some.sampled_from(["keep_paid", "count_total"]))
    form = draw(some.sampled_from(["base", "rows"]))
    if draw(some.booleans()):
        charge["rate"] = {season: one_season(draw, form, by_period, n_tiers, own) for season in SEASONS}
    else:
        charge["rate"] = one_season(draw, form, by_period, n_tiers, own)
    return {"meterbill": 1, "kind": "tariff", "id": "random", "version": "1", "currency": "CNY",
            "zone": draw(some.sampled_from(["CST-8", "CET-1CEST,M3.5.0,M10.5.0/3"])), "valid": {"from": "2020-01-01", "to": None},
            "inputs": {"energy": {"register": "import", "unit": "kWh", "across_boundary": "prorate"}, "persons": {"fact": "persons", "unit": "1"}},
            "calendar": document, "rounding": {"line": "none", "charge": "none", "bill": {"step": "0.01", "how": "half_up"}}, "charges": [charge]}


@shared
@given(tariff=tariffs(), data=some.data())
def test_bills_in_a_row(driver, tariff, data):
    try:
        driver.ask("tariff", json.dumps(tariff))
    except Refused as refusal:
        assert refusal.status in ("MBILL_E_AMBIGUOUS",), refusal
        assume(False)
    position, day = None, data.draw(some.sampled_from([datetime.date(2026, 5, 20), datetime.date(2026, 9, 10), datetime.date(2026, 2, 25)]))
    for _ in range(data.draw(some.integers(1, 3))):
        until = day + datetime.timedelta(days=data.draw(some.integers(1, 40)))
        step = data.draw(some.sampled_from([21600, 86400]))
        values = data.draw(some.lists(some.integers(0, 30 * 10**6), min_size=1, max_size=7))
        count = ((until - day).days + 1) * 86400 // step
        usage = {"meterbill": 1, "kind": "usage", "from": day.isoformat(), "to": until.isoformat(), "inputs": [
            {"register": "import", "start": day.isoformat(), "step_s": step,
             "values": [format(Decimal(values[index % len(values)]).scaleb(-6), "f") for index in range(count)]}]}
        facts = {"meterbill": 1, "kind": "facts", "facts": {"persons": str(data.draw(some.integers(1, 6)))}, "lists": {}}
        priced = compare(driver, tariff, copy.deepcopy(usage), facts, position)
        if priced is None:
            return
        driver.ask("carry")
        position, day = priced[1], until
