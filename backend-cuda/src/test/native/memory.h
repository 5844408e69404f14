// Device memory of the emulated GPU: real pages with an unreadable page and a filled zone on either side of every
// allocation; addresses are never given out twice, so that freed memory stays unreadable.
#pragma once

#include <cstddef>

namespace emulation {

constexpr int kInvalidValue = 1;
constexpr int kOutOfMemory = 2;
constexpr int kIllegalAddress = 700;

// What went wrong last, for cuGetErrorString and standard error.
void report(const char* format, ...) __attribute__((format(printf, 1, 2)));
const char* lastReport();

int allocate(size_t bytes, size_t capacity, void** address);
int release(void* address);
void releaseAll();
size_t allocated();
bool isDeviceMemory(const void* address, size_t bytes);
const char* describeAddress(const void* address);
// Whether nobody wrote outside of an allocation; otherwise it is reported.
bool checkZones(const char* suspect);

}  // namespace emulation
