// How the emulated machine is equipped: lines key=value of the file that the environment variable NEXTSCALE_EMULATION
// names, read again whenever a program starts to use the driver (cuInit, cuDevicePrimaryCtxRetain). A file and not
// variables, because a test cannot change the environment of its own process.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

namespace emulation {

struct Settings {
    int version = 12060;       // of CUDA, as cuDriverGetVersion counts
    int devices = 1;
    int capability = 80;       // 80: 8.0
    size_t memory = size_t{8} << 30;  // bytes, of all devices together
    uint64_t seed = 1;         // of the order of threads and blocks
    std::string failingCall;   // this call …
    int failingAt = 0;         // … fails from this time on (1: the first) …
    int failure = 0;           // … with this CUresult
};

const Settings& settings();
void readSettings();

}  // namespace emulation
