package org.nextscale.benchmarks.libtorch;

import java.nio.FloatBuffer;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.Predicate;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;
import org.nextscale.api.model.WeightSource;
import org.nextscale.backend.support.TensorShape;
import org.nextscale.checkpoint.tensor.TensorValues;

/** A state dict in float32. */
final class TorchWeights implements AutoCloseable {
    private final Map<String, Tensor> tensors = new HashMap<>();

    TorchWeights(List<TensorShape> wanted, WeightSource source) {
        this(wanted, tensor -> (first, target) -> source.read(tensor.name(), first, target), false);
    }

    private TorchWeights(List<TensorShape> wanted, Function<TensorShape, TensorValues> values, boolean trained) {
        try (PointerScope scope = new PointerScope()) {
            for (TensorShape each : wanted) {
                long[] shape = each.shape().stream().mapToLong(Long::longValue).toArray();
                Tensor tensor = torch.empty(shape);
                FloatBuffer memory = tensor.createBuffer();
                values.apply(each).read(0, memory);
                tensor.set_requires_grad(trained);
                tensor.retainReference();
                tensors.put(each.name(), tensor);
            }
        }
    }

    /** Parameters to be trained, every one a leaf of the graph. */
    static TorchWeights trained(List<TensorShape> wanted, Function<TensorShape, TensorValues> values) {
        return new TorchWeights(wanted, values, true);
    }

    /** Those of {@code wanted} that are chosen, in its order. */
    TensorVector all(List<TensorShape> wanted, Predicate<TensorShape> chosen) {
        return new TensorVector(
                wanted.stream().filter(chosen).map(each -> get(each.name())).toArray(Tensor[]::new));
    }

    Tensor get(String name) {
        Tensor tensor = tensors.get(name);
        if (tensor == null) {
            throw new IllegalArgumentException("no tensor " + name);
        }
        return tensor;
    }

    @Override
    public void close() {
        tensors.values().forEach(Tensor::releaseReference);
        tensors.clear();
    }
}
