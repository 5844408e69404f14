package org.nextscale.benchmarks.quality;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.ServiceLoader;
import org.nextscale.api.InvalidInputException;
import org.nextscale.api.backend.Backend;
import org.nextscale.api.backend.BackendProvider;
import org.nextscale.api.backend.Logits;
import org.nextscale.api.model.ModelSpec;
import org.nextscale.api.model.ScalePyramid;
import org.nextscale.api.model.WeightSource;
import org.nextscale.api.parameter.ParameterValues;
import org.nextscale.api.tokenizer.MultiScaleTokens;
import org.nextscale.api.tokenizer.VisualTokenizerFactory;
import org.nextscale.engine.BackendChoice;
import org.nextscale.engine.model.ModelPackage;

/**
 * Teacher forcing of the same random codes on two backends: how far their logits are apart, scale by scale. One backend is
 * open at a time.
 */
final class LogitStudy {
    private final ModelSpec spec;
    private final String reference;
    private final String candidate;
    private final int[] labels;
    private final float[] inputs;

    /**
     * Draws classes and codes.
     *
     * @param images in one batch
     * @param seed of the draws
     */
    LogitStudy(ModelPackage model, String reference, String candidate, int images, long seed) {
        this.reference = reference;
        this.candidate = candidate;
        spec = model.spec();
        Random random = new Random(seed);
        labels = random.ints(images, 0, spec.transformer().classes()).toArray();
        ScalePyramid pyramid = spec.pyramid();
        List<int[]> codes = new ArrayList<>();
        for (int k = 0; k < pyramid.scales(); k++) {
            codes.add(random.ints(
                            (long) images * pyramid.tokens(k),
                            0,
                            spec.tokenizer().vocabularySize())
                    .toArray());
        }
        VisualTokenizerFactory tokenizers =
                ServiceLoader.load(VisualTokenizerFactory.class).findFirst().orElseThrow();
        try (Backend backend = open(reference)) {
            inputs = tokenizers
                    .create(
                            backend.tokenizerNetwork(spec.tokenizer(), model.tokenizerWeights()),
                            model.tokenizerWeights())
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
            Logits logits = backend.transformer(spec.transformer(), weights).teacherForcing(labels, inputs);
            float[][] rows = new float[labels.length * logits.tokens()][logits.vocabulary()];
            for (int row = 0; row < rows.length; row++) {
                logits.copyRow(row / logits.tokens(), row % logits.tokens(), rows[row]);
            }
            return rows;
        }
    }

    private static Backend open(String choice) {
        BackendChoice chosen = BackendChoice.parse(choice);
        BackendProvider provider = ServiceLoader.load(BackendProvider.class).stream()
                .map(ServiceLoader.Provider::get)
                .filter(each -> chosen.id().equals(Optional.of(each.id())))
                .findFirst()
                .orElseThrow(() -> new InvalidInputException("there is no backend " + choice));
        return provider.open(ParameterValues.of("backend " + provider.id(), provider.parameters(), chosen.options()));
    }
}
