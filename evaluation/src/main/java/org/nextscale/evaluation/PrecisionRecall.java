package org.nextscale.evaluation;

import java.util.Arrays;
import java.util.stream.IntStream;
import org.nextscale.api.InvalidInputException;
import org.nextscale.api.generation.CancellationToken;
import org.nextscale.evaluation.internal.SquaredDistances;

/**
 * Improved precision and recall (Kynkäänniemi et al. 2019, arXiv 1904.06991). A set of images covers the balls around its
 * own points whose radius reaches to the k-th nearest other point of the set.
 *
 * @param precision share of generated images that the real ones cover: are they plausible?
 * @param recall share of real images that the generated ones cover: is everything made?
 */
public record PrecisionRecall(double precision, double recall) {
    /** Nearest neighbours, as the field has it. */
    public static final int NEIGHBOURS = 3;

    private static final int ROWS = 128;

    /**
     * Compares two sets, block by block: memory holds the features and a few thousand distances. Uses all processors.
     *
     * @param neighbours k
     * @throws InvalidInputException if a set has no k other points, or features are not equally many
     * @throws java.util.concurrent.CancellationException when {@code cancellation} asked for it
     */
    public static PrecisionRecall of(
            FeatureRows real, FeatureRows generated, int neighbours, CancellationToken cancellation) {
        if (real.features() != generated.features()) {
            throw new InvalidInputException("sets of " + real.features() + " and " + generated.features()
                    + " features cannot be compared: they are of different networks");
        }
        if (Math.min(real.rows(), generated.rows()) <= neighbours) {
            throw new InvalidInputException("precision and recall with " + neighbours + " neighbours need more than "
                    + neighbours + " images on both sides, there are " + real.rows() + " real and " + generated.rows()
                    + " generated");
        }
        double precision = covered(generated, real, radii(real, neighbours, cancellation), cancellation);
        double recall = covered(real, generated, radii(generated, neighbours, cancellation), cancellation);
        return new PrecisionRecall(precision, recall);
    }

    /** Squared distance of every point to its k-th nearest other. */
    private static double[] radii(FeatureRows set, int neighbours, CancellationToken cancellation) {
        double[] radii = new double[set.rows()];
        blocks(set.rows()).forEach(block -> {
            cancellation.throwIfCancelled();
            int first = block * ROWS;
            int rows = Math.min(ROWS, set.rows() - first);
            double[] nearest = new double[rows * neighbours];
            Arrays.fill(nearest, Double.POSITIVE_INFINITY);
            new SquaredDistances(features(set, first, rows), rows, set.features())
                    .to(set.rows(), (from, target, into) -> set.copyRow(from, target, into), (row, other, distance) -> {
                        if (first + row != other) {
                            insert(nearest, row * neighbours, neighbours, distance);
                        }
                        return true;
                    });
            for (int row = 0; row < rows; row++) {
                radii[first + row] = nearest[row * neighbours + neighbours - 1];
            }
        });
        return radii;
    }

    /** Keeps the smallest, in rising order. */
    private static void insert(double[] nearest, int from, int count, double distance) {
        int at = from + count - 1;
        if (distance >= nearest[at]) {
            return;
        }
        while (at > from && nearest[at - 1] > distance) {
            nearest[at] = nearest[at - 1];
            at--;
        }
        nearest[at] = distance;
    }

    /** Share of {@code points} that lie in a ball around a point of {@code set}. */
    private static double covered(FeatureRows points, FeatureRows set, double[] radii, CancellationToken cancellation) {
        long inside = blocks(points.rows())
                .mapToLong(block -> {
                    cancellation.throwIfCancelled();
                    int first = block * ROWS;
                    int rows = Math.min(ROWS, points.rows() - first);
                    boolean[] covered = new boolean[rows];
                    new SquaredDistances(features(points, first, rows), rows, set.features())
                            .to(
                                    set.rows(),
                                    (from, target, into) -> set.copyRow(from, target, into),
                                    (row, other, distance) -> covered[row] |= distance <= radii[other]);
                    long count = 0;
                    for (boolean is : covered) {
                        count += is ? 1 : 0;
                    }
                    return count;
                })
                .sum();
        return (double) inside / points.rows();
    }

    private static IntStream blocks(int rows) {
        return IntStream.range(0, (rows + ROWS - 1) / ROWS).parallel();
    }

    private static double[] features(FeatureRows set, int first, int rows) {
        double[] values = new double[rows * set.features()];
        for (int i = 0; i < rows; i++) {
            set.copyRow(first + i, values, i * set.features());
        }
        return values;
    }
}
