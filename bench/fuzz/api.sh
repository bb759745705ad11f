#!/usr/bin/env bash
# Fuzzes the packed service by its contract, openapi.yaml, with and without credentials: see api.py. Needs target/winnow.jar
# and a Python from 3.11 on with venv, into which the versions of requirements.txt are installed once.
#
#   bench/fuzz/api.sh [--short]        the short form takes about a minute and is always the same
#
# Ends with 77 when Python, or what it installs, cannot be had.
set -euo pipefail
cd "$(dirname "$0")/../.."

venv=${WINNOW_FUZZ_VENV:-target/fuzz/venv}
bench/venv.sh bench/fuzz/requirements.txt "$venv" "the API is not fuzzed"
exec "$venv/bin/python" bench/fuzz/api.py "$@"
