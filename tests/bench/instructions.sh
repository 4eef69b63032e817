#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Instructions that bulk pricing takes for a reading, by callgrind: sh tests/bench/instructions.sh PROGRAM. Three more accounts, each priced ten
# times, are what is counted. The limits are about twice what gcc 12 makes of an optimised build: they catch a road that was lost.
set -eu
readings=$((3 * 10 * 8760))

counted() { # ACCOUNTS ROW
    valgrind --tool=callgrind --callgrind-out-file=/dev/null --toggle-collect=mbill_bulk_price "$program" "$1" 1 "$2" 2>&1 |
        sed -n 's/.*Collected : //p'
}

program=$1
while read -r row limit; do
    few=$(counted 3 "$row") more=$(counted 6 "$row")
    tenths=$(((more - few) * 10 / readings))
    echo "$row: $((tenths / 10)).$((tenths % 10)) instructions a reading, at most $limit"
    [ "$tenths" -gt 0 ]
    [ "$tenths" -le $((limit * 10)) ]
done <<LIMITS
price_tou4 11
price_tier2 32
LIMITS
