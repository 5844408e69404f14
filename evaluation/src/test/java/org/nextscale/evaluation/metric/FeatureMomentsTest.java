package org.nextscale.evaluation.metric;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.nextscale.api.InvalidInputException;

/** Which numbers are taken for mean and covariance. */
class FeatureMomentsTest {

    @Test
    void whatNoFeaturesHaveIsRefused() {
        for (double value : new double[] {Double.NaN, Double.POSITIVE_INFINITY, 1e200, -1e200}) {
            refused("the mean holds " + value, () -> new FeatureMoments(new double[] {value}, new double[1]));
            refused("the covariance holds " + value, () -> new FeatureMoments(new double[1], new double[] {value}));
        }
        refused("are no covariance", () -> new FeatureMoments(new double[2], new double[3]));
    }

    @Test
    void whatIsNoCovarianceIsRefused() {
        refused("is not symmetric: its value [1, 0] is 0.4, [0, 1] is 0.5", () -> elsewhere(1, 0.5, 0.4, 1));
        refused("not positive semidefinite", () -> elsewhere(1, 2, 2, 1));
        refused("not positive semidefinite", () -> elsewhere(1, 0, 0, -1));
        refused("not positive semidefinite", () -> elsewhere(0, 1, 1, 0));
        refused("not positive semidefinite", () -> elsewhere(-1, 0, 0, -1));
    }

    @Test
    void featuresThatNeverVaryAndFewImagesAreTaken() {
        assertEquals(2, elsewhere(0, 0, 0, 0).features());
        assertEquals(2, elsewhere(4, 0, 0, 0).features());
        FeatureMoments few = Sets.moments(Sets.gaussian(15, 40, 7, 8));
        assertArrayEquals(
                few.covariance(),
                FeatureMoments.computedElsewhere(few.mean(), few.covariance().clone())
                        .covariance());
    }

    /** What float32 leaves of a covariance, and of one of fewer images than features, gives the distance all the same. */
    @Test
    void theRoundingOfFloat32IsTaken() {
        FeatureMoments made = Sets.moments(Sets.gaussian(300, 40, 0, 1));
        for (int images : new int[] {15, 500}) {
            FeatureMoments real = Sets.moments(Sets.gaussian(images, 40, 1, 2));
            double[] rounded = real.covariance().clone();
            for (int i = 0; i < rounded.length; i++) {
                rounded[i] = (float) rounded[i] * (1 + (i % 7 - 3) * 1e-7);
            }
            FeatureMoments single = FeatureMoments.computedElsewhere(real.mean(), rounded);
            assertEquals(rounded[1], rounded[40], "made symmetric");
            double distance = FrechetDistance.between(made, real);
            // Of 15 images most eigenvalues are 0: rounded to 3e-7 of the largest, they count with their roots, 5e-4.
            assertEquals(distance, FrechetDistance.between(made, single), 1e-3 * distance);
        }
    }

    private static FeatureMoments elsewhere(double... covariance) {
        return FeatureMoments.computedElsewhere(new double[2], covariance);
    }

    private static void refused(String words, Executable action) {
        String message = assertThrows(InvalidInputException.class, action).getMessage();
        assertTrue(message.contains(words), message);
    }
}
