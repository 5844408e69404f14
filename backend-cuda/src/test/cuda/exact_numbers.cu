// The functions of exact.cuh one by one.
#include "exact.cuh"

KERNEL(256) exact_exp(const float* x, float* y, int count) {
    int i = blockIdx.x * blockDim.x + threadIdx.x;
    if (i < count) {
        y[i] = exact::exp(x[i]);
    }
}

KERNEL(256) exact_uniform(const uint32_t* bits, float* uniform, float* exponential, float* gumbel, int count) {
    int i = blockIdx.x * blockDim.x + threadIdx.x;
    if (i < count) {
        uniform[i] = exact::uniform(bits[i]);
        exponential[i] = exact::exponential(bits[i]);
        gumbel[i] = exact::gumbel(bits[i]);
    }
}

// Exponential and Gumbel numbers of position i, index indices[i].
KERNEL(256)
exact_draws(long long seed, long long image, int scale, int lane, const int* indices, float* exponential, float* gumbel,
            int count) {
    int i = blockIdx.x * blockDim.x + threadIdx.x;
    if (i < count) {
        exact::Draws draws{static_cast<uint64_t>(seed), static_cast<uint64_t>(image), static_cast<uint32_t>(scale),
                           static_cast<uint32_t>(i)};
        uint32_t bits[4];
        exact::philox(draws, lane, indices[i] / 4, bits);
        int word = indices[i] % 4;
        uint32_t drawn = word == 0 ? bits[0] : word == 1 ? bits[1] : word == 2 ? bits[2] : bits[3];
        exponential[i] = exact::exponential(drawn);
        gumbel[i] = exact::gumbel(drawn);
    }
}
