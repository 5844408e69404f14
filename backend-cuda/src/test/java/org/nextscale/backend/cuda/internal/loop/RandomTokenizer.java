package org.nextscale.backend.cuda.internal.loop;

import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.ServiceLoader;
import org.nextscale.api.image.Pixels;
import org.nextscale.api.model.DataType;
import org.nextscale.api.model.TokenizerSpec;
import org.nextscale.api.model.WeightInfo;
import org.nextscale.api.model.WeightSource;
import org.nextscale.api.plugin.ParameterValues;
import org.nextscale.api.tokenizer.FeatureMap;
import org.nextscale.api.tokenizer.TokenizerNetwork;
import org.nextscale.api.tokenizer.VisualTokenizer;
import org.nextscale.api.tokenizer.VisualTokenizerProvider;

/** The host's tokenizer of any shape, with random codes and Phi convolutions and no networks. */
public final class RandomTokenizer implements WeightSource, TokenizerNetwork {
    private static final int PHIS = 4;

    private final TokenizerSpec spec;
    private final Map<String, float[]> values = new HashMap<>();
    private final Map<String, WeightInfo> infos = new HashMap<>();

    private RandomTokenizer(int vocabulary, int z, Random random) {
        spec = TokenizerSpec.builder()
                .channels(32)
                .channelMultipliers(List.of(1))
                .residualBlocks(1)
                .latentChannels(z)
                .vocabularySize(vocabulary)
                .phiCount(PHIS)
                .build();
        add(random, "quantize.embedding.weight", vocabulary, z);
        for (int i = 0; i < PHIS; i++) {
            add(random, "quantize.quant_resi.qresi_ls." + i + ".weight", z, z, 3, 3);
            add(random, "quantize.quant_resi.qresi_ls." + i + ".bias", z);
        }
    }

    public static VisualTokenizer of(int vocabulary, int z, Random random) {
        RandomTokenizer tokenizer = new RandomTokenizer(vocabulary, z, random);
        VisualTokenizerProvider provider = ServiceLoader.load(VisualTokenizerProvider.class).stream()
                .map(ServiceLoader.Provider::get)
                .filter(each -> each.id().equals(TokenizerSpec.MULTI_SCALE_VQ))
                .findFirst()
                .orElseThrow();
        return provider.create(tokenizer, tokenizer, ParameterValues.of("the test", provider.parameters(), Map.of()));
    }

    private void add(Random random, String name, long... shape) {
        WeightInfo info =
                new WeightInfo(name, DataType.F32, Arrays.stream(shape).boxed().toList());
        infos.put(name, info);
        float[] numbers = new float[(int) info.elements()];
        for (int i = 0; i < numbers.length; i++) {
            numbers[i] = (float) random.nextGaussian() / 2;
        }
        values.put(name, numbers);
    }

    @Override
    public String description() {
        return "random weights";
    }

    @Override
    public Collection<WeightInfo> weights() {
        return infos.values();
    }

    @Override
    public boolean contains(String name) {
        return infos.containsKey(name);
    }

    @Override
    public WeightInfo weight(String name) {
        return infos.get(name);
    }

    @Override
    public void read(String name, long firstElement, FloatBuffer target) {
        target.put(values.get(name), (int) firstElement, target.remaining());
    }

    @Override
    public ByteBuffer map(String name, long firstByte, int length) {
        throw new UnsupportedOperationException();
    }

    @Override
    public TokenizerSpec spec() {
        return spec;
    }

    @Override
    public FeatureMap encode(Pixels images) {
        throw new UnsupportedOperationException();
    }

    @Override
    public Pixels decode(FeatureMap features) {
        throw new UnsupportedOperationException();
    }

    @Override
    public void close() {}
}
