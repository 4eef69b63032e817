#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# A project that takes the library as a Meson subproject can use it by dependency('meterbill'), and installs nothing of it.
set -eu
root=$(cd "$(dirname "$0")/../.." && pwd)
work=$root/build/subproject
rm -rf "$work"
mkdir -p "$work/source/subprojects/meterbill"
for name in meson.build meson_options.txt include lib bindings examples tests; do
    ln -s "$root/$name" "$work/source/subprojects/meterbill/$name"
done
cat >"$work/source/meson.build" <<'EOF'
project('user', 'c', default_options: ['c_std=c11'])
sub = subproject('meterbill', default_options: ['tests=disabled', 'cli=disabled'])
executable('user', 'user.c', dependencies: dependency('meterbill'), install: true)
EOF
cat >"$work/source/user.c" <<'EOF'
#include <meterbill.h>
int main(void)
{
    return mbill_version_number() != MBILL_VERSION_NUMBER;
}
EOF
meson setup "$work/build" "$work/source" --prefix "$work/prefix"
ninja -C "$work/build"
"$work/build/user"
meson install -C "$work/build"
installed=$(cd "$work/prefix" && find . -type f)
[ "$installed" = ./bin/user ] || {
    echo "$root/meson.build:1: as a subproject it installs: $installed"
    exit 1
}
