# SPDX-License-Identifier: Apache-2.0
"""Laws of bills that need no model: what may be cut, reordered or written again without a change, and how the two kinds of ladder compare."""

import copy
import datetime
import json
from decimal import Decimal

from hypothesis import assume, given
from hypothesis import strategies as some

from conftest import Refused
from test_price import bills, by_library, shared, slow, tariffs, used


def priced(driver, usage, facts):
    """(bill, position), or None when it is refused."""
    try:
        return by_library(driver, usage, facts)
    except Refused:
        return None


def amounts(bill):
    return [(line.get("charge"), line.get("period"), line.get("tier"), line.get("quantity"), line["amount"]) for line in bill["lines"]]


@shared
@given(tariff=tariffs(), bill=bills(metered=("values",)), parts=some.sampled_from([2, 3, 4]))
def test_finer_intervals_of_the_same_use_change_nothing(driver, tariff, bill, parts):
    """Each interval cut into equal parts that add up to it. All is a multiple of 24 micro-units, so that a day divides by hours without a rest."""
    usage, facts = bill
    for entry in usage["inputs"]:
        entry["values"] = [format(Decimal(value) * 24, "f") for value in entry["values"]]
    finer = copy.deepcopy(usage)
    for entry in finer["inputs"]:
        entry["step_s"] //= parts
        entry["values"] = [format(Decimal(value) / 24 * (24 // parts), "f") for value in entry["values"] for _ in range(parts)]
    driver.ask("tariff", json.dumps(tariff))
    whole, cut = priced(driver, usage, facts), priced(driver, finer, facts)
    assert (whole is None) == (cut is None)
    if whole is not None:
        assert amounts(whole[0]) == amounts(cut[0]) and used(whole[1]) == used(cut[1])


@shared
@given(tariff=tariffs(), bill=bills(metered=("values",)), data=some.data())
def test_the_order_of_readings_of_a_day_changes_nothing(driver, tariff, bill, data):
    """Without periods and ladders of less than the bill, only the sum counts; chronological ladders do look at the order."""
    assume("calendar" not in tariff and tariff["charges"][0].get("tiers", {}).get("over", "bill") == "bill")
    usage, facts = bill
    entry = usage["inputs"][0]
    days = (datetime.date.fromisoformat(usage["to"]) - datetime.date.fromisoformat(usage["from"])).days
    inside = days * 86400 // entry["step_s"] - 86400 // entry["step_s"]
    assume(inside > 1)
    mixed = copy.deepcopy(usage)
    mixed["inputs"][0]["values"] = data.draw(some.permutations(entry["values"][:inside])) + entry["values"][inside:]
    driver.ask("tariff", json.dumps(tariff))
    one, other = priced(driver, usage, facts), priced(driver, mixed, facts)
    assert (one is None) == (other is None)
    if one is not None:
        assert amounts(one[0]) == amounts(other[0])


@slow
@given(tariff=tariffs(), bill=bills(metered=("total",)))
def test_whole_and_graduated_ladders_keep_their_order(driver, tariff, bill):
    """Where rates rise from tier to tier, all units at the tier that is reached cost no less than each unit at its own."""
    energy = tariff["charges"][0]
    assume("tiers" in energy and isinstance(energy["rate"][0], str) and tariff["rounding"] == {"line": "none", "charge": "none", "bill": "none"})
    tariff["charges"] = [energy | {"rate": sorted(energy["rate"], key=Decimal)}]
    totals = {}
    for how in ("graduated", "whole"):
        tiers = {key: value for key, value in energy["tiers"].items() if key != "bound_belongs"} | {"how": how}
        if how == "whole":
            tiers["bound_belongs"] = energy["tiers"].get("bound_belongs", "below")
        tariff["charges"][0] = tariff["charges"][0] | {"tiers": tiers}
        driver.ask("tariff", json.dumps(tariff))
        found = priced(driver, *bill)
        if found is None:
            return
        totals[how] = Decimal(found[0]["total"])
    assert totals["whole"] >= totals["graduated"] - Decimal("0.00001")  # lines are shown to 10^-6


@shared
@given(tariff=tariffs(), bill=bills())
def test_a_position_reads_back_as_it_was_written(driver, tariff, bill):
    driver.ask("tariff", json.dumps(tariff))
    found = priced(driver, *bill)
    assume(found is not None)
    driver.ask("document", "position", json.dumps(found[1]))
