# SPDX-License-Identifier: Apache-2.0
"""Every report of the town beside Python's books. Changes when a report has other rows."""

import csv
import io
from collections import Counter
from fractions import Fraction

import households
from books import micro
from program import want

QUARTER = ("--from", "2026-01-01", "--to", "2026-04-01")
EVER = ("--from", "2026-01-01", "--to", "2999-01-01")


class Reports:
    def __init__(self, town):
        self.town, self.office = town, town.office

    def rows(self, name, *arguments):
        """Rows of the CSV, which the JSON must say too."""
        made = list(csv.DictReader(io.StringIO(self.office.run("report", name, self.office.store, *arguments, "--zone", "CST-8").stdout)))
        told = self.office.answer("report", name, self.office.store, *arguments, "--zone", "CST-8")
        want(len(told["rows"]) == len(made), f"report {name}: {len(made)} rows of CSV, {len(told['rows'])} of JSON")
        self.town.count["rows of reports"] += len(made)
        return made

    @staticmethod
    def sums(rows, *keys, of="amount"):
        sums = Counter()
        for row in rows:
            sums[tuple(row[key] for key in keys)] += micro(row[of])
        return {key: amount for key, amount in sums.items() if amount}

    def same(self, name, told, mine):
        mine = {key: amount for key, amount in mine.items() if amount}
        wrong = sorted(key for key in told.keys() | mine.keys() if told.get(key) != mine.get(key))
        want(not wrong, f"report {name}: {[(key, told.get(key), mine.get(key)) for key in wrong[:5]]}, by Python the last")

    def compare(self):
        self.billed()
        self.earned()
        self.paid()
        self.owed()
        self.used()

    def billed(self):
        mine, wide, utilities = Counter(), Counter(), Counter()
        of_id = self.town.of_id
        for (account, tariff, month), charges in self.town.bills.items():
            for name, amount in charges.items():
                mine[households.MONTHS[month].isoformat()[:7], tariff, name] += amount
                wide["2026", tariff, name] += amount
                if account in of_id and of_id[account].is_shop:
                    utilities[(households.UTILITIES[tariff],)] += amount
        for (account, month), amount in self.town.postpaid.services.items():
            mine[households.MONTHS[month].isoformat()[:7], "", "service"] += amount
            wide["2026", "", "service"] += amount
            utilities["",] += amount if of_id[account].is_shop else 0
        self.same("billed", self.sums(self.rows("billed", *QUARTER), "period", "tariff", "charge"), mine)
        self.same("billed by year", self.sums(self.rows("billed", *QUARTER, "--per", "year"), "period", "tariff", "charge"), wide)
        year = self.rows("year", *QUARTER)
        self.same("year", self.sums(year, "tariff", "charge"), Counter({key[1:]: amount for key, amount in wide.items()}))
        want(all(row["amount_more"] == row["amount"] and row["amount_before"] == "0" for row in year), "report year: there was no year before")
        self.same("billed to shops", self.sums(self.rows("billed", *QUARTER, "--selection", '{"tags": ["shop"]}'), "utility"), utilities)

    def earned(self):
        """Bills by charge, and what has no bill as use."""
        mine, usage = Counter(), ("", "usage")
        for (_, tariff, _), charges in self.town.bills.items():
            for name, amount in charges.items():
                mine[households.UTILITIES[tariff], name] += amount
        mine["", "service"] = sum(self.town.postpaid.services.values())
        for purse in self.town.purses.values():
            mine[usage] += sum(amount for (kind, what), amount in purse.sums.items() if kind == "revenue" and what != "service" and what not in households.TARIFFS)
        self.same("revenue", self.sums(self.rows("revenue", *EVER), "utility", "charge"), mine)

    def paid(self):
        channels = Counter()
        for purse in self.town.purses.values():
            channels.update({(str(channel),): amount for (what, channel), amount in purse.sums.items() if what == "top-ups"})
        rows = self.rows("cash", *EVER)
        self.same("cash", self.sums(rows, "channel"), channels)
        for operation, n in (("top_up", self.town.count["top-ups"]), ("reverse", self.town.count["payments reversed"])):
            told = sum(int(row["count"]) for row in rows if row["operation"] == operation)
            want(told == n, f"report cash: {told} of {operation}, expected {n}")

    def owed(self):
        mine = {(name,): max(0, -purse.credit) + purse.debt for name, purse in self.town.purses.items()}
        rows = self.rows("ageing", *EVER)
        self.same("ageing", self.sums(rows, "account", of="owed"), mine)
        for row in rows:
            want(micro(row["owed"]) == sum(micro(row[name]) for name in row if name.startswith("days_")), f"report ageing: {row}")

    def used(self):
        """Use of the quarter, and for each m2 of the flat; the same in relation to the others."""
        mine, of_area = {}, {}
        for one in self.town.households:
            meter = one.meters["power"]
            counts = sum(use for month in range(3) for _, _, use in meter.uses(meter.billed(month)))
            mine[one.id,] = counts * 10**6 // meter.scale
            of_area[one.id,] = round(Fraction(mine[one.id,]) / Fraction(one.area))
        for name, (area, uses) in self.town.guests.used.items():
            mine[name,], of_area[name,] = uses["power"] * 10**3, round(Fraction(uses["power"] * 10**3) / Fraction(area))
        for name in ("intensity", "advice"):
            rows = self.rows(name, *QUARTER, "--charge", "energy", "--fact", "area")
            self.same(name, self.sums(rows, "account", of="quantity"), mine)
            self.same(f"{name} by area", self.sums(rows, "account", of="per_fact"), of_area)
        ranks = sorted(of_area.values())
        for row in rows:
            quartiles = [ranks[-(-len(ranks) * k // 4) - 1] for k in (1, 2, 3)]
            want([micro(row[key]) for key in ("lower_quartile", "median", "upper_quartile")] == quartiles, f"report advice: {row}, by Python {quartiles}")
