package org.nextscale.image.internal.format;

import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Iterator;
import java.util.Set;
import java.util.zip.CRC32;
import javax.imageio.ImageIO;
import javax.imageio.ImageReader;
import javax.imageio.stream.ImageInputStream;
import javax.imageio.stream.MemoryCacheImageInputStream;
import org.nextscale.api.image.ImageSize;

/**
 * PNG (W3C, third edition): the JDK's reader gets the chunks that make the picture. It does not look at check sums, and refuses files for
 * what is not picture: a text too long, transparency where there is alpha.
 */
public final class PngFormat implements PictureFormat {
    /** What every PNG file begins with; not to be changed. */
    public static final byte[] SIGNATURE = {(byte) 0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n'};

    private static final Set<String> PICTURE = Set.of("IHDR", "PLTE", "tRNS", "IDAT", "IEND");
    private static final int HEADER_BYTES = 13;
    private static final int COLOUR_TYPE_AT = 9;
    private static final int ALPHA = 4;

    @Override
    public boolean matches(byte[] start, int there) {
        return there >= SIGNATURE.length && Arrays.equals(start, 0, SIGNATURE.length, SIGNATURE, 0, SIGNATURE.length);
    }

    /** Goes through the whole file, but reads the heads of its chunks only: Exif data may come last. */
    @Override
    public Header header(InputStream stream) throws IOException {
        DataInputStream in = new DataInputStream(stream);
        ImageSize size = null;
        Orientation orientation = Orientation.UPRIGHT;
        try {
            in.skipNBytes(SIGNATURE.length);
            String type = "";
            while (!type.equals("IEND")) {
                int length = length(in);
                type = type(in);
                if (size == null) {
                    size = size(header(in, type, length));
                } else if (type.equals("eXIf")) {
                    orientation = Orientation.inExif(data(in, length));
                } else {
                    in.skipNBytes(length);
                }
                in.skipNBytes(Integer.BYTES);
            }
        } catch (EOFException e) {
            if (size == null) {
                throw new EOFException();
            }
            // Its size is what was asked for; decoding will say that it is cut short.
        }
        return new Header(size, orientation);
    }

    @Override
    public BufferedImage decode(byte[] file) throws IOException {
        Iterator<ImageReader> readers = ImageIO.getImageReadersByFormatName("png");
        if (!readers.hasNext()) {
            throw new IOException("this Java has no reader for PNG");
        }
        ImageReader reader = readers.next();
        try (ImageInputStream stream = new MemoryCacheImageInputStream(new ByteArrayInputStream(picture(file)))) {
            reader.setInput(stream, true, true);
            return reader.read(0);
        } finally {
            reader.dispose();
        }
    }

    /** The chunks that make the picture, whose check sums fit. */
    private static byte[] picture(byte[] file) throws IOException {
        ByteArrayOutputStream picture = new ByteArrayOutputStream(file.length);
        picture.write(SIGNATURE);
        boolean alpha = false;
        int at = SIGNATURE.length;
        String type = "";
        while (!type.equals("IEND")) {
            if (at > file.length - 3 * Integer.BYTES) {
                throw new EOFException();
            }
            int length = ByteBuffer.wrap(file).getInt(at);
            int end = at + 3 * Integer.BYTES + length;
            type = new String(file, at + Integer.BYTES, Integer.BYTES, StandardCharsets.ISO_8859_1);
            if (length < 0 || end < 0 || end > file.length) {
                throw new EOFException();
            }
            if (type.equals("IHDR") && length == HEADER_BYTES) {
                alpha = (file[at + 2 * Integer.BYTES + COLOUR_TYPE_AT] & ALPHA) != 0;
            }
            if (PICTURE.contains(type) && !(type.equals("tRNS") && alpha)) {
                requireSum(file, at + Integer.BYTES, end - Integer.BYTES, type);
                picture.write(file, at, end - at);
            }
            at = end;
        }
        return picture.toByteArray();
    }

    private static void requireSum(byte[] file, int from, int end, String type) throws IOException {
        CRC32 sum = new CRC32();
        sum.update(file, from, end - from);
        if ((int) sum.getValue() != ByteBuffer.wrap(file).getInt(end)) {
            throw new IOException("the check sum of chunk " + type + " does not fit");
        }
    }

    private static byte[] header(DataInputStream in, String type, int length) throws IOException {
        if (!type.equals("IHDR") || length != HEADER_BYTES) {
            throw new IOException("it does not begin with a header");
        }
        return data(in, length);
    }

    private static ImageSize size(byte[] header) throws IOException {
        int width = ByteBuffer.wrap(header).getInt(0);
        int height = ByteBuffer.wrap(header).getInt(Integer.BYTES);
        if (width <= 0 || height <= 0) {
            throw new IOException("its header says " + Integer.toUnsignedString(width) + " x "
                    + Integer.toUnsignedString(height) + " pixels");
        }
        return new ImageSize(width, height);
    }

    private static int length(DataInputStream in) throws IOException {
        int length = in.readInt();
        if (length < 0) {
            throw new IOException("a chunk has no end");
        }
        return length;
    }

    private static String type(DataInputStream in) throws IOException {
        byte[] type = new byte[Integer.BYTES];
        in.readFully(type);
        return new String(type, StandardCharsets.ISO_8859_1);
    }

    /** No more is allocated than is there. */
    private static byte[] data(DataInputStream in, int length) throws IOException {
        byte[] data = in.readNBytes(length);
        if (data.length < length) {
            throw new EOFException();
        }
        return data;
    }
}
