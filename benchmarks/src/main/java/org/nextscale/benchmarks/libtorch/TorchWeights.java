package org.nextscale.benchmarks.libtorch;

import java.nio.FloatBuffer;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.nextscale.api.model.WeightSource;
import org.nextscale.engine.model.ExpectedTensor;

/** A state dict in float32. */
final class TorchWeights implements AutoCloseable {
    private final Map<String, Tensor> tensors = new HashMap<>();

    TorchWeights(List<ExpectedTensor> wanted, WeightSource source) {
        try (PointerScope scope = new PointerScope()) {
            for (ExpectedTensor each : wanted) {
                long[] shape = each.shape().stream().mapToLong(Long::longValue).toArray();
                Tensor tensor = torch.empty(shape);
                FloatBuffer memory = tensor.createBuffer();
                source.read(each.name(), 0, memory);
                tensor.retainReference();
                tensors.put(each.name(), tensor);
            }
        }
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
