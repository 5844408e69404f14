package org.nextscale.image;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.zip.CRC32;
import java.util.zip.Deflater;
import java.util.zip.DeflaterOutputStream;
import org.nextscale.api.image.RgbImage;
import org.nextscale.image.internal.format.PngFormat;

/** Encodes 8-bit RGB as PNG, row by row: needs two rows of memory and no image toolkit. */
final class PngEncoder {
    private static final int BYTES_A_PIXEL = 3;
    private static final int CHUNK = 1 << 16;

    /** A tenth larger than by default, in a third of the time. */
    private static final int LEVEL = 3;

    private final DataOutputStream out;

    PngEncoder(OutputStream out) {
        this.out = new DataOutputStream(out);
    }

    void write(RgbImage image, Map<String, String> texts) throws IOException {
        out.write(PngFormat.SIGNATURE);
        writeHeader(image);
        for (Map.Entry<String, String> text : texts.entrySet()) {
            writeText(text.getKey(), text.getValue());
        }
        writePixels(image);
        writeChunk("IEND", new byte[0], 0);
        out.flush();
    }

    private void writeHeader(RgbImage image) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(13);
        DataOutputStream header = new DataOutputStream(bytes);
        header.writeInt(image.width());
        header.writeInt(image.height());
        header.write(new byte[] {8, 2, 0, 0, 0}); // bits, RGB, deflate, adaptive filters, not interlaced
        writeChunk("IHDR", bytes.toByteArray(), bytes.size());
    }

    private void writeText(String keyword, String text) throws IOException {
        boolean plain = text.chars().allMatch(c -> c == '\n' || c >= 32 && c < 127);
        ByteArrayOutputStream data = new ByteArrayOutputStream();
        data.write(keyword.getBytes(StandardCharsets.US_ASCII));
        data.write(0);
        if (!plain) {
            data.write(new byte[4]); // not compressed, method, no language, no translated keyword
        }
        data.write(text.getBytes(plain ? StandardCharsets.US_ASCII : StandardCharsets.UTF_8));
        writeChunk(plain ? "tEXt" : "iTXt", data.toByteArray(), data.size());
    }

    private void writePixels(RgbImage image) throws IOException {
        int row = image.width() * BYTES_A_PIXEL;
        Deflater deflater = new Deflater(LEVEL);
        try (DeflaterOutputStream pixels = new DeflaterOutputStream(new PixelChunks(), deflater, 1 << 13)) {
            byte[] above = new byte[row];
            byte[] current = new byte[row];
            byte[] filtered = new byte[row + 1];
            byte[] best = new byte[row + 1];
            for (int y = 0; y < image.height(); y++) {
                System.arraycopy(image.rgb(), y * row, current, 0, row);
                long least = Long.MAX_VALUE;
                for (int filter = 0; filter <= 4; filter++) {
                    long sum = filter(filter, current, above, filtered);
                    if (sum < least) {
                        least = sum;
                        byte[] swap = best;
                        best = filtered;
                        filtered = swap;
                    }
                }
                pixels.write(best);
                byte[] swap = above;
                above = current;
                current = swap;
            }
        } finally {
            deflater.end();
        }
    }

    /** Filters a row (PNG, section 9) and returns how much is left of it; the least usually compresses best. */
    private static long filter(int filter, byte[] row, byte[] above, byte[] filtered) {
        filtered[0] = (byte) filter;
        long sum = 0;
        for (int i = 0; i < row.length; i++) {
            int left = i < BYTES_A_PIXEL ? 0 : row[i - BYTES_A_PIXEL] & 0xff;
            int up = above[i] & 0xff;
            int corner = i < BYTES_A_PIXEL ? 0 : above[i - BYTES_A_PIXEL] & 0xff;
            int guess = switch (filter) {
                case 0 -> 0;
                case 1 -> left;
                case 2 -> up;
                case 3 -> (left + up) / 2;
                default -> paeth(left, up, corner);
            };
            filtered[i + 1] = (byte) (row[i] - guess);
            sum += Math.abs(filtered[i + 1]);
        }
        return sum;
    }

    private static int paeth(int left, int up, int corner) {
        int guess = left + up - corner;
        int toLeft = Math.abs(guess - left);
        int toUp = Math.abs(guess - up);
        int toCorner = Math.abs(guess - corner);
        if (toLeft <= toUp && toLeft <= toCorner) {
            return left;
        }
        return toUp <= toCorner ? up : corner;
    }

    private void writeChunk(String type, byte[] data, int length) throws IOException {
        byte[] name = type.getBytes(StandardCharsets.US_ASCII);
        CRC32 sum = new CRC32();
        sum.update(name);
        sum.update(data, 0, length);
        out.writeInt(length);
        out.write(name);
        out.write(data, 0, length);
        out.writeInt((int) sum.getValue());
    }

    /** Compressed pixels, cut into chunks as they come. */
    private final class PixelChunks extends OutputStream {
        private final byte[] buffer = new byte[CHUNK];
        private int filled;

        @Override
        public void write(int b) throws IOException {
            if (filled == buffer.length) {
                flush();
            }
            buffer[filled++] = (byte) b;
        }

        @Override
        public void write(byte[] bytes, int offset, int length) throws IOException {
            for (int i = 0; i < length; i++) {
                write(bytes[offset + i]);
            }
        }

        @Override
        public void flush() throws IOException {
            if (filled > 0) {
                writeChunk("IDAT", buffer, filled);
                filled = 0;
            }
        }

        @Override
        public void close() throws IOException {
            flush();
        }
    }
}
