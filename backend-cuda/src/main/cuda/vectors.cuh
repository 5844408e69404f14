// Eight elements of a map that lie next to each other: what a thread reads and writes at a time. Aligned to 8 elements.
#pragma once
#include "intrinsics.cuh"

constexpr int kVectorElements = 8;

__device__ inline void loadVector(const bf16* from, float (&values)[kVectorElements]) {
    uint4 packed = *reinterpret_cast<const uint4*>(from);
    values[0] = lowBf16(packed.x);
    values[1] = highBf16(packed.x);
    values[2] = lowBf16(packed.y);
    values[3] = highBf16(packed.y);
    values[4] = lowBf16(packed.z);
    values[5] = highBf16(packed.z);
    values[6] = lowBf16(packed.w);
    values[7] = highBf16(packed.w);
}

__device__ inline void loadVector(const float* from, float (&values)[kVectorElements]) {
    float4 low = reinterpret_cast<const float4*>(from)[0], high = reinterpret_cast<const float4*>(from)[1];
    values[0] = low.x;
    values[1] = low.y;
    values[2] = low.z;
    values[3] = low.w;
    values[4] = high.x;
    values[5] = high.y;
    values[6] = high.z;
    values[7] = high.w;
}

__device__ inline void storeVector(bf16* to, const float (&values)[kVectorElements]) {
    *reinterpret_cast<uint4*>(to) = make_uint4(packBf16(values[0], values[1]), packBf16(values[2], values[3]),
                                               packBf16(values[4], values[5]), packBf16(values[6], values[7]));
}

__device__ inline void storeVector(float* to, const float (&values)[kVectorElements]) {
    reinterpret_cast<float4*>(to)[0] = make_float4(values[0], values[1], values[2], values[3]);
    reinterpret_cast<float4*>(to)[1] = make_float4(values[4], values[5], values[6], values[7]);
}
