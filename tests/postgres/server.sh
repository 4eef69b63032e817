#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# A PostgreSQL server for tests, on loopback alone, thrown away afterwards:
#   sh tests/postgres/server.sh start DIR    makes DIR, starts a server in it, prints how to connect (a libpq connection string)
#   sh tests/postgres/server.sh stop DIR     stops it and removes DIR; nothing when there is none
#   sh tests/postgres/server.sh kill DIR     SIGKILL to all of it, as when the machine loses power
#   sh tests/postgres/server.sh again DIR    starts it once more in what is there, on the same port
# As root it runs as the user postgres, whom Debian's package makes. PG_SETTINGS='-c name=value …': further settings.
set -u

die() {
    echo "server.sh: $*" >&2
    exit 1
}

[ $# = 2 ] || die 'expected start|stop|kill|again DIR'
what=$1
mkdir -p "$2" || exit 1
dir=$(cd "$2" && pwd)
data=$(cat "$dir/place" 2>/dev/null || echo "$dir/data")

# The highest version that is installed; Debian keeps the programs of each in a folder of its own.
for bin in $(find /usr/lib/postgresql -mindepth 2 -maxdepth 2 -name bin 2>/dev/null | sort -V) ''; do
    [ -n "$bin" ] && [ -x "$bin/initdb" ] && found=$bin
done
bin=${found:-$(dirname "$(command -v initdb || echo /nowhere/initdb)")}

as_owner() {
    if [ "$(id -u)" = 0 ]; then
        (cd / && setpriv --reuid=postgres --regid=postgres --clear-groups "$@")
    else
        "$@"
    fi
}

free_port() {
    python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])'
}

# No socket but loopback's; what is asked for a commit is written through, as a store needs it.
start() {
    port=$(cat "$dir/port")
    # In a session of its own: it outlives a test that starts it again.
    # shellcheck disable=SC2086  # a list of words
    as_owner setsid "$bin/postgres" -D "$data" -p "$port" -c listen_addresses=127.0.0.1 -c unix_socket_directories= \
        ${PG_SETTINGS:-} >>"$dir/server.log" 2>&1 </dev/null &
    echo $! >"$dir/pid"
    for _ in $(seq 1200); do
        as_owner "$bin/pg_isready" -q -h 127.0.0.1 -p "$port" -U meterbill && break
        kill -0 "$(cat "$dir/pid")" 2>/dev/null || break
        sleep 0.1
    done
    as_owner "$bin/pg_isready" -q -h 127.0.0.1 -p "$port" -U meterbill || {
        tail -n 20 "$dir/server.log" >&2
        die "the server did not start"
    }
    echo "host=127.0.0.1 port=$port user=meterbill dbname=postgres"
}

# The first line of postmaster.pid is the server's own process.
server_pid() {
    head -n 1 "$data/postmaster.pid" 2>/dev/null
}

# Until the server has ended.
await_end() {
    for _ in $(seq 300); do
        kill -0 "$1" 2>/dev/null || return 0
        sleep 0.1
    done
    return 1
}

case $what in
start)
    [ -x "$bin/initdb" ] || die 'PostgreSQL is not installed'
    [ ! -e "$dir/place" ] || die "$dir has a server already"
    free_port >"$dir/port"
    if [ "$(id -u)" != 0 ]; then
        mkdir -m 700 "$data"
    elif as_owner test -x "$dir"; then
        install -d -o postgres -g postgres -m 700 "$data"
    else # the folder is in one that postgres cannot enter
        data=$(as_owner mktemp -d)
    fi
    printf '%s\n' "$data" >"$dir/place"
    as_owner "$bin/initdb" -D "$data" -U meterbill -A trust -E UTF8 --locale=C --no-sync >"$dir/server.log" 2>&1 || {
        tail -n 20 "$dir/server.log" >&2
        die 'initdb failed'
    }
    start
    ;;
again) start ;;
stop)
    pid=$(server_pid)
    if [ -n "$pid" ]; then
        kill -INT "$pid" 2>/dev/null
        await_end "$pid" || kill -KILL "$pid" 2>/dev/null
    fi
    rm -rf "$data" "$dir"
    ;;
kill)
    pid=$(server_pid)
    [ -n "$pid" ] || die "no server in $dir"
    # Its processes are its children; where /proc does not tell them they end by themselves, when they see that it is gone.
    # shellcheck disable=SC2046  # a list of numbers
    kill -KILL "$pid" $(grep -ls "^PPid:[[:space:]]*$pid\$" /proc/[0-9]*/status | cut -d / -f 3) 2>/dev/null
    await_end "$pid"
    ;;
*) die 'expected start|stop|kill|again DIR' ;;
esac
