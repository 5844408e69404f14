package org.nextscale.benchmarks.subject;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.nextscale.api.generation.CancellationToken;
import org.nextscale.api.generation.GeneratedImage;
import org.nextscale.api.generation.GenerationRequest;
import org.nextscale.api.generation.ProgressListener;
import org.nextscale.api.generation.ScaleProgress;
import org.nextscale.engine.Nextscale;
import org.nextscale.engine.image.PngFile;
import org.nextscale.engine.image.RgbImage;

/** A model on one of the product's backends, with the default sampler and guidance. */
public final class BackendSubject implements Subject {
    private final Nextscale nextscale;
    private final Path file;

    BackendSubject(Path model, String backend) throws IOException {
        nextscale = Nextscale.builder().model(model).backend(backend).build();
        file = Files.createTempFile("nextscale-bench", ".png");
    }

    /** Arguments: folder of the model, backend choice. */
    public static void main(String[] arguments) throws Exception {
        SubjectServer.serve(() -> new BackendSubject(Path.of(arguments[0]), arguments[1]));
    }

    @Override
    public String device() {
        return nextscale.backend().label() + ", "
                + nextscale.backend().availability().device();
    }

    @Override
    public ImageTimes images(int batch, long seed) throws IOException {
        int scales = nextscale.model().spec().pyramid().scales();
        int classes = nextscale.model().spec().transformer().classes();
        Times times = new Times(scales);
        GenerationRequest request = GenerationRequest.repeated((int) (seed % classes), batch)
                .withBatch(batch)
                .withSeed(seed);
        List<GeneratedImage> images = new ArrayList<>();
        long start = System.nanoTime();
        nextscale.generate(request, images::add, times, new CancellationToken());
        for (GeneratedImage image : images) {
            PngFile.write(file, RgbImage.of(image), Map.of());
        }
        return new ImageTimes(times.scales, times.transformer, times.decoder, System.nanoTime() - start);
    }

    private static final class Times implements ProgressListener {
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
        public void decoded(int firstImage, int images, long nanoseconds) {
            decoder += nanoseconds;
        }
    }

    @Override
    public void close() {
        nextscale.close();
        try {
            Files.deleteIfExists(file);
        } catch (IOException e) {
            System.err.println("cannot delete " + file + ": " + e);
        }
    }
}
