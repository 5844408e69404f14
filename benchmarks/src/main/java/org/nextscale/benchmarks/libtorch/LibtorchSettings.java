package org.nextscale.benchmarks.libtorch;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * How libtorch is told to compute.
 *
 * @param threads of its operations; 0 leaves it to libtorch
 * @param coreType {@code OPENBLAS_CORETYPE} of the process, since OpenBLAS does not know every processor; empty leaves it to
 *     OpenBLAS
 * @param fusedAttention {@code scaled_dot_product_attention} instead of two products around a softmax
 */
public record LibtorchSettings(int threads, String coreType, boolean fusedAttention) {
    /** Nothing set. */
    public static final LibtorchSettings AS_IT_COMES = new LibtorchSettings(0, "", false);

    private static final String THREADS = "threads=";
    private static final String CORE_TYPE = "coretype=";
    private static final String FUSED = "fused";

    /** From {@code "threads=1,coretype=SkylakeX,fused"}, each part optional; {@code "default"} for none. */
    public static LibtorchSettings parse(String text) {
        int threads = 0;
        String coreType = "";
        boolean fused = false;
        for (String part : text.split(",")) {
            if (part.startsWith(THREADS)) {
                threads = Integer.parseInt(part.substring(THREADS.length()));
            } else if (part.startsWith(CORE_TYPE)) {
                coreType = part.substring(CORE_TYPE.length());
            } else if (part.equals(FUSED)) {
                fused = true;
            } else if (!part.equals("default")) {
                throw new IllegalArgumentException(
                        "libtorch setting '" + part + "' must be threads=N, coretype=NAME, fused or default");
            }
        }
        return new LibtorchSettings(threads, coreType, fused);
    }

    /** All combinations of one thread or as many as processors, OpenBLAS's kernels and attention. */
    public static List<LibtorchSettings> candidates(int processors) {
        List<LibtorchSettings> all = new ArrayList<>();
        for (int threads : processors == 1 ? new int[] {1} : new int[] {1, processors}) {
            for (String coreType : List.of("", "SkylakeX", "Cooperlake")) {
                for (boolean fused : new boolean[] {false, true}) {
                    all.add(new LibtorchSettings(threads, coreType, fused));
                }
            }
        }
        return all;
    }

    /** Variables of the process's environment. */
    public Map<String, String> environment() {
        return coreType.isEmpty() ? Map.of() : Map.of("OPENBLAS_CORETYPE", coreType);
    }

    @Override
    public String toString() {
        List<String> parts = new ArrayList<>();
        if (threads > 0) {
            parts.add(THREADS + threads);
        }
        if (!coreType.isEmpty()) {
            parts.add(CORE_TYPE + coreType);
        }
        if (fusedAttention) {
            parts.add(FUSED);
        }
        return parts.isEmpty() ? "default" : String.join(",", parts);
    }
}
