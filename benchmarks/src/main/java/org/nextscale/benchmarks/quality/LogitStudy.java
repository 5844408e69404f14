package org.nextscale.benchmarks.quality;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.nextscale.api.backend.Backend;
import org.nextscale.api.backend.BackendProvider;
import org.nextscale.api.backend.Logits;
import org.nextscale.api.engine.Engine;
import org.nextscale.api.engine.PluginInfo;
import org.nextscale.api.engine.PluginKind;
import org.nextscale.api.model.Condition;
import org.nextscale.api.model.Conditions;
import org.nextscale.api.model.Model;
import org.nextscale.api.model.ModelSpec;
import org.nextscale.api.model.ScalePyramid;
import org.nextscale.api.model.WeightSource;
import org.nextscale.api.plugin.PluginChoice;
import org.nextscale.api.tokenizer.MultiScaleTokens;
import org.nextscale.api.tokenizer.VisualTokenizerProvider;

/**
 * Teacher forcing of the same random codes on two backends: how far their logits are apart, scale by scale. One backend is
 * open at a time.
 */
final class LogitStudy {
    private final Engine engine;
    private final ModelSpec spec;
    private final String reference;
    private final String candidate;
    private final Conditions conditions;
    private final float[] inputs;

    /**
     * Draws classes and codes.
     *
     * @param images in one batch
     * @param seed of the draws
     */
    LogitStudy(Engine engine, Model model, String reference, String candidate, int images, long seed) {
        this.engine = engine;
        this.reference = reference;
        this.candidate = candidate;
        spec = model.spec();
        Random random = new Random(seed);
        conditions = Conditions.of(random.ints(images, 0, spec.transformer().classes())
                .mapToObj(Condition::ofClass)
                .toList());
        ScalePyramid pyramid = spec.pyramid();
        List<int[]> codes = new ArrayList<>();
        for (int k = 0; k < pyramid.scales(); k++) {
            codes.add(random.ints(
                            (long) images * pyramid.tokens(k),
                            0,
                            spec.tokenizer().vocabularySize())
                    .toArray());
        }
        PluginInfo<VisualTokenizerProvider> tokenizers =
                engine.plugin(PluginKind.TOKENIZER, spec.tokenizer().type());
        try (Backend backend = open(reference)) {
            inputs = tokenizers
                    .plugin()
                    .create(
                            backend.tokenizerNetwork(spec.tokenizer(), model.tokenizerWeights()),
                            model.tokenizerWeights(),
                            tokenizers.values(spec.tokenizer().parameters()))
                    .teacherForcingInput(new MultiScaleTokens(pyramid, images, codes));
        }
    }

    /** The error at every scale with these weights of the transformer. */
    List<LogitError> run(WeightSource weights) {
        float[][] expected = logits(reference, weights);
        float[][] found = logits(candidate, weights);
        ScalePyramid pyramid = spec.pyramid();
        List<LogitError> errors = new ArrayList<>();
        for (int k = 0; k < pyramid.scales(); k++) {
            LogitError error = new LogitError();
            for (int first = 0; first < expected.length; first += pyramid.totalTokens()) {
                for (int token = pyramid.begin(k); token < pyramid.begin(k + 1); token++) {
                    error.add(expected[first + token], found[first + token]);
                }
            }
            errors.add(error);
        }
        return errors;
    }

    /** {@code [images · L][vocabulary]}. */
    private float[][] logits(String choice, WeightSource weights) {
        try (Backend backend = open(choice)) {
            Logits logits = backend.transformer(spec.transformer(), weights).teacherForcing(conditions, inputs);
            float[][] rows = new float[conditions.size() * logits.tokens()][logits.vocabulary()];
            for (int row = 0; row < rows.length; row++) {
                logits.copyRow(row / logits.tokens(), row % logits.tokens(), rows[row]);
            }
            return rows;
        }
    }

    private Backend open(String choice) {
        PluginChoice chosen = PluginChoice.parse("backend", choice);
        PluginInfo<BackendProvider> provider = engine.plugin(PluginKind.BACKEND, chosen.id());
        return provider.plugin().open(provider.values(chosen.values()));
    }
}
