#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# price.c, compiled through pkg-config against an installed copy, prints expected.txt: sh examples/price/check.sh PREFIX
set -eu
prefix=$(cd "$1" && pwd)
cd "$(dirname "$0")"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
PKG_CONFIG_PATH=$prefix/lib/pkgconfig
LD_LIBRARY_PATH=$prefix/lib
export PKG_CONFIG_PATH LD_LIBRARY_PATH
# shellcheck disable=SC2046  # a list of words
"${CC:-cc}" -std=c11 -Wall -Wextra -Wconversion -Wshadow -Werror -o "$work/price" price.c $(pkg-config --cflags --libs meterbill)
"$work/price" >"$work/printed"
diff expected.txt "$work/printed"
