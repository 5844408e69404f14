package org.nextscale.engine.internal.verify;

import static org.nextscale.engine.internal.verify.Promises.require;

import java.util.Arrays;
import java.util.Random;
import java.util.stream.IntStream;
import org.nextscale.api.image.Pixels;
import org.nextscale.api.model.ModelSpec;
import org.nextscale.api.model.ScalePyramid;
import org.nextscale.api.tokenizer.FeatureAccumulator;
import org.nextscale.api.tokenizer.FeatureMap;
import org.nextscale.api.tokenizer.MultiScaleTokens;
import org.nextscale.api.tokenizer.VisualTokenizer;

/** What {@link VisualTokenizer} promises, for the tokenizer of a model. */
public final class TokenizerPromises {
    private static final int BATCH = 2;
    private static final int THREADS = 4;
    /** Of the largest value: float32 sums in another order. */
    private static final float ROUNDING = 1e-4f;

    private final VisualTokenizer tokenizer;
    private final ScalePyramid pyramid;
    private final int z;
    private final int vocabulary;
    private final FeatureMap features;

    private TokenizerPromises(VisualTokenizer tokenizer, ModelSpec spec) {
        this.tokenizer = tokenizer;
        pyramid = spec.pyramid();
        z = spec.tokenizer().latentChannels();
        vocabulary = spec.tokenizer().vocabularySize();
        features = noise(BATCH, pyramid.finestSide());
    }

    /** Checks the tokenizer of a model, as the engine made it. */
    public static void check(VisualTokenizer tokenizer, ModelSpec spec, Promises promises) {
        TokenizerPromises checked = new TokenizerPromises(tokenizer, spec);
        promises.check(
                "images become feature maps and feature maps images of the model's size", () -> checked.sizes(spec));
        promises.check("tokens are codes of the vocabulary", checked::tokensAreCodes);
        promises.check("an image has the same tokens in every batch, and every time", checked::batches);
        promises.check("every token has its own code, whatever is beside it", checked::codes);
        promises.check("a mixture of one code alone is that code", checked::mixtures);
        promises.check("the feature map grows scale by scale, and what was handed out stays as it was", checked::grows);
        promises.check(
                "what the transformer sees under teacher forcing is what it sees scale by scale", checked::forcing);
        promises.check("it may be used by several threads at once", checked::threadSafe);
    }

    private FeatureMap noise(int batch, int side) {
        Random random = new Random(3);
        float[] values = new float[batch * z * side * side];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) random.nextGaussian();
        }
        return new FeatureMap(batch, z, side, side, values);
    }

    private FeatureMap image(int index) {
        int length = features.values().length / BATCH;
        float[] values = Arrays.copyOfRange(features.values(), index * length, (index + 1) * length);
        return new FeatureMap(1, z, features.height(), features.width(), values);
    }

    private MultiScaleTokens tokens() {
        return tokenizer.quantize(features, pyramid);
    }

    private void sizes(ModelSpec spec) {
        int size = spec.imageSize();
        FeatureMap encoded = tokenizer.encode(new Pixels(1, size, size, new float[Pixels.CHANNELS * size * size]));
        require(
                encoded.batch() == 1
                        && encoded.channels() == z
                        && encoded.height() == pyramid.finestSide()
                        && encoded.width() == pyramid.finestSide(),
                "a feature map of " + encoded.channels() + " x " + encoded.height() + " x " + encoded.width());
        Pixels decoded = tokenizer.decode(encoded);
        require(
                decoded.batch() == 1 && decoded.height() == size && decoded.width() == size,
                "an image of " + decoded.width() + " x " + decoded.height());
        for (float value : decoded.values()) {
            require(value >= -1 && value <= 1, "a pixel of " + value);
        }
    }

    private void tokensAreCodes() {
        tokens().scales()
                .forEach(scale -> Arrays.stream(scale)
                        .forEach(token -> require(token >= 0 && token < vocabulary, "a token of " + token)));
    }

    private void batches() {
        MultiScaleTokens together = tokens();
        MultiScaleTokens again = tokens();
        for (int image = 0; image < BATCH; image++) {
            MultiScaleTokens alone = tokenizer.quantize(image(image), pyramid);
            for (int k = 0; k < pyramid.scales(); k++) {
                int count = pyramid.tokens(k);
                int[] wanted = Arrays.copyOfRange(together.scales().get(k), image * count, (image + 1) * count);
                require(Arrays.equals(wanted, alone.scales().get(k)), "other tokens alone, at scale " + k);
                require(
                        Arrays.equals(together.scales().get(k), again.scales().get(k)),
                        "other tokens when asked again, at scale " + k);
            }
        }
    }

    private void codes() {
        int[] some = {0, vocabulary - 1, 1, 0};
        float[] together = tokenizer.embed(some);
        for (int i = 0; i < some.length; i++) {
            float[] alone = tokenizer.embed(new int[] {some[i]});
            require(
                    Arrays.equals(alone, Arrays.copyOfRange(together, i * z, (i + 1) * z)),
                    "token " + some[i] + " has another code alone");
        }
    }

    private void mixtures() {
        int[] some = {vocabulary - 1, 0, 1};
        float[] weights = new float[some.length * vocabulary];
        for (int i = 0; i < some.length; i++) {
            weights[i * vocabulary + some[i]] = 1;
        }
        requireClose(tokenizer.embed(some), tokenizer.mix(weights), "a code");
    }

    private void grows() {
        MultiScaleTokens tokens = tokens();
        FeatureAccumulator accumulator = tokenizer.accumulator(BATCH, pyramid);
        require(accumulator.nextInput().length == 0, "an input before the first scale");
        for (int k = 0; k < pyramid.scales(); k++) {
            FeatureMap before = accumulator.featureMap();
            float[] values = before.values().clone();
            accumulator.add(tokenizer.embed(tokens.scales().get(k)));
            require(Arrays.equals(values, before.values()), "f̂ that was handed out is another after scale " + k);
            requireClose(
                    tokenizer.accumulate(tokens, k).values(),
                    accumulator.featureMap().values(),
                    "f̂ after scale " + k);
            require(
                    (accumulator.nextInput().length == 0) == (k == pyramid.scales() - 1),
                    "no input, or one too many, after scale " + k);
        }
    }

    private void forcing() {
        MultiScaleTokens tokens = tokens();
        float[] forced = tokenizer.teacherForcingInput(tokens);
        int ofImage = forced.length / BATCH;
        FeatureAccumulator accumulator = tokenizer.accumulator(BATCH, pyramid);
        for (int k = 0; k + 1 < pyramid.scales(); k++) {
            accumulator.add(tokenizer.embed(tokens.scales().get(k)));
            float[] next = accumulator.nextInput();
            int length = next.length / BATCH;
            int at = (pyramid.begin(k + 1) - pyramid.tokens(0)) * z;
            for (int image = 0; image < BATCH; image++) {
                requireClose(
                        Arrays.copyOfRange(next, image * length, (image + 1) * length),
                        Arrays.copyOfRange(forced, image * ofImage + at, image * ofImage + at + length),
                        "input of scale " + (k + 1));
            }
        }
    }

    private void threadSafe() {
        MultiScaleTokens wanted = tokens();
        IntStream.range(0, THREADS).parallel().forEach(round -> {
            MultiScaleTokens found = tokens();
            for (int k = 0; k < pyramid.scales(); k++) {
                require(
                        Arrays.equals(wanted.scales().get(k), found.scales().get(k)),
                        "other tokens beside another thread, at scale " + k);
            }
        });
    }

    private static void requireClose(float[] wanted, float[] found, String what) {
        require(wanted.length == found.length, what + " has " + found.length + " values instead of " + wanted.length);
        float largest = 0;
        for (float value : wanted) {
            largest = Math.max(largest, Math.abs(value));
        }
        for (int i = 0; i < wanted.length; i++) {
            float difference = Math.abs(wanted[i] - found[i]);
            require(difference <= ROUNDING * largest, what + " differs by " + difference + " at " + i);
        }
    }
}
