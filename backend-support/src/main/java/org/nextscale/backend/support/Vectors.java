package org.nextscale.backend.support;

import java.util.Set;
import org.nextscale.api.backend.Machine;

/** The widest vector instructions of a processor, which is what sets its speed in float32. */
public enum Vectors {
    /** 512 bits: F, BW, DQ and VL. */
    AVX512("AVX-512", 16, Set.of("avx512f", "avx512bw", "avx512dq", "avx512vl")),
    /** 256 bits, with fused multiply-add. */
    AVX2("AVX2", 8, Set.of("avx2", "fma")),
    /** What every x86-64 (SSE2) and arm64 (NEON) processor has; also taken where nothing is known. */
    NARROW("128-bit vectors", 4, Set.of());

    private final String label;
    private final int floats;
    private final Set<String> features;

    Vectors(String label, int floats, Set<String> features) {
        this.label = label;
        this.floats = floats;
        this.features = features;
    }

    /** The widest that a machine's processor computes with. */
    public static Vectors of(Machine machine) {
        for (Vectors widest : values()) {
            if (machine.processorFeatures().containsAll(widest.features)) {
                return widest;
            }
        }
        return NARROW;
    }

    /** Whether a machine multiplies and adds bytes in one instruction (VNNI), which makes int8 faster than float32. */
    public static boolean multiplyBytes(Machine machine) {
        return machine.processorFeatures().contains("avx512_vnni")
                || machine.processorFeatures().contains("avx_vnni");
    }

    /** In words, for the description of a device: {@code "AVX-512"}. */
    public String label() {
        return label;
    }

    /** Float32 numbers in one vector: 16, 8 or 4. */
    public int floats() {
        return floats;
    }
}
