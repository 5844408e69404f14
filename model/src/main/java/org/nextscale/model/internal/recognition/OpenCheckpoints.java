package org.nextscale.model.internal.recognition;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.nextscale.api.InvalidInputException;
import org.nextscale.api.model.ModelSpec;
import org.nextscale.api.model.TokenizerSpec;
import org.nextscale.api.model.TransformerSpec;
import org.nextscale.checkpoint.Checkpoint;
import org.nextscale.checkpoint.tensor.TensorSource;
import org.nextscale.files.Sha256;
import org.nextscale.model.description.FileDigest;

/** The files of a model while it is being opened: closed together unless all went well and somebody keeps them. */
public final class OpenCheckpoints implements AutoCloseable {
    private final List<Checkpoint> files = new ArrayList<>();
    private boolean kept;

    public Checkpoint open(Path file) {
        Checkpoint opened = Checkpoint.open(file);
        files.add(opened);
        return opened;
    }

    /** Opens a file of a package, which must have the length its description says. */
    public Checkpoint open(Path folder, FileDigest expected) {
        Checkpoint opened = open(folder.resolve(expected.name()));
        if (opened.size() != expected.bytes()) {
            throw new InvalidInputException(opened.path() + ": has " + opened.size() + " bytes, model.json says "
                    + expected.bytes() + ": the package is incomplete or its files were mixed up");
        }
        return opened;
    }

    public TensorSource tokenizer() {
        return one("tokenizer", "quantize.embedding.weight", Checkpoint::tokenizer);
    }

    public TensorSource transformer() {
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

    public Optional<List<Integer>> patchNums() {
        return files.stream().flatMap(each -> each.patchNums().stream()).findFirst();
    }

    /** Stands for the architecture and the content of all files. */
    public String fingerprint(ModelSpec spec) {
        Sha256 sum = new Sha256();
        files.stream()
                .map(Checkpoint::fingerprint)
                .sorted()
                .forEach(each -> sum.add(each.getBytes(StandardCharsets.US_ASCII)));
        sum.add(text(spec).getBytes(StandardCharsets.UTF_8));
        return sum.hex();
    }

    /** The architecture as fingerprints know it: what is in images made since the first version must be found again. */
    private static String text(ModelSpec spec) {
        TokenizerSpec tokenizer = spec.tokenizer();
        TransformerSpec transformer = spec.transformer();
        String types = tokenizer.type().equals(TokenizerSpec.MULTI_SCALE_VQ)
                        && tokenizer.parameters().isEmpty()
                        && transformer.type().equals(TransformerSpec.VAR)
                ? ""
                : ", types=[" + tokenizer.type() + tokenizer.parameters() + ", " + transformer.type() + "]";
        return "ModelSpec[tokenizer=TokenizerSpec[channels=" + tokenizer.channels()
                + ", channelMultipliers=" + tokenizer.channelMultipliers()
                + ", residualBlocks=" + tokenizer.residualBlocks()
                + ", latentChannels=" + tokenizer.latentChannels()
                + ", vocabularySize=" + tokenizer.vocabularySize()
                + ", phiCount=" + tokenizer.phiCount()
                + ", cosine=" + tokenizer.cosine()
                + "], transformer=TransformerSpec[depth=" + transformer.depth()
                + ", width=" + transformer.width()
                + ", heads=" + transformer.heads()
                + ", feedForward=" + transformer.feedForward()
                + ", classes=" + transformer.classes()
                + ", sharedAdaLn=" + transformer.sharedAdaLn()
                + ", l2NormAttention=" + transformer.l2NormAttention()
                + ", latentChannels=" + transformer.latentChannels()
                + ", vocabularySize=" + transformer.vocabularySize()
                + ", pyramid=ScalePyramid[patchNums=" + transformer.pyramid().patchNums()
                + "]]" + types + "]";
    }

    /** Leaves the files open and gives them away. */
    public List<Checkpoint> keep() {
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
