package org.nextscale.engine.internal;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.inject.Guice;
import com.google.inject.Injector;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.ServiceLoader;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.nextscale.api.backend.BackendException;
import org.nextscale.api.generation.CancellationToken;
import org.nextscale.api.generation.Choice;
import org.nextscale.api.generation.Edit;
import org.nextscale.api.generation.GeneratedImage;
import org.nextscale.api.generation.GenerationRequest;
import org.nextscale.api.generation.ImageMask;
import org.nextscale.api.generation.ProgressListener;
import org.nextscale.api.generation.ScaleProgress;
import org.nextscale.api.parameter.Parameter;
import org.nextscale.api.parameter.ParameterValues;
import org.nextscale.api.sampling.GuidanceFactory;
import org.nextscale.api.sampling.SampledTokens;
import org.nextscale.api.sampling.TokenSampler;
import org.nextscale.api.sampling.TokenSamplerFactory;
import org.nextscale.api.tokenizer.Pixels;
import org.nextscale.api.tokenizer.VisualTokenizerFactory;
import org.nextscale.engine.BackendChoice;
import org.nextscale.engine.Nextscale;
import org.nextscale.engine.model.ModelPackage;

/** A backend that runs the loop itself beside one that does not: when the engine hands over, and that nobody can tell. */
class DeviceLoopTest {
    private static final Path MODEL = Path.of(System.getProperty("nextscale.root"), "reference-vectors", "shared-aln");
    private static final GenerationRequest REQUEST = GenerationRequest.of(1, 2, 3, 4, GenerationRequest.UNCONDITIONAL)
            .withBatch(3)
            .withSeed(7)
            .withFirstImage(2);

    private final Plugins plugins = new Plugins();
    private final Injector injector = Guice.createInjector(new EngineModule(plugins, Duration.ofMillis(300)));
    private final FakeBackend device = FakeBackend.available("device", 20);
    private final FakeBackend host = FakeBackend.available("host", 10);
    private Set<String> supported = Set.of("multinomial/1", "smooth/1", "greedy/1");
    private PlainDeviceLoop loop;
    private Nextscale onDevice;
    private Nextscale onHost;

    @BeforeEach
    void open() {
        device.deviceLoop = (transformer, tables) -> {
            loop = new PlainDeviceLoop(transformer, tables, supported);
            return Optional.of(loop);
        };
        plugins.backends().add(device.id(), device);
        plugins.backends().add(host.id(), host);
        ServiceLoader.load(TokenSamplerFactory.class)
                .forEach(f -> plugins.samplers().add(f.id(), f));
        ServiceLoader.load(GuidanceFactory.class)
                .forEach(f -> plugins.guidances().add(f.id(), f));
        ServiceLoader.load(VisualTokenizerFactory.class)
                .forEach(f -> plugins.tokenizers().add(f.id(), f));
        onDevice = open(BackendChoice.BEST);
        onHost = open(BackendChoice.parse("host"));
    }

    private Nextscale open(BackendChoice choice) {
        return injector.getInstance(PluginEngine.class).open(ModelPackage.open(MODEL), choice);
    }

    @AfterEach
    void nothingStaysOpen() {
        onDevice.close();
        onHost.close();
        for (FakeBackend backend : List.of(device, host)) {
            assertEquals(0, backend.openGenerations.get());
            assertEquals(0, backend.openBackends.get());
        }
    }

    private void assertSameImages(GenerationRequest request) {
        List<GeneratedImage> wanted = onHost.generate(request);
        List<GeneratedImage> made = onDevice.generate(request);
        assertEquals(wanted.size(), made.size());
        for (int i = 0; i < wanted.size(); i++) {
            assertArrayEquals(wanted.get(i).rgb(), made.get(i).rgb(), request.sampler() + ", image " + i);
            assertEquals("device", made.get(i).provenance().get("backend"));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"multinomial", "smooth", "greedy"})
    void whatItSupportsIsMadeByTheDeviceAndTheSame(String sampler) {
        for (String guidance : List.of("ramp", "constant", "none")) {
            assertSameImages(REQUEST.withSampler(Choice.of(sampler)).withGuidance(Choice.of(guidance)));
        }
        assertEquals(3 * 2, loop.runs.get(), "two batches each");
    }

    @Test
    void whatItDoesNotSupportIsMadeByTheHost() {
        supported = Set.of("greedy/1");
        onDevice.switchBackend(BackendChoice.parse("device"));
        assertSameImages(REQUEST);
        assertEquals(0, loop.runs.get());
        assertSameImages(REQUEST.withSampler(Choice.of("greedy")));
        assertEquals(2, loop.runs.get());
    }

    @Test
    void aPluginUnderAShippedIdIsNotBypassed() {
        plugins.samplers().remove("multinomial", plugins.samplers().get("multinomial"));
        plugins.samplers().add("multinomial", new TokenSamplerFactory() {
            @Override
            public String id() {
                return "multinomial";
            }

            @Override
            public String description() {
                return "always code 5";
            }

            @Override
            public List<Parameter> parameters() {
                return List.of();
            }

            @Override
            public TokenSampler create(ParameterValues values) {
                return (scale, logits, random) -> {
                    int[] tokens = new int[scale.tokens()];
                    Arrays.fill(tokens, 5);
                    return SampledTokens.of(tokens);
                };
            }
        });
        List<GeneratedImage> images = onDevice.generate(REQUEST);
        assertEquals(0, loop.runs.get());
        assertArrayEquals(images.get(0).rgb(), images.get(3).rgb(), "the same code everywhere");
    }

    @Test
    void anEditIsMadeByTheHost() {
        Pixels source = new Pixels(1, 16, 16, new float[3 * 256]);
        assertSameImages(REQUEST.withEdit(new Edit(source, ImageMask.box(8, 0, 0, 1, 0.5, true), OptionalInt.empty())));
        assertEquals(0, loop.runs.get());
    }

    @Test
    void everyScaleIsReportedWithItsOwnPreview() {
        List<float[]> wanted = previews(onHost);
        List<float[]> found = previews(onDevice);
        assertEquals(2, loop.runs.get());
        assertEquals(wanted.size(), found.size());
        for (int i = 0; i < wanted.size(); i++) {
            assertArrayEquals(wanted.get(i), found.get(i), "preview " + i);
        }
    }

    private static List<float[]> previews(Nextscale nextscale) {
        List<float[]> previews = new ArrayList<>();
        nextscale.generate(
                REQUEST,
                image -> {},
                onScale(progress -> {
                    assertTrue(progress.nanoseconds() >= progress.transformerNanoseconds());
                    previews.add(progress.preview().get().values());
                }),
                new CancellationToken());
        return previews;
    }

    @Test
    void cancellingStopsIt() {
        CancellationToken token = new CancellationToken();
        List<Integer> scales = new ArrayList<>();
        ProgressListener listener = onScale(progress -> {
            scales.add(progress.scale().index());
            if (scales.size() == 2) {
                token.cancel();
            }
        });
        assertThrows(CancellationException.class, () -> onDevice.generate(REQUEST, image -> {}, listener, token));
        assertEquals(List.of(0, 1), scales);
        assertEquals(1, loop.runs.get());
        assertEquals(0, device.openGenerations.get());
        assertSameImages(REQUEST);
    }

    private static ProgressListener onScale(Consumer<ScaleProgress> action) {
        return new ProgressListener() {
            @Override
            public void scaleDone(ScaleProgress progress) {
                action.accept(progress);
            }
        };
    }

    @Test
    void aLoopThatCannotBeLoadedIsABackendThatCannotBeOpened() {
        device.deviceLoop = (transformer, tables) -> {
            throw new BackendException("no memory for the loop");
        };
        try (Nextscale fallen = open(BackendChoice.BEST)) {
            assertEquals("host", fallen.backend().id());
            assertEquals(List.of("backend device failed to open: no memory for the loop"), fallen.fallbacks());
        }
    }

    @Test
    void aFailureOfTheDeviceEndsTheRequestAsOnTheHostAndNothingElse() {
        BackendException lost = new BackendException("the device is lost");
        loop.failure = lost;
        assertSame(lost, assertThrows(BackendException.class, () -> onDevice.generate(REQUEST)));
        assertEquals(0, device.openGenerations.get());
        loop.failure = null;
        assertSameImages(REQUEST);
    }

    @Test
    void aBatchWhoseDeviceIsTakenAwayIsMadeAgainOnAnotherWithTheSameDraws() throws InterruptedException {
        List<GeneratedImage> wanted = onHost.generate(REQUEST);
        List<GeneratedImage> made = new ArrayList<>();
        List<Thread> leaving = new ArrayList<>();
        onDevice.generate(
                REQUEST,
                made::add,
                onScale(progress -> {
                    if (progress.scale().index() == 1 && leaving.isEmpty()) {
                        plugins.backends().remove(device.id(), device);
                        Thread thread = new Thread(
                                () -> injector.getInstance(OpenModels.class).leave(device));
                        thread.start();
                        leaving.add(thread);
                        while (thread.getState() != Thread.State.WAITING) {
                            Thread.onSpinWait();
                        }
                    }
                }),
                new CancellationToken());
        leaving.get(0).join();
        assertEquals(1, loop.runs.get());
        assertEquals(0, device.openBackends.get());
        assertEquals("host", made.get(0).provenance().get("backend"));
        for (int i = 0; i < wanted.size(); i++) {
            assertArrayEquals(wanted.get(i).rgb(), made.get(i).rgb());
        }
    }
}
