#!/usr/bin/env bash
# A training step of the transformer, forward to AdamW, beside the same step as the public VAR code has PyTorch do it, in one
# process and in turns; and resident memory after 100 and after 500 steps. THREADS threads of libtorch; further options are
# those of org.nextscale.benchmarks.training.StepBenchmark (--help lists them). Writes training-step.txt beside this file;
# OUT says where else.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
usage=false
for each; do
    [ "$each" != --help ] || usage=true
done
threads=${1:-1}
if $usage; then
    set -- 1
    threads=1
fi
shift $(($# > 0))
out=${OUT:-docs/benchmarks/training-step.txt}
target=benchmarks/target
paths=$target/classpaths
if [ ! -d "$paths/training" ]; then
    mvn -B -q -ntp -DskipTests -Dspotless.check.skip -Dnextscale.archives=false -pl benchmarks -am package >&2
fi

# What bin/nextscale sets for training, here for all who take turns.
large=4294967296
: "${GLIBC_TUNABLES=glibc.malloc.hugetlb=1:glibc.malloc.arena_max=1:glibc.malloc.mmap_threshold=$large:glibc.malloc.trim_threshold=$large}"
export GLIBC_TUNABLES
if grep -q '^cpu family[^0-9]*26$' /proc/cpuinfo; then
    : "${OPENBLAS_CORETYPE=SkylakeX}"
    export OPENBLAS_CORETYPE
fi
export OMP_NUM_THREADS=$threads

java=${JAVA_HOME:+$JAVA_HOME/bin/}java
# A heap that is resident from the beginning: what grows is native memory.
measure() {
    "$java" -Xms256m -Xmx256m -Xmn24m -XX:+AlwaysPreTouch -XX:+UseSerialGC --enable-native-access=ALL-UNNAMED \
        -Dorg.bytedeco.javacpp.cachedir="$target/javacpp" -cp "$target/classes:$paths/common/*:$paths/training/*" \
        org.nextscale.benchmarks.training.StepBenchmark --threads "$threads" "$@"
}
if $usage; then
    measure --help
    exit
fi
printed=$(mktemp)
trap 'rm -f "$printed"' EXIT
measure "$@" | tee "$printed"
cat "$printed" > "$out"
