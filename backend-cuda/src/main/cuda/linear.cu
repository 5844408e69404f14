// Linear layers: out[m, n] = epilogue(a[m, k] · weights[n, k]ᵀ + bias). Blocks are numbered with the columns running fastest,
// so that those that run together share rows of a and the weights in the second-level cache. Where there are too few blocks
// for all multiprocessors, k is split over blockIdx.z: partial sums go to a workspace, and linear_join adds them in order.
#include "tile.cuh"

namespace linear {

// What becomes of a sum.
enum Kind {
    kFloat,      // out float32 = sum + bias
    kElement,    // out in the products' type = sum + bias
    kGelu,       // out in the products' type = gelu(sum + bias), the tanh form
    kResidual,   // out float32 += gamma · (sum + bias); gamma is a row of AdaLN's output
    kPartial,    // out float32 = sum; each split has a matrix of its own
};

// gelu by tanh, VAR's MLP.
template <class Product>
__device__ float gelu(float x) {
    float inner = 0.7978845608028654f * (x + 0.044715f * x * x * x);
    return 0.5f * x * (1 + (sizeof(typename Product::Element) == 2 ? fastTanh(inner) : tanhf(inner)));
}

__device__ inline void store(float* out, float first, float second) {
    *reinterpret_cast<float2*>(out) = make_float2(first, second);
}
__device__ inline void store(bf16* out, float first, float second) {
    *reinterpret_cast<uint32_t*>(out) = packBf16(first, second);
}

// All that an epilogue may look at; bias may be null.
template <class Product, int kind>
struct Epilogue {
    const float* bias;
    const float* gamma;
    void* out;
    int n;
    int rowsPerCondition;
    int conditionStride;

    __device__ void operator()(int row, int column, float first, float second) const {
        using Element = typename Product::Element;
        size_t at = static_cast<size_t>(row) * n + column;
        if (kind != kPartial && bias != nullptr) {
            first += bias[column];
            second += bias[column + 1];
        }
        if (kind == kFloat || kind == kPartial) {
            store(static_cast<float*>(out) + at, first, second);
        } else if (kind == kElement) {
            store(static_cast<Element*>(out) + at, first, second);
        } else if (kind == kGelu) {
            store(static_cast<Element*>(out) + at, gelu<Product>(first), gelu<Product>(second));
        } else {
            const float* factors = gamma + static_cast<size_t>(row / rowsPerCondition) * conditionStride + column;
            float2* stream = reinterpret_cast<float2*>(static_cast<float*>(out) + at);
            float2 old = *stream;
            *stream = make_float2(old.x + factors[0] * first, old.y + factors[1] * second);
        }
    }
};

// Hands an epilogue of this kind to work; all threads of the grid have the same.
template <class Product, class Work>
__device__ __forceinline__ void withEpilogue(int kind, const float* bias, const float* gamma, void* out, int n,
                                             int rowsPerCondition, int conditionStride, const Work& work) {
    switch (kind) {
        case kFloat:
            return work(Epilogue<Product, kFloat>{bias, gamma, out, n, rowsPerCondition, conditionStride});
        case kElement:
            return work(Epilogue<Product, kElement>{bias, gamma, out, n, rowsPerCondition, conditionStride});
        case kGelu:
            return work(Epilogue<Product, kGelu>{bias, gamma, out, n, rowsPerCondition, conditionStride});
        case kResidual:
            return work(Epilogue<Product, kResidual>{bias, gamma, out, n, rowsPerCondition, conditionStride});
        default:
            return work(Epilogue<Product, kPartial>{bias, gamma, out, n, rowsPerCondition, conditionStride});
    }
}

template <class S>
__device__ __forceinline__ void run(const void* a, const void* weights, const float* bias, const float* gamma, void* out,
                                    int m, int n, int k, int kind, int rowsPerCondition, int conditionStride) {
    using Element = typename S::Element;
    int columns = (n + S::kColumns - 1) / S::kColumns;
    int firstRow = blockIdx.x / columns * S::kRows, firstColumn = blockIdx.x % columns * S::kColumns;
    int steps = (k + S::kDepth - 1) / S::kDepth;
    int stepsOfSplit = (steps + gridDim.z - 1) / gridDim.z;
    int begin = min(k, static_cast<int>(blockIdx.z) * stepsOfSplit * S::kDepth);
    int end = min(k, begin + stepsOfSplit * S::kDepth);
    tile::AccumulatorsOf<S> sums;
    tile::Rows<Element> rows{static_cast<const Element*>(a), m, k};
    tile::sum<S>(sums, rows, static_cast<const Element*>(weights), k, firstRow, firstColumn, n, begin, end);
    void* target = kind == kPartial ? static_cast<float*>(out) + static_cast<size_t>(blockIdx.z) * m * n : out;
    withEpilogue<typename S::Product>(kind, bias, gamma, target, n, rowsPerCondition, conditionStride,
                                      [&](const auto& epilogue) { tile::apply<S>(sums, firstRow, firstColumn, m, n, epilogue); });
}

// Adds the partial sums of a product split in `splits`, always in the same order; a pair a thread.
template <class Product>
__device__ __forceinline__ void join(const float* partial, const float* bias, const float* gamma, void* out, int m, int n,
                                     int splits, int kind, int rowsPerCondition, int conditionStride) {
    int pair = blockIdx.x * blockDim.x + threadIdx.x;
    if (pair >= m * n / 2) {
        return;
    }
    float first = 0, second = 0;
    for (int i = 0; i < splits; i++) {
        float2 sums = *reinterpret_cast<const float2*>(partial + static_cast<size_t>(i) * m * n + 2 * pair);
        first += sums.x;
        second += sums.y;
    }
    withEpilogue<Product>(kind, bias, gamma, out, n, rowsPerCondition, conditionStride,
                          [&](const auto& epilogue) { epilogue(2 * pair / n, 2 * pair % n, first, second); });
}

constexpr int kJoinThreads = 128;

template <class Product>
using Large = typename tile::Shapes<Product>::Large;
template <class Product>
using Medium = typename tile::Shapes<Product>::Medium;
template <class Product>
using Small = typename tile::Shapes<Product>::Small;

}  // namespace linear

KERNEL(linear::Large<tile::Bf16>::kThreads)
linear_bf16_large(const void* a, const void* weights, const float* bias, const float* gamma, void* out, int m, int n,
                int k, int kind, int rowsPerCondition, int conditionStride) {
    linear::run<linear::Large<tile::Bf16>>(a, weights, bias, gamma, out, m, n, k, kind, rowsPerCondition, conditionStride);
}

KERNEL(linear::Medium<tile::Bf16>::kThreads)
linear_bf16_medium(const void* a, const void* weights, const float* bias, const float* gamma, void* out, int m, int n,
                int k, int kind, int rowsPerCondition, int conditionStride) {
    linear::run<linear::Medium<tile::Bf16>>(a, weights, bias, gamma, out, m, n, k, kind, rowsPerCondition, conditionStride);
}

KERNEL(linear::Small<tile::Bf16>::kThreads)
linear_bf16_small(const void* a, const void* weights, const float* bias, const float* gamma, void* out, int m, int n,
                int k, int kind, int rowsPerCondition, int conditionStride) {
    linear::run<linear::Small<tile::Bf16>>(a, weights, bias, gamma, out, m, n, k, kind, rowsPerCondition, conditionStride);
}

KERNEL(linear::Large<tile::Tf32>::kThreads)
linear_tf32_large(const void* a, const void* weights, const float* bias, const float* gamma, void* out, int m, int n,
                int k, int kind, int rowsPerCondition, int conditionStride) {
    linear::run<linear::Large<tile::Tf32>>(a, weights, bias, gamma, out, m, n, k, kind, rowsPerCondition, conditionStride);
}

KERNEL(linear::Medium<tile::Tf32>::kThreads)
linear_tf32_medium(const void* a, const void* weights, const float* bias, const float* gamma, void* out, int m, int n,
                int k, int kind, int rowsPerCondition, int conditionStride) {
    linear::run<linear::Medium<tile::Tf32>>(a, weights, bias, gamma, out, m, n, k, kind, rowsPerCondition, conditionStride);
}

KERNEL(linear::Small<tile::Tf32>::kThreads)
linear_tf32_small(const void* a, const void* weights, const float* bias, const float* gamma, void* out, int m, int n,
                int k, int kind, int rowsPerCondition, int conditionStride) {
    linear::run<linear::Small<tile::Tf32>>(a, weights, bias, gamma, out, m, n, k, kind, rowsPerCondition, conditionStride);
}

KERNEL(linear::Large<tile::Float32>::kThreads)
linear_f32_large(const void* a, const void* weights, const float* bias, const float* gamma, void* out, int m, int n,
                int k, int kind, int rowsPerCondition, int conditionStride) {
    linear::run<linear::Large<tile::Float32>>(a, weights, bias, gamma, out, m, n, k, kind, rowsPerCondition, conditionStride);
}

KERNEL(linear::Medium<tile::Float32>::kThreads)
linear_f32_medium(const void* a, const void* weights, const float* bias, const float* gamma, void* out, int m, int n,
                int k, int kind, int rowsPerCondition, int conditionStride) {
    linear::run<linear::Medium<tile::Float32>>(a, weights, bias, gamma, out, m, n, k, kind, rowsPerCondition, conditionStride);
}

KERNEL(linear::Small<tile::Float32>::kThreads)
linear_f32_small(const void* a, const void* weights, const float* bias, const float* gamma, void* out, int m, int n,
                int k, int kind, int rowsPerCondition, int conditionStride) {
    linear::run<linear::Small<tile::Float32>>(a, weights, bias, gamma, out, m, n, k, kind, rowsPerCondition, conditionStride);
}

KERNEL(linear::kJoinThreads)
linear_bf16_join(const float* partial, const float* bias, const float* gamma, void* out, int m, int n, int splits, int kind,
                 int rowsPerCondition, int conditionStride) {
    linear::join<tile::Bf16>(partial, bias, gamma, out, m, n, splits, kind, rowsPerCondition, conditionStride);
}

KERNEL(linear::kJoinThreads)
linear_f32_join(const float* partial, const float* bias, const float* gamma, void* out, int m, int n, int splits, int kind,
                 int rowsPerCondition, int conditionStride) {
    linear::join<tile::Float32>(partial, bias, gamma, out, m, n, splits, kind, rowsPerCondition, conditionStride);
}
