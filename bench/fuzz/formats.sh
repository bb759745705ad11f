#!/usr/bin/env bash
# A minute of bench/fuzz/parsers.sh for each format that data comes in: those of data sets, those of scores, which share one, and
# TorchScript, whose parts share one. What .ci/run does after the tests, whose classes it takes as they are.
#
#   bench/fuzz/formats.sh [seconds for each format, default 60]
#
# Ends with 1 when something was found, with 77 when the fuzzer cannot be had.
set -euo pipefail
cd "$(dirname "$0")/../.."

seconds=${1:-60}
third=$(((seconds + 2) / 3))
BUILT=yes exec bench/fuzz/parsers.sh "$seconds" \
    idx cifar-binary npy picture parquet web-dataset \
    {scores-csv,scores-npy,scores-json,script-file,script-source,script-pickle}:$third
