// What kernels see of CUDA when g++ compiles them for the CPU: src/main/cuda/intrinsics.cuh's words and the part of CUDA C++
// that the kernels use. Fragment layouts are written down from the PTX manual (sections on mma.m16n8k16, mma.m16n8k8 and
// ldmatrix), not from the kernels.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstring>

#include "block.h"

#define __global__
#define __device__
#define __host__
#define __forceinline__ inline
#define __noinline__ __attribute__((noinline))
#define __restrict__ __restrict
#define __constant__ static
#define __align__(n) __attribute__((aligned(n)))
// The build script makes the kernel known to the driver under its name, with the bound on its threads.
#define KERNEL(...) extern "C" void
#define SHARED(name, ...)                                        \
    static emulation::SharedVariable<__VA_ARGS__> name##Variable; \
    auto& name = name##Variable.get()

#define threadIdx (emulation::thread->index)
#define blockIdx (emulation::blockIndex)
#define blockDim (emulation::blockSize)
#define gridDim (emulation::gridSize)

inline unsigned char* dynamicShared() { return emulation::dynamicSharedMemory(); }

using std::max;
using std::min;

template <class T, int n, int alignment>
struct alignas(alignment) Vector;
template <class T, int alignment>
struct alignas(alignment) Vector<T, 2, alignment> {
    T x, y;
};
template <class T, int alignment>
struct alignas(alignment) Vector<T, 4, alignment> {
    T x, y, z, w;
};
using float2 = Vector<float, 2, 8>;
using float4 = Vector<float, 4, 16>;
using int2 = Vector<int, 2, 8>;
using int4 = Vector<int, 4, 16>;
using uint2 = Vector<unsigned, 2, 8>;
using uint4 = Vector<unsigned, 4, 16>;
inline float2 make_float2(float x, float y) { return {x, y}; }
inline float4 make_float4(float x, float y, float z, float w) { return {x, y, z, w}; }
inline int2 make_int2(int x, int y) { return {x, y}; }
inline int4 make_int4(int x, int y, int z, int w) { return {x, y, z, w}; }
inline uint2 make_uint2(unsigned x, unsigned y) { return {x, y}; }
inline uint4 make_uint4(unsigned x, unsigned y, unsigned z, unsigned w) { return {x, y, z, w}; }

template <class To, class From>
inline To bitsAs(From value) {
    static_assert(sizeof(To) == sizeof(From));
    To to;
    std::memcpy(&to, &value, sizeof to);
    return to;
}
inline float __uint_as_float(unsigned bits) { return bitsAs<float>(bits); }
inline unsigned __float_as_uint(float value) { return bitsAs<unsigned>(value); }
inline float __int_as_float(int bits) { return bitsAs<float>(bits); }
inline int __float_as_int(float value) { return bitsAs<int>(value); }

// bf16: the upper half of a float32, rounded to nearest even.
struct bf16 {
    uint16_t bits;
};
inline bf16 toBf16(float value) {
    uint32_t bits = __float_as_uint(value);
    if (value != value) {
        return {0x7fff};
    }
    return {static_cast<uint16_t>((bits + 0x7fff + ((bits >> 16) & 1)) >> 16)};
}
inline float toFloat(bf16 value) { return __uint_as_float(static_cast<uint32_t>(value.bits) << 16); }
inline float toFloat(float value) { return value; }
inline uint32_t packBf16(float low, float high) {
    return toBf16(low).bits | static_cast<uint32_t>(toBf16(high).bits) << 16;
}
inline float lowBf16(uint32_t packed) { return __uint_as_float(packed << 16); }
inline float highBf16(uint32_t packed) { return __uint_as_float(packed & 0xffff0000u); }
// Round to nearest, ties away from zero.
inline uint32_t toTf32(float value) { return (__float_as_uint(value) + 0x1000) & 0xffffe000u; }

// Arithmetic that is never contracted: this is compiled without contraction anyway.
inline float __fadd_rn(float a, float b) { return a + b; }
inline float __fsub_rn(float a, float b) { return a - b; }
inline float __fmul_rn(float a, float b) { return a * b; }
inline float __fdiv_rn(float a, float b) { return a / b; }
inline float __fsqrt_rn(float a) { return std::sqrt(a); }
inline float __frcp_rn(float a) { return 1 / a; }
inline float __fmaf_rn(float a, float b, float c) { return std::fma(a, b, c); }
inline double __dadd_rn(double a, double b) { return a + b; }
inline double __dmul_rn(double a, double b) { return a * b; }
inline float __fdividef(float a, float b) { return a / b; }
inline float __expf(float a) { return std::exp(a); }
inline float __logf(float a) { return std::log(a); }
inline float rsqrtf(float a) { return 1 / std::sqrt(a); }
inline float fastTanh(float a) { return std::tanh(a); }
inline float fastExp2(float a) { return std::exp2(a); }
inline float __saturatef(float a) { return a > 0 ? std::min(a, 1.0f) : 0.0f; }
inline unsigned __umulhi(unsigned a, unsigned b) { return static_cast<uint64_t>(a) * b >> 32; }
inline int __popc(unsigned a) { return __builtin_popcount(a); }
inline int __ffs(int a) { return __builtin_ffs(a); }
inline int __clz(int a) { return a == 0 ? 32 : __builtin_clz(static_cast<unsigned>(a)); }
inline unsigned __brev(unsigned a) {
    unsigned reversed = 0;
    for (int i = 0; i < 32; i++) {
        reversed |= (a >> i & 1) << (31 - i);
    }
    return reversed;
}
template <class T>
inline T __ldg(const T* pointer) {
    return *pointer;
}

// One thread runs at a time, so plain operations are atomic.
template <class T>
inline T atomicAdd(T* at, T value) {
    T old = *at;
    *at = old + value;
    return old;
}
template <class T>
inline T atomicMax(T* at, T value) {
    T old = *at;
    *at = std::max(old, value);
    return old;
}
template <class T>
inline T atomicMin(T* at, T value) {
    T old = *at;
    *at = std::min(old, value);
    return old;
}
template <class T>
inline T atomicExch(T* at, T value) {
    return std::exchange(*at, value);
}
template <class T>
inline T atomicCAS(T* at, T expected, T value) {
    T old = *at;
    *at = old == expected ? value : old;
    return old;
}
inline void __threadfence() {}
inline void __threadfence_block() {}

inline void __syncthreads() { emulation::barrier(); }

#include "warp.h"
