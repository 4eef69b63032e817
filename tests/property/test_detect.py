# SPDX-License-Identifier: Apache-2.0
"""Detectors against model_detect.py: random rules, random lives, ticks anywhere, the state encoded and decoded between all calls."""

import json
import pathlib

import model_detect as model
import pytest
from conftest import Driver
from hypothesis import given, settings, strategies as st

ZONES = {"UTC": ("-", 0), "Asia/Shanghai": ("CST-8", 28800), "Europe/Berlin": ("CET-1CEST,M3.5.0,M10.5.0/3", 3600)}
NOT_SENT = {"kind", "zone", "east_s", "bands"}
START = 1_774_656_000  # 2026-03-28T00:00:00Z, the day before clocks go forward in Berlin


@pytest.fixture(scope="session")
def detectors(program):
    path = pathlib.Path(program).with_name("alarm_driver")
    if not path.exists():
        pytest.skip("a build of numbers and calendar alone has no alarms")
    running = Driver(str(path))
    yield running
    running.end()


def whole(low, high):
    return st.integers(low, high)


HOLD = {"max_hold_s": st.sampled_from([0, 0, 3, 7]), "stale_policy": st.sampled_from([1, 2])}
DELAYS = {"on_s": whole(0, 8), "off_s": whole(0, 8), **HOLD}
RULES = {
    "comm_loss": {"timeout_s": whole(1, 12)},
    "failure": {"window_s": whole(0, 9)},
    "arrears_trip": {},
    "leak_flow": {"limit": whole(1, 2), "quiet_s": whole(1, 8), "window_s": whole(9, 30), "max_hold_s": st.sampled_from([0, 0, 4, 9])},
    "leak_volume": {"limit": whole(1, 2), "times": whole(1, 6)},
    "burst": {"base": whole(1, 3), "permille": st.sampled_from([333, 334, 500, 1000]), **DELAYS},
    "night_flow": {"limit": whole(0, 1), "times": whole(1, 3), "from_s": st.sampled_from([0, 3600, 7200]), "to_s": st.sampled_from([9000, 10800, 14400, 86400])},
    "zero_use": {"times": whole(1, 2)},
    "reverse_flow": {"limit": whole(0, 1), "modulus": st.just(0), "max_step": st.just(0)},
    "over_power": {"limit": whole(1, 2), "on_s": whole(0, 6), "of": whole(3, 5), "m": whole(1, 3), "reclose_s": whole(1, 9), "per_day": whole(1, 4)},
    "malicious_load": {"power_factor_permille": whole(0, 2), "max_hold_s": st.sampled_from([0, 0, 3]), "trips": st.just(1), "reclose_s": whole(1, 9),
                       "per_day": whole(0, 3), "bands": st.lists(st.sampled_from([(1, 1), (2, 3), (1, 2)]), min_size=1, max_size=3)},
    "high_flow": {"base": whole(1, 3), "permille": st.sampled_from([333, 334, 500, 1000]), "dt_mk": whole(1, 2), **DELAYS},
    "loss": {"limit": st.sampled_from([0, 333333, 333334, 500000, 1000000]), **DELAYS},
    "flapping": {"low_permille": whole(100, 299), "high_permille": whole(300, 700)},
}
OTHERS = {  # of the same kind, with another shape
    "reverse_flow": {"limit": whole(0, 1), "modulus": whole(6, 9), "max_step": whole(1, 4)},
    "malicious_load": {"power_factor_permille": whole(0, 2), "max_hold_s": st.sampled_from([0, 3]), "bands": st.just([(1, 2)]), "trips": st.just(0)},
}
SECOND = {"zero_use": (0, 1), "malicious_load": (0, 3), "high_flow": (0, 2), "loss": (0, 3)}
SCALE = {"night_flow": 5400, "zero_use": 20000}


@st.composite
def lives(draw, kind):
    """A rule, and steps (how, t, value, second) at times of which no two readings have the same."""
    shape = draw(st.sampled_from([RULES[kind], OTHERS.get(kind, RULES[kind])]))
    zone = draw(st.sampled_from(sorted(ZONES) if kind == "night_flow" else ["UTC", "Asia/Shanghai"]))
    rule = {"kind": kind, "zone": zone, "east_s": ZONES[zone][1], **{name: draw(strategy) for name, strategy in shape.items()}}
    scale, steps = SCALE.get(kind, 1), []
    most = rule.get("modulus") or 4
    t = START + draw(st.integers(0, 86400)) if scale > 1 else draw(st.sampled_from([0, 86340, 57540]))
    calm_from = START + 10**9 if kind != "flapping" else t + draw(st.integers(10, 90))
    for gap, value, second, how in draw(st.lists(st.tuples(st.integers(1, 6), st.integers(0, most - 1), st.integers(*SECOND.get(kind, (0, 0))),
                                                           st.sampled_from("gggggggek")), min_size=45 if kind == "flapping" else 1, max_size=60)):
        t += gap * scale
        value = min(value, 1) if kind in ("arrears_trip", "zero_use", "flapping") else value
        value = value if kind != "flapping" else 1 if t >= calm_from else (len(steps) + value) % 2
        steps.append((how, t, value, second))
    steps.append(("k", t + draw(st.integers(1, 40)) * scale, 0, 0))
    return rule, steps


def request(rule, steps):
    named = [(name, value) for name, value in rule.items() if name not in NOT_SENT]
    bands = rule.get("bands", [])
    words = ["detector", ZONES[rule["zone"]][0], rule["kind"], len(named), *(word for pair in named for word in pair), len(bands), *(edge for band in bands for edge in band)]
    for how, t, value, second in steps:
        words += ["g", t, value, second] if how == "g" else ["e", t, value] if how == "e" else ["k", t]
    return words


def events_of(words):
    """What the driver's answer holds besides states."""
    out = []
    for word in words:
        if "@" in word:
            what, when = word.split("@")
            out.append((what, int(when)))
        else:
            assert word in ("O", "P", "N", "C"), word
    return out


def plain(rule):
    return {"max_hold_s": 0, "stale_policy": 1, "on_s": 0, "off_s": 0, "trips": 0, **rule}


def wanted(kind):
    locks = {"LOCK"} if kind in ("over_power", "malicious_load") else set()
    return {"RAISE", "CLEAR"} | locks | ({"ROLLOVER"} if kind == "reverse_flow" else set())


@pytest.mark.parametrize("kind", sorted(RULES))
def test_as_defined(detectors, kind):
    found = set()

    @given(lives(kind))
    def agrees(life):
        rule, steps = life
        readings = [(t, value, second) for how, t, value, second in steps if how == "g"]
        expected = model.events(plain(rule), readings, steps[-1][1])
        assert events_of(detectors.ask(*request(rule, steps))) == expected, (rule, steps)
        found.update(what for what, _ in expected)
    agrees()
    # a model that never raises would agree with anything
    assert found == wanted(kind) or settings().max_examples < 200


# --- the golden cases ----------------------------------------------------------------------------------------------------------------

CASES = pathlib.Path(__file__).resolve().parents[1] / "golden/alarm/cases"
SCALED = {"limit", "base", "modulus", "max_step"}
RULES_OF_ZONES = {rule: zone for zone, (rule, _) in ZONES.items()} | {"UTC0": "UTC"}
BY_READINGS = {"arrears_trip", "leak_volume", "night_flow", "zero_use", "reverse_flow", "flapping"}  # the model looks at every second of the others
TOLD = ("RAISE", "CLEAR", "LOCK", "ROLLOVER")


def scaled(value, places):
    return int(model.fractions.Fraction(str(value)) * 10**places)


def rule_of(alarm):
    """The rule of a document's alarm as the model has it."""
    places, detect = alarm.get("decimals", 0), alarm["detect"]
    rule = {name: scaled(value, places) if name in SCALED and detect["kind"] != "loss" else value for name, value in detect.items()}
    zone = RULES_OF_ZONES[detect.get("zone", "UTC0")]
    rule |= {"zone": zone, "east_s": ZONES[zone][1], "trips": int(detect.get("trips", False)), "stale_policy": ["hold", "clear", "trip"].index(detect.get("stale", "hold"))}
    rule["bands"] = [(scaled(band["low"], places), scaled(band["high"], places)) for band in detect.get("bands", [])]
    return {"window_s": 0, "limit": 0, "modulus": 0, "max_step": 0, "off_s": 0, "on_s": 0, "max_hold_s": 0} | {name: int(value) if isinstance(value, str) and name[-2:] == "_s" else value for name, value in rule.items()}


def reading_of(line, places):
    if isinstance(line, str):
        t, value = line.split(":")
        return int(t), scaled(value, places), 0
    second = line.get("sum", line.get("occupied"))
    for name in ("power_factor", "dt"):
        second = scaled(line[name], 3) if name in line else second
    return line["t"], scaled(line["v"], places), int(second or 0)


def time_of(line):
    return int(line.lstrip("~|").split(":")[0]) if isinstance(line, str) else line.get("t", line.get("tick"))


def detector_runs():
    """Those that are not too many seconds for the model."""
    for path in sorted(CASES.glob("*.json")):
        for at, run in enumerate(json.loads(path.read_text(encoding="utf-8"))["runs"]):
            if "detect" not in run["alarms"].get("a", {}):
                continue
            times = [time_of(line) for line in run["parts"][0]["lines"]]
            if run["alarms"]["a"]["detect"]["kind"] in BY_READINGS or max(times) - min(times) <= 2000:
                yield pytest.param(run, id=f"{path.stem}-{at}")


@pytest.mark.parametrize("run", list(detector_runs()))
def test_golden_cases(run):
    """What the cases expect, the model says too; what operators do and what is refused it does not know."""
    alarm, part = run["alarms"]["a"], run["parts"][0]
    expected, refused = [], set()
    for event in part["events"]:
        word = event if isinstance(event, str) else f"{event['effective']}:{event['event']}"
        when, what = word.split("@")[0].split(":")
        if what in TOLD:
            expected.append((what, int(when)))
        refused |= {int(when)} if what in ("INVALID", "RANGE") else set()
    done = [line for line in part["lines"] if not (isinstance(line, dict) and "do" in line)]
    if len(done) < len(part["lines"]):
        expected.pop()
    good = [line for line in done if not (isinstance(line, str) and line[0] in "~|") and not (isinstance(line, dict) and "tick" in line)]
    readings = [one for one in (reading_of(line, alarm.get("decimals", 0)) for line in good) if one[0] not in refused]
    assert model.events(rule_of(alarm), readings, max(map(time_of, done))) == expected
