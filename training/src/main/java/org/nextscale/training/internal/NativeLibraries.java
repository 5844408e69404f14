package org.nextscale.training.internal;

import org.bytedeco.pytorch.global.torch;

/** Loads libtorch. */
public final class NativeLibraries {
    private NativeLibraries() {}

    /** Returns when libtorch can be used; the first call takes seconds. */
    public static void load() {
        torch.get_num_threads();
    }
}
