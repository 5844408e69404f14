// mma and ldmatrix, with the fragments' layouts as the PTX manual tells them.
#include "device.h"

namespace emulation {

// D = A·B + C of a warp. For 16-bit elements a register holds two, the lower column (A) or row (B) in its low half.
using Row = float __attribute__((vector_size(8 * sizeof(float))));
template <int depth>
void multiply(void** operands, const float (&a)[16][depth], const Row (&b)[depth]) {
    Row sums[16];
    for (int row = 0; row < 16; row++) {
        Row sum = {};
        for (int k = 0; k < depth; k++) {
            sum += a[row][k] * b[k];
        }
        sums[row] = sum;
    }
    // Of both shapes: c0 and c1 in row lane/4, c2 and c3 eight rows below; columns 2·(lane mod 4) and the next.
    for (int lane = 0; lane < kWarp; lane++) {
        float* c = static_cast<Product*>(operands[lane])->c;
        for (int i = 0; i < 4; i++) {
            c[i] += sums[lane / 4 + (i < 2 ? 0 : 8)][lane % 4 * 2 + i % 2];
        }
    }
}
void runMmaBf16(void** operands, uint32_t) {
    float a[16][16];
    Row b[16];
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
void runMmaTf32(void** operands, uint32_t) {
    float a[16][8];
    Row b[8];
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

template void runLoadMatrices<4, false>(void**, uint32_t);
template void runLoadMatrices<4, true>(void**, uint32_t);
template void runLoadMatrices<2, false>(void**, uint32_t);
template void runLoadMatrices<2, true>(void**, uint32_t);

}  // namespace emulation
