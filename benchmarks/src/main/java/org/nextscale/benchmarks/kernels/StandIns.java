package org.nextscale.benchmarks.kernels;

import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.ServiceLoader;
import org.nextscale.api.image.Pixels;
import org.nextscale.api.model.TokenizerSpec;
import org.nextscale.api.model.WeightInfo;
import org.nextscale.api.model.WeightSource;
import org.nextscale.api.plugin.ParameterValues;
import org.nextscale.api.plugin.Plugin;
import org.nextscale.api.sampling.Guidance;
import org.nextscale.api.sampling.GuidanceProvider;
import org.nextscale.api.sampling.TokenSampler;
import org.nextscale.api.sampling.TokenSamplerProvider;
import org.nextscale.api.tokenizer.FeatureMap;
import org.nextscale.api.tokenizer.TokenizerNetwork;
import org.nextscale.api.tokenizer.VisualTokenizer;
import org.nextscale.api.tokenizer.VisualTokenizerProvider;
import org.nextscale.model.description.PublishedModel;

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
        TokenSamplerProvider provider = service(TokenSamplerProvider.class, id);
        return provider.create(ParameterValues.of("sampler " + id, provider.parameters(), values));
    }

    static Guidance guidance(String id) {
        GuidanceProvider provider = service(GuidanceProvider.class, id);
        return provider.create(ParameterValues.of("guidance " + id, provider.parameters(), Map.of()));
    }

    /** The published tokenizer's quantizer with random codes, around networks that do nothing. */
    static VisualTokenizer tokenizer() {
        VisualTokenizerProvider provider = service(VisualTokenizerProvider.class, TokenizerSpec.MULTI_SCALE_VQ);
        return provider.create(
                new Network(PublishedModel.TOKENIZER),
                new Weights(),
                ParameterValues.of("tokenizer", provider.parameters(), Map.of()));
    }

    private static <S extends Plugin> S service(Class<S> type, String id) {
        return ServiceLoader.load(type).stream()
                .map(ServiceLoader.Provider::get)
                .filter(candidate -> candidate.id().equals(id))
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
