package org.nextscale.backend.onnx.internal.transformer;

import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import java.util.Arrays;
import java.util.stream.IntStream;
import org.nextscale.api.backend.Logits;
import org.nextscale.api.backend.ScaleLogits;
import org.nextscale.api.backend.TransformerSession;
import org.nextscale.api.model.Scale;
import org.nextscale.api.model.TransformerSpec;
import org.nextscale.backend.onnx.internal.runtime.MemoryPool;
import org.nextscale.backend.onnx.internal.runtime.NativeMemory;
import org.nextscale.backend.onnx.internal.runtime.SessionRun;
import org.nextscale.backend.support.Resources;

/**
 * A batch on its way through the scales. The sequences are the images under their conditions and then, if wanted, the same
 * images under none; giving up that half later leaves the first sequences as they are.
 */
final class OnnxSession implements TransformerSession {
    private final TransformerSpec spec;
    private final TransformerParts parts;
    private final Resources resources = new Resources();
    private final int images;
    private final AdaLnVectors conditions;
    private final KeyValueCache cache;
    /** The residual stream before and after a part, in turns: {@code [sequences, tokens, width]}. */
    private final NativeMemory[] residual = new NativeMemory[2];

    private final NativeMemory features;
    private final NativeMemory logits;
    /** What one block after the other computes on the way. */
    private final NativeMemory intermediates;

    private int scale;
    private int sequences;

    OnnxSession(TransformerSpec spec, TransformerParts parts, int[] rows, boolean unconditional) {
        this.spec = spec;
        this.parts = parts;
        images = rows.length;
        sequences = unconditional ? 2 * images : images;
        int[] all = Arrays.copyOf(rows, sequences);
        Arrays.fill(all, images, sequences, spec.classes());
        int most = IntStream.range(0, spec.pyramid().scales())
                .map(spec.pyramid()::tokens)
                .max()
                .orElseThrow();
        long tokens = (long) sequences * most;
        long onTheWay = parts.blocks().stream()
                .flatMap(part -> part.intermediates().stream())
                .mapToLong(each -> each.bytes(sequences, most, spec.pyramid().totalTokens()))
                .max()
                .orElse(0);
        try {
            MemoryPool pool = parts.pool();
            conditions = resources.add(new AdaLnVectors(spec, parts, all));
            cache = resources.add(new KeyValueCache(spec, parts, sequences, pool));
            residual[0] = resources.add(pool.floats(tokens * spec.width()));
            residual[1] = resources.add(pool.floats(tokens * spec.width()));
            features = resources.add(pool.floats(tokens * spec.latentChannels()));
            logits = resources.add(pool.floats(tokens * spec.vocabularySize()));
            intermediates = resources.add(pool.allocate(onTheWay));
        } catch (RuntimeException | Error e) {
            resources.close();
            throw e;
        }
    }

    @Override
    public synchronized ScaleLogits next(float[] input, boolean unconditional) {
        Scale current = spec.pyramid().scale(scale);
        sequences = unconditional ? 2 * images : images;
        if (scale == 0) {
            start(current.tokens());
        } else {
            embed(input, current.tokens());
        }
        runBlocks(current.tokens());
        scale++;
        return unconditional
                ? ScaleLogits.of(logits(0, current), logits(1, current))
                : ScaleLogits.of(logits(0, current));
    }

    /** Scale 0: class embedding + start position + position. */
    private void start(int tokens) {
        int width = spec.width();
        FloatBuffer stream = residual[0].floats();
        FloatBuffer classes = parts.classEmbedding().floats();
        FloatBuffer starts = parts.startPosition().floats();
        FloatBuffer positions = parts.positions().floats();
        for (int s = 0; s < sequences; s++) {
            int label = conditions.label(s) * width;
            for (int i = 0; i < tokens * width; i++) {
                stream.put(classes.get(label + i % width) + starts.get(i) + positions.get(i));
            }
        }
    }

    private void embed(float[] input, int tokens) {
        int width = spec.width();
        FloatBuffer both = features.floats();
        for (int half = 0; half < sequences / images; half++) {
            both.put(input);
        }
        long position = (long) spec.pyramid().begin(scale) * width * Float.BYTES;
        ByteBuffer positions = parts.positions().bytes(position, (long) tokens * width * Float.BYTES);
        try (SessionRun run = parts.embedding().run()) {
            run.input(TransformerGraphs.FEATURES, features, sequences, tokens, spec.latentChannels())
                    .input(TransformerGraphs.POSITIONS, positions, 1, tokens, width)
                    .output(TransformerGraphs.OUTPUT, residual[0], sequences, tokens, width)
                    .execute();
        }
    }

    private void runBlocks(int tokens) {
        int from = 0;
        int visible = spec.pyramid().begin(scale + 1);
        for (TransformerParts.Part part : parts.blocks()) {
            try (SessionRun run = part.session().run()) {
                run.input(TransformerGraphs.INPUT, residual[from], sequences, tokens, spec.width());
                conditions.bind(run, part, sequences);
                part.intermediates().ifPresent(each -> each.bind(run, intermediates, sequences, tokens, visible));
                if (part.head()) {
                    run.output(TransformerGraphs.OUTPUT, logits, (long) sequences * tokens, spec.vocabularySize());
                } else {
                    run.output(TransformerGraphs.OUTPUT, residual[1 - from], sequences, tokens, spec.width());
                }
                cache.execute(run, part, scale, sequences);
            }
            from = 1 - from;
        }
    }

    private Logits logits(int half, Scale current) {
        int size = images * current.tokens() * spec.vocabularySize();
        return new Logits(logits.floats().slice(half * size, size), images, current.tokens(), spec.vocabularySize());
    }

    @Override
    public synchronized void close() {
        resources.close();
    }
}
