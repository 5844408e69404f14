package org.nextscale.benchmarks.quality;

import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import java.util.Collection;
import org.nextscale.api.model.WeightInfo;
import org.nextscale.api.model.WeightSource;

/**
 * A transformer with random weights, made to answer as a trained one does. As it comes, what blocks compute hardly reaches
 * the logits, since AdaLN's gammas begin near 0, and logits are all but equal, since the head begins small. Here gammas are
 * larger by 1, and the head is larger by {@value #HEAD}, which gives logits the spread that those of fashion-32 have.
 *
 * @param source the weights as they come
 * @param width channels of the residual stream
 */
record OpenGates(WeightSource source, int width) implements WeightSource {
    static final int HEAD = 200;

    @Override
    public void read(String name, long firstElement, FloatBuffer target) {
        int from = target.position();
        source.read(name, firstElement, target);
        if (isGate(name)) {
            for (int i = from; i < target.limit() && firstElement + i - from < 2L * width; i++) {
                target.put(i, target.get(i) + 1);
            }
        } else if (isHead(name)) {
            for (int i = from; i < target.limit(); i++) {
                target.put(i, target.get(i) * HEAD);
            }
        }
    }

    /** The bias of a block's AdaLN: gamma of attention and of the MLP, then two scales and two shifts. */
    private static boolean isGate(String name) {
        return name.endsWith("ada_lin.1.bias") && !name.startsWith("head_nm.");
    }

    private static boolean isHead(String name) {
        return name.equals("head.weight");
    }

    @Override
    public ByteBuffer map(String name, long firstByte, int length) {
        if (isGate(name) || isHead(name)) {
            throw new UnsupportedOperationException(name + " is not what the file holds");
        }
        return source.map(name, firstByte, length);
    }

    @Override
    public String description() {
        return source.description() + ", gates open";
    }

    @Override
    public Collection<WeightInfo> weights() {
        return source.weights();
    }

    @Override
    public boolean contains(String name) {
        return source.contains(name);
    }

    @Override
    public WeightInfo weight(String name) {
        return source.weight(name);
    }
}
