#!/usr/bin/env bash
# Makes a virtual environment with the packages of a file, once; ends with 77, and says what is left undone, where that cannot be had: no
# Python from 3.11 on with venv (PYTHON names another), or no packages.
#
#   bench/venv.sh <requirements.txt> <folder> <what is left undone>
set -euo pipefail
requirements=$1 venv=$2 undone=$3
python=${PYTHON:-python3}
"$python" -c 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))' 2>/dev/null ||
    { echo "$undone: no Python from 3.11 on with venv"; exit 77; }
if ! cmp -s "$requirements" "$venv/installed"; then
    rm -rf "$venv"
    "$python" -m venv "$venv"
    # Most of what is installed is never loaded: what is, is compiled then.
    "$venv/bin/pip" install -q --no-compile --disable-pip-version-check --only-binary :all: -r "$requirements" ||
        { echo "$undone: the packages cannot be installed"; exit 77; }
    cp "$requirements" "$venv/installed"
fi
