package org.nextscale.backend.support;

/**
 * The vectors that AdaLN's linear layers put out, in the order the checkpoints store them: {@code unbind(2)} of
 * {@code [batch, 6, width]} in the reference implementation. A gamma multiplies what a branch adds to the residual stream, scale
 * and shift are applied behind the layer norm before it: {@code norm(x)·(scale + 1) + shift}.
 */
public final class AdaLn {
    public static final int GAMMA_ATTENTION = 0;
    public static final int GAMMA_FEED_FORWARD = 1;
    public static final int SCALE_ATTENTION = 2;
    public static final int SCALE_FEED_FORWARD = 3;
    public static final int SHIFT_ATTENTION = 4;
    public static final int SHIFT_FEED_FORWARD = 5;

    /** How many of them a block has. */
    public static final int BLOCK_VECTORS = 6;

    public static final int HEAD_SCALE = 0;
    public static final int HEAD_SHIFT = 1;

    /** How many of them the head has. */
    public static final int HEAD_VECTORS = 2;

    private AdaLn() {}
}
