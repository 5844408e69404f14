package org.nextscale.training.internal.data;

import java.util.List;
import org.nextscale.engine.image.RgbImage;

/** Images that are in memory as their files have them; nothing of them is cropped. */
final class StoredImages implements ImageSet {
    private final StoredPixels pixels;
    private final byte[] labels;
    private final List<String> classNames;
    private final String fingerprint;
    private final Fit fit;

    /**
     * A set of images.
     *
     * @param labels one an image, unsigned
     */
    StoredImages(StoredPixels pixels, byte[] labels, List<String> classNames, String fingerprint, Fit fit) {
        this.pixels = pixels;
        this.labels = labels;
        this.classNames = List.copyOf(classNames);
        this.fingerprint = fingerprint;
        this.fit = fit;
    }

    @Override
    public int size() {
        return labels.length;
    }

    @Override
    public List<String> classNames() {
        return classNames;
    }

    @Override
    public int label(int index) {
        return labels[index] & 0xff;
    }

    @Override
    public int side() {
        return fit.side();
    }

    @Override
    public void read(int index, View view, float[] target, int offset) {
        RgbImage image = pixels.image(index);
        int side = fit.side();
        RgbImage fitting = fit.padded() ? image : image.resized(side, side);
        int first = -((side - fitting.width()) / 2);
        Planes.write(fitting, first, first, side, view.flipped(), target, offset);
    }

    @Override
    public String fingerprint() {
        return fingerprint;
    }
}
