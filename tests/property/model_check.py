# SPDX-License-Identifier: Apache-2.0
"""What the reference model refuses before it prices: a tariff that leaves a choice open, names what is not there, or cannot be climbed.

Changes when the guide's words about a tariff's form do. A loader refuses far more.
"""
from fractions import Fraction
import datetime

from model_clock import calendar_names, is_yearly
from model_inputs import check_inputs, is_metered, kind_of
from model_numbers import Refused
from model_rate import adds_once, one_season, rows_of
from model_series import check_series, is_series
from model_table import check_tables, is_lookup


def check(tariff):
    check_inputs(tariff["inputs"])
    check_tables(tariff.get("tables", {}))
    made = [name for name, entry in tariff["inputs"].items() if kind_of(entry)]
    if made and "buy" in tariff:
        raise Refused("E_INVALID", "/buy", f'"{made[0]}" is made of others, and money buys a register')
    calendars = tariff.get("calendars", {None: tariff["calendar"]} if "calendar" in tariff else {})
    periods = [name for calendar in calendars.values() for name in calendar_names(calendar)]
    for calendar in calendars.values():
        for table in calendar.get("sets", [calendar]):
            check_days(table.get("days", []))
    check_calendars(tariff, calendars)
    check_buy(tariff, periods)
    for index, charge in enumerate(tariff["charges"]):
        if charge.get("tiers", {}).get("over") == "purchases" and "buy" not in tariff:
            raise Refused("E_AMBIGUOUS", f"/charges/{index}/tiers/over", "the ladder counts purchases, but the tariff does not say how it is bought; expected buy")
        check_words(tariff["inputs"], charge.get("quantity"), f"/charges/{index}/quantity")
        check_conditions(tariff["inputs"], charge, f"/charges/{index}/only_if")
        calendar = calendars.get(charge.get("calendar"), list(calendars.values())[0] if calendars else {})
        seasons = [season["name"] for season in calendar.get("seasons", [])]
        rows = check_rate(tariff, charge, calendar_names(calendar), seasons, f"/charges/{index}/rate")
        check_peak(charge.get("quantity"), f"/charges/{index}/quantity")
        if isinstance(charge.get("quantity"), dict) and "in" in charge["quantity"] and "of" not in charge["quantity"]:
            raise Refused("E_INVALID", f"/charges/{index}/quantity/in", "\"in\" converts one input, beside \"of\"")
        check_sum(tariff["inputs"], charge, rows, f"/charges/{index}")
        if "tiers" in charge:
            metered = is_of_register(tariff["inputs"], charge["quantity"])
            check_ladder(charge["tiers"], periods if metered else [], f"/charges/{index}/tiers")
            check_hours(tariff, charge["tiers"], metered, f"/charges/{index}/tiers")
            check_bounds(charge["tiers"], [season["name"] for season in calendar.get("seasons", [])], f"/charges/{index}/tiers")
            check_extras(charge, f"/charges/{index}/tiers")
            check_adds(one_season(charge["rate"], seasons, periods), f"/charges/{index}/rate")
            by_period = any(isinstance(row, dict) and not is_lookup(row) for row in rows) and not adds_once(one_season(charge["rate"], seasons, periods))
            check_by_period(charge["tiers"], by_period, f"/charges/{index}/rate")


def is_of_register(inputs, quantity):
    """Whether a quantity is counted in time, so that periods divide it."""
    names = [quantity] if isinstance(quantity, str) else quantity.get("product", [quantity.get("of")])
    return any(name in inputs and is_metered(inputs[name]) for name in names)


def check_calendars(tariff, calendars):
    """With several calendars a charge that is split by time names its own, and each has such a charge."""
    used = set()
    for index, charge in enumerate(tariff["charges"]):
        rates = charge.get("rate")
        rows = [row for row in (rates if isinstance(rates, list) else [rates]) if isinstance(row, dict) and not {"by_tier_of", "series"} & set(row) and not is_lookup(row)]
        tiers = charge.get("tiers", {})
        timed = rows or tiers.get("across") == "each_period" or isinstance(tiers.get("bounds", tiers.get("widths")), dict)
        window = isinstance(charge.get("quantity"), dict) and "window" in charge["quantity"]
        if "calendar" in charge and charge["calendar"] not in calendars:
            raise Refused("E_NOT_FOUND", f"/charges/{index}/calendar", "no such calendar")
        if window and not timed and len(calendars) > 1 and "calendar" not in charge:
            raise Refused("E_AMBIGUOUS", f"/charges/{index}/quantity", "which of the calendars?")
        timed = timed or window
        if "calendar" in charge and not timed:
            raise Refused("E_INVALID", f"/charges/{index}/calendar", "the calendar says nothing")
        if timed and len(calendars) > 1 and "calendar" not in charge:
            raise Refused("E_AMBIGUOUS", f"/charges/{index}/rate", "which of the calendars?")
        if timed:
            used.add(charge.get("calendar", list(calendars)[0] if calendars else None))
    for name in tariff.get("calendars", {}):
        if name not in used:
            raise Refused("E_INVALID", f"/calendars/{name}", "no charge uses this calendar")


def check_days(rules):
    """Days that are observed on another day say whether they are two; written dates stand above the rules that would take them."""
    for index, rule in enumerate(rules):
        for place, dates in enumerate(rule.get("dates", [])):
            if isinstance(dates, dict) and "observed" in dates and "itself" not in dates:
                raise Refused("E_AMBIGUOUS", f"/calendar/days/{index}/dates/{place}", "a day observed on another one needs itself: true or false")
            if isinstance(dates, str):
                begin, _, end = dates.partition("/")
                day = datetime.date.fromisoformat(begin)
                last = datetime.date.fromisoformat(end) if end else day + datetime.timedelta(1)
                while day < last:
                    if any(is_yearly(other, day) for above in rules[:index] if above["name"] != rule["name"]
                           for other in above.get("dates", []) if isinstance(other, dict)):
                        raise Refused("E_AMBIGUOUS", f"/calendar/days/{index}", f"{day} is already taken by a day of every year above")
                    day += datetime.timedelta(1)


def check_buy(tariff, periods):
    if "buy" not in tariff:
        return
    registers = [entry for entry in tariff["inputs"].values() if "register" in entry]
    if len(registers) != 1:
        raise Refused("E_AMBIGUOUS" if registers else "E_INVALID", "/buy", "money could buy of " + " or ".join(entry["register"] for entry in registers))
    if "converted" in registers[0]:
        raise Refused("E_INVALID", "/buy", f'money buys what "{registers[0]["register"]}" counts, but it is converted')
    if periods and "period_at" not in tariff["buy"]:
        raise Refused("E_AMBIGUOUS", "/buy", "the tariff has periods, and what is bought may be used in any; expected period_at")


def conditions_of(charge):
    """[condition]: "only_if" is one of them or a list."""
    conditions = charge.get("only_if", [])
    return conditions if isinstance(conditions, list) else [conditions]


def check_conditions(inputs, charge, path):
    for place, condition in enumerate(conditions_of(charge)):
        where = f"{path}/{place}" if isinstance(charge["only_if"], list) else path
        word, other = ("total", "register") if "total" in condition else ("fact", "fact")
        entry = inputs.get(condition[word])
        if entry is None or is_metered(entry) != (word == "total"):
            raise Refused("E_NOT_FOUND", f"{where}/{word}", f'"{condition[word]}" is not a {other} among the inputs')
        check_comparison(entry, condition, where)


def check_comparison(entry, condition, where):
    """A word that the input has; a range with something in it."""
    asked = condition.get("is_one_of", [condition["is"]] if "is" in condition else [])
    for word in asked if "words" in entry else []:
        if word not in entry["words"]:
            place = f"is_one_of/{asked.index(word)}" if "is_one_of" in condition else "is"
            raise Refused("E_INVALID", f"{where}/{place}", f'"{word}" is not one of: {", ".join(entry["words"])}')
    low, high = (next((condition[word] for word in words if word in condition), None) for words in (("above", "at_least"), ("below", "up_to")))
    if low is None or high is None or isinstance(low, dict) or isinstance(high, dict):
        return
    if Fraction(low) > Fraction(high) or low == high and not {"at_least", "up_to"} <= set(condition):
        raise Refused("E_INVALID", where, "no number is between the two ends")


def check_words(inputs, quantity, path):
    """A word cannot be counted."""
    parts = quantity if isinstance(quantity, dict) else {}
    names = [(name, f"{path}/product/{place}") for place, name in enumerate(parts.get("product", []))]
    names += [(parts["of"], f"{path}/of")] if "of" in parts else [(quantity, path)] if isinstance(quantity, str) else []
    for name, where in names:
        if "words" in inputs.get(name, {}):
            raise Refused("E_INVALID", where, f'fact "{name}" is a word; expected what is a number')


def check_sum(inputs, charge, rows, path):
    """A sum per bill has no periods, and one per period no time inside it."""
    per = inputs.get(charge.get("quantity"), {}).get("per") if isinstance(charge.get("quantity"), str) else None
    tiers = charge.get("tiers", {})
    if per in ("period", "bill") and tiers.get("split") == "chronological":
        raise Refused("E_INVALID", path, "the sum knows no order of time")
    if per == "bill" and (tiers.get("across") == "each_period" or any(isinstance(row, dict) and not is_lookup(row) for row in rows)):
        raise Refused("E_INVALID", path, "the sum is one total for the bill")


def check_peak(quantity, path):
    """A peak says over which time power is averaged, for what span there is one, and whether several may be of one day."""
    if not isinstance(quantity, dict) or "peak_of" not in quantity:
        return
    for word in ("interval", "over") + (("distinct",) if "top" in quantity else ()):
        if word not in quantity:
            raise Refused("E_AMBIGUOUS", path, f'a peak needs "{word}"')
    ratchet = quantity.get("ratchet", {})
    if ratchet and quantity["over"] != {"months": "month", "bills": "bill"}[next(key for key in ("months", "bills") if key in ratchet)]:
        raise Refused("E_INVALID", path + "/ratchet", 'a ratchet looks at earlier months or bills')
    if "bills" in ratchet and any(isinstance(ratchet.get(key), dict) for key in ("percent", "own")) and "month_of" not in ratchet:
        raise Refused("E_AMBIGUOUS", path + "/ratchet", 'percentages of bills by month need month_of: "first_day" or "last_day"')


def check_adds(rate, path):
    """What tiers add to a base: folded into their rates or on lines of their own, which are two bills when lines are rounded."""
    if not isinstance(rate, dict) or not isinstance(rate.get("add"), list) or "adds" in rate:
        return
    raise Refused("E_AMBIGUOUS", path, 'adds by tier need adds: "folded" or "own_lines"')


def check_rate(tariff, charge, periods, seasons, path):
    """The rates of a charge, one a tier; their periods and the charge whose tier they follow must be there."""
    rate = charge.get("rate", "0")
    if isinstance(rate, dict) and "by_tier_of" in rate:
        named = [other for other in tariff["charges"] if other["id"] == rate["by_tier_of"]]
        if not named:
            raise Refused("E_NOT_FOUND", path + "/by_tier_of", f'"{rate["by_tier_of"]}" is not a charge of the tariff')
        if "tiers" not in named[0] or named[0]["tiers"].get("across") == "each_period":
            raise Refused("E_INVALID", path + "/by_tier_of", f'charge "{rate["by_tier_of"]}" has not one ladder')
        if "only_if" in named[0]:
            raise Refused("E_AMBIGUOUS", path + "/by_tier_of", f'charge "{rate["by_tier_of"]}" has "only_if"')
        if len(rate["values"]) != len(named[0]["rate"]):
            raise Refused("E_INVALID", path + "/values", f'{len(rate["values"])} values, but {len(named[0]["rate"])} tiers')
        return rate["values"]
    if is_series(rate):
        check_series(tariff, charge, path)
        return []
    rows = rows_of(rate, seasons, periods)
    for name in [name for row in rows if isinstance(row, dict) and not is_lookup(row) for name in row]:
        if name not in periods:
            raise Refused("E_NOT_FOUND", path, f'the calendar has no period "{name}"')
    return rows


def check_ladder(tiers, periods, path):
    if tiers["how"] == "whole" and "bound_belongs" not in tiers:
        raise Refused("E_AMBIGUOUS", path, 'whole tiers need bound_belongs: "below" or "above"')
    if periods and "across" not in tiers:
        raise Refused("E_AMBIGUOUS", path, 'tiers of a tariff with periods need across: "periods" or "each_period"')


def bounds_in(numbers):
    """All bounds that stand in a list, in lists of it and by season."""
    for one in numbers.values() if isinstance(numbers, dict) else numbers:
        if isinstance(one, list) or isinstance(one, dict) and not {"of", "product"} & set(one):
            yield from bounds_in(one)
        else:
            yield one


def check_hours(tariff, tiers, metered, path):
    """Bounds in hours of a peak, and tiers inside bands."""
    inside = tiers.get("inside", {})
    numbers = [*bounds_in(tiers.get("bounds", tiers.get("widths"))), *bounds_in(inside.get("bounds", []))]
    peaks = {charge["id"] for charge in tariff["charges"] if isinstance(charge.get("quantity"), dict) and "peak_of" in charge["quantity"]}
    if metered and any(isinstance(one, dict) and one.get("of") in peaks for one in numbers) and tiers["over"] != "bill" and "when_bounds_move" not in tiers:
        raise Refused("E_AMBIGUOUS", path, 'the peak may rise inside the span; expected when_bounds_move: "keep_paid" or "count_total"')
    lists = inside.get("bounds", [])
    later = [one for bands in (lists.values() if isinstance(lists, dict) else [lists]) for one in bands[1:]]
    if any(later) and "counted_from" not in inside:
        raise Refused("E_AMBIGUOUS", f"{path}/inside", 'expected counted_from: "ladder" or "band"')


def check_bounds(tiers, seasons, path):
    word = "bounds" if "bounds" in tiers else "widths"
    numbers, path = tiers[word], f"{path}/{word}"
    lists = [(numbers, path)] if isinstance(numbers, list) else [(some, f"{path}/{season}") for season, some in numbers.items()]
    if isinstance(numbers, dict):
        for season in numbers:
            if season not in seasons:
                raise Refused("E_UNKNOWN_KEY", f"{path}/{season}", f'the calendar has no season "{season}"')
    for some, place in lists:
        least = Fraction(0)
        for index, number in enumerate(some):
            if isinstance(number, dict):
                continue
            if Fraction(number) <= least:
                raise Refused("E_INVALID", f"{place}/{index}", f'tier limit "{number}" is not above the previous limit "{least}"')
            least = Fraction(number) if word == "bounds" else least


def check_extras(charge, path):
    tiers = charge["tiers"]
    numbers = tiers.get("bounds", tiers.get("widths"))
    n_tiers = len(numbers if isinstance(numbers, list) else list(numbers.values())[0]) + 1
    if "widths" in tiers and "add" in tiers:
        raise Refused("E_INVALID", path + "/add", "add moves bounds, not widths")
    if "fee" in tiers and len(tiers["fee"]["values"]) != n_tiers:
        raise Refused("E_INVALID", path + "/fee/values", f'{len(tiers["fee"]["values"])} fees for {n_tiers} tiers')
    if "fee" in tiers and tiers.get("across") == "each_period":
        raise Refused("E_INVALID", path + "/fee", "a fee is for one ladder, not for one in each period")
    if "pack" in tiers and (tiers["over"] != "bill" or "across" in tiers):
        raise Refused("E_INVALID", path + "/pack", "packs are counted over the bill and without periods")
    if tiers["over"] != "bill" and isinstance(charge["quantity"], dict) and "free" in charge["quantity"]:
        raise Refused("E_AMBIGUOUS", path + "/over", "the free part is for the bill, and the ladder may begin anew inside it")


def check_by_period(tiers, by_period, path):
    if tiers.get("across") != "periods" or not by_period:
        return
    if tiers["how"] == "whole" and tiers["over"] != "bill":
        raise Refused("E_AMBIGUOUS", path, "what earlier bills charged in each period is not kept in a position")
    if tiers["how"] == "graduated" and "split" not in tiers:
        raise Refused("E_AMBIGUOUS", path, 'one ladder with rates by period needs split: "chronological" or "proportional"')
