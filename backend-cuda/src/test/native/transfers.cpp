// Memory, copies, streams and graphs of the emulated driver.
#include <cstdlib>
#include <cstring>
#include <map>
#include <set>

#include "driver.h"

using namespace emulation;

namespace emulation {
namespace {

std::set<Stream*> streams;
std::map<char*, size_t> pinned;

bool isPinned(const void* address) {
    auto* at = static_cast<char*>(const_cast<void*>(address));
    auto after = pinned.upper_bound(at);
    return after != pinned.begin() && at < std::prev(after)->first + std::prev(after)->second;
}

int copy(void* target, const void* source, size_t bytes, bool targetOnDevice, bool sourceOnDevice) {
    if ((targetOnDevice && !isDeviceMemory(target, bytes)) || (sourceOnDevice && !isDeviceMemory(source, bytes))) {
        report("a copy of %zu bytes is not inside one allocation of device memory", bytes);
        return kInvalidValue;
    }
    std::memmove(target, source, bytes);
    return 0;
}

int fill(void* target, unsigned value, size_t width, size_t count) {
    if (!isDeviceMemory(target, width * count)) {
        report("filling %zu bytes that are not inside one allocation of device memory", width * count);
        return kInvalidValue;
    }
    for (size_t i = 0; i < count; i++) {
        std::memcpy(static_cast<char*>(target) + i * width, &value, width);
    }
    return 0;
}

void* pointer(unsigned long long address) { return reinterpret_cast<void*>(address); }

}  // namespace

void forgetStreams() {
    for (Stream* stream : streams) {
        delete stream->capture;
        delete stream;
    }
    streams.clear();
}

bool anyCapture() {
    for (Stream* stream : streams) {
        if (stream->capture != nullptr) {
            return true;
        }
    }
    return false;
}

bool isStream(Stream* stream) { return streams.count(stream) > 0; }

int put(Stream* stream, Operation operation) {
    if (stream == nullptr) {
        return operation();
    }
    if (streams.count(stream) == 0) {
        return kInvalidHandle;
    }
    if (stream->capture != nullptr) {
        stream->capture->operations.push_back(std::move(operation));
    } else {
        stream->waiting.push_back(std::move(operation));
    }
    return 0;
}

bool step(Stream* stream) {
    if (stream->waiting.empty() || broken != 0) {
        return false;
    }
    Operation operation = std::move(stream->waiting.front());
    stream->waiting.pop_front();
    broken = operation();
    return true;
}

int finish(Stream* stream) {
    while (step(stream)) {
    }
    return broken;
}

}  // namespace emulation

#define FORBID_IN_CAPTURE()                \
    if (anyCapture()) {                    \
        return kStreamCaptureUnsupported;  \
    }

API cuMemGetInfo_v2(size_t* free, size_t* total) {
    ENTER("cuMemGetInfo");
    *total = settings().memory;
    *free = settings().memory - std::min(settings().memory, allocated());
    return 0;
}

API cuMemAlloc_v2(unsigned long long* address, size_t bytes) {
    ENTER("cuMemAlloc");
    FORBID_IN_CAPTURE();
    void* memory = nullptr;
    int result = allocate(bytes, settings().memory, &memory);
    *address = reinterpret_cast<unsigned long long>(memory);
    return result;
}

// Waits for the device, as the real one does.
API cuMemFree_v2(unsigned long long address) {
    ENTER("cuMemFree");
    FORBID_IN_CAPTURE();
    for (Stream* stream : streams) {
        if (finish(stream) != 0) {
            return broken;
        }
    }
    return release(pointer(address));
}

API cuMemHostAlloc(void** memory, size_t bytes, unsigned) {
    ENTER("cuMemHostAlloc");
    *memory = std::aligned_alloc(4096, (bytes + 4095) / 4096 * 4096);
    std::memset(*memory, 0xff, bytes);
    pinned[static_cast<char*>(*memory)] = bytes;
    return 0;
}

API cuMemFreeHost(void* memory) {
    ENTER("cuMemFreeHost");
    if (pinned.erase(static_cast<char*>(memory)) == 0) {
        return kInvalidValue;
    }
    std::free(memory);
    return 0;
}

API cuMemcpyHtoD_v2(unsigned long long target, const void* source, size_t bytes) {
    ENTER("cuMemcpyHtoD");
    FORBID_IN_CAPTURE();
    return copy(pointer(target), source, bytes, true, false);
}

API cuMemcpyDtoH_v2(void* target, unsigned long long source, size_t bytes) {
    ENTER("cuMemcpyDtoH");
    FORBID_IN_CAPTURE();
    return copy(target, pointer(source), bytes, false, true);
}

// From memory that is not pinned the driver takes a copy at once.
API cuMemcpyHtoDAsync_v2(unsigned long long target, const void* source, size_t bytes, Stream* stream) {
    ENTER("cuMemcpyHtoDAsync");
    if (isPinned(source)) {
        return put(stream, [=] { return copy(pointer(target), source, bytes, true, false); });
    }
    auto* begin = static_cast<const char*>(source);
    std::vector<char> taken(begin, begin + bytes);
    return put(stream, [=] { return copy(pointer(target), taken.data(), bytes, true, false); });
}

API cuMemcpyDtoHAsync_v2(void* target, unsigned long long source, size_t bytes, Stream* stream) {
    ENTER("cuMemcpyDtoHAsync");
    if (!isPinned(target)) {
        report("an asynchronous copy to memory that is not pinned");
        return kInvalidValue;
    }
    return put(stream, [=] { return copy(target, pointer(source), bytes, false, true); });
}

API cuMemcpyDtoDAsync_v2(unsigned long long target, unsigned long long source, size_t bytes, Stream* stream) {
    ENTER("cuMemcpyDtoDAsync");
    return put(stream, [=] { return copy(pointer(target), pointer(source), bytes, true, true); });
}

API cuMemsetD8Async(unsigned long long target, unsigned char value, size_t count, Stream* stream) {
    ENTER("cuMemsetD8Async");
    return put(stream, [=] { return fill(pointer(target), value, 1, count); });
}

API cuMemsetD32Async(unsigned long long target, unsigned value, size_t count, Stream* stream) {
    ENTER("cuMemsetD32Async");
    return put(stream, [=] { return fill(pointer(target), value, 4, count); });
}

API cuStreamCreate(Stream** stream, unsigned) {
    ENTER("cuStreamCreate");
    *stream = new Stream();
    streams.insert(*stream);
    return 0;
}

API cuStreamDestroy_v2(Stream* stream) {
    ENTER("cuStreamDestroy");
    if (streams.erase(stream) == 0) {
        return kInvalidHandle;
    }
    finish(stream);
    delete stream;
    return 0;
}

API cuStreamSynchronize(Stream* stream) {
    ENTER("cuStreamSynchronize");
    if (streams.count(stream) == 0) {
        return kInvalidHandle;
    }
    return stream->capture != nullptr ? kStreamCaptureUnsupported : finish(stream);
}

API cuStreamBeginCapture_v2(Stream* stream, int) {
    ENTER("cuStreamBeginCapture");
    if (streams.count(stream) == 0 || stream->capture != nullptr) {
        return kInvalidHandle;
    }
    stream->capture = new Graph();
    return 0;
}

API cuStreamEndCapture(Stream* stream, Graph** graph) {
    ENTER("cuStreamEndCapture");
    if (streams.count(stream) == 0 || stream->capture == nullptr) {
        return kInvalidHandle;
    }
    *graph = stream->capture;
    stream->capture = nullptr;
    return 0;
}

API cuGraphInstantiateWithFlags(Graph** executable, Graph* graph, unsigned long long) {
    ENTER("cuGraphInstantiate");
    *executable = new Graph(*graph);
    return 0;
}

API cuGraphLaunch(Graph* executable, Stream* stream) {
    ENTER("cuGraphLaunch");
    for (const Operation& operation : executable->operations) {
        if (int failed = put(stream, operation); failed != 0) {
            return failed;
        }
    }
    return 0;
}

API cuGraphDestroy(Graph* graph) {
    std::lock_guard<std::recursive_mutex> hold(lock);
    delete graph;
    return 0;
}

API cuGraphExecDestroy(Graph* executable) {
    std::lock_guard<std::recursive_mutex> hold(lock);
    delete executable;
    return 0;
}
