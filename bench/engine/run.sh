#!/usr/bin/env bash
# Winnow's engine against PyTorch 2.7.1, both on this machine: installs PyTorch and Opacus into bench/.venv (or takes the
# Python in $PYTHON), builds, measures, and writes bench/results/<date>-engine.md. About a quarter of an hour.
# Usage: bench/engine/run.sh [--seconds 5] [--rounds 2] [plain-cnn] [resnet18]
set -euo pipefail
cd "$(dirname "$0")/../.."

if [ -z "${PYTHON:-}" ]; then
    [ -x bench/.venv/bin/python ] || python3 -m venv bench/.venv
    bench/.venv/bin/python -c 'import torch, opacus' 2>/dev/null || bench/.venv/bin/pip install -q torch==2.7.1 numpy opacus
    PYTHON=$PWD/bench/.venv/bin/python
fi
exec "$PYTHON" bench/engine/compare.py "$@"
