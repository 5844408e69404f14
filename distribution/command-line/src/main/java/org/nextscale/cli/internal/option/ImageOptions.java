package org.nextscale.cli.internal.option;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Consumer;
import org.nextscale.api.InvalidInputException;
import org.nextscale.api.generation.GenerationRequest;
import org.nextscale.api.image.ImagePart;
import org.nextscale.api.image.ImageSet;
import org.nextscale.api.model.Condition;
import org.nextscale.api.model.Model;
import org.nextscale.cli.internal.session.Session;
import org.nextscale.evaluation.images.GeneratedImages;
import org.nextscale.evaluation.images.ImageSource;
import org.nextscale.evaluation.images.SetImages;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Generated images: in files, or straight from a model. */
public final class ImageOptions {
    @Parameters(
            index = "0",
            arity = "0..1",
            paramLabel = "IMAGES",
            description = "a folder of PNG, JPEG and WebP files, by class or not; an .npz with arr_0; an IDX file")
    private Path path;

    @Option(
            names = "--images-per-class",
            paramLabel = "N",
            description = "instead of IMAGES: so many of every class of --model, made as they are needed")
    private Integer imagesPerClass;

    @Option(names = "--seed", paramLabel = "N", description = "of the images that are made (default: 0)")
    private long seed;

    @Option(
            names = "--batch",
            paramLabel = "N",
            description = "images made together; changes the time, not the images (default: as memory allows)")
    private int batch;

    @Option(
            names = "--size",
            paramLabel = "PIXELS",
            description =
                    "crop and resize pictures to so many pixels an edge (default: what the network takes, else the"
                            + " size of the first)")
    private Integer size;

    @Mixin
    private ModelOptions model;

    private final SamplingOptions sampling;

    /** @param sampling added to the command by its maker */
    public ImageOptions(SamplingOptions sampling) {
        this.sampling = sampling;
    }

    /** What to say where none were named. */
    public static InvalidInputException missing() {
        return new InvalidInputException("say which images: a folder, an .npz or an IDX file, or --images-per-class N");
    }

    /** Whether any images were named. */
    public boolean says() {
        return path != null || imagesPerClass != null;
    }

    /** The size that was typed, else another. */
    public OptionalInt size(OptionalInt otherwise) {
        if (size != null && size < 1) {
            throw new InvalidInputException("--size is " + size + ", must be at least 1");
        }
        return size == null ? otherwise : OptionalInt.of(size);
    }

    /**
     * Works with the images that were named.
     *
     * @param otherwise pixels along an edge, where nothing was typed
     */
    public void work(Session session, OptionalInt otherwise, Consumer<ImageSource> work) {
        if (path != null && imagesPerClass != null) {
            throw new InvalidInputException(
                    "IMAGES and --images-per-class both say what to measure: leave one of the two out");
        }
        if (path != null) {
            if (model.saysModel()) {
                throw new InvalidInputException("--model makes images only with --images-per-class");
            }
            try (ImageSet set = open(session, path)) {
                work.accept(SetImages.of(set, size(otherwise)));
            }
            return;
        }
        if (imagesPerClass == null) {
            throw missing();
        }
        if (imagesPerClass < 1) {
            throw new InvalidInputException("--images-per-class is " + imagesPerClass + ", must be at least 1");
        }
        session.work(
                model.folder(session, null),
                model.backend(session),
                this::request,
                (generator, request) -> work.accept(new GeneratedImages(generator, request)));
    }

    /** Opens all images that are in a file or folder; the caller closes it. */
    public static ImageSet open(Session session, Path path) {
        return session.engine()
                .images(path, ImagePart.ALL, session.console()::warn)
                .orElseThrow(() -> new InvalidInputException(path + " holds no images"));
    }

    private GenerationRequest request(Model opened) {
        if (batch < 0) {
            throw new InvalidInputException(
                    "--batch is " + batch + ", must be at least 1, or 0 for as many as suit the machine");
        }
        int classes = opened.spec().transformer().classes();
        if ((long) classes * imagesPerClass > Integer.MAX_VALUE / 8) {
            throw new InvalidInputException("--images-per-class " + imagesPerClass + " of " + classes
                    + " classes are more images than can be measured at once");
        }
        List<Condition> conditions = new ArrayList<>(classes * imagesPerClass);
        for (int label = 0; label < classes; label++) {
            conditions.addAll(Collections.nCopies(imagesPerClass, Condition.ofClass(label)));
        }
        SamplingOptions.Sampling chosen = sampling.sampling(Optional.empty(), true);
        return GenerationRequest.of(conditions)
                .withSeed(seed)
                .withBatch(batch)
                .withSampler(chosen.sampler())
                .withGuidance(chosen.guidance());
    }
}
