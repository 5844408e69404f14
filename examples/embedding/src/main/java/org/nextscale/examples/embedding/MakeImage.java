package org.nextscale.examples.embedding;

import org.nextscale.api.engine.ImageGenerator;
import org.nextscale.api.engine.Nextscale;
import org.nextscale.api.generation.GeneratedImage;
import org.nextscale.api.generation.GenerationRequest;
import org.nextscale.api.plugin.PluginChoice;
import java.nio.file.Path;

/**
 * Makes one image with a model package: {@code MakeImage MODEL LABEL FILE.png [SAMPLER]}. Backends and samplers are
 * found on the class path, those of plugins as well.
 */
public final class MakeImage {
    private MakeImage() {}

    /** Arguments: the model's folder, the number of the class, the file to write, a sampler if not the default. */
    public static void main(String[] arguments) {
        GenerationRequest request =
                GenerationRequest.of(Integer.parseInt(arguments[1])).withSeed(42);
        if (arguments.length > 3) {
            request = request.withSampler(PluginChoice.of(arguments[3]));
        }
        try (ImageGenerator generator = Nextscale.open(Path.of(arguments[0]))) {
            GeneratedImage image = generator.generate(request).get(0);
            image.save(Path.of(arguments[2]));
            System.out.println(image.provenance());
        }
    }
}
