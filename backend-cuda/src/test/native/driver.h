// What the files of the emulated driver share: one lock, sticky errors, streams.
#pragma once

#include <deque>
#include <functional>
#include <mutex>
#include <vector>

#include "memory.h"
#include "settings.h"

#define API extern "C" __attribute__((visibility("default"))) int

namespace emulation {

constexpr int kNotInitialized = 3;
constexpr int kNoDevice = 100;
constexpr int kInvalidDevice = 101;
constexpr int kInvalidContext = 201;
constexpr int kInvalidHandle = 400;
constexpr int kNotFound = 500;
constexpr int kLaunchOutOfResources = 701;
constexpr int kStreamCaptureUnsupported = 900;

using Operation = std::function<int()>;

struct Graph {
    std::vector<Operation> operations;
};

// What is put on a stream waits there until something asks for it, so that a missing synchronisation shows.
struct Stream {
    std::deque<Operation> waiting;
    Graph* capture = nullptr;
};

// A place on a stream. It has been reached when as many recordings have run as were put there.
struct Event {
    Stream* stream = nullptr;
    long recorded = 0;
    long reached = 0;
};

extern std::recursive_mutex lock;
extern int broken;  // an error after which the context is good for nothing

// The start of every call that needs a context: 0 or what the call returns at once.
int enter(const char* call);
int enterWithoutContext(const char* call);

int put(Stream* stream, Operation operation);
bool isStream(Stream* stream);
// Runs the first that waits, if there is one and nothing is broken.
bool step(Stream* stream);
int finish(Stream* stream);
// With the last context all streams go, whatever waits on them.
void forgetStreams();
// A call that a capturing stream forbids.
bool anyCapture();

}  // namespace emulation

// How a call begins that needs a context.
#define ENTER(call)                                     \
    std::lock_guard<std::recursive_mutex> hold(lock);   \
    if (int failed = enter(call); failed != 0) {        \
        return failed;                                  \
    }
