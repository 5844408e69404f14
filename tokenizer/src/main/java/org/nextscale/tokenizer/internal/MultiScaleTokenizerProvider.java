package org.nextscale.tokenizer.internal;

import org.nextscale.api.model.TokenizerSpec;
import org.nextscale.api.model.WeightSource;
import org.nextscale.api.plugin.ParameterValues;
import org.nextscale.api.tokenizer.TokenizerNetwork;
import org.nextscale.api.tokenizer.VisualTokenizer;
import org.nextscale.api.tokenizer.VisualTokenizerProvider;
import org.osgi.service.component.annotations.Component;

/** Makes the tokenizer of the paper. */
@Component
public final class MultiScaleTokenizerProvider implements VisualTokenizerProvider {
    @Override
    public String id() {
        return TokenizerSpec.MULTI_SCALE_VQ;
    }

    @Override
    public String description() {
        return "multi-scale residual vector quantization, as in the paper";
    }

    @Override
    public VisualTokenizer create(TokenizerNetwork network, WeightSource weights, ParameterValues values) {
        return new MultiScaleTokenizer(network, weights);
    }
}
