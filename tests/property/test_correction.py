# SPDX-License-Identifier: Apache-2.0
"""Corrections: a span priced again with other readings gives difference lines that hold together and come to the difference."""

import copy
import json
from collections import defaultdict
from decimal import Decimal

from conftest import Refused
from hypothesis import assume, given
from hypothesis import strategies as some
from test_price import bills, shared, tariffs

KIND = ("rule", "charge", "period", "tier", "from", "to", "rate", "divide_by", "step")


def priced(driver, usage, facts):
    """The bill's document, byte by byte."""
    try:
        return driver.ask("price", json.dumps(usage), json.dumps(facts) if facts else "", 0)[0]
    except Refused:
        return None


def sums(*signed):
    """Quantity and amount by kind of line; what comes to nothing is left out."""
    total = defaultdict(lambda: [Decimal(0), Decimal(0)])
    for sign, bill in signed:
        for line in bill["lines"]:
            kind = tuple(line.get(key) for key in KIND)
            total[kind][0] += sign * Decimal(line["quantity"])
            total[kind][1] += sign * Decimal(line["amount"])
    return {kind: pair for kind, pair in total.items() if any(pair)}


@shared
@given(tariff=tariffs(), bill=bills(), factor=some.sampled_from(["0", "0.5", "0.999", "1", "1.001", "2", "7"]))
def test_a_correction(driver, tariff, bill, factor):
    """Other readings for the same span: the lines of the correction and those of the old bill are those of the new one, kind by kind."""
    driver.ask("tariff", json.dumps(tariff))
    usage, facts = bill
    other = copy.deepcopy(usage)
    for entry in other["inputs"]:
        if "total" in entry:
            entry["total"] = scaled(entry["total"], factor)
        if "values" in entry:
            entry["values"] = [scaled(value, factor) for value in entry["values"]]
        if "periods" in entry:
            entry["periods"] = {period: scaled(value, factor) for period, value in entry["periods"].items()}
    texts = priced(driver, usage, facts), priced(driver, other, facts)
    assume(None not in texts)
    correction = json.loads(driver.ask("correct", *texts)[0])
    old, new = map(json.loads, texts)
    assert Decimal(correction["total"]) == Decimal(new["total"]) - Decimal(old["total"])
    assert sums((1, correction)) == sums((1, new), (-1, old))
    assert all("correction" in line["flags"] for line in correction["lines"])
    assert all(Decimal(line["quantity"]) or Decimal(line["amount"]) for line in correction["lines"])
    assert len(correction["lines"]) <= len(old["lines"]) + len(new["lines"])
    if factor == "1":
        assert correction["lines"] == [] and correction["total"] == "0"


def scaled(value, factor):
    return format((Decimal(value) * Decimal(factor)).quantize(Decimal("0.000001")), "f")
