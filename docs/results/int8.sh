#!/usr/bin/env bash
# Writes int8.txt: does int8 keep the quality of float32? Makes 1,000 images a class of the boxed model in both, with the same
# noise, and compares the logits of a var_d16 with random weights. Needs the Debian package dataset-fashion-mnist.
# Options go to the study (--help lists them), files in RESULT: RESULT=/dev/null int8.sh --images 50 is a quick look.
# Builds what is missing; after a change of the sources build again: mvn -pl benchmarks -am -DskipTests package
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
result=${RESULT:-docs/results/int8.txt}
target=benchmarks/target
paths=$target/classpaths
[ -d "$paths/backends" ] || mvn -B -q -ntp -DskipTests -Dspotless.check.skip -pl benchmarks -am package >&2
onnx=$(echo "$paths"/backends/nextscale-backend-onnx-*.jar)
java=${JAVA_HOME:+$JAVA_HOME/bin/}java
printed=$(mktemp)
trap 'rm -f "$printed"' EXIT
"$java" -Xmx3g --enable-native-access=ALL-UNNAMED \
    -Dnextscale.classpaths="$paths" -Dorg.bytedeco.javacpp.cachedir="$target/javacpp" \
    -cp "$target/classes:$paths/common/*:$paths/libtorch/*:$onnx" \
    org.nextscale.benchmarks.quality.QualityStudy \
    --boxed distribution/archive/src/main/models/fashion-32 "$@" | tee "$printed"
cat "$printed" > "$result"
