// A transformer by the book: logits of a scale are those of a table, and a little of what the scale starts from.
#include "intrinsics.cuh"

// table [labels, all tokens, vocabulary]; input [images, tokens, z], null at the first scale.
KERNEL(256)
scripted_logits(const float* table, const int* labels, const float* input, float* logits, int allTokens, int begin,
                int tokens, int vocabulary, int z, int values) {
    int i = blockIdx.x * blockDim.x + threadIdx.x;
    if (i < values) {
        int code = i % vocabulary, row = i / vocabulary;
        int token = row % tokens, label = labels[row / tokens];
        float known = table[(static_cast<size_t>(label) * allTokens + begin + token) * vocabulary + code];
        logits[i] = __fadd_rn(known, input == nullptr ? 0.0f : input[row * z + code % z]);
    }
}
