// One row of scores on a block: where its values are, and what the threads of a block find out together.
// Thread t holds codes 4·(t + threads·j) to 4·(t + threads·j) + 3 for j = 0, 1, …, so that four consecutive codes take one
// Philox evaluation; the order of codes is (j, thread, element).
#pragma once

#include "exact.cuh"

namespace row {

constexpr int kMostThreads = 256;
constexpr int kMostWarps = kMostThreads / kWarp;
constexpr int kQuad = 4;
// Quads that a thread holds in registers.
constexpr int kQuads = 4;

// A score x and a weight p for every code of a vocabulary of at most 16 · threads, in registers. Codes beyond the vocabulary are
// there with the values that `fill` is given.
class InRegisters {
   public:
    // f(first code, scores of four codes, their weights, how many of them exist), the same number of times in all threads.
    template <class F>
    __device__ void eachQuad(F f) {
#pragma unroll
        for (int j = 0; j < kQuads; j++) {
            f(kQuad * static_cast<int>(threadIdx.x + blockDim.x * j), x + kQuad * j, p + kQuad * j, kQuad);
        }
    }

   private:
    float x[kQuad * kQuads];
    float p[kQuad * kQuads];
};

// The same of any vocabulary, in global memory. A thread reads only what it wrote itself.
class InMemory {
   public:
    __device__ InMemory(float* x, float* p, int vocabulary) : x(x), p(p), vocabulary(vocabulary) {}

    template <class F>
    __device__ void eachQuad(F f) {
        for (int first = 0; first < vocabulary; first += kQuad * static_cast<int>(blockDim.x)) {
            int code = first + kQuad * static_cast<int>(threadIdx.x);
            f(code, x + code, p + code, min(kQuad, vocabulary - code));
        }
    }

   private:
    float* x;
    float* p;
    int vocabulary;
};

// f(code, score, weight) for every code that this thread holds.
template <class Row, class F>
__device__ void each(Row& row, F f) {
    row.eachQuad([&](int code, float* x, float* p, int count) {
#pragma unroll
        for (int e = 0; e < kQuad; e++) {
            if (e < count) {
                f(code + e, x[e], p[e]);
            }
        }
    });
}

__device__ inline uint64_t warpSum(uint32_t value) { return __reduce_add_sync(kAllLanes, value); }
// Of values below 2⁵⁴.
__device__ inline uint64_t warpSum(uint64_t value) {
    constexpr int kBits = 27;
    uint32_t low = static_cast<uint32_t>(value) & ((1u << kBits) - 1);
    uint64_t high = __reduce_add_sync(kAllLanes, static_cast<uint32_t>(value >> kBits));
    return (high << kBits) + __reduce_add_sync(kAllLanes, low);
}
__device__ inline uint64_t warpMax(uint64_t value) {
    uint32_t high = static_cast<uint32_t>(value >> 32);
    uint32_t highest = __reduce_max_sync(kAllLanes, high);
    uint32_t low = __reduce_max_sync(kAllLanes, high == highest ? static_cast<uint32_t>(value) : 0u);
    return static_cast<uint64_t>(highest) << 32 | low;
}

// What warps tell each other, one barrier each time: two places in turn, so that nobody writes what is still being read.
class Exchange {
   public:
    static constexpr int kMost = 3;

    // Sums over the block, in every thread.
    template <int n, class T>
    __device__ void sum(T (&values)[n], uint64_t (&sums)[n]) {
        static_assert(n <= kMost);
        for (int i = 0; i < n; i++) {
            sums[i] = warpSum(values[i]);
        }
        auto& all = exchanged(sums);
        for (int i = 0; i < n; i++) {
            sums[i] = 0;
        }
        for (int warp = 0; warp < warps(); warp++) {
            for (int i = 0; i < n; i++) {
                sums[i] += all[warp][i];
            }
        }
    }

    __device__ uint64_t sum(uint64_t value) {
        uint64_t values[1] = {value}, sums[1];
        sum(values, sums);
        return sums[0];
    }

    __device__ uint64_t max(uint64_t value) {
        uint64_t values[1] = {warpMax(value)};
        auto& all = exchanged(values);
        uint64_t largest = 0;
        for (int warp = 0; warp < warps(); warp++) {
            largest = all[warp][0] > largest ? all[warp][0] : largest;
        }
        return largest;
    }

    // How many the threads before this one have together; `total` is how many all have.
    __device__ int before(int count, int& total) {
        int lane = threadIdx.x % kWarp, upTo = count;
        for (int lanes = 1; lanes < kWarp; lanes *= 2) {
            int other = __shfl_up_sync(kAllLanes, upTo, lanes);
            upTo += lane >= lanes ? other : 0;
        }
        uint64_t values[1] = {static_cast<uint64_t>(__shfl_sync(kAllLanes, upTo, kWarp - 1))};
        auto& all = exchanged(values);
        int earlier = upTo - count;
        total = 0;
        for (int warp = 0; warp < warps(); warp++) {
            int here = static_cast<int>(all[warp][0]);
            earlier += warp < static_cast<int>(threadIdx.x) / kWarp ? here : 0;
            total += here;
        }
        return earlier;
    }

   private:
    using Values = uint64_t[kMostWarps][kMost];
    int turn = 0;

    __device__ static int warps() { return blockDim.x / kWarp; }

    template <int n>
    __device__ Values& exchanged(const uint64_t (&values)[n]) {
        SHARED(places, uint64_t[2][kMostWarps][kMost]);
        turn ^= 1;
        if (threadIdx.x % kWarp == 0) {
            for (int i = 0; i < n; i++) {
                places[turn][threadIdx.x / kWarp][i] = values[i];
            }
        }
        __syncthreads();
        return places[turn];
    }
};

}  // namespace row
