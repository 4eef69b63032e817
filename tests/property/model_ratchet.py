# SPDX-License-Identifier: Apache-2.0
"""Ratchets, contracts and floors for the reference model: what a peak, or a fact, is billed as.

Changes when the guide's words about them do."""
from fractions import Fraction
import datetime

from model_clock import add_months
from model_numbers import MICRO, Refused, by_rule, micro, rule_of, show


def percent_of(percents, month):
    """The percentage of a month of the year: one for all, or by "06" and "11..02"."""
    if not isinstance(percents, dict):
        return Fraction(percents)
    for key, percent in percents.items():
        if key != "otherwise":
            first, last = int(key[:2]), int(key[-2:])
            if first <= month <= last or (last < first and (month >= first or month <= last)):
                return Fraction(percent)
    return Fraction(percents["otherwise"])


def ratcheted(ratchet, rule, day, peak, peaks):
    """What a month's peak in micro-units is billed as. peaks is {first day of a month: decimal}; the month's own is put into it."""
    month = day.replace(day=1)
    if any(begin > month.isoformat() for begin in peaks):
        raise Refused("E_POSITION", "", "a later month's peak is known")
    share = lambda percent, units: int(by_rule(Fraction(units, MICRO) * percent / 100, rule) * MICRO)
    billed = share(percent_of(ratchet.get("own", "100"), month.month), peak)
    for back in range(1, ratchet["months"] + 1):
        before = add_months(month, -back)
        percent = percent_of(ratchet["percent"], before.month)
        if percent == 0:
            continue
        known = peaks.get(before.isoformat(), ratchet.get("if_unknown"))
        if known is None:
            raise Refused("E_NOT_KNOWN", "", f"the peak of {before:%Y-%m} is not known")
        billed = max(billed, share(percent, micro(known)))
    own = max(peak, micro(peaks.get(month.isoformat(), "0")))
    first = add_months(month, -ratchet["months"]).isoformat()
    for begin in [begin for begin in peaks if begin < first]:
        del peaks[begin]
    peaks[month.isoformat()] = show(Fraction(own, MICRO))
    return billed


def ratcheted_by_bills(ratchet, rule, pricing, peak, peaks):
    """What a bill's peak in micro-units is billed as. peaks is {first day of a bill: decimal}; its own is put into it."""
    own, one = pricing.first.isoformat(), datetime.timedelta(1)
    if any(begin > own for begin in peaks):
        raise Refused("E_POSITION", "", "a later bill's peak is known")
    before = sorted((begin for begin in peaks if begin < own), reverse=True)[:ratchet["bills"]]
    if len(before) < ratchet["bills"] and "if_unknown" not in ratchet:
        raise Refused("E_NOT_KNOWN", "", f"{len(before)} of {ratchet['bills']} bills are known")
    last = {begin: datetime.date.fromisoformat(after) - one for after, begin in zip([own, *before], before)}
    last[own] = pricing.zone.day(pricing.close - 1)

    def share(percents, begin, units):
        day = last[begin] if ratchet.get("month_of") == "last_day" else datetime.date.fromisoformat(begin)
        return int(by_rule(Fraction(units, MICRO) * percent_of(percents, day.month) / 100, rule) * MICRO)

    billed = [share(ratchet.get("own", "100"), own, peak), *(share(ratchet["percent"], begin, micro(peaks[begin])) for begin in before)]
    if len(before) < ratchet["bills"]:
        billed.append(share(ratchet["percent"], own, micro(ratchet["if_unknown"])))
    peaks[own] = show(Fraction(max(peak, micro(peaks.get(own, "0"))), MICRO))
    for begin in sorted(peaks)[:-ratchet["bills"] - 1]:
        del peaks[begin]
    return max(billed)


def compared(pricing, quantity, units):
    """Micro-units against what is contracted: the shares of the band that they lie in, added up."""
    rule = quantity.get("contracted") if isinstance(quantity, dict) else None
    if rule is None:
        return units
    contracted, actual = pricing.term(rule["of"]), Fraction(units, MICRO)
    if contracted < 0 or actual < 0:
        raise Refused("E_RANGE", "", "a contract is not below 0, and no more is what is compared with it")
    band = next(band for band in rule["bands"] if not {"up_to", "below"} & set(band) or
                ("up_to" in band and actual <= Fraction(band["up_to"]) * contracted) or
                ("below" in band and actual < Fraction(band["below"]) * contracted))
    billed = Fraction(band.get("contracted", "0")) * contracted + Fraction(band.get("actual", "0")) * actual
    return int(by_rule(billed, rule_of(quantity.get("round"))) * MICRO)


def billed_peak(pricing, charge, peak):
    """The peak of one span, in micro-units, after ratchet, contract and floor."""
    quantity = charge["quantity"]
    if "ratchet" in quantity:
        peaks = pricing.peaks.setdefault(charge["id"], {})
        ratchet, rule = quantity["ratchet"], rule_of(quantity.get("round"))
        if "bills" in ratchet:
            peak = ratcheted_by_bills(ratchet, rule, pricing, peak, peaks)
        else:
            peak = ratcheted(ratchet, rule, pricing.first, peak, peaks)
    peak = compared(pricing, quantity, peak)
    floor = quantity.get("floor")
    if floor is None:
        return peak
    least = Fraction(floor) if isinstance(floor, str) else Fraction(floor.get("factor", "1")) / Fraction(floor.get("over", "1"))
    for name in (floor.get("product") or [floor["of"]]) if isinstance(floor, dict) else []:
        least *= pricing.term(name)
    return max(peak, int(by_rule(least, None) * MICRO))
