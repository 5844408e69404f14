#include "block.h"

#include <algorithm>
#include <csetjmp>
#include <cstdarg>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <sys/mman.h>

#include "memory.h"
#include "parts.h"

namespace emulation {

Thread* thread;
Index3 blockIndex, blockSize, gridSize;
Kernel* kernels;

namespace {

constexpr size_t kStackBytes = 64 * 1024;

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
size_t dynamicSharedBytes;

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
    prepareShared(dynamicSharedBytes);
    thread = next();
    emulationSwitchStack(&hostStack, thread->stackPointer);
    thread = nullptr;
    if (alive > 0) {
        fault("%d threads of the block wait for ever: not all of them reach the same __syncthreads or warp instruction",
              alive);
    }
    checkShared();
}

void prepareProcess() {
    if (stacks != nullptr) {
        return;
    }
    void* memory = mmap(nullptr, kMostThreads * kStackBytes, PROT_READ | PROT_WRITE,
                        MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (memory == MAP_FAILED) {
        std::abort();
    }
    stacks = static_cast<char*>(memory);
    catchSignals(stacks, kMostThreads * kStackBytes);
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

int runGrid(const Kernel& launched, Index3 grid, Index3 block, size_t dynamicShared, const unsigned char* arguments) {
    prepareProcess();
    kernel = &launched;
    kernelArguments = arguments;
    dynamicSharedBytes = dynamicShared;
    gridSize = grid;
    blockSize = block;
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

}  // namespace emulation
