#include "block.h"

#include <algorithm>
#include <csignal>
#include <cstdarg>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <sys/mman.h>

#include "memory.h"

namespace emulation {

Thread* thread;
Index3 blockIndex, blockSize, gridSize;
Kernel* kernels;

namespace {

constexpr size_t kStackBytes = 64 * 1024;
constexpr size_t kSharedBytes = 256 * 1024;
constexpr size_t kZoneBytes = 256;
constexpr unsigned char kZone = 0xA5;

// Lanes of a warp that wait for each other in one instruction.
struct Meeting {
    uint32_t lanes = 0;
    uint32_t arrived = 0;
    Instruction instruction = nullptr;
};
struct Warp {
    uint32_t ready = 0;
    uint32_t alive = 0;
    void* operands[kWarp] = {};
    std::vector<Meeting> meetings;
};

Thread threads[kMostThreads];
Warp warps[kMostThreads / kWarp];
uint32_t readyWarps;
int currentWarp;
int alive;
int atBarrier;
void* hostStack;
sigjmp_buf faultExit;
char* stacks;
uint64_t seed = 1;

const Kernel* kernel;
const unsigned char* kernelArguments;

unsigned char* shared;  // zone, static, zone, dynamic, zone
unsigned long blockNumber;
size_t staticUsed;
size_t dynamicBytes;

uint64_t draw() {
    seed ^= seed << 13;
    seed ^= seed >> 7;
    seed ^= seed << 17;
    return seed;
}

// One of the bits, each as likely as the gaps before it are long.
int drawBit(uint32_t bits) {
    unsigned turn = draw() >> 40 & 31;
    uint32_t turned = bits >> turn | (turn == 0 ? 0 : bits << (32 - turn));
    return (__builtin_ctz(turned) + turn) & 31;
}

// Saves the callee's registers on the stack that is left and takes them from the one that is entered.
extern "C" void emulationSwitchStack(void** left, void* entered);
asm(R"(
.text
.globl emulationSwitchStack
.hidden emulationSwitchStack
.type emulationSwitchStack,@function
emulationSwitchStack:
    pushq %rbp
    pushq %rbx
    pushq %r12
    pushq %r13
    pushq %r14
    pushq %r15
    movq %rsp, (%rdi)
    movq %rsi, %rsp
    popq %r15
    popq %r14
    popq %r13
    popq %r12
    popq %rbx
    popq %rbp
    ret
)");

// The next thread that can run; null if none can.
Thread* next() {
    if (readyWarps == 0) {
        return nullptr;
    }
    // A warp goes on as long as it can, mostly: its lanes wait for each other.
    if (!(readyWarps >> currentWarp & 1) || (draw() >> 33 & 15) == 0) {
        currentWarp = drawBit(readyWarps);
    }
    Warp& warp = warps[currentWarp];
    int lane = drawBit(warp.ready);
    warp.ready &= ~(1u << lane);
    if (warp.ready == 0) {
        readyWarps &= ~(1u << currentWarp);
    }
    return &threads[currentWarp * kWarp + lane];
}

void wake(int warp, uint32_t lanes) {
    warps[warp].ready |= lanes;
    readyWarps |= 1u << warp;
}

void leave() {
    Thread* self = thread;
    Thread* other = next();
    if (other == self) {
        return;
    }
    if (other == nullptr) {
        emulationSwitchStack(&self->stackPointer, hostStack);
    } else {
        thread = other;
        emulationSwitchStack(&self->stackPointer, other->stackPointer);
    }
}

void wakeBarrier() {
    if (atBarrier > 0 && atBarrier == alive) {
        atBarrier = 0;
        for (int warp = 0; warp < kMostThreads / kWarp; warp++) {
            if (warps[warp].alive != 0) {
                wake(warp, warps[warp].alive);
            }
        }
    }
}

void fiberMain() {
    kernel->run(kernelArguments);
    warps[thread->warp].alive &= ~(1u << thread->lane);
    alive--;
    wakeBarrier();
    leave();
    __builtin_unreachable();
}

void startFiber(Thread& fiber, int number) {
    char* top = stacks + (number + 1) * kStackBytes;
    void** frame = reinterpret_cast<void**>(top) - 8;
    std::fill_n(frame, 6, nullptr);
    frame[6] = reinterpret_cast<void*>(fiberMain);
    frame[7] = nullptr;
    fiber.stackPointer = frame;
}

unsigned char* dynamicBegin() {
    return shared + kSharedBytes - kZoneBytes - (dynamicBytes + 127) / 128 * 128;
}

void prepareShared() {
    blockNumber++;
    staticUsed = 0;
    unsigned char* begin = dynamicBegin();
    std::memset(shared, kZone, kZoneBytes);
    std::memset(begin - kZoneBytes, kZone, kZoneBytes);
    std::memset(begin, 0xff, dynamicBytes);
    std::memset(begin + dynamicBytes, kZone, shared + kSharedBytes - begin - dynamicBytes);
}

bool zone(const unsigned char* begin, const unsigned char* end) {
    return std::all_of(begin, end, [](unsigned char byte) { return byte == kZone; });
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

void runBlock() {
    int count = static_cast<int>(blockSize.x * blockSize.y * blockSize.z);
    alive = count;
    atBarrier = 0;
    readyWarps = 0;
    for (Warp& warp : warps) {
        warp.ready = 0;
        warp.alive = 0;
        warp.meetings.clear();
    }
    for (int i = 0; i < count; i++) {
        Thread& fiber = threads[i];
        unsigned number = i;
        fiber.index = {number % blockSize.x, number / blockSize.x % blockSize.y, number / (blockSize.x * blockSize.y)};
        fiber.lane = i % kWarp;
        fiber.warp = i / kWarp;
        fiber.group = 0;
        fiber.copies.clear();
        startFiber(fiber, i);
        warps[fiber.warp].alive |= 1u << fiber.lane;
        wake(fiber.warp, 1u << fiber.lane);
    }
    currentWarp = drawBit(readyWarps);
    prepareShared();
    thread = next();
    emulationSwitchStack(&hostStack, thread->stackPointer);
    thread = nullptr;
    if (alive > 0) {
        fault("%d threads of the block wait for ever: not all of them reach the same __syncthreads or warp instruction",
              alive);
    }
    checkShared();
}

struct sigaction formerSegv, formerIll;

void onSignal(int signal, siginfo_t* info, void* context) {
    char* stackHere = static_cast<char*>(__builtin_frame_address(0));
    if (stacks != nullptr && stackHere >= stacks && stackHere < stacks + kMostThreads * kStackBytes) {
        if (signal == SIGILL) {
            fault("an access that is not aligned to its type, or an index outside of an array");
        }
        fault("an access to %p: %s", info->si_addr, describeAddress(info->si_addr));
    }
    struct sigaction& former = signal == SIGSEGV ? formerSegv : formerIll;
    if (former.sa_flags & SA_SIGINFO) {
        former.sa_sigaction(signal, info, context);
    } else if (former.sa_handler == SIG_DFL || former.sa_handler == SIG_IGN) {
        sigaction(signal, &former, nullptr);
    } else {
        former.sa_handler(signal);
    }
}

void prepareProcess() {
    if (stacks != nullptr) {
        return;
    }
    void* memory = mmap(nullptr, kMostThreads * kStackBytes + kSharedBytes, PROT_READ | PROT_WRITE,
                        MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (memory == MAP_FAILED) {
        std::abort();
    }
    stacks = static_cast<char*>(memory);
    shared = static_cast<unsigned char*>(memory) + kMostThreads * kStackBytes;
    struct sigaction action = {};
    action.sa_sigaction = onSignal;
    action.sa_flags = SA_SIGINFO | SA_NODEFER;
    sigaction(SIGSEGV, &action, &formerSegv);
    sigaction(SIGILL, &action, &formerIll);
}

}  // namespace

void setSeed(uint64_t value) { seed = value * 0x9E3779B97F4A7C15ull | 1; }

void fault(const char* format, ...) {
    char text[300];
    va_list arguments;
    va_start(arguments, format);
    std::vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    char where[300];
    int x = thread == nullptr ? -1 : static_cast<int>(thread - threads);
    std::snprintf(where, sizeof where, "%s, block (%u, %u, %u)", kernel->name, blockIndex.x, blockIndex.y, blockIndex.z);
    if (x >= 0) {
        std::snprintf(where + std::strlen(where), sizeof where - std::strlen(where), ", thread %d", x);
    }
    report("%s: %s", where, text);
    siglongjmp(faultExit, 1);
}

void barrier() {
    atBarrier++;
    wakeBarrier();
    leave();
}

void collective(uint32_t lanes, Instruction instruction, void* operands) {
    Warp& warp = warps[thread->warp];
    uint32_t self = 1u << thread->lane;
    if (!(lanes & self)) {
        fault("a warp instruction for lanes %08x is reached by lane %d", lanes, thread->lane);
    }
    warp.operands[thread->lane] = operands;
    auto meeting = std::find_if(warp.meetings.begin(), warp.meetings.end(),
                                [=](const Meeting& other) { return other.lanes & lanes; });
    if (meeting == warp.meetings.end()) {
        warp.meetings.push_back({lanes, 0, instruction});
        meeting = warp.meetings.end() - 1;
    }
    if (meeting->lanes != lanes || meeting->instruction != instruction) {
        fault("lanes of a warp meet in different warp instructions, or with different masks (%08x, %08x)", lanes,
              meeting->lanes);
    }
    meeting->arrived |= self;
    if (meeting->arrived == lanes) {
        warp.meetings.erase(meeting);
        instruction(warp.operands, lanes);
        wake(thread->warp, lanes);
    }
    leave();
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

int runGrid(const Kernel& launched, Index3 grid, Index3 block, size_t dynamicShared, const unsigned char* arguments) {
    prepareProcess();
    kernel = &launched;
    kernelArguments = arguments;
    gridSize = grid;
    blockSize = block;
    dynamicBytes = dynamicShared;
    unsigned long blocks = static_cast<unsigned long>(grid.x) * grid.y * grid.z;
    if (sigsetjmp(faultExit, 1) != 0) {
        thread = nullptr;
        return kIllegalAddress;
    }
    unsigned long first = draw() % blocks;
    for (unsigned long i = 0; i < blocks; i++) {
        unsigned long number = (first + i) % blocks;
        blockIndex = {static_cast<unsigned>(number % grid.x), static_cast<unsigned>(number / grid.x % grid.y),
                      static_cast<unsigned>(number / grid.x / grid.y)};
        runBlock();
    }
    thread = nullptr;
    return checkZones(launched.name) ? 0 : kIllegalAddress;
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
