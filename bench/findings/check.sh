#!/usr/bin/env bash
# Runs the tests of this folder, and holds docs/findings.md against the results that it is written from. Measures nothing. Needs a
# Python from 3.11 on with venv, into which requirements.txt is installed once; ends with 77 where that cannot be had.
set -euo pipefail
cd "$(dirname "$0")"

venv=${WINNOW_FINDINGS_VENV:-$PWD/../../target/findings-venv}
../venv.sh requirements.txt "$venv" "the findings are not checked"
export PYTHONPYCACHEPREFIX=$PWD/../../target/pycache
"$venv/bin/python" -m unittest -q test_findings
"$venv/bin/python" page.py --check
