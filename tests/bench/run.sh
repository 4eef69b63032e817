#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Measure: sh tests/bench/run.sh price. One JSON object a line: name, value, unit, against, ratio. Builds what it needs below build/bench.
set -eu
cd "$(dirname "$0")/../.."
if [ "$*" != price ]; then
    echo 'usage: sh tests/bench/run.sh price' >&2
    exit 2
fi
mkdir -p build
[ -f build/bench/build.ninja ] || meson setup build/bench --buildtype=release -Db_ndebug=true -Dtests=enabled >build/bench.log
ninja -C build/bench tests/bench/bench_price >>build/bench.log || {
    cat build/bench.log >&2
    exit 1
}
build/bench/tests/bench/bench_price
