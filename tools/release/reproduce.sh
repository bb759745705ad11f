#!/usr/bin/env bash
# Builds the jar twice from what is committed, in two directories of other names, and compares: the same commit must give the same
# bytes. What is in the working tree and not committed plays no part.
# Both must have their bill of materials, which Maven leaves out under -o.
set -euo pipefail
cd "$(dirname "$0")/../.."

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
for turn in first another-second; do
    git clone -q --no-hardlinks . "$work/$turn"
    # The time of files, the name of the directory and the language of the machine must leave no trace.
    find "$work/$turn" -type f -newermt 2020-01-01 -not -path '*/.git/*' -exec touch -d "$RANDOM seconds ago" {} +
    (cd "$work/$turn" && LC_ALL=C ./mvnw -B -ntp -q package -Dmaven.test.skip=true)
done
cd "$work"
sha256sum first/target/winnow.jar another-second/target/winnow.jar | sed "s#$work/##"
if ! cmp -s first/target/winnow.jar another-second/target/winnow.jar; then
    echo "the two builds differ in:" >&2
    diff <(unzip -lv first/target/winnow.jar) <(unzip -lv another-second/target/winnow.jar) >&2 || true
    exit 1
fi
for entry in META-INF/sbom/application.cdx.json META-INF/THIRD-PARTY.txt META-INF/build-info.properties; do
    unzip -l first/target/winnow.jar "$entry" >/dev/null || { echo "the jar has no $entry" >&2; exit 1; }
done
echo "the same commit gives the same jar"
