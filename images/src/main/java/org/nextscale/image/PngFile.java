package org.nextscale.image;

import java.io.BufferedInputStream;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.zip.CRC32;
import java.util.zip.InflaterInputStream;
import org.nextscale.api.InvalidInputException;
import org.nextscale.api.image.RgbImage;
import org.nextscale.files.WholeFile;
import org.nextscale.image.internal.format.PngFormat;

/**
 * PNG files with texts in them (W3C PNG, third edition: chunks {@code tEXt}, {@code zTXt}, {@code iTXt}). Writing is all or
 * nothing: a file appears under its name when it is whole.
 */
public final class PngFile {
    /** All texts of a file together, in bytes; what goes beyond is refused. */
    private static final int MOST_TEXT = 16 << 20;

    private PngFile() {}

    /**
     * Writes an image, replacing a file of that name.
     *
     * @param texts by keyword, 1 to 79 ASCII characters each, in the order written
     * @throws InvalidInputException if the folder does not exist, or {@code file} is one
     * @throws org.nextscale.api.FileException if it cannot be written, because the disk is full for instance
     */
    public static void write(Path file, RgbImage image, Map<String, String> texts) {
        WholeFile.write(file, out -> new PngEncoder(out).write(image, texts));
    }

    /** The bytes of the same file. */
    public static byte[] bytes(RgbImage image, Map<String, String> texts) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try {
            new PngEncoder(out).write(image, texts);
        } catch (IOException e) {
            throw new AssertionError("memory does not fail", e);
        }
        return out.toByteArray();
    }

    /**
     * The texts in a file by keyword, in its order; of equal keywords the first counts. Pixels are not looked at.
     *
     * @throws InvalidInputException if it is not a PNG, or a damaged one
     */
    public static Map<String, String> texts(Path file) {
        Map<String, String> texts = new LinkedHashMap<>();
        ImageFiles.requireFile(file);
        try (DataInputStream in = new DataInputStream(new BufferedInputStream(Files.newInputStream(file)))) {
            if (!Arrays.equals(in.readNBytes(PngFormat.SIGNATURE.length), PngFormat.SIGNATURE)) {
                throw new InvalidInputException(file + " is not a PNG: images keep their metadata in PNG files only");
            }
            int left = MOST_TEXT;
            while (true) {
                int length = in.readInt();
                String type = new String(in.readNBytes(4), StandardCharsets.ISO_8859_1);
                if (type.equals("IEND")) {
                    return texts;
                }
                if (length < 0) {
                    throw new InvalidInputException(file + " is damaged: chunk " + printable(type) + " has no end");
                }
                if (type.equals("tEXt") || type.equals("zTXt") || type.equals("iTXt")) {
                    if (length > left) {
                        throw new InvalidInputException(
                                file + " holds more text than is read, " + (MOST_TEXT >> 20) + " MB");
                    }
                    left -= length;
                    byte[] data = in.readNBytes(length);
                    if (data.length < length) {
                        throw new EOFException();
                    }
                    checkSum(file, type, data, in.readInt());
                    Text text = Text.parse(type, data, left);
                    left -= text.value.length();
                    texts.putIfAbsent(text.keyword, text.value);
                } else {
                    in.skipNBytes(length + 4L);
                }
            }
        } catch (EOFException e) {
            throw new InvalidInputException(file + " is damaged: it is cut short", e);
        } catch (IOException e) {
            throw new InvalidInputException(file + " cannot be read: " + e.getMessage(), e);
        }
    }

    private static void checkSum(Path file, String type, byte[] data, int expected) {
        CRC32 sum = new CRC32();
        sum.update(type.getBytes(StandardCharsets.ISO_8859_1));
        sum.update(data);
        if ((int) sum.getValue() != expected) {
            throw new InvalidInputException(file + " is damaged: the check sum of chunk " + type + " does not fit");
        }
    }

    private static String printable(String type) {
        return type.chars().allMatch(c -> c > 32 && c < 127) ? type : "of no known type";
    }

    private record Text(String keyword, String value) {

        static Text parse(String type, byte[] data, int most) throws IOException {
            int end = end(data, 0);
            String keyword = new String(data, 0, end, StandardCharsets.ISO_8859_1);
            int rest = Math.min(end + 1, data.length);
            return switch (type) {
                case "tEXt" ->
                    new Text(keyword, new String(data, rest, data.length - rest, StandardCharsets.ISO_8859_1));
                case "zTXt" ->
                    new Text(keyword, new String(inflate(data, rest + 1, most), StandardCharsets.ISO_8859_1));
                default -> international(keyword, data, rest, most);
            };
        }

        /** {@code compressed?, method, language 0, translated keyword 0, text}. */
        private static Text international(String keyword, byte[] data, int from, int most) throws IOException {
            boolean compressed = from < data.length && data[from] == 1;
            int language = end(data, Math.min(from + 2, data.length));
            int translated = end(data, Math.min(language + 1, data.length));
            int start = Math.min(translated + 1, data.length);
            byte[] text = compressed ? inflate(data, start, most) : Arrays.copyOfRange(data, start, data.length);
            return new Text(keyword, new String(text, StandardCharsets.UTF_8));
        }

        private static int end(byte[] data, int from) {
            int i = from;
            while (i < data.length && data[i] != 0) {
                i++;
            }
            return i;
        }

        private static byte[] inflate(byte[] data, int from, int most) throws IOException {
            int start = Math.min(from, data.length);
            try (InflaterInputStream in =
                    new InflaterInputStream(new ByteArrayInputStream(data, start, data.length - start))) {
                byte[] text = in.readNBytes(Math.max(0, most));
                if (in.read() >= 0) {
                    throw new IOException("more text than is read, " + (MOST_TEXT >> 20) + " MB");
                }
                return text;
            }
        }
    }
}
