#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# A release from a clean clone of what is committed: its tarball builds and installs, README's program compiles against that and with the two files
# that the tarball carries, and no file of the clone is missing in it: sh tests/tools/dist.sh FOLDER (for what it makes).
set -eu
root=$(cd "$(dirname "$0")/../.." && pwd)
git -C "$root" rev-parse --git-dir >/dev/null 2>&1 || {
    echo "skipped: this is no clone"
    exit 77
}
rm -rf "$1"
mkdir -p "$1"
work=$(cd "$1" && pwd)
git clone -q "$root" "$work/clone"
cd "$work/clone"
meson setup build -Dtests=disabled
meson dist -C build --no-tests
[ -z "$(git status --porcelain)" ] || {
    echo "meson dist changes the clone:"
    git status --short
    exit 1
}
mkdir "$work/unpacked"
tar -xJf build/meson-dist/meterbill-*.tar.xz -C "$work/unpacked" --strip-components 1
export LC_ALL=C
cd "$work/unpacked"
(cd "$work/clone" && git ls-files) | sort >"$work/wanted"
find . -type f ! -path './amalgamation/*' | sed 's,^\./,,' | sort >"$work/found"
missing=$(comm -23 "$work/wanted" "$work/found")
[ -z "$missing" ] || {
    echo "the tarball lacks: $missing"
    exit 1
}
meson setup "$work/build" --prefix "$work/prefix" --libdir lib -Dtests=disabled -Dbuildtype=release
ninja -C "$work/build"
meson install -C "$work/build"
sh tests/tools/installed.sh "$work/prefix"
sh tests/tools/readme.sh "$work/prefix"
python3 lib/amalgamate "$work/again"
diff -r amalgamation "$work/again"
