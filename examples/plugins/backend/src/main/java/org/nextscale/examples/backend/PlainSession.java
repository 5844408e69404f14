package org.nextscale.examples.backend;

import java.nio.FloatBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.nextscale.api.backend.Logits;
import org.nextscale.api.backend.ScaleLogits;
import org.nextscale.api.backend.TransformerSession;
import org.nextscale.api.model.Scale;
import org.nextscale.api.model.TransformerSpec;

/** A batch: every image under its own condition, and if wanted the same images under none. */
final class PlainSession implements TransformerSession {
    private final TransformerSpec spec;
    private final List<Sequence> conditional;
    private final List<Sequence> unconditional;
    private int scale;

    PlainSession(TransformerSpec spec, List<Sequence> conditional, List<Sequence> unconditional) {
        this.spec = spec;
        this.conditional = conditional;
        this.unconditional = unconditional;
    }

    @Override
    public ScaleLogits next(float[] input, boolean withUnconditional) {
        Scale current = spec.pyramid().scale(scale++);
        return PlainJavaBackend.inHeap(() -> {
            Logits logits = run(conditional, current, input);
            return withUnconditional
                    ? ScaleLogits.of(logits, run(unconditional, current, input))
                    : ScaleLogits.of(logits);
        });
    }

    private Logits run(List<Sequence> sequences, Scale current, float[] input) {
        int images = sequences.size();
        int fed = input.length / images;
        int said = current.tokens() * spec.vocabularySize();
        float[] logits = new float[Math.multiplyExact(images, said)];
        IntStream.range(0, images).parallel().forEach(image -> {
            float[] own = Arrays.copyOfRange(input, image * fed, (image + 1) * fed);
            System.arraycopy(sequences.get(image).next(current, own), 0, logits, image * said, said);
        });
        return new Logits(FloatBuffer.wrap(logits), images, current.tokens(), spec.vocabularySize());
    }

    @Override
    public void close() {
        // The garbage collector's business.
    }
}
