# SPDX-License-Identifier: Apache-2.0
"""What is said of the tests themselves: every field of the tariff is used by a document, known to the fuzzer, and in the page of proofs."""

import json
import pathlib
import re
import subprocess
import sys

import pytest

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tests/golden"))

from constructs import Schema  # noqa: E402  pylint: disable=wrong-import-position

UNUSED = set()  # fields that no golden, example or unit document uses, with the reason; none


def schema(kind):
    return Schema(ROOT / f"include/meterbill/schema/{kind}-1.schema.json")


def tariffs():
    """Tariffs of the golden cases, the examples and the unit tests."""
    for path in sorted((ROOT / "tests/golden").glob("*/*.json")):
        yield json.loads(path.read_text(encoding="utf-8"))["tariff"]
    for path in sorted((ROOT / "examples").glob("*/tariffs/*.json")):
        yield json.loads(path.read_text(encoding="utf-8"))
    for path in sorted((ROOT / "tests/unit").glob("*.c")):
        yield from documents_in(path.read_text(encoding="utf-8"))


def documents_in(source):
    """Whole tariffs that stand in a C source as one string literal, in parts or whole."""
    for literal in re.findall(r'(?:"(?:[^"\\\n]|\\.)*"\s*)+', source):
        text = "".join(re.findall(r'"((?:[^"\\\n]|\\.)*)"', literal)).replace('\\"', '"').replace("\\n", "\n").replace("\\\\", "\\")
        try:
            document = json.loads(text)
        except ValueError:
            continue
        if isinstance(document, dict) and "charges" in document:
            yield document


def test_every_field_of_a_tariff_is_used():
    fields, used = schema("tariff"), set()
    for tariff in tariffs():
        used |= {field[:2] for field in fields.used(tariff)}
    assert {field[:2] for field in fields.fields()} - used == UNUSED


@pytest.mark.parametrize("kind", sorted(kind for kind in ("tariff",) if (ROOT / f"tests/fuzz/{kind}.dict").exists()))
def test_the_fuzzer_knows_every_key_and_word(kind):
    known = set(re.findall(r'^"\\"(.*)\\""$', (ROOT / f"tests/fuzz/{kind}.dict").read_text(encoding="utf-8"), re.MULTILINE))
    fields = schema(kind).fields()
    wanted = {key for _, key, _ in fields} | {shape.strip('"') for _, _, shape in fields if shape.startswith('"')}
    assert wanted - known == set()


def test_the_page_of_proofs_is_of_the_cases():
    done = subprocess.run([sys.executable, str(ROOT / "tests/golden/proofs.py")], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout
