# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=sh
# What a fresh machine lacks is installed, for every script that builds from a clone. It is read in (`. tests/packages.sh`) by a script that stands
# in the top folder and has a function `packages [WORD]`, which prints what WORD needs by $manager: apt, dnf or brew.

is_installed() {
    case $manager in
    apt) [ "$(dpkg-query -W -f '${db:Status-Status}' "$1" 2>/dev/null)" = installed ] ;;
    dnf) rpm -q "$1" >/dev/null 2>&1 ;;
    brew) brew list "$1" >/dev/null 2>&1 ;;
    esac
}

as_root() {
    if [ "$(id -u)" = 0 ]; then
        "$@"
    elif command -v sudo >/dev/null 2>&1; then
        sudo "$@"
    else
        echo "not root and no sudo; as root run: $*" >&2
        return 1
    fi
}

# install_packages LOG PACKAGE…
install_packages() {
    install_log=$1
    shift
    echo "installing with $manager: $*"
    case $manager in
    apt)
        as_root apt-get update -q >>"$install_log" 2>&1
        as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends "$@" >>"$install_log" 2>&1
        ;;
    dnf) as_root dnf install -y "$@" >>"$install_log" 2>&1 ;;
    brew) brew install "$@" >>"$install_log" 2>&1 ;;
    esac || {
        tail -n 20 "$install_log"
        echo "installing failed; the whole output is in $install_log" >&2
        return 1
    }
}

# install_missing LOG WORD…: what the words need and is not there.
install_missing() {
    install_log=$1
    shift
    manager=
    for candidate in apt-get:apt dnf:dnf brew:brew; do
        if [ -z "$manager" ] && command -v "${candidate%%:*}" >/dev/null 2>&1; then manager=${candidate##*:}; fi
    done
    if [ -z "$manager" ]; then
        echo "neither apt-get nor dnf nor brew is here; nothing is installed, what is missing will be named below"
        return 0
    fi
    missing=
    for wanted in $(for one in "$@"; do packages "$one"; done | tr ' ' '\n' | sort -u); do
        is_installed "$wanted" || missing="$missing $wanted"
    done
    # shellcheck disable=SC2086  # a list of words
    [ -z "$missing" ] || install_packages "$install_log" $missing
}
