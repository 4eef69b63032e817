#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# From a fresh clone to a billed district in one command: sh examples/quickstart.sh
# Installs what building needs and is missing (with sudo when not root), builds into build/quickstart, makes a district of 1,000 accounts
# with a month of hourly readings, bills it, and prints the summary, one explained bill and the balance behind it. Run it again at will:
# only the district's store is made anew.
set -eu
cd "$(dirname "$0")/.."
build=build/quickstart
district=$build/district
db=$district/district.db
began=$(date +%s)

say() { printf '\n== %s\n' "$*"; }

# The lists for dnf and brew are untested.
packages() {
    case $manager in
    apt) echo gcc libc6-dev meson ninja-build pkg-config libcjson-dev libsodium-dev libsqlite3-dev ;;
    dnf) echo gcc meson ninja-build pkgconf-pkg-config cjson-devel libsodium-devel sqlite-devel ;;
    brew) echo meson ninja pkg-config cjson libsodium sqlite ;;
    esac
}

. tests/packages.sh

mkdir -p build
say "What building needs"
install_missing build/quickstart-install.log build

say "Build into $build"
if [ ! -f "$build/build.ninja" ]; then
    meson setup "$build" --buildtype=release -Dtests=disabled -Dexamples=true -Dstore=enabled -Dcli=enabled >build/quickstart-setup.log ||
        { cat build/quickstart-setup.log && exit 1; }
fi
ninja -C "$build" >build/quickstart-build.log || { cat build/quickstart-build.log && exit 1; }
echo "built $build/bindings/cli/meterbill"
meterbill=$build/bindings/cli/meterbill

say "A district of 1,000 accounts: electricity, water and heat in January 2026"
rm -rf "$district"
"$build/examples/district" 7 "$district" 1000
wc -c "$district"/*

say "Tariffs"
"$meterbill" tariff check examples/district/tariffs/*.json

say "Import into $db"
import_began=$(date +%s)
"$meterbill" db init "$db"
"$meterbill" db import "$db" examples/district/tariffs/*.json "$district/accounts.json" "$district"/readings-*.csv "$district/topups.csv"
import_seconds=$(($(date +%s) - import_began))
echo "imported in $import_seconds s"

say "Bill January"
"$meterbill" db close "$db" --from 2026-01-01 --to 2026-02-01

say "Summary"
"$meterbill" db summary "$db"

say "One bill explained, and the prepaid balance behind it"
"$meterbill" db bill "$db" A00011
"$meterbill" db balance "$db" A00011

say "Done in $(($(date +%s) - began)) s. Look on with: $meterbill db bill $db A00002"
