package org.nextscale.engine.verify;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.function.Supplier;
import org.nextscale.api.backend.DeviceBatch;
import org.nextscale.api.backend.DeviceLoop;
import org.nextscale.api.backend.DeviceLoopObserver;
import org.nextscale.api.backend.ScaleTransformer;
import org.nextscale.api.model.Scale;
import org.nextscale.api.parameter.Parameter;
import org.nextscale.api.parameter.ParameterValues;
import org.nextscale.api.sampling.Arithmetic;
import org.nextscale.api.sampling.GuidanceFactory;
import org.nextscale.api.sampling.RandomSource;
import org.nextscale.api.sampling.TokenSamplerFactory;
import org.nextscale.api.tokenizer.FeatureAccumulator;
import org.nextscale.api.tokenizer.FeatureMap;
import org.nextscale.api.tokenizer.VisualTokenizer;
import org.nextscale.engine.internal.KeptFeatures;
import org.nextscale.engine.internal.ScaleLoop;
import org.nextscale.engine.internal.ScaleObserver;

/**
 * A loop on a device against the host's on the same networks: f̂ after every scale, in a batch of three and image by image. One
 * token that differs shows in f̂ as a whole code.
 */
public record DeviceLoopAgreement(ScaleTransformer transformer, VisualTokenizer tokenizer, DeviceLoop loop) {
    /** Of the largest value: float32 sums in another order. */
    private static final float ROUNDING = 1e-4f;
    /** Of the largest value, where codes are mixed: Gumbel-softmax amplifies, as in the conformance check's own tolerance. */
    private static final float MIXED = 2e-2f;

    private static final long SEED = 11;
    private static final long FIRST_IMAGE = 5;

    /** Defaults, every filter at once, none of them. */
    private static final List<Map<String, Object>> SAMPLING = List.of(
            Map.of(),
            Map.of("top-k", 40, "top-p", 0.8, "min-p", 0.05, "temperature", 0.7),
            Map.of("top-k", 0, "top-p", 0));

    private static final List<Map<String, Object>> GUIDING = List.of(Map.of(), Map.of("cfg", 1.5), Map.of("cfg", 0));

    /**
     * Compares all that the loop supports of what ships.
     *
     * @return what was compared, in words
     */
    public List<String> check() {
        List<String> checked = new ArrayList<>();
        for (TokenSamplerFactory sampler : ServiceLoader.load(TokenSamplerFactory.class)) {
            for (ParameterValues sampling : told(sampler.parameters(), SAMPLING)) {
                for (GuidanceFactory guidance : ServiceLoader.load(GuidanceFactory.class)) {
                    for (ParameterValues guiding : told(guidance.parameters(), GUIDING)) {
                        if (supports(sampler, sampling, guidance, guiding)) {
                            String what = sampler.id() + ":" + sampling + " " + guidance.id() + ":" + guiding;
                            check(what, sampler, sampling, guidance, guiding);
                            checked.add(what);
                        }
                    }
                }
            }
        }
        return checked;
    }

    private static List<ParameterValues> told(List<Parameter> declared, List<Map<String, Object>> values) {
        List<String> names = declared.stream().map(Parameter::name).toList();
        return values.stream()
                .filter(given -> names.containsAll(given.keySet()))
                .map(given -> ParameterValues.of("the check", declared, given))
                .toList();
    }

    private boolean supports(
            TokenSamplerFactory sampler, ParameterValues sampling, GuidanceFactory guidance, ParameterValues guiding) {
        return sampler.arithmetic().isPresent()
                && guidance.arithmetic().isPresent()
                && loop.supports(
                        new Arithmetic(sampler.arithmetic().get(), sampling),
                        new Arithmetic(guidance.arithmetic().get(), guiding));
    }

    private void check(
            String what,
            TokenSamplerFactory sampler,
            ParameterValues sampling,
            GuidanceFactory guidance,
            ParameterValues guiding) {
        int[] labels = {3, transformer.spec().unconditionalLabel(), 7};
        List<FeatureMap> wanted = new ArrayList<>();
        ScaleLoop host = new ScaleLoop(
                transformer,
                tokenizer,
                sampler.create(sampling),
                guidance.create(guiding),
                KeptFeatures.NOTHING,
                RandomSource.of(SEED));
        host.run(labels, FIRST_IMAGE, new ScaleObserver() {
            @Override
            public void ends(Scale scale, FeatureAccumulator features) {
                wanted.add(features.featureMap());
            }
        });
        float tolerance = sampler.id().equals("smooth") ? MIXED : ROUNDING;
        Arithmetic picks = new Arithmetic(sampler.arithmetic().orElseThrow(), sampling);
        Arithmetic joins = new Arithmetic(guidance.arithmetic().orElseThrow(), guiding);
        compare(
                what + ", three together",
                wanted,
                run(new DeviceBatch(labels, FIRST_IMAGE, SEED, picks, joins)),
                0,
                tolerance);
        for (int image = 0; image < labels.length; image++) {
            compare(
                    what + ", image " + image + " alone",
                    wanted,
                    run(new DeviceBatch(new int[] {labels[image]}, FIRST_IMAGE + image, SEED, picks, joins)),
                    image,
                    tolerance);
        }
    }

    /** f̂ after every scale. */
    List<FeatureMap> run(DeviceBatch batch) {
        List<FeatureMap> found = new ArrayList<>();
        List<Integer> begun = new ArrayList<>();
        FeatureMap last = loop.run(batch, new DeviceLoopObserver() {
            @Override
            public void begins(Scale scale) {
                assertEquals(begun.size(), scale.index(), "scales begin in order");
                begun.add(scale.index());
            }

            @Override
            public void ends(Scale scale, Supplier<FeatureMap> features) {
                assertEquals(found.size(), scale.index(), "scales end in order");
                found.add(features.get());
            }
        });
        found.set(found.size() - 1, last);
        return found;
    }

    /** @param image in {@code wanted} that the first of {@code found} is */
    private static void compare(
            String what, List<FeatureMap> wanted, List<FeatureMap> found, int image, float tolerance) {
        assertEquals(wanted.size(), found.size(), what + ": scales");
        for (int k = 0; k < wanted.size(); k++) {
            float[] all = wanted.get(k).values();
            float[] some = found.get(k).values();
            int offset = image * (all.length / wanted.get(k).batch());
            float largest = 0;
            for (float value : all) {
                largest = Math.max(largest, Math.abs(value));
            }
            for (int i = 0; i < some.length; i++) {
                float allowed = tolerance * largest;
                if (!(Math.abs(all[offset + i] - some[i]) <= allowed)) {
                    throw new AssertionError(what + ": f̂ after scale " + k + " at " + i + " is " + some[i]
                            + ", the host's " + all[offset + i] + "; allowed are " + allowed);
                }
            }
        }
    }
}
