package org.nextscale.engine.internal.verify;

import java.util.ArrayList;
import java.util.List;
import org.nextscale.api.model.Scale;
import org.nextscale.api.sampling.SampledTokens;
import org.nextscale.engine.internal.generation.ScaleObserver;

/** Keeps guided logits and tokens of every scale, image after image. */
final class Recorder implements ScaleObserver {
    private final int batch;
    private final List<float[][]> logits = new ArrayList<>();
    private final List<int[][]> tokens = new ArrayList<>();

    Recorder(int batch) {
        this.batch = batch;
    }

    /** A view that files the only image of a batch under another index. */
    ScaleObserver of(int image) {
        return new ScaleObserver() {
            @Override
            public void guided(Scale scale, int only, float[] scores) {
                Recorder.this.guided(scale, image, scores);
            }

            @Override
            public void sampled(Scale scale, int only, SampledTokens sampled) {
                Recorder.this.sampled(scale, image, sampled);
            }
        };
    }

    @Override
    public synchronized void guided(Scale scale, int image, float[] scores) {
        while (logits.size() <= scale.index()) {
            logits.add(new float[batch][]);
            tokens.add(new int[batch][]);
        }
        logits.get(scale.index())[image] = scores.clone();
    }

    @Override
    public synchronized void sampled(Scale scale, int image, SampledTokens sampled) {
        tokens.get(scale.index())[image] = sampled.tokens();
    }

    float[] logits(int scale) {
        float[][] images = logits.get(scale);
        float[] joined = new float[batch * images[0].length];
        for (int image = 0; image < batch; image++) {
            System.arraycopy(images[image], 0, joined, image * images[image].length, images[image].length);
        }
        return joined;
    }

    int[] tokens(int scale) {
        int[][] images = tokens.get(scale);
        int[] joined = new int[batch * images[0].length];
        for (int image = 0; image < batch; image++) {
            System.arraycopy(images[image], 0, joined, image * images[image].length, images[image].length);
        }
        return joined;
    }
}
