#include "settings.h"

#include <cstdlib>
#include <fstream>

#include "block.h"

namespace emulation {
namespace {
Settings current;
}

const Settings& settings() { return current; }

void readSettings() {
    current = Settings();
    const char* name = std::getenv("NEXTSCALE_EMULATION");
    std::ifstream file(name == nullptr ? "" : name);
    std::string line;
    while (std::getline(file, line)) {
        size_t equals = line.find('=');
        if (equals == std::string::npos) {
            continue;
        }
        std::string key = line.substr(0, equals), value = line.substr(equals + 1);
        long long number = std::atoll(value.c_str());
        if (key == "version") current.version = static_cast<int>(number);
        if (key == "devices") current.devices = static_cast<int>(number);
        if (key == "capability") current.capability = static_cast<int>(number);
        if (key == "memory") current.memory = number;
        if (key == "seed") current.seed = number;
        if (key == "failing-call") current.failingCall = value;
        if (key == "failing-at") current.failingAt = static_cast<int>(number);
        if (key == "failure") current.failure = static_cast<int>(number);
    }
    setSeed(current.seed);
}

}  // namespace emulation
