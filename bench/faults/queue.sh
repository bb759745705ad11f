#!/usr/bin/env bash
# 10,000 tasks that do nothing over four worker processes, the oldest killed every five seconds while another is up: none lost, none done twice.
# By both ways in which db-scheduler hands tasks out. Usage: bench/faults/queue.sh [tasks]; writes bench/results/<date>-queue.md and fails when a task was lost or done twice.
# Takes about six minutes. MAVEN says which Maven, where it is not the wrapper.
set -euo pipefail
cd "$(dirname "$0")/../.."
tasks="${1:-10000}"
mkdir -p target
if ! "${MAVEN:-./mvnw}" -B -Pfaults test -Dtest='QueueFaultTests#fDoes*' -Dsurefire.failIfNoSpecifiedTests=false \
    -Dfaults.tasks="$tasks" > target/queue.log 2>&1; then
    grep -E '^noop:|^\[ERROR\]' target/queue.log | head -20
    echo "it failed: see target/queue.log"
    exit 1
fi
lines="$(grep -oE 'noop: .*' target/queue.log | sed 's/^noop: /> /')"
cores="$(nproc) cores of$(grep -m1 'model name' /proc/cpuinfo | cut -d: -f2)"
cat > "bench/results/$(date -I)-queue.md" <<REPORT
# Tasks over processes that are killed

$(date -I), commit $(git rev-parse --short HEAD), $cores: \`bench/faults/queue.sh\`. Four worker processes, an API and PostgreSQL
share the machine. A task writes one row and sleeps for 20 ms in the middle of its transaction, so that kills hit transactions; every five
seconds, while another is up, the oldest process is killed with SIGKILL and another started. A rate is bounded by the sleep and by what starting processes takes.

$lines
REPORT
echo "$lines"
