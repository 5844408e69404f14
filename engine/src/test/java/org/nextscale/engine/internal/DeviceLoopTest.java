package org.nextscale.engine.internal;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.nextscale.engine.internal.TestEngine.awaitWaiting;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.nextscale.api.BackendException;
import org.nextscale.api.engine.ImageGenerator;
import org.nextscale.api.engine.PluginInfo;
import org.nextscale.api.engine.PluginKind;
import org.nextscale.api.generation.Edit;
import org.nextscale.api.generation.GeneratedImage;
import org.nextscale.api.generation.GenerationListener;
import org.nextscale.api.generation.GenerationRequest;
import org.nextscale.api.generation.ImageMask;
import org.nextscale.api.generation.ScaleProgress;
import org.nextscale.api.image.Pixels;
import org.nextscale.api.model.Condition;
import org.nextscale.api.plugin.ParameterValues;
import org.nextscale.api.plugin.PluginChoice;
import org.nextscale.api.progress.Cancellation;
import org.nextscale.api.progress.CancellationToken;
import org.nextscale.api.sampling.SampledTokens;
import org.nextscale.api.sampling.TokenSampler;
import org.nextscale.api.sampling.TokenSamplerProvider;
import org.nextscale.testkit.fake.FakeBackend;
import org.nextscale.testkit.fake.PlainDeviceLoop;

/** A backend that runs the loop itself beside one that does not: when the engine hands over, and that nobody can tell. */
class DeviceLoopTest {
    private static final GenerationRequest REQUEST = GenerationRequest.of(List.of(
                    Condition.ofClass(1),
                    Condition.ofClass(2),
                    Condition.ofClass(3),
                    Condition.ofClass(4),
                    Condition.NONE))
            .withBatch(3)
            .withSeed(7)
            .withFirstImage(2);

    private final FakeBackend device = new FakeBackend("device", 20);
    private final FakeBackend host = new FakeBackend("host", 10);
    private final TestEngine engine = new TestEngine(TestEngine.NO_GRACE, device, host);
    private Set<String> supported = Set.of("multinomial/1", "multinomial/2", "smooth/1", "smooth/2", "greedy/1");
    private PlainDeviceLoop loop;
    private ImageGenerator onDevice;
    private ImageGenerator onHost;

    @BeforeEach
    void open() {
        device.withDeviceLoop((transformer, tables) -> {
            loop = new PlainDeviceLoop(transformer, tables, supported);
            return Optional.of(loop);
        });
        onDevice = engine.open("auto");
        onHost = engine.open("host");
    }

    @AfterEach
    void nothingStaysOpen() {
        onDevice.close();
        onHost.close();
        for (FakeBackend backend : List.of(device, host)) {
            assertEquals(0, backend.openSessions());
            assertEquals(0, backend.openBackends());
        }
    }

    private static byte[] rgb(GeneratedImage image) {
        return image.pixels().rgb();
    }

    private static String backendOf(GeneratedImage image) {
        return image.provenance().backend().orElseThrow().id();
    }

    private void assertSameImages(GenerationRequest request) {
        List<GeneratedImage> wanted = onHost.generate(request);
        List<GeneratedImage> made = onDevice.generate(request);
        assertEquals(wanted.size(), made.size());
        for (int i = 0; i < wanted.size(); i++) {
            assertArrayEquals(rgb(wanted.get(i)), rgb(made.get(i)), request.sampler() + ", image " + i);
            assertEquals("device", backendOf(made.get(i)));
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"multinomial", "smooth", "greedy", "multinomial:top-k=1,5,20", "smooth:temperature=2,1,0.5"})
    void whatItSupportsIsMadeByTheDeviceAndTheSame(String sampler) {
        PluginChoice choice = PluginChoice.parse("sampler", sampler);
        List<String> guidances = List.of("ramp", "constant", "none", "ramp:cutoff=2", "constant:cutoff=5");
        for (String guidance : guidances) {
            assertSameImages(REQUEST.withSampler(choice).withGuidance(PluginChoice.parse("guidance", guidance)));
        }
        assertEquals(guidances.size() * 2, loop.runs(), "two batches each");
    }

    @Test
    void whatItDoesNotSupportIsMadeByTheHost() {
        supported = Set.of("greedy/1", "smooth/1");
        onDevice.switchBackend(PluginChoice.of("device"));
        assertSameImages(REQUEST);
        assertSameImages(REQUEST.withSampler(PluginChoice.of("smooth").with("top-k", "5,50")));
        assertEquals(0, loop.runs(), "a loop that knows one setting does not know one a scale");
        assertSameImages(REQUEST.withSampler(PluginChoice.of("greedy")));
        assertEquals(2, loop.runs());
    }

    /** Always code 5, under the name of another. */
    private static final class Imposter implements TokenSamplerProvider {
        @Override
        public String id() {
            return "multinomial";
        }

        @Override
        public String description() {
            return "always code 5";
        }

        @Override
        public TokenSampler create(ParameterValues values) {
            return (scale, logits, random) -> {
                int[] tokens = new int[scale.tokens()];
                Arrays.fill(tokens, 5);
                return SampledTokens.of(tokens);
            };
        }
    }

    @Test
    void aPluginUnderAShippedIdIsNotBypassed() {
        TestEngine other = new TestEngine(
                TestEngine.NO_GRACE, plugins -> plugins.add(PluginKind.SAMPLER, new Imposter(), ""), device);
        try (ImageGenerator generator = other.open("device")) {
            List<GeneratedImage> images = generator.generate(REQUEST);
            assertEquals(0, loop.runs());
            assertArrayEquals(rgb(images.get(0)), rgb(images.get(3)), "the same code everywhere");
        }
    }

    @Test
    void anEditIsMadeByTheHost() {
        Pixels source = new Pixels(1, 16, 16, new float[3 * 256]);
        assertSameImages(REQUEST.withEdit(Edit.of(source, ImageMask.box(8, 0, 0, 1, 0.5, true))));
        assertEquals(0, loop.runs());
    }

    @Test
    void everyScaleIsReportedWithItsOwnPreview() {
        List<float[]> wanted = previews(onHost);
        List<float[]> found = previews(onDevice);
        assertEquals(2, loop.runs());
        assertEquals(wanted.size(), found.size());
        for (int i = 0; i < wanted.size(); i++) {
            assertArrayEquals(wanted.get(i), found.get(i), "preview " + i);
        }
    }

    private static List<float[]> previews(ImageGenerator generator) {
        List<float[]> previews = new ArrayList<>();
        generator.generate(
                REQUEST,
                image -> {},
                onScale(progress -> {
                    assertTrue(progress.nanoseconds() >= progress.transformerNanoseconds());
                    assertTrue(progress.isGuided());
                    previews.add(progress.preview().values());
                }),
                Cancellation.NEVER);
        return previews;
    }

    @Test
    void cancellingStopsIt() {
        CancellationToken token = new CancellationToken();
        List<Integer> scales = new ArrayList<>();
        GenerationListener listener = onScale(progress -> {
            scales.add(progress.scale().index());
            if (scales.size() == 2) {
                token.cancel();
            }
        });
        assertThrows(CancellationException.class, () -> onDevice.generate(REQUEST, image -> {}, listener, token));
        assertEquals(List.of(0, 1), scales);
        assertEquals(1, loop.runs());
        assertEquals(0, device.openSessions());
        assertSameImages(REQUEST);
    }

    private static GenerationListener onScale(Consumer<ScaleProgress> action) {
        return new GenerationListener() {
            @Override
            public void scaleDone(ScaleProgress progress) {
                action.accept(progress);
            }
        };
    }

    @Test
    void whatAListenerThrowsIsItsOwnFailure() {
        IllegalArgumentException mine = new IllegalArgumentException("I cannot watch this");
        GenerationListener listener = onScale(progress -> {
            throw mine;
        });
        for (ImageGenerator generator : List.of(onDevice, onHost)) {
            assertSame(
                    mine,
                    assertThrows(
                            IllegalArgumentException.class,
                            () -> generator.generate(REQUEST, image -> {}, listener, Cancellation.NEVER)));
        }
    }

    @Test
    void aLoopThatCannotBeLoadedIsABackendThatCannotBeOpened() {
        device.withDeviceLoop((transformer, tables) -> {
            throw new BackendException("no memory for the loop");
        });
        try (ImageGenerator fallen = engine.open("auto")) {
            assertEquals("host", fallen.backend().id());
            assertEquals(List.of("backend device failed to open: no memory for the loop"), fallen.notices());
        }
    }

    @Test
    void aFailureOfTheDeviceEndsTheRequestAsOnTheHostAndNothingElse() {
        BackendException lost = new BackendException("the device is lost");
        loop.failing(Optional.of(lost));
        assertSame(lost, assertThrows(BackendException.class, () -> onDevice.generate(REQUEST)));
        assertEquals(0, device.openSessions());
        loop.failing(Optional.of(new IllegalStateException("oops")));
        assertEquals(
                "backend device failed: IllegalStateException: oops",
                assertThrows(BackendException.class, () -> onDevice.generate(REQUEST))
                        .getMessage());
        loop.failing(Optional.empty());
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
                        PluginInfo<?> gone = engine.unplug(device);
                        leaving.add(new Thread(() -> engine.leave(gone)));
                        leaving.get(0).start();
                        awaitWaiting(leaving.get(0));
                    }
                }),
                Cancellation.NEVER);
        leaving.get(0).join();
        assertEquals(1, loop.runs());
        assertEquals(0, device.openBackends());
        assertEquals("host", backendOf(made.get(0)));
        for (int i = 0; i < wanted.size(); i++) {
            assertArrayEquals(rgb(wanted.get(i)), rgb(made.get(i)));
        }
    }
}
