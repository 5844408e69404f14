package org.nextscale.examples.embedding;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.awt.image.BufferedImage;
import java.nio.file.Path;
import java.util.stream.IntStream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MakeImageTest {

    private static final String ANKLE_BOOT = "9";

    @TempDir
    Path folder;

    @Test
    void makesAnImage() throws Exception {
        Path file = folder.resolve("boot.png");
        MakeImage.main(new String[] {System.getProperty("model"), ANKLE_BOOT, file.toString()});
        assertShowsSomething(ImageIO.read(file.toFile()));
    }

    @Test
    void takesTheSamplerThatIsAskedFor() throws Exception {
        Path file = folder.resolve("greedy.png");
        MakeImage.main(new String[] {System.getProperty("model"), ANKLE_BOOT, file.toString(), "greedy"});
        assertShowsSomething(ImageIO.read(file.toFile()));
    }

    private static void assertShowsSomething(BufferedImage image) {
        assertEquals(32, image.getWidth());
        assertEquals(32, image.getHeight());
        int[] pixels = image.getRGB(0, 0, 32, 32, null, 0, 32);
        long brightness = IntStream.of(pixels).map(pixel -> pixel >> 8 & 0xff).sum();
        assertTrue(IntStream.of(pixels).distinct().count() > 30, "not a flat picture");
        assertTrue(brightness > 20 * pixels.length && brightness < 235 * pixels.length, "neither black nor white");
    }
}
