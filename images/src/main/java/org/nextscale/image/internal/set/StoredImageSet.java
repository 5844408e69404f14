package org.nextscale.image.internal.set;

import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.nextscale.api.image.ImageSet;
import org.nextscale.api.image.ImageSize;
import org.nextscale.api.image.RgbImage;

/**
 * Small images of one size, in memory as their files have them.
 *
 * @param channels 1 for grey, which is repeated over the three colours; or 3
 * @param bytes {@code [count, height, width, channels]}, shared
 * @param labels one an image, unsigned; empty where they are not known
 */
record StoredImageSet(
        String description,
        ImageSize imageSize,
        int channels,
        byte[] bytes,
        Optional<byte[]> labels,
        List<String> classNames,
        String fingerprint)
        implements ImageSet {
    private int pixels() {
        return imageSize.width() * imageSize.height();
    }

    @Override
    public int size() {
        return bytes.length / (pixels() * channels);
    }

    @Override
    public OptionalInt label(int index) {
        return labels.isPresent() ? OptionalInt.of(labels.get()[index] & 0xff) : OptionalInt.empty();
    }

    @Override
    public RgbImage image(int index) {
        int pixels = pixels();
        byte[] rgb = new byte[3 * pixels];
        if (channels == 3) {
            System.arraycopy(bytes, index * rgb.length, rgb, 0, rgb.length);
        } else {
            for (int i = 0; i < pixels; i++) {
                byte grey = bytes[index * pixels + i];
                rgb[3 * i] = grey;
                rgb[3 * i + 1] = grey;
                rgb[3 * i + 2] = grey;
            }
        }
        return new RgbImage(imageSize.width(), imageSize.height(), rgb);
    }

    @Override
    public ImageSize imageSize(int index) {
        return imageSize;
    }

    @Override
    public Optional<ImageSize> commonSize() {
        return Optional.of(imageSize);
    }
}
