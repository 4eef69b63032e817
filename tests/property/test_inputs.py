# SPDX-License-Identifier: Apache-2.0
"""Bills on inputs that are made of others, against model.py: sums per interval, period and bill, sums of sums,
ratios, and rates and inputs that stand in tables."""

import datetime
import json
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as some

from test_price import HOWS, compare, decimal, shared

PERIODS = ["day", "night"]
REGISTERS = ["import", "export", "reactive"]


def part(draw):
    return draw(some.sampled_from(["all", "positive", "negative"]))


def sum_of(draw, names, per):
    entry = {"per": per, "unit": "kWh"}
    terms = [name if draw(some.booleans()) else {"of": name, "times": draw(some.sampled_from(["0.5", "2", "0.333333333"]))}
             for name in draw(some.lists(some.sampled_from(names), min_size=2, max_size=3))]
    if draw(some.booleans()):
        entry |= {"minus": terms, "part": part(draw)}
    else:
        entry["plus"] = terms
    if draw(some.integers(0, 3)) == 0:
        entry["round"] = {"step": draw(some.sampled_from(["0.1", "1"])), "how": draw(some.sampled_from(HOWS))}
    if per == "interval" and draw(some.booleans()):
        entry["across_boundary"] = "prorate"
    return entry


@some.composite
def tariffs(draw):
    inputs = {name: {"register": name, "unit": "kWh", "across_boundary": "prorate"} for name in REGISTERS}
    inputs["timed"] = sum_of(draw, REGISTERS, "interval")
    inputs["twice"] = sum_of(draw, REGISTERS + ["timed"], "interval")
    inputs["zoned"] = sum_of(draw, REGISTERS + ["twice"], "period")
    inputs["whole"] = sum_of(draw, REGISTERS + ["zoned", "twice", "import@day", "zoned@night", "area"], "bill")
    root = lambda: {"step": draw(some.sampled_from(["0.000001", "0.01", "3"])), "how": draw(some.sampled_from(HOWS))}
    inputs["rooted"] = {"apparent": draw(some.sampled_from([["import", "reactive"], ["timed", "export"], ["reactive", "reactive"]])), "per": "interval", "round": root(), "unit": "kVAh"}
    inputs["root"] = {"apparent": draw(some.sampled_from([["import", "reactive"], ["zoned", "rooted"], ["twice", "reactive"]])), "per": "period", "round": root(), "unit": "kVAh"}
    inputs["roots"] = {"apparent": draw(some.sampled_from([["import", "reactive"], ["area", "rooted"], ["import@day", "root@night"], ["whole", "area"]])), "per": "bill", "round": root(), "unit": "kVAh"}
    if draw(some.booleans()):
        inputs["rooted"]["across_boundary"] = "prorate"
    inputs["area"] = {"fact": "area", "unit": "m2"}
    step = {"step": draw(some.sampled_from(["0.01", "0.001", "0.05", "0.000001"])), "how": draw(some.sampled_from(HOWS))}
    inputs["factor"] = {"power_factor": draw(some.sampled_from([["import", "reactive"], ["import@day", "export"], ["whole", "import"]])), "round": step}
    inputs["share"] = {"quotient": draw(some.sampled_from([["zoned", "import"], ["import", "area"], ["whole", "export"], ["import", "roots"]])), "round": step}
    for ratio in ("factor", "share"):
        if draw(some.booleans()):
            inputs[ratio]["if_none"] = "0.5"
    rate = {"day": decimal(draw, -1, 2, 3), "night": decimal(draw, 0, 2, 3)}
    charges = [{"id": name, "quantity": name, "rate": draw(some.sampled_from([rate, "0.7"])) if name not in ("whole", "roots") else "1.3"}
               for name in draw(some.lists(some.sampled_from(["timed", "twice", "zoned", "whole", "rooted", "root", "roots"]), unique=True, min_size=1))]
    if draw(some.booleans()):
        charges.append({"id": "ladder", "quantity": "twice", "rate": [rate, {"day": "1", "night": "2"}],
                        "tiers": {"over": "month", "how": "graduated", "across": "periods", "split": "chronological", "bounds": ["30"]}})
    if draw(some.booleans()):
        charges.append({"id": "capacity", "quantity": {"product": ["area", draw(some.sampled_from(["factor", "share"]))]}, "rate": "10"})
    if draw(some.booleans()):
        charges[0]["only_if"] = {"total": draw(some.sampled_from(["whole", "zoned", "timed"])), "above": "5"}
    return {"meterbill": 1, "kind": "tariff", "id": "made", "version": "1", "currency": "EUR", "zone": "CET-1CEST,M3.5.0,M10.5.0/3",
            "valid": {"from": "2020-01-01", "to": None}, "inputs": inputs,
            "calendar": {"periods": [{"name": "day", "when": [{"at": ["07:00-21:30"]}]}, {"name": "night", "otherwise": True}]},
            "rounding": {"line": {"step": "0.01", "how": "half_up"}, "charge": "none", "bill": "none"}, "charges": charges}


def end_words(draw, rows):
    """The ends of rows that follow each other; each bound goes to the row below or above it."""
    bounds = sorted(draw(some.lists(some.integers(-20, 60), min_size=rows - 1, max_size=rows - 1, unique=True)))
    owned = [draw(some.booleans()) for _ in bounds]
    found = [{} for _ in range(rows)]
    for at, (bound, below) in enumerate(zip(bounds, owned)):
        found[at]["up_to" if below else "below"] = str(bound)
        found[at + 1]["above" if below else "at_least"] = str(bound)
    return found


def table(draw):
    rows = end_words(draw, draw(some.integers(1, 4)))
    for row in rows:
        row["value"] = decimal(draw, -2, 2, 3)
        if draw(some.booleans()):
            row["add"] = {"for_each": draw(some.sampled_from(["1", "0.3", "7"])), draw(some.sampled_from(["above", "below"])): str(draw(some.integers(-9, 30))),
                          "to_value": decimal(draw, -1, 1, 4), "steps": draw(some.sampled_from(["exact", "half_up", "down", "up"]))}
    return draw(some.permutations(rows[:-1] if len(rows) > 1 and draw(some.integers(0, 5)) == 0 else rows))


def with_tables(draw, tariff):
    """Some rates of the tariff, and an input of it, stand in tables."""
    def lookup(by):
        return {"table": draw(some.sampled_from(["a", "b"])), "by": by}
    tariff["tables"] = {"a": table(draw), "b": table(draw)}
    tariff["inputs"]["level"] = {"table": "a", "by": draw(some.sampled_from(["area", "whole", "factor"])), "round": {"step": "0.01", "how": "half_even"}}
    by = some.sampled_from(["area", "whole", "zoned", "import", "factor", "share", "level"])
    tariff["charges"] += [{"id": "fee", "quantity": "one", "rate": {"table": "b", "by": draw(by)}},
                          {"id": "percent", "quantity": {"money": [tariff["charges"][0]["id"]]}, "rate": lookup(draw(by))},
                          {"id": "cells", "quantity": "timed", "rate": {"day": lookup(draw(by)), "night": "0.2"}}]
    return tariff


@some.composite
def usages(draw):
    first = draw(some.sampled_from([datetime.date(2026, 1, 1), datetime.date(2026, 3, 27), datetime.date(2026, 10, 20)]))
    last = first + datetime.timedelta(days=draw(some.integers(1, 12)))
    form = draw(some.sampled_from(["values", "values", "values", "periods", "total"]))
    step, inputs = draw(some.sampled_from([3600, 10800, 86400])), []
    for name in REGISTERS:
        if form == "total":
            inputs.append({"register": name, "total": decimal(draw, 0, 90, 3)})
        elif form == "periods":
            inputs.append({"register": name, "periods": {period: decimal(draw, 0, 90, 6) for period in PERIODS}})
        else:
            values = draw(some.lists(some.sampled_from(["0", "1", "0.000001", "2.5", "7.123456", "3"]), min_size=1, max_size=7))
            count = ((last - first).days + 1) * 86400 // step
            inputs.append({"register": name, "start": first.isoformat(), "step_s": step, "values": [values[at % len(values)] for at in range(count)]})
    return ({"meterbill": 1, "kind": "usage", "from": first.isoformat(), "to": last.isoformat(), "inputs": inputs},
            {"meterbill": 1, "kind": "facts", "facts": {"area": format(Decimal(draw(some.integers(0, 40))), "f")}, "lists": {}})


@shared
@given(tariff=tariffs(), bill=usages())
def test_made_inputs(whole_driver, tariff, bill):
    whole_driver.ask("tariff", json.dumps(tariff))
    compare(whole_driver, tariff, *bill, None)


@shared
@given(tariff=tariffs(), bill=usages(), data=some.data())
def test_tables(whole_driver, tariff, bill, data):
    tariff = with_tables(data.draw, tariff)
    whole_driver.ask("tariff", json.dumps(tariff))
    compare(whole_driver, tariff, *bill, None)


@shared
@given(data=some.data())
def test_money_that_is_kept(whole_driver, data):
    """Export that is worth more than import: the money is kept above a minimum and taken off later bills, after other charges or before."""
    tariff = data.draw(tariffs())
    tariff["charges"] = [
        {"id": "bought", "quantity": "import", "rate": "0.3"}, {"id": "sold", "quantity": "export", "rate": data.draw(some.sampled_from(["-0.3", "-0.25"]))},
        {"id": "kept", "at_least": data.draw(some.sampled_from([{"amount": "0"}, {"amount": "5"}, {"quantity": "area", "rate": "1.5"}])),
         "of": data.draw(some.sampled_from([["bought", "sold"], ["sold"]])),
         "credit": {"until": data.draw(some.sampled_from(["03-01", "07-01", "02-15"])), "then": data.draw(some.sampled_from(["lost", {"paid_at": "1"}, {"paid_at": "0.5"}]))}},
        {"id": "tax", "quantity": {"money": ["bought", "sold", "kept"]}, "rate": "0.1"}]
    tariff["rounding"] = {level: data.draw(some.sampled_from(["none", {"step": "0.01", "how": "half_up"}])) for level in ("line", "charge", "bill")}
    whole_driver.ask("tariff", json.dumps(tariff))
    position, days, lines = None, ["2026-01-01", "2026-02-01", "2026-03-01", "2026-04-01"], []
    for first, last in zip(days, days[1:]):
        usage = {"meterbill": 1, "kind": "usage", "from": first, "to": last,
                 "inputs": [{"register": name, "total": decimal(data.draw, 0, 90, 3)} for name in REGISTERS]}
        priced = compare(whole_driver, tariff, usage, {"meterbill": 1, "kind": "facts", "facts": {"area": "1"}, "lists": {}}, position)
        if priced is None:
            return
        position = priced[1]
        lines += [line for line in priced[0]["lines"] if line["rule"] in ("credit", "settled")]
        assert sum(Decimal(line["quantity"]) for line in lines) == Decimal(position["credits"][0]["kept"])
        whole_driver.ask("carry")


@shared
@given(data=some.data())
def test_what_is_kept(whole_driver, data):
    """Bills after each other on one credit, around the day of its settlement."""
    tariff = data.draw(tariffs())
    tariff["charges"] = [{"id": "kept", "quantity": data.draw(some.sampled_from(["import", "net", {"of": "net", "factor": "1.5", "round": {"step": "0.1", "how": "half_up"}}])), "rate": "0.3",
                          "credit": {"until": data.draw(some.sampled_from(["03-01", "07-01", "02-15"])), "then": data.draw(some.sampled_from(["lost", {"paid_at": "0.07"}]))}}]
    tariff["inputs"]["net"] = {"minus": ["import", "export"], "part": "all", "per": "bill", "unit": "kWh"}
    whole_driver.ask("tariff", json.dumps(tariff))
    position, days = None, ["2026-01-01", "2026-02-01", "2026-03-01", "2026-04-01"]
    for first, last in zip(days, days[1:]):
        usage = {"meterbill": 1, "kind": "usage", "from": first, "to": last,
                 "inputs": [{"register": name, "total": decimal(data.draw, 0, 90, 3)} for name in REGISTERS]}
        priced = compare(whole_driver, tariff, usage, {"meterbill": 1, "kind": "facts", "facts": {"area": "1"}, "lists": {}}, position)
        if priced is None:
            return
        position = priced[1]
        assert position.get("credits") == [{"charge": "kept", "kept": position["credits"][0]["kept"]}]
        whole_driver.ask("carry")
