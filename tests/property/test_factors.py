# SPDX-License-Identifier: Apache-2.0
"""Registers that are converted by dated factors, against model_factors.py: random tariffs whose energy is, factors that change on random days, readings
that cross them, and spans that are cut anywhere. What the bill shows of the conversions is what was measured times what the document says."""

import copy
import datetime
import json
from decimal import Decimal
from fractions import Fraction

import model
from hypothesis import assume, given
from hypothesis import strategies as some
from model_clock import Zone
from model_factors import fraction
from test_price import bills, by_library, compare, decimal, shared, tariffs

UNITS = ["gas_m3", "Mcal", "GJ", "hot_water_m3", "allocator_unit", "MWh", "m3"]


@some.composite
def factors(draw, usage):
    """A factor at the span's beginning or before, and some that begin in it or after."""
    first, last = (datetime.date.fromisoformat(usage[key]) for key in ("from", "to"))
    total = "total" in usage["inputs"][0] and draw(some.integers(0, 4)) > 0
    days = sorted(draw(some.lists(some.integers(1, (last - first).days + 3), max_size=0 if total else 4, unique=True)))
    starts = [draw(some.sampled_from([None, first, first - datetime.timedelta(7)]))] + [first + datetime.timedelta(day) for day in days]
    if len(starts) > 1 and draw(some.integers(0, 15)) == 0:
        starts = starts[1:]
    return [{**({"from": start.isoformat()} if start else {}), **one_factor(draw)} for start in starts]


def one_factor(draw):
    unit = draw(some.sampled_from(UNITS))
    out = {"unit": unit, "to": "kWh"}
    if unit == "m3":
        return {**out, "factor": draw(some.one_of(some.integers(1, 10**11).map(lambda nano: format(Decimal(nano).scaleb(-9), "f")),
                                                  some.tuples(some.integers(1, 9999), some.integers(1, 99)).map(lambda pair: "/".join(map(str, pair))))),
                **draw(some.sampled_from([{}, {"origin": "the network's list"}]))}
    facts = {"gas_m3": {"gas_z": decimal(draw, 1, 2, 4), "gas_kwh_per_m3": decimal(draw, 8, 12, 3)},
             "hot_water_m3": {"hot_water_kwh_per_m3_k": decimal(draw, 1, 2, 3), "hot_temperature": "60", "cold_temperature": decimal(draw, 5, 15, 1)},
             "allocator_unit": {"allocator_kwh_per_unit": decimal(draw, 1, 3, 3), "allocator_kq": decimal(draw, 1, 2, 2)}}
    return {**out, **({"facts": facts[unit]} if unit in facts else {})}


def converted(tariff, across):
    tariff = copy.deepcopy(tariff)
    tariff["inputs"]["energy"]["converted"] = "by_factors"
    if not across:
        del tariff["inputs"]["energy"]["across_boundary"]
    if len(tariff["charges"]) > 1 and tariff["charges"][-1]["id"] != "least":
        tariff["charges"][-1]["only_if"] = {"total": "energy", "above": "500"}
    return tariff


def shown(bill, tariff, usage, facts):
    """Each record is measured x factor, by the factors of the document, and all of them cover the span."""
    zone, given_factors = Zone(tariff["zone"]), facts["factors"]["import"]
    records = bill["converted"]
    assert (records[0]["from"], records[-1]["to"]) == (bill["from"], bill["to"])
    assert all(one["to"] == two["from"] for one, two in zip(records, records[1:]))
    for record in records:
        holds = [entry for entry in given_factors if "from" not in entry or zone.day_start(datetime.date.fromisoformat(entry["from"])) <= zone.instant(record["from"])][-1]
        assert (record["measured_unit"], record["unit"]) == (holds["unit"], "kWh")
        assert Fraction(record["factor"]) == fraction(holds)
        exact = Fraction(record["measured"]) * fraction(holds)
        assert abs(Fraction(record["quantity"]) - exact) <= Fraction(1, 2 * 10**6)
    if "total" in usage["inputs"][0]:
        assert sum(Fraction(record["measured"]) for record in records) == Fraction(usage["inputs"][0]["total"])


@shared
@given(tariff=tariffs(), bill=bills(), across=some.booleans(), data=some.data())
def test_a_bill_of_converted_use(driver, tariff, bill, across, data):
    tariff, (usage, facts) = converted(tariff, across), bill
    facts = {**facts, "factors": {"import": data.draw(factors(usage))}}
    driver.ask("tariff", json.dumps(tariff))
    priced = compare(driver, tariff, usage, facts, None)
    if priced is not None:
        shown(priced[0], tariff, usage, facts)


@shared
@given(tariff=tariffs(), bill=bills(metered=("values",)), cuts=some.lists(some.integers(1, 10**6 - 1), min_size=1, max_size=4), data=some.data())
def test_parts_of_converted_use_come_to_the_whole(driver, tariff, bill, cuts, data):
    """Cut anywhere, to the second: the factors of a part are those that hold in it, and nothing is rounded for the cut."""
    tariff, (usage, facts) = converted(tariff, True), bill
    for charge in tariff["charges"]:
        charge.pop("only_if", None)
    facts = {**facts, "factors": {"import": data.draw(factors(usage))}}
    driver.ask("tariff", json.dumps(tariff))
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
    assert charged == Decimal(whole[0]["total"])


@shared
@given(tariff=tariffs(), bill=bills(metered=("values",)), data=some.data())
def test_a_factor_written_twice_changes_nothing(driver, tariff, bill, data):
    """The same factor, said again from a day on, is the same bill where no reading crosses the day."""
    tariff, (usage, facts) = converted(tariff, True), bill
    once = one_factor(data.draw)
    day = datetime.date.fromisoformat(usage["from"]) + datetime.timedelta(1)
    driver.ask("tariff", json.dumps(tariff))
    answers = []
    for entries in ([once], [once, {**once, "from": day.isoformat()}]):
        try:
            expected = model.price(tariff, usage, {**facts, "factors": {"import": entries}}, None)
        except model.Refused:
            assume(False)
        bill, after = by_library(driver, usage, {**facts, "factors": {"import": entries}})
        assert Decimal(bill["total"]) == Decimal(expected["bill"]["total"])
        answers.append((bill, after))
    periods = any("period" in line for line in answers[0][0]["lines"])
    assert periods or answers[0][1] == answers[1][1] and answers[0][0]["lines"] == answers[1][0]["lines"]
