package org.nextscale.tokenizer.internal;

import org.nextscale.api.backend.TokenizerNetwork;
import org.nextscale.api.model.WeightSource;
import org.nextscale.api.tokenizer.VisualTokenizer;
import org.nextscale.api.tokenizer.VisualTokenizerFactory;
import org.osgi.service.component.annotations.Component;

/** Makes the tokenizer of the paper. */
@Component
public final class MultiScaleTokenizerFactory implements VisualTokenizerFactory {

    @Override
    public String id() {
        return "multi-scale-vq";
    }

    @Override
    public VisualTokenizer create(TokenizerNetwork network, WeightSource weights) {
        return new MultiScaleTokenizer(network, weights);
    }
}
