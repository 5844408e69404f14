#include "memory.h"

#include <cstdarg>
#include <cstdio>
#include <cstring>
#include <map>
#include <sys/mman.h>

namespace emulation {
namespace {

constexpr size_t kReserved = size_t{1} << 42;
constexpr size_t kPage = 4096;
constexpr size_t kZoneBytes = 512;
constexpr unsigned char kZone = 0xA5;

char message[700];
unsigned char* reserved;
size_t used;
size_t total;

struct Allocation {
    size_t bytes;
    unsigned char* pages;
    size_t pageBytes;
};
std::map<unsigned char*, Allocation> allocations;

bool isZone(const unsigned char* begin, const unsigned char* end) {
    for (; begin < end; begin++) {
        if (*begin != kZone) {
            return false;
        }
    }
    return true;
}

bool intact(unsigned char* begin, const Allocation& allocation, const char* suspect) {
    bool before = isZone(allocation.pages, begin);
    bool behind = isZone(begin + allocation.bytes, allocation.pages + allocation.pageBytes);
    if (!before || !behind) {
        report("%s: memory was written %s an allocation of %zu bytes", suspect, before ? "behind" : "before",
               allocation.bytes);
        // Once is enough.
        std::memset(allocation.pages, kZone, begin - allocation.pages);
        std::memset(begin + allocation.bytes, kZone, allocation.pages + allocation.pageBytes - begin - allocation.bytes);
    }
    return before && behind;
}

}  // namespace

void report(const char* format, ...) {
    va_list arguments;
    va_start(arguments, format);
    std::vsnprintf(message, sizeof message, format, arguments);
    va_end(arguments);
    std::fprintf(stderr, "emulated GPU: %s\n", message);
}

const char* lastReport() { return message; }

int allocate(size_t bytes, size_t capacity, void** address) {
    if (bytes == 0) {
        return kInvalidValue;
    }
    if (reserved == nullptr) {
        void* range = mmap(nullptr, kReserved, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
        if (range == MAP_FAILED) {
            return kOutOfMemory;
        }
        reserved = static_cast<unsigned char*>(range);
    }
    size_t pageBytes = (2 * kZoneBytes + bytes + kPage - 1) / kPage * kPage;
    if (bytes > capacity || total > capacity - bytes || used + pageBytes + kPage > kReserved) {
        return kOutOfMemory;
    }
    unsigned char* pages = reserved + used + kPage;
    if (mprotect(pages, pageBytes, PROT_READ | PROT_WRITE) != 0) {
        return kOutOfMemory;
    }
    used += pageBytes + kPage;
    total += bytes;
    unsigned char* begin = pages + kZoneBytes;
    std::memset(pages, kZone, kZoneBytes);
    std::memset(begin, 0xff, bytes);  // NaN in every float type, -1 as an integer
    std::memset(begin + bytes, kZone, pages + pageBytes - begin - bytes);
    allocations[begin] = {bytes, pages, pageBytes};
    *address = begin;
    return 0;
}

int release(void* address) {
    auto found = allocations.find(static_cast<unsigned char*>(address));
    if (found == allocations.end()) {
        return kInvalidValue;
    }
    bool whole = intact(found->first, found->second, "at its release");
    mmap(found->second.pages, found->second.pageBytes, PROT_NONE,
         MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | MAP_FIXED, -1, 0);
    total -= found->second.bytes;
    allocations.erase(found);
    return whole ? 0 : kIllegalAddress;
}

void releaseAll() {
    while (!allocations.empty()) {
        release(allocations.begin()->first);
    }
}

size_t allocated() { return total; }

bool isDeviceMemory(const void* address, size_t bytes) {
    auto* begin = static_cast<unsigned char*>(const_cast<void*>(address));
    auto after = allocations.upper_bound(begin);
    if (after == allocations.begin()) {
        return false;
    }
    auto& [start, allocation] = *std::prev(after);
    return begin + bytes <= start + allocation.bytes;
}

const char* describeAddress(const void* address) {
    auto* at = static_cast<const unsigned char*>(address);
    return reserved != nullptr && at >= reserved && at < reserved + kReserved
               ? "outside of any allocation, or freed"
               : "not device memory (or a 16-byte access that is not aligned)";
}

bool checkZones(const char* suspect) {
    bool whole = true;
    for (auto& [begin, allocation] : allocations) {
        whole &= intact(begin, allocation, suspect);
    }
    return whole;
}

}  // namespace emulation
