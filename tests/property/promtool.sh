#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Unpack promtool from Debian's package prometheus into FOLDER, without installing it or starting anything, and say where it is: promtool.sh FOLDER.
# Exit 77, with a line "skipped: …", where the package cannot be had.
set -u
folder=$1
tool=$folder/usr/bin/promtool
if [ ! -x "$tool" ]; then
    skip() {
        echo "skipped: promtool, $1"
        exit 77
    }
    mkdir -p "$folder" || exit 2
    if ! command -v apt-get >/dev/null 2>&1 || ! command -v dpkg >/dev/null 2>&1; then skip "no apt-get and dpkg here"; fi
    (cd "$folder" && apt-get download prometheus >download.log 2>&1) || skip "apt-get download prometheus failed"
    dpkg -x "$folder"/prometheus_*.deb "$folder" || skip "the package was not unpacked"
fi
"$tool" --version 2>&1 | head -n 1
