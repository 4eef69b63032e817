#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The published cases through a language: through.py PROGRAM COMMAND... Prints TAP of one line a runner.

Each runner of tests/golden runs as it is, but where it calls the program the process COMMAND (tests/java/org/meterbill/test/Program.java, tests/python/program.py) answers the same command line, a
line of {"args": [...], "stdin": "..."} each, and its answer {"code", "stdout", "stderr"} is held against the program's: what was printed to the byte, and of a refusal status, path, message and
record. {"skip": why} is answered to a line that the language does not take. CASES_OF names a part of the runners.
"""
import contextlib
import io
import json
import os
import pathlib
import runpy
import subprocess
import sys
import threading

ROOT = pathlib.Path(__file__).resolve().parents[2]
GOLDEN = ROOT / "tests/golden"
RUNNERS = {
    "cases": ["run.py", "PROGRAM"],
    "alarms": ["alarm/run.py", "PROGRAM"],
    "alarms by state": ["alarm/run.py", "--state", "PROGRAM"],
    "frames": ["frame/run.py", "PROGRAM"],
    "ledger": ["ledger/run.py", "PROGRAM"],
    "a ledger in a store": ["ledger/run.py", "--store", "PROGRAM"],
    "shared costs": ["apportion/run.py", "PROGRAM"],
    "heat and units": ["heat/run.py", "PROGRAM"],
    "tokens": ["heat/run.py", "PROGRAM", "", str(GOLDEN / "token")],
    "meter tables": ["heat/run.py", "PROGRAM", "", str(GOLDEN / "meter")],
    "commands": ["heat/run.py", "PROGRAM", "", str(GOLDEN / "command")],
    "payment bills": ["heat/run.py", "PROGRAM", "", str(GOLDEN / "cycle")],
}
REFUSED = ("status", "path", "message", "index")


class Language:
    """One process; a call a line."""

    def __init__(self, command):
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        self.lock = threading.Lock()
        self.same, self.skipped, self.differ = 0, {}, []

    def ask(self, arguments, text):
        with self.lock:
            self.process.stdin.write(json.dumps({"args": arguments, "stdin": text}, ensure_ascii=False).encode() + b"\n")
            self.process.stdin.flush()
            line = self.process.stdout.readline()
        if not line.startswith(b"{"):
            raise RuntimeError(f"the process says {line!r}")
        return json.loads(line)

    def compare(self, arguments, answer, program):
        same = answer["code"] == program.returncode
        if same and program.returncode == 1 and (program.stdout == "" or '"kind":"error"' in program.stdout and '"layer"' not in program.stdout):
            if program.stdout:
                said, other = json.loads(answer["stdout"]), json.loads(program.stdout)
                same = all(said.get(key) == other.get(key) for key in REFUSED)
        elif same:
            same = answer["stdout"] == program.stdout
        if same:
            self.same += 1
        else:
            self.differ.append(f"{' '.join(arguments)[:300]}\nthe language says {answer}\nthe program {program.returncode} {program.stdout} {program.stderr}")


def state_of(arguments):
    """The file that a run goes on from and leaves, which both must find as it was."""
    path = pathlib.Path(arguments[arguments.index("--state") + 1]) if "--state" in arguments else None
    return path, path.read_bytes() if path is not None and path.exists() else None


def own_store(words):
    """A store is the language's own, beside the program's."""
    return [word + ".own" if word.endswith(".db") else word for word in words]


def wrapped(language, program, real):
    def run(command, **options):
        if command[0] != program:
            return real(command, **options)
        text = options.get("text", False)
        path, before = state_of(command)
        answer = language.ask(own_store(command[1:]), options.get("input") or "")
        left = state_of(command)[1]
        if path is not None and left is not None:
            path.unlink() if before is None else path.write_bytes(before)
        done = real(command, **{**options, "text": False, "input": (options.get("input") or "").encode()} if options.get("input") is not None else {**options, "text": False})
        done.stdout, done.stderr = done.stdout.decode(), done.stderr.decode()
        if "skip" in answer:
            language.skipped[answer["skip"]] = language.skipped.get(answer["skip"], 0) + 1
        else:
            language.compare(command[1:], answer, done)
            if path is not None and left is not None and left.strip() != state_of(command)[1].strip():
                language.differ.append(f"{' '.join(command)}: the state that is left")
            done.returncode, done.stdout, done.stderr = answer["code"], answer["stdout"], answer["stderr"]
        if not text:
            done.stdout, done.stderr = done.stdout.encode(), done.stderr.encode()
        return done
    return run


def judge(name, program):
    """(exit code, what the runner printed)"""
    words = [program if word == "PROGRAM" else word for word in RUNNERS[name]]
    words[0] = str(GOLDEN / words[0])
    arguments, sys.argv = sys.argv, words
    said = io.StringIO()
    try:
        with contextlib.redirect_stdout(said):
            runpy.run_path(words[0], run_name="__main__")
        return 0, said.getvalue()
    except SystemExit as end:
        return end.code or 0, said.getvalue()
    finally:
        sys.argv = arguments


def main(program, *command):
    program, only = str(pathlib.Path(program).resolve()), os.environ.get("CASES_OF", "")
    language = Language(command)
    real, subprocess.run = subprocess.run, wrapped(language, program, subprocess.run)
    names = [name for name in RUNNERS if only in name]
    failed = 0
    print(f"1..{len(names)}")
    for number, name in enumerate(names, 1):
        language.same, language.skipped, language.differ = 0, {}, []
        code, said = judge(name, program)
        good = code == 0 and not language.differ and language.same > 0
        failed += not good
        print(f"{'ok' if good else 'not ok'} {number} - {name}: {language.same} calls with the program's bytes", flush=True)
        for why, n in language.skipped.items():
            print(f"# {n} calls not made: {why}")
        if not good:
            print("\n".join("# " + line for line in (language.differ[:5] or [one for one in said.splitlines() if one.startswith("not ok")][:10])))
    subprocess.run = real
    language.process.stdin.close()
    language.process.wait()
    print(f"{len(names) - failed} passed, {failed} failed, 0 skipped")
    return 1 if failed or not names else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
