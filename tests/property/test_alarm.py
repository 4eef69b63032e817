# SPDX-License-Identifier: Apache-2.0
"""Alarms of the library against model_alarm.py: conditions with every policy for missing data, late calls, windows; and levels against each condition by itself."""
import json
import os

import model_alarm as model
from hypothesis import given, settings
from hypothesis import strategies as st

MANY = settings(max_examples=int(os.environ.get("PROPERTY_EXAMPLES") or 600), deadline=None)
WHEN = ["below", "at_or_below", "above", "at_or_above"]
configs = st.fixed_dictionaries({
    "when": st.sampled_from(WHEN), "limit": st.integers(0, 5), "deadband": st.integers(0, 3), "on_s": st.integers(0, 8), "off_s": st.integers(0, 8),
    "max_hold_s": st.sampled_from([0, 0, 1, 2, 5, 9]), "stale": st.sampled_from(["hold", "clear", "trip"]), "hold_at_equal": st.booleans()})
steps = st.lists(st.tuples(st.sampled_from(["sample"] * 6 + ["tick", "estimated"]), st.integers(-1, 9).map(lambda gap: max(gap - 4, 0) if gap > 0 else gap), st.integers(0, 6)), max_size=25)


def script_of(given_steps, rest):
    """Steps with their times, some of them late, and a tick at the end."""
    script, time = [], 0
    for kind, gap, value in given_steps:
        time = max(time + gap, 0)
        script.append((kind, time, value))
    return script + [("tick", max((time for _, time, _ in script), default=0) + rest, 0)]


def line_of(kind, time, value):
    return {"tick": time} if kind == "tick" else {"t": time, "v": value, **({"estimated": True} if kind == "estimated" else {})}


def answer(whole_driver, alarm, lines):
    """Events as (effective, kind, level) and the places of the refused lines."""
    document = {"meterbill": 1, "kind": "alarms", "alarms": {"a": alarm}}
    words = whole_driver.ask("alarms", json.dumps(document), *(json.dumps(line) for line in lines))
    found, refused = [], []
    for at, word in enumerate(words):
        if word.startswith("refused"):
            refused.append(at)
            word = word[7:]
        found += [json.loads(event) for event in word.split("\x1e") if event]
    return found, refused


def test_conditions(whole_driver):
    @MANY
    @given(config=configs, given_steps=steps, rest=st.integers(0, 20))
    def check(config, given_steps, rest):
        script = script_of(given_steps, rest)
        found, late = answer(whole_driver, config, [line_of(*step) for step in script])
        expected, expected_late = model.calls(config, script)
        assert late == expected_late
        assert [(event["effective"], event["event"]) for event in found] == expected
        for event in found:
            assert event["effective"] <= event["observed"]

    check()


def test_windows(whole_driver):
    @MANY
    @given(n=st.integers(1, 5), clear=st.integers(0, 4), within=st.integers(1, 12), closed=st.booleans(), distinct=st.booleans(),
           gaps=st.lists(st.tuples(st.integers(0, 5), st.integers(1, 4)), max_size=20), rest=st.integers(0, 20))
    def check(n, clear, within, closed, distinct, gaps, rest):
        config = {"n": n, "within_s": within, "n_clear": min(clear + 1, n), "closed": closed, "distinct": distinct}
        script, time = [], 0
        for gap, who in gaps:
            time += gap
            script.append((time, who))
        script.append((time + rest, None))
        lines = [{"t": time, "who": who} for time, who in script[:-1]] + [{"tick": script[-1][0]}]
        found, late = answer(whole_driver, {"window": config}, lines)
        assert not late
        assert [(event["effective"], event["event"]) for event in found] == model.window(config, script)

    check()


def test_levels(whole_driver):
    """Each level is a condition by itself; together they are told in order."""
    @MANY
    @given(limits=st.lists(st.tuples(st.integers(0, 9), st.integers(0, 3), st.integers(0, 4), st.integers(0, 4)), min_size=1, max_size=4), given_steps=steps, rest=st.integers(0, 9))
    def check(limits, given_steps, rest):
        levels = [{"when": "at_or_below", "limit": limit, "deadband": deadband, "on_s": on, "off_s": off} for limit, deadband, on, off in sorted(limits, reverse=True)]
        script = script_of([(kind, gap, 2 * value) for kind, gap, value in given_steps], rest)
        found, _ = answer(whole_driver, {"levels": levels}, [line_of(*step) for step in script])
        for at, level in enumerate(levels, 1):
            alone, _ = model.calls({**level, "max_hold_s": 0, "stale": "hold", "hold_at_equal": False}, script)
            assert [(event["effective"], event["event"]) for event in found if event.get("level", 1) == at] == alone
        for one, two in zip(found, found[1:]):
            if one["observed"] == two["observed"] and one["effective"] == two["effective"] and one["event"] == two["event"]:
                assert (one["level"] < two["level"]) == (one["event"] == "RAISE")

    check()


ACTIONS = ["ack", "ack", "reset", "shelve", "shelve_once", "unshelve", "suppress", "unsuppress", "out_of_service", "in_service"]
notices = st.fixed_dictionaries({
    "repeat_s": st.integers(0, 7), "max_count": st.integers(0, 4), "max_shelve_s": st.sampled_from([0, 0, 6]), "latch": st.booleans(), "auto_ack": st.booleans(),
    "escalate": st.lists(st.integers(1, 15), unique=True, max_size=3).map(lambda times: [{"after_s": time} for time in sorted(times)])})
doings = st.lists(st.tuples(st.integers(0, 6), st.one_of(st.tuples(st.just("holds"), st.booleans()), st.tuples(st.sampled_from(ACTIONS), st.integers(-1, 9)))), max_size=20)


def test_notices(whole_driver):
    @MANY
    @given(config=notices, given_doings=doings, rest=st.integers(0, 30))
    def check(config, given_doings, rest):
        script, lines, time = [(0, "holds", False)], [{"t": 0, "holds": False}], 0
        for gap, (what, argument) in given_doings:
            time += gap
            until = time + argument
            script.append((time, what, argument if what == "holds" else until))
            lines.append({"t": time, "holds": argument} if what == "holds" else {"t": time, "do": what, **({"until": until} if what == "shelve" else {})})
        script.append((time + rest, "tick", None))
        found, refused = answer(whole_driver, {"given": True, "notice": config}, lines + [{"tick": time + rest}])
        expected, expected_refused = model.told(config, script)
        assert refused == expected_refused
        assert [(event["effective"], event["event"]) for event in found if event["event"] in ("NOTIFY", "ESCALATE")] == expected

    check()
