#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Run every libFuzzer target of a build folder, two at a time: sh tests/fuzz/fuzz.sh BUILD SECONDS. What is found goes to BUILD/found/;
# a crash, a leak or an input that takes 10 s fails. FUZZ_SEED=0 draws anew each time. Ends with `N passed, N failed, N skipped`.
set -u
build=$1 seconds=$2
here=$(dirname "$0")

if [ $# -eq 3 ]; then # one target
    name=$3
    mkdir -p "$build/found/$name" "$build/crash/$name"
    set -- -seed="${FUZZ_SEED:-1}" -max_total_time="$seconds" -timeout=10 -rss_limit_mb=2048 -print_final_stats=1 -artifact_prefix="$build/crash/$name/"
    [ -f "$here/$name.dict" ] && set -- "$@" -dict="$here/$name.dict"
    if "$build/tests/fuzz/fuzz_$name" "$@" "$build/found/$name" "$here/corpus/$name" >"$build/fuzz_$name.log" 2>&1; then
        echo "ok - $name: $(sed -n 's/^stat::number_of_executed_units: *//p' "$build/fuzz_$name.log") inputs"
    else
        tail -n 40 "$build/fuzz_$name.log"
        echo "not ok - $name: see $build/fuzz_$name.log and $build/crash/$name/"
    fi
    exit 0
fi

for program in "$build"/tests/fuzz/fuzz_*; do
    [ -f "$program" ] && [ -x "$program" ] && basename "$program" | sed 's/^fuzz_//'
done | xargs -P 2 -n 1 sh "$0" "$build" "$seconds" >"$build/fuzz.out"
cat "$build/fuzz.out"
passed=$(grep -c '^ok - ' "$build/fuzz.out")
failed=$(grep -c '^not ok - ' "$build/fuzz.out")
[ "$passed" -gt 0 ] || failed=$((failed + 1))
echo "$passed passed, $failed failed, 0 skipped"
[ "$failed" = 0 ]
