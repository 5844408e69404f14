package org.nextscale.examples.embedding;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Path;
import javax.imageio.ImageIO;
import org.nextscale.api.generation.Choice;
import org.nextscale.api.generation.GeneratedImage;
import org.nextscale.api.generation.GenerationRequest;
import org.nextscale.engine.Nextscale;

/**
 * Makes one image with a model package: {@code MakeImage MODEL LABEL FILE.png [SAMPLER]}. Backends and samplers are
 * found on the class path, those of plugins as well.
 */
public final class MakeImage {

    private MakeImage() {}

    /** Arguments: the model's folder, the number of the class, the file to write, a sampler if not the default. */
    public static void main(String[] arguments) throws IOException {
        Path model = Path.of(arguments[0]);
        GenerationRequest request =
                GenerationRequest.of(Integer.parseInt(arguments[1])).withSeed(42);
        if (arguments.length > 3) {
            request = request.withSampler(Choice.of(arguments[3]));
        }
        try (Nextscale nextscale = Nextscale.builder().model(model).build()) {
            GeneratedImage image = nextscale.generate(request).get(0);
            ImageIO.write(picture(image), "png", Path.of(arguments[2]).toFile());
            System.out.println(image.provenance());
        }
    }

    private static BufferedImage picture(GeneratedImage image) {
        BufferedImage picture = new BufferedImage(image.width(), image.height(), BufferedImage.TYPE_INT_RGB);
        byte[] rgb = image.rgb();
        for (int pixel = 0; pixel < rgb.length / 3; pixel++) {
            int red = rgb[3 * pixel] & 0xff;
            int green = rgb[3 * pixel + 1] & 0xff;
            int blue = rgb[3 * pixel + 2] & 0xff;
            picture.setRGB(pixel % image.width(), pixel / image.width(), red << 16 | green << 8 | blue);
        }
        return picture;
    }
}
