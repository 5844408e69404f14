package org.nextscale.evaluation;

import java.util.OptionalInt;
import org.nextscale.api.generation.CancellationToken;
import org.nextscale.api.generation.GenerationRequest;
import org.nextscale.api.generation.ProgressListener;
import org.nextscale.engine.Nextscale;
import org.nextscale.engine.image.RgbImage;

/**
 * Images straight from a model, made as they are measured: no files.
 *
 * @param model stays open
 * @param request whose images are measured
 */
public record GeneratedImages(Nextscale model, GenerationRequest request) implements ImageSource {

    @Override
    public String description() {
        return model.model().name();
    }

    @Override
    public OptionalInt side() {
        return OptionalInt.of(model.model().spec().imageSize());
    }

    @Override
    public int most() {
        return request.labels().size();
    }

    @Override
    public void read(Sink sink, CancellationToken cancellation) {
        model.generate(
                request,
                image -> sink.image(new LabelledImage(
                        RgbImage.of(image),
                        image.label() == GenerationRequest.UNCONDITIONAL
                                ? OptionalInt.empty()
                                : OptionalInt.of(image.label()))),
                ProgressListener.NONE,
                cancellation);
    }
}
