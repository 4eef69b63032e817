#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Help, manual page and completion of the program say the same: cli_help.py PROGRAM SOURCE_ROOT [--write]. Prints TAP.

`meterbill help --json` is the one list of commands and options. SYNOPSIS, COMMANDS and OPTIONS of bindings/cli/meterbill.1 are written from it by --write and
compared without; bash, zsh and fish offer for every command what it lists, no more and no less."""

import json
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import unittest

import cli  # noqa: E402  (stands beside this file)

PROGRAM, ROOT = pathlib.Path(sys.argv[1]).resolve(), pathlib.Path(sys.argv[2]).resolve()
CLI, MANUAL = ROOT / "bindings/cli", ROOT / "bindings/cli/meterbill.1"


def call(*words, **options):
    done = subprocess.run([str(word) for word in words], capture_output=True, timeout=120, check=False, **options)
    return done.returncode, done.stdout.decode(), done.stderr.decode()


COMMANDS = json.loads(call(PROGRAM, "help", "--json")[1])["commands"]


def words_of(command):
    return [command["noun"]] + [command[key] for key in ("verb",) if key in command]


# --- the manual ----------------------------------------------------------------------------------------------------------------------


def operand(text):
    """BILL...|plain|all: what is in capitals stands for something, the rest is typed as it is."""
    parts = []
    for part in text.split("|"):
        dots = " ..." if part.endswith("...") else ""
        part = part.removesuffix("...")
        parts.append(("Cm " + part if part.islower() else "Ar " + part.lower()) + dots)
    return " | ".join(parts)


def synopsis(command):
    lines, form = [".Nm", ".Cm " + " ".join(words_of(command))], command["operands"]
    values = {"--" + option["option"]: option.get("value") for option in command["options"]}
    inside = re.findall(r"\[[^\]]*\]+|\S+", form)
    required, at = set(), 0
    while at < len(inside):
        word = inside[at]
        if word in values:
            required.add(word)
            lines.append(f".Fl {word[1:]} Ar {values[word].lower()}")
            at += 1
        elif word.startswith("["):
            lines.append(".Op " + " Op ".join("Fl - Ar word ..." if one == "-- WORD..." else operand(one) for one in re.split(r" \[", word.strip("[]"))))
        elif word == "|":
            lines.append(f"| {operand(inside[at + 1])}")
            at += 1
        else:
            lines.append("." + operand(word))
        at += 1
    for option, value in values.items():
        if option not in required and option != "--json":
            lines.append(f".Op Fl {option[1:]}" + (f" Ar {value.lower()}" if value else ""))
    return re.sub(r"\n\| ", " | ", "\n".join(lines))


def options():
    """Every option with what it is for, once, in the order of the alphabet."""
    found = {option["option"]: option for command in COMMANDS for option in command["options"]}
    lines = ["Each command takes those that the synopsis shows.", ".Bl -tag -width Ds"]
    for name in sorted(found):
        lines.append(f".It Fl -{name}" + (f" Ar {found[name]['value'].lower()}" if "value" in found[name] else ""))
        lines.append(escape(found[name]["meaning"]))
    return "\n".join(lines + [".El"])


def summaries():
    """Every command in a line."""
    lines = [".Bl -tag -width Ds"]
    for command in COMMANDS:
        lines += [".It Cm " + " ".join(words_of(command)), escape(command["summary"])]
    return "\n".join(lines + [".El"])


def escape(text):
    text = text.replace("\\", "\\e").replace("-", "\\-")
    return "\\&" + text if text[0] in ".'" else text


def manual():
    page = MANUAL.read_text(encoding="utf-8")
    for section, text in (("SYNOPSIS", "\n".join(map(synopsis, COMMANDS))), ("COMMANDS", summaries()), ("OPTIONS", options())):
        page = re.sub(rf"(?<=\n\.Sh {section}\n).*?(?=\n\.Sh )", lambda _: text, page, flags=re.S)
    return page


class Manual(unittest.TestCase):
    def test_lists(self):
        self.assertEqual(MANUAL.read_text(encoding="utf-8"), manual(), "python3 tests/golden/cli_help.py PROGRAM . --write")

    def test_lint(self):
        if not shutil.which("mandoc"):
            self.skipTest("mandoc is not installed")
        self.assertEqual(call("mandoc", "-T", "lint", "-W", "warning", MANUAL), (0, "", ""))

    def test_groff(self):
        if not shutil.which("groff"):
            self.skipTest("groff is not installed")
        code, out, err = call("groff", "-mdoc", "-Tutf8", "-ww", MANUAL)
        self.assertEqual((code, err), (0, ""))
        text = re.sub(r"\x1b\[[0-9;]*m|.\x08", "", out).replace("\u2010", "-").replace("\u2212", "-")
        for option in {option["option"] for command in COMMANDS for option in command["options"]}:
            self.assertIn(f"--{option}", text)


# --- completion ----------------------------------------------------------------------------------------------------------------------


def lines_to_complete():
    """Each line with what may follow it: nouns, verbs, options of each command."""
    nouns = {command["noun"] for command in COMMANDS}
    yield [""], nouns
    yield ["help", ""], nouns
    for noun in sorted(nouns):
        verbs = {command["verb"] for command in COMMANDS if command["noun"] == noun and "verb" in command}
        if verbs:
            yield [noun, ""], verbs
            yield ["help", noun, ""], verbs
    for command in COMMANDS:
        if command["noun"] != "help":
            yield [*words_of(command), "--"], {f"--{option['option']}" for option in command["options"]} | {"--help"}


LINES = list(lines_to_complete())
BASH = """source "$1"; shift
while read -r -a COMP_WORDS; do
    [[ ${COMP_WORDS[-1]} == '""' ]] && COMP_WORDS[-1]=
    COMP_CWORD=$((${#COMP_WORDS[@]} - 1)); _meterbill; printf '%s\\n' "${COMPREPLY[@]}" '%%'
done"""
ZSH = """functions[compdef]=':'; source "$1"; shift
_describe() { print -rl -- "${(@)found%%:*}" }
_files() { print -r -- FILES }
while IFS= read -r line; do
    words=(${=line}); [[ ${words[-1]} == '""' ]] && words[-1]=; CURRENT=${#words}; _meterbill; print -r -- '%%'
done"""
FISH = """source $argv[1]; while read -l line; complete -C "$line"; echo '%%'; end"""


class Completion(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)
        (self.folder / "a-file.json").write_text("{}", encoding="utf-8")

    def asked(self, shell, script, completion, lines, quote='""'):
        """What the shell offers for each line."""
        if not shutil.which(shell[0]):
            self.skipTest(f"{shell[0]} is not installed")
        typed = "".join(" ".join(["meterbill", *line[:-1], line[-1] or quote]) + "\n" for line in lines)
        path = f"{PROGRAM.parent}:{os.environ['PATH']}"
        code, out, err = call(*shell, script, *(["bash"] if shell[0] == "bash" else ["zsh"] if shell[0] == "zsh" else []), CLI / completion,
                              input=typed.encode(), cwd=self.folder, env={**os.environ, "PATH": path, "HOME": str(self.folder)})
        self.assertEqual((code, err), (0, ""), shell)
        answers = out.split("%%\n")
        self.assertEqual(len(answers), len(lines) + 1)
        return [[line.split("\t")[0] for line in answer.splitlines() if line] for answer in answers[:-1]]

    def every(self, shell, script, completion, **options):
        for (line, expected), offered in zip(LINES, self.asked(shell, script, completion, [line for line, _ in LINES], **options)):
            self.assertEqual(sorted(set(offered)), sorted(expected), line)
        files, values, word = self.asked(shell, script, completion, [["price", "a-f"], ["frame", "decode", "--protocol", ""], ["bill", "export", "x.db", "b"]], **options)
        self.assertIn(files, (["a-file.json"], ["FILES"]))
        self.assertEqual(sorted(values), ["cjt188", "dlt645", "mbus", "modbus"])
        self.assertEqual(word, ["bills"])

    def test_bash(self):
        self.every(["bash", "-c"], BASH, "meterbill.bash")

    def test_zsh(self):
        self.every(["zsh", "-f", "-c"], ZSH, "meterbill.zsh")

    def test_fish(self):
        self.every(["fish", "--no-config", "-c"], FISH, "meterbill.fish", quote="")

    def test_values_are_said(self):
        """Words offered for an option are words that the option's own help has."""
        for command in COMMANDS:
            for option in command["options"]:
                if "value" in option:
                    offered = call(PROGRAM, "complete", "--", *words_of(command), f"--{option['option']}", "")[1].splitlines()
                    for word in offered:
                        self.assertIn(word.split("\t")[0].replace(":files", ""), option["meaning"])
                    self.assertEqual(":files" in offered, option["value"].startswith("FILE"))

    def test_nothing_where_nothing_may_stand(self):
        for line in (["nosuch", ""], ["version", ""], ["bill", "nosuch", ""], ["price", "--modulus", ""], ["help", "bill", "pay", ""]):
            self.assertEqual(call(PROGRAM, "complete", "--", *line), (0, "", ""), line)


if __name__ == "__main__":
    if "--write" in sys.argv:
        MANUAL.write_text(manual(), encoding="utf-8")
        sys.exit(0)
    suite = unittest.defaultTestLoader.loadTestsFromModule(sys.modules["__main__"])
    print(f"1..{suite.countTestCases()}")
    result = cli.Tap()
    suite.run(result)
    sys.exit(0 if result.wasSuccessful() else 1)
