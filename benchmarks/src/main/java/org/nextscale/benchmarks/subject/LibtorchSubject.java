package org.nextscale.benchmarks.subject;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import org.nextscale.api.image.Pixels;
import org.nextscale.api.image.RgbImage;
import org.nextscale.api.model.Scale;
import org.nextscale.benchmarks.libtorch.LibtorchSettings;
import org.nextscale.benchmarks.libtorch.TorchSampling;
import org.nextscale.benchmarks.libtorch.TorchVar;
import org.nextscale.image.PngFile;
import org.nextscale.model.ModelPackage;

/** The same model in libtorch. */
public final class LibtorchSubject implements Subject {
    private final ModelPackage model;
    private final LibtorchSettings settings;
    private final TorchVar var;
    private final Path file;

    LibtorchSubject(Path folder, LibtorchSettings settings) throws IOException {
        this.settings = settings;
        TorchVar.threads(settings.threads());
        model = ModelPackage.open(folder);
        var = new TorchVar(model, settings.fusedAttention());
        file = Files.createTempFile("nextscale-bench", ".png");
    }

    /** Arguments: folder of the model, {@link LibtorchSettings} as text. */
    public static void main(String[] arguments) throws Exception {
        SubjectServer.serve(() -> new LibtorchSubject(Path.of(arguments[0]), LibtorchSettings.parse(arguments[1])));
    }

    @Override
    public String device() {
        return TorchVar.description() + ", " + settings;
    }

    @Override
    public ImageTimes images(int batch, long seed) throws IOException {
        int[] labels = new int[batch];
        Arrays.fill(labels, (int) (seed % model.spec().transformer().classes()));
        Times times = new Times(model.spec().pyramid().scales());
        long start = System.nanoTime();
        Pixels pixels = var.generate(labels, TorchSampling.DEFAULT, null, times);
        for (int i = 0; i < batch; i++) {
            PngFile.write(file, RgbImage.of(pixels, i), Map.of());
        }
        return new ImageTimes(times.scales, times.transformer, times.decoder, System.nanoTime() - start);
    }

    @Override
    public double gemm(int size) {
        return TorchVar.gemm(size);
    }

    private static final class Times implements TorchVar.Observer {
        private final long[] scales;
        private final long[] transformer;
        private long decoder;
        private long start;

        Times(int count) {
            scales = new long[count];
            transformer = new long[count];
        }

        @Override
        public void begins(Scale scale) {
            start = System.nanoTime();
        }

        @Override
        public void predicted(Scale scale) {
            transformer[scale.index()] = System.nanoTime() - start;
        }

        @Override
        public void ends(Scale scale, org.bytedeco.pytorch.Tensor guided, org.bytedeco.pytorch.Tensor tokens) {
            scales[scale.index()] = System.nanoTime() - start;
        }

        @Override
        public void decoding() {
            start = System.nanoTime();
        }

        @Override
        public void decoded() {
            decoder = System.nanoTime() - start;
        }
    }

    @Override
    public void close() {
        var.close();
        model.close();
        try {
            Files.deleteIfExists(file);
        } catch (IOException e) {
            System.err.println("cannot delete " + file + ": " + e);
        }
    }
}
