# SPDX-License-Identifier: Apache-2.0
"""Money to quantity for the reference model: the price of model.py, halved down to the step that the money still pays.

Changes when the guide's words about buying do. Nothing is known of the price but that it rises, which the caller sees to.
"""
from fractions import Fraction
import datetime

import model
from model_clock import Zone
from model_numbers import MICRO, Refused, micro, show


def purchase_price(tariff, at, quantity_micro, facts=None, position=None):
    """The bill and position of so many micro-units bought at an instant."""
    instant = datetime.datetime.fromtimestamp(Zone(tariff["zone"]).instant(at), datetime.timezone.utc)
    begin, end = instant.isoformat(), (instant + datetime.timedelta(seconds=1)).isoformat()
    register = next(entry["register"] for entry in tariff["inputs"].values() if "register" in entry)
    bought = {"register": register, "start": begin, "step_s": 1, "values": [show(Fraction(quantity_micro, MICRO))]}
    return model.price(tariff, {"from": begin, "to": end, "inputs": [bought], "purchase": True}, facts, position)


def steps_over_bounds(tariff, step, position):
    """(quantity, one step more) on both sides of every bound and condition of the tariff: where the price could fall."""
    places = set()
    for charge in tariff["charges"]:
        used = [micro(entry["used"]) for entry in (position or {}).get("ladders", []) if entry["charge"] == charge["id"] and isinstance(entry["used"], str)]
        for bound in charge.get("tiers", {}).get("bounds", []):
            places |= {micro(bound) - before for before in [0] + used}
        places |= {micro(condition[word]) for condition in model.conditions_of(charge) if "total" in condition for word in model.COMPARE if word in condition}
    return [(place // step * step + move, place // step * step + step + move) for place in sorted(places) if place > 0 for move in (-step, 0) if place // step * step + move >= 0]


def rounding_of(tariff, bill):
    """What rounding alone may take off a price: the steps of the bill, of its charges and of its lines together."""
    def step(rule):
        return Fraction(1, MICRO) if rule in (None, "none") else Fraction(rule["step"])
    levels = tariff["rounding"]
    charges = sum(step(charge.get("round", levels["charge"])) for charge in tariff["charges"])
    return step(levels["bill"]) + charges + len(bill["lines"]) * step(levels["line"])


def buy(tariff, at, money, facts=None, position=None):
    """{"quantity", "change", "bill", "position"}; raises Refused."""
    model.check(tariff)
    if "buy" not in tariff:
        raise Refused("E_NOT_FOUND", "", 'the tariff does not say how it is bought; expected "buy"')
    step, money = micro(tariff["buy"]["step"]), Fraction(money)

    def costs(quantity_micro):
        return Fraction(purchase_price(tariff, at, quantity_micro, facts, position)["bill"]["total"])

    if costs(0) > money:
        raise Refused("E_RANGE", "", "more is due without any quantity than is paid")
    for before, after in steps_over_bounds(tariff, step, position):
        if costs(before) - costs(after) > rounding_of(tariff, purchase_price(tariff, at, before, facts, position)["bill"]):
            raise Refused("E_AMBIGUOUS", "", f"the price falls between {before} and {after} micro-units, where money says one quantity no more")
    if costs(0) == costs(10**9 * MICRO // step * step):
        raise Refused("E_RANGE", "", "the price does not rise with the quantity")
    low, high = 0, 10**9 * MICRO // step
    if costs(high * step) <= money:
        raise Refused("E_RANGE", "", "the money buys more than 10^9 units")
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (middle, high) if costs(middle * step) <= money else (low, middle)
    if tariff["buy"]["how"] == "half_up" and costs(low * step) < money and costs(low * step + step // 2) <= money:
        low += 1
    answer = purchase_price(tariff, at, low * step, facts, position)
    change = money - Fraction(answer["bill"]["total"])
    return {"quantity": show(Fraction(low * step, MICRO)), "change": show(change), **answer}
