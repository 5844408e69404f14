// A block's share of a matrix product: C[m, n] = A[m, k] · B[n, k]ᵀ, float32 sums in registers. Written once for
// - tensor cores on bf16 (mma.m16n8k16) and on tf32 (mma.m16n8k8): in bytes their fragments lie alike, so that ldmatrix
//   serves both, and a step along k is 32 bytes;
// - float32 multiply-adds, for results as the reference's.
//
// Both operands go through shared memory, 128 bytes of k a row and stage, by cp.async in kStages stages. Vectors of 16 bytes
// are swizzled so that neither ldmatrix nor the float32 loads meet a bank twice. B is a plain matrix. What A's rows are is the
// loader's affair (rows of a matrix, pixels that a convolution gathers), what becomes of the sums is the epilogue's.
//
//   struct Loader {
//       using Row = ...;                           // what a thread keeps of each of its rows
//       using Step = ...;                          // what it works out once a stage for all of its rows
//       Row row(int index) const;                  // any index from 0 on, also behind the last row
//       Step step(int k) const;                    // k a multiple of 16 bytes, < k of the product
//       const Element* at(Row, Step, bool& valid) const;   // 16 aligned bytes; taken as zeros where not valid
//   };
//   struct Epilogue { void operator()(int row, int column, float first, float second) const; };   // column is even
//
// k is a multiple of 16 bytes, n is even; neither these nor m need be multiples of the tile.
#pragma once
#include "intrinsics.cuh"

namespace tile {

constexpr int kRowBytes = 128;
constexpr int kVectorBytes = 16;                    // bytes of a copy
constexpr int kVectors = kRowBytes / kVectorBytes;   // of a row

// Kinds of products.
struct Bf16 {
    using Element = bf16;
    static constexpr bool kTensorCores = true;
    __device__ static void multiply(float (&c)[4], const uint32_t (&a)[4], const uint32_t (&b)[2]) { mmaBf16(c, a, b); }
    __device__ static void prepare(uint32_t&) {}
};
struct Tf32 {
    using Element = float;
    static constexpr bool kTensorCores = true;
    __device__ static void multiply(float (&c)[4], const uint32_t (&a)[4], const uint32_t (&b)[2]) { mmaTf32(c, a, b); }
    // The unit cuts bits off; rounding halves the error.
    __device__ static void prepare(uint32_t& bits) { bits = toTf32(__uint_as_float(bits)); }
};
struct Float32 {
    using Element = float;
    static constexpr bool kTensorCores = false;
};

// A block of warpRows × warpColumns warps computes rows × columns of C.
template <class ProductKind, int rows, int columns, int warpRows, int warpColumns, int stages>
struct Shape {
    using Product = ProductKind;
    using Element = typename Product::Element;
    static constexpr int kRows = rows;
    static constexpr int kColumns = columns;
    static constexpr int kWarpColumns = warpColumns;
    static constexpr int kStages = stages;
    static constexpr int kThreads = warpRows * warpColumns * kWarp;
    static constexpr int kRowsOfWarp = rows / warpRows;
    static constexpr int kColumnsOfWarp = columns / warpColumns;
    static constexpr int kDepth = kRowBytes / sizeof(Element);           // of a stage
    static constexpr int kElements = kVectorBytes / sizeof(Element);           // of a vector
    static constexpr int kStageBytes = (rows + columns) * kRowBytes;
    static constexpr int kSharedBytes = stages * kStageBytes;
    static_assert(kRowsOfWarp % 16 == 0 && kColumnsOfWarp % 16 == 0);
    static_assert(rows * kVectors % kThreads == 0 && columns * kVectors % kThreads == 0);
};

// Where a vector of a row lies in shared memory. Eight rows that follow each other have a vector of the same k in different
// banks, and so have eight rows two apart.
__device__ inline int swizzled(int row, int vector) {
    return row * kRowBytes + ((vector ^ row ^ (row >> 3)) & (kVectors - 1)) * kVectorBytes;
}

// Rows of a matrix, `pitch` elements apart.
template <class Element>
struct Rows {
    const Element* first;
    int count;
    int pitch;

    struct Row {
        const Element* first;
        bool valid;
    };
    using Step = int;

    __device__ Row row(int index) const {
        bool valid = index < count;
        return {first + static_cast<size_t>(valid ? index : 0) * pitch, valid};
    }
    __device__ Step step(int k) const { return k; }
    __device__ const Element* at(Row row, Step k, bool& valid) const {
        valid = row.valid;
        return row.first + k;
    }
};

// A stage's vectors that this thread copies: one place along k, and every (threads / 8)-th row.
template <class S, class Loader>
struct Copies {
    using Element = typename S::Element;
    static constexpr int kStride = S::kThreads / kVectors;
    static constexpr int kRowsOfA = S::kRows / kStride;
    static constexpr int kRowsOfB = S::kColumns / kStride;

    const Loader& loader;
    const Element* b;
    int n, pitch, row, vector;
    typename Loader::Row rows[kRowsOfA];

    // b begins at the block's first column, of which there are n.
    __device__ Copies(const Loader& loader, int firstRow, const Element* b, int n, int pitch)
        : loader(loader), b(b), n(n), pitch(pitch), row(threadIdx.x / kVectors), vector(threadIdx.x % kVectors) {
#pragma unroll
        for (int i = 0; i < kRowsOfA; i++) {
            rows[i] = loader.row(firstRow + row + i * kStride);
        }
    }

    // Begins to copy what lies from k on.
    __device__ void begin(unsigned char* stage, int k, int end) const {
        k += vector * S::kElements;
        bool inside = k < end;
        typename Loader::Step step = loader.step(inside ? k : 0);
#pragma unroll
        for (int i = 0; i < kRowsOfA; i++) {
            bool valid;
            const Element* from = loader.at(rows[i], step, valid);
            copyAsync16(stage + swizzled(row + i * kStride, vector), from, valid && inside);
        }
        unsigned char* stageB = stage + S::kRows * kRowBytes;
#pragma unroll
        for (int i = 0; i < kRowsOfB; i++) {
            int column = row + i * kStride;
            bool valid = inside && column < n;
            copyAsync16(stageB + swizzled(column, vector), b + (valid ? static_cast<size_t>(column) * pitch + k : 0), valid);
        }
    }
};

// Sums of a warp on tensor cores: tiles of 16×8, of which a thread holds two pairs.
template <class S, bool tensorCores>
struct Accumulators {
    static constexpr int kTilesDown = S::kRowsOfWarp / 16;
    static constexpr int kTilesAcross = S::kColumnsOfWarp / 8;
    float values[kTilesDown][kTilesAcross][4] = {};

    __device__ void add(const unsigned char* stageA, const unsigned char* stageB, int warpRow, int warpColumn, int lane) {
#pragma unroll 2
        for (int vector = 0; vector < kVectors; vector += 2) {
            uint32_t a[kTilesDown][4], b[kTilesAcross][2];
#pragma unroll
            for (int i = 0; i < kTilesDown; i++) {
                loadMatrices4(a[i], stageA + swizzled(warpRow + i * 16 + lane % 16, vector + lane / 16));
            }
#pragma unroll
            for (int j = 0; j < kTilesAcross; j += 2) {
                uint32_t two[4];   // of two tiles: both halves of k, then the next eight columns
                int column = warpColumn + j * 8 + lane / 16 * 8 + lane % 8;
                loadMatrices4(two, stageB + swizzled(column, vector + lane / 8 % 2));
                b[j][0] = two[0];
                b[j][1] = two[1];
                b[j + 1][0] = two[2];
                b[j + 1][1] = two[3];
            }
#pragma unroll
            for (int i = 0; i < kTilesDown; i++) {
#pragma unroll
                for (int e = 0; e < 4; e++) {
                    S::Product::prepare(a[i][e]);
                }
            }
#pragma unroll
            for (int j = 0; j < kTilesAcross; j++) {
                S::Product::prepare(b[j][0]);
                S::Product::prepare(b[j][1]);
            }
#pragma unroll
            for (int i = 0; i < kTilesDown; i++) {
#pragma unroll
                for (int j = 0; j < kTilesAcross; j++) {
                    S::Product::multiply(values[i][j], a[i], b[j]);
                }
            }
        }
    }

    // Calls take(row, column, first, second) for every pair of the thread.
    template <class Take>
    __device__ void each(int warpRow, int warpColumn, int lane, const Take& take) const {
#pragma unroll
        for (int i = 0; i < kTilesDown; i++) {
#pragma unroll
            for (int half = 0; half < 2; half++) {
#pragma unroll
                for (int j = 0; j < kTilesAcross; j++) {
                    take(warpRow + i * 16 + half * 8 + lane / 4, warpColumn + j * 8 + lane % 4 * 2, values[i][j][half * 2],
                         values[i][j][half * 2 + 1]);
                }
            }
        }
    }
};

// Sums of a warp by multiply-adds: 4×8 threads, each with every fourth row and every eighth pair of columns.
template <class S>
struct Accumulators<S, false> {
    static constexpr int kDown = S::kRowsOfWarp / 4;
    static constexpr int kAcross = S::kColumnsOfWarp / 8;
    float values[kDown][kAcross] = {};

    __device__ void add(const unsigned char* stageA, const unsigned char* stageB, int warpRow, int warpColumn, int lane) {
#pragma unroll 1   // more would want more registers than there are
        for (int vector = 0; vector < kVectors; vector++) {
            float4 a[kDown];
#pragma unroll
            for (int i = 0; i < kDown; i++) {
                a[i] = *reinterpret_cast<const float4*>(stageA + swizzled(warpRow + i * 4 + lane / 8, vector));
            }
#pragma unroll
            for (int j = 0; j < kAcross; j++) {
                int column = warpColumn + j / 2 * 16 + lane % 8 * 2 + j % 2;
                float4 b = *reinterpret_cast<const float4*>(stageB + swizzled(column, vector));
#pragma unroll
                for (int i = 0; i < kDown; i++) {
                    values[i][j] += a[i].x * b.x;
                    values[i][j] += a[i].y * b.y;
                    values[i][j] += a[i].z * b.z;
                    values[i][j] += a[i].w * b.w;
                }
            }
        }
    }

    template <class Take>
    __device__ void each(int warpRow, int warpColumn, int lane, const Take& take) const {
#pragma unroll
        for (int i = 0; i < kDown; i++) {
#pragma unroll
            for (int j = 0; j < kAcross; j += 2) {
                take(warpRow + i * 4 + lane / 8, warpColumn + j / 2 * 16 + lane % 8 * 2, values[i][j], values[i][j + 1]);
            }
        }
    }
};

// Coordinates of a thread's warp in the block's tile.
template <class S>
__device__ inline int rowOfWarp() {
    return threadIdx.x / kWarp / S::kWarpColumns * S::kRowsOfWarp;
}
template <class S>
__device__ inline int columnOfWarp() {
    return threadIdx.x / kWarp % S::kWarpColumns * S::kColumnsOfWarp;
}

template <class S>
using AccumulatorsOf = Accumulators<S, S::Product::kTensorCores>;

// The block's tile of C from firstRow and firstColumn on, summed over k from begin (a multiple of S::kDepth) to end; b is
// [n, pitch]. Takes S::kSharedBytes of dynamic shared memory, which are free again afterwards.
template <class S, class Loader>
__device__ __forceinline__ void sum(AccumulatorsOf<S>& sums, const Loader& loader, const typename S::Element* b, int pitch,
                                    int firstRow, int firstColumn, int n, int begin, int end) {
    unsigned char* shared = dynamicShared();
    int warpRow = rowOfWarp<S>(), warpColumn = columnOfWarp<S>(), lane = threadIdx.x % kWarp;
    Copies<S, Loader> copies(loader, firstRow, b + static_cast<size_t>(firstColumn) * pitch, n - firstColumn, pitch);
    int steps = (end - begin + S::kDepth - 1) / S::kDepth;
#pragma unroll
    for (int ahead = 0; ahead < S::kStages - 1; ahead++) {
        if (ahead < steps) {
            copies.begin(shared + ahead * S::kStageBytes, begin + ahead * S::kDepth, end);
        }
        commitCopies();
    }
    int stage = 0;
#pragma unroll 1
    for (int step = 0; step < steps; step++) {
        waitCopies<S::kStages - 2>();
        __syncthreads();   // everybody's copies are there, and nobody reads the stage that is filled next any more
        int ahead = step + S::kStages - 1;
        if (ahead < steps) {
            int free = stage == 0 ? S::kStages - 1 : stage - 1;
            copies.begin(shared + free * S::kStageBytes, begin + ahead * S::kDepth, end);
        }
        commitCopies();
        const unsigned char* a = shared + stage * S::kStageBytes;
        sums.add(a, a + S::kRows * kRowBytes, warpRow, warpColumn, lane);
        stage = stage == S::kStages - 1 ? 0 : stage + 1;
    }
    __syncthreads();
}

// Hands the sums that lie inside of [m, n] to the epilogue.
template <class S, class Epilogue>
__device__ __forceinline__ void apply(const AccumulatorsOf<S>& sums, int firstRow, int firstColumn, int m, int n,
                                       const Epilogue& epilogue) {
    sums.each(firstRow + rowOfWarp<S>(), firstColumn + columnOfWarp<S>(), threadIdx.x % kWarp,
              [&](int row, int column, float first, float second) {
                  if (row < m && column < n) {
                      epilogue(row, column, first, second);
                  }
              });
}

// Both, for a kernel with one epilogue.
template <class S, class Loader, class Epilogue>
__device__ __forceinline__ void multiply(const Loader& loader, const typename S::Element* b, int pitch, int firstRow,
                                         int firstColumn, int m, int n, int begin, int end, const Epilogue& epilogue) {
    AccumulatorsOf<S> sums;
    sum<S>(sums, loader, b, pitch, firstRow, firstColumn, n, begin, end);
    apply<S>(sums, firstRow, firstColumn, m, n, epilogue);
}

// Blocks for many rows, for few, and for so few that reading B is what takes the time.
template <class Product>
struct Shapes {
    using Large = Shape<Product, 128, 128, 2, 2, 3>;
    using Medium = Shape<Product, 64, 64, 2, 2, 4>;
    using Small = Shape<Product, 16, 64, 1, 4, 4>;
};
// Multiply-adds want more threads: a thread's sums are its registers.
template <>
struct Shapes<Float32> {
    using Large = Shape<Float32, 128, 128, 4, 2, 3>;
    using Medium = Shape<Float32, 64, 64, 2, 2, 4>;
    using Small = Shape<Float32, 16, 64, 1, 4, 4>;
};

}  // namespace tile
