#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The heat coefficient is the same to the last bit whatever compiles it: same_bits.py SOURCE_ROOT FOLDER. Prints TAP.

water.c is compiled with each compiler that is there, at every level of optimisation and for this machine's own instructions (which can join a
product and a sum), and the digests of 14,742 coefficients and of some 119,000 energies are compared with one that is written down."""

import pathlib
import shutil
import subprocess
import sys

ROOT, FOLDER = pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2])
EXPECTED = "14742 9a67025f4e83fec8"
HOUSE = ["-std=c11", "-ffp-contract=off", f"-I{ROOT / 'lib'}", f"-I{ROOT / 'include'}"]
WAYS = [[level, *more] for level in ("-O0", "-O1", "-O2", "-O3") for more in ([], ["-march=native"])]
WAYS += [["-O3", "-march=native", "-funroll-loops"], ["-O2", "-m32", "-msse2", "-mfpmath=sse"]]


def digest_of(compiler, way, number):
    """None where this compiler cannot do this at all."""
    program = FOLDER / f"same_bits_{number}"
    command = [compiler, *HOUSE, *way, str(ROOT / "tests/unit/same_bits.c"), str(ROOT / "lib/heat/water.c"), "-o", str(program)]
    built = subprocess.run(command, capture_output=True, text=True, check=False)
    if built.returncode != 0:
        return None
    return subprocess.run([program], capture_output=True, text=True, check=True).stdout.strip()


FOLDER.mkdir(parents=True, exist_ok=True)
compilers = [name for name in ("gcc", "clang", "tcc") if shutil.which(name)]
number, failed, compared = 0, 0, 0
for compiler in compilers:
    for way in WAYS:
        number += 1
        got, name = digest_of(compiler, way, number), f"{compiler} {' '.join(way)}"
        if got is None:
            print(f"ok {number} - {name} # SKIP cannot be built here")
            continue
        compared += 1
        failed += got != EXPECTED
        print(f"{'ok' if got == EXPECTED else 'not ok'} {number} - {name}" + ("" if got == EXPECTED else f": {got}, expected {EXPECTED}"))
print(f"1..{number}")
sys.exit(1 if failed or compared == 0 else 0)
