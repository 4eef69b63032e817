# SPDX-License-Identifier: Apache-2.0
"""Bills against model.py, which prices by the words of examples/guide/tariff.md in exact fractions: random tariffs, usage and spans.

The laws that need no model are here too: the lines add up, cuts of a graduated ladder change nothing, more usage never costs less."""

import copy
import datetime
import json
from decimal import Decimal

import model
import model_reasons
from conftest import Refused
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as some
from model_clock import Zone

shared = settings(suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.filter_too_much])
slow = settings(shared, max_examples=settings().max_examples // 4)  # those that take some hundred milliseconds each
HOWS = ["half_up", "half_even", "down", "up", "floor", "ceiling"]
PERIODS = ["peak", "flat", "valley"]


def decimal(draw, low, high, places):
    return format(Decimal(draw(some.integers(low * 10**places, high * 10**places))).scaleb(-places), "f")


def rounding(draw):
    if draw(some.booleans()):
        return "none"
    return {"step": draw(some.sampled_from(["0.01", "0.1", "1", "0.05", "0.0001"])), "how": draw(some.sampled_from(HOWS))}


def rate(draw):
    return decimal(draw, 0, 3, draw(some.sampled_from([2, 4, 9])))


def by_period(draw):
    return {period: rate(draw) for period in PERIODS}


def calendar(draw):
    first, second = sorted(draw(some.lists(some.integers(1, 23), min_size=2, max_size=2, unique=True)))
    return {"days": [{"name": "weekend", "weekdays": ["sat", "sun"]}, {"name": "workday", "otherwise": True}],
            "periods": [{"name": "peak", "when": [{"day": "workday", "at": [f"{first:02}:00-{second:02}:00"]}]},
                        {"name": "valley", "when": [{"at": ["22:00-06:00"]}]}, {"name": "flat", "otherwise": True}]}


def ladder(draw, timed):
    bounds = sorted(draw(some.lists(some.integers(1, 600), min_size=1, max_size=3, unique=True)))
    tiers = {"over": draw(some.sampled_from(["bill", "month", "year"])), "how": draw(some.sampled_from(["graduated", "whole"])),
             "bounds": [str(bound) for bound in bounds]}
    if tiers["how"] == "whole":
        tiers["bound_belongs"] = draw(some.sampled_from(["below", "above"]))
    periods = False
    if timed:
        tiers["across"] = draw(some.sampled_from(["periods", "each_period"]))
        periods = tiers["across"] == "each_period" or draw(some.booleans())
        if tiers["across"] == "periods" and periods and tiers["how"] == "graduated":
            tiers["split"] = draw(some.sampled_from(["chronological", "proportional"]))
        if tiers["across"] == "periods" and periods and tiers["how"] == "whole":
            tiers["over"] = "bill"  # what earlier bills charged in each period is not kept
    rates = [by_period(draw) if periods else rate(draw) for _ in range(len(bounds) + 1)]
    return tiers, rates


def limit(draw):
    over = draw(some.sampled_from([None, None, "month", "quarter", "year"]))
    start = {"start": draw(some.sampled_from(["02-01", "07-15"]))} if over in ("quarter", "year") and draw(some.booleans()) else {}
    return {"amount": str(draw(some.integers(1, 400))), **({"over": over} if over else {}), **start}


@some.composite
def tariffs(draw):
    """A tariff with one metered charge (flat, by period, by tier, or both) and some of the others."""
    timed = draw(some.booleans())
    energy = {"id": "energy", "quantity": "energy"}
    kind = draw(some.sampled_from(["flat", "period", "tier"] if timed else ["flat", "tier"]))
    if kind == "tier":
        energy["tiers"], energy["rate"] = ladder(draw, timed)
    else:
        energy["rate"] = by_period(draw) if kind == "period" else rate(draw)
    charges = [energy]
    if draw(some.booleans()):
        charges.append({"id": "sewage", "quantity": {"of": "energy", "factor": "0.9", "round": {"step": "1", "how": "half_up"}}, "rate": rate(draw)})
        charges[-1]["quantity"] |= draw(some.sampled_from([{}, {"in": "MJ"}, {"in": "Mcal"}, {"in": "Gcal"}]))
    if draw(some.booleans()):
        least = {"quantity": str(draw(some.integers(1, 300))), **draw(some.sampled_from([{}, {"times": "area"}, {"times": "days"}]))}
        charges.append({"id": "minimum", "quantity": {"of": "energy", "at_least": least}, "rate": rate(draw)})
        if draw(some.booleans()):
            charges[-1] |= {"tiers": {"over": "bill", "how": "graduated", "bounds": ["100"], **({"across": "periods"} if timed else {})}, "rate": [rate(draw), rate(draw)]}
    if draw(some.booleans()):
        charges.append({"id": "basic", "quantity": "area", "rate": rate(draw), "per": draw(some.sampled_from(["bill", "day", "month"])),
                        "part": {"days_of": draw(some.sampled_from([30, 365, "month"]))}})
        if charges[-1]["per"] in ("bill", "day"):
            del charges[-1]["part"]
    if draw(some.booleans()):
        charges.append({"id": "late", "quantity": {"product": ["area", "days"], "days": {draw(some.sampled_from(["before", "from"])): draw(
            some.sampled_from(["01-01", "12-15", "02-28"]))}}, "rate": "0.003"})
    if draw(some.booleans()):
        charges.append({"id": "tax", "quantity": {"money": [charge["id"] for charge in charges]}, "rate": draw(some.sampled_from(["0.06", "0.13", "0.005"]))})
    for charge in charges:
        if charge["id"] in ("energy", "sewage", "tax") and charge.get("tiers", {}).get("over", "bill") == "bill" and draw(some.integers(0, 3)) == 0:
            charge["in_parts"] = draw(some.integers(2, 4))
    if draw(some.booleans()):
        charges.append({"id": "least", draw(some.sampled_from(["at_least", "at_most"])): limit(draw), "of": [charges[0]["id"]]})
    tariff = {"meterbill": 1, "kind": "tariff", "id": "random", "version": "1", "currency": "CNY",
              "zone": draw(some.sampled_from(["CST-8", "CET-1CEST,M3.5.0,M10.5.0/3"])), "valid": {"from": "2020-01-01", "to": None},
              "inputs": {"energy": {"register": "import", "unit": "kWh", "across_boundary": "prorate"}, "area": {"fact": "area", "unit": "m2"}},
              "rounding": {"line": rounding(draw), "charge": rounding(draw), "bill": rounding(draw)}, "charges": charges}
    if timed:
        tariff["calendar"] = calendar(draw)
    return tariff


@some.composite
def bills(draw, metered=("values", "total")):
    """(usage, facts): a span of some days around the turn of a month or a change of the clock."""
    first = draw(some.sampled_from([datetime.date(2026, 1, 1), datetime.date(2026, 3, 20), datetime.date(2026, 10, 20), datetime.date(2025, 12, 15)]))
    last = first + datetime.timedelta(days=draw(some.integers(1, 45)))
    usage = {"meterbill": 1, "kind": "usage", "from": first.isoformat(), "to": last.isoformat(), "inputs": []}
    form = draw(some.sampled_from(metered))
    if form == "total":
        usage["inputs"].append({"register": "import", "total": decimal(draw, 0, 900, draw(some.sampled_from([0, 2, 6])))})
    else:
        step = draw(some.sampled_from([3600, 21600, 86400]))
        count = ((last - first).days + 1) * 86400 // step
        values = draw(some.lists(some.integers(0, 30 * 10**6), min_size=1, max_size=17))
        usage["inputs"].append({"register": "import", "start": first.isoformat(), "step_s": step,
                                "values": [format(Decimal(values[index % len(values)]).scaleb(-6), "f") for index in range(count)]})
    return usage, {"meterbill": 1, "kind": "facts", "facts": {"area": decimal(draw, 0, 200, 2)}, "lists": {}}


def plain(line):
    """What both sides must say of a line; numbers by value."""
    closes = line["rule"] in ("rounding", "charged_before")
    keys = ("charge", "period", "tier", "rule") + (() if closes else ("divide_by",))
    numbers = ("amount",) if closes else ("amount", "quantity", "rate")
    return {**{key: line.get(key) for key in keys}, **{key: Decimal(line[key]) for key in numbers}}


def said(bill):
    """The lines that count; which of several lines over nothing stand for their charge is left open."""
    return [plain(line) for line in bill["lines"] if line["rule"] in ("rounding", "charged_before") or Decimal(line["quantity"])]


def conversions(bill, like):
    """The records of conversion as far as the model says them."""
    return [{key: record[key] for key in wanted} for record, wanted in zip(bill.get("converted", []), like.get("converted", []))] + [len(bill.get("converted", []))]


def used(position):
    def number(value):
        if isinstance(value, list):
            return [Decimal(part) for part in value]
        return {key: Decimal(part) for key, part in value.items()} if isinstance(value, dict) else Decimal(value)
    limits = {(entry["charge"], "limit"): (entry["from"], number(entry["charged"])) for entry in position.get("limits", [])}
    return {**{entry["charge"]: (entry["from"], number(entry["used"])) for entry in position["ladders"]}, **limits}


def kept(position):
    return {entry["charge"]: Decimal(entry["kept"]) for entry in position.get("credits", [])}


def peaks_of(position):
    return {(entry["charge"], entry["from"]): Decimal(entry["peak"]) for entry in position.get("peaks", [])}


def by_library(driver, usage, facts):
    bill, position = (json.loads(text) for text in driver.ask("price", json.dumps(usage), json.dumps(facts), 0))
    assert Decimal(bill["total"]) == sum((Decimal(line["amount"]) for line in bill["lines"]), Decimal(0))
    return bill, position


def compare(driver, tariff, usage, facts, position):
    """One bill by both; they agree line for line, or both refuse. Returns (bill, position after), or None when refused."""
    try:
        expected = model.price(tariff, usage, facts, position)
    except model.Refused as refusal:
        expected = refusal
    except NotImplementedError:
        assume(False)
    try:
        bill, after = by_library(driver, usage, facts)
    except Refused as refusal:
        assert isinstance(expected, model.Refused), f"the library refuses: {refusal}"
        if refusal.status != expected.status:  # several reasons may hold
            assert refusal.status in model_reasons.reasons(tariff, usage, facts, position), f"the library refuses: {refusal}; the model: {expected}"
        return None
    assert not isinstance(expected, model.Refused), f"the library takes what the model refuses: {expected}"
    assert said(bill) == said(expected["bill"])
    assert {line.get("charge") for line in bill["lines"]} == {line.get("charge") for line in expected["bill"]["lines"]}
    assert Decimal(bill["total"]) == Decimal(expected["bill"]["total"])
    assert conversions(bill, expected["bill"]) == conversions(expected["bill"], expected["bill"])
    assert used(after) == used(expected["position"])
    assert kept(after) == kept(expected["position"])
    assert peaks_of(after) == peaks_of(expected["position"])
    return bill, after


@shared
@given(tariff=tariffs(), bill=bills())
def test_a_bill(driver, tariff, bill):
    driver.ask("tariff", json.dumps(tariff))
    compare(driver, tariff, *bill, None)


@shared
@given(tariff=tariffs(), bill=bills(), days=some.integers(1, 40))
def test_the_bill_after_it(driver, tariff, bill, days):
    """The position of one bill goes into the next."""
    driver.ask("tariff", json.dumps(tariff))
    usage, facts = bill
    first = compare(driver, tariff, usage, facts, None)
    assume(first is not None)
    driver.ask("carry")
    following = copy.deepcopy(usage)
    following["from"] = usage["to"]
    following["to"] = (datetime.date.fromisoformat(usage["to"]) + datetime.timedelta(days=days)).isoformat()
    entry = following["inputs"][0]
    if "values" in entry:
        entry["start"], entry["step_s"] = following["from"], 86400
        entry["values"] = [entry["values"][index % len(entry["values"])] for index in range(days + 1)]
    compare(driver, tariff, following, facts, first[1])


@shared
@given(tariff=tariffs(), bill=bills(metered=("values",)), cuts=some.lists(some.integers(1, 10**6 - 1), min_size=1, max_size=4))
def test_parts_of_a_span_come_to_the_whole(driver, tariff, bill, cuts):
    """Cut anywhere, to the second: every part agrees with the model, and together they are the bill that was never cut."""
    driver.ask("tariff", json.dumps(tariff))
    usage, facts = bill
    whole = compare(driver, tariff, usage, facts, None)
    assume(whole is not None)
    zone = Zone(tariff["zone"])
    begin, end = zone.instant(usage["from"]), zone.instant(usage["to"])
    position, charged = None, Decimal(0)
    for cut in sorted({begin + (end - begin) * cut // 10**6 for cut in cuts} - {begin}) + [end]:
        part = {**copy.deepcopy(usage), "to": datetime.datetime.fromtimestamp(cut, datetime.timezone.utc).isoformat(), "span_to": usage["to"]}
        priced = compare(driver, tariff, part, facts, position)
        assert priced is not None
        driver.ask("carry")
        position, charged = priced[1], charged + Decimal(priced[0]["total"])
        assert ("provisional" in priced[0]["flags"]) == (cut < end) == ("open" in position)
    assert charged == Decimal(whole[0]["total"])
    assert position == whole[1]
    assert [line for line in priced[0]["lines"] if line["rule"] != "charged_before"] == whole[0]["lines"]


@shared
@given(tariff=tariffs(), bill=bills(metered=("total",)), more=some.integers(0, 10**9))
def test_more_usage_never_costs_less(driver, tariff, bill, more):
    """Without whole tiers (where the rates need not rise) and minimums, and with rates that are not negative."""
    assume(tariff["charges"][0].get("tiers", {}).get("how") != "whole")
    assume(all(charge["id"] != "least" for charge in tariff["charges"]))
    driver.ask("tariff", json.dumps(tariff))
    usage, facts = bill
    larger = copy.deepcopy(usage)
    larger["inputs"][0]["total"] = format(Decimal(usage["inputs"][0]["total"]) + Decimal(more).scaleb(-6), "f")
    try:
        low, high = (Decimal(by_library(driver, one, facts)[0]["total"]) for one in (usage, larger))
    except Refused:
        return  # test_a_bill sees to it that refusals are right
    periods = "tiers" in tariff["charges"][0] and isinstance(tariff["charges"][0]["rate"][0], dict)
    if not periods and tariff["rounding"] == {"line": "none", "charge": "none", "bill": "none"}:
        assert high >= low


@shared
@given(tariff=tariffs())
def test_the_canonical_form_is_the_same_tariff(driver, tariff):
    driver.ask("tariff", json.dumps(tariff))
    first = driver.ask("canonical")[0]
    driver.ask("tariff", first)
    assert driver.ask("canonical")[0] == first
    shuffled = json.dumps(dict(reversed(list(tariff.items()))), indent=1).replace("\n", " ")
    driver.ask("tariff", shuffled)
    assert driver.ask("canonical")[0] == first
