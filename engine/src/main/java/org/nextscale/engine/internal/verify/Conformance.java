package org.nextscale.engine.internal.verify;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.nextscale.api.InvalidInputException;
import org.nextscale.api.PluginException;
import org.nextscale.api.backend.Logits;
import org.nextscale.api.backend.ScaleTransformer;
import org.nextscale.api.engine.BackendStatus;
import org.nextscale.api.engine.ConformanceReport;
import org.nextscale.api.engine.Engine;
import org.nextscale.api.engine.ImageGenerator;
import org.nextscale.api.engine.PluginInfo;
import org.nextscale.api.engine.PluginKind;
import org.nextscale.api.generation.Edit;
import org.nextscale.api.generation.ImageMask;
import org.nextscale.api.image.Pixels;
import org.nextscale.api.model.Condition;
import org.nextscale.api.model.Conditions;
import org.nextscale.api.model.Model;
import org.nextscale.api.model.ModelSpec;
import org.nextscale.api.model.ScalePyramid;
import org.nextscale.api.progress.Cancellation;
import org.nextscale.api.tokenizer.FeatureMap;
import org.nextscale.api.tokenizer.MultiScaleTokens;
import org.nextscale.api.tokenizer.VisualTokenizer;
import org.nextscale.api.training.TrainingReference;
import org.nextscale.api.verify.TensorCheck;
import org.nextscale.checkpoint.Checkpoint;
import org.nextscale.engine.internal.backend.LoadedModel;
import org.nextscale.engine.internal.generation.KeptTokens;
import org.nextscale.engine.internal.generation.ScaleLoop;

/**
 * Runs every stage of a model on a backend and compares each tensor with what the reference implementation computed: a
 * folder with the model (a package, or {@code vae.pth}, {@code var.pth} and {@code config.json}) and
 * {@code expected.safetensors}. Tokens must be the same; everything else may differ by what two libraries differ in float32
 * arithmetic, measured between builds of the reference itself and given in the README of the reference vectors. Where the
 * folder also has {@code training.safetensors} and training is plugged in, its losses, gradients and steps are checked too.
 */
public final class Conformance {
    private static final String FILE = "expected.safetensors";

    /** Encoder, quantizer and teacher forcing: the reference moves by 5e-6 to 2e-5 between libraries. */
    private static final double FEATURES = 1e-4;
    /** Guided logits, whose guidance amplifies: the reference moves by 8e-5. */
    private static final double GUIDED_LOGITS = 5e-4;
    /** Guided logits where codes are mixed, which amplifies further: the reference moves by 4e-4, trained models 4e-3. */
    private static final double SMOOTH_LOGITS = 2e-2;
    /** Images: the reference moves by 1.3e-5. */
    private static final double IMAGE = 2e-4;
    /** Images where codes are mixed: the reference moves by 4.4e-4. */
    private static final double SMOOTH_IMAGE = 4e-3;

    private final ScaleTransformer transformer;
    private final VisualTokenizer tokenizer;
    private final Engine engine;
    private final Comparison comparison;
    private final ModelSpec spec;
    private final ScalePyramid pyramid;
    private final int batch;
    private final Pixels images;
    private final Conditions conditions;

    private Conformance(ModelSpec spec, LoadedModel loaded, Engine engine, Comparison comparison) {
        this.spec = spec;
        this.engine = engine;
        this.comparison = comparison;
        transformer = loaded.transformer();
        tokenizer = loaded.tokenizer();
        pyramid = spec.pyramid();
        images = images(comparison);
        batch = images.batch();
        conditions = conditions(comparison.recordedIntegers("labels"));
    }

    /** Refuses a folder that cannot be such a set, before anything is loaded. */
    public static void requireSet(Path set) {
        if (!Files.exists(set)) {
            throw new InvalidInputException(set + " does not exist");
        }
        if (!Files.isRegularFile(set.resolve(FILE))) {
            throw new InvalidInputException(set + " is no set of reference vectors: it has no " + FILE);
        }
    }

    /** Lends what a model is loaded as. */
    public interface Lender {
        void lend(Consumer<LoadedModel> work);
    }

    /**
     * Checks a backend against a reference set.
     *
     * @param set the folder
     * @param generator has the set's model on the backend
     * @param lender of the generator's networks
     * @param onCheck is told of every tensor as soon as it has been compared
     * @param cancellation looked at after every tensor
     * @throws InvalidInputException if the folder is not such a set
     */
    public static ConformanceReport run(
            Path set,
            Engine engine,
            ImageGenerator generator,
            Lender lender,
            Consumer<TensorCheck> onCheck,
            Cancellation cancellation) {
        try (Checkpoint expected = Checkpoint.open(set.resolve(FILE))) {
            Model model = generator.model();
            Comparison comparison = new Comparison(expected.tensors(), onCheck, cancellation);
            lender.lend(loaded -> new Conformance(model.spec(), loaded, engine, comparison).checkAll());
            BackendStatus used = generator.backend();
            List<TensorCheck> checks = new ArrayList<>(comparison.finish());
            Path training = set.resolve(TrainingConformance.FILE);
            if (!Files.exists(training)) {
                return ConformanceReport.of(used, checks, List.of());
            }
            List<PluginInfo<TrainingReference>> references = engine.plugins(PluginKind.TRAINING_REFERENCE);
            if (references.isEmpty()) {
                String why = TrainingConformance.FILE + " was not checked: training is not plugged in";
                return ConformanceReport.of(used, checks, List.of(why));
            }
            List<String> unchecked = new ArrayList<>();
            for (PluginInfo<TrainingReference> reference : references) {
                try {
                    checks.addAll(TrainingConformance.run(
                            training, reference.plugin(), model, images(comparison), onCheck, cancellation));
                } catch (PluginException e) {
                    unchecked.add(TrainingConformance.FILE + " was not checked: " + e.getMessage());
                }
            }
            return ConformanceReport.of(used, checks, unchecked);
        }
    }

    private static Pixels images(Comparison comparison) {
        List<Long> shape = comparison.shape("image");
        if (shape.size() != 4 || shape.get(1) != Pixels.CHANNELS) {
            throw new InvalidInputException("image has shape " + shape + ", expected [batch, 3, height, width]");
        }
        return new Pixels(
                shape.get(0).intValue(),
                shape.get(2).intValue(),
                shape.get(3).intValue(),
                comparison.recorded("image"));
    }

    /** Rows of the class embedding, of which the last is that of no class. */
    private Conditions conditions(int[] rows) {
        int none = spec.transformer().classes();
        return Conditions.of(Arrays.stream(rows)
                .mapToObj(row -> row == none ? Condition.NONE : Condition.ofClass(row))
                .toList());
    }

    private void checkAll() {
        checkTokenizer();
        checkTeacherForcing();
        checkGeneration();
        checkEditing();
    }

    private void checkTokenizer() {
        FeatureMap features = tokenizer.encode(images);
        comparison.close("encoder_features", features.values(), FEATURES);
        MultiScaleTokens tokens = tokenizer.quantize(features, pyramid);
        for (int k = 0; k < pyramid.scales(); k++) {
            comparison.same("tokens." + k, tokens.scales().get(k));
            comparison.close("f_hat." + k, tokenizer.accumulate(tokens, k).values(), FEATURES);
        }
        FeatureMap featureMap = tokenizer.accumulate(tokens, pyramid.scales() - 1);
        comparison.close("reconstruction", tokenizer.decode(featureMap).values(), IMAGE);
    }

    private void checkTeacherForcing() {
        List<int[]> scales = new ArrayList<>();
        for (int k = 0; k < pyramid.scales(); k++) {
            scales.add(comparison.recordedIntegers("tokens." + k));
        }
        float[] input = tokenizer.teacherForcingInput(new MultiScaleTokens(pyramid, batch, scales));
        comparison.close("teacher_forcing_input", input, FEATURES);
        Logits logits = transformer.teacherForcing(conditions, input);
        int vocabulary = logits.vocabulary();
        float[] all = new float[batch * logits.tokens() * vocabulary];
        float[] loss = new float[batch * logits.tokens()];
        float[] row = new float[vocabulary];
        for (int image = 0; image < batch; image++) {
            for (int k = 0; k < pyramid.scales(); k++) {
                for (int i = 0; i < pyramid.tokens(k); i++) {
                    int token = pyramid.begin(k) + i;
                    logits.copyRow(image, token, row);
                    int at = image * logits.tokens() + token;
                    System.arraycopy(row, 0, all, at * vocabulary, vocabulary);
                    loss[at] = crossEntropy(row, scales.get(k)[image * pyramid.tokens(k) + i]);
                }
            }
        }
        comparison.close("teacher_forcing_logits", all, FEATURES);
        comparison.close("teacher_forcing_loss", loss, FEATURES);
    }

    private static float crossEntropy(float[] logits, int target) {
        double max = Double.NEGATIVE_INFINITY;
        for (float logit : logits) {
            max = Math.max(max, logit);
        }
        double sum = 0;
        for (float logit : logits) {
            sum += Math.exp(logit - max);
        }
        return (float) (Math.log(sum) + max - logits[target]);
    }

    private void checkGeneration() {
        int vocabulary = spec.tokenizer().vocabularySize();
        check(new ReferenceRun("greedy", 4, "multinomial", sampling(1, 0)), GUIDED_LOGITS, IMAGE);
        check(new ReferenceRun("sampled", 1.5, "multinomial", sampling(vocabulary / 5, 0.96)), GUIDED_LOGITS, IMAGE);
        check(new ReferenceRun("smooth", 3, "smooth", sampling(0, 0.95)), SMOOTH_LOGITS, SMOOTH_IMAGE);
    }

    private static Map<String, Object> sampling(int topK, double topP) {
        return Map.of("top-k", topK, "top-p", topP);
    }

    private void check(ReferenceRun run, double logitsTolerance, double imageTolerance) {
        Recorder recorder = new Recorder(batch);
        FeatureMap features = loop(run, KeptTokens.NONE).run(conditions, 0, recorder);
        compare(run, recorder, tokenizer.decode(features), logitsTolerance, imageTolerance);
    }

    /** Edits run image by image, each with its own source: the same numbers as in a batch, or the check fails. */
    private void checkEditing() {
        for (String name : List.of("inpaint", "outpaint")) {
            ReferenceRun run = new ReferenceRun(name, 3, "multinomial", sampling(1, 0));
            ImageMask mask = ImageMask.box(pyramid.finestSide(), 0.1, 0.1, 0.8, 0.8, name.equals("outpaint"));
            Recorder recorder = new Recorder(batch);
            float[] made = new float[images.values().length];
            for (int image = 0; image < batch; image++) {
                Edit edit = Edit.of(images.image(image), mask);
                KeptTokens kept = KeptTokens.of(edit, tokenizer, pyramid);
                if (image == 0) {
                    compareMasks(name, kept);
                }
                FeatureMap features =
                        loop(run, kept).run(conditions.range(image, image + 1), image, recorder.of(image));
                float[] pixels = tokenizer.decode(features).values();
                System.arraycopy(pixels, 0, made, image * pixels.length, pixels.length);
            }
            compare(run, recorder, new Pixels(batch, images.height(), images.width(), made), GUIDED_LOGITS, IMAGE);
        }
    }

    private void compareMasks(String name, KeptTokens kept) {
        for (int k = 0; k < pyramid.scales(); k++) {
            boolean[] mask = kept.masks().get(k);
            int[] found = new int[mask.length];
            for (int i = 0; i < mask.length; i++) {
                found[i] = mask[i] ? 1 : 0;
            }
            comparison.same(name + ".kept." + k, found);
        }
    }

    private ScaleLoop loop(ReferenceRun run, KeptTokens kept) {
        List<float[]> tokenNoise = new ArrayList<>();
        List<float[]> mixtureNoise = new ArrayList<>();
        for (int k = 0; k < pyramid.scales(); k++) {
            tokenNoise.add(comparison.recorded(run.name() + ".noise." + k));
            if (run.sampler().equals("smooth")) {
                mixtureNoise.add(comparison.recorded(run.name() + ".gumbel_exponential." + k));
            }
        }
        RecordedNoise noise = new RecordedNoise(batch, spec.tokenizer().vocabularySize(), tokenNoise, mixtureNoise);
        return new ScaleLoop(transformer, tokenizer, run.tokenSampler(engine), run.guidance(engine), kept, noise);
    }

    private void compare(
            ReferenceRun run, Recorder recorder, Pixels pixels, double logitsTolerance, double imageTolerance) {
        for (int k = 0; k < pyramid.scales(); k++) {
            comparison.close(run.name() + ".logits." + k, recorder.logits(k), logitsTolerance);
            comparison.same(run.name() + ".tokens." + k, recorder.tokens(k));
        }
        float[] image = new float[pixels.values().length];
        for (int i = 0; i < image.length; i++) {
            image[i] = (pixels.values()[i] + 1) / 2;
        }
        comparison.close(run.name() + ".image", image, imageTolerance);
    }
}
