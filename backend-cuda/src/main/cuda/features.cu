// From codes to f̂ and to what the next scale starts from, float32 sums in the host's order (its modules Resampling and Phi), so
// that the results are the host's to the bit. f̂ [images, z, side, side].
#include "exact.cuh"

namespace features {

constexpr int kThreads = 128;
constexpr int kChannels = kWarp;                // a lane a channel
constexpr int kSegments = kThreads / kWarp;     // of a row
constexpr int kCells = 2;                       // of a segment, a thread's: few, for one image is to fill many SMs
constexpr int kColumns = kSegments * kCells;    // of a tile: 8 cells of one row
constexpr int kTaps = 3;
constexpr int kHalo = kColumns + kTaps - 1;     // even, so that segments begin at 8 bytes

// How a coarse map is enlarged along one axis: four source cells and their factors for every target cell.
struct Enlarging {
    const int4* cells;
    const float4* factors;
};

__device__ inline float along(const float* source, int4 cells, float4 factors, int stride) {
    float sum = exact::mulAdd(source[static_cast<size_t>(cells.x) * stride], factors.x, 0.0f);
    sum = exact::mulAdd(source[static_cast<size_t>(cells.y) * stride], factors.y, sum);
    sum = exact::mulAdd(source[static_cast<size_t>(cells.z) * stride], factors.z, sum);
    return exact::mulAdd(source[static_cast<size_t>(cells.w) * stride], factors.w, sum);
}

// Bicubic, rows first. source [from, from, z], of which this is one channel.
__device__ inline float enlarged(const float* source, const Enlarging& enlarging, int y, int x, int from, int z) {
    int4 rows = enlarging.cells[y], columns = enlarging.cells[x];
    float4 down = enlarging.factors[y], across = enlarging.factors[x];
    size_t row = static_cast<size_t>(from) * z;
    float sum = exact::mulAdd(along(source + rows.x * row, columns, across, z), down.x, 0.0f);
    sum = exact::mulAdd(along(source + rows.y * row, columns, across, z), down.y, sum);
    sum = exact::mulAdd(along(source + rows.z * row, columns, across, z), down.z, sum);
    return exact::mulAdd(along(source + rows.w * row, columns, across, z), down.w, sum);
}

}  // namespace features

// f̂ += Phi(h), Phi(h) = 0.5·h + 0.5·conv3×3(h), where h is embeddings [images, from · from, z] enlarged to [z, side, side];
// `before` null stands for zeros. weights [z in, 9, z out], biases [z]. A block makes 32 channels of 8 cells of a row: it
// enlarges 32 channels of h at a time, with the cells around, and adds what they contribute.
KERNEL(features::kThreads)
features_add(const float* embeddings, const int4* cells, const float4* factors, const float* weights,
             const float* biases, const float* before, float* after, int from, int side, int z) {
    using namespace features;
    SHARED(h, float[kTaps][kChannels][kHalo]);
    int lane = threadIdx.x % kWarp, segment = threadIdx.x / kWarp;
    int tiles = (side + kColumns - 1) / kColumns;
    int y = blockIdx.x / tiles, left = blockIdx.x % tiles * kColumns, image = blockIdx.z;
    int out = blockIdx.y * kChannels + lane;
    int readable = min(out, z - 1);
    float sums[kCells], own[kCells] = {};
    for (int i = 0; i < kCells; i++) {
        sums[i] = biases[readable];
    }
    const float* codes = embeddings + static_cast<size_t>(image) * from * from * z;
    for (int group = 0; group * kChannels < z; group++) {
        int in = group * kChannels + lane;
        __syncthreads();
        for (int i = segment; i < kTaps * kHalo; i += kSegments) {
            int v = y + i / kHalo - 1, u = left + i % kHalo - 1;
            bool inside = in < z && v >= 0 && v < side && u >= 0 && u < side;
            h[i / kHalo][lane][i % kHalo] = inside ? enlarged(codes + in, {cells, factors}, v, u, from, z) : 0.0f;
        }
        __syncthreads();
        if (group == static_cast<int>(blockIdx.y)) {
            for (int i = 0; i < kCells; i++) {
                own[i] = h[1][lane][segment * kCells + 1 + i];
            }
        }
        int channels = min(kChannels, z - group * kChannels);
        const float* weight = weights + static_cast<size_t>(group) * kChannels * kTaps * kTaps * z + readable;
        for (int c = 0; c < channels; c++) {
#pragma unroll
            for (int dy = 0; dy < kTaps; dy++) {
                float2 low = *reinterpret_cast<const float2*>(&h[dy][c][segment * kCells]);
                float2 high = *reinterpret_cast<const float2*>(&h[dy][c][segment * kCells + kCells]);
                float values[kCells + kTaps - 1] = {low.x, low.y, high.x, high.y};
#pragma unroll
                for (int dx = 0; dx < kTaps; dx++) {
                    float factor = *weight;
                    weight += z;
#pragma unroll
                    for (int i = 0; i < kCells; i++) {
                        sums[i] = exact::mulAdd(values[i + dx], factor, sums[i]);
                    }
                }
            }
        }
    }
    for (int i = 0; i < kCells; i++) {
        int x = left + segment * kCells + i;
        if (out < z && x < side) {
            size_t at = ((static_cast<size_t>(image) * z + out) * side + y) * side + x;
            float mended = exact::add(exact::mul(0.5f, own[i]), exact::mul(0.5f, sums[i]));
            after[at] = exact::add(before == nullptr ? 0.0f : before[at], mended);
        }
    }
}

// f̂ averaged over areas: input [images, to · to, z], `values` of them. Cell i covers floor(i·side/to) to ceil((i+1)·side/to).
KERNEL(256)
features_input(const float* featureMap, float* input, int side, int to, int z, int values) {
    int i = blockIdx.x * blockDim.x + threadIdx.x;
    if (i >= values) {
        return;
    }
    int c = i % z, cell = i / z % (to * to), image = i / z / (to * to);
    int top = cell / to * side / to, bottom = ((cell / to + 1) * side + to - 1) / to;
    int left = cell % to * side / to, right = ((cell % to + 1) * side + to - 1) / to;
    const float* plane = featureMap + (static_cast<size_t>(image) * z + c) * side * side;
    float sum = 0;
    for (int y = top; y < bottom; y++) {
        for (int x = left; x < right; x++) {
            sum = exact::add(sum, plane[y * side + x]);
        }
    }
    input[i] = exact::div(sum, static_cast<float>((bottom - top) * (right - left)));
}
