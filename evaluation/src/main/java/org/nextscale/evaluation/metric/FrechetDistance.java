package org.nextscale.evaluation.metric;

import org.ejml.data.DMatrixRMaj;
import org.ejml.dense.row.factory.DecompositionFactory_DDRM;
import org.ejml.interfaces.decomposition.EigenDecomposition_F64;
import org.nextscale.api.InvalidInputException;
import org.nextscale.evaluation.internal.PivotedCholesky;
import org.nextscale.evaluation.internal.Products.View;
import org.nextscale.evaluation.internal.Tiles;

/**
 * The Fréchet distance between two Gaussians (Heusel et al. 2017, arXiv 1706.08500):
 * {@code |μ₁ − μ₂|² + tr(Σ₁ + Σ₂ − 2 (Σ₁Σ₂)^½)}. In the features of Inception it is the FID.
 *
 * <p>The trace of the root is the sum of the roots of the eigenvalues of {@code L Σ₂ Lᵀ} with {@code Σ₁ = Lᵀ L}: symmetric,
 * so that nothing complex appears, and as wide as Σ₁ has rank. Implementations that take a general matrix root add 10⁻⁶ to
 * both diagonals when that root is not finite, which happens where features never vary; this one is finite always and adds
 * nothing.
 */
public final class FrechetDistance {
    /** Rounding may take so much of the variances from a distance that is 0. */
    private static final double ROUNDING = 1e-3;

    private FrechetDistance() {}

    /**
     * The distance between two sets.
     *
     * @param first the one that was computed with more precision, where they differ: its covariance is the one that is factored
     * @return finite and at least 0
     * @throws InvalidInputException if the features are not equally many, or what is said to be covariances gives no distance
     */
    public static double between(FeatureMoments first, FeatureMoments second) {
        if (first.features() != second.features()) {
            throw new InvalidInputException("sets of " + first.features() + " and " + second.features()
                    + " features cannot be compared: they are of different networks");
        }
        double means = 0;
        for (int i = 0; i < first.features(); i++) {
            double difference = first.mean()[i] - second.mean()[i];
            means += difference * difference;
        }
        double traces = first.trace() + second.trace();
        double distance = means + traces - 2 * traceOfRoot(first, second);
        if (!(distance >= -ROUNDING * Math.abs(traces)) || Double.isInfinite(distance)) {
            throw new InvalidInputException("the distance comes out as " + distance
                    + ", which is none: mean or covariance of a set are not those of features");
        }
        return Math.max(0, distance);
    }

    private static double traceOfRoot(FeatureMoments first, FeatureMoments second) {
        int width = first.features();
        PivotedCholesky cholesky = new PivotedCholesky(first.covariance(), width);
        int rank = cholesky.rank();
        if (rank == 0) {
            return 0;
        }
        View factor = View.rows(cholesky.factor(), width);
        View covariance = View.rows(second.covariance(), width);
        View half = View.rows(Tiles.product(factor, covariance, rank, width, width), width);
        return sumOfRoots(Tiles.product(half, factor.transposed(), rank, width, rank), rank);
    }

    private static double sumOfRoots(double[] symmetric, int size) {
        for (int i = 0; i < size; i++) {
            for (int j = 0; j < i; j++) {
                double mean = (symmetric[i * size + j] + symmetric[j * size + i]) / 2;
                symmetric[i * size + j] = mean;
                symmetric[j * size + i] = mean;
            }
        }
        EigenDecomposition_F64<DMatrixRMaj> eigen = DecompositionFactory_DDRM.eig(size, false, true);
        if (!eigen.decompose(DMatrixRMaj.wrap(size, size, symmetric))) {
            throw new InvalidInputException("the eigenvalues of these covariances cannot be computed");
        }
        double sum = 0;
        for (int i = 0; i < size; i++) {
            sum += Math.sqrt(Math.max(0, eigen.getEigenvalue(i).getReal()));
        }
        return sum;
    }
}
