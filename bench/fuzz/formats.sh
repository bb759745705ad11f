#!/usr/bin/env bash
# Some time of bench/fuzz/parsers.sh for each format that data comes in: those of data sets, scores as CSV, and TorchScript. What
# .ci/run does after the tests, whose classes it takes as they are. Each start looks through the whole class path besides, which is a
# third less work by the quick compiler alone.
#
#   bench/fuzz/formats.sh [seconds for each format, default 60]
#
# Ends with 1 when something was found, with 77 when the fuzzer cannot be had.
set -euo pipefail
cd "$(dirname "$0")/../.."

BUILT=yes JIT=-XX:TieredStopAtLevel=1 exec bench/fuzz/parsers.sh "${1:-60}" parquet web-dataset picture npy idx cifar-binary scores-csv script-file
