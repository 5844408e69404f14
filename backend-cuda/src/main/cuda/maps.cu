// What surrounds the convolutions: planes to maps, and the softmax of attention over a map's positions.
#include "vectors.cuh"

namespace maps {

constexpr int kThreads = 256;

// planes [image, channels, positions] float32 to a map [image, positions, padded], zeros in channels behind the last one.
// A thread a vector of a position (neighbours have neighbouring positions); blockIdx.y: vector, z: image.
template <class Element>
__device__ void fromPlanes(const float* planes, Element* map, int positions, int channels, int padded) {
    int position = blockIdx.x * kThreads + threadIdx.x, first = blockIdx.y * kVectorElements;
    if (position >= positions) {
        return;
    }
    const float* in = planes + (static_cast<size_t>(blockIdx.z) * channels + first) * positions + position;
    float values[kVectorElements];
#pragma unroll
    for (int i = 0; i < kVectorElements; i++) {
        values[i] = first + i < channels ? in[static_cast<size_t>(i) * positions] : 0.0f;
    }
    storeVector(map + (static_cast<size_t>(blockIdx.z) * positions + position) * padded + first, values);
}

// Softmax of rows of scores [rows, pitch] float32 times `scale`, over the first `columns`; zeros behind them. A warp a row.
template <class Element>
__device__ void softmax(const float* scores, Element* probabilities, int rows, int columns, int pitch, float scale) {
    int row = blockIdx.x * (kThreads / kWarp) + threadIdx.x / kWarp;
    if (row >= rows) {
        return;
    }
    int lane = threadIdx.x % kWarp;
    const float* in = scores + static_cast<size_t>(row) * pitch;
    Element* out = probabilities + static_cast<size_t>(row) * pitch;
    float largest = in[0];
    for (int i = lane; i < columns; i += kWarp) {
        largest = fmaxf(largest, in[i]);
    }
    largest = warpMax(largest);
    float sum = 0;
    for (int i = lane; i < columns; i += kWarp) {
        sum += expf((in[i] - largest) * scale);
    }
    float share = 1 / warpSum(sum);
    for (int i = lane; i < pitch; i += kWarp) {
        out[i] = fromFloat<Element>(i < columns ? expf((in[i] - largest) * scale) * share : 0.0f);
    }
}

}  // namespace maps

KERNEL(maps::kThreads)
map_from_planes_f32(const float* planes, float* map, int positions, int channels, int padded) {
    maps::fromPlanes(planes, map, positions, channels, padded);
}

KERNEL(maps::kThreads)
map_from_planes_bf16(const float* planes, bf16* map, int positions, int channels, int padded) {
    maps::fromPlanes(planes, map, positions, channels, padded);
}

KERNEL(maps::kThreads)
map_softmax_f32(const float* scores, float* probabilities, int rows, int columns, int pitch, float scale) {
    maps::softmax(scores, probabilities, rows, columns, pitch, scale);
}

KERNEL(maps::kThreads)
map_softmax_bf16(const float* scores, bf16* probabilities, int rows, int columns, int pitch, float scale) {
    maps::softmax(scores, probabilities, rows, columns, pitch, scale);
}
