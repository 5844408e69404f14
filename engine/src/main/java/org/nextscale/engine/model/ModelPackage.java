package org.nextscale.engine.model;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.nextscale.api.InvalidInputException;
import org.nextscale.api.model.DataType;
import org.nextscale.api.model.ModelSpec;
import org.nextscale.engine.checkpoint.Checkpoint;
import org.nextscale.engine.checkpoint.TensorSource;
import org.nextscale.engine.internal.checkpoint.Digests;

/**
 * A model, open on disk: its architecture, its class names and its weights. It is a folder with {@code model.json},
 * {@code tokenizer.safetensors} and {@code transformer.safetensors}; PyTorch checkpoints can be opened the same way
 * without converting them first. Opening checks that every tensor the architecture needs is there with its shape, and
 * reads none.
 *
 * <p>Thread-safe; its weights must not be used after {@link #close}. Every method throws {@link InvalidInputException}
 * with one line naming file and tensor when the model is not what it should be.
 */
public final class ModelPackage implements AutoCloseable {
    private final Path location;
    private final String name;
    private final ModelSpec spec;
    private final ClassNames classNames;
    private final Supplier<String> fingerprint;
    private final List<Checkpoint> files;
    private final TensorSource tokenizerWeights;
    private final TensorSource transformerWeights;
    private final Optional<ModelManifest> manifest;

    private ModelPackage(
            Path location,
            String name,
            ModelSpec spec,
            ClassNames classNames,
            Supplier<String> fingerprint,
            List<Checkpoint> files,
            TensorSource tokenizerWeights,
            TensorSource transformerWeights,
            Optional<ModelManifest> manifest) {
        this.location = location;
        this.name = name;
        this.spec = spec;
        this.classNames = classNames;
        this.fingerprint = fingerprint;
        this.files = List.copyOf(files);
        this.tokenizerWeights = tokenizerWeights;
        this.transformerWeights = transformerWeights;
        this.manifest = manifest;
    }

    /**
     * Opens a model.
     *
     * @param path a package; or a folder with a tokenizer's and a transformer's checkpoint ({@code vae.pth},
     *     {@code var.pth}) and perhaps a {@code config.json}; or a trainer's checkpoint, which holds both
     */
    public static ModelPackage open(Path path) {
        if (Files.isRegularFile(path.resolve(ManifestFile.NAME))) {
            return openPackage(path);
        }
        CheckpointFolder found = CheckpointFolder.find(path);
        return ofCheckpoints(found.files(), found.config());
    }

    /** Whether a folder is a model package, by its {@code model.json}. */
    public static boolean isPackage(Path folder) {
        return Files.isRegularFile(folder.resolve(ManifestFile.NAME));
    }

    private static ModelPackage openPackage(Path folder) {
        Path manifestFile = folder.resolve(ManifestFile.NAME);
        byte[] json = JsonFields.load(manifestFile);
        ModelManifest manifest = ManifestFile.parse(manifestFile, json);
        ModelSpec spec = manifest.spec();
        try (OpenCheckpoints opened = new OpenCheckpoints()) {
            TensorSource tokenizer = opened.open(folder, manifest.tokenizer()).tensors();
            TensorSource transformer =
                    opened.open(folder, manifest.transformer()).tensors();
            String description = PublishedModel.describe(spec) + " as " + manifestFile + " describes it";
            ExpectedTensors.require(
                    ExpectedTensors.tokenizer(spec.tokenizer(), spec.pyramid()), tokenizer, description);
            ExpectedTensors.require(ExpectedTensors.transformer(spec.transformer()), transformer, description);
            return new ModelPackage(
                    folder,
                    manifest.name(),
                    spec,
                    ClassNames.of(manifest.classNames(), spec.transformer().classes()),
                    () -> Digests.hex(Digests.sha256().digest(json)),
                    opened.keep(),
                    tokenizer,
                    transformer,
                    Optional.of(manifest));
        }
    }

    /**
     * Opens a model straight from checkpoints, in any order: what each holds is told by its tensors.
     *
     * @param files a tokenizer's and a transformer's checkpoint, or one that holds both
     * @param config a {@code config.json} with what tensors cannot tell
     */
    public static ModelPackage ofCheckpoints(List<Path> files, Optional<Path> config) {
        try (OpenCheckpoints opened = new OpenCheckpoints()) {
            files.forEach(opened::open);
            TensorSource tokenizer = opened.tokenizer();
            TensorSource transformer = opened.transformer();
            ModelConfig known = config.map(ModelConfig::read).orElse(ModelConfig.NONE);
            known = opened.patchNums().map(known::orPatchNums).orElse(known);
            ModelSpec spec = recognise(tokenizer, transformer, known);
            List<String> names = known.classNames().orElse(List.of());
            int classes = spec.transformer().classes();
            if (!names.isEmpty() && names.size() != classes) {
                throw new InvalidInputException(known.source() + ": class_names has " + names.size() + " names, but "
                        + transformer.description() + " has " + classes + " classes");
            }
            String fingerprint = opened.fingerprint(spec);
            Path location = files.size() == 1 ? files.get(0) : folderOf(files.get(0));
            return new ModelPackage(
                    location,
                    nameOf(location),
                    spec,
                    ClassNames.of(names, classes),
                    () -> fingerprint,
                    opened.keep(),
                    tokenizer,
                    transformer,
                    Optional.empty());
        }
    }

    private static ModelSpec recognise(TensorSource tokenizer, TensorSource transformer, ModelConfig known) {
        var transformerSpec = TransformerRecognition.recognise(transformer, known);
        var tokenizerSpec = TokenizerRecognition.recognise(tokenizer, known, transformerSpec.pyramid());
        try {
            return new ModelSpec(tokenizerSpec, transformerSpec);
        } catch (InvalidInputException e) {
            throw new InvalidInputException(
                    transformer.description() + " and " + tokenizer.description() + ": " + e.getMessage(), e);
        }
    }

    private static Path folderOf(Path file) {
        return file.toAbsolutePath().getParent();
    }

    private static String nameOf(Path location) {
        Path name = location.toAbsolutePath().normalize().getFileName();
        return name == null ? "model" : name.toString().replaceFirst("\\.(pth|pt|safetensors)$", "");
    }

    /** The folder (or single file) it was opened from. */
    public Path location() {
        return location;
    }

    /** What the model is called: as its package says, else like its folder. */
    public String name() {
        return name;
    }

    public ModelSpec spec() {
        return spec;
    }

    /** One name a class; ImageNet's where a model of 1000 classes brings none. */
    public ClassNames classNames() {
        return classNames;
    }

    /** The type that the transformer's weights are stored in. */
    public DataType dataType() {
        return transformerWeights.weight("word_embed.weight").type();
    }

    /**
     * SHA-256 in hexadecimal that stands for architecture and weights: of {@code model.json}, which carries the digests
     * of the weights, or of the structure and checksums of checkpoints.
     */
    public String fingerprint() {
        return fingerprint.get();
    }

    /** The tokenizer's tensors, named as in the reference implementation. */
    public TensorSource tokenizerWeights() {
        return tokenizerWeights;
    }

    /** The transformer's tensors, named as in the reference implementation. */
    public TensorSource transformerWeights() {
        return transformerWeights;
    }

    /** What its {@code model.json} says; empty for checkpoints. */
    public Optional<ModelManifest> manifest() {
        return manifest;
    }

    /** The files it was opened from. */
    List<Checkpoint> files() {
        return files;
    }

    /** Reads all weights and compares them with the digests in {@code model.json}, or the checkpoints' checksums. */
    public void verify() {
        files.forEach(Checkpoint::verify);
        manifest.ifPresent(said -> {
            requireDigest(files.get(0), said.tokenizer());
            requireDigest(files.get(1), said.transformer());
        });
    }

    private static void requireDigest(Checkpoint file, FileDigest expected) {
        String found = Digests.ofFile(file.path());
        if (!found.equals(expected.sha256())) {
            throw new InvalidInputException(
                    file.path() + ": SHA-256 is " + found + ", model.json says " + expected.sha256());
        }
    }

    @Override
    public void close() {
        files.forEach(Checkpoint::close);
    }

    @Override
    public String toString() {
        return name + " (" + PublishedModel.describe(spec) + ")";
    }
}
