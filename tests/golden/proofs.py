#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""examples/guide/proofs.md: which published case proves which field of a tariff. proofs.py [--write]: compare the page with the cases, or write it.

The page is made of the cases of this folder and the schema of the tariff, so that a case that is not there cannot be named and none is left out.
"""
import collections
import json
import pathlib
import re
import sys

from constructs import Schema

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parents[1]
PAGE = ROOT / "examples/guide/proofs.md"
SHOWN = 5
NUMBERED = re.compile(r"[A-Z]\d|tc-\d")  # the id of a case in the source list, with what tells its variants apart behind "_"
OUR_OWN = "examples/guide/"  # a case of this source tests a sentence of the guide that no bill was published for

HEAD = """# Which case proves which field

Every bill in [tests/golden](../../tests/golden/README.md) was published by somebody, or tests a sentence of this guide. The first table says for each field
of the [tariff](tariff.md) which published cases come to the published amount with it, the second which fields stand out in each published case. Cases in
*italics* are of the guide: the field has a test, but no published bill. A field with "none" has neither. The page is made from the cases
(`python3 tests/golden/proofs.py --write`), and the tests compare it.

"""


def cases():
    """The schema and [(published or not, case, fields)]; a case that is refused proves no field, but stands among the published ones."""
    schema = Schema(ROOT / "include/meterbill/schema/tariff-1.schema.json")
    found = []
    for path in sorted(HERE.glob("*/*.json")):
        case = json.loads(path.read_text(encoding="utf-8"))
        published = not case["source"].startswith(OUR_OWN)
        name = case["case"].partition("_")[0] if NUMBERED.match(case["case"]) else case["case"]
        found.append((published, name, schema.used(case["tariff"]) if path.parent.name != "refused" else set()))
    return schema, found


def names(proofs):
    """A few cases by name, those that use the fewest fields first: they say most about each."""
    known = {}
    for fields, name in sorted((len(fields), name) for _, name, fields in proofs):
        known.setdefault(name, fields)
    return ", ".join(list(known)[:SHOWN]) + (f" and {len(known) - SHOWN} more" if len(known) > SHOWN else "")


def field_text(key, shape):
    return f"`{key}`" + (f" `{shape}`" if shape.startswith('"') else f", {shape}" if shape else "")


def rows_of_fields(schema, found):
    for title, properties in schema.objects():
        yield f"\n### {title}\n\n| field | proved by |\n| --- | --- |"
        for key, part in properties.items():
            for shape in schema.shapes(part):
                proofs = [case for case in found if (title, key, shape) in case[2]]
                published = [case for case in proofs if case[0]]
                yield f"| {field_text(key, shape)} | {names(published) or (f'*{names(proofs)}*' if proofs else 'none')} |"


def rows_of_cases(found):
    usual, by_case = collections.Counter(field for case in found for field in case[2]), collections.defaultdict(set)
    for published, name, fields in found:
        if published:
            by_case[name] |= fields
    for name, fields in sorted(by_case.items()):
        rare = sorted((field for field in fields if usual[field] < len(found) / 3), key=lambda field: (usual[field], field))[:SHOWN]
        yield f"| {name} | {'; '.join(f'{title}: {field_text(key, shape)}' for title, key, shape in rare) or ('one price' if fields else 'what must be refused')} |"


def rows_of_alarms():
    """The cases of alarms, which say themselves what they prove."""
    yield "Cases of [alarms](alarms.md); those in *italics* are of the guide.\n\n| case | proves | source |\n| --- | --- | --- |"
    for path in sorted((HERE / "alarm/cases").glob("*.json")):
        case = json.loads(path.read_text(encoding="utf-8"))
        own = case["source"].endswith(OUR_OWN + "alarms.md")
        yield f"| {'*' if own else ''}{case['case']}{'*' if own else ''} | {case['check']} | {case['source']} |"


def page():
    schema, found = cases()
    fields = "\n".join(rows_of_fields(schema, found))
    table = "\n".join(["| case | fields that stand out |", "| --- | --- |", *rows_of_cases(found)])
    return HEAD + "## Fields\n" + fields + "\n\n## Published cases\n\n" + table + "\n\n## Alarms\n\n" + "\n".join(rows_of_alarms()) + "\n"


def main():
    text = page()
    if sys.argv[1:] == ["--write"]:
        PAGE.write_text(text, encoding="utf-8")
    there = PAGE.read_text(encoding="utf-8") if PAGE.exists() else ""
    lines = set(there.splitlines()) ^ set(text.splitlines())
    for line in sorted(lines)[:20]:
        print(f"# differs: {line}")
    if there != text:
        print("# examples/guide/proofs.md is not of these cases: python3 tests/golden/proofs.py --write")
    print(f"1..1\n{'ok' if there == text else 'not ok'} 1 - proofs.md")
    return there != text


if __name__ == "__main__":
    sys.exit(main())
