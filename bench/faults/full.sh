#!/usr/bin/env bash
# The whole of the fault suite, with the counts that docs/operations.md tells of: 100 kills at as many instants of a run, 20 sleepers,
# 20 immediate restarts in one job, 500 races of cancels, a flood of 10,000 requests, 10,000 tasks while workers are killed, 20 SIGTERMs,
# 1,000 idle listeners beside 200 that compare, 50 requests a second while the schema changes: more need the cores to themselves.
# Takes about an hour and a half on two cores; nothing is skipped as root and with libfaketime (apt-get install faketime).
# MAVEN says which Maven, where it is not the wrapper; arguments are handed on to it.
set -euo pipefail
cd "$(dirname "$0")/../.."
"${MAVEN:-./mvnw}" -B -q package -DskipTests
exec "${MAVEN:-./mvnw}" -B -Pfaults surefire:test@faults \
    -Dfaults.kills=100 -Dfaults.sleeps=20 -Dfaults.restarts=20 -Dfaults.races=500 -Dfaults.flood=10000 -Dfaults.tasks=10000 -Dfaults.goodbyes=20 \
    -Dfaults.posts=200 -Dfaults.idle=1000 -Dfaults.comparing=200 -Dfaults.rate=50 "$@"
