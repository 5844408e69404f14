#!/bin/sh
# Builds the emulated CUDA driver for the unit tests: libcuda.so.1 with the module's kernels and those of the tests in it.
# Without g++ nothing is built, and the tests that need it are skipped.
#
#   build-emulator.sh FOLDER
set -eu
target=$1
here=$(cd "$(dirname "$0")" && pwd)
kernels=$here/../../main/cuda
faults=$here/../cuda
mkdir -p "$target/objects"
if ! command -v g++ > /dev/null; then
    echo "no g++: the emulated CUDA driver is not built" > "$target/NOT-BUILT"
    exit 0
fi
rm -f "$target/NOT-BUILT"

# Results must not depend on the machine: no contraction, and no more than AVX2.
level=x86-64-v2
if grep -q avx2 /proc/cpuinfo && grep -qw fma /proc/cpuinfo; then
    level=x86-64-v3
fi
flags="-std=c++17 -O2 -march=$level -ffp-contract=off -fno-strict-aliasing -fPIC -fvisibility=hidden -Wall
    -Wno-unknown-pragmas -Wno-unused-variable"
# Misaligned accesses and indices outside of local arrays end the launch.
checks="-fsanitize=alignment,bounds -fsanitize-undefined-trap-on-error"

# Compiles $1 to $2 unless that is newer than it and all the headers.
compile() {
    if [ -f "$2" ] && [ -z "$(find "$1" "$here" "$kernels"/*.cuh -newer "$2" \( -name '*.h' -o -name '*.cuh' \
            -o -path "$1" -o -name '*.sh' \))" ]; then
        return
    fi
    wrapper=$target/objects/wrapper.cpp
    case $1 in
        *.cu)
            # Kernels are found by their first lines: KERNEL(most threads) name(
            echo "#include \"$1\"" > "$wrapper"
            tr '\n' ' ' < "$1" | grep -oE 'KERNEL\([^()]*\)[[:space:]]+[A-Za-z_0-9]+[[:space:]]*\(' \
                | sed -E 's/KERNEL\(([^,)]*)[^)]*\)[[:space:]]+([A-Za-z_0-9]+).*/static emulation::Kernel kernel_\2{"\2", emulation::Call<\2>::run, emulation::Call<\2>::bytes, \1}; static emulation::Registration registration_\2(\&kernel_\2);/' \
                >> "$wrapper"
            g++ $flags $checks -DNEXTSCALE_EMULATION -I"$kernels" -I"$here" -c -o "$2" "$wrapper"
            ;;
        *) g++ $flags -O3 -I"$here" -I"$kernels" -DNEXTSCALE_EMULATION -c -o "$2" "$1" ;;
    esac
}

objects=
for file in "$here"/*.cpp "$kernels"/*.cu "$faults"/*.cu; do
    object=$target/objects/$(basename "$file").o
    compile "$file" "$object"
    objects="$objects $object"
done
g++ -shared -Wl,-soname,libcuda.so.1 -Wl,-z,defs -o "$target/libcuda.so.1" $objects
