#!/usr/bin/env bash
# How the model in the box was made, and what it is worth.
#   boxed-model.sh train            trains tokenizer, transformer and classifier into RUNS: about an hour and a half
#   boxed-model.sh measure PACKAGE  reconstructions, and IMAGES (500) images a class in the classifier's features
# Fashion-MNIST is the Debian package dataset-fashion-mnist, or DATA. The steps that made the boxed model ran on one thread
# each (THREADS); another number, or another processor, rounds sums in another order and ends at another model as good.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
data=${DATA:-/usr/share/datasets/fashion-mnist}
runs=${RUNS:-runs}
threads=${THREADS:-1}

train() {
    ./nextscale train classifier --data "$data" --out "$runs/classifier" --name "fashion-mnist classifier" \
        --epochs 4 --batch 128 --learning-rate 0.002 --threads "$threads"
    ./nextscale train tokenizer --data "$data" --out "$runs/tokenizer" \
        --patch-nums 1,2,3,4,6,8 --channels 32 --channel-multipliers 1,2,2 --latent-channels 16 --vocabulary 512 \
        --batch 32 --steps 2600 --learning-rate 0.001 --final-rate 0.02 --average 0.998 \
        --unquantized 0.04 --quantizer 0.5 --no-flip --threads "$threads"
    ./nextscale train transformer --data "$data" --out "$runs/fashion-32" --tokenizer "$runs/tokenizer" --name fashion-32 \
        --description "A class-conditional VAR of 32 x 32 pictures (5.0 M parameters), trained with Nextscale on Fashion-MNIST (Zalando, MIT licence): grey pictures of 28 x 28, padded and repeated over three channels. docs/results/boxed-model.sh made it." \
        --depth 4 --width 256 --batch 32 --steps 4800 --learning-rate 0.001 --schedule cosine --final-rate 0.01 \
        --average 0.999 --precision bf16 --dtype f16 --threads "$threads"
}

measure() {
    local images=${IMAGES:-500} test=$data/t10k-images-idx3-ubyte.gz network=${NETWORK:-$runs/classifier/classifier.onnx}
    ./nextscale model inspect "$1" | sed -n 1,3p
    ./nextscale evaluate reconstruction --model "$1" --data "$test" --network "$network"
    for sampling in "--cfg 1.5 --top-k 0 --top-p 0" "--cfg 1.5 --top-k 100 --top-p 0.95" "--cfg 3 --top-k 100 --top-p 0.95"; do
        echo
        echo "$images images a class, $sampling"
        # shellcheck disable=SC2086
        ./nextscale evaluate --model "$1" --images-per-class "$images" --seed 1 $sampling \
            --reference "$test" --network "$network"
    done
}

case ${1:-} in
    train) train ;;
    measure) measure "${2:?which package?}" ;;
    *)
        sed -n 2,6p "$0" >&2
        exit 2
        ;;
esac
