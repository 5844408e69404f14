package org.nextscale.training.internal.tokenizer;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.nextscale.api.image.Pixels;
import org.nextscale.api.model.ScalePyramid;
import org.nextscale.api.model.TokenizerSpec;
import org.nextscale.training.internal.loop.Learner;
import org.nextscale.training.internal.loop.Recipe;
import org.nextscale.training.internal.loop.StateTensor;
import org.nextscale.training.internal.loss.PerceptualLoss;
import org.nextscale.training.internal.network.AutoencoderNetwork;
import org.nextscale.training.internal.network.QuantizerNetwork;
import org.nextscale.training.internal.optimizer.AdamW;
import org.nextscale.training.internal.optimizer.LearningRate;
import org.nextscale.training.internal.torch.Ops;
import org.nextscale.training.internal.torch.TensorSet;

/** A step of the tokenizer: through encoder, quantizer and decoder, and what the difference says. For one thread. */
final class TokenizerRecipe implements Recipe {
    private static final int SEEDING_BATCHES = 8;
    private static final int SAMPLES = 10;
    /** Largest squared difference of two pixels in [-1, 1]. */
    private static final double PEAK = 4;

    private final TokenizerSettings settings;
    private final ImageBatches training;
    private final ImageBatches test;
    private final TensorSet weights;
    private final Learner learner;
    private final AutoencoderNetwork network;
    private final QuantizerNetwork quantizer;
    private final CodeCare codebook;
    /** {@code null} if there is none. */
    private final PerceptualLoss perceptual;
    /** {@code null} if there is none. */
    private final Adversary adversary;

    private final LearningRate learningRate;
    private final long firstQuantized;
    private final long lastRevival;
    private final ResultWriter result;

    /** Writes the trained tokenizer; returns a line about it. */
    interface ResultWriter {
        String write(TensorSet weights);
    }

    /**
     * @param weights to be trained; closed with this
     * @param test images to measure with
     */
    TokenizerRecipe(
            TokenizerSettings settings,
            TokenizerSpec spec,
            ScalePyramid pyramid,
            TensorSet weights,
            ImageBatches training,
            ImageBatches test,
            long steps,
            ResultWriter result) {
        this.settings = settings;
        this.weights = weights;
        this.training = training;
        this.test = test;
        this.result = result;
        AdamW optimizer =
                new AdamW(weights, settings.number("beta1"), settings.number("beta2"), settings.number("weight-decay"));
        learner = new Learner(weights, optimizer, settings.number("average"));
        network = new AutoencoderNetwork(spec, weights);
        quantizer = new QuantizerNetwork(spec, pyramid, weights);
        codebook = new CodeCare(spec, pyramid, learner, quantizer);
        perceptual = settings.text("perceptual-network").isEmpty()
                ? null
                : PerceptualLoss.open(Path.of(settings.text("perceptual-network")), weights.placement());
        adversary = settings.number("adversarial") > 0 ? new Adversary(settings, steps, weights.placement()) : null;
        learningRate = settings.learningRate(steps);
        firstQuantized = settings.firstQuantized(steps);
        lastRevival = Math.round(settings.number("revive-until") * steps);
    }

    @Override
    public List<String> columns() {
        List<String> columns = new ArrayList<>(List.of("loss", "l1", "l2", "quantizer-loss", "psnr", "test-psnr"));
        if (perceptual != null) {
            columns.add("perceptual-loss");
        }
        if (adversary != null) {
            columns.addAll(List.of("adversarial-loss", "adversarial-weight", "discriminator-loss"));
        }
        columns.addAll(List.of("gradient-norm", "learning-rate", "codes-revived"));
        columns.addAll(codebook.usage().keySet());
        return columns;
    }

    @Override
    public Map<String, Double> step(long step) {
        if (step == firstQuantized && settings.text("from").isEmpty()) {
            placeCodes(step);
        }
        double rate = learningRate.at(step);
        Map<String, Double> values = new LinkedHashMap<>();
        weights.clearGradients();
        try (PointerScope scope = new PointerScope()) {
            Tensor pixels = training.pixels(step);
            Tensor features = network.encode(pixels);
            boolean quantized = step >= firstQuantized;
            QuantizerNetwork.Quantized codes = quantized ? quantizer.quantize(features) : null;
            Tensor made = network.decode(quantized ? codes.featureMap() : features);
            Tensor l1 = torch.l1_loss(made, pixels);
            Tensor l2 = Ops.mse(made, pixels);
            Tensor loss = Ops.mul(l1, settings.number("l1")).add(Ops.mul(l2, settings.number("l2")));
            values.put("loss", 0.0);
            values.put("l1", l1.item_double());
            values.put("l2", l2.item_double());
            if (perceptual != null) {
                Tensor difference = perceptual.of(made, pixels);
                values.put("perceptual-loss", difference.item_double());
                loss = loss.add(Ops.mul(difference, settings.number("perceptual")));
            }
            Tensor pressure = adversary == null
                    ? null
                    : adversary.loss(step, made, loss, weights.get(AutoencoderNetwork.LAST_LAYER + ".weight"), values);
            if (quantized) {
                values.put("quantizer-loss", codes.loss().item_double());
                loss = loss.add(Ops.mul(codes.loss(), settings.number("quantizer")));
            }
            values.put("loss", loss.item_double());
            (pressure == null ? loss : loss.add(pressure)).backward();
            values.put("psnr", psnr(l2.item_double()));
            values.put("gradient-norm", learner.step(step, rate, settings.number("clip")));
            values.put("learning-rate", rate);
            if (adversary != null) {
                adversary.step(step, made, pixels, rate, values);
            }
            if (quantized) {
                careForCodes(step, codes, values);
            }
        }
        return values;
    }

    private void placeCodes(long step) {
        try (PointerScope scope = new PointerScope();
                NoGradGuard guard = new NoGradGuard()) {
            Tensor[] features = new Tensor[SEEDING_BATCHES];
            for (int i = 0; i < features.length; i++) {
                Tensor pixels = training.pixels(step + i);
                features[i] = Ops.part(() -> network.encode(pixels));
            }
            codebook.seed(Ops.cat(0, features), settings.run().seed());
        }
    }

    private void careForCodes(long step, QuantizerNetwork.Quantized codes, Map<String, Double> values) {
        codebook.count(codes.tokens());
        int every = settings.integer("revive-every");
        long since = step + 1 - firstQuantized;
        if (every > 0 && since % every == 0) {
            Map<String, Double> usage = codebook.usage();
            if (step < lastRevival) {
                int moved = codebook.revive(codes.residuals(), settings.run().seed() * 31 + step);
                values.put("codes-revived", (double) moved);
            }
            values.putAll(usage);
        }
    }

    private static double psnr(double squaredError) {
        return 10 * Math.log10(PEAK / squaredError);
    }

    @Override
    public Map<String, Double> measure(long step) {
        return learner.averaged(() -> {
            double sum = 0;
            long count = 0;
            for (long i = 0; i < test.order().steps(); i++) {
                try (PointerScope scope = new PointerScope();
                        NoGradGuard guard = new NoGradGuard()) {
                    Tensor pixels = test.pixels(i);
                    float[] errors = Ops.values(
                            reconstruct(pixels, step).sub(pixels).square().mean(1, 2, 3));
                    for (float error : errors) {
                        sum += psnr(error);
                        count++;
                    }
                }
            }
            return Map.of("test-psnr", sum / count);
        });
    }

    /** {@code [batch, 3, side, side]}, cut off at ±1. */
    private Tensor reconstruct(Tensor pixels, long step) {
        Tensor features = network.encode(pixels);
        Tensor map = step > firstQuantized ? quantizer.quantize(features).featureMap() : features;
        return torch.hardtanh(network.decode(map));
    }

    /** Images above, what became of them below. */
    @Override
    public Pixels sample(long step) {
        return learner.averaged(() -> {
            try (PointerScope scope = new PointerScope();
                    NoGradGuard guard = new NoGradGuard()) {
                Tensor wanted = test.pixels(0).narrow(0, 0, sampleColumns());
                return Ops.pixels(Ops.cat(0, wanted, reconstruct(wanted, step)));
            }
        });
    }

    @Override
    public int sampleColumns() {
        return Math.min(SAMPLES, test.order().indices(0).length);
    }

    @Override
    public List<StateTensor> state() {
        List<StateTensor> state = new ArrayList<>(learner.state("tokenizer"));
        state.add(new StateTensor("tokenizer.codes-used", codebook.used()));
        if (adversary != null) {
            state.addAll(adversary.state());
        }
        return state;
    }

    @Override
    public long resultBytes() {
        return weights.elements() * Float.BYTES;
    }

    @Override
    public String finish() {
        return learner.averaged(() -> result.write(weights));
    }

    @Override
    public void close() {
        if (perceptual != null) {
            perceptual.close();
        }
        if (adversary != null) {
            adversary.close();
        }
        codebook.close();
        learner.close();
    }
}
