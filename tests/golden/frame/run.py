#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Frames of meters' wires (cases/<protocol>.json) through `meterbill frame`: run.py PROGRAM [--only ID]. Prints TAP.

A case: `case`, `source`, `why`; `hex` as captured; `profile` (members of a profile document) and `request` (hex) where the verdict needs them;
`refused`: the layer that refuses, and `status`, or `protocol` where none such is spoken, or it is taken; `says`: members that the document must have, also of a refused frame; `says_not`: members that it must
not have. A frame that is taken is made again: from the whole document, and from its members alone without `data` (`opaque`: not from members), and must give the
same bytes. A refused frame must not be made, from what was refused nothing is made.
"""
import json
import pathlib
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
TIMEOUT_S = 20


class Wrong(Exception):
    """The answer differs from what the case expects."""


def want(condition, message):
    if not condition:
        raise Wrong(message)


def call(program, *arguments, text=None):
    done = subprocess.run([program, *arguments], input=text, capture_output=True, text=True, timeout=TIMEOUT_S, check=False)
    return done.returncode, done.stdout, done.stderr


def options(case, protocol, folder):
    out = ["--protocol", protocol]
    if "profile" in case:
        path = pathlib.Path(folder) / "profile.json"
        path.write_text(json.dumps({"meterbill": 1, "kind": "frame_profile", "protocol": protocol, **case["profile"]}), encoding="utf-8")
        out += ["--profile", str(path)]
    return out


def check_members(case, document):
    for key, value in case.get("says", {}).items():
        want(key in document, f"no member {key}: {json.dumps(document)}")
        want(document[key] == value, f"{key} is {json.dumps(document[key])}, expected {json.dumps(value)}")
    for key in case.get("says_not", []):
        want(key not in document, f"member {key} should not be there")


def check_made(program, case, document, wire, setting):
    whole = {key: value for key, value in document.items()}
    parts = {key: value for key, value in whole.items() if key not in ("data", "length")}
    for one in [whole] if case.get("opaque") else [whole, parts]:
        code, out, err = call(program, "frame", "encode", *setting, "-", text=json.dumps(one))
        want(code == 0, f"not made again: {err}")
        want(out.split() == wire, f"made again as {out.strip()}, expected {' '.join(wire)}")


def check_refused(case, code, err, document):
    want(code == 1, f"exit code {code}, expected 1")
    want(document.get("layer") == case["refused"], f"layer {document.get('layer')}, expected {case['refused']}: {err}")
    want(err.startswith(f"meterbill: {case['refused']}: ") and document["message"] in err, f"stderr does not name the layer: {err}")
    if "status" in case:
        want(document["status"] == case["status"], f"status {document['status']}, expected {case['status']}")


def run(program, protocol, case):
    wire = case["hex"].upper().split()
    with tempfile.TemporaryDirectory(prefix="mbill-frame-") as folder:
        setting = options(case, protocol, folder)
        asked = ["--request", case["request"]] if "request" in case else []
        code, out, err = call(program, "frame", "decode", *setting, *asked, *wire)
        if case.get("refused") == "protocol":
            want(code == 2 and f"--protocol is {protocol}, expected one of: dlt645, " in err and out == "", f"exit code {code}: {err}")
            return
        document = json.loads(out)
        want(document.get("protocol") == protocol and document.get("meterbill") == 1, out)
        check_members(case, document)
        if "refused" in case:
            check_refused(case, code, err, document)
            return
        want(code == 0 and document["kind"] == "frame", f"exit code {code}: {err}")
        check_made(program, case, document, wire, setting)


def cases(only):
    for path in sorted((HERE / "cases").glob("*.json")):
        for case in json.loads(path.read_text(encoding="utf-8")):
            if only is None or only in case["case"]:
                yield path.stem, case


def main():
    program, only = sys.argv[1], sys.argv[3] if len(sys.argv) > 3 else None
    number = failed = 0
    for protocol, case in cases(only):
        number += 1
        try:
            run(program, protocol, case)
            print(f"ok {number} - {protocol} {case['case']}")
        except (Wrong, ValueError, KeyError) as wrong:
            failed += 1
            print(f"not ok {number} - {protocol} {case['case']}: {wrong}")
    print(f"1..{number}")
    sys.exit(1 if failed or number == 0 else 0)


if __name__ == "__main__":
    main()
