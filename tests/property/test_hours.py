# SPDX-License-Identifier: Apache-2.0
"""Ladders in hours of use against model.py: bounds that follow peaks with windows, ratchets and floors, or facts; tiers inside bands, counted
from the ladder or the band, multiplied and scaled; by season, by period, over bill, day and month, from bill to bill."""

import datetime
import json
from decimal import Decimal

from hypothesis import assume, given
from hypothesis import strategies as some

from conftest import Refused
from test_demand import PERIODS, ZONE, peaks, positions, usages
from test_price import HOWS, compare, decimal, slow

SEASONS = ["early", "late"]
SHORT = {"days": 3, "steps": (900, 1800, 3600)}  # each bound looks for its peak anew, which the model does slowly


@some.composite
def bounds(draw, least, most):
    """Some bounds, each a number, hours of a peak or of a fact; numbers rise, the others as it happens."""
    numbers = sorted(draw(some.lists(some.sampled_from(["2", "7.5", "20", "33.333333", "80", "150", "400"]), min_size=least, max_size=most, unique=True)), key=float)
    found = []
    for number in numbers:
        kind = draw(some.sampled_from(["number", "peak", "peak", "fact", "factor"]))
        if kind == "number":
            found.append(number)
        elif kind == "fact":
            found.append({"of": "contract", "times": draw(some.sampled_from(["0.5", "3", number]))})
        elif kind == "factor":
            found.append({"of": "contract", "factor": number})
        else:
            found.append({"of": draw(some.sampled_from(["demand0", "demand1"])), "times": number} | draw(some.sampled_from([{}, {}, {"over": "10"}, {"over": "2.5"}])))
    return found


@some.composite
def insides(draw, outer):
    """Tiers for each of the bands, and where they are counted from."""
    lists = [draw(bounds(0, 2)) for _ in range(len(outer) + 1)]
    return {"bounds": lists} | ({"counted_from": draw(some.sampled_from(["ladder", "band"]))} if any(lists[1:]) else {})


@some.composite
def ladders(draw, over):
    """("tiers" of a charge, how many tiers)."""
    tiers = {"over": over, "how": draw(some.sampled_from(["graduated", "graduated", "whole"])), "bounds": draw(bounds(1, 3))}
    nested = draw(some.booleans())
    if nested:
        tiers["inside"] = draw(insides(tiers["bounds"]))
    count = len(tiers["bounds"]) + 1 + sum(len(one) for one in tiers["inside"]["bounds"]) if nested else len(tiers["bounds"]) + 1
    if draw(some.integers(0, 3)) == 0:
        same = {"bounds": tiers["bounds"]} | ({"inside": tiers["inside"]["bounds"]} if nested else {})
        tiers["bounds"] = {season: same["bounds"] for season in SEASONS}
        if nested:
            tiers["inside"]["bounds"] = {season: same["inside"] for season in SEASONS}
    elif not nested and draw(some.integers(0, 3)) == 0:
        tiers["widths"] = tiers.pop("bounds")
    if tiers["how"] == "whole":
        tiers["bound_belongs"] = draw(some.sampled_from(["below", "above"]))
    if over != "bill" and '"of": "demand' in json.dumps(tiers):
        tiers["when_bounds_move"] = draw(some.sampled_from(["keep_paid", "count_total"]))
    if draw(some.integers(0, 3)) == 0:
        tiers["times"] = draw(some.sampled_from(["contract", "days"]))
    if draw(some.integers(0, 3)) == 0:
        tiers["scale"] = {"by": "days", "of": 30} | draw(some.sampled_from([{}, {"round": {"step": "1", "how": draw(some.sampled_from(HOWS))}}]))
    tiers["across"] = draw(some.sampled_from(["periods", "each_period"]))
    return tiers, count


@some.composite
def tariffs(draw):
    demands = [{"id": f"demand{at}", "quantity": draw(peaks()), "rate": decimal(draw, 0, 9, 2)} for at in (0, 1)]
    over = demands[0]["quantity"]["over"]
    if demands[1]["quantity"]["over"] != over:
        demands[1]["quantity"]["over"] = over
        demands[1]["quantity"].pop("ratchet", None)
    for demand in demands:
        if over == "day" and demand["quantity"].get("distinct") == "day":
            demand["quantity"]["distinct"] = "none"
    for place, demand in enumerate(demands):
        if draw(some.integers(0, 2)) == 0:  # blocks of power that end at so much of the other's peak
            demand["tiers"] = {"over": over, "how": "graduated", "bounds": [{"of": f"demand{1 - place}", "times": draw(some.sampled_from(["0.5", "0.333333333", "1", "2"]))}]}
            demand["rate"] = ["0", demand["rate"]]
    charges = list(demands)
    if over == "bill" and draw(some.booleans()):
        charges.append({"id": "facts", "quantity": {"of": "contract", "factor": "7.5"}, "rate": ["1", "2"],
                        "tiers": {"over": "bill", "how": "graduated", "bounds": [{"of": "demand0", "times": "1.5"}]}})
    for at in range(draw(some.integers(1, 2))):
        tiers, count = draw(ladders(over))
        rates = [decimal(draw, 0, 2, 3) for _ in range(count)]
        if draw(some.booleans()) and (tiers["how"] == "graduated" or over == "bill"):
            rates = [{"day": rate, "night": "0.07"} for rate in rates]
            if tiers["across"] == "periods" and tiers["how"] == "graduated":
                tiers["split"] = draw(some.sampled_from(["chronological", "proportional"]))
        charges.insert(draw(some.integers(0, len(charges))), {"id": f"energy{at}", "quantity": draw(some.sampled_from(["import", "net"])), "tiers": tiers, "rate": rates})
    charges.append({"id": "capacity", "quantity": "contract", "rate": "1"})
    charges.append({"id": "sold", "quantity": "export", "rate": "-0.01"})
    inputs = {name: {"register": name, "unit": "kWh"} for name in ("import", "export")}
    inputs["contract"] = {"fact": "contract", "unit": "kW"}
    inputs["net"] = {"minus": ["import", "export"], "part": "positive", "per": "interval", "unit": "kWh"}
    inputs["apparent"] = {"apparent": ["import", "export"], "per": "interval", "unit": "kWh", "round": {"step": "0.000001", "how": "half_up"}}
    return {"meterbill": 1, "kind": "tariff", "id": "peaks", "version": "1", "currency": "EUR", "zone": "CET-1CEST,M3.5.0,M10.5.0/3",
            "valid": {"from": "2020-01-01", "to": None}, "inputs": inputs,
            "calendar": {"seasons": [{"name": "early", "from": "01-01", "to": "04-01"}, {"name": "late", "otherwise": True}],
                         "periods": [{"name": PERIODS[0], "when": [{"at": ["07:00-21:00"]}]}, {"name": PERIODS[1], "otherwise": True}]},
            "rounding": {"line": {"step": "0.01", "how": "half_up"}, "charge": "none", "bill": "none"}, "charges": charges}


def load(driver, tariff):
    try:
        driver.ask("tariff", json.dumps(tariff))
    except Refused as refusal:  # numbers of a band that do not reach into it
        assume("/tiers" not in refusal.path or refusal.status != "MBILL_E_INVALID")
        raise


@slow
@given(data=some.data(), tariff=tariffs(), bill=usages(**SHORT))
def test_hours(whole_driver, data, tariff, bill):
    """One bill, and the one after it with its position."""
    facts = {"meterbill": 1, "kind": "facts", "facts": {"contract": data.draw(some.sampled_from(["10", "1", "33.3", "0"]))}, "lists": {}}
    begin = ZONE.day_start(datetime.date.fromisoformat(bill["from"]))
    facts["instants"] = {"system": [datetime.datetime.fromtimestamp(begin + 900 * at, datetime.timezone.utc).isoformat() for at in (0, 5, 96, 190)]}
    position = data.draw(positions(tariff, bill))
    load(whole_driver, tariff)
    if position is not None:
        whole_driver.ask("begin", json.dumps(position))
    first = compare(whole_driver, tariff, bill, facts, position)
    assume(first is not None)
    whole_driver.ask("carry")
    compare(whole_driver, tariff, data.draw(usages(datetime.date.fromisoformat(bill["to"]), **SHORT)), facts, first[1])


@slow
@given(data=some.data(), tariff=tariffs(), bill=usages(**SHORT), cuts=some.lists(some.integers(1, 6 * 24), min_size=1, max_size=3))
def test_parts_of_a_span(whole_driver, data, tariff, bill, cuts):
    """Cut at full hours: a peak that rises moves bounds of what is charged already, and the parts come to the whole all the same."""
    facts = {"meterbill": 1, "kind": "facts", "facts": {"contract": data.draw(some.sampled_from(["10", "1", "33.3"]))}, "lists": {}, "instants": {"system": []}}
    load(whole_driver, tariff)
    whole = compare(whole_driver, tariff, bill, facts, None)
    assume(whole is not None)
    begin, end = (ZONE.day_start(datetime.date.fromisoformat(bill[word])) for word in ("from", "to"))
    position, charged = None, Decimal(0)
    for cut in sorted({cut for cut in (begin + 3600 * cut for cut in cuts) if cut < end}) + [end]:
        part = {**bill, "to": datetime.datetime.fromtimestamp(cut, datetime.timezone.utc).isoformat(), "span_to": bill["to"]}
        priced = compare(whole_driver, tariff, part, facts, position)
        assume(priced is not None)  # the mean of three days is not known on the first
        whole_driver.ask("carry")
        position, charged = priced[1], charged + Decimal(priced[0]["total"])
    assert charged == Decimal(whole[0]["total"])
    assert position == whole[1]
