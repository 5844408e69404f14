// Accesses that the processor refuses while a kernel runs.
#include <csignal>

#include "block.h"
#include "memory.h"
#include "parts.h"

namespace emulation {
namespace {

char* stacks;
size_t stackBytes;
struct sigaction formerSegv, formerIll;

void onSignal(int signal, siginfo_t* info, void* context) {
    char* stackHere = static_cast<char*>(__builtin_frame_address(0));
    if (stackHere >= stacks && stackHere < stacks + stackBytes) {
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

}  // namespace

void catchSignals(char* begin, size_t bytes) {
    stacks = begin;
    stackBytes = bytes;
    struct sigaction action = {};
    action.sa_sigaction = onSignal;
    action.sa_flags = SA_SIGINFO | SA_NODEFER;
    sigaction(SIGSEGV, &action, &formerSegv);
    sigaction(SIGILL, &action, &formerIll);
}

}  // namespace emulation
