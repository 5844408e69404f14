package org.nextscale.cli.internal.output;

import java.util.ArrayList;
import java.util.List;
import org.nextscale.api.generation.GenerationListener;
import org.nextscale.api.generation.ScaleProgress;
import org.nextscale.api.image.Pixels;
import org.nextscale.api.image.RgbImage;

/** Keeps what the images of the batch under way look like after every scale but the last, which is the image itself. */
public final class ScaleSeries implements GenerationListener {
    private final List<List<RgbImage>> series = new ArrayList<>();
    private int firstImage;

    @Override
    public void scaleDone(ScaleProgress progress) {
        if (progress.scale().index() == 0) {
            firstImage = progress.firstImage();
            series.clear();
            for (int i = 0; i < progress.images(); i++) {
                series.add(new ArrayList<>());
            }
        }
        if (!progress.scale().last()) {
            Pixels preview = progress.preview();
            for (int i = 0; i < progress.images(); i++) {
                series.get(i).add(RgbImage.of(preview, i));
            }
        }
    }

    /**
     * All of an image, coarse to fine.
     *
     * @param index of the image in its request
     */
    public List<RgbImage> of(int index, RgbImage finished) {
        List<RgbImage> all = new ArrayList<>(series.get(index - firstImage));
        all.add(finished);
        return all;
    }
}
