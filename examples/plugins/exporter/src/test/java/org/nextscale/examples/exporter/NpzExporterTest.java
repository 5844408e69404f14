package org.nextscale.examples.exporter;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nextscale.api.model.Model;
import org.nextscale.api.model.WeightInfo;
import org.nextscale.api.model.WeightSource;
import org.nextscale.api.progress.Cancellation;
import org.nextscale.api.progress.ProgressListener;
import org.nextscale.testkit.ExporterSuite;

/** What every exporter promises, and what this one's files hold. */
class NpzExporterTest extends ExporterSuite {
    private static final int DICTIONARY = 10;

    @Override
    protected String plugin() {
        return "npz";
    }

    @Test
    void everyTensorIsInItsArchive(@TempDir Path out) throws IOException {
        try (Model model = engine().model(model())) {
            info().plugin().prepare(model, values()).write(out, ProgressListener.NONE, Cancellation.NEVER);
            assertHolds(out.resolve("tokenizer.npz"), model.tokenizerWeights());
            assertHolds(out.resolve("transformer.npz"), model.transformerWeights());
        }
    }

    private static void assertHolds(Path archive, WeightSource source) throws IOException {
        try (ZipFile zip = new ZipFile(archive.toFile())) {
            assertEquals(
                    source.weights().stream().map(each -> each.name() + ".npy").toList(),
                    Collections.list(zip.entries()).stream()
                            .map(ZipEntry::getName)
                            .toList());
            for (WeightInfo tensor : source.weights()) {
                byte[] file =
                        zip.getInputStream(zip.getEntry(tensor.name() + ".npy")).readAllBytes();
                assertArrayEquals(values(tensor, source), values(file), tensor.name());
            }
        }
    }

    private static float[] values(WeightInfo tensor, WeightSource source) {
        float[] values = new float[(int) tensor.elements()];
        source.read(tensor.name(), 0, FloatBuffer.wrap(values));
        return values;
    }

    /** What stands behind the dictionary, whose length the two bytes before it tell. */
    private static float[] values(byte[] file) {
        ByteBuffer bytes = ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN);
        int begin = DICTIONARY + bytes.getShort(DICTIONARY - Short.BYTES);
        float[] values = new float[(file.length - begin) / Float.BYTES];
        bytes.position(begin).asFloatBuffer().get(values);
        return values;
    }

    @Test
    void headersSayTheShapeAsPythonDoes() {
        assertTrue(header(List.of()).contains("'shape': (), }"));
        assertTrue(header(List.of(7L)).contains("'shape': (7,), }"));
        assertTrue(header(List.of(2L, 3L)).contains("'shape': (2, 3,), }"));
        for (long size = 1; size < 1L << 60; size *= 10) {
            String header = header(List.of(size, size));
            assertEquals(0, header.length() % 64);
            assertTrue(header.endsWith("\n"));
        }
    }

    private static String header(List<Long> shape) {
        return new String(NpyHeader.of(shape), StandardCharsets.ISO_8859_1);
    }
}
