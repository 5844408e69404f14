// Kernels with one mistake each: the tests see that the emulated GPU finds it.
#include "intrinsics.cuh"

// Reverses 256 values through shared memory; without the barrier a thread reads what nobody has written yet.
template <bool barrier>
__device__ void reverse(float* values) {
    SHARED(turned, float[256]);
    turned[255 - threadIdx.x] = values[threadIdx.x];
    if (barrier) {
        __syncthreads();
    }
    values[threadIdx.x] = turned[threadIdx.x];
}

KERNEL(256) reverse_with_barrier(float* values) { reverse<true>(values); }

KERNEL(256) reverse_without_barrier(float* values) { reverse<false>(values); }

// Every thread writes its number `offset` elements further than it should.
KERNEL(256) write_at(float* values, int offset) {
    int thread = threadIdx.x;
    values[thread + offset] = thread;
}

// Half of the threads wait for the others, which never come.
KERNEL(256) wait_for_ever(float* values) {
    if (threadIdx.x < 128) {
        __syncthreads();
    } else {
        __shfl_sync(kAllLanes, values[0], threadIdx.x % 2 == 0 ? 0 : 1);
        if (threadIdx.x % 32 != 0) {
            __syncwarp(kAllLanes);
        }
    }
}

// Copies 16 bytes a thread through shared memory; without waiting for cp.async there is nothing yet.
template <bool wait>
__device__ void copyThroughShared(const float4* in, float4* out) {
    float4* shared = reinterpret_cast<float4*>(dynamicShared());
    copyAsync16(&shared[threadIdx.x], &in[threadIdx.x]);
    commitCopies();
    if (wait) {
        waitCopies<0>();
    }
    out[threadIdx.x] = shared[threadIdx.x];
}

KERNEL(64) copy_with_wait(const float4* in, float4* out) { copyThroughShared<true>(in, out); }

KERNEL(64) copy_without_wait(const float4* in, float4* out) { copyThroughShared<false>(in, out); }

// Writes behind the dynamic shared memory.
KERNEL(64) write_behind_shared(int floats) { reinterpret_cast<float*>(dynamicShared())[floats] = 1; }
