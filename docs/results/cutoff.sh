#!/usr/bin/env bash
# cutoff.txt: what guidance that stops before the K finest scales does to the boxed model, K = 0 to 4.
#   cutoff.sh quality   IMAGES (500) images a class, in the features of NETWORK, the classifier of boxed-model.sh: 40 minutes
#   cutoff.sh time      ms an image, medians of ROUNDS (5) in turn, 200 images each: 3 minutes, with nothing else to do
# Fashion-MNIST is the Debian package dataset-fashion-mnist, or DATA.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
data=${DATA:-/usr/share/datasets/fashion-mnist}
network=${NETWORK:-${RUNS:-runs}/classifier/classifier.onnx}
made=$(mktemp -d)
trap 'rm -rf "$made"' EXIT

quality() {
    for sampling in "--cfg 1.5 --top-k 0 --top-p 0" "--cfg 3 --top-k 900 --top-p 0.95"; do
        for cutoff in 0 1 2 3 4; do
            echo
            echo "${IMAGES:-500} images a class, $sampling --cutoff $cutoff"
            # shellcheck disable=SC2086
            ./nextscale evaluate --model fashion-32 --images-per-class "${IMAGES:-500}" --seed 1 $sampling \
                --cutoff "$cutoff" --reference "$data/t10k-images-idx3-ubyte.gz" --network "$network"
        done
    done
}

median() {
    sort -n | awk '{ all[NR] = $1 } END { print NR % 2 ? all[(NR + 1) / 2] : (all[NR / 2] + all[NR / 2 + 1]) / 2 }'
}

time_taken() {
    for _ in $(seq "${ROUNDS:-5}"); do
        for cutoff in 0 1 2 3 4; do
            ./nextscale generate --class all -n 20 --cutoff "$cutoff" --profile --out "$made" 2>/dev/null \
                | awk -v k="$cutoff" '/^all scales/ { print $4 / 200 >> ("'"$made"'/scales" k) }
                    /^decoder/ { print $2 / 200 >> ("'"$made"'/decoder" k) }'
        done
    done
    echo "cutoff  ms an image: scales  decoder"
    for cutoff in 0 1 2 3 4; do
        printf '%6d %20.2f %8.2f\n' "$cutoff" "$(median < "$made/scales$cutoff")" "$(median < "$made/decoder$cutoff")"
    done
}

case ${1:-} in
    quality) quality ;;
    time) time_taken ;;
    *)
        sed -n 2,5p "$0" >&2
        exit 2
        ;;
esac
