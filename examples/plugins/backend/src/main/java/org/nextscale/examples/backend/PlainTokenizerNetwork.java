package org.nextscale.examples.backend;

import java.util.List;
import java.util.stream.IntStream;
import org.nextscale.api.image.Pixels;
import org.nextscale.api.model.TokenizerSpec;
import org.nextscale.api.model.WeightSource;
import org.nextscale.api.tokenizer.FeatureMap;
import org.nextscale.api.tokenizer.TokenizerNetwork;
import org.nextscale.backend.support.TokenizerLayers;

/** Encoder and decoder, for which a batch is one image after the other. Immutable and thread-safe. */
final class PlainTokenizerNetwork implements TokenizerNetwork {
    private final TokenizerSpec spec;
    private final LayerList encoder;
    private final LayerList decoder;

    PlainTokenizerNetwork(TokenizerSpec spec, WeightSource weights) {
        this.spec = spec;
        encoder = new LayerList(weights);
        decoder = new LayerList(weights);
        TokenizerLayers.encoder(spec, encoder);
        TokenizerLayers.decoder(spec, decoder);
    }

    @Override
    public TokenizerSpec spec() {
        return spec;
    }

    @Override
    public FeatureMap encode(Pixels images) {
        List<Planes> maps =
                run(encoder, images.batch(), Pixels.CHANNELS, images.height(), images.width(), images.values());
        Planes first = maps.get(0);
        return new FeatureMap(maps.size(), first.channels(), first.height(), first.width(), joined(maps));
    }

    @Override
    public Pixels decode(FeatureMap features) {
        List<Planes> maps = run(
                decoder, features.batch(), features.channels(), features.height(), features.width(), features.values());
        float[] values = joined(maps);
        for (int i = 0; i < values.length; i++) {
            values[i] = Math.max(-1, Math.min(1, values[i]));
        }
        return new Pixels(maps.size(), maps.get(0).height(), maps.get(0).width(), values);
    }

    private static List<Planes> run(LayerList network, int batch, int channels, int height, int width, float[] values) {
        Planes all = new Planes(batch * channels, height, width, values);
        return PlainJavaBackend.inHeap(() -> IntStream.range(0, batch)
                .mapToObj(image -> network.run(all.part(image * channels, channels)))
                .toList());
    }

    private static float[] joined(List<Planes> maps) {
        int length = maps.get(0).values().length;
        float[] joined = new float[Math.multiplyExact(maps.size(), length)];
        for (int image = 0; image < maps.size(); image++) {
            System.arraycopy(maps.get(image).values(), 0, joined, image * length, length);
        }
        return joined;
    }

    @Override
    public void close() {
        // The garbage collector's business.
    }
}
