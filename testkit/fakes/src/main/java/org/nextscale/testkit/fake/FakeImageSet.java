package org.nextscale.testkit.fake;

import java.util.List;
import java.util.Locale;
import java.util.OptionalInt;
import java.util.stream.IntStream;
import org.nextscale.api.image.ImageSet;
import org.nextscale.api.image.RgbImage;

/**
 * Images out of nothing: every class its own colours and stripes, every image its own phase, so that there is something to learn.
 * Immutable and thread-safe.
 *
 * @param size how many
 * @param classes their classes take turns
 * @param side pixels along an edge
 */
public record FakeImageSet(int size, int classes, int side) implements ImageSet {
    @Override
    public String description() {
        return size + " images out of nothing";
    }

    @Override
    public List<String> classNames() {
        return IntStream.range(0, classes).mapToObj(each -> "stripes " + each).toList();
    }

    @Override
    public OptionalInt label(int index) {
        return OptionalInt.of(index % classes);
    }

    @Override
    public RgbImage image(int index) {
        int label = index % classes;
        byte[] rgb = new byte[3 * side * side];
        for (int i = 0; i < rgb.length; i++) {
            int x = i / 3 % side;
            int y = i / 3 / side;
            double phase = (label + 1) * (i % 3 == label % 3 ? x : y) * 2 * Math.PI / side + index;
            rgb[i] = (byte) (128 + 100 * Math.sin(phase));
        }
        return new RgbImage(side, side, rgb);
    }

    @Override
    public String fingerprint() {
        return String.format(Locale.ROOT, "%064x", (long) size << Integer.SIZE | classes << Short.SIZE | side);
    }
}
