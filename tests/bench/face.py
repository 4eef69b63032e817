#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""A language's bench beside C's: face.py LANGUAGE BENCH_FACE ACCOUNTS ROUNDS -- COMMAND…. The two take turns, three times; prints a JSON object a row.

COMMAND gets the same arguments as bench_face and prints the same lines, `bulk NS SUM` and `call NS TOTAL`, and others of its own. Answers that differ end it.
"""
import json
import pathlib
import statistics
import subprocess
import sys

HERE = pathlib.Path(__file__).resolve().parent
TURNS = 3


def rows(command):
    said = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    return {name: (float(ns), int(answer)) for name, ns, answer in (line.split() for line in said.splitlines())}


def main(language, program, accounts, rounds, dashes, *command):
    assert dashes == "--"
    arguments = [str(HERE / "face_bulk.json"), str(HERE / "face_call.json"), accounts, rounds]
    turns = [(rows([program, *arguments]), rows([*command, *arguments])) for _ in range(TURNS)]
    for name in turns[0][1]:
        like = "bulk" if name == "bulk" else "call"
        if any(theirs[name][1] != ours[like][1] for ours, theirs in turns):
            sys.exit(f"{name}: the answers differ: {turns}")
        c = statistics.median(ours[like][0] for ours, _ in turns)
        value = statistics.median(theirs[name][0] for _, theirs in turns)
        unit = "ns a reading" if like == "bulk" else "ns"
        print(json.dumps({"name": f"{language}_{name}", "value": round(value, 3), "unit": unit,
                          "against": f"C on the same {'columns' if like == 'bulk' else 'quantity'}, {c:.3f} {unit}; {value - c:.2f} more", "ratio": round(value / c, 3)}))


if __name__ == "__main__":
    main(*sys.argv[1:])
