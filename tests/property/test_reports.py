# SPDX-License-Identifier: Apache-2.0
"""Reports of random small stores against an own computation from what was put in: readings, rates, payments and facts, by fractions. Nothing of the store is read
but the reports themselves."""

import collections
import csv
import datetime
import io
import json
import os
import pathlib
import subprocess
import tempfile
from fractions import Fraction

import pytest
from hypothesis import given, settings, strategies as st

FEW = settings(max_examples=max(2, int(os.environ.get("PROPERTY_EXAMPLES", "150")) // 12))
CUTS = ["2026-01-01", "2026-02-01", "2026-03-01", "2026-04-01"]
SPAN = ("--from", "2026-01-01", "--to", "2026-04-01", "--zone", "CST-8")
EVER = ("--from", "2000-01-01", "--to", "2999-01-01", "--zone", "CST-8")
CENT = Fraction(1, 100)


@pytest.fixture(scope="module")
def meterbill(program):
    path = pathlib.Path(program).resolve().parents[2] / "bindings/cli/meterbill"
    if not path.exists():
        pytest.skip("a build without the program has no reports")
    return str(path)


def half_up(value, step):
    count = abs(value) / step
    whole = (count.numerator * 2 + count.denominator) // (count.denominator * 2)
    return whole * step * (1 if value >= 0 else -1)


def shown(value):
    """An exact decimal as reports show it, rounded half_even to 10^-6."""
    micro = round(Fraction(value) * 10**6)
    text = f"{'-' if micro < 0 else ''}{abs(micro) // 10**6}.{abs(micro) % 10**6:06}".rstrip("0").rstrip(".")
    return "0" if text == "-0" else text


# --- what is put in ---

hundredths = st.integers(0, 400).map(lambda number: Fraction(number, 100))
units = st.integers(0, 500000).map(lambda number: Fraction(number, 1000))


@st.composite
def towns(draw):
    n = draw(st.integers(1, 4))
    flat = {"rate": draw(hundredths), "basic": draw(hundredths)}
    steps = {"rates": [draw(hundredths), draw(hundredths)], "bound": draw(st.integers(1, 400))}
    uses = [[draw(units) for _ in range(3)] for _ in range(n)]
    behind = [draw(st.integers(0, i - 1)) if i > 0 and draw(st.booleans()) else None for i in range(n)]
    lost = draw(st.sets(st.integers(0, n - 1), max_size=n - 1))  # whose last reading never came
    payments = [(draw(st.integers(0, n - 1)), Fraction(draw(st.integers(1, 90000)), 100), draw(st.integers(0, 60 * 24 * 80))) for _ in range(draw(st.integers(0, 6)))]
    areas = [draw(st.one_of(st.none(), st.integers(1, 500))) for _ in range(n)]
    places = [draw(st.sampled_from([None, "east", "flat", "west"])) for _ in range(n)]
    return {"n": n, "flat": flat, "steps": steps, "uses": uses, "behind": behind, "lost": lost, "payments": payments, "areas": areas, "places": places,
            "tariffs": [draw(st.sampled_from(["flat", "steps"])) for _ in range(n)]}


def tariffs(town):
    head = {"meterbill": 1, "version": "1", "currency": "CNY", "zone": "CST-8", "valid": {"from": "2026-01-01", "to": None}, "inputs": {"energy": {"register": "import", "unit": "kWh"}}}
    flat, steps = town["flat"], town["steps"]
    yield {**head, "id": "flat", "rounding": {"line": {"step": "0.01", "how": "half_up"}, "charge": "none", "bill": "none"},
           "charges": [{"id": "energy", "quantity": "energy", "rate": shown(flat["rate"])}, {"id": "basic", "quantity": "one", "rate": shown(flat["basic"])}]}
    yield {**head, "id": "steps", "rounding": {"line": "none", "charge": "none", "bill": {"step": "0.01", "how": "half_up"}},
           "charges": [{"id": "energy", "quantity": "energy", "rate": [shown(rate) for rate in steps["rates"]],
                        "tiers": {"over": "year", "how": "graduated", "bounds": [str(steps["bound"])]}}]}


def lines(town, tariff, use, before):
    """(charge, tier, unit, quantity, amount) of a bill's lines; before: what was used in the year."""
    if tariff == "flat":
        return [("energy", "", "kWh", use, half_up(use * town["flat"]["rate"], CENT)), ("basic", "", "1", Fraction(1), half_up(town["flat"]["basic"], CENT))]
    bound = town["steps"]["bound"]
    low = max(Fraction(0), min(before + use, bound) - before) if before < bound else Fraction(0)
    parts = [("energy", str(tier + 1), "kWh", quantity, quantity * town["steps"]["rates"][tier]) for tier, quantity in enumerate((low, use - low))]
    whole = sum(part[4] for part in parts)
    rounding = half_up(whole, CENT) - whole
    return parts + [("", "", "", rounding, rounding)]


def bills(town, account, tariff):
    """(month, lines) of every bill that can be made."""
    before = Fraction(0)
    for month in range(2 if account in town["lost"] else 3):
        use = town["uses"][account][month]
        yield month, lines(town, tariff, use, before)
        before += use


class Store:
    def __init__(self, meterbill, folder, town):
        self.meterbill, self.folder, self.town, self.db = meterbill, pathlib.Path(folder), town, str(pathlib.Path(folder) / "t.db")
        accounts = [{"id": f"A{i}", "facts": {"area": str(town["areas"][i])} if town["areas"][i] else {}, "contracts": [
            {"tariff": town["tariffs"][i], "from": "2026-01-01", "meters": [{"id": f"M{i}", "registers": [{"register": "import", "unit": "kWh"}]}]}]} for i in range(town["n"])]
        places = {"meterbill": 1, "kind": "places", "places": [{"id": "east", "kind": "house"}, {"id": "flat", "kind": "flat", "in": "east"}, {"id": "west", "kind": "house"}],
                  "accounts": [{"id": f"A{i}", "at": at} for i, at in enumerate(town["places"]) if at], "meters": [{"id": f"M{i}", "behind": f"M{up}"} for i, up in enumerate(town["behind"]) if up is not None],
                  "utilities": [{"tariff": "flat", "utility": "electricity"}]}
        self.call("db", "init", self.db)
        self.call("db", "import", self.db, *(self.file(tariff["id"] + ".json", tariff) for tariff in tariffs(town)),
                  self.file("accounts.json", {"meterbill": 1, "kind": "accounts", "accounts": accounts}), self.file("places.json", places), self.file("readings.csv", self.readings()))
        for first, last in zip(CUTS, CUTS[1:]):
            self.call("db", "close", self.db, "--from", first, "--to", last, may_refuse=bool(town["lost"]))
        rows = "".join(f"{k + 1:032x},A{account},{shown(amount)},{paid_at(minute).isoformat()}\n" for k, (account, amount, minute) in enumerate(town["payments"]))
        self.call("db", "import", self.db, self.file("top-ups.csv", "id,account,amount,time\n" + rows))

    def readings(self):
        rows = ["meter,register,time,value"]
        for i, uses in enumerate(self.town["uses"]):
            for month in range(3 if i in self.town["lost"] else 4):
                rows.append(f"M{i},import,{CUTS[month]}T00:00+08:00,{shown(1000 + sum(uses[:month]))}")
        return "\n".join(rows) + "\n"

    def file(self, name, content):
        path = self.folder / name
        path.write_text(content if isinstance(content, str) else json.dumps(content))
        return str(path)

    def call(self, *words, may_refuse=False):
        result = subprocess.run([self.meterbill, *words], capture_output=True, text=True, check=False, timeout=60)
        assert result.returncode == 0 or may_refuse and result.returncode == 1, (words, result.stdout, result.stderr)
        return result.stdout

    def report(self, name, *options, span=SPAN):
        return list(csv.reader(io.StringIO(self.call("report", name, self.db, *span, *options))))[1:]

    def means(self, selection):
        return [i for i, at in enumerate(self.town["places"]) if selection == "{}" or at in ("east", "flat")]


def paid_at(minute):
    return datetime.datetime(2026, 1, 3, tzinfo=datetime.timezone(datetime.timedelta(hours=8))) + datetime.timedelta(minutes=minute)


# --- what the reports should say ---

def sums(rows):
    """Groups of rows (words, numbers) in the order of their words."""
    groups = collections.defaultdict(lambda: None)
    for words, numbers in rows:
        groups[words] = numbers if groups[words] is None else tuple(a + b for a, b in zip(groups[words], numbers))
    return sorted(groups.items())


def expect_billed(town, who):
    rows = [((CUTS[month][:7], "electricity" if town["tariffs"][i] == "flat" else "", town["tariffs"][i], charge, "", tier, unit), (quantity, amount))
            for i in who for month, found in bills(town, i, town["tariffs"][i]) for charge, tier, unit, quantity, amount in found]
    return [[*words, *map(shown, numbers)] for words, numbers in sums(rows)]


def expect_revenue(town, who):
    rows = [(("electricity" if town["tariffs"][i] == "flat" else "", charge, ""), (amount,)) for i in who for _, found in bills(town, i, town["tariffs"][i]) for charge, _, _, _, amount in found]
    return [(*words, numbers[0]) for words, numbers in sums(rows)]


def expect_cash(town, who):
    rows = [((str(paid_at(minute))[:7], f"{paid_at(minute).hour:02}", "0", "top_up"), (1, amount)) for account, amount, minute in town["payments"] if account in who]
    return [[*words, str(n), shown(amount), shown(amount / n)] for words, (n, amount) in sums(rows)]


def expect_ageing(town, who):
    rows = []
    for i in who:
        owed = sum(amount for _, found in bills(town, i, town["tariffs"][i]) for *_, amount in found) - sum(amount for account, amount, _ in town["payments"] if account == i)
        if owed > 0:
            rows.append([f"A{i}", town["places"][i] or "", shown(owed), "0", "0", "0", "0", shown(owed)])
    return rows


def expect_advice(town, who):
    uses = {i: sum(town["uses"][i][:2 if i in town["lost"] else 3]) for i in who}
    per = {i: round(uses[i] / town["areas"][i] * 10**6) for i in uses if town["areas"][i]}
    values = sorted(per.values())
    quartiles = [shown(Fraction(values[-(-k * len(values) // 4) - 1], 10**6)) if values else "" for k in (1, 2, 3)]
    return [[f"A{i}", "kWh", shown(use), shown(Fraction(per[i], 10**6)) if i in per else "", str(len(values)), *quartiles, "", ""] for i, use in uses.items()]


def expect_losses(town, who):
    rows = []
    for month in range(3):
        for master in range(town["n"]):
            behind = [i for i, up in enumerate(town["behind"]) if up == master]
            if not behind or not {master, *behind} & set(who):
                continue
            known = {i for i in (master, *behind) if month < 2 or i not in town["lost"]}
            use, below = town["uses"][master][month], sum(town["uses"][i][month] for i in behind if i in known)
            whole, missing = len(known) == 1 + len(behind), [f"M{i}" for i in behind if i not in known]
            share = Fraction(int((use - below) * 10**6 / use), 10**6) if whole and use else None
            rows.append([CUTS[month][:7], f"M{master}", "", "import", "kWh", shown(use) if master in known else "", str(len(behind)), shown(below), shown(use - below) if whole else "",
                         shown(share) if share is not None else "", str(len(missing)), " ".join(([] if master in known else [f"M{master}"]) + missing)])
    return rows


def expect_cost(town, who, other):
    rows = []
    for i in who:
        own = town["tariffs"][i]
        if own == other:
            continue
        totals = [sum(amount for _, found in bills(town, i, tariff) for *_, amount in found) for tariff in (own, other)]
        n = 2 if i in town["lost"] else 3
        rows.append([f"A{i}", own, CUTS[0], CUTS[n], str(n), "CNY", shown(totals[0]), shown(totals[1]), shown(totals[1] - totals[0]), ""])
    return rows


def without_nothing(rows):
    """Without rows of 0: whether a tier without use, or no rounding at all, has a line is no matter of reports."""
    return [row for row in rows if row[-1] != "0" or row[-2] != "0"]


@FEW
@given(towns(), st.sampled_from(["{}", '{"under": "east"}']), st.sampled_from(["flat", "steps"]))
def test_reports(meterbill, town, selection, other):
    with tempfile.TemporaryDirectory() as folder:
        store = Store(meterbill, folder, town)
        who, meant = store.means(selection), ("--selection", selection)
        assert without_nothing(store.report("billed", *meant)) == without_nothing(expect_billed(town, who))
        earned = store.report("revenue", "--per", "year", *meant, span=EVER)
        assert [(*row[1:4], row[4]) for row in earned if row[4] != "0"] == [(*row[:3], shown(row[3])) for row in expect_revenue(town, who) if row[3] != 0]
        assert store.report("cash", *meant) == expect_cash(town, who)
        assert store.report("ageing", *meant, span=EVER) == expect_ageing(town, who)
        assert store.report("advice", "--charge", "energy", "--fact", "area", *meant) == expect_advice(town, who)
        assert store.report("losses", *meant) == expect_losses(town, who)
        assert store.report("cost", "--tariff", other, *meant) == expect_cost(town, who, other)
