package org.nextscale.testkit;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nextscale.api.InvalidInputException;
import org.nextscale.api.engine.PluginKind;
import org.nextscale.api.image.ImagePart;
import org.nextscale.api.image.ImageSet;
import org.nextscale.api.image.ImageSetProvider;
import org.nextscale.api.image.ImageSize;
import org.nextscale.api.image.RgbImage;

/** What every {@link ImageSetProvider} must do with images of its kind. */
public abstract class ImageSetSuite extends PluginSuite<ImageSetProvider> {
    private static final int THREADS = 4;

    @TempDir
    Path folder;

    protected ImageSetSuite() {
        super(PluginKind.IMAGE_SET);
    }

    /**
     * Some images of the plugin's kind, at least two.
     *
     * @param empty to make them in
     * @return the file or folder that a person would name
     */
    protected abstract Path images(Path empty) throws IOException;

    private Path images() throws IOException {
        return images(Files.createTempDirectory(folder, "images"));
    }

    private Optional<ImageSet> open(Path path, ImagePart part) {
        return engine().images(path, part, note -> {});
    }

    private ImageSet all(Path path) {
        return open(path, ImagePart.ALL).orElseThrow();
    }

    @Test
    final void itKnowsItsOwnImagesAndNobodyElses() throws IOException {
        Path path = images();
        ImageSetProvider provider = info().plugin();
        assertTrue(provider.match(path) > 0);
        int surest = engine().plugins(PluginKind.IMAGE_SET).stream()
                .mapToInt(each -> each.plugin().match(path))
                .max()
                .orElseThrow();
        assertEquals(surest, provider.match(path), "another plugin is surer");
        Path text = Files.writeString(folder.resolve("text"), "there are no images in here");
        assertEquals(0, provider.match(text));
        assertTrue(provider.match(Files.createDirectory(folder.resolve("empty"))) <= 1, "as sure as of any folder");
    }

    @Test
    final void everyImageIsThereAndWhatIsSaidOfItIsTrue() throws IOException {
        try (ImageSet set = all(images())) {
            assertTrue(set.size() >= 2, set.description());
            assertFalse(set.description().isBlank());
            for (int i = 0; i < set.size(); i++) {
                RgbImage image = set.image(i);
                ImageSize size = new ImageSize(image.width(), image.height());
                assertFalse(set.name(i).isBlank());
                if (set.isRandomAccess()) {
                    assertEquals(size, set.imageSize(i), set.name(i));
                }
                set.commonSize().ifPresent(common -> assertEquals(common, size));
                OptionalInt label = set.label(i);
                assertTrue(label.orElse(0) >= 0, set.name(i));
                assertTrue(
                        set.classNames().isEmpty()
                                || label.isEmpty()
                                || label.getAsInt() < set.classNames().size(),
                        () -> label + " of " + set.classNames());
            }
        }
    }

    @Test
    final void openedAgainItIsTheSame() throws IOException {
        Path path = images();
        List<RgbImage> before = new ArrayList<>();
        String fingerprint;
        try (ImageSet set = all(path)) {
            IntStream.range(0, set.size()).forEach(i -> before.add(set.image(i)));
            fingerprint = set.fingerprint();
        }
        assertTrue(fingerprint.matches("[0-9a-f]{64}"), fingerprint);
        try (ImageSet set = all(path)) {
            assertEquals(fingerprint, set.fingerprint());
            assertEquals(before.size(), set.size());
            for (int i = 0; i < set.size(); i++) {
                assertArrayEquals(before.get(i).rgb(), set.image(i).rgb(), set.name(i));
            }
        }
    }

    @Test
    final void severalThreadsMayReadItInAnyOrder() throws IOException {
        try (ImageSet set = all(images())) {
            assumeTrue(set.isRandomAccess(), "it can only be read in order");
            List<RgbImage> wanted =
                    IntStream.range(0, set.size()).mapToObj(set::image).toList();
            IntStream.range(0, THREADS * set.size()).parallel().forEach(i -> {
                int index = set.size() - 1 - i % set.size();
                assertArrayEquals(wanted.get(index).rgb(), set.image(index).rgb(), set.name(index));
            });
        }
    }

    @Test
    final void itsPartsTogetherAreAllOfIt() throws IOException {
        Path path = images();
        int parts = 0;
        for (ImagePart part : new ImagePart[] {ImagePart.TRAIN, ImagePart.TEST}) {
            try (ImageSet set = open(path, part).orElse(null)) {
                parts += set == null ? 0 : set.size();
            }
        }
        try (ImageSet set = all(path)) {
            assertEquals(set.size(), parts, "images in its parts");
        }
    }

    /** Where the images are one file: of one that is cut short, what is said is said in words. */
    @Test
    final void aFileThatIsCutShortIsRefusedInWords() throws IOException {
        Path path = images();
        assumeTrue(Files.isRegularFile(path), "its images are a folder");
        byte[] whole = Files.readAllBytes(path);
        for (int length = 1; length < whole.length; length += Math.max(1, whole.length / 40)) {
            Path cut = folder.resolve(length + "-" + path.getFileName());
            Files.write(cut, Arrays.copyOf(whole, length));
            try (ImageSet set =
                    info().plugin().open(cut, ImagePart.ALL, note -> {}).orElseThrow()) {
                IntStream.range(0, set.size()).forEach(set::image);
            } catch (InvalidInputException e) {
                assertEquals(1, e.getMessage().lines().count(), e.getMessage());
            }
        }
    }

    @Test
    final void whatIsNotThereIsRefused() {
        assertThrows(InvalidInputException.class, () -> open(folder.resolve("absent"), ImagePart.ALL));
    }
}
