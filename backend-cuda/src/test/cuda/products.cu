// Small matrix products by the warp's instructions, to see the emulated ones at work: c[m, n] = a[m, k] · b[n, k]ᵀ, all
// multiples of the tile.
#include "intrinsics.cuh"

namespace products {

constexpr int kTile = 64;    // rows and columns of a block: four warps of 32×32
constexpr int kDepth = 32;   // of a step
constexpr int kPitch = 40;   // elements of a row in shared memory; rows begin in different banks

// One step's 64 rows of 32 bf16 to shared memory.
__device__ inline void load(bf16* shared, const bf16* global, int k) {
    for (int i = threadIdx.x; i < kTile * kDepth / 8; i += blockDim.x) {
        int row = i / (kDepth / 8), column = i % (kDepth / 8) * 8;
        copyAsync16(shared + row * kPitch + column, global + static_cast<size_t>(row) * k + column);
    }
}

}  // namespace products

// Dynamic shared memory: 2 · 64 · 40 bf16.
KERNEL(128) product_bf16(const bf16* a, const bf16* b, float* c, int n, int k) {
    using namespace products;
    bf16* tileA = reinterpret_cast<bf16*>(dynamicShared());
    bf16* tileB = tileA + kTile * kPitch;
    int warp = threadIdx.x / kWarp, lane = threadIdx.x % kWarp;
    int rowOfWarp = warp / 2 * 32, columnOfWarp = warp % 2 * 32;
    size_t row = static_cast<size_t>(blockIdx.y) * kTile, column = static_cast<size_t>(blockIdx.x) * kTile;
    float sums[2][4][4] = {};
    for (int step = 0; step < k; step += kDepth) {
        load(tileA, a + row * k + step, k);
        load(tileB, b + column * k + step, k);
        commitCopies();
        waitCopies<0>();
        __syncthreads();
        for (int depth = 0; depth < kDepth; depth += 16) {
            uint32_t fragmentA[2][4], fragmentB[4][2];
            for (int i = 0; i < 2; i++) {
                loadMatrices4(fragmentA[i], tileA + (rowOfWarp + i * 16 + lane % 16) * kPitch + depth + lane / 16 * 8);
            }
            for (int j = 0; j < 4; j++) {
                loadMatrices2(fragmentB[j], tileB + (columnOfWarp + j * 8 + lane % 8) * kPitch + depth + lane / 8 % 2 * 8);
            }
            for (int i = 0; i < 2; i++) {
                for (int j = 0; j < 4; j++) {
                    mmaBf16(sums[i][j], fragmentA[i], fragmentB[j]);
                }
            }
        }
        __syncthreads();
    }
    for (int i = 0; i < 2; i++) {
        for (int j = 0; j < 4; j++) {
            for (int e = 0; e < 4; e++) {
                size_t r = row + rowOfWarp + i * 16 + lane / 4 + e / 2 * 8;
                c[r * n + column + columnOfWarp + j * 8 + lane % 4 * 2 + e % 2] = sums[i][j][e];
            }
        }
    }
}

// One warp: a is [16, 8], b is [8, 8], c [16, 8], all in global memory.
KERNEL(32) product_tf32(const float* a, const float* b, float* c) {
    int group = threadIdx.x / 4, member = threadIdx.x % 4;
    uint32_t fragmentA[4] = {toTf32(a[group * 8 + member]), toTf32(a[(group + 8) * 8 + member]),
                             toTf32(a[group * 8 + member + 4]), toTf32(a[(group + 8) * 8 + member + 4])};
    uint32_t fragmentB[2] = {toTf32(b[member * 8 + group]), toTf32(b[(member + 4) * 8 + group])};
    float sums[4] = {};
    mmaTf32(sums, fragmentA, fragmentB);
    for (int e = 0; e < 4; e++) {
        c[(group + e / 2 * 8) * 8 + member * 2 + e % 2] = sums[e];
    }
}

struct alignas(16) SharedTile {
    bf16 elements[16 * 16];
};

// One warp: the 16×16 bf16 at `in` [16, 16] come back transposed, by ldmatrix.
KERNEL(32) transpose_bf16(const bf16* in, bf16* out) {
    SHARED(tile, SharedTile);
    bf16* first = tile.elements;
    copyAsync16(first + threadIdx.x * 8, in + threadIdx.x * 8);
    commitCopies();
    waitCopies<0>();
    __syncwarp();
    uint32_t matrices[4];
    int matrix = threadIdx.x / 8;
    loadMatrices4Transposed(matrices, first + (matrix / 2 * 8 + threadIdx.x % 8) * 16 + matrix % 2 * 8);
    for (int i = 0; i < 4; i++) {
        // Matrix (i/2, i mod 2) of the input is (i mod 2, i/2) of the output.
        uint32_t* row = reinterpret_cast<uint32_t*>(out + (i % 2 * 8 + threadIdx.x / 4) * 16 + i / 2 * 8);
        row[threadIdx.x % 4] = matrices[i];
    }
}
