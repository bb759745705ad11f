#!/usr/bin/env bash
# Runs the tests of this folder, and holds docs/findings.md against the results that it is written from. Measures nothing. Needs a
# Python from 3.11 on with venv, into which requirements.txt is installed once; ends with 77 where that cannot be had.
set -euo pipefail
cd "$(dirname "$0")"

python=${PYTHON:-python3}
"$python" -c 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))' 2>/dev/null ||
    { echo "the findings are not checked: no Python from 3.11 on with venv"; exit 77; }
venv=${WINNOW_FINDINGS_VENV:-$PWD/../../target/findings-venv}
if ! cmp -s requirements.txt "$venv/installed"; then
    rm -rf "$venv"
    "$python" -m venv "$venv"
    "$venv/bin/pip" install -q --disable-pip-version-check --only-binary :all: -r requirements.txt ||
        { echo "the findings are not checked: the packages cannot be installed"; exit 77; }
    cp requirements.txt "$venv/installed"
fi
export PYTHONDONTWRITEBYTECODE=1
"$venv/bin/python" -m unittest -q test_findings
"$venv/bin/python" page.py --check
