// A block of threads on the CPU: every thread is a fiber, one of them runs at a time. A fiber runs until it waits for
// others (a barrier, a warp's collective instruction) or is done; who is next is drawn by the seed.
#pragma once

#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

namespace emulation {

constexpr int kWarp = 32;
constexpr int kMostThreads = 1024;
constexpr size_t kSharedWithoutAsking = 48 * 1024;

struct Index3 {
    unsigned x = 1, y = 1, z = 1;
};

struct AsyncCopy {
    void* target;
    const void* source;  // null: zeros
    int group;
};

struct Thread {
    void* stackPointer;
    Index3 index;
    int lane;
    int warp;
    int group;  // cp.async groups committed so far
    std::vector<AsyncCopy> copies;
};

extern Thread* thread;  // the one that runs
extern Index3 blockIndex, blockSize, gridSize;

// Ends the launch with an error; what the text says goes into the error's description.
[[noreturn]] void fault(const char* format, ...) __attribute__((format(printf, 1, 2)));

// Waits until all living threads of the block have come here.
void barrier();

// Waits until the lanes of the mask have come here with the same instruction; the last one runs it for all. operands[lane]
// is what that lane gave; others than the mask's are not valid.
using Instruction = void (*)(void** operands, uint32_t lanes);
void collective(uint32_t lanes, Instruction instruction, void* operands);

unsigned char* dynamicSharedMemory();
bool isShared(const void* address, size_t bytes);

// Static shared memory: each block's first thread that comes by makes it.
void* staticSharedMemory(unsigned long& block, void*& place, size_t bytes, size_t alignment);
template <class T>
struct SharedVariable {
    unsigned long block = 0;
    void* place = nullptr;
    T& get() { return *static_cast<T*>(staticSharedMemory(block, place, sizeof(T), alignof(T))); }
};

// Kernels as the driver finds them.
struct Kernel {
    const char* name;
    void (*run)(const unsigned char* arguments);
    size_t argumentBytes;
    unsigned mostThreads;
    size_t dynamicSharedLimit = kSharedWithoutAsking;
    Kernel* next = nullptr;
};
extern Kernel* kernels;
struct Registration {
    explicit Registration(Kernel* kernel) {
        kernel->next = kernels;
        kernels = kernel;
    }
};

// Calls a function with arguments packed one after another, each at its natural alignment, as cuLaunchKernel takes them.
template <auto function>
struct Call;
template <class... Parameters, void (*function)(Parameters...)>
struct Call<function> {
    static constexpr size_t offset(size_t parameter) {
        const size_t sizes[] = {sizeof(Parameters)..., 0};
        const size_t alignments[] = {alignof(Parameters)..., 1};
        size_t at = 0;
        for (size_t i = 0;; i++) {
            at = (at + alignments[i] - 1) / alignments[i] * alignments[i];
            if (i == parameter) {
                return at;
            }
            at += sizes[i];
        }
    }
    static constexpr size_t bytes = offset(sizeof...(Parameters));
    template <size_t... i>
    static void call(const unsigned char* arguments, std::index_sequence<i...>) {
        function(*reinterpret_cast<const Parameters*>(arguments + offset(i))...);
    }
    static void run(const unsigned char* arguments) { call(arguments, std::index_sequence_for<Parameters...>{}); }
};

// Runs a grid. Returns 0 or a CUresult.
int runGrid(const Kernel& kernel, Index3 grid, Index3 block, size_t dynamicShared, const unsigned char* arguments);

// Used by the seed's owner.
void setSeed(uint64_t seed);

}  // namespace emulation
