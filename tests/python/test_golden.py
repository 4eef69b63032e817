# SPDX-License-Identifier: Apache-2.0
"""The published cases of tests/golden through Python; with MBILL_PROGRAM also byte for byte what the program says."""

import datetime as dt
import functools
import json
import os
import pathlib
import subprocess

import pytest
import run as golden

import meterbill

PROGRAM = os.environ.get("MBILL_PROGRAM")
CASES = sorted(golden.HERE.glob("*/*.json"))


def text_of(document):
    return None if document is None else json.dumps(document, ensure_ascii=False)


def by_python(tariff, usage, facts, position, later=(), change=None):
    try:
        documents = {"facts": text_of(facts), "position": text_of(position)}
        if later:
            versions = [meterbill.Tariff.compile(text_of(one)) for one in (tariff, *later)]
            rule = change.get("round", "none")
            round_to = None if rule == "none" else (rule["step"], rule["how"])
            answer = meterbill.price_versions(versions, text_of(usage), split=change["split"], round_to=round_to, **documents).text
        else:
            answer = meterbill.Tariff.compile(text_of(tariff)).price(text_of(usage), **documents).text
    except meterbill.MeterbillError as error:
        raise golden.Refusal(f"MBILL_{error.status.name}", error.path, error.message) from error
    return answer


def buy_by_python(tariff, purchase, position):
    at = dt.datetime.fromisoformat(purchase["at"])
    if at.tzinfo is None:
        at = meterbill.Zone.rule(tariff["zone"]).parse(purchase["at"])
    try:
        compiled = meterbill.Tariff.compile(text_of(tariff))
        return compiled.buy(purchase["money"], at, facts=text_of(purchase.get("facts")), position=text_of(position)).text
    except meterbill.MeterbillError as error:
        raise golden.Refusal(f"MBILL_{error.status.name}", error.path, error.message) from error


def said(call, *arguments):
    """What a call gives: its text, or its refusal as (status, path, message)."""
    try:
        return call(*arguments)
    except golden.Refusal as refusal:
        return refusal.status, refusal.path, refusal.message


def twice(python, program, *arguments):
    """Python's answer, held against the program's where there is one."""
    answer = said(python, *arguments)
    if PROGRAM:
        other = said(program, *arguments)
        golden.want(answer == other, f"Python says {answer!r}, the program {other!r}")
    if isinstance(answer, tuple):
        raise golden.Refusal(*answer)
    return json.loads(answer)


@pytest.fixture(scope="module", autouse=True)
def whole_answers():
    """The program's answers as text, to be compared to the byte."""
    wrapped = golden.answer_of

    def answer_of(command, kind):
        done = subprocess.run(command + ["--json"], capture_output=True, timeout=golden.TIMEOUT_S, check=False)
        if done.returncode == 1:
            error = golden.error_document(done.stdout.decode("utf-8"), done.stderr.decode("utf-8"))
            raise golden.Refusal(error["status"], error.get("path"), error["message"])
        golden.want(done.returncode == 0, done.stderr.decode("utf-8"))
        return done.stdout.decode("utf-8").removesuffix("\n")

    golden.answer_of = answer_of
    yield
    golden.answer_of = wrapped


@pytest.mark.parametrize("path", CASES, ids=[str(path.relative_to(golden.HERE).with_suffix("")) for path in CASES])
def test_case(path: pathlib.Path):
    if "usage" not in path.read_text(encoding="utf-8") and "tariff" not in path.read_text(encoding="utf-8"):
        pytest.skip("another kind of case")
    pricer = functools.partial(twice, by_python, functools.partial(golden.by_program, PROGRAM))
    buyer = functools.partial(twice, buy_by_python, functools.partial(golden.buy_by_program, PROGRAM))
    state, remark = golden.judge(path, pricer, buyer)
    if state == "skip":
        pytest.skip(remark)
    assert state == "ok", remark
