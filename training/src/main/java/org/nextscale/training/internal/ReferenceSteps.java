package org.nextscale.training.internal;

import java.util.LinkedHashMap;
import java.util.Map;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.global.torch;
import org.nextscale.api.image.Pixels;
import org.nextscale.api.model.ModelSpec;
import org.nextscale.api.model.WeightSource;
import org.nextscale.api.training.TrainingReference;
import org.nextscale.backend.support.TokenizerTensors;
import org.nextscale.backend.support.TransformerTensors;
import org.nextscale.training.internal.network.AutoencoderNetwork;
import org.nextscale.training.internal.network.DropPath;
import org.nextscale.training.internal.network.QuantizerNetwork;
import org.nextscale.training.internal.network.TransformerNetwork;
import org.nextscale.training.internal.optimizer.AdamW;
import org.nextscale.training.internal.torch.Ops;
import org.nextscale.training.internal.torch.Placement;
import org.nextscale.training.internal.torch.TensorSet;
import org.osgi.service.component.annotations.Component;

/** The steps whose losses and gradients the reference vectors hold, done with the networks that trainers use. */
@Component
public final class ReferenceSteps implements TrainingReference {
    private static final int STEPS = 3;
    private static final double LEARNING_RATE = 1e-3;
    private static final double CLIP = 2;
    private static final double WEIGHT_DECAY = 0.05;
    private static final double SMOOTHING_OF_LAST = 0.1;

    @Override
    public String id() {
        return "libtorch";
    }

    @Override
    public String description() {
        return "the steps of the reference vectors, computed by libtorch with the networks that trainers use";
    }

    @Override
    public Map<String, float[]> compute(
            ModelSpec spec, WeightSource tokenizer, WeightSource transformer, Pixels image, int[] labels) {
        NativeLibraries.load();
        Map<String, float[]> results = new LinkedHashMap<>();
        try (PointerScope scope = new PointerScope();
                TensorSet weights = TensorSet.trained(
                        TokenizerTensors.all(spec.tokenizer(), spec.pyramid()),
                        TensorSet.source(tokenizer),
                        each -> true,
                        Placement.CPU)) {
            Tensor pixels = Placement.CPU.of(image.values(), image.batch(), 3, image.height(), image.width());
            Tensor tokens = tokenizer(spec, weights, pixels, results);
            Tensor inputs = new QuantizerNetwork(spec, weights).teacherForcingInputs(tokens);
            transformer(spec, transformer, tokens, inputs, labels, results);
        }
        return results;
    }

    /** Losses and gradients of the tokenizer; returns the tokens of all scales, {@code [batch, all tokens]}. */
    private static Tensor tokenizer(ModelSpec spec, TensorSet weights, Tensor pixels, Map<String, float[]> results) {
        AutoencoderNetwork network = new AutoencoderNetwork(spec.tokenizer(), weights);
        QuantizerNetwork.Quantized quantized = new QuantizerNetwork(spec, weights).quantize(network.encode(pixels));
        Tensor made = network.decode(quantized.featureMap());
        Tensor l1 = torch.l1_loss(made, pixels);
        Tensor l2 = Ops.mse(made, pixels);
        l1.add(l2).add(quantized.loss()).backward();
        results.put("tokenizer.l1", Ops.values(l1));
        results.put("tokenizer.l2", Ops.values(l2));
        results.put("tokenizer.vq_loss", Ops.values(quantized.loss()));
        weights.names().forEach(name -> results.put("tokenizer.grad." + name, Ops.values(weights.gradient(name))));
        return Ops.cat(1, quantized.tokens().toArray(Tensor[]::new));
    }

    private static void transformer(
            ModelSpec spec,
            WeightSource source,
            Tensor tokens,
            Tensor inputs,
            int[] labels,
            Map<String, float[]> results) {
        long[] classes = new long[labels.length];
        for (int i = 0; i < labels.length; i++) {
            classes[i] = labels[i];
        }
        try (TensorSet weights = TensorSet.trained(
                        TransformerTensors.all(spec.transformer()),
                        TensorSet.source(source),
                        TransformerNetwork::decays,
                        Placement.CPU);
                TransformerNetwork network = new TransformerNetwork(spec.transformer(), weights);
                AdamW optimizer = new AdamW(weights, 0.9, 0.95, WEIGHT_DECAY)) {
            for (int step = 0; step < STEPS; step++) {
                weights.clearGradients();
                Tensor logits = network.predict(
                        Placement.CPU.of(classes, classes.length),
                        inputs,
                        spec.pyramid().scales(),
                        DropPath.NONE);
                Tensor loss = torch.cross_entropy_loss(
                        logits.reshape(-1, spec.transformer().vocabularySize()),
                        tokens.reshape(-1),
                        new TensorOptional(),
                        1,
                        -100,
                        step == STEPS - 1 ? SMOOTHING_OF_LAST : 0);
                loss.backward();
                double norm = weights.gradientNorm();
                results.put("transformer.loss." + step, Ops.values(loss));
                results.put("transformer.grad_norm." + step, new float[] {(float) norm});
                if (step == 0) {
                    keep(weights, "transformer.grad.", true, results);
                }
                weights.clipGradients(norm, CLIP);
                optimizer.step(step, LEARNING_RATE);
                if (step == 0) {
                    keep(weights, "transformer.after_step1.", false, results);
                }
            }
        }
    }

    private static void keep(TensorSet weights, String prefix, boolean gradients, Map<String, float[]> results) {
        for (String name : weights.names()) {
            results.put(prefix + name, Ops.values(gradients ? weights.gradient(name) : weights.get(name)));
        }
    }
}
