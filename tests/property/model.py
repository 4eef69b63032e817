# SPDX-License-Identifier: Apache-2.0
"""Reference pricer: what examples/guide/tariff.md says, in exact fractions, slowly, with no code of the library.

Changes when the guide's meaning does. price() takes the documents as parsed JSON and gives {"bill": ..., "position": ...} or raises
Refused. Quantities are whole micro-units, money is a Fraction of the currency until a rounding rule or the printed line makes it a
multiple of a step. It judges only what pricing must refuse and the choices a tariff has to spell out; a loader refuses far more.
"""
from fractions import Fraction
import datetime
import itertools

from model_clock import Calendar, Zone, add_months, span_end, span_start

MICRO = 1000000
WORDS = ("one", "days", "months")


class Refused(Exception):
    """The status, JSON pointer ("" when it is the call and not a document) and sentence of a refusal."""

    def __init__(self, status, path, message):
        super().__init__(f"{status} {path}: {message}")
        self.status, self.path, self.message = "MBILL_" + status, path, message


def round_to(value, step, how):
    """The multiple of step that a rule picks for a Fraction."""
    quotient = value / step
    low = quotient.numerator // quotient.denominator
    part = quotient - low
    if part == 0:
        return low * step
    toward_zero = low if quotient > 0 else low + 1
    away = low + 1 if quotient > 0 else low
    picked = {"down": toward_zero, "up": away, "floor": low, "ceiling": low + 1,
              "half_up": (away if abs(quotient - toward_zero) >= Fraction(1, 2) else toward_zero),
              "half_even": low + (part > Fraction(1, 2) or part == Fraction(1, 2) and low % 2)}[how]
    return picked * step


def by_rule(value, rule):
    """Rounded by {"step", "how"}; None means no rule, which shows half_even at 10^-6."""
    if rule is None:
        return round_to(value, Fraction(1, MICRO), "half_even")
    return round_to(value, Fraction(rule["step"]), rule["how"])


def rule_of(rule):
    return None if rule in (None, "none") else rule


def micro(text, how=None):
    """Micro-units of a decimal text; more than six decimals need a rule."""
    value = Fraction(text) * MICRO
    if value.denominator != 1 and how is None:
        raise Refused("E_DIGITS", "", f"{text} has more than six decimals")
    return int(round_to(value, Fraction(1), how or "half_even"))


def show(value):
    """Decimal text of micro-units or a Fraction whose digits end."""
    value = Fraction(value)
    digits = 0
    while (value * 10 ** digits).denominator != 1:
        digits += 1
    whole = str(abs(int(value * 10 ** digits))).rjust(digits + 1, "0")
    text = whole if digits == 0 else f"{whole[:-digits]}.{whole[-digits:]}"
    return "-" + text if value < 0 else text


def share_out(total, weights):
    """A whole number divided in proportion to whole weights by largest remainder; ties go to the lowest index."""
    whole = sum(weights)
    if total < 0:
        return [-part for part in share_out(-total, weights)]
    if whole == 0:
        return [total] + [0] * (len(weights) - 1)
    parts = [total * weight // whole for weight in weights]
    order = sorted(range(len(weights)), key=lambda index: (-(total * weights[index] % whole), index))
    for index in order[:total - sum(parts)]:
        parts[index] += 1
    return parts


class Line:
    """quantity x rate / divide_by = exact; value is what a charge adds up, shown is what is printed."""

    def __init__(self, quantity, rate, rule, line_rule, period=None, tier=None, divide_by=1):
        self.quantity, self.rate, self.rule, self.period, self.tier, self.divide_by = quantity, Fraction(rate), rule, period, tier, divide_by
        exact = Fraction(quantity, MICRO) * self.rate / divide_by
        self.shown = by_rule(exact, line_rule)
        self.value = exact if line_rule is None else self.shown

    def document(self, charge):
        line = {"charge": charge, "period": self.period, "tier": self.tier, "quantity": show(Fraction(self.quantity, MICRO)),
                "rate": show(self.rate), "divide_by": self.divide_by if self.divide_by != 1 else None, "amount": show(self.shown),
                "rule": self.rule}
        return {key: value for key, value in line.items() if value is not None}


def check(tariff):
    """Refuse a tariff that leaves a choice open or cannot be climbed."""
    periods = [period["name"] for period in tariff.get("calendar", {}).get("periods", [])]
    for index, charge in enumerate(tariff["charges"]):
        tiers, path = charge.get("tiers"), f"/charges/{index}/tiers"
        rate = charge.get("rate", "0")
        rows = rate if isinstance(rate, list) else [rate]
        for name in [name for row in rows if isinstance(row, dict) for name in row]:
            if name not in periods:
                raise Refused("E_NOT_FOUND", f"/charges/{index}/rate", f'the calendar has no period "{name}"')
        if tiers is None:
            continue
        bounds = tiers["bounds"]
        for place in range(1, len(bounds)):
            if Fraction(bounds[place]) <= Fraction(bounds[place - 1]):
                raise Refused("E_INVALID", f"{path}/bounds/{place}",
                              f'tier limit "{bounds[place]}" is not above the previous limit "{bounds[place - 1]}"')
        if tiers["how"] == "whole" and "bound_belongs" not in tiers:
            raise Refused("E_AMBIGUOUS", path, 'whole tiers need bound_belongs: "below" or "above"')
        if periods and "across" not in tiers:
            raise Refused("E_AMBIGUOUS", path, 'tiers of a tariff with periods need across: "periods" or "each_period"')
        if tiers.get("across") != "periods" or not any(isinstance(row, dict) for row in rows):
            continue
        if tiers["how"] == "whole" and tiers["over"] != "bill":
            raise Refused("E_AMBIGUOUS", f"/charges/{index}/rate", "what earlier bills charged in each period is not kept in a position")
        if tiers["how"] == "graduated" and "split" not in tiers:
            raise Refused("E_AMBIGUOUS", f"/charges/{index}/rate",
                          'one ladder with rates by period needs split: "chronological" or "proportional"')


class Pricing:
    """One call: the tariff, the bill's span and everything that is known about it."""

    def __init__(self, tariff, usage, facts, position):
        self.tariff = tariff
        self.zone = Zone(tariff["zone"])
        self.begin, self.end = self.zone.instant(usage["from"]), self.zone.instant(usage["to"])
        self.first, self.last = self.zone.day(self.begin), self.zone.day(self.end)
        ends = tariff["valid"]["to"]
        if self.begin < self.zone.instant(tariff["valid"]["from"]) or ends is not None and self.end > self.zone.instant(ends):
            raise Refused("E_UNCOVERED", "", "the bill leaves the time for which the tariff is valid")
        self.usage = {entry["register"]: entry for entry in usage["inputs"]}
        self.facts = (facts or {}).get("facts", {})
        self.calendar = None
        if "calendar" in tariff:
            self.calendar = Calendar(tariff["calendar"], self.zone, (facts or {}).get("lists", {}))
            self.runs = self.calendar.runs(self.begin, self.end)
        self.line_rule = rule_of(tariff["rounding"]["line"])
        self.position = {}
        if position is not None:
            if self.zone.instant(position["billed_to"]) != self.begin:
                raise Refused("E_POSITION", "", f'the position is billed to {position["billed_to"]}, the bill begins {usage["from"]}')
            self.position = {entry["charge"]: entry for entry in position["ladders"]}
        self.after = []
        self.values = {}

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
        fact = self.tariff["inputs"][name]["fact"]
        if fact not in self.facts:
            raise Refused("E_NOT_KNOWN", "", f'the fact "{fact}" is not given')
        return Fraction(micro(self.facts[fact]), MICRO)

    def part_days(self, part, whole, months):
        """How many days the month or year has of which a part is due."""
        if part is None:
            raise Refused("E_AMBIGUOUS", "", "the bill ends inside a month or year and the charge has no part")
        if isinstance(part["days_of"], int):
            return part["days_of"]
        begin = add_months(self.first, whole * months)
        return (add_months(begin, 1 if part["days_of"] == "month" else 12) - begin).days

    # --- what was metered -------------------------------------------------------------------------------------------------------

    def pieces(self, spans, by_period):
        """[(from, to, span, period)] that an interval must not cross."""
        runs = self.runs if by_period else [(self.begin, self.end, 0)]
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

    def metered(self, name, spans, by_period):
        """[(span, period, micro-units)] of an input in the order of time."""
        register = self.tariff["inputs"][name]
        entry = self.usage.get(register["register"])
        if entry is None:
            raise Refused("E_NOT_KNOWN", "", f'the register "{register["register"]}" is not given')
        if "total" in entry or "periods" in entry:
            return self.totals(entry, spans, by_period)
        pieces, found = self.pieces(spans, by_period), []
        for begin, end, quantity in self.intervals(entry):
            while pieces[0][1] <= begin:
                pieces.pop(0)
            for start, stop, span, period in itertools.takewhile(lambda piece: piece[0] < end, pieces):
                if (max(begin, start), min(end, stop)) != (begin, end) and register.get("across_boundary") != "prorate":
                    raise Refused("E_BOUNDARY", "", "a reading crosses a period, a ladder's span or the edge of the bill")
                part = self.until(min(end, stop), begin, end, quantity) - self.until(max(begin, start), begin, end, quantity)
                found.append((span, period, part))
        return found

    @staticmethod
    def until(instant, begin, end, quantity):
        """What of an interval lies before an instant of it; parts are differences, so that any cuts add up to the interval."""
        return int(round_to(Fraction(quantity * (instant - begin), end - begin), Fraction(1), "half_even"))

    def totals(self, entry, spans, by_period):
        """A total, or totals by period, of the whole bill: it knows no time inside it."""
        if len(spans) > 1:
            raise Refused("E_NOT_KNOWN", "", "a total does not say how much of it falls into each span of the ladder")
        if "total" in entry:
            if by_period:
                raise Refused("E_NOT_KNOWN", "", "one total does not say how much of it falls into each period")
            return [(0, 0, micro(entry["total"]))]
        names = self.calendar.periods
        for period in names:
            if period not in entry["periods"]:
                raise Refused("E_NOT_KNOWN", "", f'the totals by period have none for "{period}"')
        found = [(0, names.index(period), micro(quantity)) for period, quantity in entry["periods"].items()]
        return sorted(found) if by_period else [(0, 0, sum(quantity for _, _, quantity in found))]

    # --- charges ----------------------------------------------------------------------------------------------------------------

    def quantity_of(self, charge):
        """(register input or None, what else it is multiplied by, rounding of the product) of a charge's quantity."""
        quantity = charge["quantity"]
        if isinstance(quantity, str):
            quantity = {"product": [quantity]}
        names = quantity["product"] if "product" in quantity else [quantity["of"]]
        meters = [name for name in names if name not in WORDS and "register" in self.tariff["inputs"][name]]
        factor = Fraction(quantity.get("factor", "1"))
        for name in names:
            if name not in meters:
                factor *= self.term(name)
        return (meters[0] if meters else None), factor, rule_of(quantity.get("round"))

    def spans_of(self, tiers):
        """Ladder spans inside the bill, [(from, to)], and the first civil day of each (None for a ladder over the bill)."""
        if not tiers or tiers["over"] == "bill":
            return [(self.begin, self.end)], [None]
        spans, days = [], []
        day = span_start(self.first, tiers["over"], tiers.get("start", "01-01"))
        while self.zone.day_start(day) < self.end:
            after = span_end(day, tiers["over"])
            spans.append((max(self.begin, self.zone.day_start(day)), min(self.end, self.zone.day_start(after))))
            days.append(day)
            day = after
        return spans, days

    @staticmethod
    def scaled(quantity, factor, rule):
        return int(by_rule(Fraction(quantity, MICRO) * factor, rule) * MICRO)

    def cells(self, name, factor, rule, spans, by_period, in_time):
        """[(span, period, micro-units)] after the factor, in the order of time. The quantity of a span is rounded once: climbed in time
        as the differences of its running total, else shared over the periods by largest remainder."""
        found = self.metered(name, spans, by_period)
        if factor == 1 and rule is None:
            return found
        cells = []
        for at in range(len(spans)):
            parts = [(period, part) for span, period, part in found if span == at]
            if in_time:
                running = [self.scaled(total, factor, rule) for total in itertools.accumulate(part for _, part in parts)]
                cells += [(at, period, after - before) for (period, _), before, after in zip(parts, [0] + running, running)]
                continue
            periods = sorted({period for period, _ in parts})
            weights = [sum(part for period, part in parts if period == one) for one in periods]
            cells += [(at, period, part) for period, part in zip(periods, share_out(self.scaled(sum(weights), factor, rule), weights))]
        return cells

    def rate(self, charge, tier, period):
        rate = charge["rate"]
        if isinstance(rate, list):
            rate = rate[tier]
        return rate[self.calendar.periods[period]] if isinstance(rate, dict) else rate

    def plain_lines(self, charge, quantity):
        """A quantity without periods or tiers, times what the rate is per."""
        per = charge.get("per", "bill")
        if per in ("bill", "day"):
            return [Line(quantity * (self.days() if per == "day" else 1), charge["rate"], "plain", self.line_rule)]
        months = 1 if per == "month" else 12
        whole, rest = self.whole_and_part(months)
        lines = [Line(quantity * whole, charge["rate"], "plain", self.line_rule)] if whole or not rest else []
        if rest:
            divide_by = self.part_days(charge.get("part"), whole, months)
            lines.append(Line(quantity * rest, charge["rate"], "plain", self.line_rule, divide_by=divide_by))
        return lines

    def metered_lines(self, charge, name, factor, rule):
        """Lines of a charge on a register, by ladder span, period and tier."""
        tiers, rates = charge.get("tiers", {}), charge["rate"]
        rows = [row for row in (rates if isinstance(rates, list) else [rates]) if isinstance(row, dict)]
        entry = self.usage.get(self.tariff["inputs"][name]["register"], {})
        each = tiers.get("across") == "each_period"
        in_time = bool(rows) and tiers.get("split") == "chronological"
        if in_time and ("total" in entry or "periods" in entry):
            raise Refused("E_NOT_KNOWN", "", "a total does not say in which order it climbs the ladder")
        # One total needs no split by period when every period has the same price.
        by_rate = any(len(set(row.values())) > 1 for row in rows) if "total" in entry else bool(rows)
        by_period = by_rate or each
        spans, days = self.spans_of(tiers)
        found = self.cells(name, factor, rule, spans, by_period, in_time)
        names = self.calendar.periods if by_period else [None]
        if tiers:
            lines = self.ladder_lines(charge, found, days, names, each)
        else:
            sums = [sum(part for _, period, part in found if period == index) for index in range(len(names))]
            lines = [Line(total, self.rate(charge, 0, index), "period" if by_period else "plain", self.line_rule, names[index])
                     for index, total in enumerate(sums)]
        return [line for line in lines if line.quantity] or [Line(0, self.rate(charge, 0, 0), "plain", self.line_rule, tier=1 if tiers else None)]

    def pooled_lines(self, charge, quantity):
        """A fact or money on a ladder, which is over the bill."""
        lines = self.ladder_lines(charge, [(0, 0, quantity)], [None], [None], False)
        return [line for line in lines if line.quantity] or [Line(0, charge["rate"][0], "plain", self.line_rule, tier=1)]

    def ladder_lines(self, charge, found, days, names, each):
        tiers = charge["tiers"]
        lines = []
        used = {}
        for span, day in enumerate(days):
            bounds = self.bounds(tiers, day)
            used = self.used_before(charge["id"], day, names if each else [None])
            parts = [(period, part) for at, period, part in found if at == span]
            if min([part for _, part in parts], default=0) < 0:
                raise Refused("E_RANGE", "", "a ladder cannot count a negative quantity")
            if tiers["how"] == "whole":
                lines += self.whole_lines(charge, bounds, parts, used, names, each)
            else:
                lines += self.graduated_lines(charge, bounds, parts, used, names, each)
            for period, part in parts:
                used[names[period] if each else None] += part
        if days[-1] is not None:
            shown = {name: show(Fraction(quantity, MICRO)) for name, quantity in used.items()}
            self.after.append({"charge": charge["id"], "from": days[-1].isoformat(), "used": shown if each else shown[None]})
        return lines

    def bounds(self, tiers, day):
        """Bounds in micro-units; days and months that multiply them are those of the ladder's own span."""
        times = Fraction(1)
        if "times" in tiers:
            times = self.term(tiers["times"]) if day is None else self.term(tiers["times"], day, span_end(day, tiers["over"]))
        return [int(round_to(micro(bound) * times, Fraction(1), "half_even")) for bound in tiers["bounds"]]

    def used_before(self, charge, day, names):
        """Micro-units climbed before this bill in the span that begins on a day, by period or for all."""
        entry = self.position.get(charge)
        if entry is None or day is None or entry["from"] != day.isoformat():
            return {name: 0 for name in names}
        return {name: micro(entry["used"] if name is None else entry["used"][name]) for name in names}

    @staticmethod
    def climb(bounds, before, quantity):
        """The part of a quantity that falls into each tier when `before` is already used."""
        edges = [0] + bounds + [max(bounds[-1], before + quantity)]
        return [max(0, min(high, before + quantity) - max(low, before)) for low, high in zip(edges, edges[1:])]

    def graduated_lines(self, charge, bounds, parts, used, names, each):
        tiers, n_tiers = charge["tiers"], len(bounds) + 1
        sums = [sum(part for period, part in parts if period == index) for index in range(len(names))]
        rule = tiers["split"] if names != [None] and not each else "graduated"
        if each:
            table = [self.climb(bounds, used[names[index]], total) for index, total in enumerate(sums)]
        elif rule == "proportional":
            table = self.proportional(self.climb(bounds, used[None], sum(sums)), sums)
        else:
            table = [[0] * n_tiers for _ in names]
            before = used[None]
            for period, part in parts:
                for tier, climbed in enumerate(self.climb(bounds, before, part)):
                    table[period][tier] += climbed
                before += part
        return [Line(table[period][tier], self.rate(charge, tier, period), rule, self.line_rule, names[period], tier + 1)
                for period in range(len(names)) for tier in range(n_tiers)]

    @staticmethod
    def proportional(tier_parts, sums):
        """table[period][tier]: each tier's part goes to the periods in proportion to what of their use has no tier yet. So no share is
        negative, no period gets more than it used, and the last tier takes exactly the rest."""
        table, rest = [[] for _ in sums], list(sums)
        for part in tier_parts:
            shares = share_out(part, rest)
            for period, share in enumerate(shares):
                table[period].append(share)
                rest[period] -= share
        return table

    def whole_lines(self, charge, bounds, parts, used, names, each):
        """All units at the tier that the total reaches. When that is another tier than earlier bills of the span were charged at, what
        they charged is taken back."""
        above = charge["tiers"]["bound_belongs"] == "above"

        def tier_of(total):
            return sum(total > bound or above and total == bound for bound in bounds)

        sums = [sum(part for period, part in parts if period == index) for index in range(len(names))]
        if not each and names != [None]:
            tier = tier_of(sum(sums))
            return [Line(total, self.rate(charge, tier, period), "whole", self.line_rule, names[period], tier + 1)
                    for period, total in enumerate(sums)]
        lines = []
        for period, quantity in enumerate(sums):
            before = used[names[period]]
            now, then = tier_of(before + quantity), tier_of(before)
            if before == 0 or now == then:
                lines.append(Line(quantity, self.rate(charge, now, period), "whole", self.line_rule, names[period], now + 1))
                continue
            lines.append(Line(before + quantity, self.rate(charge, now, period), "whole", self.line_rule, names[period], now + 1))
            lines.append(Line(-before, self.rate(charge, then, period), "whole_before", self.line_rule, names[period], then + 1))
        return lines

    def bound_lines(self, charge):
        """The shortfall to a minimum or the excess over a maximum of earlier charges."""
        word = "at_least" if "at_least" in charge else "at_most"
        limit = charge[word]
        if "amount" in limit:
            amount = by_rule(Fraction(limit["amount"]), None)
        else:
            _, factor, rule = self.quantity_of(limit)
            amount = by_rule(by_rule(factor, rule) * Fraction(limit["rate"]), None)
        reached = sum(self.in_micro(name) for name in charge["of"])
        gap = amount - Fraction(reached, MICRO)
        gap = max(gap, Fraction(0)) if word == "at_least" else min(gap, Fraction(0))
        return [Line(int(gap * MICRO), 1, word, self.line_rule)]

    def in_micro(self, charge):
        return int(by_rule(self.values[charge], None) * MICRO)

    def lines_of(self, charge):
        if "at_least" in charge or "at_most" in charge:
            return self.bound_lines(charge)
        if isinstance(charge["quantity"], dict) and "money" in charge["quantity"]:
            money = sum(self.in_micro(name) for name in charge["quantity"]["money"])
            return self.pooled_lines(charge, money) if "tiers" in charge else [Line(money, charge["rate"], "money", self.line_rule)]
        name, factor, rule = self.quantity_of(charge)
        if name is not None:
            return self.metered_lines(charge, name, factor, rule)
        quantity = self.scaled(MICRO, factor, rule)
        return self.pooled_lines(charge, quantity) if "tiers" in charge else self.plain_lines(charge, quantity)

    def bill(self):
        """Price every charge, round at the three levels and close what rounding opens."""
        charge_rule, bill_rule = (rule_of(self.tariff["rounding"][level]) for level in ("charge", "bill"))
        documents, shown = [], Fraction(0)

        def close(charge, difference):
            if difference:
                documents.append({"charge": charge, "amount": show(difference), "rule": "rounding"})

        for charge in self.tariff["charges"]:
            lines = self.lines_of(charge)
            kept = [line for line in lines if line.quantity] or lines[:1]
            documents += [line.document(charge["id"]) for line in kept]
            value, printed = sum(line.value for line in kept), sum(line.shown for line in kept)
            rule = rule_of(charge.get("round")) or charge_rule
            if charge.get("round") == "none":
                rule = None
            if rule is not None:
                value = by_rule(value, rule)
                close(charge["id"], value - printed)
                printed = value
            self.values[charge["id"]] = value
            shown += printed
        total = by_rule(sum(self.values.values(), Fraction(0)), bill_rule)
        close(None, total - shown)
        return {"lines": documents, "total": show(total)}

    def position_after(self):
        zone = datetime.timezone(datetime.timedelta(seconds=self.zone.offset(self.end)))
        return {"meterbill": 1, "kind": "position", "tariff": self.tariff["id"], "version": self.tariff["version"],
                "billed_to": datetime.datetime.fromtimestamp(self.end, zone).isoformat(), "ladders": self.after}


def price(tariff, usage, facts=None, position=None):
    """{"bill": {"lines", "total"}, "position"} of one bill; raises Refused."""
    check(tariff)
    pricing = Pricing(tariff, usage, facts, position)
    return {"bill": pricing.bill(), "position": pricing.position_after()}
