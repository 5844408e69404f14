// The first numbers of the residual stream, and AdaLN's input. float32 throughout: little work, and errors here go through all
// blocks.
#include "intrinsics.cuh"

namespace embedding {

constexpr int kThreads = 128;
constexpr int kRows = 8;   // of a thread of embed_features

template <class Out>
__device__ void silu(const float* classes, const int* labels, Out* out, int width) {
    const float* in = classes + static_cast<size_t>(labels[blockIdx.y]) * width;
    int column = blockIdx.x * blockDim.x + threadIdx.x;
    if (column < width) {
        float x = in[column];
        out[static_cast<size_t>(blockIdx.y) * width + column] = fromFloat<Out>(x / (1 + expf(-x)));
    }
}

}  // namespace embedding

// Class embeddings through SiLU, [sequences, width]: a row a blockIdx.y.
KERNEL(embedding::kThreads) embed_condition_f32(const float* classes, const int* labels, float* out, int width) {
    embedding::silu(classes, labels, out, width);
}

KERNEL(embedding::kThreads) embed_condition_bf16(const float* classes, const int* labels, bf16* out, int width) {
    embedding::silu(classes, labels, out, width);
}

// Scale 0: x[sequence, token] = class + start[token] + position[token]; a token of a sequence a blockIdx.y.
KERNEL(embedding::kThreads)
embed_start(const float* classes, const int* labels, const float* start, const float* positions, float* x, int tokens,
            int width) {
    int sequence = blockIdx.y / tokens, token = blockIdx.y % tokens;
    int column = blockIdx.x * blockDim.x + threadIdx.x;
    if (column < width) {
        size_t at = static_cast<size_t>(token) * width + column;
        x[static_cast<size_t>(blockIdx.y) * width + column] =
            classes[static_cast<size_t>(labels[sequence]) * width + column] + start[at] + positions[at];
    }
}

// Later scales: x[half, image, token] = features[image, token] · weights + bias + position[token], the same in every half.
// features [rows, z]; weights [z, width]; a thread has a column of kRows rows.
KERNEL(embedding::kThreads)
embed_features(const float* features, const float* weights, const float* bias, const float* positions, float* x, int rows,
               int tokens, int z, int width, int halves) {
    using namespace embedding;
    int column = blockIdx.x * blockDim.x + threadIdx.x;
    int first = blockIdx.y * kRows;
    if (column >= width) {
        return;
    }
    float sums[kRows] = {};
    for (int i = 0; i < z; i++) {
        float weight = weights[static_cast<size_t>(i) * width + column];
#pragma unroll
        for (int r = 0; r < kRows; r++) {
            int row = min(first + r, rows - 1);
            sums[r] += features[static_cast<size_t>(row) * z + i] * weight;
        }
    }
#pragma unroll
    for (int r = 0; r < kRows; r++) {
        int row = first + r;
        if (row < rows) {
            float value = sums[r] + bias[column] + positions[static_cast<size_t>(row % tokens) * width + column];
            for (int half = 0; half < halves; half++) {
                x[static_cast<size_t>(half * rows + row) * width + column] = value;
            }
        }
    }
}

// A block's AdaLN vectors where the linear layer is shared: out = shared + own, own the same for every sequence.
KERNEL(embedding::kThreads) embed_shared_condition(const float* shared, const float* own, float* out, int length) {
    int column = blockIdx.x * blockDim.x + threadIdx.x;
    if (column < length) {
        size_t at = static_cast<size_t>(blockIdx.y) * length + column;
        out[at] = shared[at] + own[column];
    }
}
