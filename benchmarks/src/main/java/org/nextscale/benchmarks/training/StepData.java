package org.nextscale.benchmarks.training;

import java.util.Random;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.nextscale.api.model.TransformerSpec;

/**
 * A batch of random codes; values make no difference to time.
 *
 * @param labels {@code [batch]}
 * @param inputs what scales after the first see, {@code [batch, tokens - first, z]}
 * @param tokens {@code [batch, tokens]}
 */
record StepData(Tensor labels, Tensor inputs, Tensor tokens) implements AutoCloseable {

    static StepData random(TransformerSpec spec, int batch, long seed) {
        Random random = new Random(seed);
        int length = spec.pyramid().totalTokens();
        int later = length - spec.pyramid().tokens(0);
        long[] labels = random.longs(batch, 0, spec.classes()).toArray();
        long[] tokens =
                random.longs((long) batch * length, 0, spec.vocabularySize()).toArray();
        float[] inputs = new float[batch * later * spec.latentChannels()];
        for (int i = 0; i < inputs.length; i++) {
            inputs[i] = (float) random.nextGaussian();
        }
        try (PointerScope scope = new PointerScope()) {
            return new StepData(
                    kept(Tensor.create(labels)),
                    kept(Tensor.create(inputs, batch, later, spec.latentChannels())),
                    kept(Tensor.create(tokens, batch, length)));
        }
    }

    private static Tensor kept(Tensor tensor) {
        tensor.retainReference();
        return tensor;
    }

    @Override
    public void close() {
        labels.releaseReference();
        inputs.releaseReference();
        tokens.releaseReference();
    }
}
