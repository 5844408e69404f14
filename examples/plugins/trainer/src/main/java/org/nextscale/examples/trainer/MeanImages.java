package org.nextscale.examples.trainer;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeMap;

/** The mean image of every class so far, and how many steps led to it: all that a run has to remember. For one thread. */
final class MeanImages {
    /** The label of images without one. */
    static final int NO_LABEL = -1;

    private final int size;
    private final Map<Integer, Mean> means = new TreeMap<>();
    private long steps;

    /** One class. */
    private static final class Mean {
        private final float[] values;
        private long images;

        Mean(int length) {
            values = new float[length];
        }
    }

    /** @param size pixels along an edge */
    MeanImages(int size) {
        this.size = size;
    }

    int size() {
        return size;
    }

    /** How many are done. */
    long steps() {
        return steps;
    }

    void endStep() {
        steps++;
    }

    /** The classes that were seen. */
    Set<Integer> labels() {
        return means.keySet();
    }

    /** {@code [size, size, 3]} in [0, 1]. */
    float[] mean(int label) {
        return means.get(label).values;
    }

    private Mean of(int label) {
        return means.computeIfAbsent(label, each -> new Mean(3 * size * size));
    }

    /**
     * Moves a class's mean by an image's share.
     *
     * @return the image's loss before
     */
    double learn(OptionalInt label, float[] image) {
        double loss = loss(label, image);
        Mean mean = of(label.orElse(NO_LABEL));
        mean.images++;
        for (int i = 0; i < image.length; i++) {
            mean.values[i] += (image[i] - mean.values[i]) / mean.images;
        }
        return loss;
    }

    /** Mean squared distance of an image from the mean of its class; from black, where nothing is known of the class. */
    double loss(OptionalInt label, float[] image) {
        Mean mean = means.get(label.orElse(NO_LABEL));
        double sum = 0;
        for (int i = 0; i < image.length; i++) {
            double difference = image[i] - (mean == null ? 0 : mean.values[i]);
            sum += difference * difference;
        }
        return sum / image.length;
    }

    void write(DataOutput out) throws IOException {
        out.writeLong(steps);
        out.writeInt(means.size());
        for (Map.Entry<Integer, Mean> each : means.entrySet()) {
            out.writeInt(each.getKey());
            out.writeLong(each.getValue().images);
            for (float value : each.getValue().values) {
                out.writeFloat(value);
            }
        }
    }

    /** What {@link #write} wrote of images of this size takes the place of what is here. */
    void read(DataInput in) throws IOException {
        means.clear();
        steps = in.readLong();
        int classes = in.readInt();
        for (int i = 0; i < classes; i++) {
            Mean mean = of(in.readInt());
            mean.images = in.readLong();
            for (int j = 0; j < mean.values.length; j++) {
                mean.values[j] = in.readFloat();
            }
        }
    }
}
