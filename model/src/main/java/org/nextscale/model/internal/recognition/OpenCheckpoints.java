package org.nextscale.model.internal.recognition;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
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

    /** The two parts of a model, each known by a tensor. */
    public enum Part {
        TOKENIZER("tokenizer", "quantize.embedding.weight", Checkpoint::tokenizer),
        TRANSFORMER("transformer", "word_embed.weight", Checkpoint::transformer);

        private final String word;
        private final String sign;
        private final Function<Checkpoint, Optional<TensorSource>> choose;

        Part(String word, String sign, Function<Checkpoint, Optional<TensorSource>> choose) {
            this.word = word;
            this.sign = sign;
            this.choose = choose;
        }

        /** Its tensors in a checkpoint, if it is there. */
        public Optional<TensorSource> in(Checkpoint file) {
            return choose.apply(file);
        }

        private Part other() {
            return this == TOKENIZER ? TRANSFORMER : TOKENIZER;
        }

        /** What is wrong with a file that should hold this part and does not. */
        public InvalidInputException missing(Checkpoint file) {
            return new InvalidInputException(file.path() + ": holds "
                    + (other().in(file).isPresent() ? "a " + other().word + ", not a " + word : "no " + word)
                    + " (there is no tensor " + sign + " in it)");
        }
    }

    public Checkpoint open(Path file) {
        return keep(CheckpointFolder.open(file));
    }

    private Checkpoint keep(Checkpoint opened) {
        files.add(opened);
        return opened;
    }

    /** Opens a file of a package, which must hold what its description says and have that length. */
    public TensorSource open(Path folder, FileDigest expected, Part part) {
        Checkpoint opened = keep(Checkpoint.open(folder.resolve(expected.name())));
        String mixedUp = ": the package is incomplete or its files were mixed up";
        if (opened.files().size() > 1) {
            throw new InvalidInputException(opened.path() + ": is an index, each part of a package is one file");
        }
        if (part.in(opened).isEmpty() && part.other().in(opened).isPresent()) {
            throw new InvalidInputException(part.missing(opened).getMessage() + mixedUp);
        }
        if (opened.size() != expected.bytes()) {
            throw new InvalidInputException(
                    opened.path() + ": has " + opened.size() + " bytes, model.json says " + expected.bytes() + mixedUp);
        }
        return opened.tensors();
    }

    /** The tensors of a part, which one of the files must hold and no other. */
    public TensorSource the(Part part) {
        List<Checkpoint> holders = holders(part);
        if (holders.size() == 1) {
            return part.in(holders.get(0)).orElseThrow();
        }
        List<Checkpoint> others = holders(part.other());
        if (holders.size() > 1) {
            throw tooMany(part, holders, others);
        }
        if (others.size() > 1) {
            throw tooMany(part.other(), others, holders);
        }
        if (others.size() == 1) {
            throw new InvalidInputException(names(others) + ": holds a " + part.other().word + ", but there is no "
                    + part.word + " (no tensor " + part.sign + ") with it: give a " + part.word + "'s checkpoint too");
        }
        throw new InvalidInputException(names(files) + ": no " + part.word + " in it (no tensor " + part.sign
                + "); a model needs a tokenizer and a transformer");
    }

    private static InvalidInputException tooMany(Part part, List<Checkpoint> holders, List<Checkpoint> others) {
        return new InvalidInputException(names(holders) + " both hold a " + part.word
                + (others.isEmpty()
                        ? ": give a " + part.other().word + "'s checkpoint instead of one of them"
                        : ": give one"));
    }

    private List<Checkpoint> holders(Part part) {
        return files.stream().filter(each -> part.in(each).isPresent()).toList();
    }

    private static String names(List<Checkpoint> files) {
        return files.stream().map(each -> each.path().toString()).collect(Collectors.joining(" and "));
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
    public List<Checkpoint> release() {
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
