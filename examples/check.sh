#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# EXAMPLE/EXAMPLE.c, compiled through pkg-config against an installed copy, prints EXAMPLE/expected.txt: sh examples/check.sh EXAMPLE PREFIX
set -eu
name=$1
prefix=$(cd "$2" && pwd)
cd "$(dirname "$0")/$name"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
PKG_CONFIG_PATH=$prefix/lib/pkgconfig
LD_LIBRARY_PATH=$prefix/lib
export PKG_CONFIG_PATH LD_LIBRARY_PATH
# shellcheck disable=SC2046  # a list of words
"${CC:-cc}" -std=c11 -Wall -Wextra -Wconversion -Wshadow -Werror -o "$work/$name" "$name.c" $(pkg-config --cflags --libs meterbill meterbill-store)
(cd "$work" && "./$name") >"$work/printed"
diff expected.txt "$work/printed"
