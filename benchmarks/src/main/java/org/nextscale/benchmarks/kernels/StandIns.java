package org.nextscale.benchmarks.kernels;

import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.ServiceLoader;
import java.util.function.Function;
import org.nextscale.api.backend.TokenizerNetwork;
import org.nextscale.api.model.TokenizerSpec;
import org.nextscale.api.model.WeightInfo;
import org.nextscale.api.model.WeightSource;
import org.nextscale.api.parameter.ParameterValues;
import org.nextscale.api.sampling.Guidance;
import org.nextscale.api.sampling.GuidanceFactory;
import org.nextscale.api.sampling.TokenSampler;
import org.nextscale.api.sampling.TokenSamplerFactory;
import org.nextscale.api.tokenizer.FeatureMap;
import org.nextscale.api.tokenizer.Pixels;
import org.nextscale.api.tokenizer.VisualTokenizer;
import org.nextscale.api.tokenizer.VisualTokenizerFactory;
import org.nextscale.engine.model.PublishedModel;

/**
 * The product's kernels, found as a program finds them (they are internal to their modules, so this is the only way in),
 * and random stand-ins for what they work on.
 */
final class StandIns {
    /** Tokens of the last scale at 256 px. */
    static final int TOKENS = 256;

    static final int VOCABULARY = PublishedModel.TOKENIZER.vocabularySize();

    private StandIns() {}

    static TokenSampler sampler(String id, Map<String, Object> values) {
        TokenSamplerFactory factory = service(TokenSamplerFactory.class, id, TokenSamplerFactory::id);
        return factory.create(ParameterValues.of("sampler " + id, factory.parameters(), values));
    }

    static Guidance guidance(String id) {
        GuidanceFactory factory = service(GuidanceFactory.class, id, GuidanceFactory::id);
        return factory.create(ParameterValues.of("guidance " + id, factory.parameters(), Map.of()));
    }

    /** The published tokenizer's quantiser with random codes, around networks that do nothing. */
    static VisualTokenizer tokenizer() {
        return service(VisualTokenizerFactory.class, "multi-scale-vq", VisualTokenizerFactory::id)
                .create(new Network(PublishedModel.TOKENIZER), new Weights());
    }

    private static <S> S service(Class<S> type, String id, Function<S, String> idOf) {
        return ServiceLoader.load(type).stream()
                .map(ServiceLoader.Provider::get)
                .filter(candidate -> idOf.apply(candidate).equals(id))
                .findFirst()
                .orElseThrow(() -> new IllegalStateException("no " + type.getSimpleName() + " " + id));
    }

    /** Normally distributed numbers, the same every time. */
    static float[] normal(int count, double deviation) {
        Random random = new Random(count);
        float[] values = new float[count];
        for (int i = 0; i < count; i++) {
            values[i] = (float) (deviation * random.nextGaussian());
        }
        return values;
    }

    /** Random tensors of whatever name and shape. */
    private static final class Weights implements WeightSource {
        @Override
        public String description() {
            return "random weights";
        }

        @Override
        public Collection<WeightInfo> weights() {
            return List.of();
        }

        @Override
        public boolean contains(String name) {
            return true;
        }

        @Override
        public WeightInfo weight(String name) {
            throw new UnsupportedOperationException(name);
        }

        @Override
        public float[] read(String name, long... shape) {
            int count = 1;
            for (long size : shape) {
                count = Math.multiplyExact(count, (int) size);
            }
            return normal(count, 0.1);
        }

        @Override
        public void read(String name, long firstElement, FloatBuffer target) {
            throw new UnsupportedOperationException(name);
        }

        @Override
        public ByteBuffer map(String name, long firstByte, int length) {
            throw new UnsupportedOperationException(name);
        }
    }

    /** Encodes everything to the same noise. */
    private record Network(TokenizerSpec spec) implements TokenizerNetwork {
        @Override
        public FeatureMap encode(Pixels images) {
            int side = images.width() / spec.downsampling();
            int z = spec.latentChannels();
            return new FeatureMap(images.batch(), z, side, side, normal(images.batch() * z * side * side, 1));
        }

        @Override
        public Pixels decode(FeatureMap features) {
            throw new UnsupportedOperationException("decode");
        }

        @Override
        public void close() {}
    }
}
