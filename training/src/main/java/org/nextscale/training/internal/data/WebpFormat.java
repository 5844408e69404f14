package org.nextscale.training.internal.data;

import com.twelvemonkeys.imageio.plugins.webp.WebPImageReaderSpi;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import javax.imageio.ImageReader;
import org.nextscale.engine.image.ImageFormat;

/** WebP, read by TwelveMonkeys ImageIO. Asked directly: a bundle's readers are not in the JDK's registry. */
final class WebpFormat implements ImageFormat {
    private static final byte[] RIFF = "RIFF".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] WEBP = "WEBP".getBytes(StandardCharsets.US_ASCII);
    private static final int KIND_AT = 8;

    /** A picture of one colour takes 30 bytes, whatever its size: so much is believed without asking. */
    private static final long FEW_PIXELS = 1 << 20;

    private static final long PIXELS_A_BYTE = 8 * 1032;

    private final WebPImageReaderSpi readers = new WebPImageReaderSpi();

    @Override
    public boolean recognises(byte[] start) {
        return start.length >= KIND_AT + WEBP.length
                && Arrays.equals(start, 0, RIFF.length, RIFF, 0, RIFF.length)
                && Arrays.equals(start, KIND_AT, KIND_AT + WEBP.length, WEBP, 0, WEBP.length);
    }

    /** RIFF says how much follows its first eight bytes. */
    @Override
    public long bytes(byte[] start) {
        return KIND_AT
                + Integer.toUnsignedLong(
                        ByteBuffer.wrap(start).order(ByteOrder.LITTLE_ENDIAN).getInt(RIFF.length));
    }

    @Override
    public long mostPixels(long bytes) {
        return Math.max(FEW_PIXELS, bytes * PIXELS_A_BYTE);
    }

    @Override
    public ImageReader reader() {
        try {
            return readers.createReaderInstance();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
