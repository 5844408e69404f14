package org.nextscale.model.making;

import java.nio.file.Path;
import java.util.List;
import java.util.OptionalLong;
import java.util.function.Function;
import org.nextscale.api.InvalidInputException;
import org.nextscale.api.model.DataType;
import org.nextscale.api.model.ModelSpec;
import org.nextscale.api.model.WeightInfo;
import org.nextscale.api.progress.Cancellation;
import org.nextscale.api.progress.ProgressListener;
import org.nextscale.backend.support.TensorShape;
import org.nextscale.checkpoint.SafetensorsWriter;
import org.nextscale.checkpoint.tensor.TensorValues;
import org.nextscale.files.StagedFolder;
import org.nextscale.model.description.ModelManifest;
import org.nextscale.model.description.ModelOrigin;

/**
 * Makes a package of weights that a program has, such as one that trained them. Weights are streamed to disk; the package
 * appears whole or not at all.
 *
 * @param name what to call the model
 * @param description where it comes from and under what terms, in a person's words
 * @param dataType the type to store weights in: F32, F16 or BF16
 * @param classNames one name a class, or none at all
 * @param operation how the weights came to be, one word: {@code train}
 * @param seed of their random beginning
 * @param tool the program and version to record
 * @throws InvalidInputException if a package cannot have such a name, description or class
 */
public record ModelAssembly(
        String name,
        String description,
        ModelSpec spec,
        DataType dataType,
        List<String> classNames,
        String operation,
        long seed,
        String tool) {

    public ModelAssembly {
        classNames = List.copyOf(classNames);
        // What a package refuses is known before there are weights for it.
        new PackageWriter(name, description, spec, dataType, classNames);
    }

    /**
     * Tries whether the package could be written, before there is anything to write.
     *
     * @throws InvalidInputException if what is at the target may not be replaced, or there is no room
     */
    public void requireWritable(Path target) {
        TensorValues none = (first, values) -> {};
        announced(tensor -> none, tensor -> none).stage(target, true).close();
    }

    /**
     * Writes the package.
     *
     * @param target the folder to make
     * @param overwrite whether a package at the target may be replaced
     * @param tokenizer values of each of the tokenizer's tensors
     * @param transformer values of each of the transformer's tensors
     * @return what its {@code model.json} says
     * @throws InvalidInputException with one line; nothing is left behind then
     */
    public ModelManifest write(
            Path target,
            boolean overwrite,
            Function<TensorShape, TensorValues> tokenizer,
            Function<TensorShape, TensorValues> transformer,
            ProgressListener progress,
            Cancellation cancellation) {
        PackageWriter writer = announced(tokenizer, transformer);
        try (StagedFolder folder = writer.stage(target, overwrite)) {
            ModelOrigin origin = new ModelOrigin(operation, tool, List.of(), OptionalLong.of(seed));
            return writer.write(folder, origin, progress, cancellation);
        }
    }

    private PackageWriter announced(
            Function<TensorShape, TensorValues> tokenizer, Function<TensorShape, TensorValues> transformer) {
        PackageWriter writer = new PackageWriter(name, description, spec, dataType, classNames);
        writer.tokenizer((file, tensor) -> add(file, tensor, tokenizer));
        writer.transformer((file, tensor) -> add(file, tensor, transformer));
        return writer;
    }

    private void add(SafetensorsWriter file, TensorShape tensor, Function<TensorShape, TensorValues> values) {
        file.add(new WeightInfo(tensor.name(), dataType, tensor.shape()), values.apply(tensor));
    }
}
