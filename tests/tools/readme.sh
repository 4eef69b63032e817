#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# README's C program, compiled by README's own command against an installed copy, prints what README says: sh tests/tools/readme.sh PREFIX.
set -eu
prefix=$(cd "$1" && pwd)
cd "$(dirname "$0")/../.."
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# block LANGUAGE: the first fenced block of that language after the heading "## A first program".
block() { awk -v want="\`\`\`$1" '/^## A first program/ { here = 1 } here && $0 == "```" && on { exit } on { print } here && $0 == want { on = 1 }' README.md; }
block c >"$work/bill.c"
block text >"$work/expected"
command=$(block sh | grep '^cc ')
for part in bill.c expected; do
    [ -s "$work/$part" ] || { echo "README.md:1: no $part under \"A first program\"" && exit 1; }
done
PKG_CONFIG_PATH=$prefix/lib/pkgconfig
LD_LIBRARY_PATH=$prefix/lib
export PKG_CONFIG_PATH LD_LIBRARY_PATH
cd "$work"
echo "$command"
sh -c "$command -Wall -Wextra -Wconversion -Wshadow -Werror"
./bill >printed
diff expected printed || { echo "README.md:1: the program does not print what is written below it" && exit 1; }
