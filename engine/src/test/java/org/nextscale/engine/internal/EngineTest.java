package org.nextscale.engine.internal;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
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
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.ServiceLoader;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.nextscale.api.InvalidInputException;
import org.nextscale.api.PluginException;
import org.nextscale.api.backend.Availability;
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
import org.nextscale.api.training.Trainer;
import org.nextscale.api.training.TrainingListener;
import org.nextscale.api.training.TrainingRequest;
import org.nextscale.api.training.TrainingVectors;
import org.nextscale.engine.BackendChoice;
import org.nextscale.engine.Nextscale;
import org.nextscale.engine.image.RgbImage;
import org.nextscale.engine.model.ModelPackage;
import org.nextscale.engine.verify.Conformance;
import org.nextscale.engine.verify.ConformanceReport;
import org.nextscale.engine.verify.TensorCheck;

/** The engine around a stand-in backend: what is drawn, what is refused, what happens when things go away. */
class EngineTest {
    private static final Path MODEL = Path.of(System.getProperty("nextscale.root"), "reference-vectors", "shared-aln");
    /** shared-aln's pyramid: 1 2 4 6 8. */
    private static final int SCALES = 5;

    private final Plugins plugins = new Plugins();
    private final Injector injector = Guice.createInjector(new EngineModule(plugins, Duration.ofMillis(300)));
    private final PluginEngine engine = injector.getInstance(PluginEngine.class);
    private final FakeBackend backend = FakeBackend.available("fake", 10);
    private Nextscale nextscale;

    @BeforeEach
    void open() {
        plugins.backends().add(backend.id(), backend);
        ServiceLoader.load(TokenSamplerFactory.class)
                .forEach(f -> plugins.samplers().add(f.id(), f));
        ServiceLoader.load(GuidanceFactory.class)
                .forEach(f -> plugins.guidances().add(f.id(), f));
        ServiceLoader.load(VisualTokenizerFactory.class)
                .forEach(f -> plugins.tokenizers().add(f.id(), f));
        nextscale = engine.open(ModelPackage.open(MODEL), BackendChoice.BEST);
    }

    @AfterEach
    void nothingStaysOpen() {
        nextscale.close();
        assertEquals(0, backend.openGenerations.get());
        assertEquals(0, backend.openBackends.get());
    }

    @Test
    void anImageIsTheSameInEveryBatch() {
        GenerationRequest request = GenerationRequest.of(1, 2, 3, 1, GenerationRequest.UNCONDITIONAL)
                .withSeed(7);
        List<GeneratedImage> together = nextscale.generate(request.withBatch(5));
        for (int batch : new int[] {1, 2}) {
            List<GeneratedImage> split = nextscale.generate(request.withBatch(batch));
            for (int i = 0; i < 5; i++) {
                assertArrayEquals(together.get(i).rgb(), split.get(i).rgb(), "image " + i + ", batch " + batch);
            }
        }
        GeneratedImage alone = nextscale
                .generate(GenerationRequest.of(3).withSeed(7).withFirstImage(2))
                .get(0);
        assertArrayEquals(together.get(2).rgb(), alone.rgb());
        assertEquals(2, alone.number());
        assertFalse(Arrays.equals(together.get(0).rgb(), together.get(3).rgb()), "same class, other image");
    }

    @Test
    void provenanceSaysHowToMakeItAgain() {
        GenerationRequest request = GenerationRequest.of(4)
                .withSeed(99)
                .withFirstImage(3)
                .withSampler(Choice.of("multinomial").with("top-k", 12));
        GeneratedImage image = nextscale.generate(request).get(0);
        assertEquals("99", image.provenance().get("seed"));
        assertEquals("3", image.provenance().get("image"));
        assertEquals("4", image.provenance().get("class"));
        assertEquals("fake", image.provenance().get("backend"));
        assertEquals("12", image.provenance().get("sampler.top-k"));
        assertEquals("0.95", image.provenance().get("sampler.top-p"));
        assertEquals("ramp", image.provenance().get("guidance"));
        assertEquals("3.0", image.provenance().get("guidance.cfg"));
        assertTrue(image.provenance().containsKey("model-fingerprint"));
    }

    @Test
    void withoutGuidanceHalfTheWorkIsNotDone() {
        nextscale.generate(GenerationRequest.of(1).withGuidance(Choice.of("none")));
        assertEquals(0, backend.unconditionalScales.get());
        nextscale.generate(GenerationRequest.of(1));
        assertEquals(SCALES, backend.unconditionalScales.get());
    }

    @Test
    void everyScaleIsReportedWithAPreview() {
        List<String> seen = new ArrayList<>();
        nextscale.generate(
                GenerationRequest.of(1, 2, 3).withBatch(2),
                image -> seen.add("image " + image.number()),
                new ProgressListener() {
                    @Override
                    public void scaleDone(ScaleProgress progress) {
                        seen.add(progress.firstImage() + ":" + progress.scale().index());
                        if (progress.scale().index() == 1) {
                            assertEquals(
                                    progress.images(), progress.preview().get().batch());
                        }
                        assertTrue(progress.nanoseconds() >= progress.transformerNanoseconds());
                    }

                    @Override
                    public void decoded(int firstImage, int images, long nanoseconds) {
                        seen.add("decoded " + images);
                    }
                },
                new CancellationToken());
        assertEquals(
                List.of(
                        "0:0",
                        "0:1",
                        "0:2",
                        "0:3",
                        "0:4",
                        "decoded 2",
                        "image 0",
                        "image 1",
                        "2:0",
                        "2:1",
                        "2:2",
                        "2:3",
                        "2:4",
                        "decoded 1",
                        "image 2"),
                seen);
    }

    @Test
    void cancellingStopsBeforeTheNextScale() {
        CancellationToken token = new CancellationToken();
        List<Integer> scales = new ArrayList<>();
        assertThrows(
                CancellationException.class,
                () -> nextscale.generate(
                        GenerationRequest.of(1), image -> {}, onScale(scales, 1, token::cancel), token));
        assertEquals(List.of(0, 1), scales);
        assertEquals(0, backend.openGenerations.get());
        assertEquals(1, nextscale.generate(GenerationRequest.of(1)).size());
    }

    @Test
    void aBackendThatGoesAwayEndsItsRequestsAndReturnsItsMemory() throws Exception {
        CountDownLatch running = new CountDownLatch(1);
        var executor = Executors.newSingleThreadExecutor();
        try {
            Future<?> request = executor.submit(() -> nextscale.generate(
                    GenerationRequest.repeated(1, 100_000).withBatch(1),
                    image -> {},
                    onScale(new ArrayList<>(), 2, running::countDown),
                    new CancellationToken()));
            running.await();
            plugins.backends().remove(backend.id(), backend);
            injector.getInstance(OpenModels.class).leave(backend);
            assertEquals(0, backend.openBackends.get());
            assertEquals(0, backend.openGenerations.get());
            Throwable failure =
                    assertThrows(ExecutionException.class, request::get).getCause();
            assertEquals(BackendException.class, failure.getClass());
            assertEquals("backend fake was stopped", failure.getMessage());
            assertThrows(BackendException.class, () -> nextscale.generate(GenerationRequest.of(1)));
        } finally {
            executor.shutdownNow();
        }
    }

    @Test
    void whatABackendThatGoesAwayLeavesUndoneIsMadeAgainOnAnother() throws Exception {
        GenerationRequest request =
                GenerationRequest.of(1, 2, 3, 4, 5, 6).withBatch(1).withSeed(3);
        List<GeneratedImage> wanted = nextscale.generate(request);
        FakeBackend other = FakeBackend.available("other", 5);
        plugins.backends().add(other.id(), other);
        CountDownLatch running = new CountDownLatch(1);
        CountDownLatch removed = new CountDownLatch(1);
        List<GeneratedImage> made = new ArrayList<>();
        var executor = Executors.newSingleThreadExecutor();
        try {
            Future<?> done = executor.submit(() -> nextscale.generate(
                    request,
                    made::add,
                    onScale(new ArrayList<>(), 2, () -> {
                        if (made.size() == 2 && removed.getCount() == 1) {
                            running.countDown();
                            await(removed);
                        }
                    }),
                    new CancellationToken()));
            running.await();
            plugins.backends().remove(backend.id(), backend);
            Thread leaving =
                    new Thread(() -> injector.getInstance(OpenModels.class).leave(backend));
            leaving.start();
            removed.countDown();
            leaving.join();
            assertEquals(0, backend.openBackends.get());
            done.get();
        } finally {
            executor.shutdownNow();
        }
        assertEquals(6, made.size());
        for (int i = 0; i < 6; i++) {
            assertArrayEquals(wanted.get(i).rgb(), made.get(i).rgb());
        }
        assertEquals("fake", made.get(0).provenance().get("backend"));
        assertEquals("other", made.get(5).provenance().get("backend"));
        assertEquals("other", nextscale.backend().id());
        nextscale.close();
        assertEquals(0, other.openBackends.get());
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void aBackendThatComesBackInTimeServesAgain() throws Exception {
        plugins.backends().remove(backend.id(), backend);
        injector.getInstance(OpenModels.class).leave(backend);
        Thread back = new Thread(() -> {
            try {
                Thread.sleep(100);
                plugins.backends().add(backend.id(), backend);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
        back.start();
        assertEquals(1, nextscale.generate(GenerationRequest.of(1)).size());
        back.join();
    }

    @Test
    void switchingMovesTheModelAndReturnsTheOldMemory() {
        FakeBackend other = FakeBackend.available("other", 5);
        plugins.backends().add(other.id(), other);
        byte[] before = nextscale.generate(GenerationRequest.of(1)).get(0).rgb();
        nextscale.switchBackend(BackendChoice.parse("other"));
        assertEquals("other", nextscale.backend().id());
        assertEquals(0, backend.openBackends.get());
        assertArrayEquals(
                before, nextscale.generate(GenerationRequest.of(1)).get(0).rgb());
        assertThrows(InvalidInputException.class, () -> nextscale.switchBackend(BackendChoice.parse("nowhere")));
        assertEquals("other", nextscale.backend().id());
        nextscale.close();
        assertEquals(0, other.openBackends.get());
    }

    @Test
    void aBackendThatGoesAwayWhileItIsOpenedIsLeftToo() throws Exception {
        FakeBackend other = FakeBackend.available("other", 5);
        CountDownLatch opening = new CountDownLatch(1);
        CountDownLatch mayOpen = new CountDownLatch(1);
        other.whileOpening = () -> {
            opening.countDown();
            await(mayOpen);
        };
        plugins.backends().add(other.id(), other);
        Thread moving = new Thread(() -> nextscale.switchBackend(BackendChoice.parse("other")));
        moving.start();
        await(opening);
        plugins.backends().remove(other.id(), other);
        Thread leaving = new Thread(() -> injector.getInstance(OpenModels.class).leave(other));
        leaving.start();
        leaving.join(100);
        assertTrue(leaving.isAlive(), "its code is in use");

        mayOpen.countDown();
        leaving.join();
        assertEquals(0, other.openBackends.get());
        moving.join();
        assertThrows(
                BackendException.class, () -> nextscale.generate(GenerationRequest.of(1)), "asked for by name, gone");
        nextscale.switchBackend(BackendChoice.BEST);
        assertEquals(1, nextscale.generate(GenerationRequest.of(1)).size());
    }

    @Test
    void aBackendThatGoesAwayWhileItIsReplacedIsLeftAtOnce() throws Exception {
        FakeBackend other = FakeBackend.available("other", 5);
        plugins.backends().add(other.id(), other);
        CountDownLatch computing = new CountDownLatch(1);
        CountDownLatch mayGoOn = new CountDownLatch(1);
        List<GeneratedImage> images = new ArrayList<>();
        Thread request = new Thread(() -> nextscale.generate(
                GenerationRequest.of(1),
                images::add,
                onScale(new ArrayList<>(), 0, () -> {
                    computing.countDown();
                    await(mayGoOn);
                }),
                new CancellationToken()));
        request.start();
        await(computing);
        Thread moving = new Thread(() -> nextscale.switchBackend(BackendChoice.parse("other")));
        moving.start();
        while (!nextscale.backend().id().equals("other")) {
            Thread.sleep(1);
        }
        plugins.backends().remove(backend.id(), backend);
        Thread leaving = new Thread(() -> injector.getInstance(OpenModels.class).leave(backend));
        leaving.start();
        leaving.join(100);
        assertTrue(leaving.isAlive(), "a batch still computes there");

        mayGoOn.countDown();
        leaving.join();
        assertEquals(0, backend.openBackends.get());
        moving.join();
        request.join();
        assertEquals("other", images.get(0).provenance().get("backend"), "made again where the model is now");
    }

    @Test
    void aBackendThatFailsToOpenIsPassedOverUnlessItWasAskedFor() {
        FakeBackend broken = FakeBackend.available("broken", 99);
        broken.failure = "no more devices";
        plugins.backends().add(broken.id(), broken);
        try (Nextscale fallen = engine.open(ModelPackage.open(MODEL), BackendChoice.BEST)) {
            assertEquals("fake", fallen.backend().id());
            assertEquals(List.of("backend broken failed to open: no more devices"), fallen.fallbacks());
        }
        BackendException refused = assertThrows(
                BackendException.class, () -> engine.open(ModelPackage.open(MODEL), BackendChoice.parse("broken")));
        assertEquals("backend broken failed to open: no more devices", refused.getMessage());
    }

    @Test
    void closingFromWithinARequestIsRefusedInsteadOfHanging() {
        assertThrows(
                IllegalStateException.class,
                () -> nextscale.generate(
                        GenerationRequest.of(1),
                        image -> {},
                        onScale(new ArrayList<>(), 0, nextscale::close),
                        new CancellationToken()));
        assertEquals(1, nextscale.generate(GenerationRequest.of(1)).size());
    }

    private static ProgressListener onScale(List<Integer> seen, int index, Runnable action) {
        return new ProgressListener() {
            @Override
            public void scaleDone(ScaleProgress progress) {
                seen.add(progress.scale().index());
                if (progress.scale().index() == index) {
                    action.run();
                }
            }
        };
    }

    @Test
    void wrongRequestsAreRefusedBeforeAnyWork() {
        assertRefused("class 10 does not exist: model shared-aln has classes 0..9", GenerationRequest.of(10));
        assertRefused(
                "there is no sampler 'tpok'; there is greedy, multinomial, smooth",
                GenerationRequest.of(1).withSampler(Choice.of("tpok")));
        assertRefused(
                "sampler greedy has no parameter top-k; it has none",
                GenerationRequest.of(1).withSampler(Choice.of("greedy").with("top-k", 1)));
        assertRefused(
                "guidance ramp: cfg is '-1', must be a number in 0..100",
                GenerationRequest.of(1).withGuidance(Choice.of("ramp").with("cfg", -1)));
        Pixels small = new Pixels(1, 8, 8, new float[192]);
        assertRefused(
                "the image to edit has 8x8 pixels, this model needs 16x16",
                GenerationRequest.of(1)
                        .withEdit(new Edit(small, ImageMask.box(8, 0, 0, 1, 1, true), OptionalInt.empty())));
    }

    private void assertRefused(String message, GenerationRequest request) {
        assertEquals(
                message,
                assertThrows(InvalidInputException.class, () -> nextscale.generate(request))
                        .getMessage());
        assertEquals(0, backend.openGenerations.get());
    }

    @Test
    void aPluginThatFailsFailsTheRequestAndNothingElse() {
        addSampler("thrower", () -> {
            throw new IllegalStateException("boom");
        });
        addSampler("short", () -> SampledTokens.of(new int[0]));
        addSampler("wild", () -> SampledTokens.of(new int[] {1 << 20}));
        addSampler("null", () -> null);
        assertFails("sampler thrower at scale 0 failed: java.lang.IllegalStateException: boom", "thrower");
        assertFails("sampler short at scale 0 returned 0 tokens instead of 1", "short");
        assertFails("sampler wild at scale 0 chose code 1048576 of a vocabulary of 96", "wild");
        assertFails("sampler null at scale 0 returned nothing", "null");
        assertEquals(1, nextscale.generate(GenerationRequest.of(1)).size());
    }

    private void assertFails(String message, String sampler) {
        GenerationRequest request = GenerationRequest.of(1).withSampler(Choice.of(sampler));
        assertEquals(
                message,
                assertThrows(PluginException.class, () -> nextscale.generate(request))
                        .getMessage());
        assertEquals(0, backend.openGenerations.get());
    }

    private void addSampler(String id, Supplier<SampledTokens> result) {
        plugins.samplers().add(id, new TokenSamplerFactory() {
            @Override
            public String id() {
                return id;
            }

            @Override
            public String description() {
                return id;
            }

            @Override
            public List<Parameter> parameters() {
                return List.of();
            }

            @Override
            public TokenSampler create(ParameterValues values) {
                return (scale, logits, random) -> result.get();
            }
        });
    }

    @Test
    void keepingEverythingReconstructsTheSource() {
        Pixels source = new Pixels(1, 16, 16, new float[3 * 256]);
        for (int i = 0; i < source.values().length; i++) {
            source.values()[i] = (float) Math.sin(i / 40.0);
        }
        Pixels reconstructed = nextscale
                .tokenizer()
                .decode(nextscale
                        .tokenizer()
                        .accumulate(
                                nextscale
                                        .tokenizer()
                                        .quantize(
                                                nextscale.tokenizer().encode(source),
                                                nextscale.model().spec().pyramid()),
                                SCALES - 1));
        Edit keepAll = new Edit(source, ImageMask.box(8, 0, 0, 1, 1, true), OptionalInt.empty());
        GeneratedImage edited =
                nextscale.generate(GenerationRequest.of(1).withEdit(keepAll)).get(0);
        assertArrayEquals(RgbImage.of(reconstructed, 0).rgb(), edited.rgb());

        ImageMask leftHalf = ImageMask.box(8, 0, 0, 1, 0.5, true);
        GenerationRequest request = GenerationRequest.of(1).withEdit(new Edit(source, leftHalf, OptionalInt.of(2)));
        GeneratedImage composed = nextscale.generate(request).get(0);
        byte[] original = RgbImage.of(source, 0).rgb();
        for (int y = 0; y < 16; y++) {
            for (int i = 0; i < 3 * 6; i++) {
                assertEquals(original[y * 48 + i], composed.rgb()[y * 48 + i], "deep inside the kept half");
            }
        }
        assertEquals("2", composed.provenance().get("edit-composite-feather"));
    }

    @Test
    void theBestBackendThatCanRunIsTaken() {
        FakeBackend better = FakeBackend.available("better", 50);
        FakeBackend absent = new FakeBackend("absent", request -> Availability.unavailable("there is no such device"));
        plugins.backends().add(better.id(), better);
        plugins.backends().add(absent.id(), absent);
        assertEquals(
                List.of("better", "fake", "absent"),
                engine.backends().stream().map(status -> status.id()).toList());
        try (Nextscale chosen = engine.open(ModelPackage.open(MODEL), BackendChoice.BEST)) {
            assertEquals("better", chosen.backend().id());
        }
        assertEquals(0, better.openBackends.get());
        BackendException refused = assertThrows(
                BackendException.class, () -> engine.open(ModelPackage.open(MODEL), BackendChoice.parse("absent")));
        assertEquals("backend absent cannot run here: there is no such device", refused.getMessage());
        assertThrows(
                InvalidInputException.class,
                () -> engine.open(ModelPackage.open(MODEL), BackendChoice.parse("fake:threads=2")));
    }

    @Test
    void trainersAndTrainingVectorsComeAndGo() {
        assertEquals(List.of(), engine.trainers());
        Trainer trainer = new Trainer() {
            @Override
            public String id() {
                return "tokenizer";
            }

            @Override
            public String label() {
                return "fake";
            }

            @Override
            public List<Parameter> parameters() {
                return List.of();
            }

            @Override
            public void train(TrainingRequest request, TrainingListener listener) {}
        };
        plugins.trainers().add(trainer.id(), trainer);
        assertEquals(List.of(trainer), engine.trainers());
        plugins.trainers().remove(trainer.id(), trainer);
        assertEquals(List.of(), engine.trainers());

        TrainingVectors vectors = (spec, tokenizer, transformer, image, labels) -> Map.of();
        assertEquals(Optional.empty(), engine.trainingVectors());
        plugins.trainingVectors().add("fake", vectors);
        assertEquals(Optional.of(vectors), engine.trainingVectors());
    }

    @Test
    void trainingIsVerifiedWhereItIsPluggedIn() {
        ConformanceReport without = Conformance.run(MODEL, engine, BackendChoice.BEST, check -> {});
        assertEquals(List.of("training.safetensors was not checked: training is not plugged in"), without.unchecked());
        List<int[]> batches = new ArrayList<>();
        plugins.trainingVectors().add("fake", (spec, tokenizer, transformer, image, labels) -> {
            batches.add(new int[] {image.batch(), image.height(), labels.length});
            return Map.of("tokenizer.l1", new float[] {0});
        });
        ConformanceReport with = Conformance.run(MODEL, engine, BackendChoice.BEST, check -> {});
        assertEquals(1, batches.size());
        assertArrayEquals(new int[] {2, 16, 2}, batches.get(0));
        assertEquals(List.of(), with.unchecked());
        TensorCheck found = with.checks().stream()
                .filter(check -> check.name().equals("tokenizer.l1"))
                .findFirst()
                .orElseThrow();
        assertEquals(1, found.relativeError());
        assertFalse(found.holds());
        assertTrue(with.checks().size() > without.checks().size() + 200, "all of the file is compared");
    }

    @Test
    void aTakenIdIsRefused() {
        FakeBackend twin = FakeBackend.available("fake", 99);
        plugins.backends().add("fake", twin);
        assertSame(backend, plugins.backends().get("fake"));
        plugins.backends().remove("fake", twin);
        assertSame(backend, plugins.backends().get("fake"));
    }
}
