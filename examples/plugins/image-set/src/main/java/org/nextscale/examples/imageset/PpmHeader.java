package org.nextscale.examples.imageset;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.StreamCorruptedException;
import java.nio.charset.StandardCharsets;

/**
 * What stands before the pixels of one image: {@code P6}, width, height and largest value in decimal digits, with white space
 * and comments between them, and a single white space at the end. Nothing in it is believed before it is checked.
 *
 * @param length bytes of the header itself
 */
record PpmHeader(int width, int height, int largest, int length) {
    static final String MAGIC = "P6";

    /** Of its square an array can hold the bytes. */
    private static final int LARGEST_SIDE = 1 << 14;

    private static final int LARGEST_BYTE = 255;

    /** Room for a comment or two. */
    private static final int LONGEST = 4096;

    /** Whether a file that starts like this can be one of ours. */
    static boolean begins(byte[] start) {
        String text = new String(start, StandardCharsets.ISO_8859_1);
        return text.length() > MAGIC.length() && text.startsWith(MAGIC) && isSpace(text.charAt(MAGIC.length()));
    }

    /**
     * Reads the header of the next image.
     *
     * @throws StreamCorruptedException if there is none, with a reason that reads on from the image's name
     * @throws EOFException if it is not whole
     */
    static PpmHeader read(InputStream in) throws IOException {
        Characters characters = new Characters(in);
        if (characters.next() != MAGIC.charAt(0) || characters.next() != MAGIC.charAt(1)) {
            throw new StreamCorruptedException("does not begin with " + MAGIC);
        }
        if (!isSpace(characters.next())) {
            throw new StreamCorruptedException("has no white space behind " + MAGIC);
        }
        int width = characters.number("width", LARGEST_SIDE);
        int height = characters.number("height", LARGEST_SIDE);
        int largest = characters.number("largest value", LARGEST_BYTE);
        return new PpmHeader(width, height, largest, characters.read);
    }

    /** Bytes of the pixels behind it. */
    int pixelBytes() {
        return 3 * width * height;
    }

    /** Stretches colours from 0 to the largest value to 0 to 255. */
    void toFullRange(byte[] rgb) {
        if (largest == LARGEST_BYTE) {
            return;
        }
        for (int i = 0; i < rgb.length; i++) {
            int value = Math.min(rgb[i] & 0xff, largest);
            rgb[i] = (byte) ((value * LARGEST_BYTE + largest / 2) / largest);
        }
    }

    private static boolean isSpace(int character) {
        return character == ' ' || character >= '\t' && character <= '\r';
    }

    /** The header's characters one after the other. */
    private static final class Characters {
        private final InputStream in;
        private int read;
        private int current;

        Characters(InputStream in) {
            this.in = in;
        }

        int next() throws IOException {
            current = in.read();
            if (current < 0) {
                throw new EOFException();
            }
            if (++read > LONGEST) {
                throw new StreamCorruptedException("has a header that does not end");
            }
            return current;
        }

        /** A number, from 1, behind white space and comments; and the character behind it, which must be white space. */
        int number(String what, int most) throws IOException {
            while (isSpace(current) || current == '#') {
                if (current == '#') {
                    skipLine();
                }
                next();
            }
            int value = 0;
            while (current >= '0' && current <= '9') {
                value = 10 * value + current - '0';
                if (value > most) {
                    throw new StreamCorruptedException("has a " + what + " of more than " + most);
                }
                next();
            }
            if (value == 0 || !isSpace(current)) {
                throw new StreamCorruptedException("has no number as its " + what);
            }
            return value;
        }

        private void skipLine() throws IOException {
            while (current != '\n' && current != '\r') {
                next();
            }
        }
    }
}
