package org.nextscale.training.internal.data;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.IntStream;
import org.nextscale.api.image.ImageSet;
import org.nextscale.api.image.ImageSize;
import org.nextscale.api.image.RgbImage;
import org.nextscale.image.PngFile;

/** Images for tests. */
final class TestData {
    private TestData() {}

    /** A picture of one grey; the folders to it are made. */
    static Path png(Path file, int width, int height, int grey) throws IOException {
        byte[] rgb = new byte[3 * width * height];
        Arrays.fill(rgb, (byte) grey);
        Files.createDirectories(file.getParent());
        PngFile.write(file, new RgbImage(width, height, rgb), Map.of());
        return file;
    }

    /** One image of a set. */
    static float[] read(TrainingImages images, int index, View view) {
        float[] pixels = new float[images.elements()];
        images.read(index, view, pixels, 0);
        return pixels;
    }

    /** Small grey images of one size, each of a class of its own; their greys count upwards. */
    record Small(int size, int width, int height) implements ImageSet {
        @Override
        public String description() {
            return "small images";
        }

        @Override
        public List<String> classNames() {
            return IntStream.range(0, size).mapToObj(Integer::toString).toList();
        }

        @Override
        public OptionalInt label(int index) {
            return OptionalInt.of(index);
        }

        @Override
        public RgbImage image(int index) {
            byte[] rgb = new byte[3 * width * height];
            for (int i = 0; i < rgb.length; i++) {
                rgb[i] = (byte) (index * width * height + i / 3);
            }
            return new RgbImage(width, height, rgb);
        }

        @Override
        public Optional<ImageSize> commonSize() {
            return Optional.of(new ImageSize(width, height));
        }

        @Override
        public String fingerprint() {
            return "small";
        }
    }
}
