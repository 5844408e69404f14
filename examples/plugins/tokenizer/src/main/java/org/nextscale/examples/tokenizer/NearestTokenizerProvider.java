package org.nextscale.examples.tokenizer;

import java.util.List;
import org.nextscale.api.model.TokenizerSpec;
import org.nextscale.api.model.WeightSource;
import org.nextscale.api.plugin.Parameter;
import org.nextscale.api.plugin.ParameterValues;
import org.nextscale.api.tokenizer.TokenizerNetwork;
import org.nextscale.api.tokenizer.VisualTokenizer;
import org.nextscale.api.tokenizer.VisualTokenizerProvider;
import org.osgi.service.component.annotations.Component;

/**
 * Offers the tokenizer {@code nearest-vq} to models that ask for it. A tokenizer belongs to its model as the weights do, so
 * nobody chooses it by a flag: the model names it, and tells it the parameters declared here. In a folder of checkpoints that
 * is done by {@code config.json}:
 *
 * <pre>
 * "tokenizer_type": "nearest-vq",
 * "tokenizer_parameters": {"normalize": "true"}
 * </pre>
 */
@Component
public final class NearestTokenizerProvider implements VisualTokenizerProvider {
    private static final Parameter NORMALIZE = Parameter.flag(
            "normalize", false, "whether the nearest code is the one of the nearest direction, whatever its length");

    @Override
    public String id() {
        return "nearest-vq";
    }

    @Override
    public String description() {
        return "multi-scale residual vector quantization that repeats coarse codes instead of smoothing them";
    }

    @Override
    public List<Parameter> parameters() {
        return List.of(NORMALIZE);
    }

    @Override
    public VisualTokenizer create(TokenizerNetwork network, WeightSource weights, ParameterValues values) {
        TokenizerSpec spec = network.spec();
        float[] codes = weights.read("quantize.embedding.weight", spec.vocabularySize(), spec.latentChannels());
        return new NearestTokenizer(network, new Codebook(codes, spec.latentChannels(), values.flag(NORMALIZE.name())));
    }
}
