package org.nextscale.training.internal.transformer;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.Random;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.junit.jupiter.api.Test;
import org.nextscale.api.model.ScalePyramid;
import org.nextscale.training.internal.NativeLibraries;
import org.nextscale.training.internal.torch.Ops;
import org.nextscale.training.internal.torch.Placement;

/** Compares with the public code's own way, which counts the steps of a stage as they pass, and with sums in double. */
class ProgressiveTest {
    private static final ScalePyramid PYRAMID = new ScalePyramid(List.of(1, 2, 3));
    private static final int CODES = 7;

    /** What {@code train.py} and {@code trainer.py} keep from step to step. */
    private static final class PublicCode {
        private final double pg;
        private final int pg0;
        private final int finest;
        private final double warmUp;
        private final long steps;
        private int lastStage = -1;
        private boolean firstStage = true;
        private long stepsOfStage;

        PublicCode(double pg, int pg0, int scales, double warmUp, long steps) {
            this.pg = pg;
            this.pg0 = pg0;
            this.finest = scales - 1;
            this.warmUp = warmUp;
            this.steps = steps;
        }

        Progressive.Stage next(long step) {
            int stage;
            if (step <= warmUp) {
                stage = pg0;
            } else if (step >= steps * pg) {
                stage = finest;
            } else {
                stage = pg0 + (int) Math.rint((step - warmUp) / (steps * pg - warmUp) * (finest - pg0));
            }
            if (stage != lastStage) {
                firstStage = lastStage == -1;
                lastStage = stage;
                stepsOfStage = 0;
            }
            stepsOfStage++;
            double weight =
                    firstStage || stage == finest ? 1 : Math.max(Math.min(stepsOfStage / (steps / 300.0), 1), 0.01);
            return new Progressive.Stage(stage + 1, weight);
        }
    }

    @Test
    void everyStepIsThePublicCodes() {
        for (long steps : List.of(1L, 37L, 1000L, 4321L)) {
            for (double share : List.of(0.01, 0.3, 0.8, 1.0)) {
                for (int start : List.of(1, 5, 10)) {
                    Progressive ours = new Progressive(share, start, 10, 0.02 * steps, steps);
                    PublicCode theirs = new PublicCode(share, start - 1, 10, 0.02 * steps, steps);
                    for (long step = 0; step < steps; step++) {
                        assertEquals(theirs.next(step), ours.at(step), steps + " " + share + " " + start + " " + step);
                    }
                }
            }
        }
    }

    @Test
    void allScalesTakePartUnlessAskedOtherwise() {
        assertEquals(new Progressive.Stage(10, 1), new Progressive(0, 5, 10, 5, 100).at(0));
    }

    /** 900 steps: a scale's weight rises for three. From step 10 to 450 a quarter of the way rounds to one scale more. */
    @Test
    void scalesJoinOneByOneAndTheNewestCountsLittleAtFirst() {
        Progressive half = new Progressive(0.5, 2, 4, 10, 900);

        assertEquals(new Progressive.Stage(2, 1), half.at(0));
        assertEquals(new Progressive.Stage(2, 1), half.at(120));
        assertEquals(new Progressive.Stage(3, 1 / 3.0), half.at(121));
        assertEquals(new Progressive.Stage(3, 1), half.at(123));
        assertEquals(new Progressive.Stage(4, 1), half.at(450));
    }

    @Test
    void theLossIsOverAllTokensWhetherTheyTakePartOrNot() {
        NativeLibraries.load();
        requireSums(new Progressive.Stage(2, 0.25), 1.0 / 14, 0.25 / 14);
        requireSums(new Progressive.Stage(2, 1), 1.0 / 14, 1.0 / 14);
        requireSums(new Progressive.Stage(3, 1), 1.0 / 14, 1.0 / 14);
    }

    private static void requireSums(Progressive.Stage stage, double older, double newer) {
        int batch = 2;
        int length = PYRAMID.begin(stage.scales());
        int first = PYRAMID.begin(stage.scales() - 1);
        Random random = new Random(3);
        float[] logits = new float[batch * length * CODES];
        long[] wanted = new long[batch * length];
        double minimized = 0;
        double mean = 0;
        for (int i = 0; i < wanted.length; i++) {
            wanted[i] = random.nextInt(CODES);
            double sum = 0;
            for (int code = 0; code < CODES; code++) {
                logits[i * CODES + code] = (float) random.nextGaussian();
                sum += Math.exp(logits[i * CODES + code]);
            }
            double entropy = Math.log(sum) - logits[i * CODES + (int) wanted[i]];
            minimized += entropy * (i % length < first ? older : newer) / batch;
            mean += entropy / wanted.length;
        }
        try (PointerScope scope = new PointerScope()) {
            Tensor given = Placement.CPU.of(logits, wanted.length, CODES);
            Tensor tokens = Placement.CPU.of(wanted, wanted.length);
            TransformerRecipe.Loss loss = TransformerRecipe.loss(given, tokens, stage, PYRAMID, 0, Placement.CPU);

            assertEquals(minimized, Ops.values(loss.minimized())[0], 1e-6);
            assertEquals(mean, Ops.values(loss.mean())[0], 1e-6);
        }
    }
}
