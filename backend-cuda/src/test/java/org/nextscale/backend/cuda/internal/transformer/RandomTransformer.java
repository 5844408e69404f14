package org.nextscale.backend.cuda.internal.transformer;

import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.nextscale.api.model.WeightInfo;
import org.nextscale.api.model.WeightSource;

/**
 * Random weights for a transformer of any shape, such that every block changes the residual stream by as much as is there: any
 * tensor that is asked for is there, normally distributed, matrices with the deviation 1/√inputs.
 */
public final class RandomTransformer implements WeightSource {
    private final Map<String, float[]> values = new HashMap<>();

    @Override
    public String description() {
        return "random weights";
    }

    @Override
    public void require(String name, long... shape) {
        int elements = 1;
        for (long side : shape) {
            elements *= (int) side;
        }
        boolean matrix = shape.length == 2 && !name.equals("class_emb.weight") && !name.equals("lvl_embed.weight");
        double deviation = matrix ? 1 / Math.sqrt(shape[1]) : 0.5;
        Random random = new Random(name.hashCode());
        float[] numbers = new float[elements];
        for (int i = 0; i < numbers.length; i++) {
            numbers[i] = (float) (deviation * random.nextGaussian() + (name.contains("scale_mul") ? Math.log(4) : 0));
        }
        values.put(name, numbers);
    }

    @Override
    public void read(String name, long firstElement, FloatBuffer target) {
        target.put(values.get(name), (int) firstElement, target.remaining());
    }

    @Override
    public float[] read(String name, long... shape) {
        require(name, shape);
        return values.get(name).clone();
    }

    @Override
    public boolean contains(String name) {
        return values.containsKey(name);
    }

    @Override
    public Collection<WeightInfo> weights() {
        return List.of();
    }

    @Override
    public WeightInfo weight(String name) {
        throw new UnsupportedOperationException(name);
    }

    @Override
    public ByteBuffer map(String name, long firstByte, int length) {
        throw new UnsupportedOperationException(name);
    }
}
