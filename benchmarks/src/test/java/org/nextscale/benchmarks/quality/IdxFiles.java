package org.nextscale.benchmarks.quality;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.GZIPOutputStream;

/** Stand-ins for Fashion-MNIST's files: class c is a bright bar of two rows that begins at row 2 c + 4. */
final class IdxFiles {
    private static final int SIDE = 28;

    private IdxFiles() {}

    static void write(Path folder, int trainingImages, int testImages) throws IOException {
        write(folder, "train", trainingImages);
        write(folder, "t10k", testImages);
    }

    private static void write(Path folder, String part, int count) throws IOException {
        byte[] images = new byte[count * SIDE * SIDE];
        byte[] labels = new byte[count];
        for (int image = 0; image < count; image++) {
            labels[image] = (byte) (image % FashionMnist.CLASSES);
            int first = image * SIDE * SIDE + (2 * labels[image] + 4) * SIDE;
            for (int i = first; i < first + 2 * SIDE; i++) {
                images[i] = (byte) (200 + image % 7);
            }
        }
        Files.write(folder.resolve(part + "-images-idx3-ubyte.gz"), idx(images, count, SIDE, SIDE));
        Files.write(folder.resolve(part + "-labels-idx1-ubyte.gz"), idx(labels, count));
    }

    static byte[] idx(byte[] values, int... shape) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (DataOutputStream out = new DataOutputStream(new GZIPOutputStream(bytes))) {
            out.writeInt(0x800 + shape.length);
            for (int size : shape) {
                out.writeInt(size);
            }
            out.write(values);
        }
        return bytes.toByteArray();
    }
}
