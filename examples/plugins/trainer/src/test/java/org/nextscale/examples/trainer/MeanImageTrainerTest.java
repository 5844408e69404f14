package org.nextscale.examples.trainer;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalInt;
import java.util.concurrent.CancellationException;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nextscale.api.InvalidInputException;
import org.nextscale.api.image.ImageSet;
import org.nextscale.api.image.RgbImage;
import org.nextscale.api.progress.CancellationToken;
import org.nextscale.api.training.TrainingListener;
import org.nextscale.api.training.TrainingProgress;
import org.nextscale.api.training.TrainingRequest;
import org.nextscale.testkit.TrainerSuite;

/** What every trainer promises, and what this one learns. */
class MeanImageTrainerTest extends TrainerSuite {
    @TempDir
    Path folder;

    @Override
    protected String plugin() {
        return "mean-image:size=8,steps=4,batch=10";
    }

    /** Images of two classes, all black and all white; the fourth cannot be read. */
    private record BlackAndWhite(int size) implements ImageSet {
        @Override
        public String description() {
            return "black \"and\" white";
        }

        @Override
        public List<String> classNames() {
            return List.of("black", "white");
        }

        @Override
        public OptionalInt label(int index) {
            return OptionalInt.of(index % 2);
        }

        @Override
        public RgbImage image(int index) {
            if (index == 3) {
                throw new InvalidInputException("image 3 is damaged");
            }
            byte[] rgb = new byte[3 * 4 * 2];
            Arrays.fill(rgb, (byte) (255 * (index % 2)));
            return new RgbImage(4, 2, rgb);
        }

        @Override
        public String fingerprint() {
            return "0".repeat(64);
        }
    }

    private TrainingRequest request(ImageSet images) {
        return TrainingRequest.of(images, folder.resolve("run"), values());
    }

    private List<String> train(TrainingRequest request) {
        List<String> notes = new ArrayList<>();
        info().plugin().train(request, new TrainingListener() {
            @Override
            public void note(String line) {
                notes.add(line);
            }
        });
        return notes;
    }

    @Test
    void theMeanImagesAreWritten() throws IOException {
        train(request(new BlackAndWhite(2)));
        assertEquals(0x000000, colour("mean-0.png"));
        assertEquals(0xffffff, colour("mean-1.png"));
    }

    private int colour(String name) throws IOException {
        return ImageIO.read(folder.resolve("run").resolve(name).toFile()).getRGB(7, 7) & 0xffffff;
    }

    @Test
    void imagesThatCannotBeReadAreLeftOut() throws IOException {
        List<String> notes = train(request(new BlackAndWhite(4)));
        assertTrue(notes.contains("image 3 is damaged; it is left out"), notes::toString);
        assertEquals(0xffffff, colour("mean-1.png"));
    }

    @Test
    void otherImagesAreMeasured() {
        List<String> notes = train(request(new BlackAndWhite(2)).withTestImages(new BlackAndWhite(3)));
        assertEquals(List.of("the loss of the test images is 0.0"), notes);
    }

    @Test
    void aRunIsNotWrittenOver() {
        TrainingRequest request = request(new BlackAndWhite(2));
        train(request);
        assertThrows(InvalidInputException.class, () -> train(request));
        train(request.resuming(true));
    }

    @Test
    void onlyTheSameRunGoesOn() {
        assertThrows(InvalidInputException.class, () -> train(request(images()).resuming(true)));
        train(request(images()));
        assertThrows(
                InvalidInputException.class,
                () -> train(request(new BlackAndWhite(2)).resuming(true)));
    }

    @Test
    void aRunThatWasCancelledBecomesTheSameImages() throws IOException {
        TrainingRequest whole = request(images());
        train(whole);
        CancellationToken token = new CancellationToken();
        TrainingRequest parts = TrainingRequest.of(images(), folder.resolve("parts"), values());
        assertThrows(
                CancellationException.class,
                () -> info().plugin().train(parts.withCancellation(token), new TrainingListener() {
                    @Override
                    public void stepDone(TrainingProgress progress) {
                        token.cancel();
                    }
                }));
        train(parts.resuming(true));
        for (int label = 0; label < 3; label++) {
            String name = "mean-" + label + ".png";
            assertArrayEquals(
                    Files.readAllBytes(whole.out().resolve(name)),
                    Files.readAllBytes(parts.out().resolve(name)));
        }
    }

    @Test
    void thumbnailsShowTheMiddleSmaller() {
        RgbImage image = new RgbImage(4, 2, new byte[] {
            9, 9, 9, 51, 0, 0, 102, 0, 51, 9, 9, 9,
            9, 9, 9, 51, 0, 0, 0, 0, 51, 9, 9, 9
        });
        assertArrayEquals(new float[] {0.2f, 0, 0.1f}, Thumbnail.of(image, 1));
        assertArrayEquals(new float[] {0.2f, 0, 0, 0.4f, 0, 0.2f, 0.2f, 0, 0, 0, 0, 0.2f}, Thumbnail.of(image, 2));
    }
}
