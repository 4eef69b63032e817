#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Build and run the tests: sh tests/run.sh [SUITE…]. Installs what the named suites need and is missing, says what it does, and ends
# with `N passed, N failed, N skipped`. Everything it makes is below build/, one folder a configuration; a second run does only what
# is left to do.
set -u
cd "$(dirname "$0")/.." || exit 2
SUITES='tools abi unit golden cli fault town property no_int128 m32 clang sanitize threads memcheck python java spark examples amalgamation dist site quickstart postgres fuzz coverage'

usage() {
    cat <<EOF
usage: sh tests/run.sh [SUITE…]      (all suites when none is named)
  tools       the laws of the house: layers, names, purity, floats, versions, …; shell scripts by shellcheck
  abi         exported names, layout of structs, headers alone, constants
  unit        one Check program a noun
  golden      published cases, to the digit (more of them when MBILL_VECTORS names their folder)
  cli         the program meterbill
  fault       failing memory, disk and files
  town        2,000 accounts for three months through the program, with faults, to the last micro-unit (tests/town)
  property    Python models (Hypothesis, fractions, zoneinfo) against the C library, alarms against promtool;
              PROPERTY_EXAMPLES=N, CAMPAIGN_PAIRS=N and PROMTOOL_ROUNDS=N for longer
  no_int128   unit, golden and property once more without the compiler's 128-bit integers
  m32         numbers and calendar as a 32-bit program, against the same Python models
  clang       clang without a warning, and unit
  sanitize    every C test under AddressSanitizer and UndefinedBehaviorSanitizer
  threads     one tariff shared by threads, under ThreadSanitizer
  memcheck    pricing and reading under valgrind; skipped where it is not installed
  python      the Python package: built, installed into a virtual environment, its tests, and as a wheel that needs no library of ours;
              PYTHON_EXAMPLES=N for longer
  java        the Java library by Maven, its tests from the jar, on every JDK below /usr/lib/jvm; JAVA_CAMPAIGN=N for longer
  spark       tariffs on Spark: two executors on this machine, one of which is killed; bills equal to the program's and to Python's
  examples    README's program and the examples against an installed copy
  amalgamation  meterbill.c and meterbill.h: compiled by gcc and clang, held against the sources, and unit, golden and cli with them
  dist        meson dist from a clean clone: the tarball is whole, builds, installs and carries the two files
  site        guides and references of C, Python and Java as one site, build/site/html/index.html; what has no documentation is a failure
  quickstart  examples/quickstart.sh
  postgres    a PostgreSQL server of its own on loopback: every statement of the store prepared by both databases, the same views of the
              same store, every test of the store, a town, two writers at once, cut connections, a server that is killed
  fuzz        libFuzzer, FUZZ_SECONDS (10) a target
  coverage    lines and branches that unit, golden, cli, fault and a short run of the properties reach; writes tests/unit/COVERAGE.md
EOF
}

# --- what is installed -------------------------------------------------------------------------------------------------------------

# Packages that a suite needs, by package manager. The lists for dnf and brew are untested.
packages() {
    case $manager in
    apt)
        echo gcc libc6-dev python3 meson ninja-build pkg-config libcjson-dev libsodium-dev libsqlite3-dev check
        case $1 in
        tools) echo shellcheck binutils doxygen ;;
        abi) echo g++ binutils ;;
        cli) echo mandoc groff zsh fish ;;
        property) echo python3-venv ;;
        postgres) echo postgresql libpq-dev ;;
        python) echo python3-venv python3-dev ;;
        no_int128) echo python3-venv ;;
        m32) echo python3-venv gcc-i686-linux-gnu libc6-dev-i386-cross ;;
        clang | fuzz | amalgamation) echo clang g++ binutils ;;
        site)
            echo doxygen swig python3-venv
            command -v javadoc >/dev/null 2>&1 || echo default-jdk-headless
            ;;
        sanitize) echo libasan8 libubsan1 ;;
        threads) echo libtsan2 ;;
        memcheck) echo valgrind ;;
        examples) echo g++ ;;
        dist) echo git xz-utils binutils ;;
        java) echo maven default-jdk-headless swig ;;
        spark) echo python3-venv python3-dev maven default-jdk-headless swig ;;
        esac
        ;;
    dnf)
        echo gcc python3 meson ninja-build pkgconf-pkg-config cjson-devel libsodium-devel sqlite-devel check-devel binutils
        case $1 in
        tools) echo ShellCheck ;;
        abi | examples) echo gcc-c++ ;;
        clang | fuzz | amalgamation) echo clang compiler-rt ;;
        sanitize) echo libasan libubsan ;;
        threads) echo libtsan ;;
        memcheck) echo valgrind ;;
        esac
        ;;
    brew)
        echo meson ninja pkg-config cjson libsodium sqlite check python3
        case $1 in
        tools) echo shellcheck binutils ;;
        clang | fuzz | amalgamation) echo llvm ;;
        esac
        ;;
    esac
}

# Debian 12 has the run-time part of clang's sanitizers in a package of its own, named after the version.
install_fuzzer() {
    [ "$manager" = apt ] || return 0
    printf 'int LLVMFuzzerTestOneInput(void){return 0;}' | clang -fsanitize=fuzzer -x c - -o "$logs/probe" 2>/dev/null ||
        install_packages "$logs/install.log" "libclang-rt-$(clang -dumpversion | cut -d . -f 1)-dev"
}

install_all() {
    install_missing "$logs/install.log" "$@" || return
    case " $* " in *" fuzz "*) install_fuzzer ;; esac
}

. tests/packages.sh

# --- steps and counts --------------------------------------------------------------------------------------------------------------

passed=0 failed=0 skipped=0

# run LABEL COMMAND…: run it, print the label with its seconds; sets `status` and `log`.
run() {
    label=$1
    shift
    log=$logs/$(printf '%s' "$suite $label" | tr -c 'A-Za-z0-9._\n' '-').log
    began=$(date +%s)
    "$@" >"$log" 2>&1 </dev/null
    status=$?
    seconds=$(($(date +%s) - began))
    case $status in
    0) word=ok ;;
    77) word=skip ;;
    *) word=FAIL ;;
    esac
    printf '%-11s %-4s %4s s  %s' "$suite" "$word" "$seconds" "$label"
}

show_failure() {
    echo "---- from $log"
    # What failed first when ninja says so, else the end.
    awk '/^FAILED: / { found = 1 } found && lines++ < 60' "$log" | grep . || tail -n 60 "$log"
    echo "----"
}

# need LABEL COMMAND…: what must be done before tests can run. Counted only when it fails.
need() {
    run "$@"
    echo
    [ "$status" = 0 ] && return 0
    show_failure
    failed=$((failed + 1))
    return 1
}

# check LABEL COMMAND…: a test, or many when the command's last line is `N passed, N failed, N skipped`; exit 77 skips.
check() {
    run "$@"
    counts=$(tail -n 1 "$log" | grep -E '^[0-9]+ passed, [0-9]+ failed, [0-9]+ skipped$')
    if [ -n "$counts" ]; then
        # shellcheck disable=SC2046  # six words
        set -- $(echo "$counts" | tr -d ,)
        printf '  (%s)\n' "$counts"
        if [ "$status" != 0 ] && [ "$3" = 0 ]; then set -- "$1" passed 1 failed "$5" skipped; fi
        passed=$((passed + $1)) failed=$((failed + $3)) skipped=$((skipped + $5))
        if [ "$3" != 0 ]; then show_failure; fi
    else
        echo
        case $status in
        0) passed=$((passed + 1)) ;;
        77) skipped=$((skipped + 1)) ;;
        *)
            failed=$((failed + 1))
            show_failure
            ;;
        esac
    fi
    sed -n 's/^skipped: /            skipped: /p' "$log" | head -n 20
    [ "$status" = 0 ] || [ "$status" = 77 ]
}

# --- builds ------------------------------------------------------------------------------------------------------------------------

# configured NAME COMPILER MESON-ARGUMENTS…: build/NAME set up with these arguments and built.
configured() {
    name=$1 compiler=$2
    shift 2
    stamp="$compiler $*"
    if [ ! -f "build/$name/build.ninja" ] || [ "$(cat "build/$name.arguments" 2>/dev/null)" != "$stamp" ]; then
        rm -rf "build/$name" "build/$name.arguments"
        need "configure build/$name" env CC="$compiler" meson setup "build/$name" "$@" || return 1
        printf '%s\n' "$stamp" >"build/$name.arguments"
    fi
    need "build build/$name" ninja -C "build/$name"
}

meson_suites() { # NAME SUITE…: the tests of these suites in build/NAME, counted
    name=$1
    shift
    arguments=
    for one in "$@"; do arguments="$arguments --suite $one"; done
    rm -f "build/$name/meson-logs/$suite.json"
    # shellcheck disable=SC2086  # a list of words
    meson test -C "build/$name" --no-rebuild --print-errorlogs --logbase "$suite" $arguments
    result=$?
    if [ ! -s "build/$name/meson-logs/$suite.json" ]; then
        echo "no test in suite $*"
        return 1
    fi
    python3 tests/tools/count "build/$name/meson-logs/$suite.json"
    return "$result"
}

gcc_result=
build_gcc() { # the build that most suites share; tried once
    if [ -z "$gcc_result" ]; then
        configured gcc gcc --werror
        gcc_result=$?
    elif [ "$gcc_result" != 0 ]; then
        printf '%-11s skip    0 s  build/gcc could not be built\n' "$suite"
        skipped=$((skipped + 1))
    fi
    return "$gcc_result"
}

python_ready() { # build/venv with the pinned packages of tests/property/requirements.txt
    if ! cmp -s tests/property/requirements.txt build/venv/requirements.txt; then
        need "Python packages into build/venv" sh -c 'rm -rf build/venv && python3 -m venv build/venv &&
            build/venv/bin/python -m pip install --disable-pip-version-check -q -r tests/property/requirements.txt &&
            cp tests/property/requirements.txt build/venv/'
    fi
}

counted() { # OUTPUT of pytest: what was skipped, and the last line that check reads
    sed -n 's/^SKIPPED /skipped: /p' "$1"
    tail -n 1 "$1" | awk '{
        for (i = 2; i <= NF; i++) { word = $i; gsub(/[^a-z]/, "", word); n[word] += $(i - 1) }
        print n["passed"] + 0 " passed, " n["failed"] + n["error"] + n["errors"] + 0 " failed, " n["skipped"] + 0 " skipped" }'
}

models() { # DRIVER FILE…: the Python models of these files against this driver, counted
    MBILL_DRIVER=$1
    shift
    export MBILL_DRIVER
    build/venv/bin/python -m pytest -q -rs -p no:cacheprovider -n auto "$@" >build/pytest.out 2>&1
    result=$?
    cat build/pytest.out
    counted build/pytest.out
    return "$result"
}

# --- suites ------------------------------------------------------------------------------------------------------------------------

suite_tools() {
    build_gcc && check "laws of the house" meson_suites gcc tools
    # shellcheck disable=SC2046  # file names without spaces
    check "shell scripts" shellcheck -x .ci/run $(find tests examples bindings -name '*.sh')
}
suite_abi() { build_gcc && check "binary interface" meson_suites gcc abi; }
suite_unit() { build_gcc && check "Check programs" meson_suites gcc unit && check "benches on few accounts" meson_suites gcc bench; }
suite_golden() { build_gcc && check "published cases" meson_suites gcc golden model; }
suite_cli() { build_gcc && check "program meterbill" meson_suites gcc cli; }
suite_fault() { build_gcc && check "failing memory and files" meson_suites gcc fault; }
suite_town() { build_gcc && check "a town for three months" meson_suites gcc town; }
suite_property() {
    build_gcc && python_ready && check "Python models" models build/gcc/tests/property/driver tests/property
    check "the same properties, seeded" build/venv/bin/python tests/property/campaign.py build/gcc/tests/property/driver \
        --seed 1 --pairs "${CAMPAIGN_PAIRS:-10000}"
    check "alarms against promtool" promtool_agrees build/gcc/tests/property/alarm_driver
}

promtool_agrees() { # DRIVER
    sh tests/property/promtool.sh build/prometheus || return
    build/venv/bin/python tests/property/promtool_campaign.py "$1" build/prometheus/usr/bin/promtool --rounds "${PROMTOOL_ROUNDS:-1}"
}

suite_no_int128() {
    configured no_int128 gcc --werror -Dno_int128=true || return
    check "the same tests without __int128" meson_suites no_int128 unit golden
    set -- # where products, quotients and sums of 128 bits are
    for one in numbers price buy inputs rates share; do set -- "$@" "tests/property/test_$one.py"; done
    python_ready && check "Python models" models build/no_int128/tests/property/driver "$@"
}

suite_m32() {
    mkdir -p build/m32
    need "32-bit driver of numbers and calendar" sh tests/property/m32.sh build/m32/driver || return
    python_ready && check "Python models" models build/m32/driver tests/property/test_numbers.py tests/property/test_calendar.py
}

suite_clang() { configured clang clang --werror && check "Check programs" meson_suites clang unit; }

suite_sanitize() {
    configured sanitize gcc --werror -Db_sanitize=address,undefined -Dc_args=-fno-sanitize-recover=all || return
    # The suite fault fails at every point; here the question is what sanitizers say of some of them.
    FAULT_STRIDE=5 check "every C test" meson_suites sanitize unit golden cli fault fuzz
}

suite_threads() {
    configured threads gcc --werror -Db_sanitize=thread -Dc_args=-fno-sanitize-recover=all || return
    TSAN_OPTIONS=halt_on_error=1 check "one tariff, many threads" meson_suites threads threads
}

memcheck() { # the unit programs that read documents, price and keep a ledger, one after the other in one process each
    for one in tariff price buy parts threads book operations; do
        echo "$one"
        CK_FORK=no CK_VERBOSITY=silent valgrind -q --error-exitcode=9 --leak-check=full --errors-for-leak-kinds=definite \
            "build/gcc/tests/unit/test_$one" || return 1
    done
}
suite_memcheck() {
    build_gcc || return
    if command -v valgrind >/dev/null 2>&1; then
        check "under valgrind" memcheck
        check "instructions a reading" sh tests/bench/instructions.sh build/gcc/tests/bench/bench_price build/gcc/tests/bench/bench_ledger
    else
        check "under valgrind" sh -c 'echo "skipped: valgrind is not installed"; exit 77'
    fi
}

# python_package FOLDER REQUIREMENTS BUILD: a virtual environment with pinned packages, and in it the package as pip builds it (BUILD-wheel/built) and
# installs it.
python_package() {
    if ! cmp -s "$2" "$1/requirements.txt"; then
        rm -rf "$1" "$3"
        python3 -m venv "$1" && "$1/bin/python" -m pip install --disable-pip-version-check -q -r "$2" && cp "$2" "$1/requirements.txt" || return 1
    fi
    rm -rf "$3-wheel"
    PATH="$PWD/$1/bin:$PATH" "$1/bin/python" -m pip wheel --disable-pip-version-check -q --no-build-isolation --no-deps -Cbuild-dir="$3" \
        -w "$3-wheel/built" . &&
        "$1/bin/python" -m pip install --disable-pip-version-check -q --no-index --no-deps --force-reinstall "$3-wheel"/built/*.whl
}

python_tests() {
    MBILL_PROGRAM="$PWD/build/gcc/bindings/cli/meterbill" build/python-venv/bin/python -m pytest -q -rs -p no:cacheprovider tests/python \
        >build/python.out 2>&1
    result=$?
    cat build/python.out
    counted build/python.out
    return "$result"
}

blocks_of() { # WORDS NAME=VALUE: the pages that have a line which begins with these words, run with this in the environment
    # shellcheck disable=SC2046  # file names without spaces
    env "$2" python3 tests/golden/guide.py build/gcc/bindings/cli/meterbill . $(grep -l "^$1" README.md examples/guide/*.md)
}

suite_python() {
    build_gcc && need "the package into build/python-venv" python_package build/python-venv tests/python/requirements.txt build/python || return
    check "the installed package" python_tests
    check "published cases, to the byte of the program" python3 tests/golden/through.py build/gcc/bindings/cli/meterbill \
        build/python-venv/bin/python tests/python/program.py
    check "Python in README and the guide" blocks_of '```python' MBILL_PYTHON="$PWD/build/python-venv/bin/python"
    check "a self-contained wheel, without a compiler" sh tests/python/wheel.sh build/python-venv build/python-wheel
}

suite_examples() {
    configured install gcc --werror --prefix "$PWD/build/prefix" --libdir lib -Dbuildtype=release -Dtests=disabled || return
    rm -rf build/prefix
    need "install below build/prefix" meson install -C build/install || return
    check "installed files" sh tests/tools/installed.sh build/prefix
    check "installed headers alone" python3 tests/abi/headers build/prefix/include
    check "README's program through pkg-config" sh tests/tools/readme.sh build/prefix
    for example in price prepaid bulk split disconnect close; do check "examples/$example through pkg-config" sh examples/check.sh "$example" build/prefix; done
    check "nothing installed as a subproject" sh tests/tools/subproject.sh
}

suite_amalgamation() {
    check "two files" python3 tests/tools/amalgamation build/two_files
    configured amalgamation gcc -Damalgamation=true -Dbuildtype=debug || return
    check "the same tests with them" meson_suites amalgamation unit golden cli
}

suite_dist() { check "a release" sh tests/tools/dist.sh build/dist; }

suite_site() {
    if ! cmp -s examples/site/requirements.txt build/site_venv/requirements.txt; then
        need "Python packages into build/site_venv" sh -c 'rm -rf build/site_venv && python3 -m venv build/site_venv &&
            build/site_venv/bin/python -m pip install --disable-pip-version-check -q -r examples/site/requirements.txt &&
            cp examples/site/requirements.txt build/site_venv/' || return
    fi
    check "guides and references" build/site_venv/bin/python examples/site/build build/site
}

suite_quickstart() { check "examples/quickstart.sh" sh examples/quickstart.sh; }

maven() { # ARGUMENT…: verify, counted; what Maven fetches stays below build/
    mvn -B -ntp -Dmaven.repo.local="$PWD/build/m2" -Dcampaign="${JAVA_CAMPAIGN:-4000}" -f bindings/java/pom.xml verify "$@"
    result=$?
    echo # behind what Maven says last of colours
    python3 tests/java/count build/maven/failsafe-reports/failsafe-summary.xml || result=1
    return "$result"
}

same_jar() { # made again from nothing, it has the same bytes
    cp build/maven/meterbill-*.jar build/first.jar && rm -rf build/maven &&
        mvn -B -ntp -o -q -Dmaven.repo.local="$PWD/build/m2" -f bindings/java/pom.xml package -Dmaven.test.skip=true &&
        cmp build/first.jar build/maven/meterbill-*.jar
}

suite_java() {
    build_gcc && check "Maven: the jar and its tests" maven || return
    # shellcheck disable=SC2046  # file names without spaces
    check "Javadoc of everything public, without a warning" javadoc -quiet -Xdoclint:all -Xwerror --release 11 -d build/javadoc \
        $(find bindings/java/src/main/java build/maven/native/java -name '*.java')
    jar=$(echo build/maven/meterbill-*.jar)
    check "published cases, to the byte of the program" python3 tests/golden/through.py build/gcc/bindings/cli/meterbill \
        java -Xcheck:jni -Xmx256m -cp "$jar:build/maven/test-classes" org.meterbill.test.Program
    check "Java in README and the guide" blocks_of 'java -cp' MBILL_JAR="$PWD/$jar"
    default=$(readlink -f "$(command -v java)")
    for one in /usr/lib/jvm/*/bin/java; do
        if [ -L "$(dirname "$(dirname "$one")")" ] || [ ! -x "$one" ] || [ "$(readlink -f "$one")" = "$default" ]; then continue; fi
        check "the same tests on $(basename "$(dirname "$(dirname "$one")")")" maven -Dtest.java="$one"
    done
    check "the same jar, made again" same_jar
}

spark_jars() { # the library's jar and that of its Spark module, in build/maven and build/maven-spark
    mvn -B -ntp -q -Dmaven.repo.local="$PWD/build/m2" -f bindings/java/pom.xml install -DskipITs &&
        mvn -B -ntp -q -Dmaven.repo.local="$PWD/build/m2" -f bindings/java/spark/pom.xml package
}

spark_tests() {
    MBILL_PROGRAM="$PWD/build/gcc/bindings/cli/meterbill" MBILL_CITY="$PWD/build/gcc/tests/bench/city" \
        build/spark-venv/bin/python -m pytest -q -rs -p no:cacheprovider tests/spark >build/spark.out 2>build/spark.log
    result=$?
    cat build/spark.out
    counted build/spark.out
    return "$result"
}

suite_spark() {
    build_gcc && need "the package into build/spark-venv" python_package build/spark-venv tests/spark/requirements.txt build/spark &&
        need "the jars of Java and of its Spark module" spark_jars || return
    MBILL_SPARK="$PWD/build/spark-venv/bin/python"
    MBILL_SPARK_JARS=$(echo "$PWD"/build/maven/meterbill-*.jar),$(echo "$PWD"/build/maven-spark/meterbill-spark-*.jar)
    SPARK_HOME=$("$MBILL_SPARK" -c 'import pyspark; print(pyspark.__path__[0])')
    export MBILL_SPARK MBILL_SPARK_JARS SPARK_HOME
    check "two executors, one of them killed; a city" spark_tests
    check "the guide's page" python3 tests/golden/guide.py build/gcc/bindings/cli/meterbill . examples/guide/spark.md
    # shellcheck disable=SC2046  # file names without spaces
    check "Javadoc of the Spark module, without a warning" javadoc -quiet -Xdoclint:all -Xwerror --release 17 -d build/javadoc-spark \
        -classpath "$(echo build/maven/meterbill-*.jar):$SPARK_HOME/jars/*" \
        $(find bindings/java/spark/src/main/java -name '*.java')
}

suite_postgres() {
    build_gcc || return
    sh tests/postgres/server.sh stop build/postgres
    trap 'sh tests/postgres/server.sh stop build/postgres' EXIT
    need "a server" sh -c 'sh tests/postgres/server.sh start build/postgres >build/postgres.connection' || return
    connection=$(cat build/postgres.connection)
    check "every statement, in both databases" python3 tests/postgres/statements.py "$connection" gcc
    rm -rf build/postgres_town && mkdir build/postgres_town
    need "the store of a small town" python3 tests/town/town.py build/gcc/bindings/cli/meterbill --accounts 12 --kills 0 --folder build/postgres_town &&
        check "the same rows in every view" python3 tests/postgres/views.py "$connection" build/postgres_town/town.db
    configured with_postgres gcc --werror -Dpostgres=enabled || return
    MBILL_TEST_POSTGRES="postgresql://meterbill@127.0.0.1:$(cat build/postgres/port)/postgres" MBILL_TEST_POSTGRES_FOLDER=build/postgres
    export MBILL_TEST_POSTGRES MBILL_TEST_POSTGRES_FOLDER
    check "two writers, cut connections, a killed server" build/with_postgres/tests/unit/test_postgres
    check "every test of the store" meson_suites with_postgres postgres
    mkdir build/postgres_town/there
    check "a small town for three months" python3 tests/town/town.py build/with_postgres/bindings/cli/meterbill --accounts 24 --kills 1 \
        --folder build/postgres_town/there --store "$MBILL_TEST_POSTGRES#town"
    unset MBILL_TEST_POSTGRES MBILL_TEST_POSTGRES_FOLDER
}

suite_fuzz() {
    build_gcc && check "kept inputs" meson_suites gcc fuzz
    configured fuzz clang -Dfuzzing=libfuzzer -Db_sanitize=address,undefined -Db_lundef=false -Dc_args=-fno-sanitize-recover=all || return
    check "libFuzzer, ${FUZZ_SECONDS:-10} s a target" sh tests/fuzz/fuzz.sh build/fuzz "${FUZZ_SECONDS:-10}"
}

suite_coverage() {
    # Threads share the counters; counts that are not atomic get lost, and gcovr refuses what comes of it.
    configured coverage gcc -Dbuildtype=debug -Db_coverage=true -Dc_args=-fprofile-update=atomic || return
    check "the tests, counted" meson_suites coverage unit golden cli fault
    python_ready && PROPERTY_EXAMPLES=8 check "Python models" models build/coverage/tests/property/driver tests/property/test_price.py \
        tests/property/test_inputs.py
    check "lines and branches" python3 tests/tools/coverage build/coverage tests/unit/COVERAGE.md
}

# --- the run -----------------------------------------------------------------------------------------------------------------------

for one in "$@"; do
    case " $SUITES all " in
    *" $one "*) ;;
    *)
        usage
        [ "$one" = help ]
        exit $(($? * 2))
        ;;
    esac
done
case " $* " in "  " | *" all "*) chosen=$SUITES ;; *) chosen=$* ;; esac

logs=build/log
mkdir -p "$logs"
: >"$logs/install.log"
start=$(date +%s)
# shellcheck disable=SC2086  # a list of words
if install_all $chosen; then
    for suite in $SUITES; do
        case " $chosen " in *" $suite "*) "suite_$suite" ;; esac
    done
else
    failed=1
fi
echo "$(($(date +%s) - start)) s; the output of every step is in $logs"
echo "$passed passed, $failed failed, $skipped skipped"
[ "$failed" = 0 ]
