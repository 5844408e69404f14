package org.nextscale.checkpoint;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.nextscale.api.InvalidInputException;
import org.nextscale.checkpoint.internal.CheckpointFiles;
import org.nextscale.checkpoint.internal.storage.Nesting;
import org.nextscale.checkpoint.internal.storage.Nesting.Model;
import org.nextscale.checkpoint.internal.storage.OpenedFile;
import org.nextscale.checkpoint.internal.storage.PositionalFile;
import org.nextscale.checkpoint.tensor.CheckpointFormat;
import org.nextscale.checkpoint.tensor.TensorSource;
import org.nextscale.files.PrintableText;

/**
 * An open file of tensors: a PyTorch checkpoint, safetensors, or the index of several files ({@code *.index.json}). A
 * PyTorch checkpoint is a bare state dict, or holds state dicts under keys: a trainer's has the tokenizer under
 * {@code trainer.vae_local} and the transformer under {@code trainer.var_wo_ddp}. Opening reads names, shapes and places
 * only; tensors are read when asked for. Nothing in the file is executed, and memory is bounded by what is really in it.
 *
 * <p>Thread-safe; its sources must not be used after {@link #close}. Every method throws {@link InvalidInputException}
 * with one line naming file and tensor when the file is not what it should be.
 */
public final class Checkpoint implements AutoCloseable {
    /** Keys of the two state dicts that a trainer of VAR writes. */
    private static final List<String> OF_TRAINER = List.of("vae_local", "var_wo_ddp");

    private static final int KEYS_SHOWN = 4;

    private final PositionalFile file;
    private final OpenedFile opened;

    private Checkpoint(PositionalFile file, OpenedFile opened) {
        this.file = file;
        this.opened = opened;
    }

    /** Opens a file: an index is known by its name, another file's format by its first bytes, whatever it is called. */
    public static Checkpoint open(Path path) {
        PositionalFile file = PositionalFile.open(path);
        try {
            return new Checkpoint(file, CheckpointFiles.open(file));
        } catch (RuntimeException e) {
            file.close();
            throw e;
        }
    }

    public Path path() {
        return file.path();
    }

    /** What the file is; of an index, what the files are that it lists. */
    public CheckpointFormat format() {
        return opened.format();
    }

    /** The file, and those that it lists if it is an index. */
    public List<Path> files() {
        return all().map(PositionalFile::path).toList();
    }

    private Stream<PositionalFile> all() {
        return Stream.concat(Stream.of(file), opened.shards().stream());
    }

    /** Bytes of all {@link #files}. */
    public long size() {
        return all().mapToLong(PositionalFile::size).sum();
    }

    /** Whether this is a trainer's checkpoint, with the models nested in it. */
    public boolean trainer() {
        return opened.nesting().keys().stream().anyMatch(OF_TRAINER::contains);
    }

    /** The keys under which the models lie, or what their tensors' names begin with; none in a bare state dict. */
    public List<String> keys() {
        return opened.nesting().keys();
    }

    /**
     * What else is in the file and is not read, a few words each: a moving average of a model, objects of Python's. Optimizer
     * states and numbers are not worth mention.
     */
    public List<String> passedOver() {
        List<String> words = new ArrayList<>();
        for (Model each : Model.values()) {
            opened.nesting().leftOut(each).forEach(key -> words.add("another " + each.word() + " under " + key));
        }
        opened.strangers().forEach(each -> words.add("Python's " + each));
        return words;
    }

    /**
     * Every tensor, by its name in the file. Names of tensors in state dicts begin with their keys, as in
     * {@code var_wo_ddp.pos_start}; a model that is {@link #passedOver} is left out of a PyTorch checkpoint.
     */
    public TensorSource tensors() {
        return opened.all();
    }

    /**
     * The tokenizer's tensors, named as in a bare state dict; empty if there is no tokenizer in the file. Of a model and its
     * moving average the model is taken.
     *
     * @throws InvalidInputException if there are several of which none is plainly the one
     */
    public Optional<TensorSource> tokenizer() {
        return model(Model.TOKENIZER);
    }

    /** The transformer's tensors, in the same way. */
    public Optional<TensorSource> transformer() {
        return model(Model.TRANSFORMER);
    }

    private Optional<TensorSource> model(Model model) {
        Nesting nesting = opened.nesting();
        List<String> undecided = nesting.undecided(model);
        if (!undecided.isEmpty()) {
            String keys = undecided.stream()
                    .limit(KEYS_SHOWN)
                    .map(PrintableText::printable)
                    .collect(Collectors.joining(", "));
            throw file.invalid("holds several " + model.word() + "s, under " + keys
                    + (undecided.size() > KEYS_SHOWN ? " …" : "")
                    + "; save the one that is meant in a file of its own");
        }
        return nesting.prefix(model).map(opened.all()::under);
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
        all().forEach(PositionalFile::close);
    }

    @Override
    public String toString() {
        return format().label() + " " + file.path();
    }
}
