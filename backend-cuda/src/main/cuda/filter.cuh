// Which codes of a row may be drawn, and how likely they are: the host's LogitFilter to the bit. Thresholds are found digit by
// digit, two bits a pass, from sums of whole numbers.
#pragma once

#include "row.cuh"

namespace filter {

constexpr int kDigits = 3;  // that are tried at a time, beside 0

// The largest key that at least k of the scores reach.
template <class Row>
__device__ uint32_t largest(Row& scores, row::Exchange& block, uint32_t k) {
    uint32_t prefix = 0;
    for (int shift = 30; shift >= 0; shift -= 2) {
        float thresholds[kDigits];
        uint32_t counts[kDigits] = {};
        for (int i = 0; i < kDigits; i++) {
            uint32_t tried = prefix | static_cast<uint32_t>(i + 1) << shift;
            thresholds[i] = tried <= exact::key(-exact::kInfinity) ? -exact::kInfinity : exact::ofKey(tried);
        }
        row::each(scores, [&](int, float& x, float&) {
            for (int i = 0; i < kDigits; i++) {
                counts[i] += x >= thresholds[i] ? 1 : 0;
            }
        });
        uint64_t sums[kDigits];
        block.sum(counts, sums);
        uint32_t digit = 0;
        bool exactly = false;
        for (int i = 0; i < kDigits; i++) {
            digit += sums[i] >= k ? 1 : 0;
            exactly |= sums[i] == k;
        }
        prefix |= digit << shift;
        if (exactly) {
            break;  // these k and no other: the k-th largest itself would choose the same
        }
    }
    return prefix;
}

// Weights e^(x − maximum) of the codes that score at least as high as the k-th and above −∞, 0 for the others.
template <class Row>
__device__ void weigh(Row& scores, row::Exchange& block, float maximum, int topK, int vocabulary) {
    float threshold = -exact::kMostFinite;
    if (topK > 0 && topK < vocabulary) {
        threshold = fmaxf(threshold, exact::ofKey(largest(scores, block, topK)));
    }
    row::each(scores, [&](int, float& x, float& p) { p = x >= threshold ? exact::exp(exact::sub(x, maximum)) : 0.0f; });
}

// Drops, of the codes that weigh exactly this much, the first in the order of codes, but never the last of them.
template <class Row>
__device__ void dropFirst(Row& scores, row::Exchange& block, float weight, uint64_t dropped) {
    uint32_t mine[1] = {};
    row::each(scores, [&](int, float&, float& p) { mine[0] += p == weight ? 1 : 0; });
    uint64_t all[1];
    block.sum(mine, all);
    int last = static_cast<int>(dropped < all[0] - 1 ? dropped : all[0] - 1);
    int begin = 0;
    scores.eachQuad([&](int, float*, float* p, int count) {
        int equal = 0;
#pragma unroll
        for (int e = 0; e < row::kQuad; e++) {
            equal += e < count && p[e] == weight ? 1 : 0;
        }
        int total;
        int rank = begin + block.before(equal, total);
        begin += total;
#pragma unroll
        for (int e = 0; e < row::kQuad; e++) {
            if (e < count && p[e] == weight) {
                p[e] = rank < last ? 0.0f : p[e];
                rank++;
            }
        }
    });
}

// Drops the least likely codes, ascending by weight and then by code, while the weight up to and including one is at most this
// share of the total; the last one stays.
template <class Row>
__device__ void dropUnlikely(Row& scores, row::Exchange& block, double share) {
    uint64_t mine = 0;
    row::each(scores, [&](int, float&, float& p) { mine += exact::units(p); });
    double total = static_cast<double>(block.sum(mine));
    uint64_t limit = static_cast<uint64_t>(__dmul_rn(share, total));
    // The largest weight, by its bits, of which everything smaller is within the limit. None weighs more than 1.
    const uint32_t one = __float_as_uint(1.0f);
    uint32_t prefix = 0;
    uint64_t below = 0;
    for (int shift = 28; shift >= 0; shift -= 2) {
        float thresholds[kDigits];
        uint64_t smaller[kDigits] = {}, sums[kDigits];
        for (int i = 0; i < kDigits; i++) {
            thresholds[i] = __uint_as_float(prefix | static_cast<uint32_t>(i + 1) << shift);
        }
        row::each(scores, [&](int, float&, float& p) {
            uint64_t units = exact::units(p);
            for (int i = 0; i < kDigits; i++) {
                smaller[i] += p < thresholds[i] ? units : 0;
            }
        });
        block.sum(smaller, sums);
        uint32_t digit = 0;
        for (uint32_t i = 0; i < kDigits; i++) {
            if (sums[i] <= limit && (prefix | (i + 1) << shift) <= one) {
                digit = i + 1;
                below = sums[i];
            }
        }
        prefix |= digit << shift;
    }
    float boundary = __uint_as_float(prefix);
    row::each(scores, [&](int, float&, float& p) { p = p < boundary ? 0.0f : p; });
    uint64_t units = exact::units(boundary);
    if (limit - below >= units) {
        dropFirst(scores, block, boundary, (limit - below) / units);
    }
}

}  // namespace filter
