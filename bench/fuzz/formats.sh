#!/usr/bin/env bash
# Some time of bench/fuzz/parsers.sh for the formats that data comes in, all in one process: those of data sets, scores as CSV, and
# TorchScript. What .ci/run does with the classes of the tests as they are. A start looks through the whole class path, which is a third
# less work by the quick compiler alone.
#
#   bench/fuzz/formats.sh [seconds, default 60]
#
# Ends with 1 when something was found, with 77 when the fuzzer cannot be had.
set -euo pipefail
cd "$(dirname "$0")/../.."

BUILT=yes JIT=-XX:TieredStopAtLevel=1 exec bench/fuzz/parsers.sh "${1:-60}" every-format
