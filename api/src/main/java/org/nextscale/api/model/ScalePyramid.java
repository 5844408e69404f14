package org.nextscale.api.model;

import java.util.List;
import org.nextscale.api.InvalidInputException;

/**
 * The token maps of a model from coarse to fine, the paper's {@code patch_nums} (VAR, section 3): 1 2 3 4 5 6 8 10 13 16
 * for 256 px. Immutable.
 *
 * @param patchNums tokens along an edge of every map, not decreasing
 */
public record ScalePyramid(List<Integer> patchNums) {
    /** The pyramid of the published 256 px models, 680 tokens. */
    public static final ScalePyramid PX256 = of(1, 2, 3, 4, 5, 6, 8, 10, 13, 16);
    /** The pyramid of the published 512 px models, 2240 tokens. */
    public static final ScalePyramid PX512 = of(1, 2, 3, 4, 6, 9, 13, 18, 24, 32);

    private static final int LARGEST_SIDE = 1024;

    public ScalePyramid {
        patchNums = List.copyOf(patchNums);
        if (patchNums.isEmpty()) {
            throw new InvalidInputException("patchNums is empty: a pyramid has at least one scale");
        }
        int previous = 1;
        for (int side : patchNums) {
            if (side < previous || side > LARGEST_SIDE) {
                throw new InvalidInputException("patchNums " + patchNums + " must not decrease and lie in 1.."
                        + LARGEST_SIDE + ", found " + side + " after " + previous);
            }
            previous = side;
        }
    }

    public static ScalePyramid of(Integer... patchNums) {
        return new ScalePyramid(List.of(patchNums));
    }

    public int scales() {
        return patchNums.size();
    }

    public Scale scale(int index) {
        return new Scale(index, scales(), patchNums.get(index));
    }

    public int side(int index) {
        return patchNums.get(index);
    }

    public int tokens(int index) {
        return side(index) * side(index);
    }

    /** Tokens of all scales before {@code index}: where this scale begins in a sequence of all tokens. */
    public int begin(int index) {
        int sum = 0;
        for (int i = 0; i < index; i++) {
            sum += tokens(i);
        }
        return sum;
    }

    /** Tokens of all scales together, the transformer's sequence length L. */
    public int totalTokens() {
        return begin(scales());
    }

    /** Side of the last, finest map; the feature map f̂ has this size. */
    public int finestSide() {
        return side(scales() - 1);
    }
}
