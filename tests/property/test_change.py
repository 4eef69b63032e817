# SPDX-License-Identifier: Apache-2.0
"""One bill over changes of the price against model_change.py: random versions of a random tariff, divided by days and by readings.

The laws that need no model: by readings the bill is those of its parts, one after the other; a change that changes nothing moves no cent; by days
every unit is in one part, and all parts but the last are rounded."""

import copy
import datetime
import json
from decimal import Decimal

import model
import model_change
from conftest import Refused
from hypothesis import assume, given
from hypothesis import strategies as some
from test_price import bills, compare, decimal, kept, said, shared, tariffs, used

ONE_DAY = datetime.timedelta(days=1)
HOWS = ["half_up", "half_even", "down", "up", "floor", "ceiling"]
NO_ROUNDING = {"line": "none", "charge": "none", "bill": "none"}


def times(rate, factor):
    """The same rates, so much dearer, with no more than 9 places."""
    if isinstance(rate, list):
        return [times(one, factor) for one in rate]
    if isinstance(rate, dict):
        return {name: times(one, factor) for name, one in rate.items()}
    return format((Decimal(rate) * Decimal(factor)).quantize(Decimal("0.000000001")), "f")


@some.composite
def changed(draw, tariff):
    """Another version: dearer or cheaper, sometimes with other bounds, other roundings, or a charge less."""
    other = copy.deepcopy(tariff)
    for charge in other["charges"]:
        if "rate" in charge:
            charge["rate"] = times(charge["rate"], draw(some.sampled_from(["0", "0.5", "1", "1.25", "3"])))
        tiers = charge.get("tiers", {})
        if draw(some.booleans()) and "bounds" in tiers:
            tiers["bounds"] = [str(int(bound) * 2) for bound in tiers["bounds"]]
    if draw(some.booleans()):
        other["rounding"] = dict(NO_ROUNDING, line={"step": "0.01", "how": draw(some.sampled_from(HOWS))})
    if draw(some.integers(0, 9)) == 0 and len(other["charges"]) > 1:
        other["charges"].pop()
    return other


@some.composite
def parts_of(draw, first, last):
    """Days inside the bill on which versions begin."""
    days = some.integers(1, (last - first).days - 1)
    return [first + number * ONE_DAY for number in sorted(draw(some.lists(days, min_size=1, max_size=3, unique=True)))]


@some.composite
def rules(draw):
    if draw(some.booleans()):
        return {"split": "readings"}
    step = {"step": draw(some.sampled_from(["1", "0.5", "0.001", "10"])), "how": draw(some.sampled_from(HOWS))}
    return {"split": "days", "round": draw(some.sampled_from(["none", step]))}


@some.composite
def cases(draw, rule=None, metered=("values", "total", "readings")):
    """(versions, usage, facts, rule): most of what is once for a bill is given a rule for parts of it."""
    tariff = draw(tariffs())
    form = draw(some.sampled_from(metered))
    usage, facts = draw(bills(metered=("total" if form == "readings" else form,)))
    first, last = (datetime.date.fromisoformat(usage[end]) for end in ("from", "to"))
    assume((last - first).days > 1)
    begins = draw(parts_of(first, last))
    if form == "readings":
        usage["inputs"] = [{"register": "import", "readings": draw(counts(first, last, begins))}]
    for charge in tariff["charges"]:
        tiers = charge.get("tiers", {})
        if tiers.get("over") == "bill" and draw(some.integers(0, 3)):
            tiers["scale"] = {"by": "days", "of": draw(some.sampled_from([30, "month"])), "round": {"step": "1", "how": "half_up"}}
        if "in_parts" in charge and draw(some.integers(0, 3)):
            del charge["in_parts"]
        if charge["id"] == "minimum" and draw(some.integers(0, 3)):
            charge["quantity"]["at_least"]["times"] = "days"
        if charge["id"] == "late" and draw(some.integers(0, 3)):
            del charge["quantity"]["days"]  # which days are before one, is for the whole bill
        if charge["id"] == "least" and draw(some.integers(0, 3)):
            charge.get("at_least", charge.get("at_most")).update(over="year", start="07-15")
        if charge["id"] == "basic" and charge["per"] == "bill" and draw(some.integers(0, 3)):
            charge["per"] = "day"
    versions = [tariff]
    for _ in begins:
        versions.append(draw(changed(versions[-1])))
    ends = ["2020-01-01", *(begin.isoformat() for begin in begins), None]
    for number, version in enumerate(versions):
        version["version"], version["valid"] = str(number + 1), {"from": ends[number], "to": draw(some.sampled_from([ends[number + 1], None]))}
    rule = rule or draw(rules())
    if form == "total" and rule["split"] == "readings" and draw(some.integers(0, 3)):
        rule = {"split": "days", "round": "none"}  # a total has no reading at the change
    return versions, usage, facts, rule


@some.composite
def counts(draw, first, last, begins):
    """Readings at the ends, at most of the changes, and on other days."""
    others = [first + number * ONE_DAY for number in draw(some.lists(some.integers(1, (last - first).days - 1), max_size=3))]
    days = sorted({first, last, *(begin for begin in begins if draw(some.integers(0, 4))), *others})
    count, rows = Decimal(draw(some.integers(0, 1000))), []
    for day in days:
        rows.append([day.isoformat(), format(count, "f")])
        count += Decimal(decimal(draw, 0, 300, draw(some.sampled_from([0, 2, 6]))))
    return rows


def load(driver, versions):
    driver.ask("tariff", json.dumps(versions[0]))
    for version in versions[1:]:
        driver.ask("later", json.dumps(version))


def by_library(driver, usage, facts, rule):
    words = (2, 0, 0)
    if rule["split"] == "days":
        rounded = rule["round"] if rule["round"] != "none" else {"step": "0.000001", "how": "half_even"}
        words = (1, int(Decimal(rounded["step"]).scaleb(6)), HOWS.index(rounded["how"]) + 1)
    bill, position = (json.loads(text) for text in driver.ask("change", json.dumps(usage), json.dumps(facts), 0, *words))
    assert Decimal(bill["total"]) == sum((Decimal(line["amount"]) for line in bill["lines"]), Decimal(0))
    assert Decimal(bill["total"]) == sum((Decimal(part["total"]) for part in bill["versions"]), Decimal(0))
    assert Decimal(bill["total"]) == sum((Decimal(charge["amount"]) for charge in bill["charges"]), Decimal(0)) + sum(
        (Decimal(line["amount"]) for line in bill["lines"] if "charge" not in line), Decimal(0))
    return bill, position


def with_versions(bill):
    """said() of each version's lines, version after version."""
    names = sorted({line["version"] for line in bill["lines"]}, key=int)
    return {name: said({"lines": [line for line in bill["lines"] if line["version"] == name]}) for name in names}


@shared
@given(case=cases())
def test_a_bill_over_changes(driver, case):
    versions, usage, facts, rule = case
    load(driver, versions)
    try:
        expected = model_change.price(versions, usage, facts, None, rule)
    except model.Refused as refusal:
        expected = refusal
    except NotImplementedError:
        assume(False)
    try:
        bill, after = by_library(driver, usage, facts, rule)
    except Refused as refusal:
        assert isinstance(expected, model.Refused), f"the library refuses: {refusal}"
        if refusal.status != expected.status:  # several reasons may hold
            assert refusal.status in model_change.reasons(versions, usage, facts, None, rule), f"the library refuses: {refusal}; the model: {expected}"
        return
    assert not isinstance(expected, model.Refused), f"the library takes what the model refuses: {expected}"
    assert [part["version"] for part in bill["versions"]] == [version["version"] for version in versions]
    assert with_versions(bill) == with_versions(expected["bill"])
    assert Decimal(bill["total"]) == Decimal(expected["bill"]["total"])
    assert used(after) == used(expected["position"])
    assert kept(after) == kept(expected["position"])


@shared
@given(case=cases(rule={"split": "readings"}, metered=("values", "readings")))
def test_by_readings_it_is_the_bills_of_its_parts(driver, case):
    """Each part billed by itself, the position read from its document by the next version."""
    versions, usage, facts, rule = case
    load(driver, versions)
    try:
        whole, after = by_library(driver, usage, facts, rule)
    except Refused:
        return  # test_a_bill_over_changes sees to it that refusals are right
    total, position = Decimal(0), None
    for version, part in zip(versions, whole["versions"], strict=True):
        driver.ask("tariff", json.dumps(version))
        if position is not None:
            driver.ask("begin", json.dumps(position))
        bill, position = (json.loads(text) for text in driver.ask(
            "price", json.dumps(dict(usage, **{"from": part["from"], "to": part["to"]})), json.dumps(facts), 0))
        assert bill["total"] == part["total"]
        assert [dict(line, version=version["version"]) for line in bill["lines"]] == [line for line in whole["lines"] if line["version"] == version["version"]]
        total += Decimal(bill["total"])
    assert total == Decimal(whole["total"])
    assert position == after


@some.composite
def unchanged(draw):
    """(tariff, usage, facts, begins): rates and readings of few places, so that no line is rounded; nothing that looks at a whole bill."""
    tariff = draw(tariffs())
    tariff["rounding"], tariff["zone"] = NO_ROUNDING, "CST-8"
    energy = tariff["charges"][0]
    energy.pop("in_parts", None)
    tariff["charges"] = [energy, {"id": "daily", "quantity": {"product": ["area", "days"]}, "rate": "0.02"}]
    tiers = energy.get("tiers", {})
    assume(tiers.get("how") != "whole" and tiers.get("split") != "proportional")
    if tiers.get("over") == "bill":
        tiers["over"] = "month"
    if isinstance(energy["rate"], str) or not tiers:
        energy["rate"] = few(energy["rate"])
    else:
        energy["rate"] = [few(one) for one in energy["rate"]]
    first = draw(some.sampled_from([datetime.date(2026, 1, 1), datetime.date(2026, 3, 20), datetime.date(2025, 12, 15)]))
    last = first + draw(some.integers(2, 45)) * ONE_DAY
    values = draw(some.lists(some.integers(0, 3000), min_size=1, max_size=17))
    step = 3600 if "calendar" in tariff else draw(some.sampled_from([3600, 21600, 86400]))
    count = (last - first).days * 86400 // step
    usage = {"meterbill": 1, "kind": "usage", "from": first.isoformat(), "to": last.isoformat(), "inputs": [
        {"register": "import", "start": first.isoformat(), "step_s": step, "values": [format(Decimal(values[n % len(values)]).scaleb(-2), "f") for n in range(count)]}]}
    return tariff, usage, {"meterbill": 1, "kind": "facts", "facts": {"area": "12.5"}}, draw(parts_of(first, last))


def few(rate):
    """The rates to two places."""
    if isinstance(rate, dict):
        return {name: few(one) for name, one in rate.items()}
    return format(Decimal(rate).quantize(Decimal("0.01")), "f")


def sums_of(bill):
    """Quantity and amount by charge, period and tier."""
    sums = {}
    for line in bill["lines"]:
        key = tuple(line.get(name) for name in ("charge", "period", "tier"))
        quantity, amount = sums.get(key, (Decimal(0), Decimal(0)))
        sums[key] = quantity + Decimal(line["quantity"]), amount + Decimal(line["amount"])
    return {key: pair for key, pair in sums.items() if any(pair)}


@shared
@given(case=unchanged())
def test_a_change_that_changes_nothing(driver, case):
    """Versions of one and the same prices: wherever they begin, ladders over months and years are climbed as without them."""
    tariff, usage, facts, begins = case
    driver.ask("tariff", json.dumps(tariff))
    plain = compare(driver, tariff, usage, facts, None)
    assume(plain is not None)
    versions = [dict(tariff, version=str(number), valid={"from": begin, "to": None})
                for number, begin in enumerate(["2020-01-01", *(begin.isoformat() for begin in begins)])]
    load(driver, versions)
    bill, after = by_library(driver, usage, facts, {"split": "readings"})
    assert sums_of(bill) == sums_of(plain[0])
    assert bill["total"] == plain[0]["total"]
    assert used(after) == used(plain[1])


@shared
@given(case=cases(metered=("total", "readings")), round=some.sampled_from(["none", {"step": "1", "how": "half_up"}, {"step": "0.5", "how": "down"}]))
def test_days_share_out_all_of_it(driver, case, round):
    """What the versions bill is what was used, and each part but the last is a whole number of steps, nearest to its share by days."""
    versions, usage, facts, _ = case
    for version in versions:
        version["charges"] = [{"id": "energy", "quantity": "energy", "rate": "1"}]
        version["rounding"] = NO_ROUNDING
        version.pop("calendar", None)
    load(driver, versions)
    entry = usage["inputs"][0]
    whole = Decimal(entry["total"]) if "total" in entry else Decimal(entry["readings"][-1][1]) - Decimal(entry["readings"][0][1])
    try:
        bill, _ = by_library(driver, usage, facts, {"split": "days", "round": round})
    except Refused as refusal:
        assert refusal.status == "MBILL_E_RANGE" and round != "none"  # the roundings took more than there is
        return
    step = Decimal("0.000001") if round == "none" else Decimal(round["step"])
    dealt = [Decimal(line["quantity"]) for line in bill["lines"]]
    assert sum(dealt) == whole == Decimal(bill["total"])
    days = [(datetime.date.fromisoformat(part["to"][:10]) - datetime.date.fromisoformat(part["from"][:10])).days for part in bill["versions"]]
    for quantity, number in list(zip(dealt, days))[:-1]:
        assert quantity % step == 0
        assert abs(quantity - whole * number / sum(days)) < step
    assert ("prorated" in bill["flags"]) == (whole != 0)
