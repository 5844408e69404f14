package org.nextscale.testkit;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.nextscale.api.backend.DeviceBatch;
import org.nextscale.api.backend.DeviceLoop;
import org.nextscale.api.backend.ScaleTransformer;
import org.nextscale.api.engine.Engine;
import org.nextscale.api.engine.PluginInfo;
import org.nextscale.api.engine.PluginKind;
import org.nextscale.api.model.Condition;
import org.nextscale.api.model.Conditions;
import org.nextscale.api.plugin.Parameter;
import org.nextscale.api.plugin.ParameterValues;
import org.nextscale.api.plugin.Plugin;
import org.nextscale.api.progress.Cancellation;
import org.nextscale.api.sampling.ExactAlgorithm;
import org.nextscale.api.sampling.GuidanceProvider;
import org.nextscale.api.sampling.TokenSamplerProvider;
import org.nextscale.api.tokenizer.FeatureMap;
import org.nextscale.api.tokenizer.QuantizerTables;
import org.nextscale.testkit.fake.PlainDeviceLoop;

/**
 * A loop on a device against {@link PlainDeviceLoop} on the same transformer: f̂ after every scale, in a batch of three and image by
 * image. One token that differs shows in f̂ as a whole code.
 *
 * @param engine whose samplers and guidances are tried
 * @param transformer that both loops run on
 * @param tables of the quantizer
 */
public record DeviceLoopAgreement(
        Engine engine, ScaleTransformer transformer, QuantizerTables tables, DeviceLoop loop) {
    /** Of the largest value: float32 sums in another order. */
    private static final float ROUNDING = 1e-4f;
    /** Of the largest value, where codes are mixed: Gumbel-softmax amplifies, as in the conformance check's own tolerance. */
    private static final float MIXED = 2e-2f;

    /** What mixes codes. */
    private static final String SMOOTH = "smooth/";

    private static final long SEED = 11;
    private static final long FIRST_IMAGE = 5;
    private static final Conditions CONDITIONS =
            Conditions.of(Condition.ofClass(3), Condition.NONE, Condition.ofClass(7));

    /** Defaults, every filter at once, none of them, and other settings at other scales. */
    private static final List<Map<String, Object>> SAMPLING = List.of(
            Map.of(),
            Map.of("top-k", 40, "top-p", 0.8, "min-p", 0.05, "temperature", 0.7),
            Map.of("top-k", 0, "top-p", 0),
            Map.of("top-k", "9,20", "temperature", "1.5,1,0.5"));

    private static final List<Map<String, Object>> GUIDING =
            List.of(Map.of(), Map.of("cfg", 1.5), Map.of("cfg", 0), Map.of("cutoff", 2));

    /** One way to choose tokens, as a device is asked for it. */
    private record Way(String what, ExactAlgorithm algorithm) {}

    /**
     * Compares all that the loop supports of what is plugged in.
     *
     * @return what was compared, in words
     * @throws AssertionError at the first value that is too far off, saying where
     */
    public List<String> check() {
        List<Way> samplers = ways(PluginKind.SAMPLER, TokenSamplerProvider::algorithm, SAMPLING);
        List<Way> guidances = ways(PluginKind.GUIDANCE, GuidanceProvider::algorithm, GUIDING);
        List<String> checked = new ArrayList<>();
        for (Way sampler : samplers) {
            for (Way guidance : guidances) {
                if (loop.supports(sampler.algorithm(), guidance.algorithm())) {
                    String what = sampler.what() + " " + guidance.what();
                    check(what, sampler.algorithm(), guidance.algorithm());
                    checked.add(what);
                }
            }
        }
        return checked;
    }

    private interface Offer<P> {
        Optional<ExactAlgorithm> algorithm(P provider, ParameterValues values);
    }

    private <P extends Plugin> List<Way> ways(PluginKind<P> kind, Offer<P> offer, List<Map<String, Object>> settings) {
        List<Way> ways = new ArrayList<>();
        for (PluginInfo<P> info : engine.plugins(kind)) {
            Set<String> names = info.parameters().stream().map(Parameter::name).collect(Collectors.toSet());
            for (Map<String, Object> given : settings) {
                if (names.containsAll(given.keySet())) {
                    ParameterValues values = info.values(given);
                    offer.algorithm(info.plugin(), values)
                            .ifPresent(algorithm -> ways.add(new Way(info.label() + ":" + values, algorithm)));
                }
            }
        }
        return ways;
    }

    private void check(String what, ExactAlgorithm sampler, ExactAlgorithm guidance) {
        PlainDeviceLoop plain = new PlainDeviceLoop(transformer, tables, Set.of(sampler.name()));
        List<FeatureMap> wanted = run(plain, DeviceBatch.of(CONDITIONS, SEED, FIRST_IMAGE, sampler, guidance));
        float tolerance = sampler.name().startsWith(SMOOTH) ? MIXED : ROUNDING;
        List<FeatureMap> together = run(loop, DeviceBatch.of(CONDITIONS, SEED, FIRST_IMAGE, sampler, guidance));
        compare(what + ", three together", wanted, together, 0, tolerance);
        for (int image = 0; image < CONDITIONS.size(); image++) {
            Conditions alone = CONDITIONS.range(image, image + 1);
            List<FeatureMap> found = run(loop, DeviceBatch.of(alone, SEED, FIRST_IMAGE + image, sampler, guidance));
            compare(what + ", image " + image + " alone", wanted, found, image, tolerance);
        }
    }

    /** f̂ after every scale. */
    private static List<FeatureMap> run(DeviceLoop loop, DeviceBatch batch) {
        List<FeatureMap> found = new ArrayList<>();
        FeatureMap last = loop.run(
                batch,
                (scale, features) -> {
                    if (found.size() != scale.index()) {
                        throw new AssertionError("scale " + scale.index() + " is reported as number " + found.size());
                    }
                    found.add(features.get());
                },
                Cancellation.NEVER);
        found.set(found.size() - 1, last);
        return found;
    }

    /** @param image in {@code wanted} that the first of {@code found} is */
    private static void compare(
            String what, List<FeatureMap> wanted, List<FeatureMap> found, int image, float tolerance) {
        if (wanted.size() != found.size()) {
            throw new AssertionError(what + ": " + found.size() + " scales instead of " + wanted.size());
        }
        for (int k = 0; k < wanted.size(); k++) {
            float[] all = wanted.get(k).values();
            float[] some = found.get(k).values();
            int offset = image * (all.length / wanted.get(k).batch());
            float largest = 0;
            for (float value : all) {
                largest = Math.max(largest, Math.abs(value));
            }
            float allowed = tolerance * largest;
            for (int i = 0; i < some.length; i++) {
                if (!(Math.abs(all[offset + i] - some[i]) <= allowed)) {
                    throw new AssertionError(what + ": f̂ after scale " + k + " at " + i + " is " + some[i]
                            + ", the host's " + all[offset + i] + "; allowed are " + allowed);
                }
            }
        }
    }
}
