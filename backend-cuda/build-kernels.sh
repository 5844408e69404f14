#!/bin/sh
# Compiles src/main/cuda/*.cu ahead of time with nvcc (CUDA 13): one PTX module for any GPU from compute capability 8.0 on,
# and machine code for 8.x and 9.0. The results are committed, so that building Nextscale needs no nvcc.
#
#   backend-cuda/build-kernels.sh [folder]     by default where the module's resources are
#
# Beside them goes a digest of the sources, by which a test sees that they are current.
set -eu
module=$(cd "$(dirname "$0")" && pwd)
sources=$module/src/main/cuda
target=${1:-$module/src/main/resources/org/nextscale/backend/cuda/kernels}
mkdir -p "$target"
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

# All files in one translation unit: one module to load.
cd "$sources"
LC_ALL=C
export LC_ALL
for file in *.cu; do
    echo "#include \"$file\""
done > "$scratch/kernels.cu"

flags="-std=c++17 -O3 -I$sources"
cd "$scratch"
nvcc $flags -ptx -arch=compute_80 -o ptx kernels.cu
# Instructions of sm_80 are known since PTX 7.0; drivers older than this nvcc accept them under an older stamp.
sed 's/^\.version .*/.version 8.0/' ptx > "$target/kernels.ptx"
nvcc $flags -cubin -arch=sm_80 -o "$target/kernels.sm_80.cubin" kernels.cu
nvcc $flags -cubin -arch=sm_90a -o "$target/kernels.sm_90a.cubin" kernels.cu

cd "$sources"
cat *.cu *.cuh | sha256sum | cut -d ' ' -f 1 > "$target/sources.sha256"
