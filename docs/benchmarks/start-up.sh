#!/usr/bin/env bash
# Wall time of whole processes from the shell to a written PNG: `generate` of the boxed model, and `--version`, which is the
# container without an engine. Medians of RUNS runs (default 7) after one that warms the file cache.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
runs=${1:-7}
nextscale=distribution/archive/target/nextscale/bin/nextscale
out=$(mktemp -d)
trap 'rm -rf "$out"' EXIT

measure() {
    "$@" > "$out/log" 2>&1
    for _ in $(seq "$runs"); do
        begin=$(date +%s%N)
        "$@" > "$out/log" 2>&1
        echo $((($(date +%s%N) - begin) / 1000000))
    done | sort -n | awk '{ t[NR] = $1 } END { printf "median %d ms, min %d, max %d\n", t[int((NR + 1) / 2)], t[1], t[NR] }'
}

grep -m1 'model name' /proc/cpuinfo | sed 's/.*: /processor: /'
echo "processors: $(nproc)"
"${JAVA_HOME:+$JAVA_HOME/bin/}java" -version 2>&1 | head -n 1
for backend in ${BACKENDS:-onnx nd4j}; do
    echo "generate on $backend: $(measure $nextscale generate --class 9 --backend "$backend" --out "$out/boot.png")"
    echo "generate on $backend, plain class path: $(NEXTSCALE_CONTAINER=none measure $nextscale generate --class 9 --backend "$backend" --out "$out/boot.png")"
done
echo "--version: $(measure $nextscale --version)"
