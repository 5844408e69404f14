package org.nextscale.evaluation.internal;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.OptionalInt;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nextscale.api.InvalidInputException;
import org.nextscale.evaluation.ImageSource;
import org.nextscale.evaluation.ImageSources;
import org.nextscale.evaluation.LabelledImage;
import org.nextscale.evaluation.Pictures;

class IdxImagesTest {
    @TempDir
    Path folder;

    @Test
    void readsGreyImagesAndTheirLabelsPlainAndGzipped() throws IOException {
        byte[] images = idx(0x803, new int[] {2, 2, 2}, 1, 2, 3, 4, 5, 6, 7, 200);
        byte[] labels = idx(0x801, new int[] {2}, 9, 3);
        Path plain = Files.write(folder.resolve("x-images-idx3-ubyte"), images);
        Files.write(folder.resolve("x-labels-idx1-ubyte"), labels);
        Path zipped = Files.write(folder.resolve("x-images-idx3-ubyte.gz"), gzip(images));
        Files.write(folder.resolve("x-labels-idx1-ubyte.gz"), gzip(labels));
        for (Path file : new Path[] {plain, zipped}) {
            ImageSource source = ImageSources.open(file, OptionalInt.of(5));
            assertEquals(2, source.most());
            Pictures.Taken taken = Pictures.take(source);
            LabelledImage second = taken.images().get(1);
            assertEquals(OptionalInt.of(3), second.label());
            byte[] wanted = new byte[75];
            int[] places = {6, 7, 11, 12};
            int[] values = {5, 6, 7, 200};
            for (int i = 0; i < 4; i++) {
                Arrays.fill(wanted, 3 * places[i], 3 * places[i] + 3, (byte) values[i]);
            }
            assertArrayEquals(wanted, second.image().rgb(), "one row and column above and left, two below and right");
        }
    }

    @Test
    void doesWithoutLabels() throws IOException {
        Path file = Files.write(folder.resolve("images"), idx(0x803, new int[] {1, 1, 1}, 9));
        assertEquals(
                OptionalInt.empty(),
                Pictures.take(ImageSources.open(file, OptionalInt.empty()))
                        .images()
                        .get(0)
                        .label());
    }

    @Test
    void refusesWhatIsNotWhole() throws IOException {
        refused("cannot be in", idx(0x803, new int[] {Integer.MAX_VALUE, 28, 28}, 1));
        refused("no IDX file", idx(0x803, new int[] {1, 100_000, 100_000}, 1));
        refused("no IDX file", gzip(idx(0x801, new int[] {4, 4, 4}, 1)));
        refused("cut short", idx(0x803, new int[] {4, 4, 4}, 1));
        refused("cut short", Arrays.copyOf(idx(0x803, new int[] {4, 4, 4}, 1), 9));
        refused("damaged", new byte[] {0x1f, (byte) 0x8b, 1, 1, 1, 1, 1, 1, 1, 1, 1});
        byte[] whole = gzip(idx(0x803, new int[] {1, 2, 2}, 1, 2, 3, 4));
        refused("damaged", Arrays.copyOf(whole, whole.length - 12));
        Path large = Files.write(folder.resolve("large"), idx(0x803, new int[] {1, 1, 1}, 9));
        assertThrows(InvalidInputException.class, () -> ImageSources.open(large, OptionalInt.of(0)));
    }

    private void refused(String why, byte[] bytes) throws IOException {
        Path file = Files.write(folder.resolve("bad-images-idx3"), bytes);
        InvalidInputException e = assertThrows(
                InvalidInputException.class, () -> Pictures.take(ImageSources.open(file, OptionalInt.empty())));
        assertTrue(e.getMessage().contains(why) && e.getMessage().contains("bad-images"), e.getMessage());
    }

    private static byte[] idx(int magic, int[] sizes, int... values) {
        ByteBuffer buffer =
                ByteBuffer.allocate(4 + 4 * sizes.length + values.length).putInt(magic);
        Arrays.stream(sizes).forEach(buffer::putInt);
        Arrays.stream(values).forEach(value -> buffer.put((byte) value));
        return buffer.array();
    }

    private static byte[] gzip(byte[] bytes) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(out)) {
            gzip.write(bytes);
        }
        return out.toByteArray();
    }
}
