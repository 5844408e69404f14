package org.nextscale.backend.onnx.internal.tokenizer;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.nextscale.api.image.Pixels;
import org.nextscale.api.model.TokenizerSpec;
import org.nextscale.api.model.WeightSource;
import org.nextscale.api.tokenizer.FeatureMap;
import org.nextscale.api.tokenizer.TokenizerNetwork;
import org.nextscale.backend.onnx.internal.runtime.GraphSession;
import org.nextscale.backend.onnx.internal.runtime.MemoryPool;
import org.nextscale.backend.onnx.internal.runtime.NativeHeap;
import org.nextscale.backend.onnx.internal.runtime.NativeMemory;
import org.nextscale.backend.onnx.internal.runtime.Scratch;
import org.nextscale.backend.onnx.internal.runtime.SessionRun;
import org.nextscale.backend.onnx.internal.runtime.Sessions;
import org.nextscale.backend.onnx.internal.runtime.WeightSet;
import org.nextscale.backend.support.Resources;

/**
 * Encoder and decoder. The decoder's weights are loaded at once, the encoder's, a tenth of a full-size model, when it is
 * needed: images of a class never do. Images of a batch run one after the other, so that a batch needs no more
 * memory than an image. Threads take turns for the same reason.
 */
public final class OnnxTokenizerNetwork implements TokenizerNetwork {
    /** Bytes of maps between graphs that are kept: the largest two of a 256 px image. */
    private static final long KEPT = 96L << 20;

    private final TokenizerSpec spec;
    private final Resources resources = new Resources();
    private final MemoryPool pool = resources.add(new MemoryPool(KEPT));
    private final Supplier<List<Part>> encoderLoading;
    private final List<Part> decoder;
    /** {@code null} until it is needed. */
    private List<Part> encoder;

    /** A session for some layers; what it puts out has so many channels, in cells of so many pixels. */
    private record Part(GraphSession session, int channels, int cell) {}

    /**
     * Reads the decoder's weights and checks that the encoder's are there.
     *
     * @param source stays open as long as this
     */
    public OnnxTokenizerNetwork(TokenizerSpec spec, WeightSource source, Sessions sessions, boolean quantized) {
        this.spec = spec;
        WeightSet weights = new WeightSet(source);
        TokenizerGraphs graphs = new TokenizerGraphs(spec, weights, quantized);
        // All graphs first: a tensor that is missing is found before anything is computed.
        List<TokenizerGraphs.Part> encoderGraphs = graphs.encoder();
        List<TokenizerGraphs.Part> decoderGraphs = graphs.decoder();
        encoderLoading = () -> open(encoderGraphs, weights, sessions, spec.downsampling(), Scratch.ARENA);
        try {
            decoder = open(decoderGraphs, weights, sessions, 1, Scratch.KEPT_ARENA);
        } catch (RuntimeException | Error e) {
            resources.close();
            throw e;
        }
    }

    /** @param side of the maps to try the sessions with: large enough to be halved as often as the layers do */
    private List<Part> open(
            List<TokenizerGraphs.Part> graphs, WeightSet weights, Sessions sessions, int side, Scratch scratch) {
        Map<String, Integer> trial = Map.of("height", side, "width", side);
        List<Part> parts = new ArrayList<>();
        for (TokenizerGraphs.Part part : graphs) {
            GraphSession session = resources.add(sessions.open(part.graph(), weights, trial, scratch));
            parts.add(new Part(session, part.channels(), part.cell()));
        }
        NativeHeap.trim();
        return List.copyOf(parts);
    }

    private List<Part> encoder() {
        if (encoder == null) {
            encoder = encoderLoading.get();
        }
        return encoder;
    }

    @Override
    public TokenizerSpec spec() {
        return spec;
    }

    @Override
    public FeatureMap encode(Pixels images) {
        int cell = spec.downsampling();
        int z = spec.latentChannels();
        int height = images.height() / cell;
        int width = images.width() / cell;
        float[] features = new float[Math.multiplyExact(images.batch(), z * height * width)];
        run(this::encoder, images.values(), Pixels.CHANNELS, images.height(), images.width(), 1, features);
        return new FeatureMap(images.batch(), z, height, width, features);
    }

    @Override
    public Pixels decode(FeatureMap features) {
        int cell = spec.downsampling();
        int height = features.height() * cell;
        int width = features.width() * cell;
        float[] pixels = new float[Math.multiplyExact(features.batch(), Pixels.CHANNELS * height * width)];
        run(() -> decoder, features.values(), features.channels(), features.height(), features.width(), cell, pixels);
        return new Pixels(features.batch(), height, width, pixels);
    }

    /**
     * Runs a network for one image after the other.
     *
     * @param values maps {@code [images, channels, height, width]}
     * @param cell pixels along an edge of one of their cells
     * @param result takes the maps that come out
     */
    private synchronized void run(
            Supplier<List<Part>> network,
            float[] values,
            int channels,
            int height,
            int width,
            int cell,
            float[] result) {
        List<Part> parts = network.get();
        int fed = channels * height * width;
        int images = values.length / fed;
        int made = result.length / Math.max(1, images);
        for (int image = 0; image < images; image++) {
            NativeMemory map = pool.floats(fed);
            try {
                map.floats().put(values, image * fed, fed);
                long[] shape = {1, channels, height, width};
                for (Part part : parts) {
                    long[] next = {1, part.channels, (long) height * cell / part.cell, (long) width * cell / part.cell};
                    NativeMemory output = pool.floats(next[1] * next[2] * next[3]);
                    try (NativeMemory input = map;
                            SessionRun run = part.session.run()) {
                        map = output;
                        run.input(TokenizerGraphs.INPUT, input, shape)
                                .output(TokenizerGraphs.OUTPUT, output, next)
                                .execute();
                    }
                    shape = next;
                }
                map.floats().get(result, image * made, made);
            } finally {
                map.close();
            }
        }
    }

    @Override
    public synchronized void close() {
        resources.close();
        NativeHeap.trim();
    }
}
