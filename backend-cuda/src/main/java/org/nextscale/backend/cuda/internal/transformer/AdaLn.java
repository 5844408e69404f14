package org.nextscale.backend.cuda.internal.transformer;

/** The vectors that AdaLN makes of a label, in the order the linear layers give them. */
final class AdaLn {
    static final int GAMMA_ATTENTION = 0;
    static final int GAMMA_FEED_FORWARD = 1;
    static final int SCALE_ATTENTION = 2;
    static final int SCALE_FEED_FORWARD = 3;
    static final int SHIFT_ATTENTION = 4;
    static final int SHIFT_FEED_FORWARD = 5;
    static final int BLOCK_VECTORS = 6;

    static final int HEAD_SCALE = 0;
    static final int HEAD_SHIFT = 1;
    static final int HEAD_VECTORS = 2;

    private AdaLn() {}
}
