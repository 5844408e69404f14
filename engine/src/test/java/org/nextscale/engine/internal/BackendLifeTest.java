package org.nextscale.engine.internal;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.nextscale.engine.internal.TestEngine.afterScale;
import static org.nextscale.engine.internal.TestEngine.awaitWaiting;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.nextscale.api.BackendException;
import org.nextscale.api.InvalidInputException;
import org.nextscale.api.backend.Availability;
import org.nextscale.api.engine.BackendChange;
import org.nextscale.api.engine.EngineListener;
import org.nextscale.api.engine.ImageGenerator;
import org.nextscale.api.engine.PluginInfo;
import org.nextscale.api.generation.GeneratedImage;
import org.nextscale.api.generation.GenerationListener;
import org.nextscale.api.generation.GenerationRequest;
import org.nextscale.api.image.Provenance;
import org.nextscale.api.plugin.PluginChoice;
import org.nextscale.api.progress.Cancellation;
import org.nextscale.testkit.fake.FakeBackend;

/** What happens to models and requests when backends come, go, fail and are switched. */
class BackendLifeTest {
    private static final GenerationRequest ONE = GenerationRequest.of(1);

    private final FakeBackend backend = new FakeBackend("fake", 10);
    private final FakeBackend other = new FakeBackend("other", 5);
    private final TestEngine engine = new TestEngine(TestEngine.NO_GRACE, backend);
    private final ImageGenerator generator = engine.open("auto");

    @AfterEach
    void nothingStaysOpen() {
        generator.close();
        engine.engine.close();
        for (FakeBackend each : List.of(backend, other)) {
            assertEquals(0, each.openSessions());
            assertEquals(0, each.openBackends());
        }
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private static Thread started(String name, Runnable work) {
        Thread thread = new Thread(work, name);
        thread.start();
        return thread;
    }

    private static String backendOf(Provenance provenance) {
        return provenance.backend().orElseThrow().id();
    }

    @Test
    void theBestBackendThatCanRunIsTaken() {
        FakeBackend better = new FakeBackend("better", 50);
        FakeBackend absent =
                new FakeBackend("absent", 99).probed(request -> Availability.unavailable("there is no such device"));
        engine.add(better);
        engine.add(absent);
        assertEquals(
                List.of("better", "fake", "absent"),
                engine.engine.backends().stream().map(status -> status.id()).toList());
        try (ImageGenerator chosen = engine.open("auto")) {
            assertEquals("better", chosen.backend().id());
        }
        assertEquals(0, better.openBackends());
        BackendException refused = assertThrows(BackendException.class, () -> engine.open("absent"));
        assertEquals("backend absent cannot run here: there is no such device", refused.getMessage());
        assertThrows(InvalidInputException.class, () -> engine.open("fake:threads=2"));
    }

    @Test
    void aBackendThatFailsToOpenIsPassedOverUnlessItWasAskedFor() {
        engine.add(new FakeBackend("broken", 99).failing("no more devices"));
        try (ImageGenerator fallen = engine.open("auto")) {
            assertEquals("fake", fallen.backend().id());
            assertEquals(List.of("backend broken failed to open: no more devices"), fallen.notices());
        }
        BackendException refused = assertThrows(BackendException.class, () -> engine.open("broken"));
        assertEquals("backend broken failed to open: no more devices", refused.getMessage());
    }

    @Test
    void aBackendThatGoesAwayEndsItsRequestsAndReturnsItsMemory() throws InterruptedException {
        CountDownLatch running = new CountDownLatch(1);
        FutureTask<Void> request = new FutureTask<>(
                () -> generator.generate(
                        GenerationRequest.repeated(ONE.conditions().get(0), 100_000)
                                .withBatch(1),
                        image -> {},
                        afterScale(2, running::countDown),
                        Cancellation.NEVER),
                null);
        Thread computing = started("request", request);
        await(running);
        engine.remove(backend);
        assertEquals(0, backend.openBackends());
        assertEquals(0, backend.openSessions());
        computing.join();
        Throwable failure = assertThrows(ExecutionException.class, request::get).getCause();
        assertEquals(BackendException.class, failure.getClass());
        assertEquals("backend fake was stopped", failure.getMessage());
        assertThrows(BackendException.class, () -> generator.generate(ONE));
    }

    @Test
    void whatABackendThatGoesAwayLeavesUndoneIsMadeAgainOnAnother() throws InterruptedException {
        GenerationRequest request =
                GenerationRequest.of(1, 2, 3, 4, 5, 6).withBatch(1).withSeed(3);
        List<GeneratedImage> wanted = generator.generate(request);
        engine.add(other);
        List<GeneratedImage> made = new ArrayList<>();
        List<Thread> leaving = new ArrayList<>();
        generator.generate(
                request,
                made::add,
                afterScale(2, () -> {
                    if (made.size() == 2 && leaving.isEmpty()) {
                        PluginInfo<?> gone = engine.unplug(backend);
                        leaving.add(started("leaving", () -> engine.leave(gone)));
                        awaitWaiting(leaving.get(0));
                    }
                }),
                Cancellation.NEVER);
        leaving.get(0).join();
        assertEquals(0, backend.openBackends());
        assertEquals(6, made.size());
        for (int i = 0; i < 6; i++) {
            assertArrayEquals(wanted.get(i).pixels().rgb(), made.get(i).pixels().rgb());
        }
        assertEquals("fake", backendOf(made.get(0).provenance()));
        assertEquals("other", backendOf(made.get(5).provenance()));
        assertEquals("other", generator.backend().id());
    }

    @Test
    void aFailoverIsToldWithItsReason() {
        List<BackendChange> changes = new ArrayList<>();
        engine.engine.addListener(keepingIn(changes));
        engine.add(other);
        engine.remove(backend);
        generator.generate(ONE);
        assertEquals(1, changes.size());
        BackendChange change = changes.get(0);
        assertTrue(change.isFailover());
        assertEquals("shared-aln", change.model());
        assertEquals("other", change.backend().id());
        assertEquals(List.of("backend fake was stopped"), change.reasons());

        engine.add(backend);
        generator.switchBackend(PluginChoice.of("fake"));
        assertFalse(changes.get(1).isFailover(), "it was asked for");
        assertEquals(List.of(), changes.get(1).reasons());

        FakeBackend broken = new FakeBackend("broken", 99).failing("no more devices");
        engine.add(broken);
        generator.switchBackend(PluginChoice.of("auto"));
        assertFalse(changes.get(2).isFailover());
        assertEquals(
                List.of("backend broken failed to open: no more devices"),
                changes.get(2).reasons());
    }

    private static EngineListener keepingIn(List<BackendChange> changes) {
        return new EngineListener() {
            @Override
            public void backendChanged(BackendChange change) {
                changes.add(change);
            }
        };
    }

    @Test
    void aListenerThatThrowsHarmsNobody() {
        engine.engine.addListener(new EngineListener() {
            @Override
            public void backendChanged(BackendChange change) {
                throw new IllegalStateException("I do not like it");
            }
        });
        List<BackendChange> changes = new ArrayList<>();
        engine.engine.addListener(keepingIn(changes));
        engine.add(other);
        generator.switchBackend(PluginChoice.of("other"));
        assertEquals("other", generator.backend().id());
        assertEquals(1, changes.size());
    }

    @Test
    void aBackendThatComesBackInTimeServesAgain() throws InterruptedException {
        TestEngine patient = new TestEngine(TestEngine.LONG_GRACE, backend);
        try (ImageGenerator waiting = patient.open("fake")) {
            patient.remove(backend);
            List<GeneratedImage> images = new ArrayList<>();
            Thread request = started("request", () -> images.addAll(waiting.generate(ONE)));
            awaitWaiting(request);
            patient.add(backend);
            request.join();
            assertEquals(1, images.size());
        }
    }

    @Test
    void aModelThatIsClosedDoesNotWaitForABackend() throws InterruptedException {
        TestEngine patient = new TestEngine(TestEngine.LONG_GRACE, backend);
        ImageGenerator waiting = patient.open("fake");
        patient.remove(backend);
        FutureTask<List<GeneratedImage>> request = new FutureTask<>(() -> waiting.generate(ONE));
        Thread thread = started("request", request);
        awaitWaiting(thread);
        waiting.close();
        thread.join();
        assertEquals(
                CancellationException.class,
                assertThrows(ExecutionException.class, request::get).getCause().getClass());
    }

    @Test
    void switchingMovesTheModelAndReturnsTheOldMemory() {
        engine.add(other);
        byte[] before = generator.generate(ONE).get(0).pixels().rgb();
        generator.switchBackend(PluginChoice.of("other"));
        assertEquals("other", generator.backend().id());
        assertEquals(0, backend.openBackends());
        assertArrayEquals(before, generator.generate(ONE).get(0).pixels().rgb());
        assertThrows(InvalidInputException.class, () -> generator.switchBackend(PluginChoice.of("nowhere")));
        assertEquals("other", generator.backend().id());
    }

    @Test
    void switchingToABackendThatDoesNotOpenChangesNothing() {
        engine.add(other.failing("out of memory"));
        assertThrows(BackendException.class, () -> generator.switchBackend(PluginChoice.of("other")));
        assertEquals("fake", generator.backend().id());
        assertEquals(1, generator.generate(ONE).size());
    }

    @Test
    void switchingFromWithinARequestIsRefusedAndOpensNothing() {
        engine.add(other);
        GenerationListener switching = afterScale(0, () -> generator.switchBackend(PluginChoice.of("other")));
        assertThrows(
                IllegalStateException.class, () -> generator.generate(ONE, image -> {}, switching, Cancellation.NEVER));
        assertEquals(0, other.openedBackends());
        assertEquals("fake", generator.backend().id());
        assertEquals(1, generator.generate(ONE).size());
    }

    @Test
    void closingFromWithinARequestIsRefusedInsteadOfHanging() {
        assertThrows(
                IllegalStateException.class,
                () -> generator.generate(ONE, image -> {}, afterScale(0, generator::close), Cancellation.NEVER));
        assertEquals(1, generator.generate(ONE).size());
    }

    @Test
    void aBackendThatGoesAwayWhileItIsOpenedIsLeftToo() throws InterruptedException {
        CountDownLatch opening = new CountDownLatch(1);
        CountDownLatch mayOpen = new CountDownLatch(1);
        engine.add(other.whileOpening(() -> {
            opening.countDown();
            await(mayOpen);
        }));
        Thread moving = started("moving", () -> generator.switchBackend(PluginChoice.of("other")));
        await(opening);
        PluginInfo<?> gone = engine.unplug(other);
        Thread leaving = started("leaving", () -> engine.leave(gone));
        awaitWaiting(leaving);

        mayOpen.countDown();
        leaving.join();
        assertEquals(0, other.openBackends());
        moving.join();
        assertThrows(BackendException.class, () -> generator.generate(ONE), "asked for by name, gone");
        generator.switchBackend(PluginChoice.of("auto"));
        assertEquals(1, generator.generate(ONE).size());
    }

    @Test
    void aBackendThatGoesAwayWhileItIsReplacedIsLeftAtOnce() throws InterruptedException {
        engine.add(other);
        CountDownLatch computing = new CountDownLatch(1);
        CountDownLatch mayGoOn = new CountDownLatch(1);
        List<GeneratedImage> images = new ArrayList<>();
        Thread request = started(
                "request",
                () -> generator.generate(
                        ONE,
                        images::add,
                        afterScale(0, () -> {
                            computing.countDown();
                            await(mayGoOn);
                        }),
                        Cancellation.NEVER));
        await(computing);
        Thread moving = started("moving", () -> generator.switchBackend(PluginChoice.of("other")));
        while (!generator.backend().id().equals("other")) {
            Thread.onSpinWait();
        }
        PluginInfo<?> gone = engine.unplug(backend);
        Thread leaving = started("leaving", () -> engine.leave(gone));
        awaitWaiting(leaving);

        mayGoOn.countDown();
        leaving.join();
        assertEquals(0, backend.openBackends());
        moving.join();
        request.join();
        assertEquals("other", backendOf(images.get(0).provenance()), "made again where the model is now");
    }
}
