#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# The native part of the jar: sh bindings/java/native.sh FOLDER. Maven calls it. Installs what building needs and is missing (with sudo when not root), builds the native library
# into build/java, and lays into FOLDER what the jar takes: resources/ and java/.
set -eu
out=$1
mkdir -p "$out"
out=$(cd "$out" && pwd)
cd "$(dirname "$0")/../.."
build=build/java
mkdir -p build

# --- what is installed -------------------------------------------------------------------------------------------------------------

# The lists for dnf and brew are untested.
packages() {
    case $manager in
    apt) echo gcc libc6-dev python3 meson ninja-build pkg-config swig libcjson-dev libsodium-dev libsqlite3-dev ;;
    dnf) echo gcc python3 meson ninja-build pkgconf-pkg-config swig cjson-devel libsodium-devel sqlite-devel ;;
    brew) echo meson ninja pkg-config swig cjson libsodium sqlite python3 ;;
    esac
    command -v javac >/dev/null 2>&1 || [ -x "${JAVA_HOME:-}/bin/javac" ] || case $manager in
    apt) echo default-jdk-headless ;;
    dnf) echo java-17-openjdk-devel ;;
    brew) echo openjdk ;;
    esac
}

. tests/packages.sh
install_missing build/java-install.log build

# --- the build ---------------------------------------------------------------------------------------------------------------------

quiet() { # COMMAND…: shown only when it fails
    if ! "$@" >build/java-build.log 2>&1; then
        tail -n 60 build/java-build.log
        echo "native.sh: $1 failed; the whole output is in build/java-build.log" >&2
        exit 1
    fi
}

[ -f "$build/build.ninja" ] || quiet meson setup "$build" -Dbuildtype=release -Djava=enabled -Dtests=disabled -Dcli=disabled
made=$build/bindings/java
quiet ninja -C "$build" bindings/java/libmeterbilljni.so bindings/java/Status.java

# --- what the jar takes ------------------------------------------------------------------------------------------------------------

put() { # FILE PLACE: copied where it differs, so that Maven builds again only what changed
    mkdir -p "$(dirname "$2")"
    cmp -s "$1" "$2" || cp "$1" "$2"
}

for one in MeterbillNative MeterbillNativeJNI Status; do put "$made/$one.java" "$out/java/org/meterbill/$one.java"; done

natives=$out/resources/org/meterbill/native/linux-$(uname -m)
put "$made/libmeterbilljni.so" "$natives/libmeterbilljni.so"
siblings=$(ldd "$made/libmeterbilljni.so" | awk '/libsodium|libcjson|libsqlite3/ { print $1 "=" $3 }' | LC_ALL=C sort)
for one in $siblings; do
    put "${one#*=}" "$natives/${one%%=*}"
    # Their licences, where the system's packages say them.
    owner=$(dpkg-query -S "$(readlink -f "${one#*=}")" 2>/dev/null | head -n 1 | cut -d : -f 1) || owner=
    [ -z "$owner" ] || [ ! -f "/usr/share/doc/$owner/copyright" ] || put "/usr/share/doc/$owner/copyright" "$out/resources/META-INF/licenses/$owner"
done
put LICENSE "$out/resources/META-INF/LICENSE"
(cd "$natives" && sha256sum lib*) >"$out/sums"
put "$out/sums" "$natives/SHA256SUMS"
