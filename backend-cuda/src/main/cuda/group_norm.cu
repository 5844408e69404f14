// Group normalization of maps [image, positions, channels] over 32 groups of neighbouring channels (eps 1e-6), optionally
// followed by SiLU.
// 1. group_norm_moments: mean and sum of squared differences from it of every channel over a chunk of positions. A thread
//    takes sums relative to its own first value, of which no mean far from zero and no outlier takes precision; what
//    threads found is joined by Chan's formula in a fixed order.
// 2. group_norm_factors: joins chunks and the channels of a group; what is left of it are a mean and a factor a channel.
// 3. group_norm_apply: (x − mean) · factor + bias, and SiLU. A pass of its own: a convolution that normalized what it loads would
//    compute every exponential nine times, which takes longer than to write and read the map once more.
#include "vectors.cuh"

namespace group_norm {

constexpr int kGroups = 32;
constexpr float kEpsilon = 1e-6f;
constexpr int kThreads = 256;
constexpr int kMostColumns = 32;   // vectors of a position that a block of group_norm_moments takes
constexpr int kFactorThreads = 128;

// Of `count` values: their mean, and the sum of squared differences from it.
struct Moments {
    float count, mean, squares;

    __device__ void join(const Moments& other) {
        float all = count + other.count;
        if (other.count > 0) {
            float difference = other.mean - mean, share = other.count / all;
            mean += difference * share;
            squares += other.squares + difference * difference * count * share;
            count = all;
        }
    }
};

// moments [image, chunk, channels] of (mean, squares). blockIdx.x: chunk; y: slice of kMostColumns vectors; z: image.
template <class Element>
__device__ void moments(const Element* x, float2* moments, int positions, int channels, int chunk) {
    SHARED(means, float[kThreads * kVectorElements]);
    SHARED(squares, float[kThreads * kVectorElements]);
    int firstVector = blockIdx.y * kMostColumns;
    int columns = min(channels / kVectorElements - firstVector, kMostColumns);
    int rows = kThreads / columns;
    int row = threadIdx.x / columns, column = threadIdx.x % columns;
    int first = blockIdx.x * chunk, count = min(chunk, positions - first);
    size_t image = static_cast<size_t>(blockIdx.z) * positions;
    if (row < rows && row < count) {
        const Element* in = x + (image + first + row) * channels + (firstVector + column) * kVectorElements;
        float pivot[kVectorElements], value[kVectorElements], sum[kVectorElements] = {}, square[kVectorElements] = {};
        loadVector(in, pivot);
        int taken = 1;
        for (int position = row + rows; position < count; position += rows) {
            in += static_cast<size_t>(rows) * channels;
            loadVector(in, value);
#pragma unroll
            for (int i = 0; i < kVectorElements; i++) {
                float difference = value[i] - pivot[i];
                sum[i] += difference;
                square[i] += difference * difference;
            }
            taken++;
        }
#pragma unroll
        for (int i = 0; i < kVectorElements; i++) {
            int at = (row * columns + column) * kVectorElements + i;
            means[at] = pivot[i] + sum[i] / taken;
            squares[at] = fmaxf(square[i] - sum[i] * sum[i] / taken, 0.0f);
        }
    }
    __syncthreads();
    for (int i = threadIdx.x; i < columns * kVectorElements; i += kThreads) {
        Moments all = {0, 0, 0};
        for (int other = 0; other < min(rows, count); other++) {
            int at = other * columns * kVectorElements + i;
            all.join({static_cast<float>((count - other + rows - 1) / rows), means[at], squares[at]});
        }
        size_t to = (static_cast<size_t>(blockIdx.z) * gridDim.x + blockIdx.x) * channels + firstVector * kVectorElements + i;
        moments[to] = make_float2(all.mean, all.squares);
    }
}

template <class Element>
__device__ void apply(const Element* x, const float2* factors, const float* bias, Element* out, int positions, int channels,
                      int silu) {
    int vectorsOfRow = channels / kVectorElements;
    size_t image = static_cast<size_t>(blockIdx.y) * positions * channels;
    const float2* factorsOfImage = factors + static_cast<size_t>(blockIdx.y) * channels;
    int vectors = positions * vectorsOfRow;
    for (int vector = blockIdx.x * kThreads + threadIdx.x; vector < vectors; vector += gridDim.x * kThreads) {
        size_t at = image + static_cast<size_t>(vector) * kVectorElements;
        int channel = vector % vectorsOfRow * kVectorElements;
        const float4* two = reinterpret_cast<const float4*>(factorsOfImage + channel);
        float values[kVectorElements], offsets[kVectorElements];
        loadVector(x + at, values);
        loadVector(bias + channel, offsets);
#pragma unroll
        for (int i = 0; i < kVectorElements; i += 2) {
            float4 factor = two[i / 2];
            values[i] = (values[i] - factor.x) * factor.y + offsets[i];
            values[i + 1] = (values[i + 1] - factor.z) * factor.w + offsets[i + 1];
        }
        if (silu != 0) {
#pragma unroll
            for (int i = 0; i < kVectorElements; i++) {
                // In bf16 the special function unit is exact enough.
                values[i] = sizeof(Element) == 2 ? __fdividef(values[i], 1 + __expf(-values[i]))
                                                 : values[i] / (1 + expf(-values[i]));
            }
        }
        storeVector(out + at, values);
    }
}

}  // namespace group_norm

KERNEL(group_norm::kThreads)
group_norm_moments_f32(const float* x, float2* moments, int positions, int channels, int chunk) {
    group_norm::moments(x, moments, positions, channels, chunk);
}

KERNEL(group_norm::kThreads)
group_norm_moments_bf16(const bf16* x, float2* moments, int positions, int channels, int chunk) {
    group_norm::moments(x, moments, positions, channels, chunk);
}

// factors [image, channels] of (mean, factor). A block a group (x) and image (y).
KERNEL(group_norm::kFactorThreads)
group_norm_factors(const float2* moments, const float* weight, float2* factors, int positions, int channels, int chunk,
                   int chunks) {
    using namespace group_norm;
    SHARED(parts, Moments[kFactorThreads]);
    int size = channels / kGroups, first = blockIdx.x * size;
    const float2* ofImage = moments + static_cast<size_t>(blockIdx.y) * chunks * channels;
    Moments mine = {0, 0, 0};
    for (int i = threadIdx.x; i < chunks * size; i += kFactorThreads) {
        int part = i / size;
        float2 moment = ofImage[static_cast<size_t>(part) * channels + first + i % size];
        mine.join({static_cast<float>(min(chunk, positions - part * chunk)), moment.x, moment.y});
    }
    parts[threadIdx.x] = mine;
    for (int distance = kFactorThreads / 2; distance > 0; distance /= 2) {
        __syncthreads();
        if (static_cast<int>(threadIdx.x) < distance) {
            parts[threadIdx.x].join(parts[threadIdx.x + distance]);
        }
    }
    __syncthreads();
    Moments all = parts[0];
    float deviation = rsqrtf(all.squares / all.count + kEpsilon);
    for (int i = threadIdx.x; i < size; i += kFactorThreads) {
        int channel = first + i;
        factors[static_cast<size_t>(blockIdx.y) * channels + channel] = make_float2(all.mean, weight[channel] * deviation);
    }
}

// Vectors of image blockIdx.y, in a loop over the grid; out may be x.
KERNEL(group_norm::kThreads)
group_norm_apply_f32(const float* x, const float2* factors, const float* bias, float* out, int positions, int channels,
                     int silu) {
    group_norm::apply(x, factors, bias, out, positions, channels, silu);
}

KERNEL(group_norm::kThreads)
group_norm_apply_bf16(const bf16* x, const float2* factors, const float* bias, bf16* out, int positions, int channels,
                     int silu) {
    group_norm::apply(x, factors, bias, out, positions, channels, silu);
}
