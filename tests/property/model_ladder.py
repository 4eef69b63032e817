# SPDX-License-Identifier: Apache-2.0
"""Ladders for the reference model: spans, where tiers end, how a quantity climbs them, fees and packs of tiers.

Changes when the guide's words about ladders do. A ladder is asked about one bill; what was climbed before stands in the bill's position.
"""
from fractions import Fraction
import datetime

from model_clock import add_months, span_end, span_start
from model_numbers import MICRO, Line, Refused, by_rule, micro, round_to, rule_of, share_out, show


class Ladder:
    """The tiers of one charge in one bill. spans are [(from, to)] inside the bill, days the first civil day of each (None over the bill)."""

    def __init__(self, pricing, charge):
        self.pricing, self.charge, self.tiers = pricing, charge, charge["tiers"]
        self.each = self.tiers.get("across") == "each_period"
        self.spans, self.days = self.find_spans()
        entry = pricing.position.get(charge["id"])
        self.entry = entry if entry is not None and self.tiers["over"] != "bill" else None

    def find_spans(self):
        pricing, over = self.pricing, self.tiers["over"]
        if over == "bill":
            return [(pricing.begin, pricing.end)], [None]
        if over == "purchases" and not pricing.purchase:
            raise Refused("E_INVALID", "", "the ladder counts purchases, and the bill is none")
        spans, days = [], []
        day = span_start(pricing.first, over, self.tiers.get("start", "01-01"))
        while pricing.zone.day_start(day) < pricing.end:
            after = span_end(day, over)
            spans.append((max(pricing.begin, pricing.zone.day_start(day)), min(pricing.end, pricing.zone.day_start(after))))
            days.append(day)
            day = after
        return spans, days

    # --- where tiers end --------------------------------------------------------------------------------------------------------

    def bounds(self, span):
        """Bounds in micro-units: the number or product, x times, + add, x scale, then rounded; widths add up after that. What multiplies by
        days and months counts the ladder's own span, what scales counts the days of it that lie in the bill."""
        scale, move = self.scale(span), self.move()
        rule = rule_of(self.tiers.get("scale", {}).get("round"))
        times = self.times(span)
        bounds, below = [], 0
        for number in self.numbers(span):
            end = int(by_rule((self.number(number) * times + move) * scale, rule) * MICRO)
            if "widths" in self.tiers:
                end += below
            if end < below:
                raise Refused("E_RANGE", "", "a tier ends before it begins")
            bounds.append(end)
            below = end
        return bounds

    def numbers(self, span):
        """The bounds or widths as written, of the season when there are several lists."""
        numbers = self.tiers["bounds" if "bounds" in self.tiers else "widths"]
        if isinstance(numbers, list):
            return numbers
        begin, end = self.civil(span)
        seasons = {self.pricing.calendar_of(self.charge).season(begin + datetime.timedelta(day)) for day in range((end - begin).days)}
        season = self.pricing.calendar_of(self.charge).season(self.days[span] or begin)
        if seasons - {season}:
            raise Refused("E_BOUNDARY", "", "the bill does not lie in the season of the span's first day")
        return numbers[season]

    def number(self, number):
        """A decimal or {"product", "factor", "over"}, exact."""
        if isinstance(number, str):
            return Fraction(number)
        value = Fraction(number.get("factor", "1")) / Fraction(number.get("over", "1"))
        for name in number["product"]:
            value *= self.pricing.term(name)
        return value

    def times(self, span):
        if "times" not in self.tiers:
            return Fraction(1)
        if self.days[span] is None:
            return self.pricing.term(self.tiers["times"])
        return self.pricing.term(self.tiers["times"], self.days[span], span_end(self.days[span], self.tiers["over"]))

    def move(self):
        add = self.tiers.get("add")
        if add is None:
            return Fraction(0)
        return max(Fraction(0), self.pricing.term(add["for_each"]) - Fraction(add.get("above", "0"))) * Fraction(add["to_bounds"])

    def civil(self, span):
        """First civil day of a span inside the bill, and the day after its last."""
        begin, end = self.spans[span]
        return self.pricing.zone.day(begin), self.pricing.zone.day(end)

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
        total = self.used_before(last, [None])[None] + sum(part for span, _, part in found if span == last)
        return self.tier_of(self.bounds(last), total)

    # --- lines ------------------------------------------------------------------------------------------------------------------

    def lines(self, found, names):
        """(lines, ladder of the position after or None) of [(span, period, micro-units)] in the order of time."""
        lines, used = [], {}
        for span, day in enumerate(self.days):
            bounds = self.bounds(span)
            used = self.used_before(span, names if self.each else [None])
            parts = [(period, part) for at, period, part in found if at == span]
            if min([part for _, part in parts], default=0) < 0:
                raise Refused("E_RANGE", "", "a ladder cannot count a negative quantity")
            before = sum(used.values())
            climbing = self.whole_lines if self.tiers["how"] == "whole" else self.graduated_lines
            lines += climbing(bounds, parts, used, names)
            for period, part in parts:
                used[names[period] if self.each else None] += part
            lines += self.fee_lines(bounds, before if self.billed_before(span) else None, sum(used.values()))
        if self.days[-1] is None:
            return lines, None
        shown = {name: show(Fraction(quantity, MICRO)) for name, quantity in used.items()}
        return lines, {"charge": self.charge["id"], "from": self.days[-1].isoformat(), "used": shown if self.each else shown[None]}

    def line(self, quantity, tier, period, name, rule):
        """A line at a tier's rate; in packs, a started pack counts in full."""
        if "pack" in self.tiers:
            quantity = int(round_to(Fraction(quantity) / Fraction(self.tiers["pack"][tier]), Fraction(MICRO), "ceiling"))
        return Line(quantity, self.pricing.rate(self.charge, tier, period), rule, self.pricing.line_rule, name, tier + 1)

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
