#!/usr/bin/env bash
# Fuzzes the packed service by its contract, openapi.yaml, with and without credentials: see api.py. Needs target/winnow.jar
# and a Python from 3.11 on with venv, into which the versions of requirements.txt are installed once.
#
#   bench/fuzz/api.sh [--short]        the short form takes about a minute and is always the same
#
# Ends with 77 when Python, or what it installs, cannot be had.
set -euo pipefail
cd "$(dirname "$0")/../.."

python=${PYTHON:-python3}
"$python" -c 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))' 2>/dev/null ||
    { echo "the API is not fuzzed: no Python from 3.11 on with venv"; exit 77; }
venv=${WINNOW_FUZZ_VENV:-target/fuzz/venv}
if ! cmp -s bench/fuzz/requirements.txt "$venv/installed"; then
    rm -rf "$venv"
    "$python" -m venv "$venv"
    "$venv/bin/pip" install -q --disable-pip-version-check --only-binary :all: -r bench/fuzz/requirements.txt ||
        { echo "the API is not fuzzed: the packages cannot be installed"; exit 77; }
    cp bench/fuzz/requirements.txt "$venv/installed"
fi
exec "$venv/bin/python" bench/fuzz/api.py "$@"
