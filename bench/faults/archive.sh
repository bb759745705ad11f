#!/usr/bin/env bash
# Archives the classes of the libraries, so that the processes of the fault tests start in half the time: target/faults/libraries.jsa. Worth
# it before many runs. Needs target/faults/jars, which any fault test writes. An archive of other libraries is passed over by the JVM.
set -euo pipefail
cd "$(dirname "$0")/../../target"
home="$(mktemp -d)"
chmod 711 "$home"
trap 'rm -rf "$home"' EXIT
options=(-Xmx300m -XX:+UseSerialGC -XX:TieredStopAtLevel=1)
java "${options[@]}" -XX:DumpLoadedClassList="$home/list" -Dspring.context.exit=onRefresh -cp "$(cat faults/jars):faults/classes:classes" \
    io.winnow.FaultyWinnow --server.port=0 --winnow.home="$home/winnow" > "$home/log" 2>&1 || { cat "$home/log"; exit 1; }
java "${options[@]}" -Xshare:dump -XX:SharedClassListFile="$home/list" -XX:SharedArchiveFile="$home/libraries.jsa" -cp "$(cat faults/jars)" \
    > "$home/log" 2>&1 || { cat "$home/log"; exit 1; }
mv "$home/libraries.jsa" faults/
