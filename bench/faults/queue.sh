#!/usr/bin/env bash
# 10,000 tasks that do nothing over four worker processes, one killed every five seconds: none lost, none done twice.
# Usage: bench/faults/queue.sh [tasks]; prints one line and fails when a task was lost or done twice. Takes about three minutes.
set -euo pipefail
cd "$(dirname "$0")/../.."
./mvnw -q -B -Pfaults test -Dtest='QueueFaultTests#fDoes*' -Dsurefire.failIfNoSpecifiedTests=false \
    -Dnoop.tasks="${1:-10000}" 2>&1 | grep -E '^noop:|ERROR.*Tests run' || { echo "it failed: see target/surefire-reports"; exit 1; }
