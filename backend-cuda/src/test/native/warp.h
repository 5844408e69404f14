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

// D = A·B + C of a warp. For 16-bit elements a register holds two, the lower column (A) or row (B) in its low half.
struct Product {
    float* c;
    const uint32_t* a;
    const uint32_t* b;
};
template <int depth>
void multiply(void** operands, const float (&a)[16][depth], const float (&b)[depth][8]) {
    float sums[16][8] = {};
    for (int row = 0; row < 16; row++) {
        for (int k = 0; k < depth; k++) {
            for (int column = 0; column < 8; column++) {
                sums[row][column] += a[row][k] * b[k][column];
            }
        }
    }
    // Of both shapes: c0 and c1 in row lane/4, c2 and c3 eight rows below; columns 2·(lane mod 4) and the next.
    for (int lane = 0; lane < kWarp; lane++) {
        float* c = static_cast<Product*>(operands[lane])->c;
        for (int i = 0; i < 4; i++) {
            c[i] += sums[lane / 4 + (i < 2 ? 0 : 8)][lane % 4 * 2 + i % 2];
        }
    }
}
inline void runMmaBf16(void** operands, uint32_t) {
    float a[16][16], b[16][8];
    for (int lane = 0; lane < kWarp; lane++) {
        auto* mine = static_cast<Product*>(operands[lane]);
        for (int i = 0; i < 8; i++) {
            // a0 to a7: rows lane/4 for i in 0, 1, 4, 5, else 8 below; columns 2·(lane mod 4) + (i mod 2), from i = 4 on 8 further.
            int row = lane / 4 + (i % 4 < 2 ? 0 : 8);
            int column = lane % 4 * 2 + i % 2 + (i < 4 ? 0 : 8);
            a[row][column] = __uint_as_float(mine->a[i / 2] >> (i % 2 * 16) << 16);
        }
        for (int i = 0; i < 4; i++) {
            // b0 to b3: row 2·(lane mod 4) + (i mod 2), from i = 2 on 8 further; column lane/4.
            b[lane % 4 * 2 + i % 2 + (i < 2 ? 0 : 8)][lane / 4] =
                __uint_as_float(mine->b[i / 2] >> (i % 2 * 16) << 16);
        }
    }
    multiply<16>(operands, a, b);
}
inline void runMmaTf32(void** operands, uint32_t) {
    float a[16][8], b[8][8];
    const uint32_t kept = 0xffffe000u;  // the unit does not look at the other bits
    for (int lane = 0; lane < kWarp; lane++) {
        auto* mine = static_cast<Product*>(operands[lane]);
        for (int i = 0; i < 4; i++) {
            // a0 and a2 in row lane/4, a1 and a3 eight below; column lane mod 4, for a2 and a3 four further.
            a[lane / 4 + (i % 2) * 8][lane % 4 + i / 2 * 4] = __uint_as_float(mine->a[i] & kept);
        }
        for (int i = 0; i < 2; i++) {
            b[lane % 4 + i * 4][lane / 4] = __uint_as_float(mine->b[i] & kept);
        }
    }
    multiply<8>(operands, a, b);
}

struct MatrixLoad {
    const void* row;
    uint32_t* registers;
};
template <int matrices, bool transposed>
void runLoadMatrices(void** operands, uint32_t) {
    for (int matrix = 0; matrix < matrices; matrix++) {
        uint16_t elements[8][8];
        for (int row = 0; row < 8; row++) {
            const void* address = static_cast<MatrixLoad*>(operands[matrix * 8 + row])->row;
            if (reinterpret_cast<uintptr_t>(address) % 16 != 0 || !isShared(address, 16)) {
                fault("ldmatrix: row %d of matrix %d is not 16 aligned bytes of shared memory", row, matrix);
            }
            std::memcpy(elements[row], address, 16);
        }
        // Thread t gets elements 2·(t mod 4) and the next of row t/4; transposed, of column t/4.
        for (int lane = 0; lane < kWarp; lane++) {
            int one = lane / 4, two = lane % 4 * 2;
            uint32_t low = transposed ? elements[two][one] : elements[one][two];
            uint32_t high = transposed ? elements[two + 1][one] : elements[one][two + 1];
            static_cast<MatrixLoad*>(operands[lane])->registers[matrix] = low | high << 16;
        }
    }
}
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
