package org.nextscale.evaluation.metric;

import java.util.Arrays;
import org.nextscale.api.InvalidInputException;
import org.nextscale.api.progress.Cancellation;
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

    /**
     * Compares two sets, tile by tile: memory holds the features and a few thousand distances. Uses all processors.
     *
     * @param neighbours k
     * @throws InvalidInputException if a set has no k other points, or features are not equally many
     * @throws java.util.concurrent.CancellationException when {@code cancellation} asked for it
     */
    public static PrecisionRecall of(
            FeatureRows real, FeatureRows generated, int neighbours, Cancellation cancellation) {
        if (real.features() != generated.features()) {
            throw new InvalidInputException("sets of " + real.features() + " and " + generated.features()
                    + " features cannot be compared: they are of different networks");
        }
        if (Math.min(real.rows(), generated.rows()) <= neighbours) {
            throw new InvalidInputException("precision and recall with " + neighbours + " neighbours need more than "
                    + neighbours + " images on both sides, there are " + real.rows() + " real and " + generated.rows()
                    + " generated");
        }
        double[] realRadii = radii(real, neighbours, cancellation);
        double[] generatedRadii = radii(generated, neighbours, cancellation);
        boolean[] plausible = new boolean[generated.rows()];
        boolean[] made = new boolean[real.rows()];
        // Several threads may set a place of the second, and all to the same.
        new SquaredDistances(new Points(generated), new Points(real)).all(tile -> {
            cancellation.throwIfCancelled();
            for (int i = 0; i < tile.rows(); i++) {
                int row = tile.firstRow() + i;
                for (int j = 0; j < tile.columns(); j++) {
                    int column = tile.firstColumn() + j;
                    double distance = tile.at(i, j);
                    plausible[row] |= distance <= realRadii[column];
                    if (distance <= generatedRadii[row]) {
                        made[column] = true;
                    }
                }
            }
        });
        return new PrecisionRecall(share(plausible), share(made));
    }

    /** Features as points in space. */
    private record Points(FeatureRows set) implements SquaredDistances.Points {
        @Override
        public int rows() {
            return set.rows();
        }

        @Override
        public int features() {
            return set.features();
        }

        @Override
        public void copyRow(int row, double[] target, int into) {
            set.copyRow(row, target, into);
        }
    }

    /** Squared distance of every point to its k-th nearest other. */
    private static double[] radii(FeatureRows set, int neighbours, Cancellation cancellation) {
        double[] nearest = new double[Math.multiplyExact(set.rows(), neighbours)];
        Arrays.fill(nearest, Double.POSITIVE_INFINITY);
        SquaredDistances.within(new Points(set)).upperTriangle(tile -> {
            cancellation.throwIfCancelled();
            insert(tile, nearest, neighbours);
        });
        double[] radii = new double[set.rows()];
        Arrays.setAll(radii, row -> nearest[row * neighbours + neighbours - 1]);
        return radii;
    }

    /** A pair counts for both of its points, which other tiles know too; next to the tile's products this takes no time. */
    private static void insert(SquaredDistances.Tile tile, double[] nearest, int neighbours) {
        synchronized (nearest) {
            for (int i = 0; i < tile.rows(); i++) {
                int row = tile.firstRow() + i;
                for (int j = Math.max(0, row + 1 - tile.firstColumn()); j < tile.columns(); j++) {
                    insert(nearest, row * neighbours, neighbours, tile.at(i, j));
                    insert(nearest, (tile.firstColumn() + j) * neighbours, neighbours, tile.at(i, j));
                }
            }
        }
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

    private static double share(boolean[] covered) {
        int count = 0;
        for (boolean is : covered) {
            count += is ? 1 : 0;
        }
        return (double) count / covered.length;
    }
}
