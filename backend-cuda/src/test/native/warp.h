// The instructions that the threads of a warp carry out together, and asynchronous copies. Part of device.h.
#pragma once

namespace emulation {

template <class T>
struct Shuffle {
    T value;
    int source;
    T result;
};
template <class T>
void runShuffle(void** operands, uint32_t lanes) {
    for (int lane = 0; lane < kWarp; lane++) {
        if (lanes >> lane & 1) {
            auto* mine = static_cast<Shuffle<T>*>(operands[lane]);
            if (!(lanes >> mine->source & 1)) {
                fault("lane %d shuffles from lane %d, which does not take part", lane, mine->source);
            }
            mine->result = static_cast<Shuffle<T>*>(operands[mine->source])->value;
        }
    }
}
template <class T>
inline T shuffle(uint32_t lanes, T value, int source) {
    Shuffle<T> mine{value, source, {}};
    collective(lanes, runShuffle<T>, &mine);
    return mine.result;
}

struct Vote {
    bool value;
    uint32_t result;
};
inline void runVote(void** operands, uint32_t lanes) {
    uint32_t votes = 0;
    for (int lane = 0; lane < kWarp; lane++) {
        if (lanes >> lane & 1 && static_cast<Vote*>(operands[lane])->value) {
            votes |= 1u << lane;
        }
    }
    for (int lane = 0; lane < kWarp; lane++) {
        if (lanes >> lane & 1) {
            static_cast<Vote*>(operands[lane])->result = votes;
        }
    }
}
inline void runNothing(void**, uint32_t) {}

struct Reduction {
    uint32_t value;
    uint32_t result;
};
template <bool sum>
void runReduction(void** operands, uint32_t lanes) {
    uint32_t joined = 0;
    for (int lane = 0; lane < kWarp; lane++) {
        if (lanes >> lane & 1) {
            uint32_t value = static_cast<Reduction*>(operands[lane])->value;
            joined = sum ? joined + value : std::max(joined, value);
        }
    }
    for (int lane = 0; lane < kWarp; lane++) {
        if (lanes >> lane & 1) {
            static_cast<Reduction*>(operands[lane])->result = joined;
        }
    }
}

struct Product {
    float* c;
    const uint32_t* a;
    const uint32_t* b;
};
void runMmaBf16(void** operands, uint32_t lanes);
void runMmaTf32(void** operands, uint32_t lanes);

struct MatrixLoad {
    const void* row;
    uint32_t* registers;
};
template <int matrices, bool transposed>
void runLoadMatrices(void** operands, uint32_t lanes);
template <int matrices, bool transposed>
inline void loadMatrices(uint32_t* registers, const void* row) {
    MatrixLoad mine{row, registers};
    collective(0xffffffffu, runLoadMatrices<matrices, transposed>, &mine);
}

void copyAsync(void* target, const void* source);
void commit();
void waitForCopies(int pending);

}  // namespace emulation

template <class T>
inline T __shfl_sync(unsigned lanes, T value, int source, int width = 32) {
    int lane = emulation::thread->lane;
    return emulation::shuffle(lanes, value, lane / width * width + (source & (width - 1)));
}
template <class T>
inline T __shfl_xor_sync(unsigned lanes, T value, int bits, int width = 32) {
    int lane = emulation::thread->lane, source = lane ^ bits;
    return emulation::shuffle(lanes, value, source / width <= lane / width ? source : lane);
}
template <class T>
inline T __shfl_down_sync(unsigned lanes, T value, unsigned delta, int width = 32) {
    int lane = emulation::thread->lane, source = lane + static_cast<int>(delta);
    return emulation::shuffle(lanes, value, source / width == lane / width ? source : lane);
}
template <class T>
inline T __shfl_up_sync(unsigned lanes, T value, unsigned delta, int width = 32) {
    int lane = emulation::thread->lane, source = lane - static_cast<int>(delta);
    return emulation::shuffle(lanes, value, source >= lane / width * width ? source : lane);
}
inline unsigned __ballot_sync(unsigned lanes, bool value) {
    emulation::Vote mine{value, 0};
    emulation::collective(lanes, emulation::runVote, &mine);
    return mine.result;
}
inline bool __any_sync(unsigned lanes, bool value) { return __ballot_sync(lanes, value) != 0; }
inline bool __all_sync(unsigned lanes, bool value) { return __ballot_sync(lanes, value) == lanes; }
inline unsigned __reduce_add_sync(unsigned lanes, unsigned value) {
    emulation::Reduction mine{value, 0};
    emulation::collective(lanes, emulation::runReduction<true>, &mine);
    return mine.result;
}
inline unsigned __reduce_max_sync(unsigned lanes, unsigned value) {
    emulation::Reduction mine{value, 0};
    emulation::collective(lanes, emulation::runReduction<false>, &mine);
    return mine.result;
}
inline void __syncwarp(unsigned lanes = 0xffffffffu) { emulation::collective(lanes, emulation::runNothing, nullptr); }

inline void mmaBf16(float (&c)[4], const uint32_t (&a)[4], const uint32_t (&b)[2]) {
    emulation::Product mine{c, a, b};
    emulation::collective(0xffffffffu, emulation::runMmaBf16, &mine);
}
inline void mmaTf32(float (&c)[4], const uint32_t (&a)[4], const uint32_t (&b)[2]) {
    emulation::Product mine{c, a, b};
    emulation::collective(0xffffffffu, emulation::runMmaTf32, &mine);
}
inline void loadMatrices4(uint32_t (&r)[4], const void* row) { emulation::loadMatrices<4, false>(r, row); }
inline void loadMatrices4Transposed(uint32_t (&r)[4], const void* row) { emulation::loadMatrices<4, true>(r, row); }
inline void loadMatrices2(uint32_t (&r)[2], const void* row) { emulation::loadMatrices<2, false>(r, row); }
inline void loadMatrices2Transposed(uint32_t (&r)[2], const void* row) { emulation::loadMatrices<2, true>(r, row); }

inline void copyAsync16(void* shared, const void* global, bool valid = true) {
    emulation::copyAsync(shared, valid ? global : nullptr);
}
inline void commitCopies() { emulation::commit(); }
template <int pending>
inline void waitCopies() {
    emulation::waitForCopies(pending);
}
