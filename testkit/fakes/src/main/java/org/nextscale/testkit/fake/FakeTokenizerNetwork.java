package org.nextscale.testkit.fake;

import org.nextscale.api.image.Pixels;
import org.nextscale.api.model.TokenizerSpec;
import org.nextscale.api.tokenizer.FeatureMap;
import org.nextscale.api.tokenizer.TokenizerNetwork;

/**
 * Encoder and decoder of no intelligence: every channel of the feature map is the red of a cell's corner; an image shows the first
 * three channels, cell by cell. Thread-safe.
 *
 * @param spec of which only the number of channels and the size of a cell count
 */
public record FakeTokenizerNetwork(TokenizerSpec spec) implements TokenizerNetwork {
    @Override
    public FeatureMap encode(Pixels images) {
        int step = spec.downsampling();
        int height = images.height() / step;
        int width = images.width() / step;
        int channels = spec.latentChannels();
        float[] values = new float[images.batch() * channels * height * width];
        for (int i = 0; i < values.length; i++) {
            int image = i / (channels * height * width);
            int y = i / width % height * step;
            int x = i % width * step;
            values[i] = images.values()[(image * Pixels.CHANNELS * images.height() + y) * images.width() + x];
        }
        return new FeatureMap(images.batch(), channels, height, width, values);
    }

    @Override
    public Pixels decode(FeatureMap features) {
        int step = spec.downsampling();
        int height = features.height() * step;
        int width = features.width() * step;
        float[] values = new float[features.batch() * Pixels.CHANNELS * height * width];
        for (int i = 0; i < values.length; i++) {
            int image = i / (Pixels.CHANNELS * height * width);
            int channel = i / (height * width) % Pixels.CHANNELS;
            int y = i / width % height / step;
            int x = i % width / step;
            int cell = ((image * features.channels() + channel) * features.height() + y) * features.width() + x;
            values[i] = Math.max(-1, Math.min(1, features.values()[cell]));
        }
        return new Pixels(features.batch(), height, width, values);
    }

    @Override
    public void close() {}
}
