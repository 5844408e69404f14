package org.nextscale.files.numpy;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.nextscale.api.InvalidInputException;
import org.nextscale.files.PrintableText;

/**
 * What stands before the values of a {@code .npy} file: numpy's format 1.0 to 3.0.
 *
 * @param type as numpy writes it: {@code |u1}, {@code <f8}
 * @param columnMajor whether the first dimension runs fastest
 * @param shape sizes, slowest first where not column-major
 */
record NpyHeader(String type, boolean columnMajor, List<Long> shape) {
    private static final byte[] MAGIC = {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y'};
    private static final int ALIGNMENT = 64;
    private static final int LONGEST = 1 << 16;
    private static final Pattern TYPE = Pattern.compile("'descr'\\s*:\\s*'([!-&(-~]{1,8})'");
    private static final Pattern ORDER = Pattern.compile("'fortran_order'\\s*:\\s*(True|False)");
    private static final Pattern SHAPE = Pattern.compile("'shape'\\s*:\\s*\\(([0-9, ]*)\\)");

    /** A header and the bytes it took. */
    record Read(NpyHeader header, long bytes) {}

    /** @param where for messages */
    static Read read(InputStream in, String where) throws IOException {
        byte[] start = in.readNBytes(MAGIC.length + 2);
        if (start.length < MAGIC.length + 2 || !Arrays.equals(start, 0, MAGIC.length, MAGIC, 0, MAGIC.length)) {
            throw new InvalidInputException(where + " is no array of numpy");
        }
        int version = start[MAGIC.length];
        if (version < 1 || version > 3) {
            throw new InvalidInputException(where + " is of numpy's format " + version + ", 1 to 3 are read");
        }
        int width = version == 1 ? 2 : 4;
        long length = littleEndian(in.readNBytes(width));
        if (length > LONGEST) {
            throw new InvalidInputException(
                    where + " has a header of " + length + " bytes, at most " + LONGEST + " are read");
        }
        byte[] text = in.readNBytes((int) length);
        if (text.length < length) {
            throw new InvalidInputException(where + " is cut short in its header");
        }
        return new Read(parse(new String(text, StandardCharsets.UTF_8), where), start.length + width + length);
    }

    private static long littleEndian(byte[] bytes) {
        long value = 0;
        for (int i = bytes.length - 1; i >= 0; i--) {
            value = value << 8 | bytes[i] & 0xff;
        }
        return value;
    }

    private static NpyHeader parse(String text, String where) {
        Matcher type = TYPE.matcher(text);
        Matcher order = ORDER.matcher(text);
        Matcher shape = SHAPE.matcher(text);
        if (!type.find() || !order.find() || !shape.find()) {
            throw new InvalidInputException(where + " has a header that is not numpy's, or an array of records");
        }
        List<Long> sizes = new ArrayList<>();
        try {
            for (String size : shape.group(1).split(",")) {
                if (!size.isBlank()) {
                    sizes.add(Long.parseLong(size.strip()));
                }
            }
        } catch (NumberFormatException e) {
            throw new InvalidInputException(
                    where + " has the shape (" + PrintableText.printable(shape.group(1)) + "), which is none", e);
        }
        return new NpyHeader(type.group(1), order.group(1).equals("True"), List.copyOf(sizes));
    }

    /** Elements; an overflow is refused. */
    long elements(String where) {
        try {
            long elements = 1;
            for (long size : shape) {
                elements = Math.multiplyExact(elements, size);
            }
            return elements;
        } catch (ArithmeticException e) {
            throw new InvalidInputException(
                    where + " has the shape " + PrintableText.shape(shape) + ", larger than anything", e);
        }
    }

    /** As numpy writes it, format 1.0. */
    byte[] bytes() {
        String sizes = shape.stream().map(String::valueOf).collect(Collectors.joining(", "));
        String text = "{'descr': '" + type + "', 'fortran_order': " + (columnMajor ? "True" : "False") + ", 'shape': ("
                + sizes + (shape.size() == 1 ? ",)" : ")") + ", }";
        int before = MAGIC.length + 4;
        int padding = ALIGNMENT - (before + text.length() + 1) % ALIGNMENT;
        byte[] words = (text + " ".repeat(padding) + "\n").getBytes(StandardCharsets.US_ASCII);
        return ByteBuffer.allocate(before + words.length)
                .put(MAGIC)
                .put((byte) 1)
                .put((byte) 0)
                .put((byte) words.length)
                .put((byte) (words.length >> 8))
                .put(words)
                .array();
    }
}
