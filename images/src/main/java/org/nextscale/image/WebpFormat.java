package org.nextscale.image;

import com.twelvemonkeys.imageio.plugins.webp.WebPImageReaderSpi;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import javax.imageio.ImageReader;

/** WebP, read by TwelveMonkeys ImageIO. Asked directly: a bundle's readers are not in the JDK's registry, which is everybody's. */
final class WebpFormat {
    /** Bytes of a file's beginning that the others are shown. */
    static final int START = 16;

    private static final byte[] RIFF = "RIFF".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] WEBP = "WEBP".getBytes(StandardCharsets.US_ASCII);
    private static final int KIND_AT = 8;

    /** A picture of one colour takes 30 bytes, whatever its size: so much is believed without asking. */
    private static final long FEW_PIXELS = 1 << 20;

    private static final long PIXELS_A_BYTE = 8 * 1032;

    private WebpFormat() {}

    /** Whether a file is of this kind: its first bytes, of which so many were there. */
    static boolean matches(byte[] start, int there) {
        return there >= KIND_AT + WEBP.length
                && Arrays.equals(start, 0, RIFF.length, RIFF, 0, RIFF.length)
                && Arrays.equals(start, KIND_AT, KIND_AT + WEBP.length, WEBP, 0, WEBP.length);
    }

    /** Bytes that the file must have, which the reader would fill up: RIFF says how much follows its first eight bytes. */
    static long bytes(byte[] start) {
        return KIND_AT
                + Integer.toUnsignedLong(
                        ByteBuffer.wrap(start).order(ByteOrder.LITTLE_ENDIAN).getInt(RIFF.length));
    }

    /** The most pixels that are believed to be in a file of so many bytes. */
    static long mostPixels(long bytes) {
        return Math.max(FEW_PIXELS, bytes * PIXELS_A_BYTE);
    }

    /** A reader for one file. */
    static ImageReader reader() throws IOException {
        return new WebPImageReaderSpi().createReaderInstance();
    }
}
