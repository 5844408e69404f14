package org.nextscale.testkit.cranky;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.FutureTask;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nextscale.api.BackendException;
import org.nextscale.api.NextscaleException;
import org.nextscale.api.PluginException;
import org.nextscale.api.engine.Engine;
import org.nextscale.api.engine.ImageGenerator;
import org.nextscale.api.engine.Nextscale;
import org.nextscale.api.engine.PluginInfo;
import org.nextscale.api.engine.PluginKind;
import org.nextscale.api.evaluation.FeatureNetwork;
import org.nextscale.api.evaluation.FeatureNetworkProvider;
import org.nextscale.api.export.ModelExporter;
import org.nextscale.api.generation.GenerationRequest;
import org.nextscale.api.image.ImagePart;
import org.nextscale.api.image.ImageSet;
import org.nextscale.api.model.Model;
import org.nextscale.api.plugin.PluginChoice;
import org.nextscale.api.progress.Cancellation;
import org.nextscale.api.training.Trainer;
import org.nextscale.api.training.TrainingListener;
import org.nextscale.api.training.TrainingRequest;
import org.nextscale.model.export.ModelExport;
import org.nextscale.testkit.ReferenceVectors;
import org.nextscale.testkit.StandInBackend;
import org.nextscale.testkit.fake.FakeImageSet;

/** With all of them plugged in, on the plain class path: each harms its own request, and nothing else. */
class CrankyPluginsTest {
    private static final GenerationRequest ONE = GenerationRequest.of(1);

    private final Engine engine = Nextscale.engine();
    private final ImageGenerator generator = StandInBackend.open(engine, ReferenceVectors.folder());

    @TempDir
    Path folder;

    @AfterEach
    void everythingElseStillWorks() {
        assertEquals(1, generator.generate(ONE).size());
        generator.close();
        try (ImageGenerator best = engine.open(ReferenceVectors.folder())) {
            assertEquals("stand-in", best.backend().id());
            assertEquals(1, best.generate(ONE).size());
        }
        engine.close();
    }

    private static PluginChoice cranky(String mood) {
        return PluginChoice.of("cranky").with("mood", mood);
    }

    private static <E extends NextscaleException> void assertFails(Class<E> kind, String message, Supplier<?> request) {
        String said = assertThrows(kind, request::get).getMessage();
        assertTrue(said.contains(message), said);
    }

    @Test
    void whatCannotBeMadeOrNamedIsRefusedAndTheRestIsThere() {
        Set<String> reasons = engine.refusedPlugins().stream()
                .map(each -> each.kind() + " " + each.reason())
                .collect(Collectors.toSet());
        assertEquals(2, reasons.size(), reasons::toString);
        assertTrue(reasons.toString().contains("sampler cannot be made: "), reasons::toString);
        assertTrue(reasons.toString().contains("I will not say"), reasons::toString);
        for (PluginKind<?> kind : PluginKind.all()) {
            assertTrue(engine.find(kind, "cranky").isPresent(), kind::toString);
        }
        assertTrue(engine.find(PluginKind.SAMPLER, "multinomial").isPresent());
    }

    @Test
    void aSampler() {
        Map.of(
                        "throws", "sampler cranky at scale 0 failed: IllegalStateException: I am cranky",
                        "breaks", "sampler cranky at scale 0 failed: NoClassDefFoundError",
                        "nonsense", "sampler cranky at scale 0 chose code 2147483647",
                        "null", "sampler cranky at scale 0 returned nothing")
                .forEach((mood, message) -> assertFails(
                        PluginException.class, message, () -> generator.generate(ONE.withSampler(cranky(mood)))));
        assertEquals(1, generator.generate(ONE.withSampler(cranky("leaks"))).size());
    }

    @Test
    void aGuidance() {
        Map.of(
                        "throws", "guidance cranky at scale 0 failed: IllegalStateException: I am cranky",
                        "breaks", "guidance cranky at scale 0 failed: NoClassDefFoundError",
                        "nonsense", "guidance cranky wants the unconditional half back at scale 2",
                        "null", "guidance cranky returned nothing")
                .forEach((mood, message) -> assertFails(
                        PluginException.class, message, () -> generator.generate(ONE.withGuidance(cranky(mood)))));
        assertEquals(1, generator.generate(ONE.withGuidance(cranky("leaks"))).size());
    }

    /** Others make their images, and the model can be moved, while one request waits for ever. */
    @Test
    void oneThatHangsHoldsUpNobodyElse() throws InterruptedException {
        for (GenerationRequest hanging : List.of(ONE.withSampler(cranky("hangs")), ONE.withGuidance(cranky("hangs")))) {
            FutureTask<Object> request = new FutureTask<>(() -> generator.generate(hanging));
            Thread thread = new Thread(request, "hanging");
            thread.start();
            while (thread.getState() != Thread.State.WAITING) {
                Thread.onSpinWait();
            }
            assertEquals(1, generator.generate(ONE).size());
            try (ImageGenerator other = StandInBackend.open(engine, ReferenceVectors.folder())) {
                assertEquals(1, other.generate(ONE).size());
            }
            assertFalse(request.isDone());
            thread.interrupt();
            thread.join();
        }
    }

    private Path modelWithCrankyTokenizer(String mood) {
        try {
            Path model = Files.createDirectory(folder.resolve(mood));
            Path source = ReferenceVectors.folder();
            for (String name : List.of("vae.pth", "var.pth")) {
                Files.copy(source.resolve(name), model.resolve(name));
            }
            String type = "{\"tokenizer_type\": \"cranky\", \"tokenizer_parameters\": {\"mood\": \"" + mood + "\"},";
            String config = Files.readString(source.resolve("config.json"));
            Files.writeString(model.resolve("config.json"), config.replaceFirst("\\{", type));
            return model;
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void aTokenizer() {
        Map.of(
                        "throws", "tokenizer cranky failed: IllegalStateException: I am cranky",
                        "breaks", "tokenizer cranky failed: NoClassDefFoundError",
                        "nonsense", "tokenizer cranky returned a feature map of another shape")
                .forEach((mood, message) -> {
                    try (ImageGenerator bad = StandInBackend.open(engine, modelWithCrankyTokenizer(mood))) {
                        assertFails(PluginException.class, message, () -> bad.generate(ONE));
                    }
                });
        assertFails(
                NextscaleException.class,
                "tokenizer cranky returned nothing",
                () -> StandInBackend.open(engine, modelWithCrankyTokenizer("null")));
    }

    private ImageGenerator openCranky(String mood, String when) {
        return engine.open(engine.model(ReferenceVectors.folder()), cranky(mood).with("when", when));
    }

    @Test
    void aBackend() {
        for (String mood : List.of("throws", "breaks", "nonsense", "null")) {
            assertFails(BackendException.class, "backend cranky", () -> openCranky(mood, "probed"));
            assertFails(BackendException.class, "backend cranky", () -> openCranky(mood, "opened"));
            try (ImageGenerator bad = openCranky(mood, "asked")) {
                List<String> said = new ArrayList<>();
                said.add(assertThrows(BackendException.class, () -> bad.generate(ONE))
                        .getMessage());
                assertTrue(
                        said.get(0).startsWith("backend cranky ") || said.get(0).startsWith("the logits of scale 0"),
                        said::toString);
            }
        }
    }

    @Test
    void anExporterLeavesNothingHalfWritten() throws IOException {
        ModelExporter exporter = engine.plugin(PluginKind.EXPORTER, "cranky").plugin();
        try (Model model = engine.model(ReferenceVectors.folder())) {
            for (String mood : List.of("throws", "breaks", "nonsense", "null")) {
                Path target = folder.resolve("export");
                ModelExport export = new ModelExport(model, Map.of("mood", mood), target, false);
                assertFails(
                        PluginException.class,
                        "exporter cranky",
                        () -> export.run(exporter, (what, done, total) -> {}, Cancellation.NEVER));
                try (var left = Files.list(folder)) {
                    assertEquals(List.of(), left.toList());
                }
            }
        }
    }

    @Test
    void aTrainer() {
        PluginInfo<Trainer> trainer = engine.plugin(PluginKind.TRAINER, "cranky");
        for (String mood : List.of("throws", "breaks")) {
            TrainingRequest request = TrainingRequest.of(
                    new FakeImageSet(2, 1, 4), folder.resolve("run"), trainer.values(Map.of("mood", mood)));
            assertFails(PluginException.class, "trainer cranky failed: ", () -> {
                trainer.plugin().train(request, new TrainingListener() {});
                return null;
            });
        }
    }

    @Test
    void aTrainingReference() {
        List<String> unchecked = engine.verify(
                        ReferenceVectors.folder(), PluginChoice.of("stand-in"), check -> {}, Cancellation.NEVER)
                .unchecked();
        assertEquals(
                List.of("training.safetensors was not checked: training reference cranky failed: "
                        + "IllegalStateException: I am cranky"),
                unchecked);
    }

    @Test
    void aFeatureNetwork() {
        FeatureNetworkProvider provider =
                engine.plugin(PluginKind.FEATURE_NETWORK, "cranky").plugin();
        for (String mood : List.of("throws", "breaks", "nonsense")) {
            try (FeatureNetwork network = provider.open(folder.resolve(mood + ".cranky"))) {
                assertFails(
                        PluginException.class,
                        "feature network cranky",
                        () -> network.run(new float[12], 1, 2, 2, Set.of("features")));
            }
        }
        assertFails(
                PluginException.class,
                "feature network cranky returned nothing",
                () -> provider.open(folder.resolve("null.cranky")));
    }

    @Test
    void imageSets() throws IOException {
        for (String mood : List.of("throws", "breaks", "null")) {
            Path path = Files.createFile(folder.resolve(mood + ".cranky"));
            try (ImageSet set = engine.images(path, ImagePart.ALL, note -> {}).orElseThrow()) {
                assertFails(PluginException.class, "image set cranky", () -> set.image(0));
            }
        }
        Path nonsense = Files.createFile(folder.resolve("nonsense.cranky"));
        try (ImageSet set = engine.images(nonsense, ImagePart.ALL, note -> {}).orElseThrow()) {
            assertFails(PluginException.class, "image set cranky gave image 0 the class 7 of 1", () -> set.label(0));
        }
    }
}
