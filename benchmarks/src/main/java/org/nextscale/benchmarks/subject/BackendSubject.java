package org.nextscale.benchmarks.subject;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.nextscale.api.engine.ImageGenerator;
import org.nextscale.api.engine.Nextscale;
import org.nextscale.api.generation.BatchProgress;
import org.nextscale.api.generation.GeneratedImage;
import org.nextscale.api.generation.GenerationListener;
import org.nextscale.api.generation.GenerationRequest;
import org.nextscale.api.generation.ScaleProgress;
import org.nextscale.api.model.Condition;
import org.nextscale.api.plugin.PluginChoice;
import org.nextscale.api.progress.Cancellation;
import org.nextscale.image.PngFile;

/** A model on one of the product's backends, with the default sampler and guidance. */
public final class BackendSubject implements Subject {
    private final ImageGenerator generator;
    private final Path file;

    BackendSubject(Path model, String backend) throws IOException {
        generator = Nextscale.open(model, PluginChoice.parse("backend", backend));
        file = Files.createTempFile("nextscale-bench", ".png");
    }

    /** Arguments: folder of the model, backend choice. */
    public static void main(String[] arguments) throws Exception {
        SubjectServer.serve(() -> new BackendSubject(Path.of(arguments[0]), arguments[1]));
    }

    @Override
    public String device() {
        return generator.backend().info().description() + ", "
                + generator.backend().availability().device();
    }

    @Override
    public ImageTimes images(int batch, long seed) throws IOException {
        int scales = generator.model().spec().pyramid().scales();
        int classes = generator.model().spec().transformer().classes();
        Times times = new Times(scales);
        GenerationRequest request = GenerationRequest.repeated(Condition.ofClass((int) (seed % classes)), batch)
                .withBatch(batch)
                .withSeed(seed);
        List<GeneratedImage> images = new ArrayList<>();
        long start = System.nanoTime();
        generator.generate(request, images::add, times, Cancellation.NEVER);
        for (GeneratedImage image : images) {
            PngFile.write(file, image.pixels(), Map.of());
        }
        return new ImageTimes(times.scales, times.transformer, times.decoder, System.nanoTime() - start);
    }

    private static final class Times implements GenerationListener {
        private final long[] scales;
        private final long[] transformer;
        private long decoder;

        Times(int count) {
            scales = new long[count];
            transformer = new long[count];
        }

        @Override
        public void scaleDone(ScaleProgress progress) {
            scales[progress.scale().index()] += progress.nanoseconds();
            transformer[progress.scale().index()] += progress.transformerNanoseconds();
        }

        @Override
        public void decoded(BatchProgress progress) {
            decoder += progress.nanoseconds();
        }
    }

    @Override
    public void close() {
        generator.close();
        try {
            Files.deleteIfExists(file);
        } catch (IOException e) {
            System.err.println("cannot delete " + file + ": " + e);
        }
    }
}
