// What block.cpp needs of shared_memory.cpp and signals.cpp.
#pragma once

#include <cstddef>

namespace emulation {

// A new block's shared memory: NaN, with filled zones around it.
void prepareShared(size_t dynamicBytes);
// A fault if something was written around it.
void checkShared();

// Bad accesses from these stacks become faults; those from elsewhere (a Java VM makes and handles its own) are passed on.
void catchSignals(char* stacks, size_t bytes);

}  // namespace emulation
