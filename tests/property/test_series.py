# SPDX-License-Identifier: Apache-2.0
"""Price series against model.py: hours and quarter-hours, prices below 0, prices that are missing, days of 23 and 25 hours, sums of registers."""

import copy
import datetime
import json
from decimal import Decimal

from hypothesis import assume, given
from hypothesis import strategies as some

from model_clock import Zone
from test_price import HOWS, compare, decimal, rounding, shared, slow

ZONES = ["CET-1CEST,M3.5.0,M10.5.0/3", "IST-5:30", "LHST-10:30LHDT-11,M10.1.0,M4.1.0", "UTC0"]
DAYS = [datetime.date(2026, 1, 30), datetime.date(2026, 3, 28), datetime.date(2026, 10, 24), datetime.date(2026, 4, 4)]


@some.composite
def tariffs(draw):
    inputs = {name: {"register": name, "unit": "kWh", "across_boundary": draw(some.sampled_from(["refuse", "prorate"]))} for name in ("import", "export")}
    inputs["net"] = {"minus": ["import", "export"], "part": draw(some.sampled_from(["all", "positive"])), "per": "interval", "unit": "kWh"}
    charges, used = [], set()
    for at in range(draw(some.integers(1, 3))):
        rate = {"series": draw(some.sampled_from(["spot", "quarter"]))}
        used.add(rate["series"])
        if draw(some.booleans()):
            rate["times"] = draw(some.sampled_from(["1", "1.25", "-1", "0.333", "0.0000001"]))
        if draw(some.booleans()):
            rate["plus"] = decimal(draw, -1, 1, 3)
        if draw(some.booleans()):
            rate["round"] = {"step": draw(some.sampled_from(["0.0001", "0.01"])), "how": draw(some.sampled_from(HOWS))}
        name = draw(some.sampled_from(["import", "net"]))
        charges.append({"id": f"energy{at}", "quantity": draw(some.sampled_from([name, {"of": name, "factor": "1.0377"}])), "rate": rate})
    charges.append({"id": "tax", "quantity": {"money": ["energy0"]}, "rate": "0.19"})
    return {"meterbill": 1, "kind": "tariff", "id": "spot", "version": "1", "currency": "EUR", "zone": draw(some.sampled_from(ZONES)),
            "valid": {"from": "2020-01-01", "to": None}, "inputs": inputs, "rounding": {level: rounding(draw) for level in ("line", "charge", "bill")}, "charges": charges,
            "series": {name: {"step": "60min" if name == "spot" else "15min", "unit": "kWh"} for name in sorted(used)}}


def at_utc(instant):
    return datetime.datetime.fromtimestamp(instant, datetime.timezone.utc).isoformat()


@some.composite
def bills(draw, zone):
    """Readings and prices of a few days, both cyclic; one price in many is missing, and sometimes the last hours are."""
    first = draw(some.sampled_from(DAYS))
    last = first + datetime.timedelta(days=draw(some.integers(1, 3)))
    begin, end = zone.day_start(first), zone.day_start(last)
    usage = {"meterbill": 1, "kind": "usage", "from": first.isoformat(), "to": last.isoformat(), "inputs": []}
    step = draw(some.sampled_from([300, 900, 1800, 3600, 3600, 7200]))
    for name in ("import", "export"):
        values = draw(some.lists(some.sampled_from(["0", "1", "0.000001", "2.5", "7.123456", "3"]), min_size=1, max_size=11))
        usage["inputs"].append({"register": name, "start": first.isoformat(), "step_s": step,
                                "values": [values[at % len(values)] for at in range(-(-(end - begin) // step))]})
    series = {}
    for name, step_s in (("spot", 3600), ("quarter", 900)):
        prices = draw(some.lists(some.sampled_from(["0.12", "0.12", "-0.003", "0", "0.087654321", "1.5", "-0.5"]), min_size=1, max_size=9))
        early, count = draw(some.sampled_from([0, 0, 1, 30])) * step_s, (end - begin) // step_s + 1
        values = [prices[at % len(prices)] for at in range(count + early // step_s - draw(some.sampled_from([1, 1, 1, 4])))]
        if draw(some.integers(0, 7)) == 0:
            values[draw(some.integers(0, len(values) - 1))] = None
        series[name] = {"start": at_utc(begin - early), "step_s": step_s, "values": values}
    return usage, {"meterbill": 1, "kind": "facts", "facts": {}, "lists": {}, "series": series}


@shared
@given(tariff=tariffs(), data=some.data())
def test_series(whole_driver, tariff, data):
    whole_driver.ask("tariff", json.dumps(tariff))
    compare(whole_driver, tariff, *data.draw(bills(Zone(tariff["zone"]))), None)


@slow
@given(tariff=tariffs(), data=some.data(), cuts=some.lists(some.integers(1, 10**6 - 1), min_size=1, max_size=4))
def test_parts_of_a_span(driver, tariff, data, cuts):
    """Cut at readings, or anywhere when these are divided, the parts come to the whole."""
    driver.ask("tariff", json.dumps(tariff))
    zone = Zone(tariff["zone"])
    usage, facts = data.draw(bills(zone))
    whole = compare(driver, tariff, usage, facts, None)
    assume(whole is not None)
    begin, end = zone.instant(usage["from"]), zone.instant(usage["to"])
    step, position, charged = usage["inputs"][0]["step_s"], None, Decimal(0)
    for cut in sorted({begin + (end - begin) * cut // 10**6 // step * step for cut in cuts} - {begin}) + [end]:
        part = {**copy.deepcopy(usage), "to": at_utc(cut), "span_to": usage["to"]}
        priced = compare(driver, tariff, part, facts, position)
        assert priced is not None
        driver.ask("carry")
        position, charged = priced[1], charged + Decimal(priced[0]["total"])
    assert charged == Decimal(whole[0]["total"])
    assert [line for line in priced[0]["lines"] if line["rule"] != "charged_before"] == whole[0]["lines"]
