package org.nextscale.evaluation;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.nextscale.api.InvalidInputException;
import org.nextscale.evaluation.images.SkippedImages;
import org.nextscale.evaluation.metric.FeatureMoments;
import org.nextscale.files.WholeFile;
import org.nextscale.files.numpy.NpzFile;
import org.nextscale.files.numpy.NpzWriter;

/**
 * What a Fréchet distance needs of the real images, computed once and kept in an {@code .npz} as the field does: {@code mu},
 * {@code sigma} and, for the spatial features, {@code mu_s}, {@code sigma_s}.
 *
 * @param features mean and covariance of the features
 * @param spatial of the spatial features, if they were computed
 * @param network what computed the features; empty in files of other programs, which do not say it
 * @param images of how many images; empty in files of other programs
 * @param skipped images that were left out; out of a file, how many there were and no more
 */
public record ReferenceStatistics(
        FeatureMoments features,
        Optional<FeatureMoments> spatial,
        Optional<String> network,
        OptionalLong images,
        SkippedImages skipped) {
    private static final String NETWORK = "nextscale_network";
    /** How many images, and how many were left out. */
    private static final String IMAGES = "nextscale_images";

    private static final int MOST_FEATURES = 16_384;
    private static final int LONGEST_NAME = 1024;

    /** Whether a file holds such statistics; {@link InvalidInputException} if it is no {@code .npz}. */
    public static boolean areIn(Path file) {
        try (NpzFile npz = NpzFile.open(file)) {
            return npz.contains("mu") && npz.contains("sigma");
        }
    }

    /** @throws InvalidInputException if they are not in the file, or damaged */
    public static ReferenceStatistics read(Path file) {
        try (NpzFile npz = NpzFile.open(file)) {
            FeatureMoments features = moments(npz, file, "mu", "sigma");
            Optional<FeatureMoments> spatial =
                    npz.contains("mu_s") ? Optional.of(moments(npz, file, "mu_s", "sigma_s")) : Optional.empty();
            double[] counts = counts(npz, file);
            return new ReferenceStatistics(
                    features,
                    spatial,
                    network(npz, file),
                    counts.length == 0 ? OptionalLong.empty() : OptionalLong.of((long) counts[0]),
                    new SkippedImages(counts.length == 0 ? 0 : (long) counts[1]));
        }
    }

    private static FeatureMoments moments(NpzFile npz, Path file, String meanName, String covarianceName) {
        double[] mean;
        try (NpzFile.Array array = npz.array(meanName)) {
            if (array.shape().size() != 1
                    || array.shape().get(0) < 1
                    || array.shape().get(0) > MOST_FEATURES) {
                throw new InvalidInputException(file + ": " + meanName + " has shape " + array.shape()
                        + ", a mean of 1 to " + MOST_FEATURES + " features is needed");
            }
            mean = array.values(array.shape().get(0).intValue());
            array.finish();
        }
        try (NpzFile.Array array = npz.array(covarianceName)) {
            if (!array.shape().equals(List.of((long) mean.length, (long) mean.length))) {
                throw new InvalidInputException(file + ": " + covarianceName + " has shape " + array.shape() + ", "
                        + meanName + " needs [" + mean.length + ", " + mean.length + "]");
            }
            // It must be symmetric: whether rows or columns come first makes no difference.
            double[] covariance = new double[mean.length * mean.length];
            for (int row = 0; row < mean.length; row++) {
                System.arraycopy(array.values(mean.length), 0, covariance, row * mean.length, mean.length);
            }
            array.finish();
            return checked(file + ": " + meanName + " and " + covarianceName, mean, covariance);
        }
    }

    private static FeatureMoments checked(String where, double[] mean, double[] covariance) {
        try {
            return FeatureMoments.computedElsewhere(mean, covariance);
        } catch (InvalidInputException e) {
            throw new InvalidInputException(where + " are no statistics of features: " + e.getMessage(), e);
        }
    }

    private static double[] counts(NpzFile npz, Path file) {
        if (!npz.contains(IMAGES)) {
            return new double[0];
        }
        try (NpzFile.Array array = npz.array(IMAGES)) {
            if (!array.type().equals("<i8") || !array.shape().equals(List.of(2L))) {
                throw new InvalidInputException(file + ": " + IMAGES + " does not say how many images there were");
            }
            double[] counts = array.values(2);
            array.finish();
            if (Math.min(counts[0], counts[1]) < 0) {
                throw new InvalidInputException(file + ": " + IMAGES + " does not say how many images there were");
            }
            return counts;
        }
    }

    private static Optional<String> network(NpzFile npz, Path file) {
        if (!npz.contains(NETWORK)) {
            return Optional.empty();
        }
        try (NpzFile.Array array = npz.array(NETWORK)) {
            if (!array.type().equals("|u1")
                    || array.shape().size() != 1
                    || array.shape().get(0) > LONGEST_NAME) {
                throw new InvalidInputException(file + ": " + NETWORK + " is no name");
            }
            byte[] name = array.bytes(array.shape().get(0).intValue());
            array.finish();
            return Optional.of(new String(name, StandardCharsets.UTF_8));
        }
    }

    /** Writes them; the file appears whole or not at all. */
    public void write(Path file) {
        WholeFile.write(file, out -> {
            try (NpzWriter npz = new NpzWriter(out)) {
                write(npz, features, "mu", "sigma");
                if (spatial.isPresent()) {
                    write(npz, spatial.get(), "mu_s", "sigma_s");
                }
                if (network.isPresent()) {
                    byte[] name = network.get().getBytes(StandardCharsets.UTF_8);
                    npz.bytes(NETWORK, new ByteArrayInputStream(name), name.length);
                }
                if (images.isPresent()) {
                    npz.integers(IMAGES, new int[] {(int) images.getAsLong(), (int) skipped.count()});
                }
            }
        });
    }

    private static void write(NpzWriter npz, FeatureMoments moments, String meanName, String covarianceName)
            throws IOException {
        long width = moments.features();
        npz.reals(meanName, moments.mean(), width);
        npz.reals(covarianceName, moments.covariance(), width, width);
    }
}
