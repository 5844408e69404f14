#!/usr/bin/env bash
# A var_d16 of random weights (float32, 1.7 GB on disk) makes RUNS images of 256 px with guidance on BACKEND, one process an
# image: time a scale, GFLOP/s, the process's peak memory. Needs 4 GB of disk in TMPDIR and of memory.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
backend=${1:-onnx}
runs=${2:-3}
nextscale=distribution/archive/target/nextscale/bin/nextscale
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

grep -m1 'model name' /proc/cpuinfo | sed 's/.*: /processor: /'
echo "processors: $(nproc)"
"$nextscale" model synthesize --like var_d16 --dtype f32 --out "$work/d16" > "$work/log"
echo "weights: $(du -cbm "$work"/d16/*.safetensors | tail -n 1 | cut -f1) MiB"
for _ in $(seq "$runs"); do
    echo
    # Two images: the first pays for loading code and pages, the second is what a session sees.
    "$nextscale" generate --model "$work/d16" --class 207 -n 2 --batch 1 --backend "$backend" --profile --out "$work/out.png" | grep -v '^wrote'
done
