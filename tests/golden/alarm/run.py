#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Runs the alarms' cases (cases/<id>.json) through `meterbill alarm run` and compares exactly. Prints TAP.

    run.py [--state] PROGRAM [PART]

With --state every line is a run of the program of its own, which goes on from the state file that the one before left: the answers must be the same.

A case has `case`, `source` and `check` as the other golden cases, and `runs`: each has the members of a configuration (`alarms`, and what else a document has), and
`parts`, each a run of the program with its `lines` and the `events` that must come out; parts after the first go on from the state. A line is an object, or short:
"4:1999" is a sample at 4, "~4:1999" an estimated one, "|4" a tick, "4" a plain event, "4:who=7" one of somebody. An event is short, "10:RAISE@12" (effective, and observed
where it differs; "5:LATE" for the time of a refused line), or an object of which only the keys given are compared. `config` of a part is another configuration from there on.
"""
import json
import pathlib
import re
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
MEMBERS = ("channels", "alarms", "inhibit", "group", "restart")


class Wrong(Exception):
    """The answer differs from what the case expects."""


def line_of(short):
    if not isinstance(short, str):
        return short
    kind, time, who, value = re.fullmatch(r"([~|]?)(-?\d+)(?::(who=)?(.+))?", short).groups()
    if kind == "|":
        return {"tick": int(time)}
    if value is None:
        return {"t": int(time)}
    if who:
        return {"t": int(time), "who": value}
    number = int(value) if value.lstrip("-").isdigit() and abs(int(value)) < 1 << 31 else value
    return {"t": int(time), "v": number, **({"estimated": True} if kind == "~" else {})}


def short_of(event, lines):
    """An event as the cases write it."""
    if "refused" in event:
        line = lines[event["line"] - 1]
        return f"{line.get('t', line.get('tick'))}:{event['refused'].removeprefix('MBILL_E_')}"
    observed = "" if event["observed"] == event["effective"] else f"@{event['observed']}"
    return f"{event['effective']}:{event['event']}{observed}"


def document_of(run):
    return {"meterbill": 1, "kind": "alarms", **{key: run[key] for key in MEMBERS if key in run}}


def ask(program, folder, document, lines, state):
    config = folder / "config.json"
    config.write_text(json.dumps(document), encoding="utf-8")
    text = "".join(json.dumps(line) + "\n" for line in lines)
    done = subprocess.run([program, "alarm", "run", str(config), *state], input=text, capture_output=True, timeout=60, check=False, text=True)
    answers = [json.loads(line) for line in done.stdout.splitlines()]
    refused = any("refused" in answer for answer in answers)
    if done.returncode != refused:
        raise Wrong(f"exit code {done.returncode}: {done.stdout}{done.stderr}")
    return answers


def events_of(program, folder, run, part, one_by_one, kept):
    lines = [line_of(line) for line in part["lines"]]
    document = document_of({**run, **part.get("config", {})})
    if not one_by_one:
        state = ["--state", str(folder / "state.json")] if kept else []
        return [(event, short_of(event, lines)) for event in ask(program, folder, document, lines, state)]
    events = []
    for line in lines:
        events += [(event, short_of(event, [line])) for event in ask(program, folder, document, [line], ["--state", str(folder / "state.json")])]
    return events


def same(expected, got, short):
    if isinstance(expected, str):
        return expected == short
    return all(got.get(key) == value for key, value in expected.items())


def check_part(part, events, where):
    said = json.dumps([short if isinstance(one, str) else event for (event, short), one in zip(events, part["events"] + [""] * len(events))])
    if len(events) != len(part["events"]):
        raise Wrong(f"{where}: {len(events)} events {said}, expected {len(part['events'])}")
    for (event, short), expected in zip(events, part["events"], strict=True):
        if not same(expected, event, short):
            raise Wrong(f"{where}: {json.dumps(event)}, expected {json.dumps(expected)}; all: {said}")


def judge(program, path, one_by_one):
    """What is wrong with a case; "" when nothing is."""
    case = json.loads(path.read_text(encoding="utf-8"))
    try:
        for at, run in enumerate(case["runs"]):
            with tempfile.TemporaryDirectory(prefix="mbill-alarm-") as folder:
                pauses = run.get("restart", {}).get("rule") == "pause"  # there each run is a stop
                for number, part in enumerate(run["parts"]):
                    events = events_of(program, pathlib.Path(folder), run, part, one_by_one and not pauses, len(run["parts"]) > 1)
                    check_part(part, events, f"run {at}, part {number}")
    except (Wrong, subprocess.TimeoutExpired) as wrong:
        return str(wrong)
    return ""


def main(*arguments):
    one_by_one = "--state" in arguments
    program, part = ([argument for argument in arguments if argument != "--state"] + [""])[:2]
    paths = sorted(path for path in (HERE / "cases").glob("*.json") if part in path.stem)
    failed = 0
    print(f"1..{len(paths)}")
    for number, path in enumerate(paths, 1):
        wrong = judge(program, path, one_by_one)
        failed += wrong != ""
        print(f"{'not ok' if wrong else 'ok'} {number} - alarm/{path.stem}")
        if wrong:
            print("  # " + wrong)
    return 1 if failed or not paths else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
