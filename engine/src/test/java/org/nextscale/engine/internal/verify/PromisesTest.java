package org.nextscale.engine.internal.verify;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.nextscale.api.model.Scale;
import org.nextscale.api.plugin.ParameterValues;
import org.nextscale.api.progress.Cancellation;
import org.nextscale.api.sampling.Guidance;
import org.nextscale.api.sampling.GuidanceProvider;
import org.nextscale.api.sampling.SampledTokens;
import org.nextscale.api.sampling.TokenSampler;
import org.nextscale.api.sampling.TokenSamplerProvider;

/** Every promise can be broken, and is then the one that is said to be. */
class PromisesTest {
    private static final ParameterValues NOTHING = ParameterValues.of("nothing", List.of(), Map.of());

    private static Set<String> broken(Consumer<Promises> check) {
        Promises promises = new Promises(each -> {}, Cancellation.NEVER);
        check.accept(promises);
        return promises.checks().stream()
                .filter(each -> !each.holds())
                .map(each -> each.promise())
                .collect(Collectors.toSet());
    }

    private record Samplers(Supplier<TokenSampler> sampler) implements TokenSamplerProvider {
        @Override
        public String id() {
            return "sampler";
        }

        @Override
        public String description() {
            return "";
        }

        @Override
        public TokenSampler create(ParameterValues values) {
            return sampler.get();
        }
    }

    private static Set<String> brokenBy(Supplier<TokenSampler> sampler) {
        return broken(promises -> SamplerPromises.check(new Samplers(sampler), NOTHING, promises));
    }

    @Test
    void samplers() {
        assertEquals(Set.of(), brokenBy(() -> (scale, logits, random) -> SampledTokens.of(new int[scale.tokens()])));
        Random own = new Random();
        assertEquals(
                Set.of(
                        "the same logits and draws give the same tokens",
                        "samplers told the same are the same",
                        "scales may come in any order, and on several threads at once"),
                brokenBy(() -> (scale, logits, random) -> {
                    int[] tokens = own.ints(scale.tokens(), 0, 2).toArray();
                    tokens[0] = own.nextInt(2) * (scale.index() % 2);
                    return SampledTokens.of(tokens);
                }));
        AtomicInteger made = new AtomicInteger();
        assertEquals(Set.of("samplers told the same are the same"), brokenBy(() -> {
            int which = made.getAndIncrement() % 2;
            return (scale, logits, random) -> {
                int[] tokens = new int[scale.tokens()];
                tokens[0] = which;
                return SampledTokens.of(tokens);
            };
        }));
        assertEquals(
                Set.of("weights of a mixture are not negative and sum to one"),
                brokenBy(() -> (scale, logits, random) ->
                        SampledTokens.mixed(new int[scale.tokens()], new float[logits.length])));
        assertEquals(Set.of("a vocabulary may be small or large"), brokenBy(() -> (scale, logits, random) -> {
            if (logits.length / scale.tokens() == 2) {
                throw new ArithmeticException("nothing to choose from");
            }
            return SampledTokens.of(new int[scale.tokens()]);
        }));
        assertEquals(Set.of("logits may be equal, or far apart"), brokenBy(() -> (scale, logits, random) -> {
            if (logits[0] == 1e30f) {
                throw new ArithmeticException("too high");
            }
            return SampledTokens.of(new int[scale.tokens()]);
        }));
    }

    private record Guidances(Guidance guidance) implements GuidanceProvider {
        @Override
        public String id() {
            return "guidance";
        }

        @Override
        public String description() {
            return "";
        }

        @Override
        public Guidance create(ParameterValues values) {
            return guidance;
        }
    }

    private interface Uses {
        boolean at(Scale scale);
    }

    private interface Combines {
        void all(float[] conditional, float[] unconditional, float[] guided);
    }

    private static Set<String> brokenBy(Uses uses, Combines combines) {
        Guidance guidance = new Guidance() {
            @Override
            public boolean usesUnconditional(Scale scale) {
                return uses.at(scale);
            }

            @Override
            public void combine(Scale scale, float[] conditional, float[] unconditional, float[] guided) {
                combines.all(conditional, unconditional, guided);
            }
        };
        return broken(promises -> GuidancePromises.check(new Guidances(guidance), NOTHING, promises));
    }

    private static void copy(float[] conditional, float[] unconditional, float[] guided) {
        System.arraycopy(conditional, 0, guided, 0, guided.length);
    }

    @Test
    void guidances() {
        assertEquals(Set.of(), brokenBy(scale -> false, PromisesTest::copy));
        assertEquals(
                Set.of("once it gives up the unconditional half, it does not take it back"),
                brokenBy(scale -> scale.index() % 2 == 0, PromisesTest::copy));
        assertEquals(
                Set.of("it writes a finite score for every code"),
                brokenBy(scale -> true, (conditional, unconditional, guided) -> {
                    copy(conditional, unconditional, guided);
                    guided[5] = Float.NEGATIVE_INFINITY;
                }));
        assertEquals(
                Set.of("it leaves its arguments alone"),
                brokenBy(scale -> true, (conditional, unconditional, guided) -> {
                    copy(conditional, unconditional, guided);
                    unconditional[0] = 0;
                }));
        assertEquals(
                Set.of("the result may be the array of the conditional scores"),
                brokenBy(scale -> true, (conditional, unconditional, guided) -> {
                    for (int i = 0; i < guided.length; i++) {
                        guided[i] = conditional[guided.length - 1 - i];
                    }
                }));
        AtomicInteger calls = new AtomicInteger();
        assertEquals(
                Set.of(
                        "the result may be the array of the conditional scores",
                        "equal scores give equal results, on several threads too"),
                brokenBy(scale -> true, (conditional, unconditional, guided) -> {
                    copy(conditional, unconditional, guided);
                    guided[0] = calls.incrementAndGet();
                }));
        assertEquals(
                Set.of("it says the same of a scale every time"),
                brokenBy(scale -> scale.count() == 1 && calls.incrementAndGet() % 2 == 0, PromisesTest::copy));
    }
}
