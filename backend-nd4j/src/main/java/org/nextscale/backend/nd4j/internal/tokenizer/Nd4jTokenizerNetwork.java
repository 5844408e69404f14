package org.nextscale.backend.nd4j.internal.tokenizer;

import java.util.List;
import org.nextscale.api.InvalidInputException;
import org.nextscale.api.image.Pixels;
import org.nextscale.api.model.TokenizerSpec;
import org.nextscale.api.model.WeightSource;
import org.nextscale.api.tokenizer.FeatureMap;
import org.nextscale.api.tokenizer.TokenizerNetwork;
import org.nextscale.backend.nd4j.internal.compute.NativeMemory;
import org.nextscale.backend.nd4j.internal.compute.Workers;

/**
 * Encoder and decoder with their weights in native memory. Images of a batch run one after the other, each on all
 * workers, so that a batch needs no more memory than an image. Shared by threads, which take turns.
 */
public final class Nd4jTokenizerNetwork implements TokenizerNetwork {
    private final TokenizerSpec spec;
    private final Workers workers;
    private final NativeMemory memory = new NativeMemory();
    private final Canvas canvas;
    private final List<Stage> encoder;
    private final List<Stage> decoder;

    /** Reads the weights. */
    public Nd4jTokenizerNetwork(TokenizerSpec spec, WeightSource source, Workers workers) {
        this.spec = spec;
        this.workers = workers;
        canvas = new Canvas(workers);
        try {
            Stages stages = new Stages(spec, source, memory, workers);
            encoder = workers.exclusively(stages::encoder);
            decoder = workers.exclusively(stages::decoder);
        } catch (RuntimeException | Error e) {
            memory.close();
            throw e;
        }
    }

    @Override
    public TokenizerSpec spec() {
        return spec;
    }

    @Override
    public FeatureMap encode(Pixels images) {
        int cell = spec.downsampling();
        int height = images.height() / cell;
        int width = images.width() / cell;
        requireRoom(images.height(), images.width());
        int size = spec.latentChannels() * height * width;
        float[] features = new float[Math.multiplyExact(images.batch(), size)];
        run(
                encoder,
                images.values(),
                images.batch(),
                Pixels.CHANNELS,
                images.height(),
                images.width(),
                features,
                Float.MAX_VALUE);
        return new FeatureMap(images.batch(), spec.latentChannels(), height, width, features);
    }

    @Override
    public Pixels decode(FeatureMap features) {
        int cell = spec.downsampling();
        int height = features.height() * cell;
        int width = features.width() * cell;
        requireRoom(height, width);
        float[] pixels = new float[Math.multiplyExact(features.batch(), Pixels.CHANNELS * height * width)];
        run(
                decoder,
                features.values(),
                features.batch(),
                features.channels(),
                features.height(),
                features.width(),
                pixels,
                1f);
        return new Pixels(features.batch(), height, width, pixels);
    }

    /** One map, with its border, fits one buffer of 2³¹ − 1 bytes: some 1,800 × 1,800 pixels for the published model. */
    private void requireRoom(int height, int width) {
        for (int level = 0; level < spec.levels(); level++) {
            int channels = Math.max(spec.channels(level), spec.channels(Math.min(level + 1, spec.levels() - 1)));
            long floats = ((height >> level) + 2L) * ((width >> level) + 2L) * channels;
            boolean attention = level == spec.levels() - 1;
            if ((attention ? 3 * floats : floats) > Integer.MAX_VALUE / Float.BYTES) {
                throw new InvalidInputException(
                        "an image of " + width + " × " + height + " pixels is too large for this tokenizer");
            }
        }
    }

    private void run(
            List<Stage> stages,
            float[] input,
            int batch,
            int channels,
            int height,
            int width,
            float[] output,
            float limit) {
        workers.exclusively(() -> {
            for (int image = 0; image < batch; image++) {
                canvas.load(input, image * channels * height * width, height, width, channels);
                for (Stage stage : stages) {
                    stage.run(canvas);
                }
                canvas.store(output, image * (output.length / batch), limit);
            }
        });
    }

    @Override
    public void close() {
        workers.exclusively(() -> {
            canvas.close();
            memory.close();
        });
    }
}
