package org.nextscale.engine.internal.backend;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.nextscale.api.BackendException;
import org.nextscale.api.InvalidInputException;
import org.nextscale.api.backend.Availability;
import org.nextscale.api.backend.MemoryNeed;
import org.nextscale.api.backend.ProbeRequest;
import org.nextscale.api.engine.BackendStatus;
import org.nextscale.api.engine.PluginKind;
import org.nextscale.api.model.ModelSpec;
import org.nextscale.api.plugin.Parameter;
import org.nextscale.api.plugin.PluginChoice;
import org.nextscale.engine.internal.plugin.PluginRegistry;
import org.nextscale.model.description.PublishedModel;
import org.nextscale.testkit.fake.FakeBackend;

/** Which backends serve a choice, for a model and with options. */
class BackendSelectionTest {
    private static final ModelSpec SMALL = PublishedModel.VAR_D16.spec();
    private static final ModelSpec LARGE = PublishedModel.VAR_D36.spec();
    private static final Parameter PRECISION =
            Parameter.choice("precision", "f32", List.of("f32", "int8"), "of products");
    private static final MemoryNeed NEED = MemoryNeed.of("memory", 8_100_000_000L, 3_200_000_000L);

    private final PluginRegistry plugins = new PluginRegistry();
    private final BackendSelection selection = new BackendSelection(plugins);

    BackendSelectionTest() {
        add(new FakeBackend("fast", 1)
                .probed(BackendSelectionTest::fastUnlessTooLarge)
                .with(PRECISION));
        add(new FakeBackend("slow", 10));
    }

    private void add(FakeBackend backend) {
        plugins.add(PluginKind.BACKEND, backend, "");
    }

    /** Twice as fast in int8; the large model fits in int8 alone. */
    private static Availability fastUnlessTooLarge(ProbeRequest request) {
        boolean bytes = request.options().choice("precision").equals("int8");
        if (request.model().equals(Optional.of(LARGE)) && !bytes) {
            return Availability.tooLarge(NEED, "precision=int8 needs about 4.1 GB");
        }
        return Availability.available(bytes ? 40 : 20, "somewhere", "it is a fake");
    }

    @Test
    void aModelThatDoesNotFitGoesElsewhereAndALineSaysWhy() {
        assertEquals(List.of("fast", "slow"), candidates("auto", SMALL));
        assertEquals(List.of("slow"), candidates("auto", LARGE));
        assertEquals(
                List.of("backend fast is passed over: needs about 8.1 GB of memory, 3.2 GB are free: "
                        + "precision=int8 needs about 4.1 GB"),
                selection.candidates(PluginChoice.of("auto"), LARGE).tooSmall());
        assertEquals(List.of("fast"), candidates("fast:precision=int8", LARGE));
    }

    @Test
    void oneAskedForByNameFailsBeforeAnythingIsLoaded() {
        BackendException refused = assertThrows(BackendException.class, () -> candidates("fast:precision=f32", LARGE));
        assertEquals(
                "backend fast cannot run here: needs about 8.1 GB of memory, 3.2 GB are free: "
                        + "precision=int8 needs about 4.1 GB",
                refused.getMessage());
    }

    @Test
    void theBestIsOneThatTakesTheOptions() {
        add(new FakeBackend("fastest", 99));
        assertEquals(List.of("fastest", "fast", "slow"), candidates("auto", SMALL));
        assertEquals(List.of("fast"), candidates("auto:precision=int8", SMALL));
        assertEquals(
                List.of(),
                selection
                        .candidates(PluginChoice.parse("backend", "auto:precision=int8"), SMALL)
                        .tooSmall());
    }

    @Test
    void optionsThatNoneTakesAreTheUsersMistake() {
        InvalidInputException refused =
                assertThrows(InvalidInputException.class, () -> candidates("auto:precision=int3", SMALL));
        assertEquals(
                "no backend can run auto:precision=int3: backend fast: precision is 'int3', must be one of f32, int8; "
                        + "backend slow has no parameter precision; it has none",
                refused.getMessage());
        assertThrows(InvalidInputException.class, () -> candidates("slow:precision=int8", SMALL));
    }

    @Test
    void theListSaysWhatEachWouldDoWithTheModel() {
        List<BackendStatus> any = selection.statuses(PluginChoice.of("auto"), Optional.empty());
        assertEquals(List.of("fast 20", "slow 10"), scores(any));
        List<BackendStatus> large = selection.statuses(PluginChoice.of("auto"), Optional.of(LARGE));
        assertEquals(List.of("slow 10", "fast 0"), scores(large));
        assertEquals(Optional.of(NEED), large.get(1).availability().need());
        List<BackendStatus> named =
                selection.statuses(PluginChoice.parse("backend", "fast:precision=int8"), Optional.of(LARGE));
        assertEquals(List.of("fast 40", "slow 10"), scores(named), "the other has no such option and needs none");
        List<BackendStatus> auto =
                selection.statuses(PluginChoice.parse("backend", "auto:precision=int8"), Optional.of(LARGE));
        assertEquals(List.of("fast 40", "slow 0"), scores(auto));
        assertEquals(
                "backend slow has no parameter precision; it has none",
                auto.get(1).availability().reason());
    }

    private List<String> candidates(String choice, ModelSpec model) {
        return selection.candidates(PluginChoice.parse("backend", choice), model).available().stream()
                .map(selected -> selected.id())
                .toList();
    }

    private static List<String> scores(List<BackendStatus> statuses) {
        return statuses.stream()
                .map(status -> status.id() + " " + status.availability().score())
                .toList();
    }
}
