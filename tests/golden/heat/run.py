#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Runs the cases of heat, gas and conversion (cases/<id>.json) through the program and compares. Prints TAP.

    run.py PROGRAM [PART [FOLDER]]

FOLDER holds cases/ of another area, such as ../cycle.

A case has `case`, `source`, `check` and `why` as the other golden cases, and `calls`: each has `run`, the words behind `meterbill`; `documents` by name, written
to files whose names stand in `run` as "@name"; and `expect`: values by the path in the answer ("lines/0/amount"). A number is compared exactly, or rounded half
up to the places that the expected one has, when `printed` names its path: that is what the source prints. `refused` stands in place of `expect`: `status`, and
a word that the message `contains`. `rows` of a case is a CSV file: the call runs for every row, with {column} filled in.
"""
import csv
from decimal import Decimal, ROUND_HALF_UP
import json
import pathlib
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent


class Wrong(Exception):
    """The answer differs from what the case expects."""


def want(condition, message):
    if not condition:
        raise Wrong(message)


def is_number(text):
    return isinstance(text, str) and text.lstrip("-")[:1].isdigit() and text.lstrip("-").replace(".", "", 1).isdigit()


def at(answer, path):
    for key in path.split("/"):
        try:
            answer = answer[int(key)] if isinstance(answer, list) else answer[key]
        except (KeyError, IndexError, ValueError, TypeError) as missing:
            raise Wrong(f"the answer has no {path}: {json.dumps(answer)}") from missing
    return answer


def answer_of(program, call):
    with tempfile.TemporaryDirectory(prefix="mbill-heat-") as folder:
        words = []
        for word in call["run"]:
            if word.startswith("@"):
                document = call["documents"][word[1:]]
                path = pathlib.Path(folder) / (word[1:] + (".csv" if isinstance(document, str) else ".json"))
                path.touch(mode=0o600)  # keys are read from private files alone
                path.write_text(document if isinstance(document, str) else json.dumps(document, ensure_ascii=False), encoding="utf-8")
                word = str(path)
            words.append(word)
        done = subprocess.run([program, *words, "--json"], capture_output=True, timeout=20, check=False, text=True)
    want(done.returncode in (0, 1), f"exit code {done.returncode}: {done.stderr}")
    return done.returncode, json.loads(done.stdout)


def check(program, call):
    code, answer = answer_of(program, call)
    if "refused" in call:
        want(code == 1, f"taken: {json.dumps(answer)}")
        want(answer["status"] == "MBILL_" + call["refused"]["status"], f"refused by {answer['status']}: {answer['message']}")
        want(call["refused"]["contains"] in answer["message"], answer["message"])
        return
    want(code == 0, f"refused: {answer.get('path', '')} {answer.get('message')}")
    for path, expected in call["expect"].items():
        got = at(answer, path)
        if is_number(expected) and is_number(got):
            shown = Decimal(got)
            if path in call.get("printed", []):
                shown = shown.quantize(Decimal(expected), ROUND_HALF_UP)
            want(shown == Decimal(expected), f"{path} is {got}, expected {expected}")
        else:
            want(got == expected, f"{path} is {json.dumps(got)}, expected {json.dumps(expected)}")


def filled(value, row):
    if isinstance(value, str):
        return value.format(**row)
    if isinstance(value, list):
        return [filled(one, row) for one in value]
    return {key: filled(one, row) for key, one in value.items()} if isinstance(value, dict) else value


def calls_of(case):
    if "rows" not in case:
        return case["calls"]
    with open(HERE / case["rows"], encoding="utf-8", newline="") as file:
        return [filled(call, row) for row in csv.DictReader(file) for call in case["calls"]]


def main():
    program, part = sys.argv[1], sys.argv[2] if len(sys.argv) > 2 else ""
    folder = pathlib.Path(sys.argv[3]) if len(sys.argv) > 3 else HERE
    paths = [path for path in sorted((folder / "cases").glob("*.json")) if part in path.name]
    failed = 0
    for number, path in enumerate(paths, 1):
        try:
            case = json.loads(path.read_text(encoding="utf-8"))
            want(all(case.get(key) for key in ("case", "source", "check", "why", "calls")), "a key of the case is missing")
            for place, call in enumerate(calls_of(case)):
                try:
                    check(program, call)
                except Wrong as wrong:
                    raise Wrong(f"call {place}, {' '.join(call['run'])}: {wrong}") from wrong
            print(f"ok {number} - {path.stem}")
        except (Wrong, ValueError, KeyError) as wrong:
            failed += 1
            print(f"not ok {number} - {path.stem}\n  # {wrong}")
    print(f"1..{len(paths)}")
    sys.exit(1 if failed or not paths else 0)


main()
