#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Measure: sh tests/bench/run.sh price|ledger|split|heat|alarm|token|command|frame|city|java|python|spark|postgres…. One JSON object a line: name, value, unit, against, ratio. Builds what it needs below
# build/bench, and puts other programs to compare with, as wheels of pinned versions, below build/bench-venv.
set -eu
cd "$(dirname "$0")/../.."
programs=
[ $# -gt 0 ] || set -- none
for name in "$@"; do
    case $name in
    price) programs="$programs bench_price bench_peers" ;;
    ledger) programs="$programs bench_ledger bench_journal bench_postings" ;;
    heat) programs="$programs bench_heat" ;;
    token) programs="$programs bench_token" ;;
    split) programs="$programs bench_split" ;;
    command) programs="$programs bench_command" ;;
    alarm) programs="$programs bench_alarm bench_detect" ;;
    frame) programs="$programs bench_frame bench_wires" ;;
    java) programs="$programs bench_face" ;;
    city) programs="$programs bench_ingest bench_close" ;;
    python) programs="$programs bench_columns" ;;
    postgres) programs="$programs bench_postings" ;;
    spark) ;;
    *)
        echo 'usage: sh tests/bench/run.sh price|ledger|split|heat|alarm|token|command|frame|city|java|python|spark|postgres…' >&2
        exit 2
        ;;
    esac
done
mkdir -p build
[ -f build/bench/build.ninja ] || meson setup build/bench --buildtype=release -Db_ndebug=true -Dtests=enabled >build/bench.log
case " $* " in *" postgres "*) meson configure build/bench -Dpostgres=enabled >>build/bench.log ;; esac
for program in $programs; do
    ninja -C build/bench "tests/bench/$program" >>build/bench.log || {
        cat build/bench.log >&2
        exit 1
    }
done

peers() { # the other programs, each that can be installed, and the comparisons; a row without its program is skipped by name
    if ! cmp -s tests/bench/requirements.txt build/bench-venv/requirements.txt; then
        rm -rf build/bench-venv
        python3 -m venv build/bench-venv 2>>build/bench.log || echo 'build/bench-venv could not be made' >&2
        : >build/bench-venv.got
        while read -r wheel; do
            if build/bench-venv/bin/python -m pip install --disable-pip-version-check --retries 1 -q "$wheel" >>build/bench.log 2>&1; then
                echo "$wheel" >>build/bench-venv.got
            else
                echo "$wheel could not be installed" >&2
            fi
        done <tests/bench/requirements.txt
        [ ! -d build/bench-venv ] || mv build/bench-venv.got build/bench-venv/requirements.txt
    fi
    python=build/bench-venv/bin/python
    [ -x $python ] || python=python3
    $python tests/bench/peers.py build/bench/tests/bench/bench_peers build/bench-peers 1000 ssc duckdb polars
}

newest_python() { # of 3.13 and 3.12, which a program to compare with needs; else the one there is
    for candidate in python3.13 python3.12 "$HOME"/.pyenv/versions/3.13*/bin/python "$HOME"/.pyenv/versions/3.12*/bin/python python3; do
        if "$candidate" -c 'import ensurepip' >/dev/null 2>&1; then
            echo "$candidate"
            return
        fi
    done
}

languages() { # the Python package, built as pip builds it, against C and against other Python
    stamp=build/bench-python/requirements.txt
    if ! cmp -s tests/bench/languages-requirements.txt "$stamp"; then
        rm -rf build/bench-python
        "$(newest_python)" -m venv build/bench-python
        while read -r wheel; do
            build/bench-python/bin/python -m pip install --disable-pip-version-check -q "$wheel" >>build/bench.log 2>&1 || echo "$wheel could not be installed" >&2
        done <tests/bench/languages-requirements.txt
        cp tests/bench/languages-requirements.txt "$stamp"
    fi
    build/bench-python/bin/python -m pip install --disable-pip-version-check -q --force-reinstall --no-deps . >>build/bench.log 2>&1
    POLARS_MAX_THREADS=1 build/bench-python/bin/python tests/bench/languages.py build/bench/tests/bench/bench_columns build/bench-languages
}

spark() { # against a plain Java program with the jars that Spark carries
    if ! cmp -s tests/spark/requirements.txt build/spark-venv/requirements.txt; then
        rm -rf build/spark-venv
        python3 -m venv build/spark-venv
        build/spark-venv/bin/python -m pip install --disable-pip-version-check -q -r tests/spark/requirements.txt >>build/bench.log
        cp tests/spark/requirements.txt build/spark-venv/
    fi
    mvn -B -ntp -q -Dmaven.repo.local="$PWD/build/m2" -f bindings/java/pom.xml install -DskipITs >>build/bench.log
    mvn -B -ntp -q -Dmaven.repo.local="$PWD/build/m2" -f bindings/java/spark/pom.xml package >>build/bench.log
    build/spark-venv/bin/python tests/bench/spark.py build/bench-spark "${SPARK_ROWS:-67200}" "${SPARK_RUNS:-5}" \
        "$(ls build/maven/meterbill-*.jar):$(ls build/maven-spark/meterbill-spark-*.jar)"
}

dinero() { # dinero.js from npm; without it the row is skipped by name
    wanted=dinero.js@2.0.2
    if [ ! -d build/bench-node/node_modules/dinero.js ]; then
        mkdir -p build/bench-node
        (cd build/bench-node && npm install --no-audit --no-fund "$wanted") >>build/bench.log 2>&1 || {
            echo "$wanted could not be installed" >&2
            return 0
        }
    fi
    (cd build/bench-node && node ../../tests/bench/peers.mjs ../bench/tests/bench/bench_split)
}

for name in "$@"; do
    case $name in
    price)
        build/bench/tests/bench/bench_price
        peers
        ;;
    ledger)
        build/bench/tests/bench/bench_ledger
        build/bench/tests/bench/bench_journal build
        python3 tests/bench/postgres.py ledger_vs_postgres build/bench/tests/bench/bench_postings build
        ;;
    city)
        build/bench/tests/bench/bench_ingest build 100000 48
        build/bench/tests/bench/bench_close build 10000 744 16
        ;;
    alarm)
        build/bench/tests/bench/bench_alarm
        build/bench/tests/bench/bench_detect
        ;;
    frame)
        build/bench/tests/bench/bench_frame
        build/bench/tests/bench/bench_wires
        ;;
    python) languages ;;
    spark) spark ;;
    postgres) python3 tests/bench/postgres.py postgres_vs_insert build/bench/tests/bench/bench_postings build ;;
    java)
        mvn -B -ntp -q -Dmaven.repo.local="$PWD/build/m2" -f bindings/java/pom.xml verify -DskipITs >>build/bench.log
        python3 tests/bench/face.py java build/bench/tests/bench/bench_face 2000 9 -- java -Xmx512m \
            -cp "$(ls build/maven/meterbill-*.jar):build/maven/test-classes" org.meterbill.test.Bench
        ;;
    split)
        build/bench/tests/bench/bench_split
        dinero
        ;;
    *) "build/bench/tests/bench/bench_$name" ;;
    esac
done
