# SPDX-License-Identifier: Apache-2.0
"""Bills against model.py over the less common shapes: one to four periods in any windows, ladders over days and quarters with a start,
bounds multiplied by days, months or a fact, moved, scaled, of facts and by season, widths, fees and packs of tiers, free parts, charges due only
if, rates by the tier of another charge, products, factors beside periods, years and their parts, caps, totals by period."""

import datetime
import json
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as some

from test_price import HOWS, compare, shared

NAMES = ["p1", "p2", "p3", "p4"]
WEEKDAYS = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"]


def decimal(draw, low, high, places):
    return format(Decimal(draw(some.integers(low * 10**places, high * 10**places))).scaleb(-places), "f")


def rule(draw, steps):
    return draw(some.one_of(some.just("none"), some.fixed_dictionaries({"step": some.sampled_from(steps), "how": some.sampled_from(HOWS)})))


@some.composite
def yearly(draw):
    """A day of every year; most lie where the bills of this file are."""
    near, weekday = some.sampled_from(["01-01", "01-15", "02-28", "03-22", "05-01", "10-03", "12-31"]), draw(some.sampled_from(WEEKDAYS))
    kind = draw(some.sampled_from(["date", "nth", "on_or_after", "on_or_before", "easter"]))
    if kind == "easter":
        rule = {kind: draw(some.integers(-80, 80))}
    elif kind == "nth":
        rule = {kind: draw(some.sampled_from([-5, -2, -1, 1, 3, 5])), "weekday": weekday, "month": draw(some.sampled_from([1, 2, 3, 4, 10, 12]))}
    else:
        rule = {kind: draw(some.sampled_from(["02-29"]) | near if kind == "date" else near)}
        if kind != "date":
            rule["weekday"] = weekday
    if kind != "easter" and draw(some.booleans()):
        rule["plus"] = draw(some.integers(-31, 31))
    if draw(some.booleans()):
        moves = some.dictionaries(some.sampled_from(WEEKDAYS), some.sampled_from([-6, -1, 1, 2, 6]), min_size=1)
        rule["observed"] = draw(some.sampled_from(["next_monday", "nearest_weekday", "sunday_to_monday"]) | moves)
        rule["itself"] = draw(some.booleans())
    return rule


def other_calendar(draw, tariff, names):
    """A second calendar, with or without a name of the first, for a charge of its own; or a second table for the first."""
    cut = draw(some.integers(1, 23))
    table = {"periods": [{"name": draw(some.sampled_from(["q1", names[0]])), "when": [{"at": [f"00:00-{cut:02}:00"]}]}, {"name": "q2", "otherwise": True}]}
    own = [period["name"] for period in table["periods"]]
    if draw(some.booleans()):
        tariff["calendars"] = {"first": tariff.pop("calendar"), "other": table}
        for charge in tariff["charges"]:
            rows = charge.get("rate") if isinstance(charge.get("rate"), list) else [charge.get("rate")]
            tiers = charge.get("tiers", {})
            if any(isinstance(row, dict) and not {"by_tier_of", "by"} & set(row) for row in rows) or tiers.get("across") == "each_period" or \
                    isinstance(tiers.get("bounds", tiers.get("widths")), dict):
                charge["calendar"] = "first"
        if not any("calendar" in charge for charge in tariff["charges"]):
            tariff["charges"].insert(0, {"id": "plain", "quantity": "energy", "calendar": "first", "rate": {name: decimal(draw, 0, 1, 2) for name in names}})
        tariff["charges"].insert(0, {"id": "second", "quantity": "energy", "calendar": "other", "rate": {name: decimal(draw, -1, 1, 3) for name in own}})
        return names
    if "seasons" in tariff["calendar"]:
        return names
    every = list(dict.fromkeys(names + own))
    first = dict(tariff["calendar"], until=draw(some.sampled_from(["2026-01-20T00:00", "2026-02-20T13:00", "2026-03-29T04:00", "2026-04-01"])))
    tariff["calendar"] = {"sets": [first, table]}
    for charge in tariff["charges"]:
        for row in charge["rate"] if isinstance(charge.get("rate"), list) else [charge.get("rate")]:
            if isinstance(row, dict) and not {"by_tier_of", "by"} & set(row):
                row.update({name: row.get(name, "0.5") for name in every})
    return every


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
        calendar["days"] = [{"name": "free", "dates": ["2026-01-01", "2026-02-10/2026-02-20"] + draw(some.lists(yearly(), max_size=3))},
                            {"name": "free", "weekdays": ["sun"]}, {"name": "plain", "otherwise": True}]
    if kind != "plain" and count > 1:
        word, name = ("season", "cold") if kind == "seasons" else ("day", "free")
        periods[0]["when"][0][word] = name
        periods[-1] = {"name": NAMES[count - 1], "otherwise": True}
    if draw(some.booleans()):
        calendar["clock"] = "standard"
    return calendar, NAMES[:count]


def rising(draw):
    return [str(bound) for bound in sorted(draw(some.lists(some.integers(1, 200), min_size=1, max_size=3, unique=True)))]


def ends(draw, tiers, seasons):
    """Where the tiers end, in "bounds" or "widths", and what multiplies, moves and scales that. Returns how many tiers there are."""
    kind = draw(some.sampled_from(["bounds", "bounds", "widths", "product"] + (["season"] if seasons else [])))
    numbers = rising(draw)
    if kind == "widths":
        tiers["widths"] = draw(some.permutations(numbers))
    elif kind == "product":
        of = draw(some.sampled_from([{"product": ["homes", "homes"]}, {"of": "homes"}]))
        tiers["bounds"] = [{**of, "factor": number, "over": draw(some.sampled_from(["1", "2", "2.5"]))} for number in numbers[:1]]
    elif kind == "season":
        tiers["bounds"] = {season: [str(int(number) + move) for number in numbers] for season, move in zip(seasons, (0, 30))}
    else:
        tiers["bounds"] = numbers
    if tiers["over"] != "day" and draw(some.booleans()):
        tiers["times"] = draw(some.sampled_from(["days", "homes"] + (["months"] if tiers["over"] != "bill" else [])))
    if kind != "widths" and draw(some.integers(0, 3)) == 0:
        tiers["add"] = {"for_each": "homes", "above": draw(some.sampled_from(["0", "1", "2.5"])), "to_bounds": decimal(draw, 0, 40, 1)}
    if tiers["over"] in ("quarter", "year") and (kind == "product" or tiers.get("times") == "homes" or "add" in tiers):
        tiers["when_bounds_move"] = "count_total"
    if draw(some.integers(0, 2)) == 0:
        tiers["scale"] = {"by": "days", "of": draw(some.sampled_from([30, 31, 365, "month", "previous_month"]))}
        if draw(some.booleans()):
            tiers["scale"]["only_outside"] = [20, draw(some.integers(20, 40))]
        if draw(some.booleans()):
            tiers["scale"]["round"] = {"step": draw(some.sampled_from(["1", "0.1", "10"])), "how": draw(some.sampled_from(HOWS))}
    return 2 if kind == "product" else len(numbers) + 1


def condition(draw):
    kind = draw(some.integers(0, 4))
    if kind == 0:
        words = draw(some.sampled_from([["A"], ["B", "A"], ["C"], ["B", "C"]]))
        return {"fact": "kind", "is": words[0]} if len(words) == 1 else {"fact": "kind", "is_one_of": words}
    if kind == 1:
        limit = {"factor": decimal(draw, 0, 5, 3), **draw(some.sampled_from([{"of": "area"}, {"product": ["homes", "area"]}, {"of": "homes", "over": "0.03"}]))}
        return {"total": "energy", draw(some.sampled_from(["above", "at_least", "below", "up_to"])): limit}
    if kind == 2:
        low = draw(some.integers(0, 200))
        return {"total": "energy", draw(some.sampled_from(["above", "at_least"])): str(low),
                draw(some.sampled_from(["below", "up_to"])): draw(some.sampled_from([str(low + 90), {"of": "homes", "factor": "150"}]))}
    if kind == 3:
        return {"fact": "homes", draw(some.sampled_from(["is", "above", "up_to"])): draw(some.sampled_from(["1", "2", "3"]))}
    return {"total": "energy", draw(some.sampled_from(["above", "at_least", "below", "up_to"])): str(draw(some.integers(0, 400)))}


def free(draw):
    part = {"quantity": decimal(draw, 0, 60, 6)}
    part["quantity"] = "0.5" if Decimal(part["quantity"]) == 0 else part["quantity"]
    return part | draw(some.sampled_from([{}, {"times": "homes"}, {"times": "days"}]))


@some.composite
def ladders(draw, names, seasons):
    tiers = {"over": draw(some.sampled_from(["bill", "day", "month", "quarter", "year"])), "how": "graduated"}
    if tiers["over"] in ("quarter", "year"):
        tiers["start"] = draw(some.sampled_from(["01-01", "02-15", "07-01"]))
    n_tiers = ends(draw, tiers, seasons)
    by_rate = False
    if names:
        tiers["across"] = draw(some.sampled_from(["periods", "each_period"]))
        by_rate = draw(some.booleans())
        if by_rate and tiers["across"] == "periods":
            tiers["split"] = draw(some.sampled_from(["chronological", "proportional"]))
    if draw(some.booleans()) and "split" not in tiers:
        tiers["how"], tiers["bound_belongs"] = "whole", draw(some.sampled_from(["below", "above"]))
    if tiers.get("across") != "each_period" and draw(some.booleans()):
        tiers["fee"] = {"values": [decimal(draw, -1, 9, 2) for _ in range(n_tiers)], "due": draw(some.sampled_from(["entered", "reached"]))}
    if tiers["over"] == "bill" and not names and draw(some.integers(0, 3)) > 0:
        tiers["pack"] = [decimal(draw, 1, 30, 3) for _ in range(n_tiers)]
    rates = [{name: decimal(draw, -1, 3, 3) for name in names} if by_rate else decimal(draw, 0, 3, 9) for _ in range(n_tiers)]
    quantity = {"of": "energy", "free": free(draw)} if tiers["over"] == "bill" and draw(some.booleans()) else "energy"
    return {"id": "ladder", "quantity": quantity, "tiers": tiers, "rate": rates}


def beside_ladder(draw, ladder):
    """Charges that look at the ladder: by the tier it is in, before or after it, and at the money of its tiers."""
    charges = [ladder]
    if ladder["tiers"].get("across") != "each_period":
        basic = {"id": "basic", "quantity": draw(some.sampled_from(["one", "days"])),
                 "rate": {"by_tier_of": "ladder", "values": [str(10**tier) for tier in range(len(ladder["rate"]))]}}
        charges.insert(draw(some.integers(0, 1)), basic)
    charges.append({"id": "upper", "quantity": {"money": ["ladder#2.."]}, "rate": "0.1"})
    return charges


@some.composite
def shaped(draw):
    """(tariff, names of its periods)"""
    calendar, names = draw(some.one_of(some.just((None, [])), calendars()))
    charges = []
    if draw(some.booleans()):
        charges += beside_ladder(draw, draw(ladders(names, [season["name"] for season in (calendar or {}).get("seasons", [])])))
    if names and draw(some.booleans()):
        charges.append({"id": "by_period", "quantity": {"of": "energy", "factor": decimal(draw, 0, 2, 4), "round": rule(draw, ["0.1", "1", "10"])},
                        "rate": {name: decimal(draw, 0, 1, 4) for name in names}})
        charges[-1]["quantity"] |= draw(some.sampled_from([{}, {"in": "GJ"}, {"in": "kcal"}]))
        if charges[-1]["quantity"]["round"] == "none":
            del charges[-1]["quantity"]["round"]
        if draw(some.booleans()):
            charges[-1]["quantity"]["free"] = free(draw)
        if draw(some.booleans()):
            charges[-1]["in_parts"] = draw(some.sampled_from(["homes", "months", "area", 2]))
    charges.append({"id": "product", "quantity": {"product": draw(some.permutations(["area", "homes", "days"]))}, "rate": decimal(draw, 0, 1, 4)})
    charges.append({"id": "fee", "quantity": "area", "rate": decimal(draw, -2, 2, 2), "per": draw(some.sampled_from(["month", "year"]))})
    words = [charges[-1]["per"]] + ([30] if charges[-1]["per"] == "month" else [360, 365, 366])
    charges[-1]["part"] = {"days_of": draw(some.sampled_from(words))}
    if draw(some.booleans()):
        charges[-1]["round"] = rule(draw, ["0.01", "1"])
    charges.append({"id": "by_word", "quantity": draw(some.sampled_from(["area", "one", {"money": [charges[0]["id"]]}])),
                    "rate": {"by": "kind", "values": {word: decimal(draw, -1, 2, 3) for word in draw(some.permutations(["A", "B", "C"]))}}})
    followed = any(isinstance(charge.get("rate"), dict) and "by_tier_of" in charge["rate"] for charge in charges)
    for charge in charges:
        if draw(some.integers(0, 3)) == 0 and not (followed and charge["id"] == "ladder"):
            charge["only_if"] = [condition(draw), condition(draw)] if draw(some.booleans()) else condition(draw)
    ids = [charge["id"] for charge in charges]
    charges.append({"id": "most", "at_most": {"quantity": "area", "rate": decimal(draw, 0, 5, 9)}, "of": ids})
    charges.append({"id": "tax", "quantity": {"money": ids + ["most"]}, "rate": decimal(draw, 0, 1, 3)})
    tariff = {"meterbill": 1, "kind": "tariff", "id": "shaped", "version": "1", "currency": "EUR",
              "zone": draw(some.sampled_from(["UTC0", "CET-1CEST,M3.5.0,M10.5.0/3", "AEST-10AEDT,M10.1.0,M4.1.0/3"])),
              "valid": {"from": "2020-01-01", "to": "2030-01-01"},
              "inputs": {"energy": {"register": "import", "unit": "kWh"}, "area": {"fact": "area", "unit": "m2"}, "homes": {"fact": "homes", "unit": "home"},
                         "kind": {"fact": "kind", "words": ["A", "B", "C"]}},
              "rounding": {level: rule(draw, ["0.01", "0.1", "1"]) for level in ("line", "charge", "bill")}, "charges": charges}
    if draw(some.booleans()):
        tariff["inputs"]["energy"]["across_boundary"] = "prorate"
    if calendar:
        tariff["calendar"] = calendar
        if draw(some.integers(0, 2)) == 0:
            names = other_calendar(draw, tariff, names)
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
    facts = {"meterbill": 1, "kind": "facts", "facts": {"area": decimal(data.draw, 0, 200, 6), "homes": str(data.draw(some.integers(1, 3))), "kind": data.draw(some.sampled_from(["A", "B", "C", "A", "B", "C", "D", "7"]))}, "lists": {}}
    whole_driver.ask("tariff", json.dumps(tariff))
    first = data.draw(some.sampled_from([datetime.date(2026, 1, 1), datetime.date(2026, 2, 14), datetime.date(2026, 3, 20), datetime.date(2027, 9, 30)]))
    usage = data.draw(usages(names, first))
    priced = compare(whole_driver, tariff, usage, facts, None)
    if priced is None:
        return
    whole_driver.ask("carry")
    compare(whole_driver, tariff, data.draw(usages(names, datetime.date.fromisoformat(usage["to"]))), facts, priced[1])
