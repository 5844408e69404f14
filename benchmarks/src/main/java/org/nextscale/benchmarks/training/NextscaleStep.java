package org.nextscale.benchmarks.training;

import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.global.torch;
import org.nextscale.api.model.TransformerSpec;
import org.nextscale.backend.support.TransformerTensors;
import org.nextscale.training.internal.network.DropPath;
import org.nextscale.training.internal.network.TransformerNetwork;
import org.nextscale.training.internal.optimizer.AdamW;
import org.nextscale.training.internal.torch.Placement;
import org.nextscale.training.internal.torch.TensorSet;

/** A step with the network and the optimizer of the module {@code training}, as its recipe puts them together. */
final class NextscaleStep implements TrainingStep {
    private static final int MEAN = 1;
    private static final int NOT_IGNORED = -100;

    private final TransformerSpec spec;
    private final TensorSet weights;
    private final TransformerNetwork network;
    private final AdamW optimizer;
    private long steps;

    /** @param bfloat16 whether the large products are */
    NextscaleStep(TransformerSpec spec, FirstWeights first, boolean bfloat16) {
        this.spec = spec;
        weights = TensorSet.trained(TransformerTensors.all(spec), first::of, TransformerNetwork::decays, Placement.CPU);
        network = new TransformerNetwork(spec, weights, bfloat16);
        optimizer = new AdamW(weights, PublishedRecipe.BETA1, PublishedRecipe.BETA2, PublishedRecipe.WEIGHT_DECAY);
    }

    @Override
    public double run(StepData data) {
        double loss;
        weights.clearGradients();
        try (PointerScope scope = new PointerScope()) {
            Tensor logits =
                    network.predict(data.labels(), data.inputs(), spec.pyramid().scales(), DropPath.NONE);
            Tensor mean = torch.cross_entropy_loss(
                    logits.reshape(-1, spec.vocabularySize()),
                    data.tokens().reshape(-1),
                    new TensorOptional(),
                    MEAN,
                    NOT_IGNORED,
                    0);
            mean.backward();
            loss = mean.item_double();
        }
        weights.clipGradients(weights.gradientNorm(), PublishedRecipe.CLIP);
        optimizer.step(steps++, PublishedRecipe.LEARNING_RATE);
        return loss;
    }

    @Override
    public void close() {
        network.close();
        optimizer.close();
        weights.close();
    }
}
