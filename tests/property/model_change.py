# SPDX-License-Identifier: Apache-2.0
"""One bill over several versions of a tariff, by the words of examples/guide/spans.md: part by part, each priced by model.py."""

import copy
import datetime
from fractions import Fraction

import model
from model_numbers import Refused, round_to

ONE = Fraction(1, 10**6)


def day(text):
    return datetime.date.fromisoformat(text[:10])


def text_of(quantity):
    whole, rest = divmod(abs(quantity) * 10**6, 10**6)
    return f"{'-' if quantity < 0 else ''}{int(whole)}.{int(rest):06}"


def total_of(entry):
    if "total" in entry:
        return Fraction(entry["total"])
    if "readings" in entry:
        counts = [Fraction(reading[1]) for reading in entry["readings"]]
        return counts[-1] - counts[0]
    return sum((Fraction(value) for value in entry["values"]), Fraction(0))


def dealt(entry, ends, rule):
    """What each part has of the entry: all but the last rounded, the last the rest."""
    days = [(end - begin).days for begin, end in ends]
    step, how = (ONE, "half_even") if rule == "none" else (Fraction(rule["step"]), rule["how"])
    whole, parts = total_of(entry), []
    for number in days[:-1]:
        parts.append(round_to(whole * number / sum(days), step, how))
    return [*parts, whole - sum(parts)]


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
    names = [quantity] if isinstance(quantity, str) else quantity.get("product", [quantity.get("of")]) if quantity else []
    for name in names:
        entry = version["inputs"].get(name, {})
        if entry.get("part", "all") != "all" and entry["per"] != "interval" and split == "readings":
            raise Refused("E_AMBIGUOUS", "", f"charge {charge['id']} is on a difference over the bill")
        if any(kind in entry for kind in ("quotient", "power_factor", "table")) and other(name):
            raise Refused("E_AMBIGUOUS", "", f"charge {charge['id']} is multiplied by what is of the use of the bill")


def check(version, split):
    """An amount for the bill, or a ladder over it, has no rule for a part of it; nor has what its use decides."""
    for charge in version["charges"]:
        tiers = charge.get("tiers")
        if tiers and tiers.get("over") == "bill" and "scale" not in tiers and tiers.get("times") not in ("days", "months"):
            raise Refused("E_AMBIGUOUS", "", f"charge {charge['id']} has a ladder over the bill that is not scaled")
        if charge.get("quantity") == "one" and charge.get("per") == "bill":
            raise Refused("E_AMBIGUOUS", "", f"charge {charge['id']} standing for the whole bill is an amount of no part")
        if "in_parts" in charge:
            raise Refused("E_AMBIGUOUS", "", f"charge {charge['id']} is priced in parts of the bill")
        of_use(version, charge, split)


def price(versions, usage, facts, position, change):
    begins = [usage["from"], *(version["valid"]["from"] for version in versions[1:])]
    ends = [*begins[1:], usage["to"]]
    spans = [(day(begin), day(end)) for begin, end in zip(begins, ends)]
    lines, total = [], Fraction(0)
    for version in versions:
        check(version, change["split"])
    if change["split"] == "readings" and any("total" in entry for entry in usage["inputs"]):
        raise Refused("E_NOT_KNOWN", "", "a total has no reading at the change")
    for number, version in enumerate(versions):
        part = dict(copy.deepcopy(usage), **{"from": begins[number], "to": ends[number]})
        if change["split"] == "days":
            part["inputs"] = [{"register": entry["register"], **({"period": entry["period"]} if "period" in entry else {}),
                               "total": text_of(dealt(entry, spans, change["round"])[number])} for entry in usage["inputs"]]
        answer = model.price(version, part, facts, position)
        lines += [dict(line, version=version["version"]) for line in answer["bill"]["lines"]]
        total += Fraction(answer["bill"]["total"])
        position = answer["position"]
    return {"bill": {"lines": lines, "total": text_of(total)}, "position": position}
