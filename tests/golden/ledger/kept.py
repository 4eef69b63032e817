#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The ledger's cases on a kept book: kept.py PROGRAM, tests/golden/ledger/kept.c, which compares it with one in memory after every step. Prints TAP."""

import json
import pathlib
import subprocess
import sys
import tempfile

from run import HERE, document_of


def main():
    paths = sorted((HERE / "cases").glob("*.json"))
    failed = 0
    print(f"1..{len(paths)}")
    for number, path in enumerate(paths, 1):
        with tempfile.TemporaryDirectory(prefix="mbill-kept-") as folder:
            document = pathlib.Path(folder) / "operations.json"
            document.write_text(json.dumps(document_of(json.loads(path.read_text(encoding="utf-8")))), encoding="utf-8")
            done = subprocess.run([sys.argv[1], document, document.with_suffix(".db")], capture_output=True, timeout=20, check=False, text=True)
        good = done.returncode == 0
        failed += not good
        print(f"{'ok' if good else 'not ok'} {number} - {path.stem}{'' if good else ': ' + done.stderr.strip()}")
    return failed > 0


if __name__ == "__main__":
    sys.exit(main())
