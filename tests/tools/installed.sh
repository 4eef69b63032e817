#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# What `meson install` put below a prefix is what it should be, and both .pc files serve the compiler: sh tests/tools/installed.sh PREFIX.
set -eu
prefix=$(cd "$1" && pwd)
cd "$(dirname "$0")/../.."
failed=0
wrong() {
    echo "$1"
    failed=1
}

for path in include lib/pkgconfig/meterbill.pc lib/libmeterbill.a lib/libmeterbill.so bin/meterbill share/man/man1/meterbill.1 \
    share/bash-completion/completions/meterbill share/zsh/site-functions/_meterbill share/fish/vendor_completions.d/meterbill.fish; do
    [ -e "$prefix/$path" ] || wrong "$prefix/$path:1: is not installed"
done
(cd include && find . -type f ! -name meson.build | sort) >"$prefix/wanted"
(cd "$prefix/include" && find . -type f | sort) >"$prefix/found"
diff "$prefix/wanted" "$prefix/found" || wrong "$prefix/include:1: is not what include/ holds"
rm "$prefix/wanted" "$prefix/found"

soname=$(sed -n 's/^#define MBILL_ABI_VERSION \([0-9]*\).*/\1/p' include/meterbill/version.h)
for name in meterbill meterbill-store; do
    readelf -d "$prefix/lib/lib$name.so" | grep -q "soname: \[lib$name.so.$soname\]" || wrong "$prefix/lib/lib$name.so:1: soname is not lib$name.so.$soname"
done

PKG_CONFIG_PATH=$prefix/lib/pkgconfig
export PKG_CONFIG_PATH
version=$(sed -n 's/^#define MBILL_VERSION "\([^"]*\)".*/\1/p' include/meterbill/version.h)
private() { pkg-config --print-requires-private "$1" | cut -d ' ' -f 1 | sort | tr '\n' ' '; }
public() { pkg-config --print-requires "$1" | cut -d ' ' -f 1 | sort | tr '\n' ' '; }
expect() { [ "$2" = "$3" ] || wrong "$prefix/lib/pkgconfig/$1.pc:1: \"$2\", expected \"$3\""; }
expect meterbill "$(private meterbill)" 'libcjson libsodium '
expect meterbill "$(public meterbill)" ''
expect meterbill-store "$(private meterbill-store)" 'sqlite3 '
expect meterbill-store "$(public meterbill-store)" 'meterbill '
expect meterbill "$(pkg-config --modversion meterbill)" "$version"
expect meterbill-store "$(pkg-config --modversion meterbill-store)" "$version"

# A program linked with the shared libraries, and one with the archives.
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cat >"$work/main.c" <<'EOF'
#include <meterbill.h>
#include <stdio.h>
int main(void)
{
    mbill_error err;
    mbill_error_init(&err);
    mbill_store *store = NULL;
    mbill_status status = mbill_store_open("/nowhere/at/all.db", NULL, NULL, &store, &err);
    mbill_store_free(store);
    puts(mbill_version_string());
    return status == MBILL_OK;
}
EOF
# shellcheck disable=SC2046  # lists of words
cc -std=c11 -o "$work/shared" "$work/main.c" $(pkg-config --cflags --libs meterbill-store)
[ "$(LD_LIBRARY_PATH=$prefix/lib "$work/shared")" = "$version" ] || wrong "$prefix/lib/pkgconfig/meterbill-store.pc:1: a program linked with it does not run"
# shellcheck disable=SC2046
cc -std=c11 -o "$work/archive" "$work/main.c" $(pkg-config --cflags meterbill-store) -Wl,-Bstatic $(pkg-config --libs meterbill-store) -Wl,-Bdynamic \
    $(pkg-config --libs libsodium libcjson sqlite3)
[ "$("$work/archive")" = "$version" ] || wrong "$prefix/lib/libmeterbill-store.a:1: a program linked with it does not run"
[ "$failed" = 0 ]
