// A block's shared memory, and cp.async into it.
#include <algorithm>
#include <cstring>

#include "block.h"
#include "parts.h"

namespace emulation {
namespace {

constexpr size_t kSharedBytes = 256 * 1024;
constexpr size_t kZoneBytes = 256;
constexpr unsigned char kZone = 0xA5;

alignas(128) unsigned char shared[kSharedBytes];  // zone, static, zone, dynamic, zone
unsigned long blockNumber;
size_t staticUsed;
size_t dynamicBytes;

unsigned char* dynamicBegin() {
    return shared + kSharedBytes - kZoneBytes - (dynamicBytes + 127) / 128 * 128;
}

bool zone(const unsigned char* begin, const unsigned char* end) {
    return std::all_of(begin, end, [](unsigned char byte) { return byte == kZone; });
}

}  // namespace

void prepareShared(size_t bytes) {
    dynamicBytes = bytes;
    blockNumber++;
    staticUsed = 0;
    unsigned char* begin = dynamicBegin();
    std::memset(shared, kZone, kZoneBytes);
    std::memset(begin - kZoneBytes, kZone, kZoneBytes);
    std::memset(begin, 0xff, dynamicBytes);
    std::memset(begin + dynamicBytes, kZone, shared + kSharedBytes - begin - dynamicBytes);
}

void checkShared() {
    const unsigned char* begin = dynamicBegin();
    if (!zone(shared, shared + kZoneBytes)) {
        fault("shared memory was written before its beginning");
    }
    if (!zone(begin - kZoneBytes, begin) || !zone(begin + dynamicBytes, shared + kSharedBytes)) {
        fault("shared memory was written outside of the %zu bytes that the launch asked for", dynamicBytes);
    }
}

unsigned char* dynamicSharedMemory() { return dynamicBegin(); }

bool isShared(const void* address, size_t bytes) {
    auto* begin = static_cast<const unsigned char*>(address);
    return begin >= shared && begin + bytes <= shared + kSharedBytes;
}

void* staticSharedMemory(unsigned long& block, void*& place, size_t bytes, size_t alignment) {
    if (block != blockNumber) {
        block = blockNumber;
        staticUsed = (staticUsed + alignment - 1) / alignment * alignment;
        place = shared + kZoneBytes + staticUsed;
        staticUsed += bytes;
        if (staticUsed > kSharedWithoutAsking || staticUsed + dynamicBytes + 3 * kZoneBytes > kSharedBytes) {
            fault("%zu bytes of static shared memory are more than there are", staticUsed);
        }
        std::memset(place, 0xff, bytes);
    }
    return place;
}

// cp.async: until it is waited for, the target holds what no kernel can want.
void copyAsync(void* target, const void* source) {
    if (!isShared(target, 16) || reinterpret_cast<uintptr_t>(target) % 16 != 0 ||
        reinterpret_cast<uintptr_t>(source) % 16 != 0) {
        fault("cp.async: source or target is not aligned to 16 bytes, or the target is not in shared memory");
    }
    std::memset(target, 0xff, 16);
    thread->copies.push_back({target, source, thread->group});
}

void commit() { thread->group++; }

void waitForCopies(int pending) {
    auto& copies = thread->copies;
    auto landed = std::partition(copies.begin(), copies.end(),
                                 [=](const AsyncCopy& copy) { return copy.group >= thread->group - pending; });
    for (auto copy = landed; copy != copies.end(); copy++) {
        if (copy->source == nullptr) {
            std::memset(copy->target, 0, 16);
        } else {
            std::memcpy(copy->target, copy->source, 16);
        }
    }
    copies.erase(landed, copies.end());
}

}  // namespace emulation
