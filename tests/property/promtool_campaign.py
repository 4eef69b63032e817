#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Conditions against Prometheus's own `promtool test rules`: promtool_campaign.py ALARM_DRIVER PROMTOOL [--seed N] [--rounds N] [--series N] [--minutes N].

A round draws series of one value a minute and pairs of `for` and `keep_firing_for`, lets the library say at every minute which alarms are raised (on or clearing),
and hands that to promtool as what it shall expect: each (series, pair, minute) is an expectation, and one that differs fails the round. Then one expectation is
turned round, and promtool must refuse it: a comparison that cannot fail proves nothing.

The two agree where they mean the same: delays that are looked at when the rule is evaluated.
  plain    a value each minute; delays of any length with OBSERVED_ONLY, of whole minutes with ticks
  gaps     up to four values in a row are left out: Prometheus looks back five minutes, the library's last value holds
  stale    the series ends and comes back (a stale marker): a hold of one minute that ends as "clear\""""

import argparse
import collections
import json
import pathlib
import random
import subprocess
import sys
import tempfile

MINUTE = 60
LOOK_BACK = 4
SYMBOLS = {1: "<", 2: "<=", 3: ">", 4: ">="}
OBSERVED_ONLY, STALE_CLEAR = 2, 1
ACTIVE = "NC"

Pair = collections.namedtuple("Pair", "name on off comparator limit hold policy flags ticks")


def series_of(chance, family, minutes):
    """A value a minute, None: missing, "stale": the series is gone."""
    out, mean = [], chance.choice([0.2, 0.5, 0.8, 0.9])
    while len(out) < minutes:
        run, kind = chance.randint(1, 6), chance.random()
        if family == "gaps" and out and kind < 0.3 and out[-1] is not None:
            out += [None] * min(run, LOOK_BACK)
        elif family == "stale" and kind < 0.2:
            out += ["stale"] + [None] * (run - 1)
        else:
            out += [chance.choice([9, 10, 11]) if chance.random() < 0.3 else 8 if chance.random() < mean else 12 for _ in range(run)]
    return out[:minutes]


def pairs_of(chance, family):
    """Nine pairs of delays, each with its own comparison."""
    out = []
    for i in range(9):
        observed = family == "plain" and chance.random() < 0.5
        unit, most = (1, 7 * MINUTE) if observed and chance.random() < 0.7 else (MINUTE, 7)
        on, off = (chance.choice([0, chance.randint(0, most)]) * unit for _ in range(2))
        hold, policy = (MINUTE, STALE_CLEAR) if family == "stale" else (0, 0)
        out.append(Pair(f"A{i}", on, off, chance.randint(1, 4), 10, hold, policy, OBSERVED_ONLY if observed else 0, not observed))
    return out


def steps_of(pair, series):
    """What the library is told, and after which step the minute is over."""
    words, ends, n = [], [], 0
    for minute, value in enumerate(series):
        if isinstance(value, int):
            words.append(f"g {minute * MINUTE} {value} 0")
            n += 1
        if pair.ticks:
            words.append(f"k {minute * MINUTE}")
            n += 1
        ends.append(n - 1)
    return words, ends


class Library:
    """The driver; raised() gives the truth of each minute."""

    def __init__(self, program):
        self.process = subprocess.Popen([program], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def raised(self, pair, series):
        words, ends = steps_of(pair, series)
        line = f"condition {pair.limit} 0 {pair.on} {pair.off} {pair.hold} {pair.comparator} {pair.policy} {pair.flags} " + " ".join(words)
        self.process.stdin.write(line + "\n")
        self.process.stdin.flush()
        states = [word for word in self.process.stdout.readline().split()[1:] if "@" not in word]
        assert len(states) == len(words) and set(states) <= set("OPNC"), states
        return [end >= 0 and states[end] in ACTIVE for end in ends]


def rule_of(pair):
    return {"alert": pair.name, "expr": f"m {SYMBOLS[pair.comparator]} {pair.limit}", "for": f"{pair.on}s", "keep_firing_for": f"{pair.off}s"}


def notation(series):
    return " ".join("_" if value is None else str(value) for value in series)


def promtool(tool, folder, pairs, all_series, raised):
    """What promtool says of (pair, series, minute) → raised."""
    minutes = len(all_series[0])
    rules = {"groups": [{"name": "g", "interval": "1m", "rules": [rule_of(pair) for pair in pairs]}]}
    tests = {"rule_files": ["rules.yml"], "evaluation_interval": "1m", "tests": [{
        "interval": "1m",
        "input_series": [{"series": f'm{{s="{i}"}}', "values": notation(one)} for i, one in enumerate(all_series)],
        "alert_rule_test": [{"eval_time": f"{minute}m", "alertname": pair.name, "exp_alerts": [
            {"exp_labels": {"s": str(i)}} for i in range(len(all_series)) if raised[pair.name, i][minute]]}
            for pair in pairs for minute in range(minutes)]}]}
    (folder / "rules.yml").write_text(json.dumps(rules))  # JSON is YAML
    (folder / "tests.yml").write_text(json.dumps(tests))
    return subprocess.run([tool, "test", "rules", "tests.yml"], cwd=folder, capture_output=True, text=True)


def play(library, tool, folder, seed, family, n_series, minutes):
    chance = random.Random(seed)
    pairs = pairs_of(chance, family)
    all_series = [series_of(chance, family, minutes) for _ in range(n_series)]
    raised = {(pair.name, i): library.raised(pair, one) for pair in pairs for i, one in enumerate(all_series)}
    answer = promtool(tool, folder, pairs, all_series, raised)
    if answer.returncode != 0:
        sys.exit(f"promtool disagrees, {family}, seed {seed}:\n{answer.stdout[:3000]}\n{answer.stderr[:3000]}")
    some = chance.choice(list(raised))
    raised[some][chance.randrange(minutes)] ^= True
    if promtool(tool, folder, pairs, all_series, raised).returncode == 0:
        sys.exit(f"promtool did not see a wrong expectation, {family}, seed {seed}: {some}")
    flat = [truth for one in raised.values() for truth in one]
    return len(flat), sum(flat)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("driver")
    parser.add_argument("promtool", type=pathlib.Path)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--rounds", type=int, default=1)
    parser.add_argument("--series", type=int, default=20)
    parser.add_argument("--minutes", type=int, default=30)
    given = parser.parse_args()
    library, all_n = Library(given.driver), 0
    for family in ("plain", "gaps", "stale"):
        n = firing = 0
        for i in range(given.rounds):
            with tempfile.TemporaryDirectory() as folder:
                more, on = play(library, given.promtool.resolve(), pathlib.Path(folder), given.seed + i, family, given.series, given.minutes)
            n, firing = n + more, firing + on
        print(f"{family}: {n} expectations, {firing} of them firing, none different; {given.rounds} turned round, each seen")
        all_n += n
    print(f"{all_n} expectations in all, seeds {given.seed} to {given.seed + given.rounds - 1}")


if __name__ == "__main__":
    main()
