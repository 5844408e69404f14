package org.nextscale.image.internal.format;

import com.twelvemonkeys.imageio.plugins.webp.WebPImageReaderSpi;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Set;
import javax.imageio.ImageReader;
import javax.imageio.stream.ImageInputStream;
import javax.imageio.stream.MemoryCacheImageInputStream;
import org.nextscale.api.image.ImageSize;

/**
 * WebP (RFC 9649), read by TwelveMonkeys ImageIO. Asked directly: a bundle's readers are not in the JDK's registry, which is
 * everybody's.
 */
public final class WebpFormat implements PictureFormat {
    private static final byte[] RIFF = "RIFF".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] WEBP = "WEBP".getBytes(StandardCharsets.US_ASCII);
    private static final int KIND_AT = 8;
    private static final int FILE_HEAD = 12;
    private static final int CHUNK_HEAD = 8;
    private static final Set<String> NO_PICTURE = Set.of("ICCP", "EXIF", "XMP ");
    /** In the first byte of VP8X: that there is a profile, Exif data, XMP data. */
    private static final int NO_PICTURE_FLAGS = 0x20 | 0x08 | 0x04;
    /** Bytes of a chunk with pictures in which its size stands. */
    private static final int SIZED = 10;

    /** A picture of one colour takes 30 bytes, whatever its size: so much is believed without asking. */
    private static final long FEW_PIXELS = 1 << 20;

    @Override
    public boolean matches(byte[] start, int there) {
        return there >= FILE_HEAD
                && Arrays.equals(start, 0, RIFF.length, RIFF, 0, RIFF.length)
                && Arrays.equals(start, KIND_AT, FILE_HEAD, WEBP, 0, WEBP.length);
    }

    @Override
    public long mostPixels(long bytes) {
        return Math.max(FEW_PIXELS, bytes * MOST_PIXELS_A_BYTE);
    }

    /** Goes through the whole file, but reads the heads of its chunks only: Exif data come last. */
    @Override
    public Header header(InputStream stream) throws IOException {
        DataInputStream in = new DataInputStream(stream);
        ImageSize size = null;
        Orientation orientation = Orientation.UPRIGHT;
        in.skipNBytes(RIFF.length);
        long left = littleEndian(in) - WEBP.length;
        in.skipNBytes(WEBP.length);
        while (left >= CHUNK_HEAD) {
            String type = new String(in.readNBytes(Integer.BYTES), StandardCharsets.ISO_8859_1);
            long length = littleEndian(in);
            long padded = length + (length & 1);
            long read = 0;
            if (type.equals("EXIF")) {
                byte[] data = in.readNBytes((int) Math.min(length, Integer.MAX_VALUE));
                orientation = Orientation.inExif(data);
                read = data.length;
            } else if (type.startsWith("VP8")) {
                byte[] start = in.readNBytes((int) Math.min(length, SIZED));
                size = within(size, size(type, start));
                read = start.length;
            }
            in.skipNBytes(Math.min(padded, left - CHUNK_HEAD) - read);
            left -= CHUNK_HEAD + padded;
        }
        if (size == null) {
            throw new IOException("it has no picture");
        }
        return new Header(size, orientation);
    }

    private static long littleEndian(DataInputStream in) throws IOException {
        return Integer.toUnsignedLong(Integer.reverseBytes(in.readInt()));
    }

    /** A picture is as large as its canvas says, which comes first. */
    private static ImageSize within(ImageSize canvas, ImageSize size) throws IOException {
        if (canvas == null) {
            return size;
        }
        if (size.width() > canvas.width() || size.height() > canvas.height()) {
            throw new IOException("its picture of " + size.width() + " x " + size.height()
                    + " pixels is larger than its canvas of " + canvas.width() + " x " + canvas.height());
        }
        return canvas;
    }

    private static ImageSize size(String type, byte[] start) throws IOException {
        if (start.length < SIZED && !(type.equals("VP8L") && start.length >= 5)) {
            throw new IOException("its picture has no size");
        }
        ByteBuffer data = ByteBuffer.wrap(start).order(ByteOrder.LITTLE_ENDIAN);
        int width;
        int height;
        switch (type) {
            case "VP8X" -> {
                width = (data.getInt(3) >>> 8) + 1;
                height = (data.getInt(6) >>> 8) + 1;
            }
            case "VP8L" -> {
                int packed = data.getInt(1);
                width = (packed & 0x3fff) + 1;
                height = (packed >>> 14 & 0x3fff) + 1;
            }
            default -> {
                width = data.getShort(6) & 0x3fff;
                height = data.getShort(8) & 0x3fff;
            }
        }
        if (width == 0 || height == 0) {
            throw new IOException("its header says " + width + " x " + height + " pixels");
        }
        return new ImageSize(width, height);
    }

    @Override
    public BufferedImage decode(byte[] file) throws IOException {
        ImageReader reader = new WebPImageReaderSpi().createReaderInstance();
        try (ImageInputStream stream = new MemoryCacheImageInputStream(new ByteArrayInputStream(picture(file)))) {
            reader.setInput(stream, true, true);
            return reader.read(0);
        } finally {
            reader.dispose();
        }
    }

    /** The chunks that make the picture. */
    private static byte[] picture(byte[] file) {
        ByteBuffer in = ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN);
        ByteArrayOutputStream kept = new ByteArrayOutputStream(file.length);
        kept.write(file, 0, FILE_HEAD);
        long at = FILE_HEAD;
        while (at <= file.length - CHUNK_HEAD) {
            String type = new String(file, (int) at, Integer.BYTES, StandardCharsets.ISO_8859_1);
            long length = Integer.toUnsignedLong(in.getInt((int) at + Integer.BYTES));
            long end = Math.min(file.length, at + CHUNK_HEAD + length + (length & 1));
            if (!NO_PICTURE.contains(type)) {
                if (type.equals("VP8X") && length > 0) {
                    file[(int) at + CHUNK_HEAD] &= ~NO_PICTURE_FLAGS;
                }
                kept.write(file, (int) at, (int) (end - at));
            }
            at = end;
        }
        byte[] picture = kept.toByteArray();
        ByteBuffer.wrap(picture).order(ByteOrder.LITTLE_ENDIAN).putInt(RIFF.length, picture.length - CHUNK_HEAD);
        return picture;
    }
}
