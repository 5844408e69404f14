#!/usr/bin/env bash
# Packs what a bare machine with an NVIDIA GPU needs to check and measure backend-cuda: a small Java runtime, the distribution
# without other backends, the backend's jar, the reference vectors and cuda.sh, which is run there. Some 60 MB.
#   cuda-package.sh [FILE.tar.xz]
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
out=${1:-nextscale-cuda.tar.xz}
mvn -B -q -ntp -DskipTests -Dspotless.check.skip -Dnextscale.archives=false -pl distribution/archive -am package >&2
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
package=$work/nextscale-cuda
mkdir "$package"
"${JAVA_HOME:+$JAVA_HOME/bin/}jlink" --output "$package/java" --strip-debug --no-header-files --no-man-pages --compress=0 \
    --add-modules java.desktop,java.logging,java.management,java.naming,java.sql,java.xml,jdk.management,jdk.unsupported
cp -r distribution/archive/target/nextscale "$package/nextscale"
rm -f "$package"/nextscale/bundles/nextscale-{backend,training}-*.jar
mkdir -p "$package/nextscale/plugins"
for jar in backend-cuda/target/nextscale-backend-cuda-*.jar; do
    case $jar in *-sources.jar | *-tests.jar | *-javadoc.jar) ;; *) cp "$jar" "$package/nextscale/plugins/" ;; esac
done
cp -r reference-vectors "$package/"
cp docs/benchmarks/cuda.sh "$package/"
tar -C "$work" -cJf "$out" nextscale-cuda
echo "wrote $out, $(du -h "$out" | cut -f1); there: tar xJf $(basename "$out") && nextscale-cuda/cuda.sh"
