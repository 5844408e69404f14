package org.nextscale.backend.cuda.internal.transformer;

import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import org.nextscale.api.model.DataType;
import org.nextscale.api.model.TransformerSpec;
import org.nextscale.api.model.WeightInfo;
import org.nextscale.api.model.WeightSource;
import org.nextscale.backend.support.TensorShape;
import org.nextscale.backend.support.TransformerTensors;

/**
 * Random weights for a transformer of any shape, such that every block changes the residual stream by as much as is there:
 * normally distributed, matrices with the deviation 1/√inputs.
 */
public final class RandomTransformer implements WeightSource {
    private final Map<String, WeightInfo> infos = new HashMap<>();
    private final Map<String, float[]> values = new HashMap<>();

    public RandomTransformer(TransformerSpec spec) {
        for (TensorShape tensor : TransformerTensors.all(spec)) {
            infos.put(tensor.name(), new WeightInfo(tensor.name(), DataType.F32, tensor.shape()));
            values.put(tensor.name(), random(tensor));
        }
    }

    private static float[] random(TensorShape tensor) {
        String name = tensor.name();
        boolean table = name.equals(TransformerTensors.CLASS_EMBEDDING) || name.equals(TransformerTensors.LEVELS);
        boolean matrix = tensor.shape().size() == 2 && !table;
        double deviation = matrix ? 1 / Math.sqrt(tensor.shape().get(1)) : 0.5;
        Random random = new Random(name.hashCode());
        float[] numbers = new float[(int) tensor.elements()];
        for (int i = 0; i < numbers.length; i++) {
            numbers[i] = (float) (deviation * random.nextGaussian() + (name.contains("scale_mul") ? Math.log(4) : 0));
        }
        return numbers;
    }

    @Override
    public String description() {
        return "random weights";
    }

    @Override
    public Collection<WeightInfo> weights() {
        return infos.values();
    }

    @Override
    public boolean contains(String name) {
        return infos.containsKey(name);
    }

    @Override
    public WeightInfo weight(String name) {
        return infos.get(name);
    }

    @Override
    public void read(String name, long firstElement, FloatBuffer target) {
        target.put(values.get(name), (int) firstElement, target.remaining());
    }

    @Override
    public ByteBuffer map(String name, long firstByte, int length) {
        throw new UnsupportedOperationException(name);
    }
}
