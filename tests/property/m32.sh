#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Build the driver as a 32-bit program from numbers and calendar alone, so that no 32-bit copy of another library is needed:
# sh tests/property/m32.sh OUTPUT. Linked statically, because the 32-bit run-time linker is usually not there.
set -eu
output=$1
cd "$(dirname "$0")/../.."
sources=$(find lib/base lib/number lib/calendar -name '*.c' ! -path lib/base/digest.c | sort)
# shellcheck disable=SC2086  # a list of file names
i686-linux-gnu-gcc -std=c11 -O1 -Wall -Wextra -Wconversion -Wshadow -Werror -DDRIVER_GROUND -Iinclude -Ilib -static \
    -o "$output" tests/property/driver.c $sources
