# SPDX-License-Identifier: Apache-2.0
"""Ladders for the reference model: spans, where tiers end, how a quantity climbs them, fees and packs of tiers.

Changes when the guide's words about ladders do. A ladder is asked about one bill; what was climbed before stands in the bill's position.
"""
from fractions import Fraction
import datetime

from model_clock import add_months, span_end, span_start
from model_numbers import MICRO, Line, Refused, by_rule, micro, round_to, rule_of, share_out, show
from model_rate import adds_once, has_own_base


def demand_of(tariff, number):
    """The charge on a peak that a bound is of; None: it is of none."""
    if not isinstance(number, dict) or number.get("of", "one") in {"one", "days", "months", *tariff["inputs"]}:
        return None
    return next((charge for charge in tariff["charges"] if charge["id"] == number["of"]), None)


def first_season(numbers):
    return next(iter(numbers.values())) if isinstance(numbers, dict) else numbers


def n_tiers(tiers):
    """How many tiers there are, those inside bands counted through; 1 for no ladder."""
    outer = first_season(tiers.get("bounds", tiers.get("widths", [])))
    return len(outer) + 1 + sum(len(one) for one in first_season(tiers.get("inside", {}).get("bounds", [])))


class Ladder:
    """The tiers of one charge in one bill. spans are [(from, to)] inside the bill, days the first civil day of each (None over the bill)."""

    def __init__(self, pricing, charge):
        self.pricing, self.charge, self.tiers = pricing, charge, charge["tiers"]
        self.each = self.tiers.get("across") == "each_period"
        self.keeps = self.tiers.get("when_bounds_move") == "keep_paid"
        spans, days = self.find_spans()
        self.pieces = pricing.season_spans(charge, spans)
        if len(self.pieces) > 1 and self.tiers["over"] == "bill":
            raise Refused("E_BOUNDARY", "", "a ladder over the bill has other rates in each season")
        self.spans, self.days = [(begin, end) for _, begin, end, _ in self.pieces], [days[place] for place, _, _, _ in self.pieces]
        entry = pricing.position.get(charge["id"])
        self.season = None
        self.entry = entry if entry is not None and self.tiers["over"] != "bill" else None

    def find_spans(self):
        pricing, over = self.pricing, self.tiers["over"]
        if over == "bill":
            return [(pricing.begin, pricing.end)], [None]
        if over == "purchases" and not pricing.purchase:
            raise Refused("E_INVALID", "", "the ladder counts purchases, and the bill is none")
        if over == "season":
            return self.find_seasons()
        spans, days = [], []
        day = span_start(pricing.first, over, self.tiers.get("start", "01-01"))
        while pricing.zone.day_start(day) < pricing.end:
            after = span_end(day, over)
            spans.append((max(pricing.begin, pricing.zone.day_start(day)), min(pricing.end, pricing.zone.day_start(after))))
            days.append(day)
            day = after
        return spans, days

    def find_seasons(self):
        """Spans that are seasons of the calendar."""
        pricing, calendar, one = self.pricing, self.pricing.calendar_of(self.charge), datetime.timedelta(1)
        spans, days, day = [], [], pricing.first
        while calendar.season(day - one) == calendar.season(day):
            day -= one
        while pricing.zone.day_start(day) < pricing.end:
            after = self.after(day)
            spans.append((max(pricing.begin, pricing.zone.day_start(day)), min(pricing.end, pricing.zone.day_start(after))))
            days.append(day)
            day = after
        return spans, days

    def after(self, day):
        """The end of the ladder's span that begins on a day."""
        if self.tiers["over"] != "season":
            return span_end(day, self.tiers["over"])
        calendar, after = self.pricing.calendar_of(self.charge), day + datetime.timedelta(1)
        while calendar.season(after) == calendar.season(day):
            after += datetime.timedelta(1)
        return after

    # --- where tiers end --------------------------------------------------------------------------------------------------------

    def bounds(self, span):
        """Bounds in micro-units: the number or product, x times, + add, x scale, then rounded; widths add up after that. What multiplies by
        days and months counts the ladder's own span, what scales counts the days of it that lie in the bill. Tiers inside bands end where
        their band does at the latest."""
        bands = self.ends(span, self.of_season(self.tiers["bounds" if "bounds" in self.tiers else "widths"], span))
        if "widths" in self.tiers:
            bands = [sum(bands[:place + 1]) for place in range(len(bands))]
        bounds = bands
        if "inside" in self.tiers:
            bounds, begin = [], 0
            own = self.tiers["inside"].get("counted_from") == "band"
            for numbers, end in zip(self.of_season(self.tiers["inside"]["bounds"], span), bands + [None]):
                inner = [max(begin, one + (begin if own else 0)) for one in self.ends(span, numbers)]
                bounds += inner if end is None else [min(one, end) for one in inner] + [end]
                begin = end
        if any(high < low for low, high in zip([0] + bounds, bounds)):
            raise Refused("E_RANGE", "", "a tier ends before it begins")
        return bounds

    def ends(self, span, numbers):
        """Numbers as they are written become micro-units."""
        scale, move, times = self.scale(span), self.move(), self.times(span)
        rule = rule_of(self.tiers.get("scale", {}).get("round"))
        return [int(by_rule((self.number(number, span) * times + move) * scale, rule) * MICRO) for number in numbers]

    def of_season(self, numbers, span):
        """What is written for all seasons, or for that of the span."""
        if isinstance(numbers, list):
            return numbers
        begin, end = self.civil(span)
        seasons = {self.pricing.calendar_of(self.charge).season(begin + datetime.timedelta(day)) for day in range((end - begin).days)}
        season = self.pricing.calendar_of(self.charge).season(self.days[span] or begin)
        if seasons - {season}:
            raise Refused("E_BOUNDARY", "", "the bill does not lie in the season of the span's first day")
        return numbers[season]

    def number(self, number, span):
        """A decimal or {"product" or "of", "factor" or "times", "over"}, exact; "of" may be a charge on a peak."""
        demand = demand_of(self.pricing.tariff, number)
        if demand is None:
            return self.pricing.number(number)
        peak = Fraction(self.pricing.peak_billed(demand, self.civil(span)[0]), MICRO)
        return peak * Fraction(number.get("times", number.get("factor", "1"))) / Fraction(number.get("over", "1"))

    def times(self, span):
        if "times" not in self.tiers:
            return Fraction(1)
        if self.days[span] is None:
            return self.pricing.term(self.tiers["times"])
        return self.pricing.term(self.tiers["times"], self.days[span], self.after(self.days[span]))

    def move(self):
        add = self.tiers.get("add")
        if add is None:
            return Fraction(0)
        return max(Fraction(0), self.pricing.term(add["for_each"]) - Fraction(add.get("above", "0"))) * Fraction(add["to_bounds"])

    def civil(self, span):
        """First civil day of a span inside the bill, and the day after its last; of a part of a billing span, the whole span's."""
        begin, end = self.spans[span]
        first, last = self.pricing.zone.day(begin), self.pricing.zone.day(end)
        if self.pricing.is_part() and end == self.pricing.end:
            last = self.pricing.last if self.days[span] is None else min(self.pricing.last, self.after(self.days[span]))
        return first, last

    def scale(self, span):
        scale = self.tiers.get("scale")
        if scale is None:
            return Fraction(1)
        begin, end = self.civil(span)
        days, of = (end - begin).days, scale["of"]
        low, high = scale.get("only_outside", (1, 0))
        if low <= days <= high:
            return Fraction(1)
        if of in ("month", "previous_month"):
            month = add_months(self.pricing.first.replace(day=1), -1 if of == "previous_month" else 0)
            of = (add_months(month, 1) - month).days
        return Fraction(days, of)

    # --- where a total stands ---------------------------------------------------------------------------------------------------

    def tier_of(self, bounds, total):
        """The tier, from 0, that a total of the span is in: a graduated one that of the last unit, a whole one as bound_belongs says."""
        above = self.tiers.get("bound_belongs") == "above"
        return sum(total > bound or above and total == bound for bound in bounds)

    def billed_before(self, span):
        """Whether an earlier bill of the same span exists."""
        return self.entry is not None and self.days[span] is not None and self.entry["from"] == self.days[span].isoformat()

    def used_before(self, span, names):
        """Micro-units climbed before this bill in the span, by period or for all."""
        if not self.billed_before(span):
            return {name: 0 for name in names}
        return {name: micro(self.entry["used"] if name is None else self.entry["used"][name]) for name in names}

    def tier_after(self, found):
        """The tier, from 0, of the last span after the bill; without found nothing is climbed."""
        last = len(self.spans) - 1
        pieces = [place for place, day in enumerate(self.days) if day == self.days[last]]
        paid = self.paid_before(last)
        total = sum(paid) + sum(part for span, _, part in found if span in pieces)
        return self.tier_of(self.settled(self.bounds(last), paid), total)

    # --- what is paid stays in its tier -----------------------------------------------------------------------------------------

    def paid_before(self, span):
        """Micro-units climbed before this bill in the span: of all, or by tier where what is paid stays in its tier."""
        if not self.billed_before(span):
            return [0]
        used = self.entry["used"]
        return [micro(one) for one in (used if isinstance(used, list) else used.values() if isinstance(used, dict) else [used])]

    def settled(self, bounds, paid):
        """Bounds counted on from what is used: each tier takes what is left of its width."""
        if not self.keeps:
            return bounds
        end, found = sum(paid), []
        for tier, (low, high) in enumerate(zip([0] + bounds, bounds)):
            end += max(0, high - low - (paid[tier] if tier < len(paid) else 0))
            found.append(end)
        return found

    # --- lines ------------------------------------------------------------------------------------------------------------------

    def lines(self, found, names):
        """(lines, ladder of the position after or None) of [(span, period, micro-units)] in the order of time."""
        lines, used, paid, keys = [], {}, [0], names if self.each else [None]
        for span, day in enumerate(self.days):
            again = span > 0 and day is not None and day == self.days[span - 1]
            if not again:
                paid = self.paid_before(span)
                used = self.used_before(span, keys) if not self.keeps else {None: sum(paid)}
            self.season, before = self.pieces[span][3], sum(used.values())
            bounds = self.settled(self.bounds(span), paid)
            parts = [(period, part) for at, period, part in found if at == span]
            if min([part for _, part in parts], default=0) < 0:
                raise Refused("E_RANGE", "", "a ladder cannot count a negative quantity")
            lines += self.base_lines(parts, names)
            climbing = self.whole_lines if self.tiers["how"] == "whole" else self.graduated_lines
            once = adds_once(self.season_rate()) and not self.each
            tier_lines = climbing(bounds, [(0, part) for _, part in parts], used, [None]) if once else climbing(bounds, parts, used, names)
            lines += [line for line in tier_lines if line.rate or not self.own_base()]
            if self.keeps:
                climbed = self.climb(bounds, before, sum(part for _, part in parts))
                paid = [one + (paid[tier] if tier < len(paid) else 0) for tier, one in enumerate(climbed)]
            for period, part in parts:
                used[names[period] if self.each else None] += part
            lines += self.fee_lines(bounds, before if again or self.billed_before(span) else None, sum(used.values()))
        if self.days[-1] is None:
            return lines, None
        shown = {name: show(Fraction(quantity, MICRO)) for name, quantity in used.items()}
        after = [show(Fraction(one, MICRO)) for one in paid] if self.keeps else shown if self.each else shown[None]
        return lines, {"charge": self.charge["id"], "from": self.days[-1].isoformat(), "used": after}

    def line(self, quantity, tier, period, name, rule):
        """A line at a tier's rate; in packs, a started pack counts in full."""
        if "pack" in self.tiers:
            quantity = int(round_to(Fraction(quantity) / Fraction(self.tiers["pack"][tier]), Fraction(MICRO), "ceiling"))
        return Line(quantity, self.pricing.rate(self.charge, tier, period, self.season), rule, self.pricing.line_rule, name, tier + 1)

    def season_rate(self):
        return self.pricing.season_rate(self.charge, self.season)

    def own_base(self):
        return has_own_base(self.season_rate())

    def base_lines(self, parts, names):
        """All that was used at a base that stands on lines of its own: by period when it differs, and the periods are known."""
        if not self.own_base():
            return []
        rate = self.season_rate()
        if names == [None] or not any(isinstance(rate.get(key), dict) for key in ("base", "times")):
            return [Line(sum(part for _, part in parts), self.pricing.rate(self.charge, None, 0, self.season), "plain", self.pricing.line_rule)]
        return [Line(sum(part for at, part in parts if at == period), self.pricing.rate(self.charge, None, period, self.season), "period",
                     self.pricing.line_rule, name) for period, name in enumerate(names)]

    def fee_lines(self, bounds, before, after):
        """Fees for a span that went from before (None: no earlier bill) to after."""
        fee = self.tiers.get("fee")
        if fee is None:
            return []
        then, now = -1 if before is None else self.tier_of(bounds, before), self.tier_of(bounds, after)
        if fee["due"] == "entered":
            due = [(tier, 1) for tier in range(then + 1, now + 1)]
        else:
            due = [(now, 1)] * (then != now) + [(then, -1)] * (-1 < then != now)
        return [Line(count * MICRO, fee["values"][tier], "fee", self.pricing.line_rule, tier=tier + 1) for tier, count in due]

    @staticmethod
    def climb(bounds, before, quantity):
        """The part of a quantity that falls into each tier when `before` is already used."""
        edges = [0] + bounds + [max(bounds[-1], before + quantity)]
        return [max(0, min(high, before + quantity) - max(low, before)) for low, high in zip(edges, edges[1:])]

    def graduated_lines(self, bounds, parts, used, names):
        n_tiers = len(bounds) + 1
        sums = [sum(part for period, part in parts if period == index) for index in range(len(names))]
        rule = self.tiers["split"] if names != [None] and not self.each else "graduated"
        if rule == "uniform":
            return self.uniform_lines(self.climb(bounds, used[None], sum(sums)), sums, names)
        if self.each:
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
        return [self.line(table[period][tier], tier, period, names[period], rule) for period in range(len(names)) for tier in range(n_tiers)]

    def uniform_lines(self, tier_parts, sums, names):
        """A bill inside one tier has its rates by period; one that crosses a bound one rate a tier."""
        filled = [tier for tier, part in enumerate(tier_parts) if part]
        if len(filled) > 1:
            return [Line(tier_parts[tier], self.tiers["crossing_rate"][tier], "graduated", self.pricing.line_rule, None, tier + 1) for tier in filled]
        return [self.line(part, (filled or [0])[0], period, names[period], "graduated") for period, part in enumerate(sums)]

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

    def whole_lines(self, bounds, parts, used, names):
        """All units at the tier that the total reaches. When that is another tier than earlier bills of the span were charged at, what
        they charged is taken back."""
        sums = [sum(part for period, part in parts if period == index) for index in range(len(names))]
        if not self.each and names != [None]:
            tier = self.tier_of(bounds, sum(sums))
            return [self.line(total, tier, period, names[period], "whole") for period, total in enumerate(sums)]
        lines = []
        for period, quantity in enumerate(sums):
            before = used[names[period]]
            now, then = self.tier_of(bounds, before + quantity), self.tier_of(bounds, before)
            if before == 0 or now == then:
                lines.append(self.line(quantity, now, period, names[period], "whole"))
                continue
            lines.append(self.line(before + quantity, now, period, names[period], "whole"))
            lines.append(self.line(-before, then, period, names[period], "whole_before"))
        return lines
