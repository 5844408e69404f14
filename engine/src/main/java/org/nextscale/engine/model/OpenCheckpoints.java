package org.nextscale.engine.model;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.nextscale.api.InvalidInputException;
import org.nextscale.api.model.ModelSpec;
import org.nextscale.engine.checkpoint.Checkpoint;
import org.nextscale.engine.checkpoint.TensorSource;
import org.nextscale.engine.internal.checkpoint.Digests;

/** The files of a model while it is being opened: closed together unless all went well and somebody keeps them. */
final class OpenCheckpoints implements AutoCloseable {
    private final List<Checkpoint> files = new ArrayList<>();
    private boolean kept;

    Checkpoint open(Path file) {
        Checkpoint opened = Checkpoint.open(file);
        files.add(opened);
        return opened;
    }

    /** Opens a file of a package, which must have the length its description says. */
    Checkpoint open(Path folder, FileDigest expected) {
        Checkpoint opened = open(folder.resolve(expected.name()));
        if (opened.size() != expected.bytes()) {
            throw new InvalidInputException(opened.path() + ": has " + opened.size() + " bytes, model.json says "
                    + expected.bytes() + ": the package is incomplete or its files were mixed up");
        }
        return opened;
    }

    TensorSource tokenizer() {
        return one("tokenizer", "quantize.embedding.weight", Checkpoint::tokenizer);
    }

    TensorSource transformer() {
        return one("transformer", "word_embed.weight", Checkpoint::transformer);
    }

    private TensorSource one(String part, String sign, Function<Checkpoint, Optional<TensorSource>> choose) {
        TensorSource found = null;
        for (Checkpoint each : files) {
            Optional<TensorSource> candidate = choose.apply(each);
            if (candidate.isPresent()) {
                if (found != null) {
                    throw new InvalidInputException(
                            found.description() + " and " + each.path() + " both hold a " + part + ": give one");
                }
                found = candidate.get();
            }
        }
        if (found == null) {
            throw new InvalidInputException(names() + ": no " + part + " in it (no tensor " + sign
                    + "); a model needs a tokenizer and a transformer");
        }
        return found;
    }

    private String names() {
        return String.join(
                ", ", files.stream().map(each -> each.path().toString()).toList());
    }

    Optional<List<Integer>> patchNums() {
        return files.stream().flatMap(each -> each.patchNums().stream()).findFirst();
    }

    /** Stands for the architecture and the content of all files. */
    String fingerprint(ModelSpec spec) {
        MessageDigest digest = Digests.sha256();
        files.stream()
                .map(Checkpoint::fingerprint)
                .sorted()
                .forEach(each -> digest.update(each.getBytes(StandardCharsets.US_ASCII)));
        digest.update(spec.toString().getBytes(StandardCharsets.UTF_8));
        return Digests.hex(digest.digest());
    }

    /** Leaves the files open and gives them away. */
    List<Checkpoint> keep() {
        kept = true;
        return files;
    }

    @Override
    public void close() {
        if (!kept) {
            files.forEach(Checkpoint::close);
        }
    }
}
