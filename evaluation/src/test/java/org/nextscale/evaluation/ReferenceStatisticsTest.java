package org.nextscale.evaluation;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nextscale.api.InvalidInputException;
import org.nextscale.evaluation.images.ImageSource;
import org.nextscale.evaluation.images.SkippedImages;
import org.nextscale.evaluation.metric.FeatureMoments;
import org.nextscale.evaluation.metric.Sets;
import org.nextscale.files.numpy.NpzWriter;

class ReferenceStatisticsTest {
    @TempDir
    Path folder;

    @Test
    void comeBackAsTheyWereWritten() throws IOException {
        FeatureMoments features = Sets.moments(Sets.gaussian(30, 5, 1, 1));
        FeatureMoments spatial = Sets.moments(Sets.gaussian(30, 3, 1, 2));
        Path file = folder.resolve("stats.npz");
        SkippedImages skipped = new SkippedImages();
        skipped.add("x.png is empty");
        new ReferenceStatistics(features, Optional.of(spatial), Optional.of("a network"), OptionalLong.of(30), skipped)
                .write(file);
        assertTrue(ReferenceStatistics.areIn(file));
        ReferenceStatistics found = ReferenceStatistics.read(file);
        assertArrayEquals(features.mean(), found.features().mean());
        assertArrayEquals(features.covariance(), found.features().covariance());
        assertArrayEquals(spatial.covariance(), found.spatial().orElseThrow().covariance());
        assertEquals(Optional.of("a network"), found.network());
        assertEquals(OptionalLong.of(30), found.images());
        assertEquals(
                Optional.of("1 of 31 real images was left out"), found.skipped().inWords(30, "real images"));
        try (Stream<Path> all = Files.list(folder)) {
            assertEquals(List.of(file), all.toList());
        }
    }

    @Test
    void areRefusedWhereTheyAreNotOrDoNotFitTogether() throws IOException {
        Path images = npz(npz -> images(npz));
        assertFalse(ReferenceStatistics.areIn(images));
        assertThrows(InvalidInputException.class, () -> ReferenceStatistics.read(images));
        Path odd = npz(npz -> {
            npz.reals("mu", new double[3], 3);
            npz.reals("sigma", new double[3], 3);
        });
        InvalidInputException e = assertThrows(InvalidInputException.class, () -> ReferenceStatistics.read(odd));
        assertTrue(e.getMessage().contains("needs [3, 3]"), e.getMessage());
    }

    @Test
    void areRefusedWhereTheyAreThoseOfNoFeatures() throws IOException {
        refused("the mean holds 1.0E200", new double[] {0, 1e200}, 1, 0, 0, 1);
        refused("the mean holds NaN", new double[] {0, Double.NaN}, 1, 0, 0, 1);
        refused("the covariance holds Infinity", new double[2], Double.POSITIVE_INFINITY, 0, 0, 1);
        refused("is not symmetric", new double[2], 1, 0.5, 0, 1);
        refused("not positive semidefinite", new double[2], 1, 3, 3, 1);
        Path halves = npz(npz -> {
            npz.reals("mu", new double[2], 2);
            npz.reals("sigma", new double[] {1, 0, 0, 1}, 2, 2);
            npz.integers("nextscale_images", new int[] {5, -1});
        });
        String message = assertThrows(InvalidInputException.class, () -> ReferenceStatistics.read(halves))
                .getMessage();
        assertTrue(message.contains("does not say how many images there were"), message);
    }

    private void refused(String words, double[] mean, double... covariance) throws IOException {
        Path file = npz(npz -> {
            npz.reals("mu", mean, 2);
            npz.reals("sigma", covariance, 2, 2);
        });
        String message = assertThrows(InvalidInputException.class, () -> ReferenceStatistics.read(file))
                .getMessage();
        assertTrue(message.startsWith(file + ": mu and sigma are no statistics of features: "), message);
        assertTrue(message.contains(words) && message.lines().count() == 1, message);
    }

    /** Those of other programs do not say how many images they are of. */
    @Test
    void ofOthersHaveNoCount() throws IOException {
        Path file = npz(npz -> {
            npz.reals("mu", new double[2], 2);
            npz.reals("sigma", new double[] {1, 0, 0, 1}, 2, 2);
        });
        ReferenceStatistics found = ReferenceStatistics.read(file);
        assertEquals(OptionalLong.empty(), found.images());
        assertEquals(0, found.skipped().count());
    }

    /** The field's reference batches hold images and statistics. */
    @Test
    void areUsedBesideTheImagesInTheSameFile() throws IOException {
        Path both = npz(npz -> {
            images(npz);
            npz.reals("mu", new double[2], 2);
            npz.reals("sigma", new double[4], 2, 2);
        });
        ImageSource source = Pictures.open(both);
        Reference reference = Reference.open(both, () -> source);
        assertEquals(Optional.of(source), reference.images());
        assertEquals(2, reference.statistics().orElseThrow().features().features());
        Path images = npz(npz -> images(npz));
        assertEquals(Optional.empty(), Reference.open(images, () -> source).statistics());
        assertEquals(Optional.of(source), Reference.open(folder, () -> source).images());
    }

    private interface Content {
        void write(NpzWriter npz) throws IOException;
    }

    private Path npz(Content content) throws IOException {
        Path file = folder.resolve("test.npz");
        try (NpzWriter npz = new NpzWriter(Files.newOutputStream(file))) {
            content.write(npz);
        }
        return file;
    }

    private static void images(NpzWriter npz) throws IOException {
        npz.bytes("arr_0", new ByteArrayInputStream(new byte[12]), 2, 1, 2, 3);
    }
}
