#!/usr/bin/env bash
# Fuzzes each reader of users' bytes by Jazzer: inputs that are changed by what the code compares them with, and kept where
# they reach code that no other did. Ends with 1 when something else came of an input than that it was read, or refused in
# words for users. What is found lies under target/fuzz/found; it belongs, when mended, under src/test/resources/fuzz, whose
# inputs FuzzTargetTests reads.
#
#   bench/fuzz/parsers.sh [seconds for each target, default 3600] [target...]
#
# JOBS (default 1) are fuzzed at a time. What was reached is kept in target/fuzz/corpus, from where the next call goes on.
set -euo pipefail
cd "$(dirname "$0")/../.."

seconds=${1:-3600}
shift || true
work=$PWD/target/fuzz
mkdir -p "$work/logs" "$work/found"
./mvnw -q -B -ntp -Pfuzz test-compile dependency:build-classpath \
    -Dmdep.outputFile="$work/classpath" -Dmdep.includeScope=test >"$work/logs/build" 2>&1 ||
    { tail -n 20 "$work/logs/build"; exit 2; }
CLASSPATH=target/test-classes:target/classes:$(cat "$work/classpath")
export CLASSPATH
known=$(java -Djava.awt.headless=true io.winnow.testing.Fuzzing "$work/seeds")
# shellcheck disable=SC2086
targets=${*:-$known}

fuzz() {
    local target=$1 seconds=$2 work=$3 log=$3/logs/$1 folder begun code=0
    folder=$(mktemp -d)
    mkdir -p "$work/corpus/$target" "$work/found/$target"
    begun=$SECONDS
    # The whole of a start takes some seconds, so that the fuzzer's own clock is what counts.
    timeout $((seconds + 300)) java -Xmx768m -XX:+UseSerialGC -XX:+EnableDynamicAgentLoading \
        -Djava.awt.headless=true -Djava.io.tmpdir="$folder" com.code_intelligence.jazzer.Jazzer \
        --target_class=io.winnow.testing.Fuzzing --target_args="$target" \
        --instrumentation_includes='io.winnow.**:org.apache.parquet.**:org.apache.commons.compress.**:com.twelvemonkeys.**' \
        --reproducer_path="$work/found/$target" -artifact_prefix="$work/found/$target/" \
        -max_total_time="$seconds" -max_len=65536 -timeout=60 -rss_limit_mb=3000 -seed=1 -print_final_stats=1 \
        "$work/corpus/$target" "$work/seeds/$target" >"$log" 2>&1 || code=$?
    rm -rf "$folder"
    local inputs reached
    inputs=$(sed -nE 's/^stat::number_of_executed_units: +([0-9]+)/\1/p' "$log" | tail -1)
    reached=$(sed -nE 's/^#[0-9]+.* cov: ([0-9]+) .*/\1/p' "$log" | tail -1)
    printf '| %-18s | %5d | %9s | %6s | %s |\n' "$target" $((SECONDS - begun)) "${inputs:-?}" "${reached:-?}" \
        "$([ $code = 0 ] && echo nothing || echo "**a finding** ($code)")"
    if [ $code != 0 ]; then
        grep -nE -A12 '== Java Exception|== libFuzzer|ERROR: libFuzzer|SUMMARY' "$log" | head -n 60 || tail -n 40 "$log"
        return 1
    fi
}
export -f fuzz

printf '| target | seconds | inputs | places reached | found |\n| --- | --: | --: | --: | --- |\n'
# shellcheck disable=SC2086
printf '%s\n' $targets | xargs -P "${JOBS:-1}" -I{} bash -c "fuzz {} $seconds '$work'" || exit 1
