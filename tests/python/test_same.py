# SPDX-License-Identifier: Apache-2.0
"""Every published case of ledger, apportionment and heat through Python, answered as the program answers, to the byte."""

import importlib.util
import json

from conftest import ROOT
import pytest
import same

import meterbill
from meterbill._native import core

pytestmark = pytest.mark.skipif(not same.PROGRAM, reason="MBILL_PROGRAM does not name the program")
GOLDEN = ROOT / "tests/golden"


def cases(area):
    paths = sorted((GOLDEN / area / "cases").glob("*.json"))
    assert paths
    return pytest.mark.parametrize("case", [json.loads(path.read_text(encoding="utf-8")) for path in paths], ids=[path.stem for path in paths])


def module(area):
    spec = importlib.util.spec_from_file_location(f"golden_{area}", GOLDEN / area / "run.py")
    made = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(made)
    return made


@cases("ledger")
def test_ledger(case, tmp_path):
    document = same.text_of(module("ledger").document_of(case))
    assert same.python(meterbill.Book().apply_text, document) == same.program("ledger", "apply", "@it", files={"it": document}, folder=tmp_path)


def test_operations_one_by_one_are_those_of_the_document():
    """The lines of every case: each result, record and account is that of the batch."""
    ledger = module("ledger")
    for path in sorted((GOLDEN / "ledger/cases").glob("*.json"))[:40]:
        document = ledger.document_of(json.loads(path.read_text(encoding="utf-8")))
        if any("linked" in operation.get("flags", []) for batch in document["batches"] for operation in batch["operations"]):
            continue
        whole, book = meterbill.Book().apply(document), meterbill.Book()
        for batch, expected in zip(document["batches"], whole["batches"], strict=True):
            at = meterbill.Zone.rule("UTC0").parse(batch["at"])
            for operation, result in zip(batch["operations"], expected["results"], strict=True):
                line = dict(operation, **({"policy": document["policies"][operation["policy"]]} if "policy" in operation else {}))
                entry = book.do_line(same.text_of(line), at=at)
                assert (entry.result, entry.first, entry.field, entry.record) == tuple(result.get(key) for key in ("result", "first", "field", "record"))
            if not batch["operations"]:
                book.tick(at)
        assert book.journal() == journal_of(document)


def journal_of(document):
    book = meterbill.Book()
    book.apply(document)
    return book.journal()


@cases("apportion")
def test_apportion(case, tmp_path):
    for split in case["splits"]:
        request = same.text_of(split["request"])
        ours = same.python(lambda: meterbill.Split.read(request).text)
        assert ours == same.program("split", "@it", files={"it": request}, folder=tmp_path)
        if isinstance(ours, str):
            made = meterbill.Split.read(request)
            made.verify(ours)
            for form, call in (("ledger", made.operations), ("bills", made.bills)):
                theirs = same.program("split", "@it", "--as", form, files={"it": request}, folder=tmp_path)
                assert same.python(call) == (theirs.splitlines() if isinstance(theirs, str) else theirs)


def option(words, name, default=None):
    return words[words.index("--" + name) + 1] if "--" + name in words else default


def heat_call(words, documents):
    """The same call of the package, or None."""
    if words[:2] == ["heat", "settle"]:
        return core.mbill_face_heat_settle(documents[words[2][1:]])
    if words[:2] == ["heat", "energy"] and len(words) == 3:
        return core.mbill_face_heat_energy(documents[words[2][1:]])
    if words[0] == "convert":
        facts, step, how = option(words, "facts"), *option(words, "round", "0.000001,half_even").split(",")
        return meterbill.heat.convert(words[1], words[2], words[3], facts=documents[facts[1:]] if facts else None, round_to=(step, how)).text
    if words[:2] == ["heat", "coefficient"]:
        k = meterbill.heat.coefficient(option(words, "flow"), option(words, "return"), side=option(words, "side"), pressure_mpa=option(words, "pressure", "1.6"), cold="--cold" in words)
        return k.kwh, k.mj
    if words[:2] == ["heat", "water"]:
        water = meterbill.heat.water(option(words, "temperature"), pressure_mpa=option(words, "pressure", "1.6"))
        return water.volume, water.enthalpy
    return None


NUMBERS = {"heat_coefficient": ("k_kwh", "k_mj"), "heat_water": ("volume_m3_per_kg", "enthalpy_kj_per_kg")}


@cases("heat")
def test_heat(case, tmp_path):
    told = 0
    for call in case["calls"] if "rows" not in case else []:
        documents = {name: document if isinstance(document, str) else same.text_of(document) for name, document in call.get("documents", {}).items()}
        ours = same.python(heat_call, call["run"], documents)
        if ours is None:
            continue
        theirs = same.program(*call["run"], files=documents, folder=tmp_path)
        if isinstance(ours, tuple) and isinstance(theirs, str):
            golden = json.loads(theirs)
            theirs = tuple(meterbill.money.Decimal(golden[key]) for key in NUMBERS[golden["kind"]])
        assert ours == theirs
        told += 1
    if not told:
        pytest.skip("says nothing that has a call of its own in Python")
