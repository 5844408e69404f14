package org.nextscale.training.internal.network;

import java.util.SplittableRandom;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.nextscale.training.internal.torch.Placement;

/**
 * Stochastic depth (Huang et al., 2016): a branch is left out for a part of the batch, and counts for more elsewhere. The
 * share rises linearly from 0 in the first block to {@code rate} in the last.
 */
public final class DropPath {
    /** Leaves nothing out. */
    public static final DropPath NONE = new DropPath(0, 1, 0);

    private final double rate;
    private final int depth;
    private final SplittableRandom random;

    /** @param seed of this step's decisions */
    public DropPath(double rate, int depth, long seed) {
        this.rate = rate;
        this.depth = depth;
        random = new SplittableRandom(seed);
    }

    /** The recipe's rate for a depth: 0.1 · depth / 24. */
    public static double recommended(int depth) {
        return 0.1 * depth / 24;
    }

    /**
     * {@code x + branch · gamma}, where the branch is not left out.
     *
     * @param placement where all three live
     */
    Tensor add(int block, Tensor x, Tensor branch, Tensor gamma, Placement placement) {
        double share = depth > 1 ? rate * block / (depth - 1) : rate;
        if (share == 0) {
            return torch.addcmul(x, branch, gamma);
        }
        float[] kept = new float[Math.toIntExact(x.size(0))];
        for (int i = 0; i < kept.length; i++) {
            kept[i] = random.nextDouble() < share ? 0 : (float) (1 / (1 - share));
        }
        return torch.addcmul(x, branch, gamma.mul(placement.of(kept, kept.length, 1, 1)));
    }
}
