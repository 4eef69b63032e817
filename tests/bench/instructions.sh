#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Instructions that bulk pricing takes for a reading and the ledger for an operation, by callgrind: sh tests/bench/instructions.sh BENCH_PRICE
# BENCH_LEDGER. What is counted is the difference of two runs: three more accounts, each priced ten times; 16,380 more operations in each of five rounds. The
# limits are about twice what gcc 12 makes of an optimised build: they catch a road that was lost.
set -eu
price=$1 ledger=$2

counted() { # FUNCTION PROGRAM ARGUMENT…
    function=$1
    shift
    valgrind --tool=callgrind --callgrind-out-file=/dev/null --toggle-collect="$function" "$@" 2>&1 | sed -n 's/.*Collected : //p'
}

judge() { # ROW FEW MORE UNITS UNIT LIMIT
    tenths=$((($3 - $2) * 10 / $4))
    echo "$1: $((tenths / 10)).$((tenths % 10)) instructions a $5, at most $6"
    [ "$tenths" -gt 0 ]
    [ "$tenths" -le $(($6 * 10)) ]
}

while read -r row limit; do
    few=$(counted mbill_bulk_price "$price" 3 1 "$row") more=$(counted mbill_bulk_price "$price" 6 1 "$row")
    judge "$row" "$few" "$more" $((3 * 10 * 8760)) reading "$limit"
done <<LIMITS
price_tou4 11
price_tier2 32
LIMITS
while read -r row limit; do
    few=$(counted mbill_book_apply "$ledger" 1000 8190 "$row") more=$(counted mbill_book_apply "$ledger" 1000 24570 "$row")
    judge "$row" "$few" "$more" $((5 * 16380)) posting "$limit"
done <<LIMITS
ledger_memory 2800
ledger_operations 3400
LIMITS
