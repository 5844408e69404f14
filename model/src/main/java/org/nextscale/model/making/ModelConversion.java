package org.nextscale.model.making;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.nextscale.api.InvalidInputException;
import org.nextscale.api.model.DataType;
import org.nextscale.api.progress.Cancellation;
import org.nextscale.api.progress.ProgressListener;
import org.nextscale.backend.support.TokenizerTensors;
import org.nextscale.checkpoint.SafetensorsWriter;
import org.nextscale.checkpoint.tensor.TensorSource;
import org.nextscale.files.FileErrors;
import org.nextscale.files.Sha256;
import org.nextscale.files.StagedFolder;
import org.nextscale.model.ModelPackage;
import org.nextscale.model.description.FileDigest;
import org.nextscale.model.description.ModelManifest;
import org.nextscale.model.description.ModelOrigin;
import org.nextscale.model.internal.recognition.CheckpointFolder;

/**
 * Makes a model package of checkpoints, or of another package in another type. Weights are streamed; buffers that follow
 * from the architecture are left out. The package appears whole or not at all.
 *
 * @param sources a tokenizer's and a transformer's checkpoint (each may be the folder that it is alone in), a trainer's
 *     checkpoint, a folder of checkpoints, or a package
 * @param config what tensors cannot tell; if absent, a {@code config.json} beside the first source
 * @param target the folder to make
 * @param dataType the type to store weights in; if absent, the type that the transformer's are in
 * @param name what to call the model; if absent, the target folder's name
 * @param description where the model comes from, in a person's words; if absent, the source's
 * @param classNames one name a class; if absent, those of the source
 * @param overwrite whether a package at the target may be replaced
 * @param tool the program and version to record
 */
public record ModelConversion(
        List<Path> sources,
        Optional<Path> config,
        Path target,
        Optional<DataType> dataType,
        Optional<String> name,
        Optional<String> description,
        Optional<List<String>> classNames,
        boolean overwrite,
        String tool) {

    public ModelConversion {
        sources = List.copyOf(sources);
        if (sources.isEmpty()) {
            throw new InvalidInputException("nothing to convert: give a tokenizer's and a transformer's checkpoint");
        }
    }

    /**
     * Converts.
     *
     * @return what the new package's {@code model.json} says
     * @throws InvalidInputException with one line naming file and tensor; nothing is left behind then
     */
    public ModelManifest run(ProgressListener progress, Cancellation cancellation) {
        requireTargetApart();
        try (ModelPackage source = openSource()) {
            PackageWriter writer = new PackageWriter(
                    name.orElseGet(this::targetName),
                    description.orElseGet(() ->
                            source.manifest().map(ModelManifest::description).orElse("")),
                    source.spec(),
                    dataType.orElseGet(source::dataType),
                    names(source));
            writer.tokenizer((file, tensor) -> add(file, source.tokenizerWeights(), tensor.name()));
            writer.tokenizer(
                    TokenizerTensors.others(
                            source.spec().tokenizer(), source.spec().pyramid(), source.tokenizerWeights()),
                    (file, name) -> add(file, source.tokenizerWeights(), name));
            writer.transformer((file, tensor) -> add(file, source.transformerWeights(), tensor.name()));
            try (StagedFolder folder = writer.stage(target, overwrite)) {
                source.verify();
                List<FileDigest> digests = source.files().stream()
                        .flatMap(each -> each.files().stream())
                        .map(ModelConversion::digest)
                        .toList();
                return writer.write(
                        folder,
                        new ModelOrigin("convert", tool, digests, OptionalLong.empty()),
                        progress,
                        cancellation);
            }
        }
    }

    private void add(SafetensorsWriter file, TensorSource source, String name) {
        DataType stored = source.weight(name).type();
        file.add(source, name, stored == DataType.I64 ? stored : dataType.orElse(stored));
    }

    private ModelPackage openSource() {
        if (sources.size() == 1) {
            Path only = sources.get(0);
            if (ModelPackage.isPackage(only)) {
                return ModelPackage.open(only);
            }
        }
        List<CheckpointFolder> found =
                sources.stream().map(CheckpointFolder::find).toList();
        return ModelPackage.ofCheckpoints(
                found.stream().flatMap(each -> each.files().stream()).toList(), config.or(found.get(0)::config));
    }

    private List<String> names(ModelPackage source) {
        List<String> names = classNames.orElseGet(
                () -> source.classNames().named() ? source.classNames().names() : List.of());
        int classes = source.spec().transformer().classes();
        if (!names.isEmpty() && names.size() != classes) {
            throw new InvalidInputException(names.size() + " class names are given, but "
                    + source.transformerWeights().description() + " has " + classes + " classes");
        }
        return names;
    }

    private String targetName() {
        Path last = target.toAbsolutePath().normalize().getFileName();
        return last == null ? "model" : last.toString();
    }

    private static FileDigest digest(Path file) {
        try {
            return new FileDigest(file.getFileName().toString(), Files.size(file), Sha256.ofFile(file));
        } catch (IOException e) {
            throw FileErrors.reading(file, e);
        }
    }

    /** A target that is, holds or lies in a source would lose what is being read. */
    private void requireTargetApart() {
        Path to = real(target);
        for (Path each : sources) {
            Path from = real(each);
            if (from.startsWith(to) || ModelPackage.isPackage(each) && to.startsWith(from)) {
                throw new InvalidInputException(
                        target + ": is where the source " + each + " lies; choose another folder");
            }
        }
    }

    private static Path real(Path path) {
        Path absolute = path.toAbsolutePath().normalize();
        try {
            return Files.exists(absolute) ? absolute.toRealPath() : absolute;
        } catch (IOException e) {
            throw FileErrors.reading(path, e);
        }
    }
}
