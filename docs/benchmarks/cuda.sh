#!/usr/bin/env bash
# Checks backend-cuda on a GPU, then times it: verify of the three reference sets in float32, then images with guidance of
# synthetic models (random weights), one process each, the first image of which pays for loading. cuda-package.sh packs what it needs.
#   cuda.sh check | time [MODEL...]        default: both, with var_d16 and var_d30
# PRECISION=bf16 BATCHES="1 64" IMAGES=8 (batches of each) change what is timed. Disk in TMPDIR: 1.7 GB for d16, 8.5 GB for d30.
# Not run on a GPU yet; `check` has been, with the package, on the emulated driver of backend-cuda's tests.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
what=${1:-all}
shift $(($# > 0))
[ $# -gt 0 ] || set -- var_d16 var_d30
if [ -d "$here/java" ]; then
    export JAVA_HOME=$here/java
    nextscale=$here/nextscale/bin/nextscale
    vectors=$here/reference-vectors
else
    nextscale=$here/../../distribution/archive/target/nextscale/bin/nextscale
    vectors=$here/../../reference-vectors
fi
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

nvidia-smi --query-gpu=name,driver_version,memory.total --format=csv,noheader 2> /dev/null || echo "nvidia-smi: none"
"$nextscale" backends | sed -n '/^cuda/,/^[a-z]/p' | head -n 3

if [ "$what" != time ]; then
    for set in base shared-aln plain-attn; do
        echo "$set: $("$nextscale" verify "$vectors/$set" --backend cuda:precision=float32 | tail -n 1)"
    done
fi
if [ "$what" != check ]; then
    for model; do
        "$nextscale" model synthesize --like "$model" --dtype f32 --out "$work/$model" > "$work/log"
        for batch in ${BATCHES:-1 64}; do
            echo
            echo "$model, batch $batch, ${PRECISION:-bf16}"
            "$nextscale" generate --model "$work/$model" --class 207 -n $((batch * ${IMAGES:-8})) --batch "$batch" \
                --backend "cuda:precision=${PRECISION:-bf16}" --profile --out "$work/images" | grep -v '^wrote [^0-9]*png'
            rm -rf "$work/images"
        done
        rm -rf "${work:?}/$model"
    done
fi
