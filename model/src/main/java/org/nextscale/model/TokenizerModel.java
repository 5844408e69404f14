package org.nextscale.model;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Function;
import org.nextscale.api.InvalidInputException;
import org.nextscale.api.model.DataType;
import org.nextscale.api.model.ModelSpec;
import org.nextscale.api.model.ScalePyramid;
import org.nextscale.api.model.TokenizerSpec;
import org.nextscale.api.model.WeightInfo;
import org.nextscale.api.progress.Cancellation;
import org.nextscale.api.progress.ProgressListener;
import org.nextscale.backend.support.TensorShape;
import org.nextscale.backend.support.TokenizerTensors;
import org.nextscale.checkpoint.Checkpoint;
import org.nextscale.checkpoint.SafetensorsWriter;
import org.nextscale.checkpoint.tensor.TensorSource;
import org.nextscale.checkpoint.tensor.TensorValues;
import org.nextscale.files.FileErrors;
import org.nextscale.files.Sha256;
import org.nextscale.files.WholeFile;
import org.nextscale.model.description.ModelConfig;
import org.nextscale.model.internal.manifest.ManifestFile;
import org.nextscale.model.internal.recognition.CheckpointFolder;
import org.nextscale.model.internal.recognition.OpenCheckpoints.Part;
import org.nextscale.model.internal.recognition.TokenizerRecognition;

/**
 * A tokenizer without a transformer, open on disk: what training one makes and training a transformer begins with. It is a
 * folder with {@code tokenizer.safetensors} and {@code config.json}, or the tokenizer of a model or of a checkpoint.
 *
 * <p>Thread-safe; its weights must not be used after {@link #close}.
 */
public final class TokenizerModel implements AutoCloseable {
    private static final String CONFIG = "config.json";

    private final TokenizerSpec spec;
    private final ScalePyramid pyramid;
    private final TensorSource weights;
    private final String fingerprint;
    private final AutoCloseable file;

    private TokenizerModel(
            TokenizerSpec spec, ScalePyramid pyramid, TensorSource weights, String fingerprint, AutoCloseable file) {
        this.spec = spec;
        this.pyramid = pyramid;
        this.weights = weights;
        this.fingerprint = fingerprint;
        this.file = file;
    }

    /**
     * Opens one.
     *
     * @param path a tokenizer's folder, a model package, or a checkpoint with a {@code config.json} beside it that has at
     *     least {@code patch_nums}
     * @throws InvalidInputException with one line naming the file
     */
    public static TokenizerModel open(Path path) {
        if (ModelPackage.isPackage(path)) {
            return of(ModelPackage.open(path));
        }
        if (!Files.exists(path)) {
            throw new InvalidInputException(path + ": no such file or folder");
        }
        Path file = Files.isDirectory(path) ? weightsIn(path) : path;
        Checkpoint checkpoint = Checkpoint.open(file);
        try {
            TensorSource weights = checkpoint.tokenizer().orElseThrow(() -> Part.TOKENIZER.missing(checkpoint));
            ModelConfig config =
                    CheckpointFolder.configBeside(file).map(ModelConfig::read).orElse(ModelConfig.NONE);
            ScalePyramid pyramid = config.patchNums()
                    .or(checkpoint::patchNums)
                    .map(ScalePyramid::new)
                    .orElseThrow(
                            () -> new InvalidInputException(file + ": a tokenizer's tensors cannot tell its scales; "
                                    + "put a config.json with patch_nums beside it"));
            TokenizerSpec spec = TokenizerRecognition.recognize(weights, config, pyramid);
            return new TokenizerModel(spec, pyramid, weights, digest(checkpoint), checkpoint);
        } catch (RuntimeException e) {
            checkpoint.close();
            throw e;
        }
    }

    /** The tokenizer of a model, whose closing passes to the result. */
    public static TokenizerModel of(ModelPackage model) {
        ModelSpec spec = model.spec();
        return new TokenizerModel(
                spec.tokenizer(),
                spec.pyramid(),
                model.tokenizerWeights(),
                digest(model.files().get(0)),
                model);
    }

    private static Path weightsIn(Path folder) {
        for (String name : List.of(ManifestFile.TOKENIZER, "vae.pth")) {
            if (Files.isRegularFile(folder.resolve(name))) {
                return folder.resolve(name);
            }
        }
        return CheckpointFolder.tokenizer(folder)
                .orElseThrow(() -> new InvalidInputException(folder + ": holds no tokenizer: neither model.json nor "
                        + ManifestFile.TOKENIZER + " nor one vae.pth or vae.safetensors"));
    }

    /** Of a file, or of the digests of all that make the checkpoint. */
    private static String digest(Checkpoint checkpoint) {
        List<Path> files = checkpoint.files();
        if (files.size() == 1) {
            return Sha256.ofFile(files.get(0));
        }
        Sha256 sum = new Sha256();
        files.forEach(each -> sum.add(Sha256.ofFile(each)));
        return sum.hex();
    }

    /**
     * Writes one, in float32. A tokenizer that is there is replaced.
     *
     * @param folder is made if it is not there
     */
    public static void write(
            Path folder, TokenizerSpec spec, ScalePyramid pyramid, Function<TensorShape, TensorValues> values) {
        SafetensorsWriter writer = new SafetensorsWriter().metadata("format", "pt");
        for (TensorShape each : TokenizerTensors.all(spec, pyramid)) {
            writer.add(new WeightInfo(each.name(), DataType.F32, each.shape()), values.apply(each));
        }
        try {
            Files.createDirectories(folder);
        } catch (IOException e) {
            throw FileErrors.writing(folder, e);
        }
        writer.write(folder.resolve(ManifestFile.TOKENIZER), ProgressListener.NONE, Cancellation.NEVER);
        WholeFile.write(folder.resolve(CONFIG), ModelConfig.json(spec, pyramid));
    }

    public TokenizerSpec spec() {
        return spec;
    }

    /** The scales it was trained for. */
    public ScalePyramid pyramid() {
        return pyramid;
    }

    /** Its tensors, named as in the reference implementation. */
    public TensorSource weights() {
        return weights;
    }

    /** SHA-256 in hexadecimal of the file with its weights. */
    public String fingerprint() {
        return fingerprint;
    }

    @Override
    public void close() {
        try {
            file.close();
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }
}
