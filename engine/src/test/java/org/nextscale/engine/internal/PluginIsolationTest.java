package org.nextscale.engine.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.lang.reflect.Proxy;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nextscale.api.BackendException;
import org.nextscale.api.NextscaleException;
import org.nextscale.api.PluginException;
import org.nextscale.api.backend.Backend;
import org.nextscale.api.backend.Logits;
import org.nextscale.api.engine.Engine;
import org.nextscale.api.engine.ImageGenerator;
import org.nextscale.api.engine.Nextscale;
import org.nextscale.api.engine.PluginKind;
import org.nextscale.api.generation.GenerationRequest;
import org.nextscale.api.image.Pixels;
import org.nextscale.api.model.Scale;
import org.nextscale.api.plugin.Parameter;
import org.nextscale.api.plugin.ParameterValues;
import org.nextscale.api.plugin.PluginChoice;
import org.nextscale.api.sampling.Guidance;
import org.nextscale.api.sampling.GuidanceProvider;
import org.nextscale.api.sampling.SampledTokens;
import org.nextscale.api.sampling.TokenSampler;
import org.nextscale.api.sampling.TokenSamplerProvider;
import org.nextscale.api.tokenizer.TokenizerNetwork;
import org.nextscale.testkit.fake.FakeBackend;

/** A plugin that does what its contract forbids fails whoever asked for it, and nobody else. */
class PluginIsolationTest {
    private final FakeBackend backend = new FakeBackend("fake", 10);
    private final TestEngine engine = new TestEngine(TestEngine.NO_GRACE, backend);

    /** A sampler whose every answer a test gives. */
    private record Sampler(
            String id, Supplier<String> says, Supplier<List<Parameter>> declares, Supplier<TokenSampler> makes)
            implements TokenSamplerProvider {
        Sampler(String id, Supplier<SampledTokens> result) {
            this(id, () -> id, List::of, () -> (scale, logits, random) -> result.get());
        }

        @Override
        public String description() {
            return says.get();
        }

        @Override
        public List<Parameter> parameters() {
            return declares.get();
        }

        @Override
        public TokenSampler create(ParameterValues values) {
            return makes.get();
        }
    }

    private static <T> Supplier<T> throwing() {
        return () -> {
            throw new IllegalStateException("boom");
        };
    }

    private void add(TokenSamplerProvider sampler) {
        engine.plugins.add(PluginKind.SAMPLER, sampler, "");
    }

    private void assertFails(String message, GenerationRequest request) {
        try (ImageGenerator generator = engine.open("fake")) {
            Class<? extends NextscaleException> kind =
                    message.startsWith("backend") ? BackendException.class : PluginException.class;
            assertEquals(
                    message,
                    assertThrows(kind, () -> generator.generate(request)).getMessage());
            assertEquals(0, backend.openSessions());
            assertEquals(1, generator.generate(GenerationRequest.of(1)).size());
        }
        assertEquals(0, backend.openBackends());
    }

    private void assertSamplerFails(String message, TokenSamplerProvider sampler) {
        add(sampler);
        assertFails(message, GenerationRequest.of(1).withSampler(PluginChoice.of(sampler.id())));
    }

    @Test
    void samplers() {
        assertSamplerFails(
                "sampler thrower at scale 0 failed: IllegalStateException: boom", new Sampler("thrower", throwing()));
        assertSamplerFails(
                "sampler short at scale 0 returned 0 tokens instead of 1",
                new Sampler("short", () -> SampledTokens.of(new int[0])));
        assertSamplerFails(
                "sampler wild at scale 0 chose code 1048576 of a vocabulary of 96",
                new Sampler("wild", () -> SampledTokens.of(new int[] {1 << 20})));
        assertSamplerFails("sampler null at scale 0 returned nothing", new Sampler("null", () -> null));
        assertSamplerFails(
                "sampler thin at scale 0 returned 1 mixture weights instead of 96",
                new Sampler("thin", () -> SampledTokens.mixed(new int[1], new float[1])));
        assertSamplerFails(
                "sampler stillborn failed: IllegalStateException: boom",
                new Sampler("stillborn", () -> "", List::of, throwing()));
        assertSamplerFails("sampler unmade returned nothing", new Sampler("unmade", () -> "", List::of, () -> null));
    }

    /** A guidance that a test makes. */
    private record OneGuidance(String id, Guidance guidance) implements GuidanceProvider {
        @Override
        public String description() {
            return "for a test";
        }

        @Override
        public Guidance create(ParameterValues values) {
            return guidance;
        }
    }

    @Test
    void guidances() {
        OneGuidance thrower = new OneGuidance("thrower", new Guidance() {
            @Override
            public boolean usesUnconditional(Scale scale) {
                return true;
            }

            @Override
            public void combine(Scale scale, float[] conditional, float[] unconditional, float[] guided) {
                throw new ArithmeticException("too guided");
            }
        });
        OneGuidance undecided = new OneGuidance("undecided", new Guidance() {
            @Override
            public boolean usesUnconditional(Scale scale) {
                return scale.index() != 1;
            }

            @Override
            public void combine(Scale scale, float[] conditional, float[] unconditional, float[] guided) {
                System.arraycopy(conditional, 0, guided, 0, guided.length);
            }
        });
        for (OneGuidance each : List.of(thrower, undecided)) {
            engine.plugins.add(PluginKind.GUIDANCE, each, "");
        }
        assertFails(
                "guidance thrower at scale 0 failed: ArithmeticException: too guided",
                GenerationRequest.of(1).withGuidance(PluginChoice.of("thrower")));
        assertFails(
                "guidance undecided wants the unconditional half back at scale 2, having given it up",
                GenerationRequest.of(1).withGuidance(PluginChoice.of("undecided")));
    }

    @Test
    void whatCannotSayWhatItIsIsRefusedAndListed() {
        add(new Sampler("said", throwing(), List::of, () -> null));
        add(new Sampler("declared", () -> "", throwing(), () -> null));
        add(new Sampler("undeclared", () -> "", () -> null, () -> null));
        add(new Sampler("undescribed", () -> null, List::of, () -> null));
        add(new Sampler("Not An Id", () -> "", List::of, () -> null));
        add(new Sampler(null, () -> "", List::of, () -> null));
        assertEquals(
                List.of("greedy", "multinomial", "smooth"),
                engine.engine.plugins(PluginKind.SAMPLER).stream()
                        .map(info -> info.id())
                        .toList());
        assertEquals(6, engine.engine.refusedPlugins().size());
        assertTrue(engine.engine.refusedPlugins().stream()
                .allMatch(refused ->
                        refused.kind() == PluginKind.SAMPLER && refused.origin().equals(Sampler.class.getName())));
        assertEquals(
                "does not say what it is: IllegalStateException: boom",
                engine.engine.refusedPlugins().get(0).reason());
    }

    @Test
    void aSecondOfTheSameIdWaitsUntilTheFirstGoes() {
        FakeBackend twin = new FakeBackend("fake", 99);
        engine.add(twin);
        var first = engine.engine.plugin(PluginKind.BACKEND, "fake");
        assertEquals(
                "has the id fake, which " + FakeBackend.class.getName() + " has already",
                engine.engine.refusedPlugins().get(0).reason());
        engine.remove(backend);
        var second = engine.engine.plugin(PluginKind.BACKEND, "fake");
        assertNotSame(first.plugin(), second.plugin());
        assertEquals(List.of(), engine.engine.refusedPlugins());
        engine.add(backend);
        engine.remove(backend);
        assertSame(
                second.plugin(),
                engine.engine.plugin(PluginKind.BACKEND, "fake").plugin());
    }

    @Test
    void probes() {
        engine.add(new FakeBackend("thrower", 99).probed(request -> {
            throw new IllegalStateException("oops");
        }));
        engine.add(new FakeBackend("silent", 99).probed(request -> null));
        engine.add(new FakeBackend("unlinked", 99).probed(request -> {
            throw new NoClassDefFoundError("com/example/Native");
        }));
        try (ImageGenerator generator = engine.open("auto")) {
            assertEquals("fake", generator.backend().id());
        }
        List<String> reasons = engine.engine.backends().stream()
                .skip(1)
                .map(status -> status.id() + ": " + status.availability().reason())
                .toList();
        assertEquals(
                List.of(
                        "silent: its probe returned nothing",
                        "thrower: its probe failed: IllegalStateException: oops",
                        "unlinked: its probe failed: NoClassDefFoundError: com/example/Native"),
                reasons);
    }

    @Test
    void logitsThatAreNoNumbersAreTheBackendsFault() {
        for (float value : new float[] {Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY}) {
            FakeBackend each = new FakeBackend("broken", 1).withLogits(logits -> all(logits, value));
            engine.add(each);
            try (ImageGenerator generator = engine.open("broken")) {
                for (String sampler : List.of("multinomial", "greedy", "smooth")) {
                    GenerationRequest request = GenerationRequest.of(1).withSampler(PluginChoice.of(sampler));
                    BackendException failure = assertThrows(BackendException.class, () -> generator.generate(request));
                    assertEquals(
                            "the logits of scale 0 are not finite: the weights or the backend's arithmetic are broken",
                            failure.getMessage());
                }
            }
            engine.remove(each);
        }
    }

    @Test
    void pixelsThatAreNoNumbersAreNoBlackPicture() {
        FakeBackend blind = new FakeBackend("blind", 1) {
            @Override
            public Backend open(ParameterValues options) {
                return answering(
                        Backend.class,
                        super.open(options),
                        "tokenizerNetwork",
                        network -> answering(
                                TokenizerNetwork.class,
                                (TokenizerNetwork) network,
                                "decode",
                                pixels -> blank((Pixels) pixels)));
            }
        };
        engine.add(blind);
        try (ImageGenerator generator = engine.open("blind")) {
            BackendException failure =
                    assertThrows(BackendException.class, () -> generator.generate(GenerationRequest.of(1)));
            assertEquals(
                    "the decoded pixels are not finite: the weights or the backend's arithmetic are broken",
                    failure.getMessage());
        }
        engine.remove(blind);
    }

    private static Pixels blank(Pixels pixels) {
        pixels.values()[pixels.values().length - 1] = Float.NaN;
        return pixels;
    }

    /** The same, but for what one of its methods answers. */
    private static <T> T answering(Class<T> type, T target, String method, UnaryOperator<Object> otherwise) {
        return type.cast(
                Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, (proxy, called, arguments) -> {
                    Object answer = called.invoke(target, arguments);
                    return called.getName().equals(method) ? otherwise.apply(answer) : answer;
                }));
    }

    private static Logits all(Logits logits, float value) {
        float[] values = new float[logits.batch() * logits.tokens() * logits.vocabulary()];
        Arrays.fill(values, value);
        return new Logits(FloatBuffer.wrap(values), logits.batch(), logits.tokens(), logits.vocabulary());
    }

    /** What a class loader finds first. */
    public static final class Unmakeable implements TokenSamplerProvider {
        public Unmakeable() {
            throw new IllegalStateException("not today");
        }

        @Override
        public String id() {
            return "unmakeable";
        }

        @Override
        public String description() {
            return "never seen";
        }

        @Override
        public TokenSampler create(ParameterValues values) {
            throw new AssertionError("it cannot even be made");
        }
    }

    @Test
    void aLineOfServicesThatLeadsNowhereHarmsNoOther(@TempDir Path folder) throws IOException {
        Path services = Files.createDirectories(folder.resolve("META-INF").resolve("services"));
        Files.write(
                services.resolve(TokenSamplerProvider.class.getName()),
                List.of(
                        Unmakeable.class.getName(),
                        "com.example.NoSuchClass",
                        TestEngine.class.getName(),
                        ForServices.class.getName()));
        URL[] urls = {folder.toUri().toURL()};
        try (URLClassLoader loader = new URLClassLoader(urls, PluginIsolationTest.class.getClassLoader());
                Engine found = Nextscale.engine(loader)) {
            assertEquals(
                    List.of("for-services", "greedy", "multinomial", "smooth"),
                    found.plugins(PluginKind.SAMPLER).stream()
                            .map(info -> info.id())
                            .toList());
            List<String> reasons = found.refusedPlugins().stream()
                    .map(refused -> refused.kind() + " " + refused.reason())
                    .toList();
            assertEquals(3, reasons.size(), reasons::toString);
            for (String word : List.of("not today", "com.example.NoSuchClass", TestEngine.class.getName())) {
                assertTrue(
                        Stream.of(reasons.toArray(String[]::new))
                                .anyMatch(reason ->
                                        reason.startsWith("sampler cannot be made: ") && reason.contains(word)),
                        () -> word + " in " + reasons);
            }
        }
    }

    /** A sampler that is fine. */
    public static final class ForServices implements TokenSamplerProvider {
        @Override
        public String id() {
            return "for-services";
        }

        @Override
        public String description() {
            return "code 0, always";
        }

        @Override
        public TokenSampler create(ParameterValues values) {
            return (scale, logits, random) -> SampledTokens.of(new int[scale.tokens()]);
        }
    }
}
