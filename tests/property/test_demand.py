# SPDX-License-Identifier: Apache-2.0
"""Charges on peaks against model.py: windows, means of the highest, spans, blocks of power, sums of registers, days of 23 and 25 hours; peaks and
reported demand against what is contracted."""

import datetime
import json
from fractions import Fraction

from hypothesis import assume, given
from hypothesis import strategies as some

from model_clock import Zone, add_months
from model_numbers import show
from test_price import HOWS, compare, decimal, slow

PERIODS = ["day", "night"]


ZONE = Zone("CET-1CEST,M3.5.0,M10.5.0/3")
PERCENTS = ["0", "35", "66.666667", "100", {"12": "95", "otherwise": "60"}, {"11..02": "80", "03..10": "0"}, {"01": "0", "05..12": "33.3", "otherwise": "7"}]


@some.composite
def ratchets(draw):
    ratchet = {"months": draw(some.sampled_from([1, 2, 3, 11, 23])), "percent": draw(some.sampled_from(PERCENTS))}
    if draw(some.booleans()):
        ratchet["own"] = draw(some.sampled_from(PERCENTS))
    if draw(some.integers(0, 2)):
        ratchet["if_unknown"] = draw(some.sampled_from(["0", "4", "12.345678"]))
    return ratchet


@some.composite
def bill_ratchets(draw):
    ratchet = {"bills": draw(some.sampled_from([1, 2, 3, 11, 23])), "percent": draw(some.sampled_from(PERCENTS))}
    if draw(some.booleans()):
        ratchet["own"] = draw(some.sampled_from(PERCENTS))
    if any(isinstance(ratchet.get(key), dict) for key in ("percent", "own")):
        ratchet["month_of"] = draw(some.sampled_from(["first_day", "last_day"]))
    if draw(some.integers(0, 2)):
        ratchet["if_unknown"] = "0" if isinstance(ratchet["percent"], dict) else draw(some.sampled_from(["0", "12.345678"]))
    return ratchet


@some.composite
def contracts(draw):
    """Bands with ends of either kind, flat, as measured, above what is contracted, or with a part of each."""
    ends = sorted(draw(some.lists(some.sampled_from(["0.5", "0.85", "0.95", "1", "1.05", "1.333333333"]), max_size=3, unique=True)))
    bands = []
    for at, end in enumerate([*ends, None]):
        shares = draw(some.sampled_from([{"contracted": "0.95"}, {"contracted": "0"}, {"actual": "1"}, {"contracted": "0.3", "actual": "0.7"}, {"actual": "3"}]))
        if at > 0 and draw(some.booleans()):  # what lies above the band's beginning counts more
            shares = {"contracted": show(-2 * Fraction(ends[at - 1])), "actual": draw(some.sampled_from(["2", "3.5"]))}
        bands.append(shares | ({} if end is None else {draw(some.sampled_from(["up_to", "below"])): end}))
    return {"of": "contract", "bands": bands}


@some.composite
def peaks(draw):
    quantity = {"peak_of": draw(some.sampled_from(["import", "export", "net", "apparent"])), "over": draw(some.sampled_from(["bill", "day", "month"])),
                "interval": draw(some.sampled_from(["15min", "30min", "60min"]))}
    if draw(some.booleans()):
        quantity["window"] = draw(some.sampled_from(PERIODS) | some.lists(some.sampled_from(PERIODS), min_size=1, unique=True))
    if draw(some.integers(0, 2)) == 0:
        quantity["at"] = "system"
    if draw(some.booleans()):
        quantity["distinct"] = "none" if quantity["over"] == "day" else draw(some.sampled_from(["none", "day"]))
        quantity["top"] = draw(some.integers(2, 4))
    if draw(some.booleans()):
        quantity["factor"] = draw(some.sampled_from(["0.9", "1.333333333", "0"]))
    if draw(some.booleans()):
        quantity["round"] = {"step": draw(some.sampled_from(["0.01", "1"])), "how": draw(some.sampled_from(HOWS))}
    if draw(some.booleans()):
        quantity["floor"] = draw(some.sampled_from(["3.5", "0.000001", {"of": "contract", "factor": "0.4"}, {"product": ["contract", "contract"], "over": "3"}]))
    if quantity["over"] == "month" and draw(some.integers(0, 3)):
        quantity["ratchet"] = draw(ratchets())
    if quantity["over"] == "bill" and draw(some.integers(0, 2)):
        quantity["ratchet"] = draw(bill_ratchets())
    if draw(some.integers(0, 2)) == 0:
        quantity["contracted"] = draw(contracts())
    return quantity


@some.composite
def tariffs(draw):
    charges = []
    for at in range(draw(some.integers(1, 3))):
        charge = {"id": f"demand{at}", "quantity": draw(peaks()), "rate": decimal(draw, 0, 20, 3)}
        if draw(some.booleans()):
            charge["tiers"] = {"over": charge["quantity"]["over"], "how": "graduated", "bounds": ["2", "9.5"]}
            charge["rate"] = ["1", "2.5", "0.333"]
        if draw(some.integers(0, 2)) == 0:
            charge["rate"] = {"early": charge["rate"], "late": ["0", "0.1", "7"] if "tiers" in charge else "0.25"}
        charges.append(charge)
    charges.append({"id": "tax", "quantity": {"money": ["demand0"]}, "rate": "0.19"})
    inputs = {name: {"register": name, "unit": "kWh"} for name in ("import", "export")}
    inputs |= {name: {"fact": name, "unit": "kW"} for name in ("contract", "reported")}
    charges.append({"id": "capacity", "quantity": "contract", "rate": "1"})
    read = {"id": "read", "quantity": {**draw(some.sampled_from([{"of": "reported"}, {"product": ["reported", "one"], "factor": "0.5"}])), "contracted": draw(contracts())}, "rate": "2.5"}
    if draw(some.booleans()):
        read["quantity"]["round"] = {"step": "0.1", "how": draw(some.sampled_from(HOWS))}
    if draw(some.integers(0, 2)) == 0:
        read = {"id": "least", "of": ["capacity"], "at_least": {key: read[key] for key in ("quantity", "rate")}}
    elif draw(some.booleans()):
        read |= {"tiers": {"over": "bill", "how": "graduated", "bounds": ["5"]}, "rate": ["1", "2"]}
    charges.append(read)
    inputs["net"] = {"minus": ["import", "export"], "part": draw(some.sampled_from(["all", "positive"])), "per": "interval", "unit": "kWh"}
    inputs["apparent"] = {"apparent": draw(some.sampled_from([["import", "export"], ["net", "export"]])), "per": "interval", "unit": "kWh",
                          "round": {"step": draw(some.sampled_from(["0.000001", "0.01"])), "how": draw(some.sampled_from(HOWS))}}
    until = draw(some.sampled_from(["21:00", "21:30"]))
    tariff = {"meterbill": 1, "kind": "tariff", "id": "peaks", "version": "1", "currency": "EUR", "zone": "CET-1CEST,M3.5.0,M10.5.0/3",
            "valid": {"from": "2020-01-01", "to": None}, "inputs": inputs,
            "calendar": {"seasons": [{"name": "early", "from": "01-01", "to": "04-01"}, {"name": "late", "otherwise": True}], "periods": [{"name": "day", "when": [{"at": ["07:00-" + until]}]}, {"name": "night", "otherwise": True}]},
            "rounding": {"line": {"step": "0.01", "how": "half_up"}, "charge": "none", "bill": "none"}, "charges": charges}
    by_time = [charge for charge in charges if isinstance(charge.get("rate"), dict) or "window" in (charge["quantity"] if isinstance(charge.get("quantity"), dict) else {})]
    if by_time and draw(some.integers(0, 2)) == 0:
        other = {"periods": [{"name": draw(some.sampled_from(["day", "noon"])), "when": [{"at": ["11:00-14:00"]}]}, {"name": "rest", "otherwise": True}]}
        tariff["calendars"] = {"power": tariff.pop("calendar"), "blocks": other}
        for charge in by_time:
            charge["calendar"] = "power"
        charges.append({"id": "blocks", "quantity": "import", "calendar": "blocks", "rate": {period["name"]: decimal(draw, 0, 1, 3) for period in other["periods"]}})
    return tariff


@some.composite
def usages(draw, begin=None, days=6, steps=(300, 900, 1800, 3600)):
    first = begin or draw(some.sampled_from([datetime.date(2026, 1, 30), datetime.date(2026, 3, 27), datetime.date(2026, 10, 24)]))
    last = first + datetime.timedelta(days=draw(some.integers(1, days)))
    step, inputs = draw(some.sampled_from(steps)), []
    for name in ("import", "export"):
        values = draw(some.lists(some.sampled_from(["0", "1", "0.000001", "2.5", "7.123456", "3"]), min_size=1, max_size=11))
        count = (ZONE.day_start(last) - ZONE.day_start(first)) // step
        inputs.append({"register": name, "start": first.isoformat(), "step_s": step, "values": [values[at % len(values)] for at in range(count)]})
    return {"meterbill": 1, "kind": "usage", "from": first.isoformat(), "to": last.isoformat(), "inputs": inputs}


@some.composite
def positions(draw, tariff, bill):
    """None, or some peaks of the months around the bill's."""
    if draw(some.booleans()):
        return None
    month = datetime.date.fromisoformat(bill["from"]).replace(day=1)
    entries = []
    for charge in tariff["charges"]:
        if isinstance(charge.get("quantity"), dict) and "ratchet" in charge["quantity"]:
            if "bills" in charge["quantity"]["ratchet"]:
                first = datetime.date.fromisoformat(bill["from"])
                for days in draw(some.lists(some.integers(-3, 400), unique=True, max_size=30)):
                    entries.append({"charge": charge["id"], "from": (first - datetime.timedelta(days)).isoformat(), "peak": draw(some.sampled_from(["0", "5", "17.25", "60"]))})
                continue
            for back in draw(some.lists(some.integers(-1, 12), unique=True, max_size=12) | some.just(list(range(24)))):
                entries.append({"charge": charge["id"], "from": add_months(month, -back).isoformat(), "peak": draw(some.sampled_from(["0", "5", "17.25", "60"]))})
    return {"meterbill": 1, "kind": "position", "tariff": "peaks", "version": "1", "billed_to": None, "ladders": [], **({"peaks": entries} if entries else {})}


@slow
@given(data=some.data(), tariff=tariffs(), bill=usages())
def test_peaks(whole_driver, data, tariff, bill):
    """One bill, and the one after it with its position."""
    facts = {"meterbill": 1, "kind": "facts", "facts": {"contract": data.draw(some.sampled_from(["10", "33.3", "0", "2.5"])), "reported": data.draw(some.sampled_from(["10.5", "3", "9.5", "2.625", "0", "40", "-1"]))}, "lists": {}}
    begin = ZONE.day_start(datetime.date.fromisoformat(bill["from"]))
    if data.draw(some.integers(0, 4)):
        after = data.draw(some.lists(some.integers(-9, 14 * 96), max_size=6, unique=True))
        facts["instants"] = {"system": [datetime.datetime.fromtimestamp(begin + 900 * at, datetime.timezone.utc).isoformat() for at in sorted(after)]}
    position = data.draw(positions(tariff, bill))
    whole_driver.ask("tariff", json.dumps(tariff))
    if position is not None:
        whole_driver.ask("begin", json.dumps(position))
    first = compare(whole_driver, tariff, bill, facts, position)
    assume(first is not None)
    whole_driver.ask("carry")
    compare(whole_driver, tariff, data.draw(usages(datetime.date.fromisoformat(bill["to"]))), facts, first[1])
