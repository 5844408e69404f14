#!/bin/sh
# Measures whole images on the product's backends and in libtorch, and prints tables: see README.md beside this file.
#   bench.sh [OPTIONS]           end to end; bench.sh --help lists the options
#   bench.sh kernels [OPTIONS]   JMH benchmarks of the kernels; the options are JMH's, -h lists them
# Builds what is missing. Quiet machine, please.
set -eu
root=$(CDPATH= cd -- "$(dirname -- "$0")/.." && pwd -P)
target=$root/benchmarks/target
paths=$target/classpaths
if [ ! -d "$paths/backends" ]; then
    (cd "$root" && mvn -B -q -ntp -DskipTests -Dspotless.check.skip -Dnextscale.archives=false \
        -pl benchmarks,distribution/archive -am package) >&2
fi
java=${JAVA_HOME:+$JAVA_HOME/bin/}java
if [ "${1:-}" = kernels ]; then
    shift
    exec "$java" -cp "$target/classes:$paths/common/*" org.openjdk.jmh.Main "$@"
fi
boxed=$root/distribution/archive/src/main/models/fashion-32
installed=$root/distribution/archive/target/nextscale
[ -d "$installed/bin" ] && set -- --distribution "$installed" "$@"
exec "$java" -Dnextscale.classpaths="$paths" -cp "$target/classes:$paths/common/*" \
    org.nextscale.benchmarks.Bench --boxed "$boxed" "$@"
