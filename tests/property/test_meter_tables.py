# SPDX-License-Identifier: Apache-2.0
"""A meter that knows nothing but the blocks it was sent, against the tariff they were made of: the same price of a kWh in random minutes and tiers."""

import datetime
from fractions import Fraction
import json
import os
import pathlib
import subprocess

import jsonschema
import pytest
from hypothesis import event, given, settings
from hypothesis import strategies as st

ROOT = pathlib.Path(__file__).resolve().parents[2]
PROGRAM = pathlib.Path(os.environ.get("MBILL_DRIVER", ROOT / "build/gcc/tests/property/driver")).parents[2] / "bindings/cli/meterbill"
EXAMPLES = int(os.environ.get("PROPERTY_EXAMPLES") or 60)
WEEKDAYS = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
BEGIN = datetime.date(2026, 1, 1)
OVER = [("year", 12), ("quarter", 3), ({"months": 2}, 2), ({"months": 6}, 6)]


@pytest.fixture(scope="module")
def tables_of(tmp_path_factory):
    folder = tmp_path_factory.mktemp("meter")

    def call(tariff, profile, verify=None):
        for name, document in (("tariff", tariff), ("profile", {"meterbill": 1, "kind": "meter_profile", **profile}), ("tables", verify)):
            (folder / f"{name}.json").write_text(json.dumps(document))
        how = ["--verify", folder / "tables.json"] if verify else ["--at", "2026-01-01", "--to", "2027-01-01", "--profile", folder / "profile.json"]
        done = subprocess.run([PROGRAM, "meter-tables", folder / "tariff.json", *how, "--json"], capture_output=True, timeout=30, check=False)
        assert done.returncode in (0, 1), done.stderr
        return json.loads(done.stdout)
    return call


# --- a meter ---

class Meter:
    """DL/T 645-2007: BCD, the low byte first."""

    def __init__(self, blocks):
        self.blocks = {int(block["di"], 16): bytes.fromhex(block["data"]) for block in blocks}
        assert [block["di"] for block in blocks][-4:] == ["04000106", "04000107", "04000108", "04000109"]
        assert set(self.blocks[0x04000108]) <= {0, 1, 0x26} and len(self.blocks[0x04060AFF]) == 70
        self.zones = sorted((high // 100, high % 100, table) for high, table in (divmod(value, 100) for value in self.values(0x04020000, 3)))
        assert len(self.zones) == self.number(0x04000201)
        self.slots = {n: self.values(0x04020000 + n, 3) for n in range(1, self.number(0x04000202) + 1)}
        self.prices = [Fraction(value, 10000) for value in self.values(0x040502FF, 4)]
        ladder = self.blocks[0x04060AFF]
        self.bounds = [Fraction(self.bcd(ladder[at:at + 4]), 100) for at in range(0, 24, 4)]
        self.adds = [Fraction(self.bcd(ladder[at:at + 4]), 10000) for at in range(24, 52, 4)]
        self.begins = [(ladder[at + 2], ladder[at + 1]) for at in range(52, 70, 3) if ladder[at] != 0x99]
        self.holidays = {tuple(self.blocks[di][::-1][:3].hex()[at:at + 2] for at in (0, 2, 4)): int(self.blocks[di][:1].hex())
                         for di in self.blocks if 0x04030000 < di < 0x04030100}

    @staticmethod
    def bcd(data):
        return int(data[::-1].hex())

    def number(self, di):
        return self.bcd(self.blocks[di])

    def values(self, di, width):
        data = self.blocks[di]
        return [self.bcd(data[at:at + width]) for at in range(0, len(data), width)]

    def table(self, day):
        named = self.holidays.get((f"{day.year % 100:02d}", f"{day.month:02d}", f"{day.day:02d}"))
        if named:
            return named
        if not self.blocks[0x04000801][0] >> (day.weekday() + 1) % 7 & 1:
            return self.number(0x04000802)
        passed = [table for month, number, table in self.zones if (month, number) <= (day.month, day.day)]
        return passed[-1] if passed else self.zones[-1][2]

    def price(self, day, minute, used):
        rate = [value % 100 for value in self.slots[self.table(day)] if value // 10000 * 60 + value // 100 % 100 <= minute][-1]
        tier = sum(used > bound for bound in self.bounds)
        return self.prices[rate - 1] + self.adds[tier]


# --- tariffs ---

times = st.integers(1, 95).map(lambda quarter: f"{quarter // 4:02d}:{quarter % 4 * 15:02d}")
prices = st.integers(0, 20000).map(lambda value: f"{value // 10000}.{value % 10000:04d}")


@st.composite
def tariffs(draw):
    """Seasons, weekends, holidays and swapped days, two or three periods, a ladder or none; now and then something that no meter holds."""
    seasons = draw(st.sampled_from([[], [("06-01", "09-01")], [("03-15", "06-01"), ("11-01", "02-01")]]))
    names = [f"s{n}" for n in range(len(seasons))] + ["other"]
    kinds = draw(st.sampled_from([["workday"], ["weekend", "workday"], ["holiday", "weekend", "workday"]]))
    rest = draw(st.sampled_from([["sat", "sun"], ["sun"], ["fri"]]))
    holidays = draw(st.lists(st.integers(0, 364), max_size=6, unique=True).map(sorted))
    periods, when = ["peak", "high", "low"][:draw(st.integers(2, 3))], {}
    for period in periods[:-1]:
        when[period] = []
        for _ in range(draw(st.integers(1, 3))):
            start, end = sorted(draw(st.lists(times, min_size=2, max_size=2, unique=True)))
            rule = {"at": [f"{start}-{end}"]}
            if seasons and draw(st.booleans()):
                rule["season"] = draw(st.sampled_from(names))
            if len(kinds) > 1 and draw(st.booleans()):
                rule["day"] = draw(st.sampled_from(kinds))
            when[period].append(rule)
    calendar = {"periods": [{"name": period, "when": when[period]} for period in periods[:-1]] + [{"name": periods[-1], "otherwise": True}]}
    if seasons:
        calendar["seasons"] = [{"name": name, "from": start, "to": end} for name, (start, end) in zip(names, seasons)] + [{"name": "other", "otherwise": True}]
    if len(kinds) > 1:
        days = [{"name": "weekend", "weekdays": rest}, {"name": "workday", "otherwise": True}]
        if "holiday" in kinds and holidays:
            days.insert(0, {"name": "holiday", "dates": [(BEGIN + datetime.timedelta(days=n)).isoformat() for n in holidays]})
        elif "holiday" in kinds:
            days.insert(0, {"name": "holiday", "dates": ["2026-10-01"]})
        calendar["days"] = days
    charges = [{"id": "energy", "quantity": "energy", "rate": {period: draw(prices) for period in periods}}]
    if draw(st.booleans()):
        bounds = sorted(draw(st.lists(st.integers(1, 900000), min_size=1, max_size=6, unique=True)))
        charges.append({"id": "ladder", "quantity": "energy", "rate": [draw(prices) for _ in range(len(bounds) + 1)],
                        "tiers": {"over": draw(st.sampled_from(OVER))[0], "how": "graduated", "across": "periods", "bounds": [f"{bound // 100}.{bound % 100:02d}" for bound in bounds]}})
    if draw(st.integers(0, 4)) == 0:
        charges.append({"id": "standing", "quantity": "days", "rate": "0.5"})
    if draw(st.integers(0, 9)) == 0:
        charges[0]["rate"]["peak"] += "5"
    return {"meterbill": 1, "id": "t", "version": "1", "currency": "CNY", "zone": "CST-8", "valid": {"from": "2020-01-01", "to": None}, "inputs": {"energy": {"register": "import", "unit": "kWh"}},
            "calendar": calendar, "rounding": {"line": "none", "charge": "none", "bill": "none"}, "charges": charges}


def season_of(calendar, day):
    for season in calendar.get("seasons", []):
        if "otherwise" in season:
            return season["name"]
        start, end, here = season["from"], season["to"], f"{day:%m-%d}"
        if (start <= here < end) if start < end else (here >= start or here < end):
            return season["name"]
    return None


def kind_of(calendar, day):
    for rule in calendar.get("days", []):
        if "otherwise" in rule or day.isoformat() in rule.get("dates", []) or WEEKDAYS[day.weekday()] in rule.get("weekdays", []):
            return rule["name"]
    return None


def tariff_price(tariff, day, minute, used):
    calendar = tariff["calendar"]
    here = f"{minute // 60:02d}:{minute % 60:02d}"
    fits = lambda rule: rule.get("season") in (None, season_of(calendar, day)) and rule.get("day") in (None, kind_of(calendar, day)) and any(
        at[:5] <= here < at[6:] for at in rule["at"])
    period = next(period["name"] for period in calendar["periods"] if "otherwise" in period or any(fits(rule) for rule in period["when"]))
    price = Fraction(tariff["charges"][0]["rate"][period])
    for charge in tariff["charges"]:
        if charge["id"] == "ladder":
            price += Fraction(charge["rate"][sum(used > Fraction(bound) for bound in charge["tiers"]["bounds"])])
    return price


def cannot(tariff, profile):
    """What this meter cannot hold, as far as it shows without making the tables."""
    ids = [charge["id"] for charge in tariff["charges"]]
    return "standing" in ids and not profile["platform"] or len(tariff["charges"][0]["rate"]["peak"]) > 6 and not tariff["charges"][0]["rate"]["peak"].endswith("0")


@settings(max_examples=EXAMPLES)
@given(tariff=tariffs(), platform=st.booleans(), data=st.data())
def test_a_meter_charges_the_same(tables_of, tariff, platform, data):
    profile = {"platform": platform}
    answer = tables_of(tariff, profile)
    if answer["kind"] == "error":
        assert answer["status"] == "MBILL_E_METER_TABLES" or answer["status"] == "MBILL_E_COVERAGE", answer
        assert answer["message"]
        event("refused")
        return
    assert not cannot(tariff, profile), answer
    event("held")
    meter = Meter(answer["blocks"])
    ladder = next((charge["tiers"] for charge in tariff["charges"] if charge["id"] == "ladder"), None)
    edges = [Fraction(bound) for bound in ladder["bounds"]] if ladder else []
    for _ in range(25):
        day = BEGIN + datetime.timedelta(days=data.draw(st.integers(0, 364)))
        minute = data.draw(st.integers(0, 1439))
        used = data.draw(st.sampled_from([Fraction(1, 100), *edges, *(edge + Fraction(1, 100) for edge in edges)]))
        assert meter.price(day, minute, used) == tariff_price(tariff, day, minute, used), f"{day} {minute} {used}"
    assert len(meter.begins) == (12 // dict((str(over), months) for over, months in OVER)[str(ladder["over"])] if ladder else 0)
    assert tables_of(tariff, profile, verify=answer)["kind"] == "verified"


@settings(max_examples=max(EXAMPLES // 2, 5))
@given(tariff=tariffs(), at=st.integers(0, 10 ** 6), digit=st.integers(0, 9))
def test_a_changed_digit_is_found(tables_of, tariff, at, digit):
    """One digit of a price or slot that was read back otherwise: refused, unless every minute still costs the same."""
    answer = tables_of(tariff, {"platform": True})
    if answer["kind"] == "error":
        return
    chosen = [block for block in answer["blocks"] if block["di"] in ("040502ff", "04020001", "04060aff")]
    block = chosen[at % len(chosen)]
    place = at // 3 % len(block["data"])
    block["data"] = block["data"][:place] + str(digit) + block["data"][place + 1:]
    verdict = tables_of(tariff, {}, verify=answer)
    if verdict["kind"] == "error":
        assert verdict["status"] in ("MBILL_E_METER_TABLES", "MBILL_E_INVALID")
        return
    meter = Meter(answer["blocks"])
    for number in range(0, 365, 3):
        day = BEGIN + datetime.timedelta(days=number)
        for minute in range(0, 1440, 15):
            assert meter.price(day, minute, Fraction(1, 100)) == tariff_price(tariff, day, minute, Fraction(1, 100))


def test_documents_fit_their_schemas(tables_of):
    judges = {kind: jsonschema.Draft202012Validator(json.loads((ROOT / f"include/meterbill/schema/{kind}-1.schema.json").read_text())) for kind in ("meter_tables", "meter_profile")}
    n = 0
    for path in sorted((ROOT / "tests/golden/meter/cases").glob("*.json")):
        for call in json.loads(path.read_text())["calls"]:
            answer = tables_of(call["documents"]["tariff"], {"platform": True})
            if answer["kind"] == "meter_tables":
                judges["meter_tables"].validate(answer)
                n += 1
            if "profile" in call["documents"]:
                judges["meter_profile"].validate(call["documents"]["profile"])
    assert n >= 9
