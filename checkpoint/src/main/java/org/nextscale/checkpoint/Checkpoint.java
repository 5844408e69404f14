package org.nextscale.checkpoint;

import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.nextscale.api.InvalidInputException;
import org.nextscale.checkpoint.internal.CheckpointFiles;
import org.nextscale.checkpoint.internal.storage.OpenedFile;
import org.nextscale.checkpoint.internal.storage.PositionalFile;
import org.nextscale.checkpoint.internal.torch.TorchArchive;
import org.nextscale.checkpoint.tensor.CheckpointFormat;
import org.nextscale.checkpoint.tensor.TensorSource;

/**
 * An open file of tensors: a PyTorch checkpoint (a bare state dict, or a trainer's checkpoint with the tokenizer under
 * {@code trainer.vae_local} and the transformer under {@code trainer.var_wo_ddp}) or safetensors. Opening reads names,
 * shapes and places only; tensors are read when asked for. Nothing in the file is executed, and memory is bounded by what
 * is really in it.
 *
 * <p>Thread-safe; its sources must not be used after {@link #close}. Every method throws {@link InvalidInputException}
 * with one line naming file and tensor when the file is not what it should be.
 */
public final class Checkpoint implements AutoCloseable {
    /** Tensor names by which a bare state dict is known. */
    private static final String OF_TOKENIZER = "quantize.embedding.weight";

    private static final String OF_TRANSFORMER = "word_embed.weight";

    private final PositionalFile file;
    private final CheckpointFormat format;
    private final OpenedFile opened;

    private Checkpoint(PositionalFile file, CheckpointFormat format, OpenedFile opened) {
        this.file = file;
        this.format = format;
        this.opened = opened;
    }

    /** Opens a file, whatever its name ends with: the format is told by its first bytes. */
    public static Checkpoint open(Path path) {
        PositionalFile file = PositionalFile.open(path);
        try {
            CheckpointFormat format = CheckpointFiles.recognize(file);
            return new Checkpoint(file, format, CheckpointFiles.open(file, format));
        } catch (RuntimeException e) {
            file.close();
            throw e;
        }
    }

    public Path path() {
        return file.path();
    }

    public CheckpointFormat format() {
        return format;
    }

    /** Bytes of the file. */
    public long size() {
        return file.size();
    }

    /** Whether this is a trainer's checkpoint, with the models nested in it. */
    public boolean trainer() {
        return !opened.parts().isEmpty();
    }

    /**
     * Every tensor, by its name in the file; in a trainer's checkpoint those of both models with {@code vae_local.} and
     * {@code var_wo_ddp.} before their names (optimizer states and averages are left out).
     */
    public TensorSource tensors() {
        return opened.all();
    }

    /** The tokenizer's tensors, named as in a bare state dict; empty if there is no tokenizer in the file. */
    public Optional<TensorSource> tokenizer() {
        return part(TorchArchive.TOKENIZER, OF_TOKENIZER);
    }

    /** The transformer's tensors, named as in a bare state dict; empty if there is no transformer in the file. */
    public Optional<TensorSource> transformer() {
        return part(TorchArchive.TRANSFORMER, OF_TRANSFORMER);
    }

    private Optional<TensorSource> part(String name, String sign) {
        if (trainer()) {
            return Optional.ofNullable(opened.parts().get(name));
        }
        return opened.all().contains(sign) ? Optional.of(opened.all()) : Optional.empty();
    }

    /** The pyramid that a trainer's checkpoint says it was trained with. */
    public Optional<List<Integer>> patchNums() {
        return opened.patchNums();
    }

    /** Free-form texts by key, as {@link SafetensorsWriter#metadata} writes them; empty in a PyTorch checkpoint. */
    public Map<String, String> metadata() {
        return Collections.unmodifiableMap(opened.metadata());
    }

    /**
     * SHA-256 in hexadecimal over the file's structure: names, shapes, places and, in PyTorch checkpoints, the checksums
     * of all tensors. Cheap: the tensors are not read.
     */
    public String fingerprint() {
        return opened.fingerprint().get();
    }

    /** Reads all tensors and compares them with the checksums in the file; safetensors has none. */
    public void verify() {
        opened.integrity().run();
    }

    @Override
    public void close() {
        file.close();
    }

    @Override
    public String toString() {
        return format.label() + " " + file.path();
    }
}
