# SPDX-License-Identifier: Apache-2.0
"""Reference pricer: what examples/guide/tariff.md says, in exact fractions, slowly, with no code of the library.

Changes when the guide's meaning does. price() takes the documents as parsed JSON and gives {"bill": ..., "position": ...} or raises
Refused. Quantities are whole micro-units, money is a Fraction of the currency until a rounding rule or the printed line makes it a
multiple of a step. It judges only what pricing must refuse and the choices a tariff has to spell out; a loader refuses far more.
"""
from fractions import Fraction
import copy
import datetime
import itertools
import operator

from model_check import check, conditions_of
from model_clock import Calendar, Sets, Zone, add_months, span_end, span_start
from model_factors import Factors
from model_inputs import Derived, is_metered, joined, kind_of, terms_of
from model_ladder import Ladder, n_tiers
from model_rate import cell, cells, has_own_base, is_by_period, seasons_of
from model_numbers import MICRO, Line, Refused, by_rule, micro, round_to, rule_of, share_out, show
from model_ratchet import billed_peak, compared
from model_series import check_given, is_series
from model_table import is_lookup, numbered, value_of
import model_series

WORDS = ("one", "days", "months")
COMPARE = {"is": operator.eq, "above": operator.gt, "at_least": operator.ge, "below": operator.lt, "up_to": operator.le}


def is_word(value):
    """A fact that begins with a letter is a word, all else a decimal."""
    return isinstance(value, str) and (value[:1].isalpha() or value[:1] > "\x7f")


# Of the units of energy; a calorie is that of the International Table.
JOULES = {prefix + unit: Fraction(size) * 10**power for unit, size in (("J", "1"), ("Wh", "3600"), ("cal", "4.1868")) for prefix, power in (("", 0), ("k", 3), ("M", 6), ("G", 9), ("T", 12))}


class Pricing:
    """One call: the tariff, the bill's span and everything that is known about it."""

    def __init__(self, tariff, usage, facts, position):
        self.tariff = tariff
        self.zone = Zone(tariff["zone"])
        self.begin, self.end = self.zone.instant(usage["from"]), self.zone.instant(usage["to"])
        self.close = self.zone.instant(usage.get("span_to", usage["to"]))
        self.first, self.last = self.zone.day(self.begin), self.zone.day(self.close)
        ends = tariff["valid"]["to"]
        if self.begin < self.zone.instant(tariff["valid"]["from"]) or ends is not None and self.close > self.zone.instant(ends):
            raise Refused("E_UNCOVERED", "", "the bill leaves the time for which the tariff is valid")
        self.usage = {entry["register"]: entry for entry in usage["inputs"]}
        self.factors = Factors(tariff, self.zone, self.begin, self.end, (facts or {}).get("factors", {}))
        self.facts, self.series = ((facts or {}).get(key, {}) for key in ("facts", "series"))
        check_given(tariff, self.zone, self.series)
        documents = tariff.get("calendars", {None: tariff["calendar"]} if "calendar" in tariff else {})
        self.calendars = {name: (Sets if "sets" in one else Calendar)(one, self.zone, (facts or {}).get("lists", {}))
                          for name, one in documents.items()}
        self.check_totals()
        self.line_rule = rule_of(tariff["rounding"]["line"])
        self.position = {}
        self.purchase = usage.get("purchase", False)
        self.before, self.charged = position, Fraction(0)
        if position is not None and "open" in position:
            span = position["open"]
            if (self.zone.instant(span["from"]), self.zone.instant(span["to"])) != (self.begin, self.close) or self.zone.instant(position["billed_to"]) > self.end:
                raise Refused("E_POSITION", "", "another billing span is open, or it is charged beyond the end of this part")
            self.charged = Fraction(span["charged"])
        elif position is not None:
            billed_to = self.begin if position["billed_to"] is None else self.zone.instant(position["billed_to"])
            if billed_to > self.begin or billed_to < self.begin and not self.purchase:
                raise Refused("E_POSITION", "", f'the position is billed to {position["billed_to"]}, the bill begins {usage["from"]}')
        self.position = {entry["charge"]: entry for entry in (position or {}).get("ladders", [])}
        self.limits = {entry["charge"]: entry for entry in (position or {}).get("limits", [])}
        self.credits = {entry["charge"]: entry["kept"] for entry in (position or {}).get("credits", [])}
        self.once = {entry["charge"]: entry["from"] for entry in (position or {}).get("once", [])}
        self.instants = (facts or {}).get("instants", {})
        self.peaks = {}
        for entry in (position or {}).get("peaks", []):
            self.peaks.setdefault(entry["charge"], {})[entry["from"]] = entry["peak"]
        self.peaks_before = copy.deepcopy(self.peaks)
        self.of_bill = None  # of one span of a bill: the whole bill's pricing
        self.derived = Derived(self)
        self.after = []
        self.values = {}
        self.kept = {}

    def is_part(self):
        return self.end < self.close

    def accrued(self, lines):
        """Lines of a fixed amount in a part of the billing span: due by the share of time that has passed."""
        for line in lines if self.is_part() else []:
            line.quantity = int(round_to(Fraction(line.quantity * (self.end - self.begin), self.close - self.begin), Fraction(1), "half_even"))
            line.price()
        return lines

    def calendar_of(self, charge):
        """The calendar that a charge names, or the only one."""
        only = list(self.calendars.values())[0] if len(self.calendars) == 1 else None
        return self.calendars[charge["calendar"]] if "calendar" in charge else only

    def check_totals(self):
        """A register's totals by the periods of one calendar and by those of another are the same quantity."""
        for register, entry in self.usage.items():
            sums = {sum(micro(entry["periods"][name]) for name in calendar.periods) for calendar in self.calendars.values()
                    if "periods" in entry and calendar.periods and set(calendar.periods) <= set(entry["periods"])}
            if len(sums) > 1:
                raise Refused("E_INVALID", "", f'the totals of "{register}" by the periods of two calendars differ')

    @property
    def calendar(self):
        """The only calendar, for what is of no charge."""
        return self.calendar_of({})

    # --- days, months and facts -------------------------------------------------------------------------------------------------

    def days(self):
        return (self.last - self.first).days

    def whole_and_part(self, months):
        """How many months (1) or years (12) the bill holds from its first day, and the days that remain after them."""
        count = 0
        while add_months(self.first, (count + 1) * months) <= self.last:
            count += 1
        return count, (self.last - add_months(self.first, count * months)).days

    def term(self, name, first=None, last=None):
        """A factor that is not metered, exact; days and months are those of the bill unless a ladder's span is given."""
        first, last = first or self.first, last or self.last
        if name == "one":
            return Fraction(1)
        if name == "days":
            return Fraction((last - first).days)
        if name == "months":
            count = 1
            while add_months(first, count) < last:
                count += 1
            if add_months(first, count) != last:
                raise Refused("E_BOUNDARY", "", "the span is not a number of whole months")
            return Fraction(count)
        if kind_of(self.tariff["inputs"][name]):
            return self.derived.ratio(name)
        value = self.fact(name)
        if is_word(value):
            raise Refused("E_TYPE", "", f'the fact "{name}" is a word')
        if micro(value) < 0 and self.tariff["inputs"][name].get("unit") in ("m2", "sqft"):
            raise Refused("E_RANGE", "", f'the fact "{name}" is {value}, an area below 0')
        return Fraction(micro(value), MICRO)

    def fact(self, name):
        fact = self.tariff["inputs"][name]["fact"]
        if fact not in self.facts:
            raise Refused("E_NOT_KNOWN", "", f'the fact "{fact}" is not given')
        return self.facts[fact]

    def word(self, name):
        value, words = self.fact(name), self.tariff["inputs"][name]["words"]
        if not is_word(value):
            raise Refused("E_TYPE", "", f'the fact "{name}" is a number; expected one of: {", ".join(words)}')
        if value not in words:
            raise Refused("E_INVALID", "", f'the fact "{name}" is "{value}"; expected one of: {", ".join(words)}')
        return value

    def part_days(self, part, whole, months):
        """How many days the month or year has of which a part is due."""
        if part is None:
            raise Refused("E_AMBIGUOUS", "", "the bill ends inside a month or year and the charge has no part")
        if isinstance(part["days_of"], int):
            return part["days_of"]
        return (add_months(self.first, (whole + 1) * months) - add_months(self.first, whole * months)).days

    # --- what was metered -------------------------------------------------------------------------------------------------------

    def pieces(self, spans, calendar):
        """[(from, to, span, period)] that an interval must not cross."""
        runs = calendar.runs(self.begin, self.end) if calendar else [(self.begin, self.end, 0)]
        return [(max(a, c), min(b, d), span, period) for span, (a, b) in enumerate(spans) for c, d, period in runs if max(a, c) < min(b, d)]

    def intervals(self, entry):
        """[(from, to, micro-units)] of a register's entry."""
        if "values" in entry:
            begin, step = self.zone.instant(entry["start"]), entry["step_s"]
            found = [(begin + step * index, begin + step * (index + 1), micro(value, entry.get("round")))
                     for index, value in enumerate(entry["values"])]
        else:
            found, multiplier = [], Fraction(entry.get("multiplier", "1"))
            for before, after in zip(entry["readings"], entry["readings"][1:]):
                low, high = Fraction(before[1]), Fraction(after[1])
                if after[2:] == ["rollover"]:
                    high += Fraction(entry["modulus"])
                if high < low and after[2:] != ["installed"]:
                    raise Refused("E_REGRESSED", "", f"the register falls from {before[1]} to {after[1]}")
                quantity = int((by_rule(high * multiplier, None) - by_rule(low * multiplier, None)) * MICRO)
                if after[2:] != ["installed"]:
                    found.append((self.zone.instant(before[0]), self.zone.instant(after[0]), quantity))
        if found[0][0] > self.begin or found[-1][1] < self.end:
            raise Refused("E_GAP", "", "the readings do not cover the bill")
        return [interval for interval in found if interval[1] > self.begin and interval[0] < self.end]

    def entry(self, name):
        """What usage says of a register."""
        register = self.tariff["inputs"][name]["register"]
        if register not in self.usage:
            raise Refused("E_NOT_KNOWN", "", f'the register "{register}" is not given')
        return self.usage[register]

    def form(self, name):
        """The usage entry of a register, or one that says the same of a sum; a sum per interval has neither total nor periods."""
        entry = self.tariff["inputs"][name]
        if "register" in entry:
            return self.entry(name)
        if entry["per"] == "bill":
            return {"total": show(Fraction(self.derived.total(name), MICRO))}
        if entry["per"] == "period":
            return {"periods": {period: show(Fraction(part, MICRO)) for period, part in zip(self.calendar.periods, self.derived.by_period(name))}}
        return {}

    def metered(self, name, spans, calendar):
        """[(span, period, micro-units)] of an input in the order of time; converted by factors they are exact fractions."""
        return [(span, period, part * factor) for span, period, part, (_, _, factor) in self.measured_by_factor(name, spans, calendar)]

    def measured_by_factor(self, name, spans, calendar):
        """[(span, period, micro-units as the register counts, (from, to, factor))]."""
        register, entry = self.tariff["inputs"][name], self.form(name)
        factors = self.factors.of(register["register"]) if "converted" in register else [(self.begin, self.end, 1)]
        if "total" in entry or "periods" in entry:
            if len(factors) > 1:
                raise Refused("E_NOT_KNOWN", "", "a total does not say how much of it each factor is of")
            return [(span, period, part, factors[0]) for span, period, part in self.totals(entry, spans, calendar)]
        pieces, found = [(max(start, begin), min(stop, end), span, period) for start, stop, span, period in self.pieces(spans, calendar)
                         for begin, end, _ in factors if max(start, begin) < min(stop, end)], []
        for begin, end, quantity in self.derived.intervals(name):
            while pieces[0][1] <= begin:
                pieces.pop(0)
            for start, stop, span, period in itertools.takewhile(lambda piece: piece[0] < end, pieces):
                if (max(begin, start), min(end, stop)) != (begin, end) and register.get("across_boundary") != "prorate":
                    raise Refused("E_BOUNDARY", "", "a reading crosses a period, a ladder's span or the edge of the bill")
                part = self.until(min(end, stop), begin, end, quantity) - self.until(max(begin, start), begin, end, quantity)
                found.append((span, period, part, next(factor for factor in factors if max(begin, start) < factor[1])))
        return found

    def conversions(self):
        """What the bill shows of the factors: a record for each register and stretch of one factor."""
        records = []
        for name, entry in self.tariff["inputs"].items():
            if "converted" not in entry or entry["register"] not in self.usage:
                continue
            found = self.measured_by_factor(name, [(self.begin, self.end)], None)
            for begin, end, factor in self.factors.of(entry["register"]):
                measured = sum(part for _, _, part, (start, _, _) in found if start == begin)
                records.append({"register": entry["register"], "from": self.time(begin), "to": self.time(end), "measured": show(Fraction(measured, MICRO)),
                                "quantity": show(round_to(Fraction(measured) * factor, Fraction(1), "half_even") / MICRO), "unit": entry["unit"]})
        return records

    @staticmethod
    def until(instant, begin, end, quantity):
        """What of an interval lies before an instant of it; parts are differences, so that any cuts add up to the interval."""
        if instant in (begin, end):
            return 0 if instant == begin else quantity
        return int(round_to(Fraction(quantity * (instant - begin), end - begin), Fraction(1), "half_even"))

    def totals(self, entry, spans, calendar):
        """A total, or totals by period, of the whole bill: it knows no time inside it."""
        if len(spans) > 1:
            raise Refused("E_NOT_KNOWN", "", "a total does not say how much of it falls into each span of the ladder")
        if "total" in entry:
            if calendar:
                raise Refused("E_NOT_KNOWN", "", "one total does not say how much of it falls into each period")
            return [(0, 0, micro(entry["total"]))]
        given = [one for one in self.calendars.values() if set(one.periods) & set(entry["periods"])]
        whole = [one for one in given if set(one.periods) <= set(entry["periods"])]
        names = (calendar or (whole or given)[0]).periods
        for period in names:
            if period not in entry["periods"]:
                raise Refused("E_NOT_KNOWN", "", f'the totals by period have none for "{period}"')
        found = [(0, index, micro(entry["periods"][period])) for index, period in enumerate(names)]
        return found if calendar else [(0, 0, sum(quantity for _, _, quantity in found))]

    # --- charges ----------------------------------------------------------------------------------------------------------------

    def quantity_of(self, charge):
        """(register input or None, what else it is multiplied by, rounding of the product) of a charge's quantity."""
        quantity = charge["quantity"]
        if isinstance(quantity, str):
            quantity = {"product": [quantity]}
        names = quantity["product"] if "product" in quantity else [quantity["of"]]
        meters = [name for name in names if name not in WORDS and is_metered(self.tariff["inputs"][name])]
        factor = Fraction(quantity.get("factor", "1")) / self.parts_of(charge)
        if "in" in quantity:
            factor *= JOULES[self.tariff["inputs"][quantity["of"]]["unit"]] / JOULES[quantity["in"]]
        first, last = self.days_counted(quantity.get("days"))
        for name in names:
            if name not in meters:
                factor *= self.term(name, first, last)
        return (meters[0] if meters else None), factor, rule_of(quantity.get("round"))

    def days_counted(self, days):
        """(first day, day after the last) that a quantity counts: those on one side of the first day of that name in the bill."""
        if days is None:
            return self.first, self.last
        month, day = map(int, next(iter(days.values())).split("-"))
        cut = min(at for at in (datetime.date(self.first.year + year, month, day) for year in (0, 1)) if at >= self.first)
        cut = min(cut, self.last)
        return (self.first, cut) if "before" in days else (cut, self.last)

    def free_of(self, charge):
        """The part of the quantity that costs nothing, in units."""
        free = charge["quantity"].get("free") if isinstance(charge["quantity"], dict) else None
        return Fraction(0) if free is None else Fraction(free["quantity"]) * self.term(free.get("times", "one"))

    @staticmethod
    def scaled(quantity, factor, rule, free=Fraction(0)):
        units = Fraction(quantity, MICRO) * factor
        return int(by_rule(max(Fraction(0), units - free) if units > 0 else units, rule) * MICRO)

    def cells(self, charge, spans, calendar, in_time):
        """[(span, period, micro-units)] after the factor and the free part, in the order of time. The quantity of a span is rounded once:
        climbed in time as the differences of its running total, else shared over the periods by largest remainder."""
        name, factor, rule = self.quantity_of(charge)
        free = self.free_of(charge)
        found = self.metered(name, spans, calendar)
        register = self.tariff["inputs"][name]
        if factor == 1 and rule is None and free == 0 and "converted" not in register:
            return found
        cells = []
        for at in range(len(spans)):
            parts = [(period, part) for span, period, part in found if span == at]
            if in_time:
                running = [self.scaled(total, factor, rule, free) for total in itertools.accumulate(part for _, part in parts)]
                cells += [(at, period, after - before) for (period, _), before, after in zip(parts, [0] + running, running)]
                continue
            periods = sorted({period for period, _ in parts})
            sums = [sum(part for period, part in parts if period == one) for one in periods]
            weights = self.factors.weights(register["register"], sums) if "converted" in register else sums
            shares = share_out(self.scaled(sum(sums), factor, rule, free), weights)
            cells += [(at, period, part) for period, part in zip(periods, shares)]
        return cells

    def season_rate(self, charge, season=None):
        """The rate of one season: the one that is named, or that in which the whole bill lies."""
        rate = charge["rate"]
        return rate[season or self.season_of_bill(charge)] if self.has_seasons(charge) else rate

    def has_seasons(self, charge):
        return bool(self.seasons_of(charge))

    def seasons_of(self, charge):
        calendar = self.calendar_of(charge)
        document = getattr(calendar, "document", {})
        return seasons_of(charge["rate"], [season["name"] for season in document.get("seasons", [])], calendar.periods if calendar else [])

    def season_of_bill(self, charge):
        calendar = self.calendar_of(charge)
        seasons = {calendar.season(self.first + datetime.timedelta(day)) for day in range(max(1, (self.last - self.first).days))}
        if len(seasons) > 1:
            raise Refused("E_BOUNDARY", "", "the bill lies in two seasons")
        return seasons.pop()

    def season_spans(self, charge, spans):
        """[(place of the span, from, to, season)]: the spans, divided where a season ends when rates differ by season."""
        if not self.has_seasons(charge):
            return [(place, begin, end, None) for place, (begin, end) in enumerate(spans)]
        calendar, pieces = self.calendar_of(charge), []
        for place, (begin, end) in enumerate(spans):
            while begin < end:
                day = self.zone.day(begin)
                after = day + datetime.timedelta(1)
                while calendar.season(after) == calendar.season(day) and self.zone.day_start(after) < end:
                    after += datetime.timedelta(1)
                stop = min(end, self.zone.day_start(after))
                pieces.append((place, begin, stop, calendar.season(day)))
                begin = stop
        return pieces

    def rate(self, charge, tier, period, season=None):
        rate = charge["rate"]
        if isinstance(rate, dict) and "by_tier_of" in rate:
            return rate["values"][self.tier_after(rate["by_tier_of"])]
        rate = self.season_rate(charge, season)
        value = cell(rate, tier, self.calendar_of(charge).periods[period] if is_by_period(rate) else None)
        return self.look_up(value) if isinstance(value, dict) else value

    def look_up(self, rate):
        if "values" in rate:
            return Fraction(rate["values"][self.word(rate["by"])])
        return value_of(self.tariff["tables"][rate["table"]], Fraction(self.derived.total(rate["by"]), MICRO))

    def tier_after(self, name):
        """The tier, from 0, that the ladder of a charge anywhere in the list is in after this bill."""
        charge = next(other for other in self.tariff["charges"] if other["id"] == name)
        ladder = Ladder(self, charge)
        return ladder.tier_after(self.measured(charge, [(begin, end) for _, begin, end, _ in ladder.pieces])[0] if self.is_due(charge) else [])

    def number(self, number):
        """A decimal or {"product" or "of", "factor" or "times", "over"}, exact."""
        if not isinstance(number, dict):
            return Fraction(number)
        value = Fraction(number.get("times", number.get("factor", "1"))) / Fraction(number.get("over", "1"))
        for name in number["product"] if "product" in number else [number["of"]]:
            value *= self.term(name)
        return value

    def holds(self, condition):
        words = self.tariff["inputs"].get(condition.get("fact"), {}).get("words")
        if words:
            return self.word(condition["fact"]) in condition.get("is_one_of", [condition.get("is")])
        value = Fraction(self.derived.total(condition["total"]), MICRO) if "total" in condition else self.term(condition["fact"])
        return all(COMPARE[word](value, self.number(condition[word])) for word in COMPARE if word in condition)

    def is_due(self, charge):
        return all(self.holds(condition) for condition in conditions_of(charge))

    def plain_lines(self, charge, quantity):
        """A quantity without periods or tiers, times what the rate is per."""
        if "once_per" in charge:
            return [Line(quantity * self.once_count(charge), self.rate(charge, 0, 0), "plain", self.line_rule)]
        per = charge.get("per", "bill")
        if per in ("bill", "day"):
            return [Line(quantity * (self.days() if per == "day" else 1), self.rate(charge, 0, 0), "plain", self.line_rule)]
        months = 1 if per == "month" else 12
        whole, rest = self.whole_and_part(months)
        lines = [Line(quantity * whole, self.rate(charge, 0, 0), "plain", self.line_rule)] if whole or not rest else []
        if rest:
            divide_by = self.part_days(charge.get("part"), whole, months)
            lines.append(Line(quantity * rest, self.rate(charge, 0, 0), "plain", self.line_rule, divide_by=divide_by))
        return lines

    def once_count(self, charge):
        """How many spans of "once_per" the bill touches in which the charge was not due before; the last is kept."""
        begins, day = [], self.first
        while day == self.first or self.zone.day_start(day) < self.end:
            begins.append(span_start(day, charge["once_per"], charge.get("start", "01-01")).isoformat())
            day += datetime.timedelta(days=1)
        new = {begin for begin in begins if begin > self.once.get(charge["id"], "")}
        self.once.update({charge["id"]: max(new)} if new else {})
        return len(new)

    def measured(self, charge, spans):
        """(cells, by period or not) of a charge on a register."""
        name = self.quantity_of(charge)[0]
        tiers, rate, calendar = charge.get("tiers", {}), charge["rate"], self.calendar_of(charge)
        seasons = [rate[one] for one in self.seasons_of(charge)] or [rate]
        by_form = any(is_by_period(one) for one in seasons)
        entry = self.form(name)
        in_time = by_form and tiers.get("split") == "chronological"
        if in_time and ("total" in entry or "periods" in entry):
            raise Refused("E_NOT_KNOWN", "", "a total does not say in which order it climbs the ladder")
        # One total needs no split by period when every period has the same price.
        differs = by_form and any(len({self.same(one) for one in row}) > 1 for season in seasons
                                  for row in cells(season, n_tiers(tiers), calendar.periods))
        by_rate = differs if "total" in entry else by_form
        by_period = by_rate or tiers.get("across") == "each_period"
        found = self.cells(charge, spans, calendar if by_period else None, in_time)
        return self.raised(charge, found, len(spans)), by_period

    def raised(self, charge, found, n_spans):
        """Billed at least at the close of the span: of the whole bill, in one period."""
        least = charge["quantity"].get("at_least") if isinstance(charge["quantity"], dict) else None
        if least is None or self.is_part():
            return found
        if n_spans > 1:
            raise Refused("E_BOUNDARY", "", "the bill lies in two seasons, and a least quantity is of both")
        least = int(by_rule(Fraction(least["quantity"]) * self.term(least.get("times", "one")), None) * MICRO)
        return [(0, 0, max(least, sum(part for _, _, part in found)))]

    @staticmethod
    def same(rate):
        return str(rate) if isinstance(rate, dict) else Fraction(rate)

    def metered_lines(self, charge):
        """Lines of a charge on a register, by ladder span, season, period and tier."""
        ladder = Ladder(self, charge) if "tiers" in charge else None
        pieces = ladder.pieces if ladder else self.season_spans(charge, [(self.begin, self.end)])
        found, by_period = self.measured(charge, [(begin, end) for _, begin, end, _ in pieces])
        names = self.calendar_of(charge).periods if by_period else [None]
        if ladder:
            lines = self.ladder_lines(ladder, found, names)
        else:
            lines = [Line(sum(part for at, period, part in found if (at, period) == (place, index)), self.rate(charge, 0, index, season),
                          "period" if by_period else "plain", self.line_rule, names[index])
                     for place, (_, _, _, season) in enumerate(pieces) for index in range(len(names))]
        kept = [line for line in lines if line.quantity]
        own = has_own_base(self.season_rate(charge, pieces[-1][3]))
        first_tier = None if own else 0
        return kept or [Line(0, self.rate(charge, first_tier, 0, pieces[-1][3]), "plain", self.line_rule, tier=1 if ladder and not own else None)]

    def pooled_lines(self, charge, quantity):
        """A fact or money on a ladder, which is over the bill."""
        lines = self.ladder_lines(Ladder(self, charge), [(0, 0, quantity)], [None])
        own = has_own_base(self.season_rate(charge))
        nothing = Line(0, self.rate(charge, None if own else 0, 0), "plain", self.line_rule, tier=None if own else 1)
        return [line for line in lines if line.quantity] or [nothing]

    def peak_spans(self, over):
        """The pricing of each span of a peak as far as it lies in the bill."""
        begin, spans = self.begin, []
        while begin < self.end:
            part = copy.copy(self)
            part.of_bill = self
            part.begin, part.first = begin, self.zone.day(begin)
            if over != "bill":
                day = span_end(span_start(part.first, over, "01-01"), over)
                if self.zone.day_start(day) < self.end:
                    part.end, part.last = self.zone.day_start(day), day
            spans.append(part)
            begin = part.end
        return spans

    def power_cells(self, charge):
        """{(civil day, place on its grid): micro-units} of the intervals of the bill in the window."""
        quantity, calendar = charge["quantity"], self.calendar_of(charge)
        name, length = quantity["peak_of"], int(quantity["interval"].removesuffix("min")) * 60
        entry = self.form(name)
        if "total" in entry or "periods" in entry:
            raise Refused("E_NOT_KNOWN", "", "totals do not say when they were used")
        place = lambda instant: divmod(instant - self.zone.day_start(self.zone.day(instant)), length)
        if place(self.begin)[1] or place(self.end)[1]:
            raise Refused("E_BOUNDARY", "", "the bill's edge lies inside an interval")
        cells = {}
        # Apparent power is that of the energies of the interval, and not the sum of what finer readings come to.
        entry = self.tariff["inputs"][name]
        parts = [term for term, _, _ in terms_of(entry)] if kind_of(entry) == "apparent" else [name]
        for column, part in enumerate(parts):
            for begin, end, units in self.derived.intervals(part):
                index, into = place(begin)
                if begin < self.begin or end > self.end or into + end - begin > length:
                    raise Refused("E_BOUNDARY", "", "a reading does not lie inside one interval")
                cells.setdefault((self.zone.day(begin), index), [0] * len(parts))[column] += units
        self.derived.intervals(name)  # refused when the readings do not meet
        cells = {cell: joined(entry, sums) if len(parts) > 1 else sums[0] for cell, sums in cells.items()}
        cells = self.at_instants(cells, quantity.get("at"), length)
        window = quantity.get("window", [])
        window = [window] if isinstance(window, str) else window
        runs = calendar.runs(self.begin, self.end) if window else []
        for day, index in list(cells) if window else []:
            start = self.zone.day_start(day) + index * length
            until, period = next((stop, period) for first, stop, period in runs if first <= start < stop)
            if until < start + length:
                raise Refused("E_BOUNDARY", "", "a period ends inside an interval")
            if calendar.periods[period] not in window:
                del cells[day, index]
        return cells

    def at_instants(self, cells, name, length):
        """The cells in which an instant of the list lies; all without a list."""
        if name is None:
            return cells
        if name not in self.instants:
            raise Refused("E_NOT_KNOWN", "", f'the list of instants "{name}" is not given')
        days = [(self.zone.day(instant), instant) for instant in (int(datetime.datetime.fromisoformat(text).timestamp()) for text in self.instants[name])]
        named = {(day, (instant - self.zone.day_start(day)) // length) for day, instant in days}
        return {cell: units for cell, units in cells.items() if cell in named}

    def peaks_of(self, charge):
        """[(pricing of a span, micro-units billed)]: one peak for each span, the mean of the highest, in units by the hour."""
        quantity, found_peaks = charge["quantity"], []
        length, top = int(quantity["interval"].removesuffix("min")) * 60, quantity.get("top", 1)
        cells = self.power_cells(charge)
        for part in self.peak_spans(quantity["over"]):
            found = {cell: max(units, 0) for cell, units in cells.items() if part.begin <= self.zone.day_start(cell[0]) + cell[1] * length < part.end}
            if quantity.get("distinct") == "day":
                values = [max(units for cell, units in found.items() if cell[0] == day) for day in {cell[0] for cell in found}]
            else:
                values = list(found.values())
            highest = sorted(values)[-top:]
            if highest and len(highest) < top:
                raise Refused("E_NOT_KNOWN", "", f"{len(highest)} of {top} peaks are known")
            factor = Fraction(quantity.get("factor", "1")) * Fraction(3600, length * top)
            found_peaks.append((part, billed_peak(part, charge, self.scaled(sum(highest), factor, rule_of(quantity.get("round"))))))
        return found_peaks

    def peak_billed(self, charge, day):
        """What the peak of a charge is billed as in the span that holds a day, looked at aside: nothing of it is kept."""
        aside = copy.copy(self.of_bill or self)
        aside.peaks = copy.deepcopy(self.peaks_before)
        return next(value for part, value in reversed(aside.peaks_of(charge)) if part.first <= day)

    def peak_lines(self, charge):
        """The peaks, each on a ladder of its own."""
        lines = []
        for part, value in self.peaks_of(charge):
            if "tiers" in charge:
                lines += part.pooled_lines(charge | {"tiers": charge["tiers"] | {"over": "bill"}}, value)
            else:
                lines.append(Line(value, part.rate(charge, 0, 0), "plain", self.line_rule))
        return lines

    def ladder_lines(self, ladder, found, names):
        lines, after = ladder.lines(found, names)
        if after:
            self.after.append(after)
        return lines

    def bound_lines(self, charge):
        """The shortfall to a minimum or the excess over a maximum of earlier charges."""
        word = "at_least" if "at_least" in charge else "at_most"
        limit = charge[word]
        if "amount" in limit:
            amount = by_rule(Fraction(limit["amount"]), None)
        else:
            _, factor, rule = self.quantity_of(limit)
            quantity = compared(self, limit["quantity"], self.scaled(MICRO, factor, rule))
            amount = by_rule(Fraction(quantity, MICRO) * Fraction(limit["rate"]), None)
        reached, ends, begin = Fraction(sum(self.in_micro(name) for name in charge["of"]), MICRO), True, None
        if "over" in limit:
            begin = span_start(self.first, limit["over"], limit.get("start", "01-01"))
            end = span_end(begin, limit["over"])
            if self.last > end:
                raise Refused("E_BOUNDARY", "", "the bill ends after the span of the limit")
            ends, known = self.last == end, self.limits.get(charge["id"])
            reached += Fraction(known["charged"]) if known and known["from"] == begin.isoformat() else 0
        gap = amount - reached
        if "credit" in charge:
            return self.credit_of_money(charge, int(-gap * MICRO))
        gap = max(gap, Fraction(0)) if word == "at_least" else min(gap, Fraction(0))
        if word == "at_least" and (self.is_part() or not ends):
            gap = Fraction(0)  # waits for the close
        if begin:
            self.limits[charge["id"]] = {"charge": charge["id"], "from": begin.isoformat(), "charged": show(reached + gap)}
        return [Line(int(gap * MICRO), 1, word, self.line_rule)]

    def in_micro(self, name):
        """Micro-units of money: a charge, "charge#2" or "charge#3.." for the lines of tiers, "charge@peak" for those of a period."""
        if "#" in name:
            charge, _, tiers = name.partition("#")
            low = int(tiers.removesuffix(".."))
            lines = [line for line in self.kept[charge] if line.tier == low or tiers.endswith("..") and (line.tier or 0) > low]
        elif "@" in name:
            charge, _, period = name.partition("@")
            lines = [line for line in self.kept[charge] if line.period == period]
        else:
            return int(by_rule(self.values[name], None) * MICRO)
        return int(sum(line.shown for line in lines) * MICRO)

    def parts_of(self, charge):
        """In how many equal parts a charge is priced."""
        parts = charge.get("in_parts", 1)
        number = self.term(parts) if isinstance(parts, str) else Fraction(parts)
        if number.denominator != 1 or not 1 <= number <= 12:
            raise Refused("E_RANGE", "", f"{number} parts of a bill")
        return int(number)

    def money_lines(self, charge):
        quantity = charge["quantity"]
        money = sum(self.in_micro(name) for name in quantity["money"])
        money = self.scaled(money, Fraction(quantity.get("factor", "1")) / self.parts_of(charge), rule_of(quantity.get("round")))
        return self.pooled_lines(charge, money) if "tiers" in charge else [Line(money, self.rate(charge, 0, 0), "money", self.line_rule)]

    def lines_of(self, charge):
        if not self.is_due(charge):
            self.after += [entry for entry in self.position.values() if entry["charge"] == charge["id"]]
            return []
        if "at_least" in charge or "at_most" in charge:
            return self.bound_lines(charge)
        if is_series(charge["rate"]):
            return model_series.lines(self, charge)
        charge = {**charge, "rate": numbered(charge["rate"], self.look_up)}
        if isinstance(charge["quantity"], dict) and "money" in charge["quantity"]:
            return self.money_lines(charge)
        if isinstance(charge["quantity"], dict) and "peak_of" in charge["quantity"]:
            return self.peak_lines(charge)
        name, factor, rule = self.quantity_of(charge)
        if "credit" in charge:
            return self.credit_lines(charge, self.scaled(self.derived.total(name), factor, rule))
        if name is not None:
            return self.metered_lines(charge)
        quantity = compared(self, charge["quantity"], self.scaled(MICRO, factor, rule))
        lines = self.pooled_lines(charge, quantity) if "tiers" in charge else self.plain_lines(charge, quantity)
        return lines if "once_per" in charge else self.accrued(lines)

    def credit_lines(self, charge, quantity):
        """What is left of a quantity after what earlier bills kept; settled when the billing span ends at the date."""
        settles, before = self.settles(charge["credit"]), micro(self.credits.get(charge["id"], "0"))
        left = quantity - before
        lines = [Line(max(left, 0), charge["rate"], "plain", self.line_rule)]
        return lines + self.kept_lines(charge, before, max(-left, 0), 0, settles)

    def credit_of_money(self, charge, above):
        """Money above the minimum is paid from what was kept; money below it is filled up, and that is kept."""
        settles, before = self.settles(charge["credit"]), micro(self.credits.get(charge["id"], "0"))
        nothing = [Line(0, 1, "at_least", self.line_rule)]
        if self.is_part():
            return nothing
        return self.kept_lines(charge, before, max(before - above, 0), 1, settles) or nothing

    def settles(self, credit):
        month, day = (int(part) for part in credit["until"].split("-"))
        close = self.zone.day(self.close)
        for year in range(self.first.year, close.year + 1):
            if self.first < datetime.date(year, month, day) < close:
                raise Refused("E_BOUNDARY", "", f"the credit is settled on {year}-{month:02}-{day:02}, inside the bill")
        return (close.month, close.day) == (month, day) and not self.is_part()

    def kept_lines(self, charge, before, kept, rate, settles):
        """From what was kept before to what is kept after the bill, and its end."""
        lines = [Line(kept - before, rate, "credit", self.line_rule)] if kept != before else []
        if settles and kept:
            then = charge["credit"]["then"]
            lines.append(Line(-kept, 0 if then == "lost" else then["paid_at"], "settled", self.line_rule))
        self.credits[charge["id"]] = show(Fraction(0 if settles else kept, MICRO))
        return lines

    def bill(self):
        """Price every charge, round at the three levels and close what rounding opens."""
        charge_rule, bill_rule = (rule_of(self.tariff["rounding"][level]) for level in ("charge", "bill"))
        documents, shown = [], Fraction(0)

        def close(charge, difference):
            if difference:
                documents.append({"charge": charge, "amount": show(difference), "rule": "rounding"})

        for charge in self.tariff["charges"]:
            lines = self.lines_of(charge)
            self.values[charge["id"]], self.kept[charge["id"]] = Fraction(0), []
            for _ in range(self.parts_of(charge) if lines else 1):
                kept = [line for line in lines if line.quantity] or lines[:1]
                documents += [line.document(charge["id"]) for line in kept]
                self.kept[charge["id"]] += kept
                value, printed = (sum(amounts, Fraction(0)) for amounts in ([line.value for line in kept], [line.shown for line in kept]))
                rule = rule_of(charge.get("round")) or charge_rule
                if charge.get("round") == "none":
                    rule = None
                if rule is not None:
                    value = by_rule(value, rule)
                    close(charge["id"], value - printed)
                    printed = value
                self.values[charge["id"]] += value
                shown += printed
        total = by_rule(sum(self.values.values(), Fraction(0)), bill_rule)
        close(None, total - shown)
        self.to_date = total
        if self.charged:
            documents.append({"charge": None, "amount": show(-self.charged), "rule": "charged_before"})
        return {"lines": documents, "total": show(total - self.charged)}

    def position_after(self):
        billed_to = self.begin if self.purchase else self.end
        return {"meterbill": 1, "kind": "position", "tariff": self.tariff["id"], "version": self.tariff["version"],
                "billed_to": self.time(billed_to), **self.counted()}

    def time(self, instant):
        zone = datetime.timezone(datetime.timedelta(seconds=self.zone.offset(instant)))
        return datetime.datetime.fromtimestamp(instant, zone).isoformat()

    def counted(self):
        """What the position counts; a part of a billing span leaves it as it was at the span's start."""
        if self.is_part():
            kept = {key: self.before[key] for key in ("ladders", "once", "credits", "peaks", "limits") if key in (self.before or {})}
            span = {"from": self.time(self.begin), "to": self.time(self.close), "charged": show(self.to_date)}
            return {"ladders": [], **kept, "open": span}
        once = [{"charge": charge, "from": begin} for charge, begin in self.once.items()]
        credit = [{"charge": charge, "kept": kept} for charge, kept in self.credits.items()]
        peaks = [{"charge": charge, "from": begin, "peak": peak} for charge, months in self.peaks.items() for begin, peak in sorted(months.items())]
        return {"ladders": self.after, **({"peaks": peaks} if peaks else {}), **({"once": once} if once else {}), **({"credits": credit} if credit else {}),
                **({"limits": list(self.limits.values())} if self.limits else {})}


def price(tariff, usage, facts=None, position=None):
    """{"bill": {"lines", "total"}, "position"} of one bill; raises Refused."""
    check(tariff)
    pricing = Pricing(tariff, usage, facts, position)
    bill, records = pricing.bill(), pricing.conversions()
    return {"bill": {**bill, **({"converted": records} if records else {})}, "position": pricing.position_after()}
