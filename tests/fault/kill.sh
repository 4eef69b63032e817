#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# kill.sh PROGRAM KILLS: a ledger in a folder of its own, killed so often with each of the two journals. What it prints is kept in KILLS.md.
set -eu
folder=$(mktemp -d "${TMPDIR:-/tmp}/mbill-kill-XXXXXX")
trap 'rm -rf "$folder"' EXIT
echo 1..2
"$1" "$folder" "$2" >"$folder/out"
echo "ok 1 - $(cat "$folder/out")"
"$1" "$folder" "$2" rollback >"$folder/out"
echo "ok 2 - $(cat "$folder/out")"
