// Every instruction that C++ has no word for, each wrapped once: kernels hold no inline assembly and name no CUDA header.
// The unit tests compile the same kernels for the CPU; there src/test/native/device.h takes this file's place, and what is
// added here is added there, written from the PTX manual and not from this file.
#pragma once

#ifdef NEXTSCALE_EMULATION
#include "device.h"
#else

#include <cuda_bf16.h>
#include <cstdint>

// KERNEL(most threads of a block) name(parameters) { ... }
#define KERNEL(...) extern "C" __global__ void __launch_bounds__(__VA_ARGS__)

// SHARED(name, type): static shared memory of a block, e.g. SHARED(sums, float[32]).
template <class T>
struct SharedType {
    using type = T;
};
#define SHARED(name, ...) __shared__ SharedType<__VA_ARGS__>::type name

// The shared memory that the launch asked for, aligned to 128 bytes.
__device__ inline unsigned char* dynamicShared() {
    extern __shared__ __align__(128) unsigned char bytes[];
    return bytes;
}

using bf16 = __nv_bfloat16;

__device__ inline bf16 toBf16(float value) { return __float2bfloat16_rn(value); }
__device__ inline float toFloat(bf16 value) { return __bfloat162float(value); }
__device__ inline float toFloat(float value) { return value; }

// Two bf16 in a register, the one at the lower address in the low half.
__device__ inline uint32_t packBf16(float low, float high) {
    uint32_t packed;
    asm("cvt.rn.bf16x2.f32 %0, %1, %2;" : "=r"(packed) : "f"(high), "f"(low));
    return packed;
}
__device__ inline float lowBf16(uint32_t packed) { return __uint_as_float(packed << 16); }
__device__ inline float highBf16(uint32_t packed) { return __uint_as_float(packed & 0xffff0000u); }

// float32 rounded to the 10 bits of mantissa that tf32 products look at.
__device__ inline uint32_t toTf32(float value) {
    uint32_t rounded;
    asm("cvt.rna.tf32.f32 %0, %1;" : "=r"(rounded) : "f"(value));
    return rounded;
}

// c[16×8] += a[16×16] · b[16×8], fragments as in PTX's mma.m16n8k16 for .bf16. By all 32 threads of a warp.
__device__ inline void mmaBf16(float (&c)[4], const uint32_t (&a)[4], const uint32_t (&b)[2]) {
    asm volatile(
        "mma.sync.aligned.m16n8k16.row.col.f32.bf16.bf16.f32 {%0,%1,%2,%3}, {%4,%5,%6,%7}, {%8,%9}, {%0,%1,%2,%3};"
        : "+f"(c[0]), "+f"(c[1]), "+f"(c[2]), "+f"(c[3])
        : "r"(a[0]), "r"(a[1]), "r"(a[2]), "r"(a[3]), "r"(b[0]), "r"(b[1]));
}

// c[16×8] += a[16×8] · b[8×8], fragments as in PTX's mma.m16n8k8 for .tf32.
__device__ inline void mmaTf32(float (&c)[4], const uint32_t (&a)[4], const uint32_t (&b)[2]) {
    asm volatile(
        "mma.sync.aligned.m16n8k8.row.col.f32.tf32.tf32.f32 {%0,%1,%2,%3}, {%4,%5,%6,%7}, {%8,%9}, {%0,%1,%2,%3};"
        : "+f"(c[0]), "+f"(c[1]), "+f"(c[2]), "+f"(c[3])
        : "r"(a[0]), "r"(a[1]), "r"(a[2]), "r"(a[3]), "r"(b[0]), "r"(b[1]));
}

__device__ inline uint32_t sharedAddress(const void* pointer) {
    return static_cast<uint32_t>(__cvta_generic_to_shared(pointer));
}

// ldmatrix: four or two 8×8 matrices of 16-bit elements from shared memory. Thread 8·i + r gives the address of row r of
// matrix i (16 bytes, aligned to 16); for two matrices those of threads 16 to 31 are not looked at, but have to be valid.
__device__ inline void loadMatrices4(uint32_t (&r)[4], const void* row) {
    asm volatile("ldmatrix.sync.aligned.m8n8.x4.shared.b16 {%0,%1,%2,%3}, [%4];"
                 : "=r"(r[0]), "=r"(r[1]), "=r"(r[2]), "=r"(r[3])
                 : "r"(sharedAddress(row))
                 : "memory");
}
__device__ inline void loadMatrices4Transposed(uint32_t (&r)[4], const void* row) {
    asm volatile("ldmatrix.sync.aligned.m8n8.x4.trans.shared.b16 {%0,%1,%2,%3}, [%4];"
                 : "=r"(r[0]), "=r"(r[1]), "=r"(r[2]), "=r"(r[3])
                 : "r"(sharedAddress(row))
                 : "memory");
}
__device__ inline void loadMatrices2(uint32_t (&r)[2], const void* row) {
    asm volatile("ldmatrix.sync.aligned.m8n8.x2.shared.b16 {%0,%1}, [%2];"
                 : "=r"(r[0]), "=r"(r[1])
                 : "r"(sharedAddress(row))
                 : "memory");
}
__device__ inline void loadMatrices2Transposed(uint32_t (&r)[2], const void* row) {
    asm volatile("ldmatrix.sync.aligned.m8n8.x2.trans.shared.b16 {%0,%1}, [%2];"
                 : "=r"(r[0]), "=r"(r[1])
                 : "r"(sharedAddress(row))
                 : "memory");
}

// cp.async: 16 bytes from global to shared memory, both aligned to 16; zeros where not valid (the source is not read then,
// but has to be an address). It is there after waitCopies, and for other threads after a barrier behind that.
__device__ inline void copyAsync16(void* shared, const void* global, bool valid = true) {
    asm volatile("cp.async.cg.shared.global [%0], [%1], 16, %2;" ::"r"(sharedAddress(shared)), "l"(global),
                 "r"(valid ? 16 : 0)
                 : "memory");
}
// The copies of this thread since the last commit become a group.
__device__ inline void commitCopies() { asm volatile("cp.async.commit_group;" ::: "memory"); }
// Until at most `pending` of the newest groups are under way.
template <int pending>
__device__ inline void waitCopies() {
    asm volatile("cp.async.wait_group %0;" ::"n"(pending) : "memory");
}

// Approximations of the special function unit, relative error around 2^-11 (tanh) and 2^-22.
__device__ inline float fastTanh(float x) {
    float y;
    asm("tanh.approx.f32 %0, %1;" : "=f"(y) : "f"(x));
    return y;
}
__device__ inline float fastExp2(float x) {
    float y;
    asm("ex2.approx.ftz.f32 %0, %1;" : "=f"(y) : "f"(x));
    return y;
}

#endif

// Shared by both: written in the words above and plain CUDA.

template <class T>
__device__ T fromFloat(float value);
template <>
__device__ inline float fromFloat<float>(float value) {
    return value;
}
template <>
__device__ inline bf16 fromFloat<bf16>(float value) {
    return toBf16(value);
}

constexpr int kWarp = 32;
constexpr uint32_t kAllLanes = 0xffffffffu;

// Sum over the 32 threads of a warp, in every one of them the same bits.
__device__ inline float warpSum(float value) {
    for (int lanes = kWarp / 2; lanes > 0; lanes /= 2) {
        value += __shfl_xor_sync(kAllLanes, value, lanes);
    }
    return value;
}

__device__ inline float warpMax(float value) {
    for (int lanes = kWarp / 2; lanes > 0; lanes /= 2) {
        value = fmaxf(value, __shfl_xor_sync(kAllLanes, value, lanes));
    }
    return value;
}
