package org.nextscale.model.inspection;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.nextscale.api.InvalidInputException;
import org.nextscale.api.model.TokenizerSpec;
import org.nextscale.api.model.TransformerSpec;
import org.nextscale.backend.support.TensorShape;
import org.nextscale.backend.support.TokenizerTensors;
import org.nextscale.backend.support.TransformerTensors;
import org.nextscale.checkpoint.Checkpoint;
import org.nextscale.checkpoint.tensor.CheckpointFormat;
import org.nextscale.checkpoint.tensor.StoredTensor;
import org.nextscale.checkpoint.tensor.TensorSource;
import org.nextscale.model.ModelPackage;
import org.nextscale.model.description.FileDigest;
import org.nextscale.model.description.ModelConfig;
import org.nextscale.model.description.ModelManifest;
import org.nextscale.model.description.PublishedModel;
import org.nextscale.model.internal.manifest.ManifestFile;
import org.nextscale.model.internal.recognition.CheckpointFolder;
import org.nextscale.model.internal.recognition.TokenizerRecognition;
import org.nextscale.model.internal.recognition.TransformerRecognition;
import org.nextscale.model.internal.text.SmallText;

/**
 * What a file or a folder turns out to hold, as far as it can be read.
 *
 * @param kind what it is in words
 * @param parts the tensors in it, model by model
 * @param tokenizer the tokenizer's architecture, if there is one
 * @param transformer the transformer's architecture, if there is one
 * @param manifest what {@code model.json} says, in a package
 * @param passedOver what else is in it and is not read, a few words each
 * @param problems why it cannot be used as a model, one line each; none if it can
 */
public record ModelInspection(
        Path path,
        String kind,
        List<Part> parts,
        Optional<TokenizerSpec> tokenizer,
        Optional<TransformerSpec> transformer,
        Optional<ModelManifest> manifest,
        List<String> passedOver,
        List<String> problems) {

    /**
     * The tensors of one model, or those of a file that holds none.
     *
     * @param role {@code tokenizer}, {@code transformer} or {@code tensors}
     * @param parameters elements of the tensors the architecture needs; of all float tensors if it is unknown
     */
    public record Part(String role, Path file, CheckpointFormat format, List<StoredTensor> tensors, long parameters) {

        /** How many tensors there are of each type. */
        public Map<String, Long> typeCounts() {
            return tensors.stream()
                    .collect(Collectors.groupingBy(StoredTensor::typeName, TreeMap::new, Collectors.counting()));
        }
    }

    public ModelInspection {
        parts = List.copyOf(parts);
        passedOver = List.copyOf(passedOver);
        problems = List.copyOf(problems);
    }

    /** The architecture in a few words, {@code var_d16, 256 px}; empty if it was not recognized. */
    public Optional<String> architecture() {
        if (transformer.isEmpty()) {
            return tokenizer.map(spec -> "VAR tokenizer of " + spec.levels() + " levels, " + spec.vocabularySize()
                    + " codes of " + spec.latentChannels());
        }
        int downsampling = tokenizer.orElse(PublishedModel.TOKENIZER).downsampling();
        int side = transformer.get().pyramid().finestSide();
        String size =
                tokenizer.isPresent() || PublishedModel.of(transformer.get()).isPresent()
                        ? side * downsampling + " px"
                        : side + " x " + side + " tokens";
        return Optional.of(PublishedModel.describe(transformer.get()) + ", " + size);
    }

    /** Elements of all tensors the architecture needs. */
    public long parameters() {
        return parts.stream().mapToLong(Part::parameters).sum();
    }

    /**
     * Looks into a package, a folder of checkpoints, or a single file.
     *
     * @param thorough whether to read all of it and compare checksums and digests too
     * @throws InvalidInputException when there is nothing at all that can be read
     */
    public static ModelInspection of(Path path, boolean thorough) {
        return new Inspector(path, thorough).inspect();
    }

    /** One inspection while it goes on. */
    private static final class Inspector {
        private final Path path;
        private final boolean thorough;
        private final List<Part> parts = new ArrayList<>();
        private final List<String> passedOver = new ArrayList<>();
        private final List<String> problems = new ArrayList<>();
        private ModelConfig config = ModelConfig.NONE;
        private Optional<TransformerSpec> transformer = Optional.empty();
        private Optional<TokenizerSpec> tokenizer = Optional.empty();
        private Optional<ModelManifest> manifest = Optional.empty();

        Inspector(Path path, boolean thorough) {
            this.path = path;
            this.thorough = thorough;
        }

        ModelInspection inspect() {
            String kind;
            if (ModelPackage.isPackage(path)) {
                kind = "model package";
                inspectPackage();
            } else {
                CheckpointFolder found = CheckpointFolder.find(path);
                config = found.config().map(ModelConfig::read).orElse(ModelConfig.NONE);
                kind = inspectCheckpoints(found.files());
                // A tokenizer or a transformer alone is good for something; what is given together has to fit.
                if (parts.size() > 1 || found.files().size() > 1) {
                    noting(() -> ModelPackage.ofCheckpoints(found.files(), found.config())
                            .close());
                }
            }
            return new ModelInspection(path, kind, parts, tokenizer, transformer, manifest, passedOver, problems);
        }

        private void inspectPackage() {
            Path file = path.resolve(ManifestFile.NAME);
            ModelManifest said = ManifestFile.parse(file, SmallText.load(file));
            manifest = Optional.of(said);
            try (ModelPackage opened = ModelPackage.open(path)) {
                tokenizer = Optional.of(said.spec().tokenizer());
                transformer = Optional.of(said.spec().transformer());
                addTokenizer(opened.files().get(0), opened.tokenizerWeights());
                addTransformer(opened.files().get(1), opened.transformerWeights());
                if (thorough) {
                    noting(opened::verify);
                }
            } catch (InvalidInputException e) {
                note(e);
                config = ModelConfig.of(said.spec(), file);
                for (FileDigest each : List.of(said.tokenizer(), said.transformer())) {
                    noting(() -> inspectCheckpoints(List.of(path.resolve(each.name()))));
                }
            }
        }

        private String inspectCheckpoints(List<Path> files) {
            List<String> kinds = new ArrayList<>();
            for (Path each : files) {
                try (Checkpoint checkpoint = Checkpoint.open(each)) {
                    kinds.add(kind(checkpoint));
                    passedOver.addAll(checkpoint.passedOver());
                    recognize(checkpoint);
                    if (thorough) {
                        noting(checkpoint::verify);
                    }
                }
            }
            return String.join(" and ", kinds);
        }

        private static String kind(Checkpoint checkpoint) {
            String files =
                    checkpoint.files().size() > 1 ? " in " + (checkpoint.files().size() - 1) + " files" : "";
            String keys = checkpoint.trainer()
                    ? " of a trainer"
                    : checkpoint.keys().isEmpty() ? "" : ", under " + String.join(" and ", checkpoint.keys());
            return checkpoint.format().label() + files + keys;
        }

        private void recognize(Checkpoint checkpoint) {
            checkpoint.patchNums().ifPresent(found -> config = config.orPatchNums(found));
            checkpoint.transformer().ifPresent(weights -> {
                noting(() -> transformer = Optional.of(TransformerRecognition.recognize(weights, config)));
                addTransformer(checkpoint, weights);
            });
            checkpoint.tokenizer().ifPresent(weights -> {
                noting(() -> tokenizer = Optional.of(TokenizerRecognition.recognize(weights, config)));
                addTokenizer(checkpoint, weights);
            });
            if (checkpoint.transformer().isEmpty() && checkpoint.tokenizer().isEmpty()) {
                problems.add(
                        checkpoint.path() + ": holds neither a VAR tokenizer (quantize.embedding.weight) nor a VAR "
                                + "transformer (word_embed.weight) but other tensors"
                                + checkpoint.tensors().tensors().stream()
                                        .findFirst()
                                        .map(each -> ", such as " + each.name())
                                        .orElse(""));
                add("tensors", checkpoint, checkpoint.tensors(), Optional.empty());
            }
        }

        private void addTokenizer(Checkpoint file, TensorSource weights) {
            add(
                    "tokenizer",
                    file,
                    weights,
                    tokenizer.map(spec -> TokenizerTensors.all(spec, TokenizerRecognition.pyramidOfPhis(weights))));
        }

        private void addTransformer(Checkpoint file, TensorSource weights) {
            add("transformer", file, weights, transformer.map(TransformerTensors::all));
        }

        private void add(String role, Checkpoint file, TensorSource weights, Optional<List<TensorShape>> expected) {
            long parameters = expected.map(
                            all -> all.stream().mapToLong(TensorShape::elements).sum())
                    .orElseGet(() -> floatElements(weights));
            parts.add(new Part(role, file.path(), file.format(), List.copyOf(weights.tensors()), parameters));
        }

        private static long floatElements(TensorSource weights) {
            return weights.tensors().stream()
                    .filter(each -> each.readable() && each.typeName().matches("B?F[0-9]+"))
                    .mapToLong(StoredTensor::elements)
                    .sum();
        }

        private void noting(Runnable step) {
            try {
                step.run();
            } catch (InvalidInputException e) {
                note(e);
            }
        }

        private void note(InvalidInputException problem) {
            if (!problems.contains(problem.getMessage())) {
                problems.add(problem.getMessage());
            }
        }
    }
}
