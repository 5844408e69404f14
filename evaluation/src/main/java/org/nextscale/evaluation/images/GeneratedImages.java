package org.nextscale.evaluation.images;

import java.util.Optional;
import java.util.OptionalInt;
import org.nextscale.api.engine.ImageGenerator;
import org.nextscale.api.generation.GeneratedImage;
import org.nextscale.api.generation.GenerationListener;
import org.nextscale.api.generation.GenerationRequest;
import org.nextscale.api.model.ClassNames;
import org.nextscale.api.progress.Cancellation;

/**
 * Images straight from a model, made as they are measured: no files.
 *
 * @param model stays open
 * @param request whose images are measured
 */
public record GeneratedImages(ImageGenerator model, GenerationRequest request) implements ImageSource {
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
        return request.conditions().size();
    }

    @Override
    public void read(Sink sink, Cancellation cancellation) {
        model.generate(request, image -> sink.image(labelled(image)), GenerationListener.NONE, cancellation);
    }

    private LabelledImage labelled(GeneratedImage image) {
        OptionalInt label = image.condition().label();
        ClassNames names = model.model().classNames();
        Optional<String> name =
                label.isPresent() && names.named() ? Optional.of(names.name(label.getAsInt())) : Optional.empty();
        return new LabelledImage(image.pixels(), label, name);
    }
}
