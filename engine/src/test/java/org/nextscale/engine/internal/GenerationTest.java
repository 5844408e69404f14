package org.nextscale.engine.internal;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.nextscale.engine.internal.TestEngine.SCALES;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CancellationException;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.nextscale.api.InvalidInputException;
import org.nextscale.api.engine.ImageGenerator;
import org.nextscale.api.generation.BatchProgress;
import org.nextscale.api.generation.Edit;
import org.nextscale.api.generation.GeneratedImage;
import org.nextscale.api.generation.GenerationListener;
import org.nextscale.api.generation.GenerationRequest;
import org.nextscale.api.generation.ImageMask;
import org.nextscale.api.generation.ScaleProgress;
import org.nextscale.api.image.Pixels;
import org.nextscale.api.image.Provenance;
import org.nextscale.api.image.RgbImage;
import org.nextscale.api.model.Condition;
import org.nextscale.api.plugin.PluginChoice;
import org.nextscale.api.progress.Cancellation;
import org.nextscale.api.progress.CancellationToken;
import org.nextscale.api.tokenizer.VisualTokenizer;
import org.nextscale.testkit.fake.FakeBackend;

/** What is drawn, what is reported, and what is refused. */
class GenerationTest {
    private final FakeBackend backend = new FakeBackend("fake", 10);
    private final ImageGenerator generator = new TestEngine(TestEngine.NO_GRACE, backend).open("fake");

    @AfterEach
    void nothingStaysOpen() {
        generator.close();
        assertEquals(0, backend.openSessions());
        assertEquals(0, backend.openBackends());
    }

    private byte[] rgb(GenerationRequest request) {
        return generator.generate(request).get(0).pixels().rgb();
    }

    @Test
    void anImageIsTheSameInEveryBatch() {
        GenerationRequest request = GenerationRequest.of(List.of(
                        Condition.ofClass(1),
                        Condition.ofClass(2),
                        Condition.ofClass(3),
                        Condition.ofClass(1),
                        Condition.NONE))
                .withSeed(7);
        List<GeneratedImage> together = generator.generate(request.withBatch(5));
        for (int batch : new int[] {1, 2}) {
            List<GeneratedImage> split = generator.generate(request.withBatch(batch));
            for (int i = 0; i < 5; i++) {
                assertArrayEquals(
                        together.get(i).pixels().rgb(), split.get(i).pixels().rgb(), "image " + i + ", batch " + batch);
            }
        }
        GeneratedImage alone = generator
                .generate(GenerationRequest.of(3).withSeed(7).withFirstImage(2))
                .get(0);
        assertArrayEquals(together.get(2).pixels().rgb(), alone.pixels().rgb());
        assertEquals(2, alone.number());
        assertFalse(
                Arrays.equals(
                        together.get(0).pixels().rgb(), together.get(3).pixels().rgb()),
                "same class, other image");
    }

    @Test
    void provenanceSaysHowToMakeItAgain() {
        GenerationRequest request = GenerationRequest.of(4)
                .withSeed(99)
                .withFirstImage(3)
                .withSampler(PluginChoice.of("multinomial").with("top-k", 12));
        GeneratedImage image = generator.generate(request).get(0);
        Provenance provenance = image.provenance();
        assertEquals(99, provenance.seed());
        assertEquals(List.of(3L), provenance.numbers());
        assertEquals(List.of(Condition.ofClass(4)), provenance.conditions());
        assertEquals(PluginChoice.of("fake"), provenance.backend().orElseThrow());
        assertEquals("12", provenance.sampler().orElseThrow().values().get("top-k"));
        assertEquals("0.95", provenance.sampler().orElseThrow().values().get("top-p"));
        assertEquals("ramp", provenance.guidance().orElseThrow().id());
        assertEquals("3.0", provenance.guidance().orElseThrow().values().get("cfg"));
        assertEquals(generator.model().fingerprint(), provenance.modelFingerprint());

        GenerationRequest again = GenerationRequest.of(provenance.conditions())
                .withSeed(provenance.seed())
                .withFirstImage(provenance.numbers().get(0))
                .withSampler(provenance.sampler().orElseThrow())
                .withGuidance(provenance.guidance().orElseThrow());
        assertArrayEquals(image.pixels().rgb(), rgb(again));
    }

    @Test
    void anImageIsSavedWithItsProvenance(@TempDir Path folder) throws Exception {
        GeneratedImage image = generator.generate(GenerationRequest.of(1)).get(0);
        Path file = folder.resolve("image.png");
        image.save(file);
        assertArrayEquals(image.png(), Files.readAllBytes(file));
        assertEquals(
                image.toBufferedImage().getRGB(3, 5),
                ImageIO.read(file.toFile()).getRGB(3, 5));
        assertThrows(
                InvalidInputException.class,
                () -> image.save(folder.resolve("absent").resolve("image.png")));
    }

    @Test
    void withoutGuidanceHalfTheWorkIsNotDone() {
        generator.generate(GenerationRequest.of(1).withGuidance(PluginChoice.of("none")));
        assertEquals(0, backend.unconditionalScales());
        generator.generate(GenerationRequest.of(1));
        assertEquals(SCALES, backend.unconditionalScales());
    }

    @ParameterizedTest
    @CsvSource({"ramp,0,5", "ramp,2,3", "constant,4,1", "ramp,5,0", "constant,9,0"})
    void guidanceThatIsCutOffLeavesOutHalfTheWorkOfTheLastScales(String guidance, int cutoff, int guided) {
        PluginChoice choice = PluginChoice.of(guidance).with("cutoff", cutoff);
        List<Boolean> reported = new ArrayList<>();
        generator.generate(
                GenerationRequest.of(1).withGuidance(choice),
                image -> {},
                new GenerationListener() {
                    @Override
                    public void scaleDone(ScaleProgress progress) {
                        reported.add(progress.isGuided());
                    }
                },
                Cancellation.NEVER);
        assertEquals(guided, backend.unconditionalScales());
        for (int k = 0; k < SCALES; k++) {
            assertEquals(k < guided, reported.get(k), "scale " + k);
        }
        if (guided == 0) {
            GenerationRequest unguided = GenerationRequest.of(1).withGuidance(PluginChoice.of("none"));
            assertArrayEquals(rgb(unguided), rgb(GenerationRequest.of(1).withGuidance(choice)));
        }
    }

    @Test
    void aSettingMayDifferByScale() {
        GenerationRequest request = GenerationRequest.of(1).withSampler(PluginChoice.of("greedy"));
        byte[] greedy = rgb(request);
        PluginChoice onlyOne = PluginChoice.of("multinomial", Map.of("top-k", "1", "top-p", 0));
        assertArrayEquals(greedy, rgb(request.withSampler(onlyOne)));
        PluginChoice every = PluginChoice.of("multinomial", Map.of("top-k", "1x5", "top-p", 0));
        assertArrayEquals(greedy, rgb(request.withSampler(every)), "five times the same");
        PluginChoice last = PluginChoice.of("multinomial", Map.of("top-k", "1x4,0", "top-p", 0));
        List<byte[]> scales = previews(request.withSampler(last));
        List<byte[]> greedyScales = previews(request);
        for (int k = 0; k < SCALES; k++) {
            assertEquals(k < SCALES - 1, Arrays.equals(greedyScales.get(k), scales.get(k)), "scale " + k);
        }
        Provenance provenance =
                generator.generate(request.withSampler(last)).get(0).provenance();
        assertArrayEquals(
                rgb(request.withSampler(last)),
                rgb(request.withSampler(provenance.sampler().orElseThrow())));
    }

    private List<byte[]> previews(GenerationRequest request) {
        List<byte[]> previews = new ArrayList<>();
        generator.generate(
                request,
                image -> {},
                new GenerationListener() {
                    @Override
                    public void scaleDone(ScaleProgress progress) {
                        previews.add(RgbImage.of(progress.preview(), 0).rgb());
                    }
                },
                Cancellation.NEVER);
        return previews;
    }

    @Test
    void everyScaleIsReportedWithAPreview() {
        List<String> seen = new ArrayList<>();
        generator.generate(
                GenerationRequest.of(1, 2, 3).withBatch(2),
                image -> seen.add("image " + image.number()),
                new GenerationListener() {
                    @Override
                    public void scaleDone(ScaleProgress progress) {
                        seen.add(progress.firstImage() + ":" + progress.scale().index());
                        assertEquals(progress.images(), progress.preview().batch());
                        assertEquals(3, progress.totalImages());
                        assertTrue(progress.nanoseconds() >= progress.transformerNanoseconds());
                    }

                    @Override
                    public void decoded(BatchProgress progress) {
                        seen.add("decoded " + progress.images());
                    }
                },
                Cancellation.NEVER);
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
        GenerationListener cancelling = new GenerationListener() {
            @Override
            public void scaleDone(ScaleProgress progress) {
                scales.add(progress.scale().index());
                if (scales.size() == 2) {
                    token.cancel();
                }
            }
        };
        assertThrows(
                CancellationException.class,
                () -> generator.generate(GenerationRequest.of(1), image -> {}, cancelling, token));
        assertEquals(List.of(0, 1), scales);
        assertEquals(0, backend.openSessions());
        assertEquals(1, generator.generate(GenerationRequest.of(1)).size());
    }

    @Test
    void wrongRequestsAreRefusedBeforeAnyWork() {
        assertRefused("class 10 does not exist: model shared-aln has classes 0..9", GenerationRequest.of(10));
        assertRefused(
                "there is no sampler 'tpok'; there is greedy, multinomial, smooth",
                GenerationRequest.of(1).withSampler(PluginChoice.of("tpok")));
        assertRefused(
                "sampler greedy has no parameter top-k; it has none",
                GenerationRequest.of(1).withSampler(PluginChoice.of("greedy").with("top-k", 1)));
        assertRefused(
                "guidance ramp: cfg is '-1', must be a number in 0..100",
                GenerationRequest.of(1).withGuidance(PluginChoice.of("ramp").with("cfg", -1)));
        Pixels small = new Pixels(1, 8, 8, new float[192]);
        assertRefused(
                "the image to edit has 8x8 pixels, this model needs 16x16",
                GenerationRequest.of(1).withEdit(Edit.of(small, ImageMask.box(8, 0, 0, 1, 1, true))));
    }

    private void assertRefused(String message, GenerationRequest request) {
        assertEquals(
                message,
                assertThrows(InvalidInputException.class, () -> generator.generate(request))
                        .getMessage());
        assertEquals(0, backend.openSessions());
    }

    private static Pixels waves() {
        Pixels source = new Pixels(1, 16, 16, new float[3 * 256]);
        for (int i = 0; i < source.values().length; i++) {
            source.values()[i] = (float) Math.sin(i / 40.0);
        }
        return source;
    }

    @Test
    void keepingEverythingReconstructsTheSource() {
        Pixels source = waves();
        VisualTokenizer tokenizer = generator.tokenizer();
        Pixels reconstructed = tokenizer.decode(tokenizer.accumulate(
                tokenizer.quantize(
                        tokenizer.encode(source), generator.model().spec().pyramid()),
                SCALES - 1));
        Edit keepAll = Edit.of(source, ImageMask.box(8, 0, 0, 1, 1, true));
        assertArrayEquals(
                RgbImage.of(reconstructed, 0).rgb(), rgb(GenerationRequest.of(1).withEdit(keepAll)));
    }

    @Test
    void whatIsPutBackIsTheSourceItself() {
        Edit edit = Edit.of(waves(), ImageMask.box(8, 0, 0, 1, 0.5, true)).withComposite(2);
        GeneratedImage composed =
                generator.generate(GenerationRequest.of(1).withEdit(edit)).get(0);
        byte[] original = RgbImage.of(waves(), 0).rgb();
        for (int y = 0; y < 16; y++) {
            for (int i = 0; i < 3 * 6; i++) {
                assertEquals(original[y * 48 + i], composed.pixels().rgb()[y * 48 + i], "deep inside the kept half");
            }
        }
        assertEquals(2, composed.provenance().compositeFeather().orElseThrow());
    }
}
