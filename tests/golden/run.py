#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Runs the golden cases (tests/golden/<area>/<id>.json) through the program `meterbill` and compares exactly. Prints TAP.

    run.py [--model] [--only PART] [PROGRAM]

PROGRAM is the path of `meterbill`, or the environment variable MBILL_PROGRAM. --model prices with tests/property/model.py instead. Cases with
"vectors" read loads from the folder named by MBILL_VECTORS and are skipped without it. README.md says what a case file holds.
"""
import concurrent.futures
import csv
import datetime
from decimal import Decimal
import functools
import json
import os
import pathlib
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
TIMEOUT_S = 20


class Skip(Exception):
    """The case cannot run here."""


class Wrong(Exception):
    """The answer differs from what the case expects."""


class Refusal(Exception):
    """The pricer refused: status, path and message."""

    def __init__(self, status, path, message):
        super().__init__(f"{status} {path}: {message}")
        self.status, self.path, self.message = status, path or "", message


def want(condition, message):
    if not condition:
        raise Wrong(message)


# --- the two pricers ----------------------------------------------------------------------------------------------------------------

def by_program(program, tariff, usage, facts, position, later=(), change=None):
    with tempfile.TemporaryDirectory(prefix="mbill-golden-") as folder:
        versions = {f"version{number}": version for number, version in enumerate([tariff, *later])}
        paths = write_documents(folder, usage=usage, facts=facts, position=position, **versions)
        command = [program, "price", *(paths[name] for name in versions), paths["usage"]]
        if change is not None:
            command += ["--change", change["split"]]
        if change is not None and "round" in change:
            rule = change["round"]
            command += ["--change-round", rule if rule == "none" else f"{rule['step']},{rule['how']}"]
        for name in ("facts", "position"):
            command += ["--" + name, paths[name]] if name in paths else []
        return answer_of(command, "price")


def buy_by_program(program, tariff, purchase, position):
    with tempfile.TemporaryDirectory(prefix="mbill-golden-") as folder:
        paths = write_documents(folder, tariff=tariff, facts=purchase.get("facts"), position=position)
        command = [program, "buy", paths.pop("tariff"), "--money", purchase["money"], "--at", purchase["at"]]
        for name, path in paths.items():
            command += ["--" + name, path]
        return answer_of(command, "buy")


def write_documents(folder, **documents):
    paths = {}
    for name, document in documents.items():
        if document is not None:
            paths[name] = os.path.join(folder, name + ".json")
            with open(paths[name], "w", encoding="utf-8") as file:
                json.dump(document, file, ensure_ascii=False)
    return paths


def answer_of(command, kind):
    done = subprocess.run(command + ["--json"], capture_output=True, timeout=TIMEOUT_S, check=False)
    text = done.stdout.decode("utf-8")
    if done.returncode == 1:
        error = error_document(text, done.stderr.decode("utf-8"))
        raise Refusal(error["status"], error.get("path"), error["message"])
    want(done.returncode == 0, f"exit code {done.returncode}: {done.stderr.decode('utf-8').strip()}")
    answer = json.loads(text)
    want(answer.get("meterbill") == 1 and answer.get("kind") == kind, f"the answer is no document of kind {kind}")
    return answer


def error_document(*texts):
    for text in texts:
        try:
            document = json.loads(text)
        except ValueError:
            continue
        if document.get("kind") == "error":
            return document
    raise Wrong("exit code 1 without a document of kind error")


def by_model(tariff, usage, facts, position, later=(), change=None):
    sys.path.insert(0, str(HERE.parent / "property"))
    import model
    import model_change
    try:
        if later:
            return model_change.price([tariff, *later], usage, facts, position, change)
        return model.price(tariff, usage, facts, position)
    except model.Refused as refused:
        raise Refusal(refused.status, refused.path, refused.message) from refused


def buy_by_model(tariff, purchase, position):
    sys.path.insert(0, str(HERE.parent / "property"))
    import model
    import model_buy
    try:
        return model_buy.buy(tariff, purchase["at"], purchase["money"], purchase.get("facts"), position)
    except model.Refused as refused:
        raise Refusal(refused.status, refused.path, refused.message) from refused


# --- loads from outside the repository ----------------------------------------------------------------------------------------------

@functools.lru_cache(maxsize=None)
def load(path, factor):
    with open(path, encoding="utf-8") as file:
        return [format(Decimal(row[0]) * Decimal(factor), "f") for row in csv.reader(file)]


def with_load(usage, vectors):
    """The usage document with the hours from its "from" to its "to" filled in from the case's load file."""
    folder = os.environ.get("MBILL_VECTORS")
    if not folder:
        raise Skip("MBILL_VECTORS is not set")
    begin, end, first = (datetime.datetime.fromisoformat(text) for text in (usage["from"], usage["to"], vectors["start"]))
    entries = []
    for entry in usage["inputs"]:
        path = os.path.join(folder, vectors["load"] if isinstance(vectors["load"], str) else vectors["load"][entry["register"]])
        if not os.path.exists(path):
            raise Skip(path + " is not there")
        at, stop = (int((time - first).total_seconds()) // entry["step_s"] for time in (begin, end))
        entries.append(dict(entry, values=load(path, vectors.get("factor", "1"))[at:stop]))
        want(len(entries[-1]["values"]) == stop - at, "the load file is too short")
    return dict(usage, inputs=entries)


def with_formula(usage, rule):
    """The usage document with the same value in every step but those that the rule names by their start."""
    begin, end = (datetime.datetime.fromisoformat(usage[key]) for key in ("from", "to"))
    entries = []
    for entry in usage["inputs"]:
        values = [rule["each"]] * (int((end - begin).total_seconds()) // entry["step_s"])
        for time, value in rule.get("but", {}).items():
            at = int((datetime.datetime.fromisoformat(time) - begin).total_seconds()) // entry["step_s"]
            if 0 <= at < len(values):
                values[at] = value
        entries.append(dict(entry, values=values))
    return dict(usage, inputs=entries)


def filled(usage, case):
    if "vectors" in case:
        return with_load(usage, case["vectors"])
    return with_formula(usage, case["load"]) if "load" in case else usage


# --- comparison ---------------------------------------------------------------------------------------------------------------------

def same(expected, got, within):
    return abs(Decimal(expected) - Decimal(got)) <= Decimal(within)


def check_refused(expected, refusal):
    if "status" in expected:
        want(refusal.status == expected["status"], f"status {refusal.status}, expected {expected['status']}: {refusal.message}")
    if "path" in expected:
        want(refusal.path == expected["path"], f"path {refusal.path!r}, expected {expected['path']!r}: {refusal.message}")
    want(refusal.message, "the refusal has no message")
    want(expected.get("contains", "") in refusal.message, f"message {refusal.message!r} lacks {expected.get('contains')!r}")


def check_lines(expected, lines, skip_rounding):
    if skip_rounding:
        lines = [line for line in lines if line["rule"] != "rounding"]
    want(len(lines) == len(expected), f"{len(lines)} lines, expected {len(expected)}: {json.dumps(lines)}")
    for index, (wanted, line) in enumerate(zip(expected, lines)):
        for key, value in wanted.items():
            got = line.get(key)
            alike = got is not None and same(value, got, 0) if key in ("quantity", "measured", "rate", "amount") else got == value
            want(alike, f"line {index}: {key} {got}, expected {value}")


def check_bill(expected, answer, billed_to, tariff):
    bill, position, within = answer["bill"], answer["position"], expected.get("within", "0")
    lines = bill["lines"]
    want(same(bill["total"], sum(Decimal(line["amount"]) for line in lines), 0), "the lines do not add up to the total")
    want(position["tariff"] == tariff["id"] and position["version"] == tariff["version"], "the position names another tariff")
    want("T" in billed_to or position["billed_to"].startswith(billed_to + "T00:00:00"),
         f"the position is billed to {position['billed_to']}, the bill ends {billed_to}")
    if "total" in expected:
        want(same(expected["total"], bill["total"], within), f"total {bill['total']}, expected {expected['total']}")
    if "lines" in expected:
        check_lines(expected["lines"], lines, expected.get("skip_rounding", False))
    if "converted" in expected:
        check_lines(expected["converted"], bill.get("converted", []), False)
    for charge, amount in expected.get("charges", {}).items():
        got = sum((Decimal(line["amount"]) for line in lines if line.get("charge") == charge), Decimal(0))
        want(same(amount, got, within), f"charge {charge} is {got}, expected {amount}")
    for charge, used in expected.get("used", {}).items():
        got = [entry["used"] for entry in position["ladders"] if entry["charge"] == charge]
        want(len(got) == 1 and same(used, got[0], 0), f"position of {charge} is {got}, expected {used}")


def check_purchase(expected, answer, purchase, tariff):
    check_bill(expected, answer, purchase["at"], tariff)
    want(same(Decimal(purchase["money"]) - Decimal(answer["bill"]["total"]), answer["change"], 0), f"change {answer['change']} is not money less total")
    for key in ("quantity", "change"):
        if key in expected:
            want(same(expected[key], answer[key], 0), f"{key} {answer[key]}, expected {expected[key]}")


def run_purchases(case, buyer):
    """Buys in order; the position of each purchase goes into the next."""
    position = None
    for index, purchase in enumerate(case["purchases"]):
        position = purchase.get("position", position)
        try:
            try:
                answer = buyer(case["tariff"], purchase, position)
            except Refusal as refusal:
                want("refused" in purchase, f"refused: {refusal}")
                check_refused(purchase["refused"], refusal)
                continue
            want("refused" not in purchase, f"sold, but must be refused: {purchase.get('refused')}")
            check_purchase(purchase["expect"], answer, purchase, case["tariff"])
        except Wrong as wrong:
            raise Wrong(f"purchase {index}: {wrong}") from None
        position = answer["position"]


def run_case(case, pricer):
    """Prices the bills of one case in order; the position of each goes into the next."""
    if "refused" in case:
        bills = [{"usage": {"meterbill": 1, "kind": "usage", "from": "2026-01-01", "to": "2026-02-01", "inputs": []}, "refused": case["refused"]}]
    else:
        bills = case["bills"]
    position, total = None, Decimal(0)
    for index, bill in enumerate(bills):
        usage = filled(bill["usage"], case)
        if "position" in bill:
            position = bill["position"]
        try:
            answer = pricer(case["tariff"], usage, bill.get("facts"), position, case.get("later", ()), case.get("change"))
        except Refusal as refusal:
            try:
                want("refused" in bill, f"refused: {refusal}")
                check_refused(bill["refused"], refusal)
            except Wrong as wrong:
                raise Wrong(f"bill {index}: {wrong}") from None
            continue
        try:
            want("refused" not in bill, f"priced, but must be refused: {bill.get('refused')}")
            check_bill(bill["expect"], answer, usage["to"], [case["tariff"], *case.get("later", ())][-1])
        except Wrong as wrong:
            raise Wrong(f"bill {index}: {wrong}") from None
        total += Decimal(answer["bill"]["total"])
        position = answer["position"]
    if "sum" in case:
        wanted = case["sum"]
        want(same(wanted["total"], total, wanted.get("within", "0")), f"sum of the bills {total}, expected {wanted['total']}")


def judge(path, pricer, buyer):
    """(state, remark) of one case file; state is "ok", "not ok" or "skip"."""
    try:
        with open(path, encoding="utf-8") as file:
            case = json.load(file)
        if "purchases" in case:
            run_purchases(case, buyer)
        else:
            run_case(case, pricer)
        return "ok", ""
    except Skip as skip:
        return "skip", str(skip)
    except (Wrong, subprocess.TimeoutExpired) as wrong:
        return "not ok", str(wrong)
    except (KeyError, ValueError, TypeError) as broken:
        return "not ok", f"the case or the answer has another form: {type(broken).__name__} {broken}"


def main(arguments):
    use_model = "--model" in arguments
    arguments = [argument for argument in arguments if argument != "--model"]
    only = ""
    if "--only" in arguments:
        at = arguments.index("--only")
        only = arguments[at + 1]
        del arguments[at:at + 2]
    program = arguments[0] if arguments else os.environ.get("MBILL_PROGRAM")
    if not use_model and not program:
        print("Bail out! name the program meterbill as argument or in MBILL_PROGRAM")
        return 2
    pricer = by_model if use_model else functools.partial(by_program, program)
    buyer = buy_by_model if use_model else functools.partial(buy_by_program, program)
    paths = sorted(path for path in HERE.glob("*/*.json") if only in str(path.relative_to(HERE)))
    print(f"1..{len(paths)}")
    counts = {"ok": 0, "not ok": 0, "skip": 0}
    workers = 1 if use_model else 2
    with concurrent.futures.ThreadPoolExecutor(workers) as pool:
        for number, (path, (state, remark)) in enumerate(zip(paths, pool.map(lambda path: judge(path, pricer, buyer), paths)), 1):
            counts[state] += 1
            name = path.relative_to(HERE).with_suffix("")
            print(f"{'ok' if state == 'skip' else state} {number} - {name}" + (f" # SKIP {remark}" if state == "skip" else ""))
            if state == "not ok":
                print("  # " + remark.replace("\n", "\n  # "))
    print(f"# {counts['ok']} passed, {counts['not ok']} failed, {counts['skip']} skipped")
    return 1 if counts["not ok"] or not paths else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
