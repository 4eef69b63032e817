#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""README and the guide do what they say: guide.py PROGRAM SOURCE_ROOT [PAGE ...], pages as paths below SOURCE_ROOT. Prints TAP, a line for each
block of code of README.md and examples/guide/*.md.

Every page runs in an empty folder of its own, from top to bottom:
  * a block whose line before ends in `name`: is written to the file of that name, and a later block `sh` of the page must use it; ends it in
    "into `name`:", the members of the block go into the document of that name, and the program must read what comes of it. A charge takes the place
    of the one with its id; a new one comes before the one that follows it in the block, or last;
  * a block `sh` is run there, with meterbill in PATH and the libraries known to pkg-config; a block `text` right behind it is what it must print
    (stdout and stderr as they come, times taken "0.002 s" and hashes apart), and without one it must end with exit code 0;
  * a block `c` with the name of an example is a part of it: "`bulk.c`:" is examples/bulk/bulk.c, line by line, however deep it stands there, which is
    compiled, run, and prints its expected.txt;
  * a block `json` without a name is read by the program: a whole document as its kind, a part of a tariff within a tariff;
  * a block `python` is run by the Python that MBILL_PYTHON names, into which the package is installed, and a block `sh` that calls java with the
    jar that MBILL_JAR names; a block `text` behind them as behind `sh`. Without the two they are skipped: the suites python and java give them. What
    names pyspark, $SPARK_HOME or org.meterbill.spark is run by the suite spark, with Python MBILL_SPARK and MBILL_SPARK_JARS; Spark's stderr is left out;
  * a block `formula` is for people.
A block of any other kind is a mistake, and so is one that is only indented. README goes on from the files of the guide's first page. What is not run
is in NOT_RUN, with what runs it instead.
"""

import json
import os
import pathlib
import re
import subprocess
import sys
import tempfile

# The stock shell where it is not installed: sqlite3 [-readonly] FILE SQL.
SQLITE = """#!{python}
import sqlite3, sys
file, sql = [argument for argument in sys.argv[1:] if argument != "-readonly"]
with sqlite3.connect(file) as connection:
    for row in connection.execute(sql):
        print("|".join("" if cell is None else str(cell) for cell in row))
"""
# Page and first words of a block that is not run here -> why not.
NOT_RUN = {
    ("README.md", "sh examples/quickstart.sh"): "installs packages: suite quickstart runs it, and its second line is what runs this",
    ("README.md", "cc -std=c11 -I. -o bill bill.c meterbill.c"): "suite amalgamation runs it with the two files beside it",
    ("README.md", "meson setup build"): "installs into the system: suite examples installs below a prefix",
    ("README.md", "pip install ."): "installs: suite python does it in an environment of its own",
    ("README.md", "mvn -f bindings/java verify"): "suite java runs it",
}
BEGINS_WITH = {"README.md": "examples/guide/README.md"}  # the page whose files are there
TOP = {"meterbill", "kind", "id", "version", "title", "source", "currency", "zone", "valid", "inputs", "calendar", "calendars", "tables", "series", "rounding", "buy", "charges"}


class Block:
    """language, text, name of the file it stands for or (into) is a part of, line in the page."""

    def __init__(self, language, text, name, into, line):
        self.language, self.text, self.name, self.into, self.line = language, text, name, into, line


def blocks_of(path):
    blocks, before, lines = [], "", path.read_text(encoding="utf-8").splitlines()
    at = 0
    while at < len(lines):
        if lines[at].startswith("```"):
            end = lines.index("```", at + 1)
            name = re.search(r"(into )?`([\w.-]+)`:$", before)
            into = name is not None and name.group(1) is not None
            blocks.append(Block(lines[at][3:], "\n".join(lines[at + 1:end]) + "\n", name and name.group(2), into, at + 1))
            at, before = end, ""
        elif lines[at].startswith("    ") and not before:
            blocks.append(Block("indented", lines[at].strip() + "\n", None, False, at + 1))
            at += next((n for n, line in enumerate(lines[at:]) if not line.startswith("    ")), len(lines) - at) - 1
        else:
            before = lines[at].strip() or (before if before.endswith("`:") else "")
        at += 1
    return blocks


class Page:
    def __init__(self, root, folder):
        self.root, self.folder = root, pathlib.Path(folder)
        # what a part of a tariff is a part of; parts of the page add up
        self.tariff = {"meterbill": 1, "id": "guide", "version": "1", "currency": "CNY", "zone": "CST-8", "valid": {"from": "2000-01-01", "to": None},
                       "inputs": {"energy": {"register": "import", "unit": "kWh"}}, "rounding": {"line": "none", "charge": "none", "bill": "none"}}
        self.charge = {"id": "charge", "quantity": "energy", "rate": "1"}

    def write(self, name, document):
        (self.folder / name).write_text(document if isinstance(document, str) else json.dumps(document), encoding="utf-8")
        return name

    def run(self, *command, seconds=60):
        done = subprocess.run(command, cwd=self.folder, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=seconds, check=False)
        return done.returncode, done.stdout.decode("utf-8")

    def shell(self, text):
        return self.run("sh", "-c", text)

    def part(self, text):
        """A part of a tariff: members of the tariff, members of a charge, or a charge."""
        is_charge = text.startswith("{")
        given = json.loads(text if is_charge else "{" + text + "}")
        if "calendars" in given:  # each must have its charge, so that such a part brings both
            whole = {key: value for key, value in self.tariff.items() if key != "calendar"}
            return self.run("meterbill", "tariff", "check", self.write("part.json", {**whole, **given}))
        for key, value in given.items():
            if key in TOP and key not in ("tables", "series") and not is_charge:
                self.tariff.setdefault(key, {}).update(value) if key == "inputs" else self.tariff.__setitem__(key, value)
        charge = {**self.charge, **{key: value for key, value in given.items() if is_charge or key not in TOP}}
        tiers = charge.get("tiers", {})
        if "tiers" in charge and "rate" not in given:
            charge["rate"] = ["1"] * (len(tiers.get("bounds", tiers.get("widths"))) + 1)
        times = {tiers.get("times"), tiers.get("add", {}).get("for_each")} - {None, "days", "months"}
        facts = {name: {"fact": name, "unit": "1"} for name in times}
        # a table or series must be looked into, so it is checked with the charges beside it and not kept
        tables = {key: given[key] for key in ("tables", "series") if key in given}
        charges = given.get("charges", [charge])
        return self.run("meterbill", "tariff", "check",
                        self.write("part.json", {**self.tariff, "inputs": {**self.tariff["inputs"], **facts}, **tables, "charges": charges}))

    def document(self, text):
        document = None if text.startswith('"') else json.loads(text)
        if document is None or "meterbill" not in document:
            return self.part(text)
        kind = document.get("kind", "tariff")
        name = self.write("block.json", text)
        if kind == "tariff":
            return self.run("meterbill", "tariff", "check", name)
        if kind == "alarms":
            return self.run("meterbill", "alarm", "check", name)
        if kind == "split":
            return self.run("meterbill", "split", name)
        if kind == "accounts":
            return self.shell("meterbill db init block.db && meterbill db import block.db block.json")
        registers = [entry["register"] for entry in document.get("inputs", [])]
        inputs = {one: {"register": one, "unit": "kWh"} for one in registers}
        tariff = {**self.tariff, "inputs": inputs, "charges": [{"id": "charge", "quantity": "one", "rate": "1"}]}
        tariff.pop("calendar", None)
        periods = sorted({name for entry in document.get("inputs", []) for name in entry.get("periods", {})})
        if periods:
            tariff["calendar"] = {"periods": [{"name": name, "when": [{"at": [f"{hour:02}:00-{hour + 1:02}:00"]}]} for hour, name in enumerate(periods[1:])] +
                                  [{"name": periods[0], "otherwise": True}]}
        start = document.get("billed_to", "2026-01-01")
        usage = {"meterbill": 1, "kind": "usage", "from": start, "to": start.replace("-03-", "-04-") if "billed_to" in document else "2026-02-01", "inputs": []}
        if kind == "usage":
            return self.run("meterbill", "price", self.write("tariff.json", tariff), name, "--allow-gaps")
        if kind == "facts":
            return self.run("meterbill", "price", self.write("tariff.json", tariff), self.write("usage.json", usage), "--facts", name)
        if kind == "position":
            usage["inputs"] = [{"register": "import", "periods": {"peak": "1", "valley": "1"}}]
            shipped = self.root / "examples/district/tariffs" / (document["tariff"] + ".json")
            return self.run("meterbill", "price", str(shipped), self.write("usage.json", usage), "--position", name)
        return 1, f"no way to read a document of kind {kind}"

    def grow(self, name, text):
        """The tariff of that name with more members: objects merge, charges find their place by id."""
        whole = json.loads((self.folder / name).read_text(encoding="utf-8"))
        for key, value in json.loads("{" + text + "}").items():
            if key == "charges":
                at = len(whole["charges"])
                for charge in reversed(value):
                    ids = [one["id"] for one in whole["charges"]]
                    known = charge["id"] in ids
                    at = ids.index(charge["id"]) if known else at
                    whole["charges"][at:at + known] = [charge]
            elif isinstance(value, dict) and key in whole:
                whole[key].update(value)
            else:
                whole[key] = value
        return self.run("meterbill", "tariff", "check", self.write(name, whole))

    def example(self, name):
        return self.root / "examples" / pathlib.Path(name).stem / name

    def quoted(self, block):
        """What is wrong with a block of an example in C; "" when the example has its lines and prints what it should."""
        example = self.example(block.name)
        program, part = ("\n".join(line.strip() for line in text.splitlines()) for text in (example.read_text(encoding="utf-8"), block.text))
        if part not in program:
            return f"{example.relative_to(self.root)} does not have these lines"
        code, printed = self.shell(f"cc -std=c11 -o {example.stem} {example} $(pkg-config --cflags --libs meterbill) && ./{example.stem}")
        return "" if (code, printed) == (0, (example.parent / "expected.txt").read_text(encoding="utf-8")) else f"exit code {code}, it prints\n{printed}"

    def wrong_name(self, block, later):
        """What is wrong with a block that is a file."""
        if block.language == "json":
            json.loads(block.text)
        if block.language == "jsonl":
            for line in block.text.splitlines():
                json.loads(line)
        used = any(block.name in other.text for other in later if other.language in ("sh", "json", "jsonl"))
        return "" if used else f"no block below it uses {block.name}"

    def block(self, block, expected, later):
        """What is wrong with it; "" when nothing is."""
        if block.language == "formula":
            return ""
        if block.into:
            code, printed = self.grow(block.name, block.text)
            return "" if code == 0 else printed
        spark = "from pyspark" in block.text or "org.meterbill.spark" in block.text or "$SPARK_HOME" in block.text
        kind = "spark" if spark else "java" if block.text.startswith("java ") else block.language
        needs = {"python": "MBILL_PYTHON", "java": "MBILL_JAR", "spark": "MBILL_SPARK"}.get(kind)
        if needs and not os.environ.get(needs):
            return f"# SKIP {needs} is not set"
        if spark and block.language in ("python", "sh"):
            return self.prints(self.on_spark(block), expected)
        if block.language == "python":
            return self.prints(self.run(os.environ["MBILL_PYTHON"], self.write("block.py", block.text)), expected)
        if needs == "MBILL_JAR" and not (self.folder / "build").exists():
            (self.folder / "build").mkdir()
            (self.folder / "build/maven").symlink_to(pathlib.Path(os.environ["MBILL_JAR"]).resolve().parent)
        if block.language == "c" and block.name is not None and self.example(block.name).is_file():
            return self.quoted(block)
        if block.name is not None and block.language not in ("sh", "text"):
            self.write(block.name, block.text)
            return self.wrong_name(block, later)
        if block.language == "json":
            code, printed = self.document(block.text)
            return "" if code == 0 else printed
        if block.language != "sh":
            return f'a block of kind "{block.language}" without a name, or not behind a block of kind "sh"'
        return self.prints(self.shell(block.text), expected)

    def on_spark(self, block):
        """With the jars in the folder, and without what Spark says on stderr."""
        for jar in map(pathlib.Path, os.environ["MBILL_SPARK_JARS"].split(",")):
            if not (self.folder / jar.name).exists():
                (self.folder / jar.name).symlink_to(jar.resolve())
        name, program = ("block.py", os.environ["MBILL_SPARK"]) if block.language == "python" else ("block.sh", "sh")
        self.write(name, block.text)
        return self.run("sh", "-c", f'PYSPARK_PYTHON="$MBILL_SPARK" {program} {name} 2>spark.log || {{ cat spark.log; exit 1; }}', seconds=300)

    def prints(self, done, expected):
        """What is wrong with what a block printed; "" when nothing is."""
        code, printed = done
        if expected is None:
            return "" if code == 0 else f"exit code {code}\n{printed}"
        same = [re.sub(r"\d+\.\d{3} s\b", "0.000 s", re.sub("[0-9a-f]{64}", "HASH", text)) for text in (printed, expected)]
        return "" if same[0] == same[1] else f"it prints\n{printed}"


def run_page(root, path, folder):
    """(block, what is wrong) for each block but those that say what is printed."""
    page, blocks, results = Page(root, folder), blocks_of(path), []
    for block in blocks_of(root / BEGINS_WITH[path.name]) if path.parent == root else []:
        if block.name is not None and not block.into and block.language not in ("sh", "text"):
            page.write(block.name, block.text)
    for at, block in enumerate(blocks):
        reason = next((why for (name, first), why in NOT_RUN.items() if path == root / name and block.text.startswith(first)), None)
        if reason:
            results.append((block, "# SKIP " + reason))
            continue
        if block.language == "text" and at > 0 and blocks[at - 1].language in ("sh", "python"):
            continue
        behind = blocks[at + 1] if at + 1 < len(blocks) else None
        expected = behind.text if behind is not None and behind.language == "text" else None
        try:
            results.append((block, page.block(block, expected, blocks[at + 1:])))
        except (OSError, ValueError, KeyError, TypeError, subprocess.TimeoutExpired) as reason:
            results.append((block, f"{type(reason).__name__}: {reason}"))
    return results


def main():
    program, root = (pathlib.Path(argument).resolve() for argument in sys.argv[1:3])
    pages = [root / name for name in sys.argv[3:]] or [root / "README.md", *sorted((root / "examples/guide").glob("*.md"))]
    number = failed = 0
    build = program.parents[2]
    libraries = f"{build / 'lib'}:{os.environ.get('LD_LIBRARY_PATH', '')}"
    os.environ.update(PKG_CONFIG_PATH=str(build / "meson-uninstalled"), LD_LIBRARY_PATH=libraries)
    with tempfile.TemporaryDirectory(prefix="mbill-guide-") as folder:
        tools = pathlib.Path(folder) / "bin"
        tools.mkdir()
        (tools / "meterbill").symlink_to(program)
        os.environ["PATH"] = f"{tools}:{os.environ['PATH']}"
        if subprocess.run(["sh", "-c", "command -v sqlite3"], capture_output=True, check=False).returncode != 0:
            (tools / "sqlite3").write_text(SQLITE.format(python=sys.executable), encoding="utf-8")
            (tools / "sqlite3").chmod(0o755)
        for path in pages:
            work = pathlib.Path(folder) / path.parent.name / path.stem
            work.mkdir(parents=True)
            for block, wrong in run_page(root, path, work):
                number += 1
                not_run = wrong.startswith("# SKIP ")
                failed += wrong != "" and not not_run
                for line in wrong.splitlines() if not not_run else []:
                    print("# " + line)
                said = f"{path.name}:{block.line} {block.name or block.language}"
                print(f"ok {number} - {said} {wrong}" if not_run else f"{'not ok' if wrong else 'ok'} {number} - {said}")
    print(f"1..{number}")
    return failed != 0 or number == 0


if __name__ == "__main__":
    sys.exit(main())
