#!/usr/bin/env bash
# Archives the classes of the libraries that a start of the service loads, so that the processes of the fault tests start in half the time;
# those tests call it. An archive of other libraries is passed over by the JVM.
#
#   bench/faults/archive.sh <class path of the libraries> <class path of all, beginning with them> <archive to make>
set -euo pipefail
libraries=$1 all=$2 archive=$3
home="$(mktemp -d)"
chmod 711 "$home"
trap 'rm -rf "$home"' EXIT
java=("$JAVA_HOME/bin/java" -Xmx300m -XX:+UseSerialGC -XX:TieredStopAtLevel=1)
"${java[@]}" -XX:DumpLoadedClassList="$home/list" -Dspring.context.exit=onRefresh -cp "$all" \
    io.winnow.FaultyWinnow --server.port=0 --winnow.home="$home/winnow" > "$home/log" 2>&1 || { cat "$home/log"; exit 1; }
"${java[@]}" -Xshare:dump -XX:SharedClassListFile="$home/list" -XX:SharedArchiveFile="$home/libraries.jsa" -cp "$libraries" \
    > "$home/log" 2>&1 || { cat "$home/log"; exit 1; }
mv "$home/libraries.jsa" "$archive"
