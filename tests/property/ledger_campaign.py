#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Lives of the ledger by the million: ledger_campaign.py DRIVER [--operations N] [--processes N] [--seed S] [--minutes M] [--write].

Each life is drawn from a seed (ledger_bytes.h), applied by the library with the laws of ledger_laws.h asserted after every operation, and followed by the
model (model_ledger.py): every result, leg, sum, view and decision. A difference stops it and is printed with its seed, which draws it again:

    echo seed 17 1 | DRIVER

--write puts the summary before the others in LEDGER.md.
"""

import argparse
import collections
import datetime
import multiprocessing
import pathlib
import subprocess
import sys
import time

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE))

import model_ledger as model  # noqa: E402

LIVES = 20  # of one request


def run(job):
    """Operations compared, results by kind, and the difference or None."""
    program, seed = job
    seen = {}
    driver = subprocess.Popen([program], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    driver.stdin.write(f"seed {seed} {LIVES}\n")
    driver.stdin.close()
    try:
        return model.replay(driver.stdout, seen), seen, None
    except (model.Difference, ArithmeticError, LookupError, AssertionError) as difference:
        driver.kill()
        return 0, seen, f"seeds {seed} to {seed + LIVES - 1}: {difference!r} {driver.stderr.read()}"
    finally:
        driver.stdout.close()
        driver.wait()


def results():
    """The names of results by number, from the one list."""
    names = {}
    for line in (HERE.parents[1] / "include/meterbill/ledger_result.def").read_text(encoding="utf-8").splitlines():
        if line.startswith("X("):
            name, number = line[2:].split(",")[:2]
            names[int(number)] = name.strip()
    return names


def report(n, seen, options, seconds):
    by_result, names = collections.Counter(), results()
    for (_, code), times in seen.items():
        by_result[code] += times
    lines = [f"## {datetime.date.today().isoformat()}", "",
             f"{n} operations in {n // 400} lives and more, 0 differences; seeds from {options.seed} on, {options.processes} processes, {seconds:.0f} s.", "",
             "| result | operations |", "| --- | --- |"]
    lines += [f"| {names[code]} | {times} |" for code, times in sorted(by_result.items())]
    return "\n".join(lines) + "\n"


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("driver")
    parser.add_argument("--operations", type=int, default=10**6)
    parser.add_argument("--processes", type=int, default=2)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--minutes", type=float, default=1e9)
    parser.add_argument("--write", action="store_true")
    options = parser.parse_args()
    n, seen, started = 0, collections.Counter(), time.monotonic()
    with multiprocessing.Pool(options.processes) as pool:
        jobs = ((options.driver, options.seed + i * LIVES) for i in range(10**9))
        # Jobs are made as they are taken: in rounds.
        while n < options.operations and time.monotonic() - started < 60 * options.minutes:
            for count, more, difference in pool.map(run, [next(jobs) for _ in range(4 * options.processes)], chunksize=1):
                if difference is not None:
                    print(difference)
                    return 1
                n += count
                seen.update(more)
            print(f"{n} operations, {time.monotonic() - started:.0f} s", file=sys.stderr)
    text = report(n, seen, options, time.monotonic() - started)
    print(text)
    if options.write:
        path = HERE / "LEDGER.md"
        head, mark, rest = path.read_text(encoding="utf-8").partition("\n## ")
        path.write_text(head + "\n" + text + mark + rest, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
