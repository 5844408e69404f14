package org.nextscale.engine.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nextscale.api.InvalidInputException;
import org.nextscale.api.PluginException;
import org.nextscale.api.engine.PluginKind;
import org.nextscale.api.image.ImagePart;
import org.nextscale.api.image.ImageSet;
import org.nextscale.api.image.ImageSetProvider;
import org.nextscale.api.image.RgbImage;
import org.nextscale.image.PngFile;
import org.nextscale.testkit.fake.FakeImageSet;

/** Who opens a set of images, and what is checked of what he opens. */
class ImageSetsTest {
    private final TestEngine engine = new TestEngine(TestEngine.NO_GRACE);
    private final List<String> notes = new ArrayList<>();

    @TempDir
    Path folder;

    private Optional<ImageSet> open(Path path) {
        return engine.engine.images(path, ImagePart.ALL, notes::add);
    }

    private String refusal(Path path) {
        return assertThrows(InvalidInputException.class, () -> open(path)).getMessage();
    }

    @Test
    void whatIsNotThereOrHoldsNoImagesIsRefusedInWords() throws IOException {
        assertEquals(folder.resolve("absent") + " does not exist", refusal(folder.resolve("absent")));
        Path text = Files.writeString(folder.resolve("notes.txt"), "no images here");
        String said = refusal(text);
        assertTrue(said.startsWith(text + " holds no images that can be read here; what can: "), said);
        assertTrue(said.contains("IDX"), said);
    }

    /** Opens everything, as surely as it is told. */
    private record Opener(String id, int sure, ImageSet set) implements ImageSetProvider {
        @Override
        public String description() {
            return "anything";
        }

        @Override
        public int match(Path path) {
            return sure;
        }

        @Override
        public Optional<ImageSet> open(Path path, ImagePart part, Consumer<String> note) {
            return Optional.of(set);
        }
    }

    private void plugIn(String id, int sure, ImageSet set) {
        engine.plugins.add(PluginKind.IMAGE_SET, new Opener(id, sure, set), "");
    }

    @Test
    void theSurestOpensIt() {
        PngFile.write(folder.resolve("a.png"), new RgbImage(1, 1, new byte[3]), Map.of());
        assertEquals(1, open(folder).orElseThrow().size());
        plugIn("sure", 50, new FakeImageSet(7, 2, 4));
        assertEquals(7, open(folder).orElseThrow().size());
        plugIn("surer", 60, new FakeImageSet(9, 2, 4));
        assertEquals(9, open(folder).orElseThrow().size());
    }

    /** Images that a test makes. */
    private record Odd(int size, OptionalInt label, RgbImage image) implements ImageSet {
        @Override
        public String description() {
            return "odd ones";
        }

        @Override
        public List<String> classNames() {
            return List.of("one", "two");
        }

        @Override
        public OptionalInt label(int index) {
            return label;
        }

        @Override
        public RgbImage image(int index) {
            return image;
        }

        @Override
        public String fingerprint() {
            return "odd";
        }
    }

    @Test
    void whatAPluginReturnsIsLookedAt() {
        RgbImage dot = new RgbImage(1, 1, new byte[3]);
        plugIn("odd", 99, new Odd(1, OptionalInt.of(2), dot));
        ImageSet labelled = open(folder).orElseThrow();
        assertEquals(
                "image set odd gave image 0 the class 2 of 2",
                assertThrows(PluginException.class, () -> labelled.label(0)).getMessage());
        plugIn("absent", 100, new Odd(1, OptionalInt.empty(), null));
        ImageSet absent = open(folder).orElseThrow();
        assertEquals(
                "image set absent returned nothing",
                assertThrows(PluginException.class, () -> absent.image(0)).getMessage());
    }

    @Test
    void oneThatThrowsWhenAskedIsPassedOver() {
        engine.plugins.add(
                PluginKind.IMAGE_SET,
                new ImageSetProvider() {
                    @Override
                    public String id() {
                        return "nervous";
                    }

                    @Override
                    public String description() {
                        return "";
                    }

                    @Override
                    public int match(Path path) {
                        throw new IllegalStateException("do not ask me");
                    }

                    @Override
                    public Optional<ImageSet> open(Path path, ImagePart part, Consumer<String> note) {
                        return Optional.empty();
                    }
                },
                "");
        plugIn("calm", 2, new FakeImageSet(3, 1, 4));
        assertEquals(3, open(folder).orElseThrow().size());
    }
}
