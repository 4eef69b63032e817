#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Measure: sh tests/bench/run.sh price|ledger. One JSON object a line: name, value, unit, against, ratio. Builds what it needs below
# build/bench, and puts other programs to compare with, as wheels of pinned versions, below build/bench-venv.
set -eu
cd "$(dirname "$0")/../.."
case "$*" in
price) programs='bench_price bench_peers' ;;
ledger) programs='bench_ledger bench_journal' ;;
*)
    echo 'usage: sh tests/bench/run.sh price|ledger' >&2
    exit 2
    ;;
esac
mkdir -p build
[ -f build/bench/build.ninja ] || meson setup build/bench --buildtype=release -Db_ndebug=true -Dtests=enabled >build/bench.log
for program in $programs; do
    ninja -C build/bench "tests/bench/$program" >>build/bench.log || {
        cat build/bench.log >&2
        exit 1
    }
done

peers() { # the other programs, each that can be installed, and the comparisons; a row without its program is skipped by name
    if ! cmp -s tests/bench/requirements.txt build/bench-venv/requirements.txt; then
        rm -rf build/bench-venv
        python3 -m venv build/bench-venv 2>>build/bench.log || echo 'build/bench-venv could not be made' >&2
        : >build/bench-venv.got
        while read -r wheel; do
            if build/bench-venv/bin/python -m pip install --disable-pip-version-check --retries 1 -q "$wheel" >>build/bench.log 2>&1; then
                echo "$wheel" >>build/bench-venv.got
            else
                echo "$wheel could not be installed" >&2
            fi
        done <tests/bench/requirements.txt
        [ ! -d build/bench-venv ] || mv build/bench-venv.got build/bench-venv/requirements.txt
    fi
    python=build/bench-venv/bin/python
    [ -x $python ] || python=python3
    $python tests/bench/peers.py build/bench/tests/bench/bench_peers build/bench-peers 1000 ssc duckdb polars
}

if [ "$*" = ledger ]; then
    build/bench/tests/bench/bench_ledger
    build/bench/tests/bench/bench_journal build
else
    build/bench/tests/bench/bench_price
    peers
fi
