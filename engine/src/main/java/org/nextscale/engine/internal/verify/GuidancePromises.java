package org.nextscale.engine.internal.verify;

import static org.nextscale.engine.internal.verify.Promises.require;

import java.util.Arrays;
import java.util.Random;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.nextscale.api.model.Scale;
import org.nextscale.api.model.ScalePyramid;
import org.nextscale.api.plugin.ParameterValues;
import org.nextscale.api.sampling.Guidance;
import org.nextscale.api.sampling.GuidanceProvider;

/** What {@link Guidance} promises. */
public final class GuidancePromises {
    private static final int VOCABULARY = 64;
    private static final int THREADS = 4;
    private static final float[] NOTHING = {};

    private final GuidanceProvider provider;
    private final ParameterValues values;

    private GuidancePromises(GuidanceProvider provider, ParameterValues values) {
        this.provider = provider;
        this.values = values;
    }

    /** Checks guidances that are told these values. */
    public static void check(GuidanceProvider provider, ParameterValues values, Promises promises) {
        GuidancePromises guidance = new GuidancePromises(provider, values);
        promises.check("once it gives up the unconditional half, it does not take it back", guidance::givesUpForGood);
        promises.check("it says the same of a scale every time", guidance::saysTheSame);
        promises.check("it writes a finite score for every code", guidance::writesAll);
        promises.check("the result may be the array of the conditional scores", guidance::inPlace);
        promises.check("it leaves its arguments alone", guidance::leavesAlone);
        promises.check("equal scores give equal results, on several threads too", guidance::threadSafe);
        promises.check("what it computes on a device is named, if it may be", guidance::algorithm);
    }

    private Guidance guidance() {
        return provider.create(values);
    }

    /** Pyramids of one scale, of a few, and of the published models. */
    private static void forAll(Consumer<ScalePyramid> action) {
        action.accept(ScalePyramid.of(4));
        action.accept(ScalePyramid.of(1, 2, 3, 4, 5));
        action.accept(ScalePyramid.PX256);
        action.accept(ScalePyramid.PX512);
    }

    private void forEachScale(Consumer<Scale> action) {
        forAll(pyramid ->
                IntStream.range(0, pyramid.scales()).mapToObj(pyramid::scale).forEach(action));
    }

    private void givesUpForGood() {
        Guidance guidance = guidance();
        forAll(pyramid -> {
            boolean before = true;
            for (int k = 0; k < pyramid.scales(); k++) {
                boolean now = guidance.usesUnconditional(pyramid.scale(k));
                require(before || !now, "of " + pyramid.scales() + " scales, scale " + k + " wants it back");
                before = now;
            }
        });
    }

    private void saysTheSame() {
        Guidance guidance = guidance();
        Guidance other = guidance();
        forEachScale(scale -> require(
                guidance.usesUnconditional(scale) == guidance.usesUnconditional(scale)
                        && guidance.usesUnconditional(scale) == other.usesUnconditional(scale),
                "another answer at scale " + scale.index()));
    }

    private static float[] noise(Scale scale, int salt) {
        Random random = new Random(31L * scale.index() + salt);
        float[] scores = new float[VOCABULARY];
        for (int i = 0; i < scores.length; i++) {
            scores[i] = (float) random.nextGaussian() * 10;
        }
        return scores;
    }

    private static float[] conditional(Scale scale) {
        return noise(scale, 1);
    }

    private static float[] unconditional(Guidance guidance, Scale scale) {
        return guidance.usesUnconditional(scale) ? noise(scale, 2) : NOTHING;
    }

    private static float[] guided(Guidance guidance, Scale scale) {
        float[] guided = new float[VOCABULARY];
        Arrays.fill(guided, Float.NaN);
        guidance.combine(scale, conditional(scale), unconditional(guidance, scale), guided);
        return guided;
    }

    private void writesAll() {
        Guidance guidance = guidance();
        forEachScale(scale -> {
            for (float score : guided(guidance, scale)) {
                require(Float.isFinite(score), "a score of " + score + " at scale " + scale.index());
            }
        });
    }

    private void inPlace() {
        Guidance guidance = guidance();
        forEachScale(scale -> {
            float[] both = conditional(scale);
            guidance.combine(scale, both, unconditional(guidance, scale), both);
            require(Arrays.equals(guided(guidance, scale), both), "other scores at scale " + scale.index());
        });
    }

    private void leavesAlone() {
        Guidance guidance = guidance();
        forEachScale(scale -> {
            float[] conditional = conditional(scale);
            float[] unconditional = unconditional(guidance, scale);
            float[] conditionalBefore = conditional.clone();
            float[] unconditionalBefore = unconditional.clone();
            guidance.combine(scale, conditional, unconditional, new float[VOCABULARY]);
            require(
                    Arrays.equals(conditional, conditionalBefore) && Arrays.equals(unconditional, unconditionalBefore),
                    "scores that it was given are others after scale " + scale.index());
        });
    }

    private void threadSafe() {
        Guidance guidance = guidance();
        ScalePyramid pyramid = ScalePyramid.PX256;
        IntStream.range(0, THREADS * pyramid.scales()).parallel().forEach(i -> {
            Scale scale = pyramid.scale(i % pyramid.scales());
            require(
                    Arrays.equals(guided(guidance, scale), guided(guidance(), scale)),
                    "other scores at scale " + scale.index());
        });
    }

    private void algorithm() {
        provider.algorithm(values)
                .ifPresent(algorithm -> require(
                        algorithm.name().matches("\\S+/\\d+"),
                        "'" + algorithm.name() + "' is not a name and a version, as ramp/1 is"));
    }
}
