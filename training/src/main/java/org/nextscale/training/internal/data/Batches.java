package org.nextscale.training.internal.data;

/**
 * The order of training: every epoch all images in an order of its own, in whole batches; those left over wait for the next
 * epoch (as PyTorch's {@code drop_last}). Fewer images than a batch are repeated within it. Everything follows from the
 * seed and the number of the step, so that a run that goes on sees what it would have seen without a break. Thread-safe.
 */
public final class Batches implements Order {
    private static final long ORDER = 1;
    private static final long CROP_Y = 2;
    private static final long CROP_X = 3;
    private static final long FLIP = 4;
    private static final long VARIANT = 5;

    private final int images;
    private final int batch;
    private final long seed;
    private final Augmentation augmentation;
    private volatile Epoch recent;

    /** The images' order in one epoch. */
    private record Epoch(long number, int[] order) {}

    public Batches(int images, int batch, long seed, Augmentation augmentation) {
        if (images < 1 || batch < 1) {
            throw new IllegalArgumentException(images + " images in batches of " + batch);
        }
        this.images = images;
        this.batch = batch;
        this.seed = seed;
        this.augmentation = augmentation;
    }

    /** Batches an epoch, at least 1. */
    public long stepsPerEpoch() {
        return Math.max(1, images / batch);
    }

    /** Images a step. */
    public int batch() {
        return batch;
    }

    @Override
    public long steps() {
        return Long.MAX_VALUE;
    }

    @Override
    public int[] indices(long step) {
        int[] order = order(step / stepsPerEpoch());
        long first = step % stepsPerEpoch() * batch;
        int[] indices = new int[batch];
        for (int i = 0; i < batch; i++) {
            indices[i] = order[(int) ((first + i) % images)];
        }
        return indices;
    }

    @Override
    public View view(long step, int position) {
        double y = augmentation.crop() ? uniform(CROP_Y, step, position) : 0.5;
        double x = augmentation.crop() ? uniform(CROP_X, step, position) : 0.5;
        return new View(y, x, augmentation.flip() && bits(FLIP, step, position) < 0);
    }

    /** Which of the views kept of an image is seen; all are equally likely. */
    public int variant(long step, int position, int variants) {
        return (int) (uniform(VARIANT, step, position) * variants);
    }

    private int[] order(long number) {
        Epoch epoch = recent;
        if (epoch == null || epoch.number() != number) {
            epoch = new Epoch(number, shuffled(number));
            recent = epoch;
        }
        return epoch.order();
    }

    /** Fisher and Yates. */
    private int[] shuffled(long epoch) {
        int[] order = new int[images];
        for (int i = 0; i < images; i++) {
            int other = (int) (uniform(ORDER, epoch, i) * (i + 1));
            order[i] = order[other];
            order[other] = i;
        }
        return order;
    }

    /** In [0, 1). */
    private double uniform(long purpose, long step, int position) {
        return (bits(purpose, step, position) >>> 11) * 0x1p-53;
    }

    /** 64 random bits, a function of seed and arguments. */
    private long bits(long purpose, long step, int position) {
        return mixed(mixed(mixed(seed + purpose) ^ step) ^ position);
    }

    /** The output function of SplitMix64 (Steele, Lea, Flood 2014), behind one step of its counter. */
    private static long mixed(long value) {
        long z = value + 0x9E3779B97F4A7C15L;
        z = (z ^ z >>> 30) * 0xBF58476D1CE4E5B9L;
        z = (z ^ z >>> 27) * 0x94D049BB133111EBL;
        return z ^ z >>> 31;
    }
}
