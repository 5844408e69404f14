package org.nextscale.model.description;

import com.google.gson.GsonBuilder;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.nextscale.api.InvalidInputException;
import org.nextscale.api.model.ModelSpec;
import org.nextscale.api.model.ScalePyramid;
import org.nextscale.api.model.TokenizerSpec;
import org.nextscale.api.model.TransformerSpec;
import org.nextscale.model.internal.json.JsonFields;
import org.nextscale.model.internal.text.SmallText;

/**
 * What is known of a model besides its tensors: the optional {@code config.json} beside a checkpoint, in the words of the
 * reference implementation ({@code ch}, {@code patch_nums} …). Everything may be absent; what is there must agree with
 * the tensors. Immutable.
 *
 * @param channels {@code ch}
 * @param channelMultipliers {@code ch_mult}
 * @param latentChannels {@code z_channels}
 * @param vocabularySize {@code vocab_size}
 * @param phiCount {@code share_quant_resi}
 * @param cosine {@code using_znorm}; tensors cannot tell, Euclidean distance unless this says otherwise
 * @param patchNums {@code patch_nums}
 * @param classes {@code num_classes}
 * @param depth {@code depth}
 * @param width {@code embed_dim}
 * @param heads {@code num_heads}; without L2-normalized attention tensors cannot tell
 * @param sharedAdaLn {@code shared_aln}
 * @param l2NormAttention {@code attn_l2_norm}
 * @param tokenizerType {@code tokenizer_type}, the plugin that makes the tokenizer; tensors cannot tell
 * @param tokenizerParameters {@code tokenizer_parameters}, what that plugin is told
 * @param transformerType {@code transformer_type}; tensors cannot tell
 * @param classNames {@code class_names}
 * @param source where it was read from, for messages
 */
public record ModelConfig(
        Optional<Integer> channels,
        Optional<List<Integer>> channelMultipliers,
        Optional<Integer> latentChannels,
        Optional<Integer> vocabularySize,
        Optional<Integer> phiCount,
        Optional<Boolean> cosine,
        Optional<List<Integer>> patchNums,
        Optional<Integer> classes,
        Optional<Integer> depth,
        Optional<Integer> width,
        Optional<Integer> heads,
        Optional<Boolean> sharedAdaLn,
        Optional<Boolean> l2NormAttention,
        Optional<String> tokenizerType,
        Optional<Map<String, String>> tokenizerParameters,
        Optional<String> transformerType,
        Optional<List<String>> classNames,
        String source) {

    /** Nothing known but the tensors. */
    public static final ModelConfig NONE = new ModelConfig(
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            "configuration");

    /** Reads a {@code config.json}; fields it does not know are ignored. */
    public static ModelConfig read(Path file) {
        JsonFields json = JsonFields.parse(file, SmallText.load(file));
        return new ModelConfig(
                json.integer("ch"),
                json.integers("ch_mult"),
                json.integer("z_channels"),
                json.integer("vocab_size"),
                json.integer("share_quant_resi"),
                json.bool("using_znorm"),
                json.integers("patch_nums"),
                json.integer("num_classes"),
                json.integer("depth"),
                json.integer("embed_dim"),
                json.integer("num_heads"),
                json.bool("shared_aln"),
                json.bool("attn_l2_norm"),
                json.text("tokenizer_type"),
                json.textsByName("tokenizer_parameters"),
                json.text("transformer_type"),
                json.texts("class_names"),
                file.toString());
    }

    /** A {@code config.json} that says everything {@link #read} understands. */
    public static String json(ModelSpec spec, List<String> classNames) {
        TokenizerSpec tokenizer = spec.tokenizer();
        TransformerSpec transformer = spec.transformer();
        Map<String, Object> fields = fields(tokenizer, spec.pyramid());
        fields.put("num_classes", transformer.classes());
        fields.put("depth", transformer.depth());
        fields.put("embed_dim", transformer.width());
        fields.put("num_heads", transformer.heads());
        fields.put("shared_aln", transformer.sharedAdaLn());
        fields.put("attn_l2_norm", transformer.l2NormAttention());
        if (!transformer.type().equals(TransformerSpec.VAR)) {
            fields.put("transformer_type", transformer.type());
        }
        fields.put("class_names", classNames);
        return text(fields);
    }

    /** The same of a tokenizer alone. */
    public static String json(TokenizerSpec tokenizer, ScalePyramid pyramid) {
        return text(fields(tokenizer, pyramid));
    }

    private static Map<String, Object> fields(TokenizerSpec tokenizer, ScalePyramid pyramid) {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("ch", tokenizer.channels());
        fields.put("ch_mult", tokenizer.channelMultipliers());
        fields.put("z_channels", tokenizer.latentChannels());
        fields.put("vocab_size", tokenizer.vocabularySize());
        fields.put("share_quant_resi", tokenizer.phiCount());
        fields.put("using_znorm", tokenizer.cosine());
        fields.put("patch_nums", pyramid.patchNums());
        if (!tokenizer.type().equals(TokenizerSpec.MULTI_SCALE_VQ)) {
            fields.put("tokenizer_type", tokenizer.type());
        }
        if (!tokenizer.parameters().isEmpty()) {
            fields.put("tokenizer_parameters", tokenizer.parameters());
        }
        return fields;
    }

    private static String text(Map<String, Object> fields) {
        return new GsonBuilder()
                        .setPrettyPrinting()
                        .disableHtmlEscaping()
                        .create()
                        .toJson(fields)
                + "\n";
    }

    /** Everything that a package's description says. */
    public static ModelConfig of(ModelSpec spec, Path source) {
        TokenizerSpec tokenizer = spec.tokenizer();
        TransformerSpec transformer = spec.transformer();
        return new ModelConfig(
                Optional.of(tokenizer.channels()),
                Optional.of(tokenizer.channelMultipliers()),
                Optional.of(tokenizer.latentChannels()),
                Optional.of(tokenizer.vocabularySize()),
                Optional.of(tokenizer.phiCount()),
                Optional.of(tokenizer.cosine()),
                Optional.of(spec.pyramid().patchNums()),
                Optional.of(transformer.classes()),
                Optional.of(transformer.depth()),
                Optional.of(transformer.width()),
                Optional.of(transformer.heads()),
                Optional.of(transformer.sharedAdaLn()),
                Optional.of(transformer.l2NormAttention()),
                Optional.of(tokenizer.type()),
                Optional.of(tokenizer.parameters()),
                Optional.of(transformer.type()),
                Optional.empty(),
                source.toString());
    }

    /** The same with a pyramid, unless one is given already. */
    public ModelConfig orPatchNums(List<Integer> found) {
        return patchNums.isPresent()
                ? this
                : new ModelConfig(
                        channels,
                        channelMultipliers,
                        latentChannels,
                        vocabularySize,
                        phiCount,
                        cosine,
                        Optional.of(found),
                        classes,
                        depth,
                        width,
                        heads,
                        sharedAdaLn,
                        l2NormAttention,
                        tokenizerType,
                        tokenizerParameters,
                        transformerType,
                        classNames,
                        source);
    }

    /** Checks that what the configuration says, if anything, is what the tensors show. */
    public <T> void requireEqual(String field, Optional<T> said, T found, String file) {
        if (said.isPresent() && !said.get().equals(found)) {
            throw new InvalidInputException(
                    source + ": " + field + " is " + said.get() + ", but the tensors of " + file + " show " + found);
        }
    }
}
