// From logits to codes, a block a token: guidance → temperature, top-k, top-p, min-p → draw → look-up, as the host's modules
// do it, to the bit. Everything that a request chooses is read from device memory, so that a recorded graph serves all.
//   conditional, unconditional [rows, vocabulary]; unconditional null where that half does not run
//   codes [vocabulary, z] → embeddings [rows, z]; tokens [rows], for samplers that pick one
// where row = image · tokens + position. A row without a finite maximum leaves that in `error` and takes code 0.
#include "filter.cuh"

namespace sample {

enum Sampler { kMultinomial = 0, kSmooth = 1, kGreedy = 2 };

// Of a batch; the host's LoopRequest writes it.
struct Request {
    uint64_t seed;
    uint64_t firstImage;
    double share;  // 1 − top-p; below 0 for no top-p
    float temperature;
    float minP;
    int topK;
    int sampler;
};

// Of a batch at a scale.
struct ScaleRequest {
    float guidance;
    float gain;
    float temperature;  // of the mixture
    float unused;
};

struct Tables {
    const float* codes;
    int vocabulary;
    int z;
};

struct Results {
    int* tokens;
    float* embeddings;
    uint32_t* error;
};

// Four consecutive scores, −∞ beyond the vocabulary. Rows are aligned where the vocabulary is a multiple of 4.
__device__ inline float4 load(const float* scores, int code, int vocabulary) {
    if (vocabulary % row::kQuad == 0 && code < vocabulary) {
        return *reinterpret_cast<const float4*>(scores + code);
    }
    float4 quad = make_float4(-exact::kInfinity, -exact::kInfinity, -exact::kInfinity, -exact::kInfinity);
    quad.x = code < vocabulary ? scores[code] : quad.x;
    quad.y = code + 1 < vocabulary ? scores[code + 1] : quad.y;
    quad.z = code + 2 < vocabulary ? scores[code + 2] : quad.z;
    quad.w = code + 3 < vocabulary ? scores[code + 3] : quad.w;
    return quad;
}

// Classifier-free guidance; beyond the vocabulary −∞ stays.
__device__ inline float guided(float conditional, float unconditional, float strength, bool inside) {
    float both = exact::sub(exact::mul(exact::add(1.0f, strength), conditional), exact::mul(strength, unconditional));
    return inside ? both : conditional;
}

// Guided scores, divided by the temperature; −∞ beyond the vocabulary.
template <class Row>
__device__ void read(Row& scores, const float* conditional, const float* unconditional, float strength,
                     float temperature, int vocabulary) {
    scores.eachQuad([&](int code, float* x, float*, int count) {
        float4 c = load(conditional, code, vocabulary);
        if (unconditional != nullptr && strength != 0) {
            float4 u = load(unconditional, code, vocabulary);
            c.x = guided(c.x, u.x, strength, code < vocabulary);
            c.y = guided(c.y, u.y, strength, code + 1 < vocabulary);
            c.z = guided(c.z, u.z, strength, code + 2 < vocabulary);
            c.w = guided(c.w, u.w, strength, code + 3 < vocabulary);
        }
        float values[row::kQuad] = {c.x, c.y, c.z, c.w};
#pragma unroll
        for (int e = 0; e < row::kQuad; e++) {
            if (e < count) {
                x[e] = temperature == 1.0f ? values[e] : exact::div(values[e], temperature);
            }
        }
    });
}

// Largest score and the lowest code that has it.
template <class Row>
__device__ uint64_t highest(Row& scores, row::Exchange& block) {
    uint64_t best = 0;
    row::each(scores, [&](int code, float& x, float&) {
        uint64_t key = static_cast<uint64_t>(exact::key(x)) << 32 | (0xffffffffu - static_cast<uint32_t>(code));
        best = key > best ? key : best;
    });
    return block.max(best);
}

__device__ inline int codeOf(uint64_t key) { return static_cast<int>(0xffffffffu - static_cast<uint32_t>(key)); }

// The exponential race: largest p / e, the lowest code of equals.
template <class Row>
__device__ int draw(Row& scores, row::Exchange& block, const exact::Draws& draws) {
    uint64_t best = 0;
    scores.eachQuad([&](int code, float*, float* p, int count) {
        uint32_t bits[4];
        exact::philox(draws, exact::kTokenLane, static_cast<uint32_t>(code) / row::kQuad, bits);
#pragma unroll
        for (int e = 0; e < row::kQuad; e++) {
            if (e < count && p[e] > 0) {
                float speed = exact::div(p[e], exact::exponential(bits[e]));
                uint64_t key = static_cast<uint64_t>(__float_as_uint(speed)) << 32 |
                               (0xffffffffu - static_cast<uint32_t>(code + e));
                best = key > best ? key : best;
            }
        }
    });
    return codeOf(block.max(best));
}

// Gumbel-softmax over what the filter has left: weights that sum up to 1.
template <class Row>
__device__ void mix(Row& scores, row::Exchange& block, const exact::Draws& draws, float gain, float temperature) {
    uint64_t best = 0;
    scores.eachQuad([&](int code, float* x, float* p, int count) {
        uint32_t bits[4];
        exact::philox(draws, exact::kMixtureLane, static_cast<uint32_t>(code) / row::kQuad, bits);
#pragma unroll
        for (int e = 0; e < row::kQuad; e++) {
            if (e < count && p[e] > 0) {
                x[e] = exact::div(exact::mulAdd(x[e], gain, exact::gumbel(bits[e])), temperature);
                uint64_t key = exact::key(x[e]);
                best = key > best ? key : best;
            }
        }
    });
    float maximum = exact::ofKey(static_cast<uint32_t>(block.max(best)));
    uint64_t units = 0;
    row::each(scores, [&](int, float& x, float& p) {
        p = p > 0 ? exact::exp(exact::sub(x, maximum)) : 0.0f;
        units += exact::units(p);
    });
    float total = exact::weight(block.sum(units));
    row::each(scores, [&](int, float&, float& p) { p = exact::div(p, total); });
}

// Sum of weight · code in the order of codes. Those with a weight are gathered in shared memory, as many at a time as the
// threads have together; a thread is a channel.
template <class Row>
__device__ void addCodes(Row& weights, row::Exchange& block, const Tables& tables, float* embedding) {
    SHARED(gathered, float2[row::kMostThreads * row::kQuad]);
    for (int c = threadIdx.x; c < tables.z; c += blockDim.x) {
        embedding[c] = 0;
    }
    weights.eachQuad([&](int code, float*, float* p, int count) {
        int mine = 0;
#pragma unroll
        for (int e = 0; e < row::kQuad; e++) {
            mine += e < count && p[e] > 0 ? 1 : 0;
        }
        int total;
        int at = block.before(mine, total);
#pragma unroll
        for (int e = 0; e < row::kQuad; e++) {
            if (e < count && p[e] > 0) {
                gathered[at++] = make_float2(p[e], __int_as_float(code + e));
            }
        }
        __syncthreads();
        for (int c = threadIdx.x; c < tables.z; c += blockDim.x) {
            float sum = embedding[c];
            for (int i = 0; i < total; i++) {
                float2 one = gathered[i];
                size_t from = static_cast<size_t>(__float_as_int(one.y)) * tables.z;
                sum = exact::mulAdd(one.x, tables.codes[from + c], sum);
            }
            embedding[c] = sum;
        }
        __syncthreads();
    });
}

template <class Row>
__device__ void run(Row& scores, const Request& request, const ScaleRequest& scale, uint32_t scaleIndex,
                    const float* conditional, const float* unconditional, const Tables& tables, int rowsOfImage,
                    const Results& results) {
    int row = blockIdx.x;
    row::Exchange block;
    bool greedy = request.sampler == kGreedy;
    read(scores, conditional, unconditional, scale.guidance, greedy ? 1.0f : request.temperature, tables.vocabulary);
    uint64_t best = highest(scores, block);
    float maximum = exact::ofKey(static_cast<uint32_t>(best >> 32));
    bool finite = maximum >= -exact::kMostFinite && maximum <= exact::kMostFinite;
    int token = finite ? codeOf(best) : 0;
    if (!finite && threadIdx.x == 0) {
        atomicCAS(results.error, 0u, __float_as_uint(maximum));
    }
    float* embedding = results.embeddings + static_cast<size_t>(row) * tables.z;
    if (finite && !greedy) {
        filter::weigh(scores, block, maximum, request.topK, tables.vocabulary);
        if (request.share >= 0) {
            filter::dropUnlikely(scores, block, request.share);
        }
        if (request.minP > 0) {
            row::each(scores, [&](int, float&, float& p) { p = p < request.minP ? 0.0f : p; });
        }
        exact::Draws draws{request.seed, request.firstImage + row / rowsOfImage, scaleIndex,
                           static_cast<uint32_t>(row % rowsOfImage)};
        if (request.sampler == kSmooth) {
            mix(scores, block, draws, scale.gain, scale.temperature);
            addCodes(scores, block, tables, embedding);
            return;
        }
        token = draw(scores, block, draws);
    }
    if (threadIdx.x == 0) {
        results.tokens[row] = token;
    }
    for (int c = threadIdx.x; c < tables.z; c += blockDim.x) {
        embedding[c] = tables.codes[static_cast<size_t>(token) * tables.z + c];
    }
}

}  // namespace sample

// A vocabulary of at most 16 · threads.
KERNEL(row::kMostThreads, 2)
sample_rows(const sample::Request* request, const sample::ScaleRequest* scales, const float* conditional,
            const float* unconditional, const float* codes, int* tokens, float* embeddings, uint32_t* error, int scale,
            int rowsOfImage, int vocabulary, int z) {
    size_t begin = static_cast<size_t>(blockIdx.x) * vocabulary;
    row::InRegisters scores;
    sample::run(scores, *request, scales[scale], scale, conditional + begin,
                unconditional == nullptr ? nullptr : unconditional + begin, {codes, vocabulary, z}, rowsOfImage,
                {tokens, embeddings, error});
}

// Any vocabulary: conditional is overwritten, weights [rows, vocabulary] is room for as many.
KERNEL(row::kMostThreads, 2)
sample_long_rows(const sample::Request* request, const sample::ScaleRequest* scales, float* conditional,
                 const float* unconditional, const float* codes, float* weights, int* tokens, float* embeddings,
                 uint32_t* error, int scale, int rowsOfImage, int vocabulary, int z) {
    size_t begin = static_cast<size_t>(blockIdx.x) * vocabulary;
    row::InMemory scores(conditional + begin, weights + begin, vocabulary);
    sample::run(scores, *request, scales[scale], scale, conditional + begin,
                unconditional == nullptr ? nullptr : unconditional + begin, {codes, vocabulary, z}, rowsOfImage,
                {tokens, embeddings, error});
}
