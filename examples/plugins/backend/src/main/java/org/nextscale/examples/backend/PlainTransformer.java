package org.nextscale.examples.backend;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.nextscale.api.backend.Logits;
import org.nextscale.api.backend.ScaleTransformer;
import org.nextscale.api.backend.TransformerSession;
import org.nextscale.api.model.Conditions;
import org.nextscale.api.model.Scale;
import org.nextscale.api.model.TransformerSpec;
import org.nextscale.api.model.WeightSource;
import org.nextscale.backend.support.AdaLn;
import org.nextscale.backend.support.TeacherForcing;
import org.nextscale.backend.support.TransformerTensors;

/**
 * The transformer of VAR with its weights. It knows no batch: every image under every condition is a {@link Sequence}.
 * Immutable and thread-safe.
 */
final class PlainTransformer implements ScaleTransformer {
    /** Images that teacher forcing has in memory at a time. */
    private static final int TOGETHER = 8;

    private final TransformerSpec spec;
    private final float[] classEmbedding;
    private final float[] startPosition;
    /** Position and level of every token. */
    private final float[] positions;

    private final Linear wordEmbedding;
    private final AdaLnLayers adaLn;
    private final List<Block> blocks;
    private final Linear head;

    PlainTransformer(TransformerSpec spec, WeightSource weights) {
        this.spec = spec;
        int width = spec.width();
        classEmbedding = weights.read(TransformerTensors.CLASS_EMBEDDING, spec.classes() + 1, width);
        startPosition = weights.read(
                TransformerTensors.START_POSITION, 1, spec.pyramid().tokens(0), width);
        positions = TransformerTensors.positions(spec, weights);
        wordEmbedding = Linear.read(weights, TransformerTensors.WORD_EMBEDDING, spec.latentChannels(), width);
        adaLn = new AdaLnLayers(spec, weights);
        blocks = IntStream.range(0, spec.depth())
                .mapToObj(i -> new Block(spec, weights, TransformerTensors.block(i)))
                .toList();
        head = Linear.read(weights, TransformerTensors.HEAD, width, spec.vocabularySize());
    }

    @Override
    public TransformerSpec spec() {
        return spec;
    }

    /** Equal conditions share their modulations; in the unconditional half all are equal. */
    @Override
    public TransformerSession begin(Conditions conditions, boolean unconditional) {
        return PlainJavaBackend.inHeap(() -> {
            Map<Integer, AdaLnLayers.Modulations> known = new HashMap<>();
            int[] rows = conditions.embeddingRows(spec);
            int none = spec.classes();
            return new PlainSession(
                    spec,
                    IntStream.of(rows).mapToObj(row -> begin(row, known)).toList(),
                    IntStream.range(0, unconditional ? rows.length : 0)
                            .mapToObj(image -> begin(none, known))
                            .toList());
        });
    }

    private Sequence begin(int row, Map<Integer, AdaLnLayers.Modulations> known) {
        return new Sequence(
                this, row, known.computeIfAbsent(row, each -> adaLn.modulations(classEmbedding, each * spec.width())));
    }

    /** The residual stream at a scale's beginning, {@code [tokens, width]}. */
    float[] embed(Scale scale, int row, float[] input) {
        int width = spec.width();
        float[] x = scale.index() == 0 ? startPosition.clone() : wordEmbedding.apply(input);
        int position = spec.pyramid().begin(scale.index()) * width;
        for (int i = 0; i < x.length; i++) {
            x[i] += positions[position + i] + (scale.index() == 0 ? classEmbedding[row * width + i % width] : 0);
        }
        return x;
    }

    List<Block> blocks() {
        return blocks;
    }

    /** From the residual stream to {@code [tokens, vocabulary]}. */
    float[] logits(float[] x, Modulation modulation) {
        return head.apply(modulation.normalize(x, AdaLn.HEAD_SCALE, AdaLn.HEAD_SHIFT));
    }

    @Override
    public Logits teacherForcing(Conditions conditions, float[] inputs) {
        return TeacherForcing.scaleByScale(this, conditions, inputs, TOGETHER);
    }

    @Override
    public void close() {
        // The garbage collector's business.
    }
}
