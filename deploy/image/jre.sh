#!/bin/sh
# Links a Java runtime without compiler and tools.
# jre.sh <directory to make>
set -eu
out=$1

# java.se is the whole of the standard; the others are what the JVM's own monitoring, TLS and agents need.
jlink --add-modules java.se,jdk.unsupported,jdk.management,jdk.crypto.ec,jdk.zipfs,jdk.net,jdk.nio.mapmode,jdk.naming.dns,jdk.jfr,jdk.jcmd \
    --strip-debug --no-header-files --no-man-pages --output "$out"
# Class data sharing: a tenth off the start.
"$out/bin/java" -Xshare:dump >/dev/null
