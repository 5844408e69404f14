package org.nextscale.examples.backend;

import java.util.List;
import java.util.stream.Stream;
import org.nextscale.api.model.Scale;
import org.nextscale.api.model.TransformerSpec;

/** One image under one condition on its way from the coarsest to the finest scale. For one thread at a time. */
final class Sequence {
    private final PlainTransformer transformer;
    private final int row;
    private final AdaLnLayers.Modulations modulations;
    /** One a block. */
    private final List<KeyValueCache> caches;

    /** @param row of the class embedding */
    Sequence(PlainTransformer transformer, int row, AdaLnLayers.Modulations modulations) {
        this.transformer = transformer;
        this.row = row;
        this.modulations = modulations;
        TransformerSpec spec = transformer.spec();
        caches = Stream.generate(() -> new KeyValueCache(spec.pyramid().totalTokens(), spec.width()))
                .limit(spec.depth())
                .toList();
    }

    /**
     * Runs the next scale.
     *
     * @param input {@code [tokens, z]}; nothing at scale 0
     * @return {@code [tokens, vocabulary]}
     */
    float[] next(Scale scale, float[] input) {
        float[] x = transformer.embed(scale, row, input);
        for (int i = 0; i < caches.size(); i++) {
            transformer.blocks().get(i).run(x, modulations.blocks().get(i), caches.get(i));
        }
        return transformer.logits(x, modulations.head());
    }
}
