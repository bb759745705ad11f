#!/usr/bin/env bash
# Shows that the floors of dependencies end a build: for some, a version just below is asked for, and Maven must refuse it in the words of
# the rule. Needs Maven Central.
set -euo pipefail
cd "$(dirname "$0")/../.."

failed=0
while read -r property version; do
    if output=$(./mvnw -B -ntp validate "-D$property=$version" 2>&1); then
        echo "$property $version: BUILT, though it is below the floor"
        failed=1
    elif grep -q 'Below the floor of this project' <<<"$output"; then
        echo "$property $version: refused, $(grep -oE '[a-z0-9.:-]+:[0-9][^ ]* <--- banned' <<<"$output" | head -1)"
    else
        echo "$property $version: refused for another reason:"
        grep -m 3 ERROR <<<"$output"
        failed=1
    fi
done <<'FLOORS'
postgresql.version 42.7.6
commons-compress.version 1.25.0
parquet.version 1.15.1
twelvemonkeys.version 3.7.0
snakeyaml.version 1.33
FLOORS
exit $failed
