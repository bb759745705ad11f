#!/usr/bin/env bash
# Fuzzes each reader of users' bytes by Jazzer: inputs that are changed by what the code compares them with, and kept where
# they reach code that no other did. Ends with 1 when something else came of an input than that it was read, or refused in
# words for users. What is found lies under target/fuzz/found; it belongs, when mended, under src/test/resources/fuzz, whose
# inputs FuzzTargetTests reads.
#
#   bench/fuzz/parsers.sh [seconds for each target, default 3600] [target or target:seconds...]
#
# JOBS (default 1) are fuzzed at a time. What was reached is kept in target/fuzz/corpus, from where the next call goes on.
# BUILT=yes takes target/classes and target/test-classes as they are. After LIMIT seconds (default none) nothing is begun any
# more, and what goes on is cut off; the table says so. An input may take SLOWEST seconds (default 60) of the clock: more where the
# processors have much else to do. JIT may have an option of the JVM's compilers. Ends with 77 when the fuzzer cannot be had.
set -euo pipefail
cd "$(dirname "$0")/../.."

seconds=${1:-3600}
shift || true
deadline=$(($(date +%s) + ${LIMIT:-1000000}))
export deadline
work=$PWD/target/fuzz
mkdir -p "$work/logs" "$work/found"
compile=test-compile
[ "${BUILT:-no}" = no ] || compile=
# No reader has to do with these, and the fuzzer looks through all that is on the class path at each start.
elsewhere=org.testcontainers,com.github.docker-java,org.hibernate.orm,org.hibernate.validator,org.springframework.data
elsewhere+=,org.springframework.security,org.apache.tomcat.embed,software.amazon.awssdk,org.seleniumhq.selenium,com.tngtech.archunit
elsewhere+=,org.aspectj,org.mockito,net.bytebuddy,org.apache.xmlgraphics
# shellcheck disable=SC2086
./mvnw -q -B -ntp -Pfuzz $compile dependency:build-classpath -Dmdep.outputFile="$work/classpath" \
    -Dmdep.includeScope=test -Dmdep.excludeGroupIds=$elsewhere >"$work/logs/build" 2>&1 || {
    tail -n 20 "$work/logs/build"
    ! grep -q 'com.code-intelligence:jazzer' "$work/logs/build" || exit 77
    exit 2
}
CLASSPATH=target/test-classes:target/classes:$(cat "$work/classpath")
export CLASSPATH
known=$(java -Djava.awt.headless=true io.winnow.testing.Fuzzing "$work/seeds")
targets=${*:-$known}
for target in $targets; do
    grep -qx "${target%:*}" <<<"$known" || { echo "there is no target ${target%:*}"; exit 2; }
done

# A line of the table: target, seconds of the clock, inputs, places reached, what was found. The seconds of a core are those of
# this process's children, of which the fuzzer is one, and `times` tells them only to the process itself.
told() {
    local target=$1 seconds=$2 worked
    shift 2
    times >"$work/logs/$target.times"
    worked=$(awk -F'[ms ]+' 'END { printf "%.0f", $1 * 60 + $2 + $3 * 60 + $4 }' "$work/logs/$target.times")
    printf '| %-18s | %7d | %9d | %9s | %6s | %s |\n' "$target" "$seconds" "$worked" "$@"
}

fuzz() {
    local target=${1%:*} seconds=$2 work=$3 log folder begun left most cut=no code=0
    [ "$target" = "$1" ] || seconds=${1#*:}
    log=$work/logs/$target
    # A start takes some seconds, and the fuzzer's own clock is what counts.
    most=$((seconds + 300))
    left=$((deadline - $(date +%s)))
    [ $left -gt 10 ] || { told "$target" 0 - - 'not begun: the time was over'; return 0; }
    [ $left -gt $most ] || { most=$left; cut=yes; }
    folder=$(mktemp -d)
    mkdir -p "$work/corpus/$target" "$work/found/$target"
    begun=$SECONDS
    # A picture may have as many pixels as fill some hundred MB, several times over. What helps to get past regular expressions is
    # off: it finds nothing by itself, costs a quarter of a start, and the readers have next to none.
    # shellcheck disable=SC2086
    timeout -k 10 $most java ${JIT:-} -Xmx1500m -XX:+UseSerialGC -XX:+EnableDynamicAgentLoading \
        -Djava.awt.headless=true -Djava.io.tmpdir="$folder" com.code_intelligence.jazzer.Jazzer \
        --target_class=io.winnow.testing.Fuzzing --target_args="$target" \
        --instrumentation_includes='io.winnow.**:org.apache.parquet.**:org.apache.commons.compress.**:com.twelvemonkeys.**' \
        --disabled_hooks=com.code_intelligence.jazzer.sanitizers.RegexRoadblocks \
        --reproducer_path="$work/found/$target" -artifact_prefix="$work/found/$target/" \
        -max_total_time="$seconds" -max_len=65536 -timeout="${SLOWEST:-60}" -rss_limit_mb=3000 -seed=1 -print_final_stats=1 \
        "$work/corpus/$target" "$work/seeds/$target" >"$log" 2>&1 || code=$?
    rm -rf "$folder"
    local inputs reached
    inputs=$(sed -nE 's/^stat::number_of_executed_units: +([0-9]+)/\1/p' "$log" | tail -1)
    reached=$(sed -nE 's/^#[0-9]+.* cov: ([0-9]+) .*/\1/p' "$log" | tail -1)
    # An input that takes too long ends the fuzzer with another code, and before that.
    if [ $code = 124 ] || { [ $cut = yes ] && [ $((SECONDS - begun)) -ge $most ]; }; then
        told "$target" $((SECONDS - begun)) "${inputs:-?}" "${reached:-?}" 'nothing until it was cut off'
        return 0
    fi
    told "$target" $((SECONDS - begun)) "${inputs:-?}" "${reached:-?}" \
        "$([ $code = 0 ] && echo nothing || echo "**a finding** ($code)")"
    if [ $code != 0 ]; then
        grep -nE -A12 '== Java Exception|== libFuzzer|ERROR: libFuzzer|SUMMARY' "$log" | head -n 60 || tail -n 40 "$log"
        return 1
    fi
}
export -f fuzz told

printf '| target | seconds | of a core | inputs | places reached | found |\n| --- | --: | --: | --: | --: | --- |\n'
# shellcheck disable=SC2086
printf '%s\n' $targets | xargs -P "${JOBS:-1}" -I{} bash -c "fuzz {} $seconds '$work'" || exit 1
