// libcuda.so.1 for machines without a GPU: initialization, devices, contexts, modules and launches of the driver API, as far
// as Nextscale calls it. Functions that are not here stay undefined; the loader binds lazily and never misses them.
#include "driver.h"

#include <cstdio>
#include <cstring>
#include <map>
#include <memory>
#include <set>

#include "block.h"

using namespace emulation;

namespace emulation {

std::recursive_mutex lock;
int broken;

namespace {

bool initialized;
int retained[16];
thread_local int currentDevice = -1;
std::map<std::string, int> calls;
std::set<Kernel*> functions;
long modules;

// Contexts and modules are numbers that nobody follows as pointers.
void* contextOf(int device) { return reinterpret_cast<void*>(0x1000 + static_cast<intptr_t>(device)); }

}  // namespace

int enterWithoutContext(const char* call) {
    const Settings& now = settings();
    if (now.failingAt > 0 && now.failingCall == call && ++calls[call] >= now.failingAt) {
        return now.failure;
    }
    return 0;
}

int enter(const char* call) {
    int failed = enterWithoutContext(call);
    if (failed != 0) {
        return failed;
    }
    if (currentDevice < 0 || retained[currentDevice] == 0) {
        return initialized ? kInvalidContext : kNotInitialized;
    }
    return broken;
}

}  // namespace emulation

API cuInit(unsigned) {
    std::lock_guard<std::recursive_mutex> hold(lock);
    readSettings();
    calls.clear();
    int failed = enterWithoutContext("cuInit");
    if (failed != 0) {
        return failed;
    }
    initialized = true;
    return settings().devices > 0 ? 0 : kNoDevice;
}

API cuDriverGetVersion(int* version) {
    *version = settings().version;
    return 0;
}

API cuGetErrorName(int error, const char** name) {
    static thread_local char text[40];
    std::snprintf(text, sizeof text, "CUDA_ERROR_%d", error);
    *name = text;
    return 0;
}

API cuGetErrorString(int error, const char** text) {
    *text = error == kIllegalAddress || error == kInvalidValue ? lastReport() : "";
    return 0;
}

API cuDeviceGetCount(int* count) {
    *count = settings().devices;
    return 0;
}

API cuDeviceGet(int* device, int ordinal) {
    *device = ordinal;
    return ordinal >= 0 && ordinal < settings().devices ? 0 : kInvalidDevice;
}

API cuDeviceGetName(char* name, int length, int device) {
    std::snprintf(name, length, "emulated GPU %d", device);
    return 0;
}

API cuDeviceTotalMem_v2(size_t* bytes, int) {
    *bytes = settings().memory;
    return 0;
}

namespace {
size_t mostShared() { return settings().capability >= 90 ? 227 * 1024 : 163 * 1024; }
}  // namespace

API cuDeviceGetAttribute(int* value, int attribute, int) {
    switch (attribute) {
        case 8:
            *value = kSharedWithoutAsking;
            return 0;
        case 16:
            *value = 4;
            return 0;
        case 75:
            *value = settings().capability / 10;
            return 0;
        case 76:
            *value = settings().capability % 10;
            return 0;
        case 97:
            *value = static_cast<int>(mostShared());
            return 0;
        default:
            return kInvalidValue;
    }
}

API cuDevicePrimaryCtxRetain(void** context, int device) {
    std::lock_guard<std::recursive_mutex> hold(lock);
    if (!initialized) {
        return kNotInitialized;
    }
    if (device < 0 || device >= settings().devices) {
        return kInvalidDevice;
    }
    if (retained[device] == 0) {
        readSettings();
        calls.clear();
        broken = 0;
    }
    retained[device]++;
    *context = contextOf(device);
    return enterWithoutContext("cuDevicePrimaryCtxRetain");
}

API cuDevicePrimaryCtxRelease_v2(int device) {
    std::lock_guard<std::recursive_mutex> hold(lock);
    if (retained[device] == 0) {
        return kInvalidContext;
    }
    retained[device]--;
    bool last = true;
    for (int count : retained) {
        last &= count == 0;
    }
    if (last) {
        forgetStreams();
        releaseAll();
    }
    return 0;
}

API cuCtxSetCurrent(void* context) {
    currentDevice = context == nullptr ? -1 : static_cast<int>(reinterpret_cast<intptr_t>(context) - 0x1000);
    return 0;
}

API cuModuleLoadData(void** module, const void*) {
    std::lock_guard<std::recursive_mutex> hold(lock);
    int failed = enter("cuModuleLoadData");
    if (failed == 0) {
        *module = reinterpret_cast<void*>(++modules);
    }
    return failed;
}

API cuModuleUnload(void*) {
    std::lock_guard<std::recursive_mutex> hold(lock);
    return enter("cuModuleUnload");
}

API cuModuleGetFunction(Kernel** function, void*, const char* name) {
    std::lock_guard<std::recursive_mutex> hold(lock);
    int failed = enter("cuModuleGetFunction");
    if (failed != 0) {
        return failed;
    }
    for (Kernel* kernel = kernels; kernel != nullptr; kernel = kernel->next) {
        if (std::strcmp(kernel->name, name) == 0) {
            *function = kernel;
            return 0;
        }
    }
    return kNotFound;
}

API cuFuncSetAttribute(Kernel* function, int attribute, int value) {
    std::lock_guard<std::recursive_mutex> hold(lock);
    int failed = enter("cuFuncSetAttribute");
    if (failed != 0) {
        return failed;
    }
    if (attribute != 8 || value < 0 || static_cast<size_t>(value) > mostShared()) {
        return kInvalidValue;
    }
    function->dynamicSharedLimit = value;
    return 0;
}

// Arguments come packed in one buffer: extra is {1, buffer, 2, pointer to its size, 0}.
API cuLaunchKernel(Kernel* function, unsigned gridX, unsigned gridY, unsigned gridZ, unsigned blockX, unsigned blockY,
                   unsigned blockZ, unsigned shared, Stream* stream, void** parameters, void** extra) {
    std::lock_guard<std::recursive_mutex> hold(lock);
    int failed = enter("cuLaunchKernel");
    if (failed != 0) {
        return failed;
    }
    size_t threads = static_cast<size_t>(blockX) * blockY * blockZ;
    if (parameters != nullptr || extra == nullptr || extra[0] != reinterpret_cast<void*>(1) ||
        extra[2] != reinterpret_cast<void*>(2) || *static_cast<size_t*>(extra[3]) != function->argumentBytes) {
        report("%s: the arguments are not the %zu bytes that it takes", function->name, function->argumentBytes);
        return kInvalidValue;
    }
    if (threads == 0 || threads > static_cast<size_t>(kMostThreads) || gridX == 0 || gridY == 0 || gridZ == 0 ||
        gridX > 0x7fffffff || gridY > 65535 || gridZ > 65535 || blockZ > 64) {
        report("%s: a grid of (%u, %u, %u) blocks of (%u, %u, %u) threads cannot be launched", function->name, gridX,
               gridY, gridZ, blockX, blockY, blockZ);
        return kInvalidValue;
    }
    if (threads > function->mostThreads) {
        report("%s: %zu threads, compiled for %u at most", function->name, threads, function->mostThreads);
        return kInvalidValue;
    }
    if (shared > function->dynamicSharedLimit) {
        report("%s: %u bytes of shared memory, %zu are allowed", function->name, shared, function->dynamicSharedLimit);
        return kInvalidValue;
    }
    auto* packed = static_cast<const unsigned char*>(extra[1]);
    // Arguments are aligned as the kernel's parameters are, 16 bytes at most.
    std::shared_ptr<unsigned char> arguments(static_cast<unsigned char*>(std::aligned_alloc(
                                                 64, (function->argumentBytes + 64) / 64 * 64)),
                                             std::free);
    std::memcpy(arguments.get(), packed, function->argumentBytes);
    return put(stream, [=] {
        return runGrid(*function, {gridX, gridY, gridZ}, {blockX, blockY, blockZ}, shared, arguments.get());
    });
}
