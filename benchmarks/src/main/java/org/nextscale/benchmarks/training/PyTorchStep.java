package org.nextscale.benchmarks.training;

import org.nextscale.api.model.TransformerSpec;
import org.nextscale.benchmarks.libtorch.TorchTraining;
import org.nextscale.training.internal.network.TransformerNetwork;

/** The step of the public code. */
final class PyTorchStep implements TrainingStep {
    private final TorchTraining training;

    PyTorchStep(TransformerSpec spec, FirstWeights first) {
        training = new TorchTraining(
                spec,
                first::of,
                TransformerNetwork::decays,
                PublishedRecipe.LEARNING_RATE,
                PublishedRecipe.WEIGHT_DECAY,
                PublishedRecipe.CLIP);
    }

    @Override
    public double run(StepData data) {
        return training.step(data.labels(), data.inputs(), data.tokens());
    }

    @Override
    public void close() {
        training.close();
    }
}
