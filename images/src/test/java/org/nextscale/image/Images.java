package org.nextscale.image;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Map;
import java.util.Random;
import java.util.zip.GZIPOutputStream;
import org.nextscale.api.image.RgbImage;

/** Pictures for tests, and small files of every kind that is read. */
public final class Images {
    private Images() {}

    public static RgbImage noise(int width, int height, long seed) {
        byte[] rgb = new byte[width * height * 3];
        new Random(seed).nextBytes(rgb);
        return new RgbImage(width, height, rgb);
    }

    /** Red grows to the right, green downwards. */
    static RgbImage gradient(int width, int height) {
        byte[] rgb = new byte[width * height * 3];
        for (int y = 0; y < height; y++) {
            for (int x = 0; x < width; x++) {
                rgb[(y * width + x) * 3] = (byte) (255 * x / Math.max(1, width - 1));
                rgb[(y * width + x) * 3 + 1] = (byte) (255 * y / Math.max(1, height - 1));
            }
        }
        return new RgbImage(width, height, rgb);
    }

    /** A picture of one grey in a PNG; the folders to it are made. */
    public static Path png(Path file, int width, int height, int grey) throws IOException {
        byte[] rgb = new byte[3 * width * height];
        Arrays.fill(rgb, (byte) grey);
        return png(file, new RgbImage(width, height, rgb), Map.of());
    }

    /** A PNG with texts; the folders to it are made. */
    public static Path png(Path file, RgbImage image, Map<String, String> texts) throws IOException {
        Files.createDirectories(file.getParent());
        PngFile.write(file, image, texts);
        return file;
    }

    /** An IDX file of unsigned bytes, compressed where its name ends in {@code .gz}: sizes as its header has them, and bytes. */
    public static Path idx(Path file, byte[] bytes, int... sizes) throws IOException {
        ByteBuffer buffer = ByteBuffer.allocate(4 + 4 * sizes.length + bytes.length);
        buffer.putInt(0x0800 | sizes.length);
        for (int size : sizes) {
            buffer.putInt(size);
        }
        buffer.put(bytes);
        if (file.toString().endsWith(".gz")) {
            try (OutputStream out = new GZIPOutputStream(Files.newOutputStream(file))) {
                out.write(buffer.array());
            }
        } else {
            Files.write(file, buffer.array());
        }
        return file;
    }

    /** Bytes that count upwards. */
    public static byte[] counting(int length) {
        byte[] bytes = new byte[length];
        for (int i = 0; i < length; i++) {
            bytes[i] = (byte) i;
        }
        return bytes;
    }

    /**
     * A lossless WebP whose pixels are black or pure green: every code has one or two symbols (WebP Lossless Bitstream
     * Specification, 5 and 6).
     *
     * @param green which pixels are, row by row
     */
    static byte[] webp(int width, int height, BitSet green) {
        Bits bits = new Bits();
        bits.write(width - 1, 14);
        bits.write(height - 1, 14);
        bits.write(0, 1); // no alpha
        bits.write(0, 3); // version
        bits.write(0, 1); // no transform
        bits.write(0, 1); // no colour cache
        bits.write(0, 1); // one group of codes
        bits.write(0b111, 3); // green: simple, two symbols, the first of 8 bits
        bits.write(0, 8);
        bits.write(255, 8);
        for (int symbol : new int[] {0, 0, 255, 0}) { // red, blue, alpha, distance
            bits.write(0b101, 3);
            bits.write(symbol, 8);
        }
        for (int i = 0; i < width * height; i++) {
            bits.write(green.get(i) ? 1 : 0, 1);
        }
        byte[] data = bits.bytes();
        int padded = 1 + data.length + (1 + data.length) % 2;
        ByteBuffer file = ByteBuffer.allocate(20 + padded).order(ByteOrder.LITTLE_ENDIAN);
        file.put("RIFF".getBytes(StandardCharsets.US_ASCII)).putInt(12 + padded);
        file.put("WEBPVP8L".getBytes(StandardCharsets.US_ASCII)).putInt(1 + data.length);
        file.put((byte) 0x2f).put(data);
        return file.array();
    }

    /** Bits from the lowest of a byte to the highest. */
    private static final class Bits {
        private final ByteArrayOutputStream out = new ByteArrayOutputStream();
        private int current;
        private int count;

        void write(int value, int bits) {
            for (int i = 0; i < bits; i++) {
                current |= (value >> i & 1) << count;
                if (++count == 8) {
                    out.write(current);
                    current = 0;
                    count = 0;
                }
            }
        }

        byte[] bytes() {
            while (count != 0) {
                write(0, 1);
            }
            return out.toByteArray();
        }
    }

    /** Exif data that say no more than how a camera was held, 1 to 8. */
    static byte[] exif(int orientation) {
        return ByteBuffer.allocate(26)
                .put("MM\0*".getBytes(StandardCharsets.US_ASCII))
                .putInt(8)
                .putShort((short) 1)
                .putShort((short) 0x0112)
                .putShort((short) 3)
                .putInt(1)
                .putShort((short) orientation)
                .array();
    }
}
