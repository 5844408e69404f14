package org.nextscale.distribution;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import javax.imageio.ImageIO;

/** A folder of images by class to learn from: reddish cats and bluish dogs, {@value #SIDE} pixels wide. */
final class TrainingSet {
    static final int SIDE = 16;
    static final int IMAGES_A_CLASS = 8;

    private TrainingSet() {}

    static void write(Path folder) throws IOException {
        write(folder.resolve("cat"), 16);
        write(folder.resolve("dog"), 0);
    }

    /** @param shift of the bright channel: 16 is red, 0 blue */
    private static void write(Path folder, int shift) throws IOException {
        Files.createDirectories(folder);
        Random random = new Random(shift);
        for (int i = 0; i < IMAGES_A_CLASS; i++) {
            BufferedImage image = new BufferedImage(SIDE, SIDE, BufferedImage.TYPE_INT_RGB);
            int edge = random.nextInt(SIDE);
            for (int y = 0; y < SIDE; y++) {
                for (int x = 0; x < SIDE; x++) {
                    image.setRGB(x, y, (x < edge ? 200 : 100) + random.nextInt(50) << shift);
                }
            }
            ImageIO.write(image, "png", folder.resolve(i + ".png").toFile());
        }
    }
}
