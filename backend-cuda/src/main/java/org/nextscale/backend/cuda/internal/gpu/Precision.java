package org.nextscale.backend.cuda.internal.gpu;

import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import java.util.Arrays;

/** What matrix products are computed in. The residual stream, softmax, norms and logits are float32 always. */
public enum Precision {
    /** bf16 weights and activations, float32 sums. */
    BF16("bf16", Short.BYTES),
    /** float32 throughout, without tensor cores: as the reference computes. */
    FLOAT32("float32", Float.BYTES),
    /** float32 weights and activations, of which tensor cores look at 10 bits of mantissa. */
    TF32("tf32", Float.BYTES);

    private final String word;
    private final int bytes;

    Precision(String word, int bytes) {
        this.word = word;
        this.bytes = bytes;
    }

    /** As in the backend's parameter. */
    public String word() {
        return word;
    }

    /** Of a weight and of an element of the key/value cache. */
    public int bytes() {
        return bytes;
    }

    /** Writes a number as this precision stores it, at an element's place. */
    public void put(float value, ByteBuffer target, int element) {
        if (this == BF16) {
            target.putShort(element * Short.BYTES, bf16(value));
        } else {
            target.putFloat(element * Float.BYTES, value);
        }
    }

    /** Writes numbers from position to limit as this precision stores them; the target has just these, from 0 to its limit. */
    public void encode(FloatBuffer values, ByteBuffer target) {
        target.clear();
        int count = values.remaining();
        for (int i = 0; i < count; i++) {
            put(values.get(), target, i);
        }
        target.limit(count * bytes);
    }

    /** Rounded to the nearest, ties to even. */
    private static short bf16(float value) {
        int bits = Float.floatToIntBits(value);
        return (short) ((bits + 0x7fff + (bits >>> Short.SIZE & 1)) >>> Short.SIZE);
    }

    /** @param word one of {@link #word()} */
    public static Precision of(String word) {
        return Arrays.stream(values())
                .filter(precision -> precision.word.equals(word))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("there is no precision " + word));
    }
}
