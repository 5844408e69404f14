package org.nextscale.model.making;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.nextscale.api.InvalidInputException;
import org.nextscale.api.model.DataType;
import org.nextscale.api.model.ModelSpec;
import org.nextscale.api.progress.Cancellation;
import org.nextscale.api.progress.ProgressListener;
import org.nextscale.model.description.ModelManifest;
import org.nextscale.model.description.NamedClasses;
import org.nextscale.model.description.PublishedModel;

/**
 * Makes a package of a published architecture's full size with random weights, to measure speed and memory without the
 * published weights. Its images are noise. The same seed gives the same package. Weights are streamed to disk.
 *
 * @param like the architecture
 * @param dataType the type to store weights in
 * @param target the folder to make
 * @param seed of the weights
 * @param name what to call it; if absent, like the architecture
 * @param overwrite whether a package at the target may be replaced
 * @param tool the program and version to record
 */
public record ModelSynthesis(
        PublishedModel like,
        DataType dataType,
        Path target,
        long seed,
        Optional<String> name,
        boolean overwrite,
        String tool) {

    /**
     * Writes the package.
     *
     * @return what its {@code model.json} says
     * @throws InvalidInputException with one line; nothing is left behind then
     */
    public ModelManifest run(ProgressListener progress, Cancellation cancellation) {
        return run(like.spec(), progress, cancellation);
    }

    ModelManifest run(ModelSpec spec, ProgressListener progress, Cancellation cancellation) {
        RandomInitialization random = new RandomInitialization(
                spec.transformer().width(), spec.transformer().depth(), RandomInitialization.GAMMA, seed);
        ModelAssembly assembly = new ModelAssembly(
                name.orElse(like.label() + "-random"),
                "Random weights in the shape of " + like.label() + "; its images are noise.",
                spec,
                dataType,
                spec.transformer().classes() == 1000 ? NamedClasses.imageNet().names() : List.of(),
                "synthesize",
                seed,
                tool);
        return assembly.write(target, overwrite, random::tokenizer, random::transformer, progress, cancellation);
    }
}
