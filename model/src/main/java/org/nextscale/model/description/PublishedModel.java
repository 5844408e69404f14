package org.nextscale.model.description;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;
import org.nextscale.api.InvalidInputException;
import org.nextscale.api.model.ModelSpec;
import org.nextscale.api.model.ScalePyramid;
import org.nextscale.api.model.TokenizerSpec;
import org.nextscale.api.model.TransformerSpec;

/** The architectures whose weights the authors of VAR published, ImageNet's 1000 classes each. */
public enum PublishedModel {
    VAR_D16(16, false, ScalePyramid.PX256),
    VAR_D20(20, false, ScalePyramid.PX256),
    VAR_D24(24, false, ScalePyramid.PX256),
    VAR_D30(30, false, ScalePyramid.PX256),
    VAR_D36(36, true, ScalePyramid.PX512);

    /** The tokenizer they all share, {@code vae_ch160v4096z32.pth}. */
    public static final TokenizerSpec TOKENIZER = TokenizerSpec.builder().build();

    private final TransformerSpec transformer;

    PublishedModel(int depth, boolean sharedAdaLn, ScalePyramid pyramid) {
        this.transformer = TransformerSpec.builder(depth)
                .sharedAdaLn(sharedAdaLn)
                .pyramid(pyramid)
                .build();
    }

    /** Its name as the authors write it, {@code var_d16}. */
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }

    public TransformerSpec transformer() {
        return transformer;
    }

    public ModelSpec spec() {
        return ModelSpec.of(TOKENIZER, transformer);
    }

    /** By its name, {@code var_d16} or {@code d16}. */
    public static PublishedModel named(String name) {
        String wanted = name.strip().toLowerCase(Locale.ROOT);
        return Arrays.stream(values())
                .filter(each -> each.label().equals(wanted) || each.label().equals("var_" + wanted))
                .findFirst()
                .orElseThrow(() -> new InvalidInputException("unknown architecture " + name + ", known are "
                        + Arrays.stream(values()).map(PublishedModel::label).collect(Collectors.joining(", "))));
    }

    /** The published model with this transformer, if it is one. */
    public static Optional<PublishedModel> of(TransformerSpec spec) {
        return Arrays.stream(values())
                .filter(each -> each.transformer.equals(spec))
                .findFirst();
    }

    /** A transformer in a few words: {@code var_d16}, or depth and width. */
    public static String describe(TransformerSpec spec) {
        return of(spec).map(PublishedModel::label)
                .orElse("VAR of depth " + spec.depth() + " and width " + spec.width());
    }

    /** A model in a few words: {@code var_d16, 256 px}. */
    public static String describe(ModelSpec spec) {
        return describe(spec.transformer()) + ", " + spec.imageSize() + " px";
    }
}
