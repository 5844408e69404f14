package org.nextscale.backend.cuda.internal.loop;

import java.util.Random;

/** Kinds of logits that a sampler may meet. */
enum Scores {
    /** As a model's. */
    NORMAL {
        @Override
        float next(Random random) {
            return (float) random.nextGaussian() * 3;
        }
    },
    /** Few values, so that many codes tie, at thresholds and at the maximum too; zeros of both signs. */
    TIED {
        @Override
        float next(Random random) {
            return Math.round(random.nextGaussian() * 2) * (random.nextBoolean() ? 0.5f : -0.5f);
        }
    },
    /** Most codes are ruled out. */
    SPARSE {
        @Override
        float next(Random random) {
            return random.nextInt(8) > 0 ? Float.NEGATIVE_INFINITY : (float) random.nextGaussian();
        }
    },
    /** All codes alike. */
    FLAT {
        @Override
        float next(Random random) {
            return -2.5f;
        }
    },
    /** From far below float32's e^x up to values that guidance and temperature carry near its largest. */
    WIDE {
        @Override
        float next(Random random) {
            return (float) (random.nextGaussian() * Math.pow(10, random.nextInt(30)));
        }
    },
    /** Almost alike: thresholds lie within a few units in the last place. */
    CLOSE {
        @Override
        float next(Random random) {
            return 7 + random.nextInt(40) * Math.ulp(7f);
        }
    };

    abstract float next(Random random);

    float[] many(int count, Random random) {
        float[] values = new float[count];
        for (int i = 0; i < count; i++) {
            values[i] = next(random);
        }
        return values;
    }
}
