# SPDX-License-Identifier: Apache-2.0
"""What the scripts that keep the laws share: arguments, walking the tree, C text without comments, symbols of an archive, the verdict."""

import argparse
import pathlib
import re
import subprocess
import sys

SOURCE_ENDINGS = (".c", ".h", ".i", ".def", ".cc", ".cpp", ".java")


class Law:
    """Collects violations as file:line, and ends the script with 1 if there was one."""

    def __init__(self, purpose, archives=False, flags=()):
        parser = argparse.ArgumentParser(description=purpose)
        parser.add_argument("--root", default=str(pathlib.Path(__file__).resolve().parents[2]), help="the tree to check")
        if archives:
            parser.add_argument("archives", nargs="+", help="built static libraries, the core first")
        for flag in flags:
            parser.add_argument("--" + flag, action="store_true")
        self.arguments = parser.parse_args()
        self.name = pathlib.Path(sys.argv[0]).name
        self.root = pathlib.Path(self.arguments.root)
        self.violations = []
        self.looked_at = 0

    def broken(self, path, line, message):
        path = pathlib.Path(path)
        shown = path.relative_to(self.root) if path.is_absolute() and path.is_relative_to(self.root) else path
        self.violations.append((str(shown), line, message))

    def files(self, folders, endings=SOURCE_ENDINGS):
        """Files below the folders, in the order of their names."""
        for folder in folders:
            base = self.root / folder
            found = [base] if base.is_file() else sorted(base.rglob("*"))
            for path in found:
                if path.is_file() and path.name.endswith(endings) and "build" not in path.relative_to(self.root).parts:
                    self.looked_at += 1
                    yield path

    def end(self, what):
        for path, line, message in sorted(set(self.violations)):
            print(f"{path}:{line}: {message}")
        if self.violations:
            print(f"{self.name}: {len(set(self.violations))} violations")
            sys.exit(1)
        if self.looked_at == 0:
            print(f"{self.name}: nothing to look at below {self.root}")
            sys.exit(1)
        print(f"{self.name}: {self.looked_at} {what}, no violation")
        sys.exit(0)


def bare(text, strings=True):
    """C text with comments (and the inside of texts) blanked, line numbers kept."""
    def blank(match):
        whole = match.group(0)
        if whole.startswith("/"):
            return re.sub(r"[^\n]", " ", whole)
        return whole[0] + " " * (len(whole) - 2) + whole[-1] if strings else whole
    return re.sub(r'/\*.*?\*/|//[^\n]*|"(?:\\.|[^"\\\n])*"|\'(?:\\.|[^\'\\\n])*\'', blank, text, flags=re.S)


def line_of(path, name):
    """The first line of code that has the name; 1 when there is none (a macro made it)."""
    name = name.split(".")[0]  # static variables of functions: counter.0
    for number, line in enumerate(bare(path.read_text(encoding="utf-8")).splitlines(), 1):
        if re.search(r"\b" + re.escape(name) + r"\b", line) and not line.lstrip().startswith("#"):
            return number
    return 1


def includes(path):
    """(line, name, quoted) of each #include."""
    for number, line in enumerate(bare(path.read_text(encoding="utf-8"), strings=False).splitlines(), 1):
        match = re.match(r'\s*#\s*include\s*([<"])([^>"]+)[>"]', line)
        if match:
            yield number, match.group(2), match.group(1) == '"'


class Symbol:
    def __init__(self, member, name, kind):
        self.member, self.name, self.kind = member, name, kind

    @property
    def undefined(self):
        return self.kind in "Uwv"  # w, v: weak and not defined

    @property
    def is_global(self):
        return self.kind.isupper() and self.kind != "U"


def symbols(archive):
    """All symbols of the members of a static library."""
    listing = subprocess.run(["nm", "-A", "-P", archive], capture_output=True, text=True, check=True).stdout
    for line in listing.splitlines():
        match = re.match(r".*\[([^\]]+)\]: (\S+) (\S)", line)
        if match:
            yield Symbol(match.group(1).split("/")[-1], match.group(2), match.group(3))


def member_sources(root, archive):
    """Member of the archive -> source below lib/: Meson writes lib/number/wide.c as number_wide.c.o."""
    known = {}
    for path in sorted((root / "lib").rglob("*.c")):
        known["_".join(path.relative_to(root / "lib").parts) + ".o"] = path
    found = {}
    for symbol in symbols(archive):
        for name, path in known.items():
            if symbol.member == name or symbol.member.endswith("_" + name) and symbol.member not in known:
                found[symbol.member] = path
    return found
