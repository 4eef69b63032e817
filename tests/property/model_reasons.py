# SPDX-License-Identifier: Apache-2.0
"""Every reason for which the reference model refuses a bill. A bill may have several, and which of them is said first is no rule of the guide.

Changes when the steps of a charge do that can refuse.
"""
from model import Pricing, check
from model_ladder import Ladder
from model_numbers import Refused
from model_series import Prices, is_series


def climb_of(pricing, charge):
    """A ladder climbs interval by interval, so that a negative one is found before the place where a later one crosses something."""
    name = pricing.quantity_of(charge)[0]
    if name is not None and min(quantity for _, _, quantity in pricing.derived.intervals(name)) < 0:
        raise Refused("E_RANGE", "", "a ladder cannot count a negative quantity")


def reasons(tariff, usage, facts, position):
    """The statuses of all of them; empty when the bill is priced."""
    found = set()

    def attempt(call):
        try:
            return call()
        except Refused as refusal:
            found.add(refusal.status)
            return None

    attempt(lambda: check(tariff))
    pricing = None if found else attempt(lambda: Pricing(tariff, usage, facts, position))
    if pricing is None:
        return found
    charges = {charge["id"]: charge for charge in tariff["charges"]}
    for charge in tariff["charges"]:
        rate = charge.get("rate")
        followed = charges[rate["by_tier_of"]] if isinstance(rate, dict) and "by_tier_of" in rate else charge
        ladder = attempt(lambda one=followed: Ladder(pricing, one)) if "tiers" in followed else None
        for span in range(len(ladder.spans) if ladder else 0):
            attempt(lambda climbed=ladder, at=span: climbed.bounds(at))
        if is_series(rate):
            attempt(lambda one=charge: Prices(pricing, one).needed())
        if isinstance(charge.get("quantity"), dict) and "at" in charge["quantity"]:
            attempt(lambda one=charge: pricing.at_instants({}, one["quantity"]["at"], 1))
        for one in (charge, followed):
            attempt(lambda asked=one: pricing.is_due(asked))
        if ladder and (isinstance(followed["quantity"], str) or not {"money", "peak_of"} & set(followed["quantity"])):
            attempt(lambda one=followed, spans=ladder.spans: pricing.quantity_of(one)[0] and pricing.measured(one, spans))
            attempt(lambda one=followed: climb_of(pricing, one))
        lines = attempt(lambda one=charge: pricing.lines_of(one)) or []
        pricing.kept[charge["id"]], pricing.values[charge["id"]] = lines, sum(line.value for line in lines)
    return found
