// Convolutions over maps [image, height, width, channels] as matrix products that gather their rows: a row is an output
// pixel, k runs over the kernel's taps and the channels of each. Weights are [outputs, side, side, channels]. What attention
// multiplies goes the same way, as convolutions with a kernel of one pixel whose weights are a map.
//
// A map twice as large in both directions (nearest neighbour) is never made: `zoom` maps taps back to the small one.
// Where there are too few blocks for all multiprocessors, k is split: partial sums go to a workspace and convolution_join adds
// them in order. blockIdx.x: tile, the columns running fastest, so that blocks that run together share pixels; z: image and split.
#include "tile.cuh"

namespace convolution {

struct Problem {
    int height, width;           // of the map as the kernel sees it, enlarged by the zoom; less than 65,534
    int zoom;                    // binary logarithm
    int channels;                // that are summed over, a multiple of 8
    int pitch;                   // elements from a pixel of the map to the next
    int side, stride, before;    // of the kernel: side (1 or 3), step, and rows and columns of zeros above and to the left
    int outWidth, positions;     // of the result: width, height · width
    int weightRows, weightPitch; // rows of weights that there are, and elements from one to the next
    int outputs;                 // columns of the result, a multiple of 8; those without weights are zero
    int splits;                  // of k
    unsigned tapOfDepth;         // 2³² / channels, rounded up: the upper half of its product with k is the tap
    long long imageOfMap, imageOfWeights;   // elements from an image's to the next; 0 where all have the same
};

// Loader of tile.cuh.
template <class Element>
struct Taps {
    const Element* map;
    const Problem& problem;

    // Row and column of the first tap, both one too many so that they are never negative, in 16 bits each: many of these are
    // kept in registers.
    using Row = unsigned;
    struct Step {
        int y, x, channel;
    };

    __device__ Row row(int index) const {
        if (index >= problem.positions) {
            return 0xffffffffu;   // every tap is outside
        }
        int y = index / problem.outWidth, x = index - y * problem.outWidth;
        return (y * problem.stride - problem.before + 1) << 16 | (x * problem.stride - problem.before + 1);
    }
    __device__ Step step(int k) const {
        int tap = problem.side == 1 ? 0 : static_cast<int>(__umulhi(k, problem.tapOfDepth));
        int y = tap * 11 >> 5;   // a third, up to 15
        return {y - 1, tap - y * 3 - 1, k - tap * problem.channels};
    }
    __device__ const Element* at(Row row, Step step, bool& valid) const {
        int y = static_cast<int>(row >> 16) + step.y, x = static_cast<int>(row & 0xffffu) + step.x;
        valid = static_cast<unsigned>(y) < static_cast<unsigned>(problem.height) &&
                static_cast<unsigned>(x) < static_cast<unsigned>(problem.width);
        int pixel = valid ? (y >> problem.zoom) * (problem.width >> problem.zoom) + (x >> problem.zoom) : 0;
        return map + static_cast<size_t>(pixel) * problem.pitch + step.channel;
    }
};

__device__ inline float2 loadPair(const float* from) { return *reinterpret_cast<const float2*>(from); }
__device__ inline float2 loadPair(const bf16* from) {
    uint32_t packed = *reinterpret_cast<const uint32_t*>(from);
    return make_float2(lowBf16(packed), highBf16(packed));
}
__device__ inline void storePair(float* to, float first, float second) {
    *reinterpret_cast<float2*>(to) = make_float2(first, second);
}
__device__ inline void storePair(bf16* to, float first, float second) {
    *reinterpret_cast<uint32_t*>(to) = packBf16(first, second);
}

// out [positions, outputs] = sum + bias + residual; bias and residual may be null, the residual may be out.
template <class Out>
struct ToMap {
    const float* bias;
    const Out* residual;
    Out* out;
    int outputs;

    __device__ void operator()(int row, int column, float first, float second) const {
        size_t at = static_cast<size_t>(row) * outputs + column;
        if (bias != nullptr) {
            first += bias[column];
            second += bias[column + 1];
        }
        if (residual != nullptr) {
            float2 old = loadPair(residual + at);
            first += old.x;
            second += old.y;
        }
        storePair(out + at, first, second);
    }
};

// Planes [channels, positions] float32 = sum + bias, limited to ±limit; the columns behind `channels` are padding.
struct ToPlanes {
    const float* bias;
    float* out;
    int channels, positions;
    float limit;

    __device__ void put(int row, int column, float value) const {
        if (column < channels) {
            value += bias[column];
            // What is no number stays none.
            out[static_cast<size_t>(column) * positions + row] = value > limit ? limit : value < -limit ? -limit : value;
        }
    }
    __device__ void operator()(int row, int column, float first, float second) const {
        put(row, column, first);
        put(row, column + 1, second);
    }
};

// The sums of this block's tile and split.
template <class S>
__device__ __forceinline__ void sum(tile::AccumulatorsOf<S>& sums, const typename S::Element* map, const typename S::Element* weights,
                                    const Problem& problem, int image, int split, int firstRow, int firstColumn) {
    int k = problem.side * problem.side * problem.channels;
    int steps = (k + S::kDepth - 1) / S::kDepth;
    int depthOfSplit = (steps + problem.splits - 1) / problem.splits * S::kDepth;
    int begin = min(k, split * depthOfSplit), end = min(k, begin + depthOfSplit);
    Taps<typename S::Element> taps{map + image * problem.imageOfMap, problem};
    tile::sum<S>(sums, taps, weights + image * problem.imageOfWeights, problem.weightPitch, firstRow, firstColumn,
                 problem.weightRows, begin, end);
}

// Result [image, positions, outputs]; with splits partial [split, image, positions, outputs] instead.
template <class S, class Out>
__device__ __forceinline__ void toMap(const typename S::Element* map, const typename S::Element* weights, const float* bias,
                                      const Out* residual, Out* out, float* partial, const Problem& problem) {
    int columns = (problem.outputs + S::kColumns - 1) / S::kColumns;
    int firstRow = blockIdx.x / columns * S::kRows, firstColumn = blockIdx.x % columns * S::kColumns;
    int image = blockIdx.z / problem.splits, split = blockIdx.z % problem.splits;
    tile::AccumulatorsOf<S> sums;
    sum<S>(sums, map, weights, problem, image, split, firstRow, firstColumn);
    size_t size = static_cast<size_t>(problem.positions) * problem.outputs;
    if (problem.splits > 1) {
        int images = gridDim.z / problem.splits;
        ToMap<float> epilogue{nullptr, nullptr, partial + (static_cast<size_t>(split) * images + image) * size, problem.outputs};
        tile::apply<S>(sums, firstRow, firstColumn, problem.positions, problem.outputs, epilogue);
    } else {
        ToMap<Out> epilogue{bias, residual == nullptr ? nullptr : residual + image * size, out + image * size, problem.outputs};
        tile::apply<S>(sums, firstRow, firstColumn, problem.positions, problem.outputs, epilogue);
    }
}

template <class S>
__device__ __forceinline__ void toPlanes(const typename S::Element* map, const typename S::Element* weights, const float* bias,
                                         float* out, int channels, float limit, const Problem& problem) {
    int columns = (problem.outputs + S::kColumns - 1) / S::kColumns;
    int firstRow = blockIdx.x / columns * S::kRows, firstColumn = blockIdx.x % columns * S::kColumns;
    tile::AccumulatorsOf<S> sums;
    sum<S>(sums, map, weights, problem, blockIdx.z, 0, firstRow, firstColumn);
    float* outOfImage = out + static_cast<size_t>(blockIdx.z) * channels * problem.positions;
    tile::apply<S>(sums, firstRow, firstColumn, problem.positions, problem.outputs,
                    ToPlanes{bias, outOfImage, channels, problem.positions, limit});
}

constexpr int kJoinThreads = 128;

// Adds what `splits` blocks summed, in their order; a pair of columns a thread. size: elements of the result, of all images.
template <class Out>
__device__ __forceinline__ void join(const float* partial, const float* bias, const Out* residual, Out* out, long long size,
                                     int outputs, int splits) {
    long long at = (static_cast<long long>(blockIdx.x) * kJoinThreads + threadIdx.x) * 2;
    if (at >= size) {
        return;
    }
    float first = 0, second = 0;
    for (int split = 0; split < splits; split++) {
        float2 sums = loadPair(partial + split * size + at);
        first += sums.x;
        second += sums.y;
    }
    ToMap<Out>{bias, residual, out, outputs}(static_cast<int>(at / outputs), static_cast<int>(at % outputs), first, second);
}

// The published tokenizer's maps have 160, 320 and 640 channels. Every block reads its pixels nine times and all weights of
// its columns out of the second-level cache: the more rows, the more a byte of that is worth (256 × 160 in bf16: 98 products
// and sums a byte). Low maps have too few pixels for that, Low is for those.
template <class Product>
struct Shapes {
    using Wide = tile::Shape<Product, 256, 160, 4, 2, 3>;
    using Low = tile::Shape<Product, 128, 160, 2, 2, 3>;
    using Medium = tile::Shape<Product, 64, 64, 2, 2, 4>;
    using Narrow = tile::Shape<Product, 128, 16, 4, 1, 4>;
};
template <>
struct Shapes<tile::Float32> {
    using Low = tile::Shape<tile::Float32, 128, 160, 4, 2, 3>;
    using Medium = tile::Shape<tile::Float32, 64, 64, 2, 2, 4>;
    using Narrow = tile::Shape<tile::Float32, 128, 16, 4, 1, 4>;
};
template <class Product>
using Wide = typename Shapes<Product>::Wide;
template <class Product>
using Low = typename Shapes<Product>::Low;
template <class Product>
using Narrow = typename Shapes<Product>::Narrow;
template <class Product>
using Medium = typename Shapes<Product>::Medium;

}  // namespace convolution

KERNEL(convolution::Wide<tile::Bf16>::kThreads)
convolution_bf16_wide(const bf16* map, const bf16* weights, const float* bias, const bf16* residual, bf16* out, float* partial,
                      convolution::Problem problem) {
    convolution::toMap<convolution::Wide<tile::Bf16>>(map, weights, bias, residual, out, partial, problem);
}

KERNEL(convolution::Low<tile::Bf16>::kThreads)
convolution_bf16_low(const bf16* map, const bf16* weights, const float* bias, const bf16* residual, bf16* out, float* partial,
                     convolution::Problem problem) {
    convolution::toMap<convolution::Low<tile::Bf16>>(map, weights, bias, residual, out, partial, problem);
}

KERNEL(convolution::Wide<tile::Tf32>::kThreads)
convolution_tf32_wide(const float* map, const float* weights, const float* bias, const float* residual, float* out,
                      float* partial, convolution::Problem problem) {
    convolution::toMap<convolution::Wide<tile::Tf32>>(map, weights, bias, residual, out, partial, problem);
}

KERNEL(convolution::Low<tile::Tf32>::kThreads)
convolution_tf32_low(const float* map, const float* weights, const float* bias, const float* residual, float* out,
                     float* partial, convolution::Problem problem) {
    convolution::toMap<convolution::Low<tile::Tf32>>(map, weights, bias, residual, out, partial, problem);
}

KERNEL(convolution::Low<tile::Float32>::kThreads)
convolution_f32_low(const float* map, const float* weights, const float* bias, const float* residual, float* out,
                    float* partial, convolution::Problem problem) {
    convolution::toMap<convolution::Low<tile::Float32>>(map, weights, bias, residual, out, partial, problem);
}

KERNEL(convolution::Medium<tile::Bf16>::kThreads)
convolution_bf16_medium(const bf16* map, const bf16* weights, const float* bias, const bf16* residual, bf16* out,
                        float* partial, convolution::Problem problem) {
    convolution::toMap<convolution::Medium<tile::Bf16>>(map, weights, bias, residual, out, partial, problem);
}

KERNEL(convolution::Medium<tile::Tf32>::kThreads)
convolution_tf32_medium(const float* map, const float* weights, const float* bias, const float* residual, float* out,
                        float* partial, convolution::Problem problem) {
    convolution::toMap<convolution::Medium<tile::Tf32>>(map, weights, bias, residual, out, partial, problem);
}

KERNEL(convolution::Medium<tile::Float32>::kThreads)
convolution_f32_medium(const float* map, const float* weights, const float* bias, const float* residual, float* out,
                       float* partial, convolution::Problem problem) {
    convolution::toMap<convolution::Medium<tile::Float32>>(map, weights, bias, residual, out, partial, problem);
}

// Attention's scores: float32 out of bf16.
KERNEL(convolution::Medium<tile::Bf16>::kThreads)
convolution_bf16_scores(const bf16* map, const bf16* weights, const float* bias, const float* residual, float* out,
                        float* partial, convolution::Problem problem) {
    convolution::toMap<convolution::Medium<tile::Bf16>>(map, weights, bias, residual, out, partial, problem);
}

KERNEL(convolution::Narrow<tile::Bf16>::kThreads)
convolution_bf16_planes(const bf16* map, const bf16* weights, const float* bias, float* out, int channels, float limit,
                        convolution::Problem problem) {
    convolution::toPlanes<convolution::Narrow<tile::Bf16>>(map, weights, bias, out, channels, limit, problem);
}

KERNEL(convolution::Narrow<tile::Tf32>::kThreads)
convolution_tf32_planes(const float* map, const float* weights, const float* bias, float* out, int channels, float limit,
                        convolution::Problem problem) {
    convolution::toPlanes<convolution::Narrow<tile::Tf32>>(map, weights, bias, out, channels, limit, problem);
}

KERNEL(convolution::Narrow<tile::Float32>::kThreads)
convolution_f32_planes(const float* map, const float* weights, const float* bias, float* out, int channels, float limit,
                       convolution::Problem problem) {
    convolution::toPlanes<convolution::Narrow<tile::Float32>>(map, weights, bias, out, channels, limit, problem);
}

KERNEL(convolution::kJoinThreads)
convolution_join_bf16(const float* partial, const float* bias, const bf16* residual, bf16* out, long long size, int outputs,
                      int splits) {
    convolution::join(partial, bias, residual, out, size, outputs, splits);
}

KERNEL(convolution::kJoinThreads)
convolution_join_f32(const float* partial, const float* bias, const float* residual, float* out, long long size, int outputs,
                     int splits) {
    convolution::join(partial, bias, residual, out, size, outputs, splits);
}
