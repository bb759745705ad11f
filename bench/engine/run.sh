#!/usr/bin/env bash
# Winnow's engine against PyTorch 2.7.1, both on this machine: builds, installs PyTorch and Opacus into bench/.venv
# (or takes the Python in $PYTHON), measures, prints ratios and writes bench/results/<date>-engine.md.
# Usage: bench/engine/run.sh [--seconds 5] [--rounds 2] [plain-cnn] [resnet18]
set -euo pipefail
cd "$(dirname "$0")/../.."

if [ -z "${PYTHON:-}" ]; then
    [ -x bench/.venv/bin/python ] || python3 -m venv bench/.venv
    bench/.venv/bin/python -c 'import torch, opacus' 2>/dev/null || bench/.venv/bin/pip install -q torch==2.7.1 numpy opacus
    PYTHON=$PWD/bench/.venv/bin/python
fi
./mvnw -q -B install -DskipTests -Dspotless.check.skip
./mvnw -q -B -f bench/pom.xml compile dependency:build-classpath -Dmdep.outputFile=target/classpath
exec "$PYTHON" bench/engine/compare.py --classpath "$PWD/bench/target/classes:$(cat bench/target/classpath)" "$@"
