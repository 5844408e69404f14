#!/usr/bin/env bash
# Makes the same N images a class (default 30, so 300) with several batch sizes and backends and counts the images that
# differ from the first run's. BACKENDS="a b" compares several. Needs python3 to compare.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
count=${1:-30}
nextscale=distribution/archive/target/nextscale/bin/nextscale
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# Compares pixels alone: the text that a PNG carries names its backend.
compare() {
    python3 - "$work/first" "$work/other" <<'PYTHON'
import pathlib, sys, zlib

def pixels(file):
    data, at, idat = file.read_bytes(), 8, b""
    width, height = int.from_bytes(data[16:20], "big"), int.from_bytes(data[20:24], "big")
    while at < len(data):
        length = int.from_bytes(data[at:at + 4], "big")
        if data[at + 4:at + 8] == b"IDAT":
            idat += data[at + 8:at + 8 + length]
        at += 12 + length
    raw, stride = zlib.decompress(idat), 3 * width
    above, rows = bytearray(stride), []
    for y in range(height):
        kind, row = raw[y * (stride + 1)], bytearray(raw[y * (stride + 1) + 1:(y + 1) * (stride + 1)])
        for i in range(stride):
            left, up, corner = row[i - 3] if i > 2 else 0, above[i], above[i - 3] if i > 2 else 0
            guess = left + up - corner
            paeth = min((left, up, corner), key=lambda value: abs(guess - value))
            row[i] = (row[i] + (0, left, up, (left + up) // 2, paeth)[kind]) & 255
        rows.append(row)
        above = row
    return b"".join(rows)

files = sorted(pathlib.Path(sys.argv[1]).glob("*.png"))
worst = [max(abs(a - b) for a, b in zip(pixels(f), pixels(pathlib.Path(sys.argv[2]) / f.name))) for f in files]
print(f"{sum(w > 0 for w in worst)} of {len(files)} images differ, "
      f"{sum(w > 1 for w in worst)} by more than one of 255 levels")
PYTHON
}

first=
for backend in ${BACKENDS:-onnx nd4j}; do
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
