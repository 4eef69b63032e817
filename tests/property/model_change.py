# SPDX-License-Identifier: Apache-2.0
"""One bill over several versions of a tariff, by the words of examples/guide/spans.md: part by part, each priced by model.py."""

import copy
import datetime
from fractions import Fraction

import model
import model_reasons
from model_clock import Zone
from model_numbers import Refused, round_to

ONE = Fraction(1, 10**6)


def day(text):
    return datetime.date.fromisoformat(text[:10])


def text_of(quantity):
    whole, rest = divmod(abs(quantity) * 10**6, 10**6)
    return f"{'-' if quantity < 0 else ''}{int(whole)}.{int(rest):06}"


def total_of(entry, zone, begin, end):
    """What was used in the bill; an interval over one of its ends is of no one bill."""
    if "total" in entry:
        return Fraction(entry["total"])
    if "readings" in entry:
        counts = [Fraction(reading[1]) for reading in entry["readings"]]
        return counts[-1] - counts[0]
    total = Fraction(0)
    for number, value in enumerate(entry["values"]):
        start = zone.instant(entry["start"]) + number * entry["step_s"]
        stop = start + entry["step_s"]
        if stop <= begin or start >= end:
            continue
        if start < begin or stop > end:
            raise Refused("E_BOUNDARY", "", "an interval reaches over an end of the bill")
        total += Fraction(value)
    return total


def dealt(whole, ends, rule):
    """What each part has of the whole: all but the last rounded, the last the rest."""
    days = [(end - begin).days for begin, end in ends]
    step, how = (ONE, "half_even") if rule == "none" else (Fraction(rule["step"]), rule["how"])
    parts = []
    for number in days[:-1]:
        parts.append(round_to(whole * number / sum(days), step, how))
    rest = whole - sum(parts)
    if rest * whole < 0:
        raise Refused("E_RANGE", "", "the rounded parts are more than the whole")
    return [*parts, rest]


FACT, RATIO, USE = range(3)


def use_of(version, name):
    """Whether a number is of the bill's use, and if so, whether it is the same of a part with its share of everything."""
    entry = version["inputs"][name.split("@")[0]]
    if "register" in entry or "fact" in entry:
        return USE if "register" in entry else FACT
    for kind in ("quotient", "power_factor"):
        if kind in entry:
            both = [use_of(version, term if isinstance(term, str) else term["of"]) for term in entry[kind]]
            return RATIO if both == [USE, USE] else max(both)
    terms = [entry["by"]] if "table" in entry else entry.get("plus", entry.get("minus", entry.get("apparent")))
    return max(use_of(version, term if isinstance(term, str) else term["of"]) for term in terms)


def lookups(rate):
    """The names by which a rate is looked up in tables, wherever in it they stand."""
    if isinstance(rate, list):
        return [name for one in rate for name in lookups(one)]
    if not isinstance(rate, dict):
        return []
    return [rate["by"]] if "table" in rate else [name for one in rate.values() for name in lookups(one)]


def of_use(version, charge, split):
    """What a charge knows of the use of the whole bill that is another of a part."""
    def other(name):
        kind = use_of(version, name)
        return kind == USE or (kind == RATIO and split == "readings")
    conditions = charge.get("only_if", [])
    for condition in conditions if isinstance(conditions, list) else [conditions]:
        if other(condition.get("total", condition.get("fact"))):
            raise Refused("E_AMBIGUOUS", "", f"charge {charge['id']} is due on the use of the bill")
    if any(other(name) for name in lookups(charge.get("rate"))):
        raise Refused("E_AMBIGUOUS", "", f"the rate of charge {charge['id']} is looked up by the use of the bill")
    quantity = charge.get("quantity")
    for name in names_in(quantity) if quantity else []:
        entry = version["inputs"].get(name, {})
        if entry.get("part", "all") != "all" and entry["per"] != "interval" and split == "readings":
            raise Refused("E_AMBIGUOUS", "", f"charge {charge['id']} is on a difference over the bill")
        if any(kind in entry for kind in ("quotient", "power_factor", "table")) and other(name):
            raise Refused("E_AMBIGUOUS", "", f"charge {charge['id']} is multiplied by what is of the use of the bill")


def names_in(quantity):
    if isinstance(quantity, str):
        return [quantity]
    return quantity.get("product", [quantity["of"]] if "of" in quantity else [])


def grows(quantity):
    return bool({"days", "months"} & set(names_in(quantity)))


def of_no_part(version, charge):
    """Whether a charge is once for a bill, so that it would be due in every part again; or its days are before a day of the whole bill."""
    if isinstance(charge.get("quantity"), dict) and "days" in charge["quantity"]:
        return True
    limit = charge.get("at_least", charge.get("at_most"))
    if limit is not None:
        nothing = Fraction(limit.get("amount", limit.get("rate", "1"))) == 0
        return not ("over" in limit or nothing or ("quantity" in limit and grows(limit["quantity"])))
    quantity = charge["quantity"]
    if isinstance(quantity, dict) and "money" in quantity:
        return False
    if isinstance(quantity, dict) and "peak_of" in quantity:
        return not grows(quantity)
    if any(name in version["inputs"] and is_metered(version, name) for name in names_in(quantity)):
        whole = [quantity[key] for key in ("free", "at_least") if key in quantity] if isinstance(quantity, dict) else []
        return any(part.get("times") not in ("days", "months") for part in whole)
    return not ("once_per" in charge or charge.get("per", "bill") != "bill" or grows(quantity))


def is_metered(version, name):
    entry = version["inputs"][name]
    return "register" in entry or "plus" in entry or "minus" in entry


def check(version, split):
    """An amount for the bill, or a ladder over it, has no rule for a part of it; nor has what its use decides."""
    for charge in version["charges"]:
        tiers = charge.get("tiers")
        if tiers and tiers.get("over") == "bill" and "scale" not in tiers and tiers.get("times") not in ("days", "months"):
            raise Refused("E_AMBIGUOUS", "", f"charge {charge['id']} has a ladder over the bill that is not scaled")
        if of_no_part(version, charge):
            raise Refused("E_AMBIGUOUS", "", f"charge {charge['id']} standing for the whole bill is an amount of no part")
        if "in_parts" in charge:
            raise Refused("E_AMBIGUOUS", "", f"charge {charge['id']} is priced in parts of the bill")
        of_use(version, charge, split)


def check_usage(usage, change):
    if change["split"] == "readings" and any("total" in entry for entry in usage["inputs"]):
        raise Refused("E_NOT_KNOWN", "", "a total has no reading at the change")


def parts_of(versions, usage, change):
    """What each version is priced with."""
    begins = [usage["from"], *(version["valid"]["from"] for version in versions[1:])]
    ends = [*begins[1:], usage["to"]]
    spans = [(day(begin), day(end)) for begin, end in zip(begins, ends)]
    parts = [dict(copy.deepcopy(usage), **{"from": begin, "to": end}) for begin, end in zip(begins, ends)]
    zone = Zone(versions[0]["zone"])
    for entry in usage["inputs"] if change["split"] == "days" else []:
        whole = total_of(entry, zone, zone.instant(usage["from"]), zone.instant(usage["to"]))
        for part, quantity in zip(parts, dealt(whole, spans, change["round"])):
            place = part["inputs"].index(entry)
            part["inputs"][place] = {"register": entry["register"], **({"period": entry["period"]} if "period" in entry else {}), "total": text_of(quantity)}
    return parts


def hand_on(position, version):
    """What was remembered needs a charge of the same id that remembers it too."""
    ids = {charge["id"] for charge in version["charges"]}
    for kind in ("ladders", "limits", "credits", "peaks"):
        if any(entry["charge"] not in ids for entry in position.get(kind, [])):
            raise Refused("E_POSITION", "", f"the version has no place for what is in {kind}")


def reasons(versions, usage, facts, position, change):
    """The statuses of every reason for which the bill is refused: several may hold, and which is said first is no rule of the guide."""
    found = set()

    def attempt(call, *arguments):
        try:
            return call(*arguments)
        except Refused as refusal:
            found.add(refusal.status)
            return None

    for version in versions:
        attempt(check, version, change["split"])
    attempt(check_usage, usage, change)
    parts = attempt(parts_of, versions, usage, change) or attempt(parts_of, versions, usage, dict(change, round="none")) or []
    for number, (version, part) in enumerate(zip(versions, parts)):
        if number and position is not None:
            attempt(hand_on, position, version)
        found |= model_reasons.reasons(version, part, facts, position)
        answer = attempt(model.price, version, part, facts, position)
        position = answer and answer["position"]
    return found


def price(versions, usage, facts, position, change):
    lines, total = [], Fraction(0)
    for version in versions:
        check(version, change["split"])
    check_usage(usage, change)
    for number, (version, part) in enumerate(zip(versions, parts_of(versions, usage, change))):
        if number:
            hand_on(position, version)
        answer = model.price(version, part, facts, position)
        lines += [dict(line, version=version["version"]) for line in answer["bill"]["lines"]]
        total += Fraction(answer["bill"]["total"])
        position = answer["position"]
    return {"bill": {"lines": lines, "total": text_of(total)}, "position": position}
