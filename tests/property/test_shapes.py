# SPDX-License-Identifier: Apache-2.0
"""Bills against model.py over the less common shapes: one to four periods in any windows, ladders over days and quarters with a start,
bounds multiplied by days, months or a fact, products, factors beside periods, years and their parts, caps, totals by period."""

import datetime
import json
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as some

from test_price import HOWS, compare, shared

NAMES = ["p1", "p2", "p3", "p4"]


def decimal(draw, low, high, places):
    return format(Decimal(draw(some.integers(low * 10**places, high * 10**places))).scaleb(-places), "f")


def rule(draw, steps):
    return draw(some.one_of(some.just("none"), some.fixed_dictionaries({"step": some.sampled_from(steps), "how": some.sampled_from(HOWS)})))


@some.composite
def calendars(draw):
    """(calendar, period names): cuts of the day dealt out to periods; with two seasons or two kinds of days, or neither."""
    count = draw(some.integers(1, 4))
    cuts = sorted(draw(some.lists(some.integers(1, 95), min_size=count - 1, max_size=count - 1, unique=True)))
    edges = [f"{cut * 15 // 60:02}:{cut * 15 % 60:02}" for cut in [0] + cuts] + ["24:00"]
    periods = [{"name": NAMES[at], "when": [{"at": [f"{edges[at]}-{edges[at + 1]}"]}]} for at in range(count)]
    calendar = {"periods": periods}
    kind = draw(some.sampled_from(["plain", "seasons", "days"]))
    if kind == "seasons":
        calendar["seasons"] = [{"name": "cold", "from": "11-10", "to": "03-15"}, {"name": "rest", "otherwise": True}]
    if kind == "days":
        calendar["days"] = [{"name": "free", "dates": ["2026-01-01", "2026-02-10/2026-02-20"]}, {"name": "free", "weekdays": ["sun"]},
                            {"name": "plain", "otherwise": True}]
    if kind != "plain" and count > 1:
        word, name = ("season", "cold") if kind == "seasons" else ("day", "free")
        periods[0]["when"][0][word] = name
        periods[-1] = {"name": NAMES[count - 1], "otherwise": True}
    if draw(some.booleans()):
        calendar["clock"] = "standard"
    return calendar, NAMES[:count]


@some.composite
def ladders(draw, names):
    tiers = {"over": draw(some.sampled_from(["bill", "day", "month", "quarter", "year"])), "how": "graduated",
             "bounds": [str(bound) for bound in sorted(draw(some.lists(some.integers(1, 200), min_size=1, max_size=3, unique=True)))]}
    if tiers["over"] in ("quarter", "year"):
        tiers["start"] = draw(some.sampled_from(["01-01", "02-15", "07-01"]))
    if tiers["over"] != "day" and draw(some.booleans()):
        tiers["times"] = draw(some.sampled_from(["days", "homes"] + (["months"] if tiers["over"] != "bill" else [])))
    by_rate = False
    if names:
        tiers["across"] = draw(some.sampled_from(["periods", "each_period"]))
        by_rate = draw(some.booleans())
        if by_rate and tiers["across"] == "periods":
            tiers["split"] = draw(some.sampled_from(["chronological", "proportional"]))
    if draw(some.booleans()) and "split" not in tiers:
        tiers["how"], tiers["bound_belongs"] = "whole", draw(some.sampled_from(["below", "above"]))
    rates = [{name: decimal(draw, -1, 3, 3) for name in names} if by_rate else decimal(draw, 0, 3, 9) for _ in range(len(tiers["bounds"]) + 1)]
    return {"id": "ladder", "quantity": "energy", "tiers": tiers, "rate": rates}


@some.composite
def shaped(draw):
    """(tariff, names of its periods)"""
    calendar, names = draw(some.one_of(some.just((None, [])), calendars()))
    charges = []
    if draw(some.booleans()):
        charges.append(draw(ladders(names)))
    if names and draw(some.booleans()):
        charges.append({"id": "by_period", "quantity": {"of": "energy", "factor": decimal(draw, 0, 2, 4), "round": rule(draw, ["0.1", "1", "10"])},
                        "rate": {name: decimal(draw, 0, 1, 4) for name in names}})
        if charges[-1]["quantity"]["round"] == "none":
            del charges[-1]["quantity"]["round"]
    charges.append({"id": "product", "quantity": {"product": draw(some.permutations(["area", "homes", "days"]))}, "rate": decimal(draw, 0, 1, 4)})
    charges.append({"id": "fee", "quantity": "area", "rate": decimal(draw, -2, 2, 2), "per": draw(some.sampled_from(["month", "year"]))})
    words = [charges[-1]["per"]] + ([30] if charges[-1]["per"] == "month" else [360, 365, 366])
    charges[-1]["part"] = {"days_of": draw(some.sampled_from(words))}
    if draw(some.booleans()):
        charges[-1]["round"] = rule(draw, ["0.01", "1"])
    ids = [charge["id"] for charge in charges]
    charges.append({"id": "most", "at_most": {"quantity": "area", "rate": decimal(draw, 0, 5, 9)}, "of": ids})
    charges.append({"id": "tax", "quantity": {"money": ids + ["most"]}, "rate": decimal(draw, 0, 1, 3)})
    tariff = {"meterbill": 1, "kind": "tariff", "id": "shaped", "version": "1", "currency": "EUR",
              "zone": draw(some.sampled_from(["UTC0", "CET-1CEST,M3.5.0,M10.5.0/3", "AEST-10AEDT,M10.1.0,M4.1.0/3"])),
              "valid": {"from": "2020-01-01", "to": "2030-01-01"},
              "inputs": {"energy": {"register": "import", "unit": "kWh"}, "area": {"fact": "area", "unit": "m2"}, "homes": {"fact": "homes", "unit": "home"}},
              "rounding": {level: rule(draw, ["0.01", "0.1", "1"]) for level in ("line", "charge", "bill")}, "charges": charges}
    if draw(some.booleans()):
        tariff["inputs"]["energy"]["across_boundary"] = "prorate"
    if calendar:
        tariff["calendar"] = calendar
    return tariff, names


@some.composite
def usages(draw, names, first):
    last = first + datetime.timedelta(days=draw(some.integers(1, 70)))
    entry = {"register": "import"}
    form = draw(some.sampled_from(["values", "periods"] if names else ["values", "total", "readings"]))
    if form == "total":
        entry["total"] = decimal(draw, 0, 500, 6)
    elif form == "periods":
        entry["periods"] = {name: decimal(draw, 0, 300, 6) for name in draw(some.permutations(names))}
    elif form == "readings":
        days = sorted({first, last} | {first + datetime.timedelta(days=day) for day in draw(some.lists(some.integers(1, 69), max_size=4))
                                       if first + datetime.timedelta(days=day) < last})
        counts = sorted(draw(some.lists(some.integers(0, 10**9), min_size=len(days), max_size=len(days))))
        entry["readings"] = [[day.isoformat(), format(Decimal(count).scaleb(-6), "f")] for day, count in zip(days, counts)]
        entry["multiplier"] = draw(some.sampled_from(["1", "0.333333", "12.5"]))
    else:
        step = draw(some.sampled_from([900, 10800, 86400]))
        values = draw(some.lists(some.integers(0, 20 * 10**6), min_size=1, max_size=9))
        count = ((last - first).days + 1) * 86400 // step
        entry |= {"start": first.isoformat(), "step_s": step, "values": [format(Decimal(values[at % len(values)]).scaleb(-6), "f") for at in range(count)]}
    return {"meterbill": 1, "kind": "usage", "from": first.isoformat(), "to": last.isoformat(), "inputs": [entry]}


@shared
@given(data=some.data())
def test_two_bills(whole_driver, data):
    tariff, names = data.draw(shaped())
    facts = {"meterbill": 1, "kind": "facts", "facts": {"area": decimal(data.draw, 0, 200, 6), "homes": str(data.draw(some.integers(1, 3)))}, "lists": {}}
    whole_driver.ask("tariff", json.dumps(tariff))
    first = data.draw(some.sampled_from([datetime.date(2026, 1, 1), datetime.date(2026, 2, 14), datetime.date(2026, 3, 20), datetime.date(2027, 9, 30)]))
    usage = data.draw(usages(names, first))
    priced = compare(whole_driver, tariff, usage, facts, None)
    if priced is None:
        return
    whole_driver.ask("carry")
    compare(whole_driver, tariff, data.draw(usages(names, datetime.date.fromisoformat(usage["to"]))), facts, priced[1])
