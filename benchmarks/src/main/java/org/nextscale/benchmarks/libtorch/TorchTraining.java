package org.nextscale.benchmarks.libtorch;

import java.util.List;
import java.util.function.Function;
import java.util.function.Predicate;
import org.bytedeco.javacpp.DoublePointer;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.AdamW;
import org.bytedeco.pytorch.AdamWOptions;
import org.bytedeco.pytorch.OptimizerParamGroup;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;
import org.nextscale.api.model.TransformerSpec;
import org.nextscale.backend.support.TensorShape;
import org.nextscale.backend.support.TransformerTensors;
import org.nextscale.checkpoint.tensor.TensorValues;

/**
 * A training step as the public VAR code does it in PyTorch, eager and in float32: every parameter a tensor of its own,
 * {@code clip_grad_norm_}, and libtorch's AdamW with one group of parameters that decay and one of those that do not. For
 * one thread; owns its memory.
 */
public final class TorchTraining implements AutoCloseable {
    private static final double BETA1 = 0.9;
    private static final double BETA2 = 0.95;
    private static final int EACH = 0;
    private static final int NOT_IGNORED = -100;

    private final TransformerSpec spec;
    private final double clip;
    private final TorchWeights weights;
    private final TorchTeacherForcing network;
    private final AdamW optimizer;
    private final TensorVector parameters;

    /**
     * @param values where a tensor's first values come from
     * @param decays whether weight decay pulls at a tensor
     * @param clip largest norm of the gradient
     */
    public TorchTraining(
            TransformerSpec spec,
            Function<TensorShape, TensorValues> values,
            Predicate<TensorShape> decays,
            double learningRate,
            double weightDecay,
            double clip) {
        this.spec = spec;
        this.clip = clip;
        List<TensorShape> wanted = TransformerTensors.all(spec);
        weights = TorchWeights.trained(wanted, values);
        network = new TorchTeacherForcing(spec, weights);
        try (PointerScope scope = new PointerScope()) {
            parameters = weights.all(wanted, each -> true);
            parameters.retainReference();
            optimizer = new AdamW(weights.all(wanted, decays), options(learningRate, weightDecay));
            optimizer.add_param_group(
                    new OptimizerParamGroup(weights.all(wanted, decays.negate()), options(learningRate, 0)));
            optimizer.retainReference();
        }
    }

    private static AdamWOptions options(double learningRate, double weightDecay) {
        AdamWOptions options = new AdamWOptions(learningRate);
        options.weight_decay().put(weightDecay);
        // A std::tuple lies in memory in an order that is the compiler's: the defaults tell the two apart.
        DoublePointer betas = options.betas();
        boolean inOrder = betas.get(0) < betas.get(1);
        betas.put(inOrder ? 0 : 1, BETA1);
        betas.put(inOrder ? 1 : 0, BETA2);
        return options;
    }

    /**
     * Forward, mean cross entropy, backward, clip, AdamW.
     *
     * @param labels {@code [batch]}
     * @param inputs what scales after the first see, {@code [batch, tokens - first, z]}
     * @param tokens {@code [batch, tokens]}
     * @return the loss before the step
     */
    public double step(Tensor labels, Tensor inputs, Tensor tokens) {
        try (PointerScope scope = new PointerScope()) {
            long batch = tokens.size(0);
            Tensor logits = network.predict(labels, inputs);
            Tensor each = torch.cross_entropy_loss(
                            logits.view(-1, spec.vocabularySize()),
                            tokens.view(-1),
                            new TensorOptional(),
                            EACH,
                            NOT_IGNORED,
                            0)
                    .view(batch, -1);
            Tensor loss =
                    each.mul(TorchOps.scalar(1.0 / tokens.size(1))).sum(-1).mean();
            loss.backward();
            torch.clip_grad_norm_(parameters, clip);
            optimizer.step();
            optimizer.zero_grad(true);
            return loss.item_double();
        }
    }

    @Override
    public void close() {
        optimizer.releaseReference();
        parameters.releaseReference();
        network.close();
        weights.close();
    }
}
