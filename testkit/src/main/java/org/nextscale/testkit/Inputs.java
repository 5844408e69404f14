package org.nextscale.testkit;

import java.util.Random;
import org.nextscale.api.backend.Logits;
import org.nextscale.api.model.ScalePyramid;
import org.nextscale.api.model.TransformerSpec;

/** Feature maps to run a transformer on, the same every time, and a view of what it says. */
final class Inputs {
    private Inputs() {}

    /** Some feature map at a scale, the same for every image: {@code [images, tokens, z]}; empty at scale 0. */
    static float[] ofScale(TransformerSpec spec, int scale, int images) {
        if (scale == 0) {
            return new float[0];
        }
        Random random = new Random(scale);
        float[] input = new float[spec.pyramid().tokens(scale) * spec.latentChannels()];
        for (int i = 0; i < input.length; i++) {
            input[i] = (float) random.nextGaussian();
        }
        return repeat(input, images);
    }

    /** Those of all scales but the first behind each other, for one image: what teacher forcing takes. */
    static float[] ofAllScales(TransformerSpec spec) {
        ScalePyramid pyramid = spec.pyramid();
        int z = spec.latentChannels();
        float[] all = new float[(pyramid.totalTokens() - pyramid.tokens(0)) * z];
        for (int k = 1; k < pyramid.scales(); k++) {
            float[] input = ofScale(spec, k, 1);
            System.arraycopy(input, 0, all, (pyramid.begin(k) - pyramid.tokens(0)) * z, input.length);
        }
        return all;
    }

    static float[] repeat(float[] values, int times) {
        float[] repeated = new float[values.length * times];
        for (int i = 0; i < times; i++) {
            System.arraycopy(values, 0, repeated, i * values.length, values.length);
        }
        return repeated;
    }

    /** {@code [tokens, vocabulary]} of one image, copied. */
    static float[] ofImage(Logits logits, int image) {
        float[] all = new float[logits.tokens() * logits.vocabulary()];
        float[] row = new float[logits.vocabulary()];
        for (int token = 0; token < logits.tokens(); token++) {
            logits.copyRow(image, token, row);
            System.arraycopy(row, 0, all, token * row.length, row.length);
        }
        return all;
    }
}
