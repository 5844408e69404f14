package org.nextscale.training.internal.transformer;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.LongOptional;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.global.torch;
import org.nextscale.api.image.Pixels;
import org.nextscale.api.model.ModelSpec;
import org.nextscale.api.model.ScalePyramid;
import org.nextscale.training.internal.loop.Learner;
import org.nextscale.training.internal.loop.Recipe;
import org.nextscale.training.internal.loop.StateTensor;
import org.nextscale.training.internal.network.AutoencoderNetwork;
import org.nextscale.training.internal.network.DropPath;
import org.nextscale.training.internal.network.QuantizerNetwork;
import org.nextscale.training.internal.network.TokenSampling;
import org.nextscale.training.internal.network.TransformerNetwork;
import org.nextscale.training.internal.optimizer.AdamW;
import org.nextscale.training.internal.optimizer.LearningRate;
import org.nextscale.training.internal.torch.Ops;
import org.nextscale.training.internal.torch.Placement;
import org.nextscale.training.internal.torch.TensorSet;

/** The published recipe: all tokens of all scales predicted at once, mean cross entropy. For one thread. */
final class TransformerRecipe implements Recipe {
    private static final double BETA1 = 0.9;
    private static final double BETA2 = 0.95;
    private static final int NOT_IGNORED = -100;
    private static final int EACH = 0;
    private static final int MEAN = 1;
    private static final int SAMPLES_A_CLASS = 4;
    private static final int MOST_SAMPLED_CLASSES = 10;
    private static final double SAMPLE_CFG = 1.5;

    private final TransformerSettings settings;
    private final ModelSpec spec;
    private final TokenBatches training;
    private final TokenBatches test;
    private final TensorSet tokenizerWeights;
    private final TensorSet weights;
    private final Learner learner;
    private final TransformerNetwork network;
    private final QuantizerNetwork quantizer;
    private final LearningRate learningRate;
    private final Progressive progressive;
    private final double dropPath;
    private final ResultWriter result;

    /** Writes the trained model; returns a line about it. */
    interface ResultWriter {
        String write(TensorSet tokenizer, TensorSet transformer);
    }

    /**
     * @param tokenizerWeights frozen; not closed with this
     * @param weights to be trained; closed with this
     * @param test tokens to measure with; {@code null} if there are none
     */
    TransformerRecipe(
            TransformerSettings settings,
            ModelSpec spec,
            TensorSet tokenizerWeights,
            TensorSet weights,
            TokenBatches training,
            TokenBatches test,
            long steps,
            ResultWriter result) {
        this.settings = settings;
        this.spec = spec;
        this.tokenizerWeights = tokenizerWeights;
        this.weights = weights;
        this.training = training;
        this.test = test;
        this.result = result;
        AdamW optimizer = new AdamW(weights, BETA1, BETA2, settings.number("weight-decay"));
        learner = new Learner(weights, optimizer, settings.number("average"));
        network = new TransformerNetwork(
                spec.transformer(),
                weights,
                settings.values().choice("precision").equals("bf16"));
        quantizer = new QuantizerNetwork(spec, tokenizerWeights);
        learningRate = settings.learningRate(steps);
        progressive = new Progressive(
                settings.number("progressive"),
                settings.integer("progressive-start"),
                spec.pyramid().scales(),
                settings.number("warm-up") * steps,
                steps);
        dropPath = settings.dropPath(spec.transformer().depth());
    }

    @Override
    public List<String> columns() {
        return List.of(
                "loss",
                "accuracy",
                "accuracy-of-last-scale",
                "gradient-norm",
                "learning-rate",
                "scales",
                "test-loss",
                "test-accuracy",
                "test-accuracy-of-last-scale");
    }

    @Override
    public Map<String, Double> step(long step) {
        Progressive.Stage stage = progressive.at(step);
        int parts = settings.integer("accumulate");
        double rate = learningRate.at(step);
        Scores scores = new Scores();
        weights.clearGradients();
        for (int part = 0; part < parts; part++) {
            try (PointerScope scope = new PointerScope()) {
                TokenBatches.Batch batch = training.batch(step, part, parts);
                SplittableRandom random = new SplittableRandom(settings.run().seed() * 31 + step * parts + part);
                long[] labels = drop(batch.labels(), random);
                Loss loss = loss(
                        batch,
                        labels,
                        stage,
                        new DropPath(dropPath, spec.transformer().depth(), random.nextLong()),
                        scores);
                Ops.mul(loss.minimized(), 1.0 / parts).backward();
                scores.loss += loss.mean().item_double() / parts;
            }
        }
        double norm = learner.step(step, rate, settings.number("clip"));
        Map<String, Double> values = scores.values("");
        values.put("gradient-norm", norm);
        values.put("learning-rate", rate);
        if (stage.scales() < spec.pyramid().scales()) {
            values.put("scales", (double) stage.scales());
        }
        return values;
    }

    /** Sums of what is measured on the way. */
    private static final class Scores {
        private double loss;
        private long right;
        private long rightOfLast;
        private long tokens;
        private long tokensOfLast;

        Map<String, Double> values(String prefix) {
            Map<String, Double> values = new LinkedHashMap<>();
            values.put(prefix + "loss", loss);
            values.put(prefix + "accuracy", (double) right / Math.max(1, tokens));
            values.put(prefix + "accuracy-of-last-scale", (double) rightOfLast / Math.max(1, tokensOfLast));
            return values;
        }
    }

    private long[] drop(long[] labels, SplittableRandom random) {
        long[] kept = labels.clone();
        for (int i = 0; i < kept.length; i++) {
            if (random.nextDouble() < settings.number("label-drop")) {
                kept[i] = spec.transformer().classes();
            }
        }
        return kept;
    }

    private Loss loss(TokenBatches.Batch batch, long[] labels, Progressive.Stage stage, DropPath path, Scores scores) {
        ScalePyramid pyramid = spec.pyramid();
        Tensor tokens = batch.tokens();
        Tensor inputs = Ops.part(() -> quantizer.teacherForcingInputs(tokens));
        int length = pyramid.begin(stage.scales());
        Tensor classes = weights.placement().of(labels, labels.length);
        Tensor logits = network.predict(classes, inputs, stage.scales(), path);
        Tensor flat = logits.reshape(-1, spec.transformer().vocabularySize());
        Tensor wanted = (length == pyramid.totalTokens() ? tokens : tokens.narrow(1, 0, length)).reshape(-1);
        score(flat, wanted, length, pyramid.tokens(stage.scales() - 1), scores);
        return loss(flat, wanted, stage, pyramid, settings.number("label-smoothing"), weights.placement());
    }

    /**
     * The loss of a batch.
     *
     * @param minimized what the step goes down
     * @param mean a token's mean cross entropy, of those that take part: what can be compared from stage to stage
     */
    record Loss(Tensor minimized, Tensor mean) {}

    /**
     * Cross entropy of the tokens that take part.
     *
     * @param logits {@code [batch · tokens of the stage, vocabulary]}
     * @param wanted {@code [batch · tokens of the stage]}
     */
    static Loss loss(
            Tensor logits,
            Tensor wanted,
            Progressive.Stage stage,
            ScalePyramid pyramid,
            double smoothing,
            Placement placement) {
        if (stage.scales() == pyramid.scales()) {
            Tensor mean = crossEntropy(logits, wanted, MEAN, smoothing);
            return new Loss(mean, mean);
        }
        float[] counts = stage.tokenWeights(pyramid);
        Tensor each = crossEntropy(logits, wanted, EACH, smoothing).view(-1, counts.length);
        Tensor sum = each.mul(placement.of(counts, 1, counts.length)).sum();
        return new Loss(Ops.mul(sum, 1.0 / each.size(0)), each.detach().mean());
    }

    private static Tensor crossEntropy(Tensor logits, Tensor wanted, int reduction, double smoothing) {
        return torch.cross_entropy_loss(logits, wanted, new TensorOptional(), reduction, NOT_IGNORED, smoothing);
    }

    private static void score(Tensor logits, Tensor wanted, int length, int last, Scores scores) {
        try (PointerScope scope = new PointerScope();
                NoGradGuard guard = new NoGradGuard()) {
            Tensor right = logits.detach()
                    .argmax(new LongOptional(-1), false)
                    .eq(wanted)
                    .view(-1, length);
            scores.right += right.sum().item_long();
            scores.rightOfLast += right.narrow(1, length - last, last).sum().item_long();
            scores.tokens += right.numel();
            scores.tokensOfLast += right.size(0) * last;
        }
    }

    @Override
    public Map<String, Double> measure(long step) {
        if (test == null) {
            return Map.of();
        }
        return learner.averaged(() -> {
            Scores scores = new Scores();
            long batches = test.count();
            for (long i = 0; i < batches; i++) {
                try (PointerScope scope = new PointerScope();
                        NoGradGuard guard = new NoGradGuard()) {
                    TokenBatches.Batch batch = test.batch(i, 0, 1);
                    Loss loss = loss(
                            batch,
                            batch.labels(),
                            new Progressive.Stage(spec.pyramid().scales(), 1),
                            DropPath.NONE,
                            scores);
                    scores.loss += loss.mean().item_double() / batches;
                }
            }
            return scores.values("test-");
        });
    }

    /** A column a class. */
    @Override
    public Pixels sample(long step) {
        long[] labels = new long[sampleColumns() * SAMPLES_A_CLASS];
        for (int i = 0; i < labels.length; i++) {
            labels[i] = i % sampleColumns();
        }
        AutoencoderNetwork autoencoder = new AutoencoderNetwork(spec.tokenizer(), tokenizerWeights);
        return learner.averaged(() -> {
            try (PointerScope scope = new PointerScope()) {
                return Ops.pixels(new TokenSampling(spec.transformer(), network, quantizer, autoencoder, SAMPLE_CFG)
                        .draw(labels, settings.run().seed()));
            }
        });
    }

    @Override
    public int sampleColumns() {
        return Math.min(MOST_SAMPLED_CLASSES, spec.transformer().classes());
    }

    @Override
    public List<StateTensor> state() {
        return learner.state("transformer");
    }

    @Override
    public long resultBytes() {
        return (tokenizerWeights.elements() + weights.elements())
                * settings.dataType().bytes();
    }

    @Override
    public String finish() {
        return learner.averaged(() -> result.write(tokenizerWeights, weights));
    }

    @Override
    public void close() {
        network.close();
        learner.close();
    }
}
