package org.nextscale.engine.internal;

import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiFunction;
import java.util.function.Function;
import org.nextscale.api.backend.Availability;
import org.nextscale.api.backend.Backend;
import org.nextscale.api.backend.BackendException;
import org.nextscale.api.backend.BackendProvider;
import org.nextscale.api.backend.DeviceLoop;
import org.nextscale.api.backend.Generation;
import org.nextscale.api.backend.Logits;
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
import org.nextscale.api.tokenizer.Quantiser;

/**
 * A backend whose networks are cheap stand-ins: logits are noise keyed by label, position and a sum of the input, the decoder
 * repeats the first channels, the encoder averages. It counts what is open, so that tests see leaks.
 */
final class FakeBackend implements BackendProvider {
    private final String id;
    private final Function<ProbeRequest, Availability> probe;
    private final List<Parameter> parameters = new ArrayList<>();
    final AtomicInteger openBackends = new AtomicInteger();
    final AtomicInteger openGenerations = new AtomicInteger();
    final AtomicInteger unconditionalScales = new AtomicInteger();

    /** Makes its own scale loop, if it has one. */
    volatile BiFunction<ScaleTransformer, Quantiser, Optional<DeviceLoop>> deviceLoop =
            (transformer, tables) -> Optional.empty();

    /** What opening it fails with, if anything. */
    String failure;

    /** Run while it is being opened, for tests that interfere. */
    volatile Runnable whileOpening = () -> {};

    FakeBackend(String id, Function<ProbeRequest, Availability> probe) {
        this.id = id;
        this.probe = probe;
    }

    static FakeBackend available(String id, int score) {
        return new FakeBackend(id, request -> Availability.available(score, "nowhere", "it is a fake"));
    }

    /** The same with an option. */
    FakeBackend with(Parameter parameter) {
        parameters.add(parameter);
        return this;
    }

    @Override
    public String id() {
        return id;
    }

    @Override
    public String label() {
        return "fake";
    }

    @Override
    public List<Parameter> parameters() {
        return parameters;
    }

    @Override
    public Availability probe(ProbeRequest request) {
        return probe.apply(request);
    }

    @Override
    public Backend open(ParameterValues options) {
        if (failure != null) {
            throw new BackendException(failure);
        }
        whileOpening.run();
        openBackends.incrementAndGet();
        return new Backend() {
            private boolean closed;

            @Override
            public String device() {
                return "nowhere";
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
            public Optional<DeviceLoop> deviceLoop(
                    ScaleTransformer transformer, TokenizerNetwork network, Quantiser quantiser) {
                return deviceLoop.apply(transformer, quantiser);
            }

            @Override
            public void close() {
                if (!closed) {
                    closed = true;
                    openBackends.decrementAndGet();
                }
            }
        };
    }

    private final class FakeTransformer implements ScaleTransformer {
        private final TransformerSpec spec;

        FakeTransformer(TransformerSpec spec) {
            this.spec = spec;
        }

        @Override
        public TransformerSpec spec() {
            return spec;
        }

        @Override
        public Generation begin(int[] labels, boolean unconditional) {
            openGenerations.incrementAndGet();
            return new Generation() {
                private int scale;
                private boolean closed;

                @Override
                public ScaleLogits next(float[] input, boolean guided) {
                    int tokens = spec.pyramid().tokens(scale);
                    if (guided) {
                        unconditionalScales.incrementAndGet();
                    }
                    int[] none = new int[labels.length];
                    Arrays.fill(none, spec.unconditionalLabel());
                    ScaleLogits logits =
                            new ScaleLogits(logits(labels, input, tokens), guided ? logits(none, input, tokens) : null);
                    scale++;
                    return logits;
                }

                @Override
                public void close() {
                    if (!closed) {
                        closed = true;
                        openGenerations.decrementAndGet();
                    }
                }
            };
        }

        private Logits logits(int[] labels, float[] input, int tokens) {
            int rowLength = input.length / labels.length;
            FloatBuffer values = FloatBuffer.allocate(labels.length * tokens * spec.vocabularySize());
            for (int image = 0; image < labels.length; image++) {
                float sum = 0;
                for (int i = 0; i < rowLength; i++) {
                    sum += input[image * rowLength + i];
                }
                Random noise = new Random(labels[image] * 31L + Float.floatToIntBits(sum));
                for (int i = 0; i < tokens * spec.vocabularySize(); i++) {
                    values.put((float) noise.nextGaussian());
                }
            }
            return new Logits(values.flip(), labels.length, tokens, spec.vocabularySize());
        }

        @Override
        public Logits teacherForcing(int[] labels, float[] inputs) {
            return logits(labels, inputs, spec.pyramid().totalTokens());
        }

        @Override
        public void close() {}
    }

    private record FakeNetwork(TokenizerSpec spec) implements TokenizerNetwork {
        @Override
        public FeatureMap encode(Pixels images) {
            int step = spec.downsampling();
            int side = images.height() / step;
            int z = spec.latentChannels();
            float[] values = new float[images.batch() * z * side * side];
            for (int i = 0; i < values.length; i++) {
                int image = i / (z * side * side);
                int y = i / side % side * step;
                int x = i % side * step;
                values[i] = images.values()[(image * 3 * images.height() + y) * images.width() + x];
            }
            return new FeatureMap(images.batch(), z, side, side, values);
        }

        @Override
        public Pixels decode(FeatureMap features) {
            int step = spec.downsampling();
            int side = features.width() * step;
            float[] values = new float[features.batch() * 3 * side * side];
            for (int i = 0; i < values.length; i++) {
                int image = i / (3 * side * side);
                int channel = i / (side * side) % 3;
                int y = i / side % side / step;
                int x = i % side / step;
                float value = features.values()[
                        ((image * features.channels() + channel) * features.height() + y) * features.width() + x];
                values[i] = Math.max(-1, Math.min(1, value));
            }
            return new Pixels(features.batch(), side, side, values);
        }

        @Override
        public void close() {}
    }
}
