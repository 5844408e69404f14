#!/usr/bin/env bash
# Makes the same N images a class (default 100, so 1000) with several batch sizes and backends and counts the images that
# differ from the first run's. BACKENDS="a b" compares several. Needs python3 to compare.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
count=${1:-100}
nextscale=distribution/archive/target/nextscale/bin/nextscale
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# Compares pixels alone: the text that a PNG carries names its backend.
compare() {
    python3 - "$work/first" "$work/other" <<'PYTHON'
import pathlib, sys

def pixels(file):
    data, at, idat = file.read_bytes(), 8, b""
    while at < len(data):
        length = int.from_bytes(data[at:at + 4], "big")
        if data[at + 4:at + 8] == b"IDAT":
            idat += data[at + 8:at + 8 + length]
        at += 12 + length
    return idat

files = sorted(pathlib.Path(sys.argv[1]).glob("*.png"))
different = sum(pixels(file) != pixels(pathlib.Path(sys.argv[2]) / file.name) for file in files)
print(f"{different} of {len(files)} images differ")
PYTHON
}

first=
for backend in ${BACKENDS:-nd4j}; do
    for batch in 1 2 7 16; do
        target=$work/other
        [ -n "$first" ] || target=$work/first
        rm -rf "$work/other"
        "$nextscale" generate --class all -n "$count" --seed 1 --batch "$batch" --backend "$backend" --out "$target" > "$work/log"
        if [ -n "$first" ]; then
            echo "$first against $backend, batch $batch: $(compare)"
        else
            first="$backend, batch $batch"
        fi
    done
done
