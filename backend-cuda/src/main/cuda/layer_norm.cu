// Layer norm without affine (eps 1e-6) and AdaLN's modulation: out = norm(x) · (1 + scale) + shift.
// x [rows, width] float32; scale and shift are rows of AdaLN's output, one of each every `rowsPerCondition` rows of x and
// `conditionStride` elements apart. A warp a row. Two passes over the row: the mean, then the squares of what differs from
// it, as the reference does; the row stays in the cache meanwhile.
#include "intrinsics.cuh"

namespace layer_norm {

constexpr int kThreads = 128;
constexpr float kEpsilon = 1e-6f;

template <class Out>
__device__ void run(const float* x, const float* scale, const float* shift, Out* out, int rows, int width,
                    int rowsPerCondition, int conditionStride) {
    int row = blockIdx.x * (kThreads / kWarp) + threadIdx.x / kWarp;
    if (row >= rows) {
        return;
    }
    int lane = threadIdx.x % kWarp;
    const float* in = x + static_cast<size_t>(row) * width;
    float sum = 0;
    for (int i = lane; i < width; i += kWarp) {
        sum += in[i];
    }
    float mean = warpSum(sum) / width;
    float squares = 0;
    for (int i = lane; i < width; i += kWarp) {
        float difference = in[i] - mean;
        squares += difference * difference;
    }
    float deviation = rsqrtf(warpSum(squares) / width + kEpsilon);
    size_t condition = static_cast<size_t>(row / rowsPerCondition) * conditionStride;
    Out* result = out + static_cast<size_t>(row) * width;
    for (int i = lane; i < width; i += kWarp) {
        float normal = (in[i] - mean) * deviation;
        result[i] = fromFloat<Out>(normal * (1 + scale[condition + i]) + shift[condition + i]);
    }
}

}  // namespace layer_norm

KERNEL(layer_norm::kThreads)
layer_norm_f32(const float* x, const float* scale, const float* shift, float* out, int rows, int width,
               int rowsPerCondition, int conditionStride) {
    layer_norm::run(x, scale, shift, out, rows, width, rowsPerCondition, conditionStride);
}

KERNEL(layer_norm::kThreads)
layer_norm_bf16(const float* x, const float* scale, const float* shift, bf16* out, int rows, int width,
                int rowsPerCondition, int conditionStride) {
    layer_norm::run(x, scale, shift, out, rows, width, rowsPerCondition, conditionStride);
}
