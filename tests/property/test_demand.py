# SPDX-License-Identifier: Apache-2.0
"""Charges on peaks against model.py: windows, means of the highest, spans, blocks of power, sums of registers, days of 23 and 25 hours."""

import datetime
import json

from hypothesis import given
from hypothesis import strategies as some

from test_price import HOWS, compare, decimal, shared

PERIODS = ["day", "night"]


@some.composite
def peaks(draw):
    quantity = {"peak_of": draw(some.sampled_from(["import", "export", "net"])), "over": draw(some.sampled_from(["bill", "day", "month"])),
                "interval": draw(some.sampled_from(["15min", "30min", "60min"]))}
    if draw(some.booleans()):
        quantity["window"] = draw(some.sampled_from(PERIODS) | some.lists(some.sampled_from(PERIODS), min_size=1, unique=True))
    if draw(some.booleans()):
        quantity["distinct"] = "none" if quantity["over"] == "day" else draw(some.sampled_from(["none", "day"]))
        quantity["top"] = draw(some.integers(2, 4))
    if draw(some.booleans()):
        quantity["factor"] = draw(some.sampled_from(["0.9", "1.333333333", "0"]))
    if draw(some.booleans()):
        quantity["round"] = {"step": draw(some.sampled_from(["0.01", "1"])), "how": draw(some.sampled_from(HOWS))}
    return quantity


@some.composite
def tariffs(draw):
    charges = []
    for at in range(draw(some.integers(1, 3))):
        charge = {"id": f"demand{at}", "quantity": draw(peaks()), "rate": decimal(draw, 0, 20, 3)}
        if draw(some.booleans()):
            charge["tiers"] = {"over": charge["quantity"]["over"], "how": "graduated", "bounds": ["2", "9.5"]}
            charge["rate"] = ["1", "2.5", "0.333"]
        charges.append(charge)
    charges.append({"id": "tax", "quantity": {"money": ["demand0"]}, "rate": "0.19"})
    inputs = {name: {"register": name, "unit": "kWh"} for name in ("import", "export")}
    inputs["net"] = {"minus": ["import", "export"], "part": draw(some.sampled_from(["all", "positive"])), "per": "interval", "unit": "kWh"}
    until = draw(some.sampled_from(["21:00", "21:30"]))
    return {"meterbill": 1, "kind": "tariff", "id": "peaks", "version": "1", "currency": "EUR", "zone": "CET-1CEST,M3.5.0,M10.5.0/3",
            "valid": {"from": "2020-01-01", "to": None}, "inputs": inputs,
            "calendar": {"periods": [{"name": "day", "when": [{"at": ["07:00-" + until]}]}, {"name": "night", "otherwise": True}]},
            "rounding": {"line": {"step": "0.01", "how": "half_up"}, "charge": "none", "bill": "none"}, "charges": charges}


@some.composite
def usages(draw):
    first = draw(some.sampled_from([datetime.date(2026, 1, 30), datetime.date(2026, 3, 27), datetime.date(2026, 10, 24)]))
    last = first + datetime.timedelta(days=draw(some.integers(1, 6)))
    step, inputs = draw(some.sampled_from([300, 900, 1800, 3600])), []
    for name in ("import", "export"):
        values = draw(some.lists(some.sampled_from(["0", "1", "0.000001", "2.5", "7.123456", "3"]), min_size=1, max_size=11))
        count = ((last - first).days * 24 + 1) * 3600 // step
        if first.month == 1:
            count -= 3600 // step
        if first.month == 3:
            count -= 3600 // step
        inputs.append({"register": name, "start": first.isoformat(), "step_s": step, "values": [values[at % len(values)] for at in range(count)]})
    return {"meterbill": 1, "kind": "usage", "from": first.isoformat(), "to": last.isoformat(), "inputs": inputs}


@shared
@given(tariff=tariffs(), bill=usages())
def test_peaks(whole_driver, tariff, bill):
    whole_driver.ask("tariff", json.dumps(tariff))
    compare(whole_driver, tariff, bill, {"meterbill": 1, "kind": "facts", "facts": {}, "lists": {}}, None)
