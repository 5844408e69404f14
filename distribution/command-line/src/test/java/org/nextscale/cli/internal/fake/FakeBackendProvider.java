package org.nextscale.cli.internal.fake;

import java.nio.FloatBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import org.nextscale.api.backend.Availability;
import org.nextscale.api.backend.Backend;
import org.nextscale.api.backend.BackendException;
import org.nextscale.api.backend.BackendProvider;
import org.nextscale.api.backend.Generation;
import org.nextscale.api.backend.Logits;
import org.nextscale.api.backend.MemoryNeed;
import org.nextscale.api.backend.ProbeRequest;
import org.nextscale.api.backend.ScaleLogits;
import org.nextscale.api.backend.ScaleTransformer;
import org.nextscale.api.backend.TokenizerNetwork;
import org.nextscale.api.model.TokenizerSpec;
import org.nextscale.api.model.TransformerSpec;
import org.nextscale.api.model.WeightSource;
import org.nextscale.api.parameter.Parameter;
import org.nextscale.api.parameter.ParameterValues;
import org.nextscale.api.tokenizer.FeatureMap;
import org.nextscale.api.tokenizer.Pixels;

/** A backend of no intelligence: scores are noise that depends on label and scale, images are blots of their features. */
public final class FakeBackendProvider implements BackendProvider {
    /** Backends opened and not closed. */
    public static final AtomicInteger OPEN = new AtomicInteger();

    /** Backends opened so far. */
    public static final AtomicInteger OPENED = new AtomicInteger();

    /** What the backend takes for free memory; a model needs 3 GB of it. */
    public static volatile long freeBytes = Long.MAX_VALUE;

    /** Run at every scale, for tests that interfere. */
    public static volatile Runnable atEveryScale = () -> {};

    @Override
    public String id() {
        return "fake";
    }

    @Override
    public String label() {
        return "noise for tests";
    }

    @Override
    public List<Parameter> parameters() {
        return List.of(Parameter.flag("broken", false, "fails when opened"));
    }

    @Override
    public Availability probe(ProbeRequest request) {
        Optional<MemoryNeed> need =
                request.model().map(model -> new MemoryNeed("imagination", 3_000_000_000L, freeBytes));
        return need.isPresent() && !need.get().fits()
                ? Availability.tooLarge(need.get(), "dream less")
                : Availability.available(1, "imagination", "always there").needing(need);
    }

    @Override
    public Backend open(ParameterValues options) {
        if (options.flag("broken")) {
            throw new BackendException("the fake backend is broken, as asked for");
        }
        OPEN.incrementAndGet();
        OPENED.incrementAndGet();
        return new FakeBackend();
    }

    private static final class FakeBackend implements Backend {
        private boolean closed;

        @Override
        public String device() {
            return "imagination";
        }

        @Override
        public ScaleTransformer transformer(TransformerSpec spec, WeightSource weights) {
            return new FakeTransformer(spec);
        }

        @Override
        public TokenizerNetwork tokenizerNetwork(TokenizerSpec spec, WeightSource weights) {
            return new FakeNetwork(spec);
        }

        @Override
        public void close() {
            if (!closed) {
                closed = true;
                OPEN.decrementAndGet();
            }
        }
    }

    private record FakeTransformer(TransformerSpec spec) implements ScaleTransformer {
        @Override
        public Generation begin(int[] labels, boolean unconditional) {
            return new FakeGeneration(spec, labels);
        }

        @Override
        public Logits teacherForcing(int[] labels, float[] inputs) {
            int tokens = spec.pyramid().totalTokens();
            return new Logits(
                    FloatBuffer.allocate(labels.length * tokens * spec.vocabularySize()),
                    labels.length,
                    tokens,
                    spec.vocabularySize());
        }

        @Override
        public void close() {}
    }

    private static final class FakeGeneration implements Generation {
        private final TransformerSpec spec;
        private final int[] labels;
        private int scale;

        FakeGeneration(TransformerSpec spec, int[] labels) {
            this.spec = spec;
            this.labels = labels;
        }

        @Override
        public ScaleLogits next(float[] input, boolean unconditional) {
            atEveryScale.run();
            Logits conditional = noise(labels);
            int[] none = new int[labels.length];
            Arrays.fill(none, spec.unconditionalLabel());
            Logits other = unconditional ? noise(none) : null;
            scale++;
            return new ScaleLogits(conditional, other);
        }

        private Logits noise(int[] ofLabels) {
            int tokens = spec.pyramid().tokens(scale);
            FloatBuffer values = FloatBuffer.allocate(ofLabels.length * tokens * spec.vocabularySize());
            for (int label : ofLabels) {
                Random random = new Random(31L * label + scale);
                for (int i = 0; i < tokens * spec.vocabularySize(); i++) {
                    values.put((float) random.nextGaussian());
                }
            }
            return new Logits(values.flip(), ofLabels.length, tokens, spec.vocabularySize());
        }

        @Override
        public void close() {}
    }

    private record FakeNetwork(TokenizerSpec spec) implements TokenizerNetwork {
        @Override
        public FeatureMap encode(Pixels images) {
            int height = images.height() / spec.downsampling();
            int width = images.width() / spec.downsampling();
            float[] values = new float[images.batch() * spec.latentChannels() * height * width];
            for (int i = 0; i < values.length; i++) {
                values[i] = images.values()[i % images.values().length];
            }
            return new FeatureMap(images.batch(), spec.latentChannels(), height, width, values);
        }

        @Override
        public Pixels decode(FeatureMap features) {
            int factor = spec.downsampling();
            int height = features.height() * factor;
            int width = features.width() * factor;
            float[] values = new float[features.batch() * 3 * height * width];
            int cells = features.height() * features.width();
            for (int image = 0; image < features.batch(); image++) {
                for (int i = 0; i < 3 * height * width; i++) {
                    int channel = i / (height * width);
                    int y = i % (height * width) / width / factor;
                    int x = i % width / factor;
                    int at = (image * features.channels() + channel) * cells + y * features.width() + x;
                    values[image * 3 * height * width + i] = Math.max(-1, Math.min(1, features.values()[at]));
                }
            }
            return new Pixels(features.batch(), height, width, values);
        }

        @Override
        public void close() {}
    }
}
