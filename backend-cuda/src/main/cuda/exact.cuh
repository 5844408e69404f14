// Arithmetic with one right result on every device, as the host's samplers have it: float32 operations each rounded as
// IEEE 754 says and never contracted, and whole numbers. e^x and log follow Cephes; the random numbers are Philox 4×32-10
// with api's counters (PhiloxStream).
#pragma once

#include "intrinsics.cuh"

namespace exact {

__device__ inline float add(float a, float b) { return __fadd_rn(a, b); }
__device__ inline float sub(float a, float b) { return __fsub_rn(a, b); }
__device__ inline float mul(float a, float b) { return __fmul_rn(a, b); }
__device__ inline float div(float a, float b) { return __fdiv_rn(a, b); }
// a · b + c, rounded twice.
__device__ inline float mulAdd(float a, float b, float c) { return add(mul(a, b), c); }

constexpr float kInfinity = __builtin_huge_valf();
constexpr float kMostFinite = 3.402823466e38f;

// e^x for x up to 0; 0 below −86.
__device__ inline float exp(float x) {
    if (x < -86.0f) {
        return 0;
    }
    int exponent = static_cast<int>(sub(mul(x, 1.44269504f), 0.5f));
    float n = static_cast<float>(exponent);
    float r = sub(x, mul(n, 0.693359375f));
    r = sub(r, mul(n, -2.12194440e-4f));
    float y = 1.9875691500e-4f;
    y = mulAdd(y, r, 1.3981999507e-3f);
    y = mulAdd(y, r, 8.3334519073e-3f);
    y = mulAdd(y, r, 4.1665795894e-2f);
    y = mulAdd(y, r, 1.6666665459e-1f);
    y = mulAdd(y, r, 5.0000001201e-1f);
    y = add(mulAdd(y, mul(r, r), r), 1.0f);
    return mul(y, __uint_as_float(static_cast<uint32_t>(exponent + 127) << 23));
}

// Natural logarithm of a normal number above 0.
__device__ inline float log(float w) {
    uint32_t bits = __float_as_uint(w);
    int exponent = static_cast<int>(bits >> 23) - 126;
    float m = __uint_as_float((bits & 0x007fffffu) | 0x3f000000u);
    if (m < 0.70710678f) {
        exponent--;
        m = sub(add(m, m), 1.0f);
    } else {
        m = sub(m, 1.0f);
    }
    float n = static_cast<float>(exponent);
    float square = mul(m, m);
    float tail = 7.0376836292e-2f;
    tail = sub(mul(tail, m), 1.1514610310e-1f);
    tail = mulAdd(tail, m, 1.1676998740e-1f);
    tail = sub(mul(tail, m), 1.2420140846e-1f);
    tail = mulAdd(tail, m, 1.4249322787e-1f);
    tail = sub(mul(tail, m), 1.6668057665e-1f);
    tail = mulAdd(tail, m, 2.0000714765e-1f);
    tail = sub(mul(tail, m), 2.4999993993e-1f);
    tail = mulAdd(tail, m, 3.3333331174e-1f);
    tail = mul(mul(tail, m), square);
    tail = sub(tail, mul(2.12194440e-4f, n));
    tail = sub(tail, mul(0.5f, square));
    return add(add(m, tail), mul(0.693359375f, n));
}

// A weight in 0..1 as a whole multiple of 2⁻⁴⁰, rounded down: sums of these are the same in any order, and 2²² of them fit.
constexpr float kUnits = 1099511627776.0f;
__device__ inline uint64_t units(float weight) { return static_cast<uint64_t>(mul(weight, kUnits)); }
__device__ inline float weight(uint64_t units) { return div(static_cast<float>(units), kUnits); }

// Whole numbers that order as floats do, -0 as +0 and NaN above all.
__device__ inline uint32_t key(float x) {
    uint32_t bits = __float_as_uint(add(x, 0.0f));
    return x != x ? 0xffffffffu : bits ^ (bits >> 31 != 0 ? 0xffffffffu : 0x80000000u);
}
__device__ inline float ofKey(uint32_t key) {
    return __uint_as_float(key ^ (key >> 31 != 0 ? 0x80000000u : 0xffffffffu));
}

// Where a random number stands, but for its index.
struct Draws {
    uint64_t seed;
    uint64_t image;
    uint32_t scale;
    uint32_t position;
};

constexpr uint32_t kTokenLane = 0;
constexpr uint32_t kMixtureLane = 1;

// 4 × 32 random bits, for indices 4·quad to 4·quad + 3.
__device__ inline void philox(const Draws& draws, uint32_t lane, uint32_t quad, uint32_t (&bits)[4]) {
    uint32_t c0 = quad | lane << 24, c1 = draws.position | draws.scale << 24;
    uint32_t c2 = static_cast<uint32_t>(draws.image), c3 = static_cast<uint32_t>(draws.image >> 32);
    uint32_t k0 = static_cast<uint32_t>(draws.seed), k1 = static_cast<uint32_t>(draws.seed >> 32);
#pragma unroll
    for (int round = 0; round < 10; round++) {
        uint64_t product0 = static_cast<uint64_t>(0xd2511f53u) * c0;
        uint64_t product1 = static_cast<uint64_t>(0xcd9e8d57u) * c2;
        c0 = static_cast<uint32_t>(product1 >> 32) ^ c1 ^ k0;
        c1 = static_cast<uint32_t>(product1);
        c2 = static_cast<uint32_t>(product0 >> 32) ^ c3 ^ k1;
        c3 = static_cast<uint32_t>(product0);
        k0 += 0x9e3779b9u;
        k1 += 0xbb67ae85u;
    }
    bits[0] = c0;
    bits[1] = c1;
    bits[2] = c2;
    bits[3] = c3;
}

__device__ inline float uniform(uint32_t bits) {
    float value = add(mul(static_cast<float>(bits >> 8), 0x1p-24f),
                      mul(add(static_cast<float>(bits & 0xffu), 0.5f), 0x1p-32f));
    return fminf(value, 0x1.fffffep-1f);
}

// Exponential with mean 1, above 0.
__device__ inline float exponential(uint32_t bits) {
    float x = uniform(bits), w = sub(1.0f, x);
    return w == 1.0f ? x : -mul(log(w), div(x, sub(1.0f, w)));
}

__device__ inline float gumbel(uint32_t bits) { return -log(exponential(bits)); }

}  // namespace exact
