#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Runs the cases of apportionment (cases/<id>.json) through `meterbill split` and compares exactly. Prints TAP.

    run.py PROGRAM [PART]      run.py --model [PART]

A case has `case`, `source`, `check` and `why` as the other golden cases, and `splits`: a `request` with what is to `expect` of it, or how it is `refused`: `status`,
`path`, and a word its message `contains`. Of what is expected only the keys given are compared: `amounts` in the order of the request, or by key; any other member of
the answer by its name (objects by the members given, lists entry by entry). Besides, the amounts and the residual must add up to the total, and the answer must not depend on the order of the shares (but by the method "first").
By the program, each answer must pass `--verify`, and must not once a share's amount, its lines, its carry or the residual is another. `times` makes
so many splits one after another, each with the carries of the one before; `sums` are what each key pays in all.
A request with an `id` must be booked by `--as ledger` as the model says, and one with a `bill` be billed by `--as bills`: every bill adds up, its lines are their products,
and all bills are the total but for what `"owner": null` bears. `ledger` are the operations in short: do, account and amount.
With --model the same requests go to tests/property/model_share.py.
"""
from decimal import Decimal
from fractions import Fraction
import importlib
import json
import pathlib
import re
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent


# Refusals of what a request asks; the model knows no others, such as those of its form.
JUDGED = {"MBILL_E_ZERO_WEIGHT", "MBILL_E_RANGE", "MBILL_E_NOT_FOUND", "MBILL_E_INFEASIBLE", "MBILL_E_ALIGN", "MBILL_E_NEGATIVE_REST", "MBILL_E_NO_PARENT", "MBILL_E_CYCLE", "MBILL_E_OVERLAP"}


class Wrong(Exception):
    """The answer differs from what the case expects."""


class Refusal(Exception):
    def __init__(self, status, path, message):
        super().__init__(f"{status} {path}: {message}")
        self.status, self.path, self.message = status, path, message


def want(condition, message):
    if not condition:
        raise Wrong(message)


def by_program(program, request):
    done = subprocess.run([program, "split", "--json"], input=json.dumps(request), capture_output=True, timeout=20, check=False, text=True)
    want(done.returncode in (0, 1), f"exit code {done.returncode}: {done.stderr}")
    answer = json.loads(done.stdout)
    if done.returncode == 1:
        raise Refusal(answer["status"], answer.get("path", ""), answer["message"])
    return answer


def verify(program, request, answer):
    """What `split --verify` says of an answer: None, or the refusal."""
    with tempfile.NamedTemporaryFile("w", suffix=".json") as claim:
        json.dump(answer, claim)
        claim.flush()
        done = subprocess.run([program, "split", "--json", "--verify", claim.name], input=json.dumps(request), capture_output=True, timeout=20, check=False, text=True)
    want(done.returncode in (0, 1), f"exit code {done.returncode}: {done.stderr}")
    return json.loads(done.stdout) if done.returncode == 1 else None


def more(text):
    """Another number."""
    return str(Decimal(text) + 1)


def check_verify(program, request, answer):
    """The answer is right in any order of its parts; the first wrong value is named, with the key of its share."""
    right = json.loads(json.dumps(answer))
    right["parts"].reverse()
    want(verify(program, request, right) is None, f"its own answer is not verified: {right}")
    at = len(answer["parts"]) - 1
    for place in ["amount", "carry", "residual"] if at >= 0 else ["residual"]:
        wrong = json.loads(json.dumps(answer))
        owner = wrong if place == "residual" else wrong["parts"][at]
        if place not in owner:
            continue
        found, owner[place] = owner[place], more(owner[place])
        refusal = verify(program, request, wrong)
        want(refusal is not None and refusal["status"] == "MBILL_E_INVALID", f"a wrong {place} is verified: {refusal}")
        name = f"{place} is {owner[place]}, expected {found}" if place == "residual" else f"share {owner['key']}: {place} is {owner[place]}, expected {found}"
        want(refusal["message"] == name, f"\"{refusal['message']}\" is not \"{name}\"")


def lines_of(program, form, request):
    done = subprocess.run([program, "split", "--as", form], input=json.dumps(request), capture_output=True, timeout=20, check=False, text=True)
    want(done.returncode == 0, f"--as {form}: {done.stderr}")
    return [json.loads(line) for line in done.stdout.splitlines()]


def check_ledger(program, request, wanted):
    """The operations are those of the model, whatever the order of the request, and those that the case says."""
    lines, expected = lines_of(program, "ledger", request), model_of("model_split").operations(request)
    want(lines == expected, f"operations {lines}, by the model {expected}")
    short = [f"{line['do']} {line['account']} {line.get('amount', '0')}" for line in lines]
    want(wanted is None or short == wanted, f"operations {short}, expected {wanted}")
    if "shares" in request and request.get("method") != "first":
        want(lines_of(program, "ledger", dict(request, shares=request["shares"][::-1])) == lines, "the order of the shares matters to the ledger")


def check_bill(bill):
    for line in bill["lines"]:
        product = Fraction(line["quantity"]) * Fraction(line["rate"]) / line.get("divide_by", 1)
        want(abs(product - Fraction(line["amount"])) < Fraction(line.get("step", "0.000001")), f"a line is not its product: {line}")
    want(sum(Fraction(line["amount"]) for line in bill["lines"]) == Fraction(bill["total"]), f"a bill does not add up: {bill}")


def check_bills(program, request, answer, wanted):
    bills = lines_of(program, "bills", request)
    for one in bills:
        check_bill(one["bill"])
    accounts = [int(one["account"]) for one in bills]
    want(accounts == sorted(set(accounts)), f"bills of {accounts}")
    borne = 0 if request.get("owner") else Fraction(answer["residual"])
    want(sum(Fraction(one["bill"]["total"]) for one in bills) + borne == Fraction(answer["total"]), "the bills are not the total")
    for key, lines in (wanted or {}).items():
        bill = next(one["bill"] for one in bills if int(one["account"]) == int(key))
        got = [{name: line.get(name) for name in expected} for line, expected in zip(bill["lines"], lines)]
        want(len(bill["lines"]) == len(lines) and got == lines, f"lines {bill['lines']}, expected {lines}")


def check_money(program, one, answer):
    request = one["request"]
    if "id" in request:
        check_ledger(program, request, one.get("ledger"))
    if "bill" in request:
        check_bills(program, request, answer, one.get("bills"))


def model_of(name):
    sys.path.insert(0, str(HERE.parents[1] / "property"))
    return importlib.import_module(name)


def by_model(request):
    try:
        return model_of("model_split").answer(request)
    except model_of("model_share").Refused as refused:
        raise Refusal(refused.status, None, "") from refused


def alike(wanted, got):
    """Numbers by value, objects by the members that are wanted, lists whole."""
    if isinstance(wanted, dict):
        return isinstance(got, dict) and all(key in got and alike(value, got[key]) for key, value in wanted.items())
    if isinstance(wanted, list):
        return isinstance(got, list) and len(wanted) == len(got) and all(map(alike, wanted, got))
    if isinstance(wanted, str) and isinstance(got, str):
        try:
            return Decimal(wanted) == Decimal(got)
        except ArithmeticError:
            return wanted == got
    return wanted == got


def check(expected, answer):
    amounts = [part["amount"] for part in answer["parts"]]
    want(sum(map(Decimal, amounts)) + Decimal(answer["residual"]) == Decimal(answer["total"]), f"the parts do not add up: {answer}")
    for key, wanted in expected.items():
        got = amounts if key == "amounts" else answer.get(key)
        if key == "amounts" and isinstance(wanted, dict):
            got = {part["key"]: part["amount"] for part in answer["parts"]}
            want(set(wanted) == set(got), f"parts of {sorted(got)}, expected {sorted(wanted)}")
        want(alike(wanted, got), f"{key} is {got}, expected {wanted}")


def check_order(request, answer, asker):
    """The same from the last share to the first."""
    if "shares" not in request or request.get("method") == "first" or "parts" not in answer:
        return
    turned = asker(dict(request, shares=request["shares"][::-1]))
    want(sorted(json.dumps(part) for part in turned["parts"]) == sorted(json.dumps(part) for part in answer["parts"]), "the order of the shares matters")


def run_months(one, asker):
    """The same request again and again, with the carries of the split before."""
    request, sums = json.loads(json.dumps(one["request"])), {}
    for _ in range(one["times"]):
        answer = asker(request)
        check({}, answer)
        for share, part in zip(request["shares"], answer["parts"]):
            sums[part["key"]] = sums.get(part["key"], 0) + Decimal(part["amount"])
            share.update({"carry": part["carry"]} if "carry" in part else {})
    want({key: Decimal(amount) for key, amount in one["sums"].items()} == sums, f"in all {sums}, expected {one['sums']}")


def is_judged(refused):
    """Whether the model knows the refusal: not one of a request's form, at a member."""
    return refused["status"] in JUDGED and re.fullmatch(r"(/(shares|nodes)(/\d+)?)?", refused.get("path", "")) is not None


def run_case(case, asker, program):
    model = program is None
    for index, one in enumerate(case["splits"]):
        if model and "refused" in one and ("id" in one["request"] or not is_judged(one["refused"])):
            continue
        try:
            if "times" in one:
                run_months(one, asker)
                continue
            try:
                answer = asker(one["request"])
            except Refusal as refusal:
                wanted = one.get("refused")
                want(wanted is not None, f"refused: {refusal}")
                want(refusal.status == wanted["status"], f"{refusal}, expected {wanted['status']}")
                want(refusal.path is None or refusal.path == wanted.get("path", refusal.path), f"at {refusal.path}, expected {wanted.get('path')}")
                want(refusal.path is None or wanted.get("contains", "") in refusal.message, f"\"{refusal.message}\" does not hold \"{wanted.get('contains')}\"")
                continue
            want("refused" not in one, f"split, but must be refused: {one.get('refused')}")
            check(one["expect"], answer)
            check_order(one["request"], answer, asker)
            if program is not None:
                check_verify(program, one["request"], answer)
                check_money(program, one, answer)
        except Wrong as wrong:
            raise Wrong(f"split {index}: {wrong}") from None


def main(arguments):
    asker = by_model if arguments[0] == "--model" else lambda request: by_program(arguments[0], request)
    part = arguments[1] if len(arguments) > 1 else ""
    paths = sorted(path for path in (HERE / "cases").glob("*.json") if part in path.name)
    print(f"1..{len(paths)}")
    failed = not paths
    for number, path in enumerate(paths, 1):
        try:
            run_case(json.loads(path.read_text(encoding="utf-8")), asker, None if arguments[0] == "--model" else arguments[0])
            print(f"ok {number} - apportion/{path.stem}")
        except (Wrong, KeyError, ValueError, subprocess.TimeoutExpired) as wrong:
            failed = True
            print(f"not ok {number} - apportion/{path.stem}\n  # {type(wrong).__name__} {wrong}")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
