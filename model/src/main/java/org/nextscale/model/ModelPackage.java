package org.nextscale.model;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.nextscale.api.InvalidInputException;
import org.nextscale.api.model.DataType;
import org.nextscale.api.model.Model;
import org.nextscale.api.model.ModelSpec;
import org.nextscale.backend.support.TensorShape;
import org.nextscale.backend.support.TokenizerTensors;
import org.nextscale.backend.support.TransformerTensors;
import org.nextscale.checkpoint.Checkpoint;
import org.nextscale.checkpoint.tensor.TensorSource;
import org.nextscale.files.Sha256;
import org.nextscale.model.description.FileDigest;
import org.nextscale.model.description.ModelConfig;
import org.nextscale.model.description.ModelManifest;
import org.nextscale.model.description.NamedClasses;
import org.nextscale.model.description.PublishedModel;
import org.nextscale.model.internal.manifest.ManifestFile;
import org.nextscale.model.internal.recognition.CheckpointFolder;
import org.nextscale.model.internal.recognition.OpenCheckpoints;
import org.nextscale.model.internal.recognition.OpenCheckpoints.Part;
import org.nextscale.model.internal.recognition.TokenizerRecognition;
import org.nextscale.model.internal.recognition.TransformerRecognition;
import org.nextscale.model.internal.text.SmallText;

/**
 * A model, open on disk: its architecture, its class names and its weights. It is a folder with {@code model.json},
 * {@code tokenizer.safetensors} and {@code transformer.safetensors}; PyTorch checkpoints can be opened the same way
 * without converting them first. Opening checks that every tensor the architecture needs is there with its shape, and
 * reads none.
 *
 * <p>Thread-safe; its weights must not be used after {@link #close}. Every method throws {@link InvalidInputException}
 * with one line naming file and tensor when the model is not what it should be.
 */
public final class ModelPackage implements Model {
    private final Path location;
    private final String name;
    private final ModelSpec spec;
    private final NamedClasses classNames;
    private final Supplier<String> fingerprint;
    private final List<Checkpoint> files;
    private final TensorSource tokenizerWeights;
    private final TensorSource transformerWeights;
    private final Optional<ModelManifest> manifest;

    private ModelPackage(
            Path location,
            String name,
            ModelSpec spec,
            NamedClasses classNames,
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
     *     {@code var.pth}, or {@code .safetensors}) and perhaps a {@code config.json}; or a trainer's checkpoint, which
     *     holds both
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
        byte[] json = SmallText.load(manifestFile);
        ModelManifest manifest = ManifestFile.parse(manifestFile, json);
        ModelSpec spec = manifest.spec();
        try (OpenCheckpoints opened = new OpenCheckpoints()) {
            TensorSource tokenizer = opened.open(folder, manifest.tokenizer(), Part.TOKENIZER);
            TensorSource transformer = opened.open(folder, manifest.transformer(), Part.TRANSFORMER);
            String description = PublishedModel.describe(spec) + " as " + manifestFile + " describes it";
            TensorShape.require(TokenizerTensors.all(spec.tokenizer(), spec.pyramid()), tokenizer, description);
            TensorShape.require(TransformerTensors.all(spec.transformer()), transformer, description);
            return new ModelPackage(
                    folder,
                    manifest.name(),
                    spec,
                    NamedClasses.of(manifest.classNames(), spec.transformer().classes()),
                    () -> Sha256.of(json),
                    opened.release(),
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
            TensorSource tokenizer = opened.the(Part.TOKENIZER);
            TensorSource transformer = opened.the(Part.TRANSFORMER);
            ModelConfig known = config.map(ModelConfig::read).orElse(ModelConfig.NONE);
            known = opened.patchNums().map(known::orPatchNums).orElse(known);
            ModelSpec spec = recognize(tokenizer, transformer, known);
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
                    NamedClasses.of(names, classes),
                    () -> fingerprint,
                    opened.release(),
                    tokenizer,
                    transformer,
                    Optional.empty());
        }
    }

    private static ModelSpec recognize(TensorSource tokenizer, TensorSource transformer, ModelConfig known) {
        var transformerSpec = TransformerRecognition.recognize(transformer, known);
        var tokenizerSpec = TokenizerRecognition.recognize(tokenizer, known, transformerSpec.pyramid());
        try {
            return ModelSpec.of(tokenizerSpec, transformerSpec);
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
        return name == null
                ? "model"
                : name.toString().replaceFirst("(\\.(pth|pt|ckpt|bin|safetensors))?(\\.index\\.json)?$", "");
    }

    @Override
    public Path location() {
        return location;
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public ModelSpec spec() {
        return spec;
    }

    @Override
    public NamedClasses classNames() {
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
    @Override
    public String fingerprint() {
        return fingerprint.get();
    }

    @Override
    public TensorSource tokenizerWeights() {
        return tokenizerWeights;
    }

    @Override
    public TensorSource transformerWeights() {
        return transformerWeights;
    }

    /** What its {@code model.json} says; empty for checkpoints. */
    public Optional<ModelManifest> manifest() {
        return manifest;
    }

    /** The files it was opened from. */
    public List<Checkpoint> files() {
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
        String found = Sha256.ofFile(file.path());
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
