#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Runs the ledger's cases (cases/<id>.json) through `meterbill ledger apply` and compares exactly. Prints TAP.

    run.py [--store|--lines] PROGRAM [PART]

With --lines the operations go through standard input, one a line, and the answers must be those of the document. With --store the ledger is kept in a file, each step is a run of its own, and the answers must be those of a ledger in memory, to the byte; the chain must
verify.

A case has `case`, `source`, `check` and `why` as the other golden cases, `policies`, and `steps`: a batch of a document of kind "operations" with what is
to `expect` of it: `results`, one an operation, by name or as an object of which only the keys given are compared (`first`, `field`, `moved`, and `legs`: the amounts
in order); `supply`, one a question; `accounts` by number, of which only the keys given are compared. Ids may be any text of up to 16 bytes.
"""
from decimal import Decimal
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


def hex_id(text):
    return text.encode("utf-8").ljust(16, b"\0").hex()


def document_of(case):
    batches = []
    for step in case["steps"]:
        operations = [{key: hex_id(value) if key in ("id", "target") else value for key, value in operation.items()} for operation in step["operations"]]
        batches.append({"at": step["at"], "operations": operations, "supply": step.get("supply", [])})
    return {"meterbill": 1, "kind": "operations", "policies": case.get("policies", {}), "batches": batches}


def ask(program, *arguments):
    done = subprocess.run([program, "ledger", *arguments, "--json"], capture_output=True, timeout=20, check=False, text=True)
    want(done.returncode == 0, f"exit code {done.returncode}: {done.stdout}{done.stderr}")
    return json.loads(done.stdout)


def answer_of(program, document, *options):
    with tempfile.NamedTemporaryFile("w", suffix=".json", encoding="utf-8") as file:
        json.dump(document, file)
        file.flush()
        return ask(program, "apply", file.name, *options)["batches"]


def answer_of_store(program, document):
    """A batch a run of the program: what each finds is what the ones before it left in the file."""
    with tempfile.TemporaryDirectory(prefix="mbill-ledger-") as folder:
        path, batches = str(pathlib.Path(folder) / "ledger.db"), []
        for batch in document["batches"]:
            batches += answer_of(program, {**document, "batches": [batch]}, "--store", path)
        ask(program, "verify", path)
    want(batches == answer_of(program, document), "the ledger of a store answers otherwise than one in memory")
    return batches


def lines_of(document):
    """The operations of a document, each a line of its own with its own policy; the questions of a batch go with its last line."""
    for batch in document["batches"]:
        lines = [dict(operation) for operation in batch["operations"]] or [{}]
        for line in lines:
            if "policy" in line:
                line["policy"] = document["policies"][line["policy"]]
        lines[0]["at"] = batch["at"]
        lines[-1]["supply"] = batch["supply"]
        yield lines


def gather(batch, lines):
    """What a batch answers, from the answers to its lines: an account is as the last line that names it says."""
    named = {json.dumps(line[key]["account"]): line[key] for line in lines for key in ("account", "other") if key in line}
    for account in batch["accounts"]:
        want(named.get(json.dumps(account["account"])) == account, f"no line shows account {account['account']} as the document does")
    results = [{key: line[key] for key in ("result", "first", "field", "record") if key in line} for line in lines]
    return {**batch, "results": results[: len(batch["results"])], "supply": lines[-1].get("supply", [])}


def answer_of_lines(program, document):
    sent = list(lines_of(document))
    text = "".join(json.dumps(line) + "\n" for lines in sent for line in lines)
    done = subprocess.run([program, "ledger", "apply", "SMETS"], input=text, capture_output=True, timeout=20, check=False, text=True)
    want(done.returncode == 0, f"exit code {done.returncode}: {done.stdout}{done.stderr}")
    answers = [json.loads(line) for line in done.stdout.splitlines()]
    want(len(answers) == sum(map(len, sent)), f"{len(answers)} answers to {sum(map(len, sent))} lines")
    expected, batches = answer_of(program, document), []
    for lines, batch in zip(sent, expected, strict=True):
        batches.append(gather(batch, answers[: len(lines)]))
        del answers[: len(lines)]
    want(batches == expected, "the operations one a line are answered otherwise than the document")
    return batches


ANSWERS = {"--store": answer_of_store, "--lines": answer_of_lines}


def same(expected, got):
    if isinstance(expected, str) and isinstance(got, str) and expected.lstrip("-")[:1].isdigit():
        return Decimal(expected) == Decimal(got)
    if isinstance(expected, list) and isinstance(got, list):
        return len(expected) == len(got) and all(map(same, expected, got))
    if isinstance(expected, dict) and isinstance(got, dict):
        return all(key in got and same(value, got[key]) for key, value in expected.items())
    return expected == got


def check_result(expected, got, where):
    known = {**got, **{key: value for key, value in got.get("record", {}).items() if key == "moved"}}
    known["legs"] = [leg["amount"] for leg in got.get("record", {}).get("legs", [])]
    expected = {"result": expected} if isinstance(expected, str) else expected
    want(same(expected, known), f"{where}: {json.dumps(known)}, expected {json.dumps(expected)}")


def check_step(step, got, at):
    expected = step["expect"]
    for index, (one, result) in enumerate(zip(expected["results"], got["results"], strict=True)):
        check_result(one, result, f"step {at}, operation {index}")
    supply = [decision["supply"] for decision in got["supply"]]
    want(supply == expected.get("supply", []), f"step {at}: supply {supply}, expected {expected.get('supply', [])}")
    accounts = {str(account["account"]): account for account in got["accounts"]}
    for number, numbers in expected.get("accounts", {}).items():
        want(number in accounts, f"step {at} does not name account {number}")
        for key, value in numbers.items():
            want(same(value, accounts[number].get(key)), f"step {at}, account {number}: {key} {accounts[number].get(key)}, expected {value}")


def judge(answer, program, path):
    """What is wrong with a case; "" when nothing is."""
    case = json.loads(path.read_text(encoding="utf-8"))
    try:
        batches = answer(program, document_of(case))
        for at, (step, got) in enumerate(zip(case["steps"], batches, strict=True)):
            check_step(step, got, at)
    except (Wrong, subprocess.TimeoutExpired) as wrong:
        return str(wrong)
    return ""


def main(*arguments):
    answer = next((ANSWERS[argument] for argument in arguments if argument in ANSWERS), answer_of)
    program, part = ([argument for argument in arguments if argument not in ANSWERS] + [""])[:2]
    paths = sorted(path for path in (HERE / "cases").glob("*.json") if part in path.stem)
    failed = 0
    print(f"1..{len(paths)}")
    for number, path in enumerate(paths, 1):
        wrong = judge(answer, program, path)
        failed += wrong != ""
        print(f"{'not ok' if wrong else 'ok'} {number} - ledger/{path.stem}")
        if wrong:
            print("  # " + wrong)
    return 1 if failed or not paths else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
