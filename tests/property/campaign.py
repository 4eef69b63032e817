#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Every property of this folder, by the hundred thousand: campaign.py DRIVER [--pairs N] [--processes N] [--seed S] [--only WORD] [--write].

Runs the tests marked @given of tests/property/test_*.py on plain seeded examples (seeded.py), round after round in several processes, until the
library has priced so many different pairs of tariff and usage. Every example has a name TEST SEED that draws it again:

    campaign.py DRIVER --again test_a_bill 7/2/1031

A failure is printed with its name, and its requests go into a file that the driver takes on stdin. --write puts the summary before the others in CAMPAIGN.md.
"""

import argparse
import datetime
import importlib
import inspect
import multiprocessing
import os
import pathlib
import platform
import sys
import tempfile
import time
import traceback

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE))

import seeded  # noqa: E402

seeded.stand_in()
import conftest  # noqa: E402

BATCH = 25     # examples of one test in a round
FAILURES = 3   # of one test, then it is left out
NOT_PAIRS = {"tariff", "later", "canonical", "carry", "restart", "zone", "tzif", "document"}


class Counting(conftest.Driver):
    """A driver that keeps the requests of an example and counts the pairs of a tariff and what is priced by it."""

    def __init__(self, program):
        super().__init__(program)
        self.tariff, self.requests, self.pairs, self.refused = None, [], set(), 0

    def ask(self, *words):
        self.requests.append("\t".join(str(word) for word in words))
        if words[0] == "tariff":
            self.tariff = hash(words[1])
        counts = self.tariff is not None and words[0] not in NOT_PAIRS and len(words) > 1 and str(words[1]).startswith("{")
        try:
            answer = super().ask(*words)
        except conftest.Refused:
            self.refused += counts
            raise
        if counts:
            self.pairs.add(hash((self.tariff, words[1])))
        return answer


class Result:
    def __init__(self):
        self.examples = self.rejected = self.pairs = self.refused = 0
        self.seconds, self.failures = 0.0, []

    def add(self, other):
        self.examples, self.rejected = self.examples + other.examples, self.rejected + other.rejected
        self.pairs, self.refused, self.seconds = self.pairs + other.pairs, self.refused + other.refused, self.seconds + other.seconds
        self.failures += other.failures


def properties(only=""):
    """{name: test} of every test marked @given that needs nothing but a driver."""
    found = {}
    for path in sorted(HERE.glob("test_*.py")):
        module = importlib.import_module(path.stem)
        for name, test in inspect.getmembers(module, inspect.isfunction):
            if test.__module__ != path.stem or not hasattr(test, "strategies") or only not in f"{path.stem}.{name}":
                continue
            rest = set(inspect.signature(test).parameters) - set(test.strategies)
            for mark in getattr(test, "pytestmark", []):
                rest -= {part.strip() for part in mark.args[0].split(",")} if mark.name == "parametrize" else set()
            if rest <= {"driver", "whole_driver"}:
                found[f"{path.stem}.{name}"] = test
            else:
                print(f"left out: {path.stem}.{name} needs {', '.join(sorted(rest))}")
    return found


def fixtures_of(test, driver, number):
    """The driver under the name the test has for it, and one row of each parametrize."""
    fixtures = {name: driver for name in ("driver", "whole_driver") if name in inspect.signature(test).parameters}
    for mark in getattr(test, "pytestmark", []):
        if mark.name == "parametrize":
            names, rows = [part.strip() for part in mark.args[0].split(",")], list(mark.args[1])
            row = rows[number % len(rows)]
            fixtures.update(zip(names, row) if len(names) > 1 else [(names[0], row)])
    return fixtures


def one(program, driver, test, seed, result):
    """One example; gives the driver for the next, a new one after a failure."""
    driver.requests = []
    result.examples += 1
    try:
        seeded.run(test, seed, **fixtures_of(test, driver, int(seed.rsplit("/", 1)[1])))
    except seeded.Rejected:
        result.rejected += 1
    except Exception:  # whatever a property raises is what it found  pylint: disable=broad-except
        result.failures.append((seed, traceback.format_exc(limit=-2), "\n".join(driver.requests) + "\n"))
        driver.process.kill()
        driver.process.wait()
        successor = Counting(program)
        successor.pairs, successor.refused = driver.pairs, driver.refused
        return successor
    return driver


def work(program, seed, lane, tests, target, shared, queue):
    """Rounds over all properties until the processes together have their pairs; reports each round's results, and None at the end."""
    try:
        rounds(program, f"{seed}/{lane}", tests, target, shared, queue)
    finally:
        queue.put(None)


def rounds(program, seed, tests, target, shared, queue):
    driver, done, number = Counting(program), dict.fromkeys(tests, 0), 0
    while shared.value < target and tests:
        for name, test in list(tests.items()):
            if shared.value >= target:
                break
            result, began, before, refused = Result(), time.monotonic(), len(driver.pairs), driver.refused
            for at in range(BATCH):
                driver = one(program, driver, test, f"{seed}/{number + at}", result)
            result.seconds, result.pairs, result.refused = time.monotonic() - began, len(driver.pairs) - before, driver.refused - refused
            with shared.get_lock():
                shared.value += result.pairs
            done[name] += len(result.failures)
            queue.put((name, result))
            if done[name] >= FAILURES:
                del tests[name]
        number += BATCH


def report(name, failure):
    seed, trace, requests = failure
    file = pathlib.Path(tempfile.gettempdir()) / f"{name}-{seed.replace('/', '-')}.requests"
    file.write_text(requests, encoding="utf-8")
    print(f"FAIL {name} {seed}\n{trace}    requests: {file}", flush=True)


def campaign(arguments):
    """{name: Result} of all processes."""
    tests = properties(arguments.only)
    shared, queue = multiprocessing.Value("q", 0), multiprocessing.Queue()
    lanes = [multiprocessing.Process(target=work, args=(arguments.driver, arguments.seed, lane, tests, arguments.pairs, shared, queue))
             for lane in range(arguments.processes)]
    for lane in lanes:
        lane.start()
    results, running, said = {}, len(lanes), time.monotonic()
    while running:
        message = queue.get()
        if message is None:
            running -= 1
            continue
        name, result = message
        results.setdefault(name, Result()).add(result)
        for failure in result.failures:
            report(name, failure)
        if time.monotonic() - said > 30:
            said = time.monotonic()
            print(f"{shared.value} pairs", flush=True)
    for lane in lanes:
        lane.join()
    return results if all(lane.exitcode == 0 for lane in lanes) else {}


def table(results):
    """Rows of the summary, those that price first."""
    rows = ["| property | examples | not spoken of | pairs | refused by both | failures |", "| --- | --- | --- | --- | --- | --- |"]
    for name, result in sorted(results.items(), key=lambda item: (-item[1].pairs, item[0])):
        rows.append(f"| {name} | {result.examples} | {result.rejected} | {result.pairs} | {result.refused} | {len(result.failures)} |")
    return rows


def summary(arguments, results, seconds):
    pairs = sum(result.pairs for result in results.values())
    failures = sum(len(result.failures) for result in results.values())
    examples = sum(result.examples for result in results.values())
    return "\n".join([
        f"## {datetime.date.today().isoformat()}", "",
        f"{pairs} different pairs of tariff and usage priced in {examples} examples, {failures} failures; seed {arguments.seed}, "
        f"{arguments.processes} processes, {seconds:.0f} s, Python {platform.python_version()}.", "", *table(results), ""])


HEAD = """# Property campaign

What `campaign.py` ran and what came of it: every property of this folder on seeded random examples, the library behind its driver against the
independent model in exact fractions, or against itself by a law. A pair is a tariff and the usage priced by it, counted once however often it comes;
"not spoken of" are examples for which a property claims nothing; "refused by both" are bills that library and model refuse with the same status.

    python3 tests/property/campaign.py build/gcc/tests/property/driver --pairs 200000 --write

"""


def again(arguments):
    name, seed = arguments.again
    test = next(test for found, test in properties().items() if name in found)
    driver, result = Counting(arguments.driver), Result()
    one(arguments.driver, driver, test, seed, result)
    for failure in result.failures:
        report(name, failure)
    print("rejected" if result.rejected else "failed" if result.failures else "held")
    return bool(result.failures)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("driver")
    parser.add_argument("--pairs", type=int, default=20000)
    parser.add_argument("--processes", type=int, default=os.cpu_count())
    parser.add_argument("--seed", default=datetime.datetime.now().strftime("%Y%m%d%H%M%S"))
    parser.add_argument("--only", default="")
    parser.add_argument("--again", nargs=2, metavar=("TEST", "SEED"))
    parser.add_argument("--write", action="store_true")
    arguments = parser.parse_args()
    if arguments.again:
        return again(arguments)
    print(f"seed {arguments.seed}", flush=True)
    began = time.monotonic()
    results = campaign(arguments)
    text = summary(arguments, results, time.monotonic() - began)
    print(text)
    if arguments.write:
        page = HERE / "CAMPAIGN.md"
        before = page.read_text(encoding="utf-8").removeprefix(HEAD) if page.exists() else ""
        page.write_text(HEAD + text + ("\n" + before if before else ""), encoding="utf-8")
    return any(result.failures for result in results.values()) or not results


if __name__ == "__main__":
    sys.exit(main())
