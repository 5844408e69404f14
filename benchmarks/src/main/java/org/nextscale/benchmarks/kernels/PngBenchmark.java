package org.nextscale.benchmarks.kernels;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.nextscale.api.image.RgbImage;
import org.nextscale.image.PngFile;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/** Writing an image of 256 px to a file. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class PngBenchmark {
    private static final int SIZE = 256;

    /** Noise does not compress; photographs lie between the two. */
    @Param({"noise", "gradient"})
    public String picture;

    private RgbImage image;
    private Path file;

    @Setup
    public void create() throws IOException {
        byte[] rgb = new byte[SIZE * SIZE * 3];
        Random random = new Random(1);
        for (int i = 0; i < rgb.length; i++) {
            rgb[i] = (byte) (picture.equals("noise") ? random.nextInt() : i / 3 % SIZE / 2 + i / 3 / SIZE / 2);
        }
        image = new RgbImage(SIZE, SIZE, rgb);
        file = Files.createTempFile("nextscale-bench", ".png");
    }

    @Benchmark
    public void write() throws IOException {
        PngFile.write(file, image, Map.of());
    }

    @TearDown
    public void delete() throws IOException {
        Files.deleteIfExists(file);
    }
}
