package org.nextscale.training.internal;

import org.bytedeco.pytorch.global.torch;

/** Loads libtorch. */
public final class NativeLibraries {
    private NativeLibraries() {}

    /**
     * The same, with a number of threads for all that follows.
     *
     * @param threads 0 leaves it to libtorch
     */
    public static void load(int threads) {
        load();
        if (threads > 0) {
            torch.set_num_threads(threads);
        }
    }

    /** Returns when libtorch can be used; the first call takes seconds. */
    public static void load() {
        torch.get_num_threads();
    }
}
