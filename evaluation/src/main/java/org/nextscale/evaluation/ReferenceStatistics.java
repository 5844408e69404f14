package org.nextscale.evaluation;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.nextscale.api.InvalidInputException;
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
 */
public record ReferenceStatistics(FeatureMoments features, Optional<FeatureMoments> spatial, Optional<String> network) {
    private static final String NETWORK = "nextscale_network";
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
            return new ReferenceStatistics(features, spatial, network(npz, file));
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
            // Symmetric: whether rows or columns come first makes no difference.
            double[] covariance = new double[mean.length * mean.length];
            for (int row = 0; row < mean.length; row++) {
                System.arraycopy(array.values(mean.length), 0, covariance, row * mean.length, mean.length);
            }
            array.finish();
            return new FeatureMoments(mean, covariance);
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
            return Optional.of(new String(array.bytes(array.shape().get(0).intValue()), StandardCharsets.UTF_8));
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
