// Attention of a scale's tokens over the key/value cache. Every cached key is visible: coarser scales are there, finer ones not
// yet. Softmax is online, in float32, to the base of 2: queries come multiplied by what a score is multiplied by and by log2 e.
//
// Layouts: qkv [sequences · tokens, 3, heads, size], q and out [sequences · tokens, heads, size], the caches of keys and of
// values [sequences, heads, length, size]. Heads of up to 64 channels, a multiple of 8; shorter ones count as filled with zeros.
#include "tile.cuh"

namespace attention {

constexpr int kThreads = 128;
constexpr int kHead = 64;

// Splits qkv, normalizes queries and keys to length 1 if asked to, multiplies queries by their head's factor, and puts keys and
// values into the cache from token `begin` on. A warp a row and head.
template <class Element>
__device__ void prepare(const Element* qkv, const float* factors, Element* q, Element* keys, Element* values, int rows,
                        int tokens, int heads, int size, int length, int begin, int normalized) {
    int index = (blockIdx.x * kThreads + threadIdx.x) / kWarp, lane = threadIdx.x % kWarp;
    if (index >= rows * heads) {
        return;
    }
    int row = index / heads, head = index % heads;
    size_t width = static_cast<size_t>(heads) * size;
    const Element* in = qkv + row * 3 * width + static_cast<size_t>(head) * size;
    size_t cached = ((static_cast<size_t>(row / tokens) * heads + head) * length + begin + row % tokens) * size;
    constexpr int kMost = kHead / kWarp;
    float query[kMost], key[kMost];
    float squaresOfQuery = 0, squaresOfKey = 0;
#pragma unroll
    for (int i = 0; i < kMost; i++) {
        int channel = lane + i * kWarp;
        query[i] = channel < size ? toFloat(in[channel]) : 0;
        key[i] = channel < size ? toFloat(in[width + channel]) : 0;
        squaresOfQuery += query[i] * query[i];
        squaresOfKey += key[i] * key[i];
    }
    float ofQuery = factors[head], ofKey = 1;
    if (normalized) {
        ofQuery /= fmaxf(sqrtf(warpSum(squaresOfQuery)), 1e-12f);
        ofKey /= fmaxf(sqrtf(warpSum(squaresOfKey)), 1e-12f);
    }
#pragma unroll
    for (int i = 0; i < kMost; i++) {
        int channel = lane + i * kWarp;
        if (channel < size) {
            q[row * width + static_cast<size_t>(head) * size + channel] = fromFloat<Element>(query[i] * ofQuery);
            keys[cached + channel] = fromFloat<Element>(key[i] * ofKey);
            values[cached + channel] = in[2 * width + channel];
        }
    }
}

// Copies 64 rows of a head to shared memory, swizzled as tile.cuh's; zeros behind the last row and channel.
__device__ inline void copyHead(unsigned char* shared, const bf16* first, int rows, size_t pitch, int size) {
    for (int i = threadIdx.x; i < kHead * tile::kVectors; i += kThreads) {
        int row = i / tile::kVectors, vector = i % tile::kVectors;
        bool valid = row < rows && vector * 8 < size;
        copyAsync16(shared + tile::swizzled(row, vector), first + (valid ? row * pitch + vector * 8 : 0), valid);
    }
}

constexpr int kTileBytes = kHead * tile::kRowBytes;

// 64 queries of a head, 16 a warp; keys and values in tiles of 64, the next one on its way meanwhile.
// Dynamic shared memory: 5 tiles.
__device__ inline void onTensorCores(const bf16* q, const bf16* keys, const bf16* values, bf16* out, int tokens, int visible,
                                     int length, int size) {
    int heads = gridDim.y, head = blockIdx.y, firstRow = blockIdx.x * kHead;
    int warp = threadIdx.x / kWarp, lane = threadIdx.x % kWarp;
    size_t width = static_cast<size_t>(heads) * size;
    size_t row = static_cast<size_t>(blockIdx.z) * tokens + firstRow;
    size_t cached = (static_cast<size_t>(blockIdx.z) * heads + head) * length * size;
    unsigned char* shared = dynamicShared();
    unsigned char* stages = shared + kTileBytes;
    auto copyKeysAndValues = [&](int tile) {
        unsigned char* stage = stages + tile % 2 * 2 * kTileBytes;
        int first = tile * kHead;
        size_t from = cached + static_cast<size_t>(first) * size;
        copyHead(stage, keys + from, visible - first, size, size);
        copyHead(stage + kTileBytes, values + from, visible - first, size, size);
    };
    copyHead(shared, q + row * width + static_cast<size_t>(head) * size, tokens - firstRow, width, size);
    copyKeysAndValues(0);
    commitCopies();

    uint32_t query[4][4];
    float sums[8][4] = {};
    float largest[2] = {-INFINITY, -INFINITY}, total[2] = {0, 0};   // of rows lane/4 and 8 below
    int tiles = (visible + kHead - 1) / kHead;
#pragma unroll 1
    for (int t = 0; t < tiles; t++) {
        if (t + 1 < tiles) {
            copyKeysAndValues(t + 1);
        }
        commitCopies();
        waitCopies<1>();
        __syncthreads();
        const unsigned char* stage = stages + t % 2 * 2 * kTileBytes;
        if (t == 0) {
#pragma unroll
            for (int i = 0; i < 4; i++) {
                loadMatrices4(query[i], shared + tile::swizzled(warp * 16 + lane % 16, i * 2 + lane / 16));
            }
        }
        float scores[8][4] = {};
#pragma unroll
        for (int i = 0; i < 4; i++) {
#pragma unroll
            for (int j = 0; j < 8; j += 2) {
                uint32_t two[4];
                loadMatrices4(two, stage + tile::swizzled(j * 8 + lane / 16 * 8 + lane % 8, i * 2 + lane / 8 % 2));
                uint32_t first[2] = {two[0], two[1]}, second[2] = {two[2], two[3]};
                mmaBf16(scores[j], query[i], first);
                mmaBf16(scores[j + 1], query[i], second);
            }
        }
        int behind = visible - t * kHead;
        if (behind < kHead) {
#pragma unroll
            for (int j = 0; j < 8; j++) {
#pragma unroll
                for (int e = 0; e < 4; e++) {
                    scores[j][e] = j * 8 + lane % 4 * 2 + e % 2 < behind ? scores[j][e] : -INFINITY;
                }
            }
        }
#pragma unroll
        for (int half = 0; half < 2; half++) {
            float most = largest[half];
#pragma unroll
            for (int j = 0; j < 8; j++) {
                most = fmaxf(most, fmaxf(scores[j][half * 2], scores[j][half * 2 + 1]));
            }
            most = fmaxf(most, __shfl_xor_sync(kAllLanes, most, 1));
            most = fmaxf(most, __shfl_xor_sync(kAllLanes, most, 2));
            float shrink = fastExp2(largest[half] - most);
            largest[half] = most;
            total[half] *= shrink;
#pragma unroll
            for (int j = 0; j < 8; j++) {
#pragma unroll
                for (int e = half * 2; e < half * 2 + 2; e++) {
                    sums[j][e] *= shrink;
                    scores[j][e] = fastExp2(scores[j][e] - most);
                    total[half] += scores[j][e];
                }
            }
        }
        const unsigned char* stageOfValues = stage + kTileBytes;
#pragma unroll
        for (int i = 0; i < 4; i++) {
            uint32_t weights[4] = {packBf16(scores[2 * i][0], scores[2 * i][1]), packBf16(scores[2 * i][2], scores[2 * i][3]),
                                   packBf16(scores[2 * i + 1][0], scores[2 * i + 1][1]),
                                   packBf16(scores[2 * i + 1][2], scores[2 * i + 1][3])};
#pragma unroll
            for (int j = 0; j < 8; j += 2) {
                uint32_t two[4];
                loadMatrices4Transposed(two, stageOfValues + tile::swizzled(i * 16 + lane % 16, j + lane / 16));
                uint32_t first[2] = {two[0], two[1]}, second[2] = {two[2], two[3]};
                mmaBf16(sums[j], weights, first);
                mmaBf16(sums[j + 1], weights, second);
            }
        }
        __syncthreads();   // the other stage is filled next
    }
#pragma unroll
    for (int half = 0; half < 2; half++) {
        float all = total[half];
        all += __shfl_xor_sync(kAllLanes, all, 1);
        all += __shfl_xor_sync(kAllLanes, all, 2);
        int inTile = warp * 16 + half * 8 + lane / 4;
        if (firstRow + inTile < tokens) {
            bf16* result = out + (row + inTile) * width + static_cast<size_t>(head) * size;
#pragma unroll
            for (int j = 0; j < 8; j++) {
                if (j * 8 < size) {
                    *reinterpret_cast<uint32_t*>(result + j * 8 + lane % 4 * 2) =
                        packBf16(sums[j][half * 2] / all, sums[j][half * 2 + 1] / all);
                }
            }
        }
    }
}

constexpr int kTile = 32;           // queries of a block, and keys at a time
constexpr int kPitch = kHead + 4;   // floats of a row in shared memory
constexpr int kPitchOfScores = kTile + 4;

struct alignas(16) Heads {
    float q[kTile * kPitch], keys[kTile * kPitch], values[kTile * kPitch], scores[kTile * kPitchOfScores];
};

__device__ inline void copyHead(float* shared, const float* first, int rows, size_t pitch, int size) {
    for (int i = threadIdx.x; i < kTile * kHead / 4; i += kThreads) {
        int row = i / (kHead / 4), channel = i % (kHead / 4) * 4;
        bool valid = row < rows && channel < size;
        copyAsync16(shared + row * kPitch + channel, first + (valid ? row * pitch + channel : 0), valid);
    }
}

// 32 queries of a head by float32 multiply-adds. Thread (row, column) of 8×16 has rows row + 8i; of the scores columns
// column and column + 16, of the result channels 4 · column to 4 · column + 3.
__device__ inline void onMultiplyAdds(const float* q, const float* keys, const float* values, float* out, int tokens,
                                      int visible, int length, int size) {
    SHARED(shared, Heads);
    int heads = gridDim.y, head = blockIdx.y, firstRow = blockIdx.x * kTile;
    int row = threadIdx.x / 16, column = threadIdx.x % 16;
    size_t width = static_cast<size_t>(heads) * size;
    size_t start = static_cast<size_t>(blockIdx.z) * tokens + firstRow;
    size_t cached = (static_cast<size_t>(blockIdx.z) * heads + head) * length * size;
    copyHead(shared.q, q + start * width + static_cast<size_t>(head) * size, tokens - firstRow, width, size);
    float sums[4][4] = {};
    float largest[4] = {-INFINITY, -INFINITY, -INFINITY, -INFINITY}, total[4] = {};
#pragma unroll 1
    for (int first = 0; first < visible; first += kTile) {
        size_t from = cached + static_cast<size_t>(first) * size;
        copyHead(shared.keys, keys + from, visible - first, size, size);
        copyHead(shared.values, values + from, visible - first, size, size);
        commitCopies();
        waitCopies<0>();
        __syncthreads();
        float scores[4][2] = {};
#pragma unroll 4
        for (int channel = 0; channel < kHead; channel += 4) {
            float4 one[2];
#pragma unroll
            for (int j = 0; j < 2; j++) {
                one[j] = *reinterpret_cast<const float4*>(shared.keys + (column + 16 * j) * kPitch + channel);
            }
#pragma unroll
            for (int i = 0; i < 4; i++) {
                float4 mine = *reinterpret_cast<const float4*>(shared.q + (row + 8 * i) * kPitch + channel);
#pragma unroll
                for (int j = 0; j < 2; j++) {
                    scores[i][j] += mine.x * one[j].x + mine.y * one[j].y + mine.z * one[j].z + mine.w * one[j].w;
                }
            }
        }
#pragma unroll
        for (int i = 0; i < 4; i++) {
            float most = largest[i];
#pragma unroll
            for (int j = 0; j < 2; j++) {
                scores[i][j] = first + column + 16 * j < visible ? scores[i][j] : -INFINITY;
                most = fmaxf(most, scores[i][j]);
            }
            for (int lanes = 8; lanes > 0; lanes /= 2) {
                most = fmaxf(most, __shfl_xor_sync(kAllLanes, most, lanes));
            }
            float shrink = exp2f(largest[i] - most);
            largest[i] = most;
            total[i] *= shrink;
#pragma unroll
            for (int j = 0; j < 2; j++) {
                float weight = exp2f(scores[i][j] - most);
                total[i] += weight;
                shared.scores[(row + 8 * i) * kPitchOfScores + column + 16 * j] = weight;
            }
#pragma unroll
            for (int e = 0; e < 4; e++) {
                sums[i][e] *= shrink;
            }
        }
        __syncthreads();
#pragma unroll 4
        for (int key = 0; key < kTile; key++) {
            float4 value = *reinterpret_cast<const float4*>(shared.values + key * kPitch + 4 * column);
#pragma unroll
            for (int i = 0; i < 4; i++) {
                float weight = shared.scores[(row + 8 * i) * kPitchOfScores + key];
                sums[i][0] += weight * value.x;
                sums[i][1] += weight * value.y;
                sums[i][2] += weight * value.z;
                sums[i][3] += weight * value.w;
            }
        }
        __syncthreads();
    }
#pragma unroll
    for (int i = 0; i < 4; i++) {
        float all = total[i];
        for (int lanes = 8; lanes > 0; lanes /= 2) {
            all += __shfl_xor_sync(kAllLanes, all, lanes);
        }
        int inTile = row + 8 * i;
        if (firstRow + inTile < tokens && 4 * column < size) {
            *reinterpret_cast<float4*>(out + (start + inTile) * width + static_cast<size_t>(head) * size + 4 * column) =
                make_float4(sums[i][0] / all, sums[i][1] / all, sums[i][2] / all, sums[i][3] / all);
        }
    }
}

}  // namespace attention

KERNEL(attention::kThreads)
attention_prepare_bf16(const bf16* qkv, const float* factors, bf16* q, bf16* keys, bf16* values, int rows, int tokens,
                       int heads, int size, int length, int begin, int normalized) {
    attention::prepare(qkv, factors, q, keys, values, rows, tokens, heads, size, length, begin, normalized);
}

KERNEL(attention::kThreads)
attention_prepare_f32(const float* qkv, const float* factors, float* q, float* keys, float* values, int rows, int tokens,
                      int heads, int size, int length, int begin, int normalized) {
    attention::prepare(qkv, factors, q, keys, values, rows, tokens, heads, size, length, begin, normalized);
}

KERNEL(attention::kThreads)
attention_bf16(const bf16* q, const bf16* keys, const bf16* values, bf16* out, int tokens, int visible, int length, int size) {
    attention::onTensorCores(q, keys, values, out, tokens, visible, length, size);
}

KERNEL(attention::kThreads)
attention_f32(const float* q, const float* keys, const float* values, float* out, int tokens, int visible, int length,
              int size) {
    attention::onMultiplyAdds(q, keys, values, out, tokens, visible, length, size);
}
