package org.nextscale.image.internal.format;

import java.awt.image.BufferedImage;
import java.awt.image.Raster;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Iterator;
import javax.imageio.ImageIO;
import javax.imageio.ImageReader;
import javax.imageio.stream.ImageInputStream;
import javax.imageio.stream.MemoryCacheImageInputStream;
import org.nextscale.api.image.ImageSize;

/**
 * JPEG (ITU-T T.81): the JDK's libjpeg decodes, and what the numbers mean is decided as libjpeg and Pillow do. Left to itself the JDK's
 * reader refuses broken colour profiles and odd versions of JFIF, and takes other colours for granted.
 */
public final class JpegFormat implements PictureFormat {
    private static final int START_OF_IMAGE = 0xd8;
    private static final int END_OF_IMAGE = 0xd9;
    private static final int START_OF_SCAN = 0xda;
    private static final int APP0 = 0xe0;
    private static final int APP1 = 0xe1;
    private static final int APP14 = 0xee;
    private static final int APP15 = 0xef;
    private static final int COMMENT = 0xfe;
    private static final byte[] JFIF = "JFIF\0".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] ADOBE = "Adobe".getBytes(StandardCharsets.US_ASCII);

    /** libjpeg's word for a scan that ends too early. */
    private static final String CUT_SHORT = "premature end of data segment";

    @Override
    public boolean matches(byte[] start, int there) {
        return there >= 3 && (start[0] & 0xff) == 0xff && (start[1] & 0xff) == START_OF_IMAGE;
    }

    @Override
    public Header header(InputStream in) throws IOException {
        return Frame.read(in).header();
    }

    @Override
    public BufferedImage decode(byte[] file) throws IOException {
        ByteArrayInputStream in = new ByteArrayInputStream(file);
        Frame frame = Frame.read(in);
        int scans = file.length - in.available();
        int end = endOfImage(file, scans);
        boolean whole = end < file.length;
        ByteArrayOutputStream picture = new ByteArrayOutputStream(frame.kept.size() + end - scans + 2);
        frame.kept.writeTo(picture);
        picture.write(file, scans, end - scans);
        picture.write(0xff);
        picture.write(END_OF_IMAGE);
        return frame.colours().picture(raster(picture.toByteArray(), whole));
    }

    private static Raster raster(byte[] picture, boolean whole) throws IOException {
        Iterator<ImageReader> readers = ImageIO.getImageReadersByFormatName("jpeg");
        if (!readers.hasNext()) {
            throw new IOException("this Java has no reader for JPEG");
        }
        ImageReader reader = readers.next();
        try (ImageInputStream stream = new MemoryCacheImageInputStream(new ByteArrayInputStream(picture))) {
            boolean[] cut = {false};
            reader.addIIOReadWarningListener((source, words) -> cut[0] |= words.contains(CUT_SHORT));
            reader.setInput(stream, true, true);
            Raster raster = reader.readRaster(0, null);
            if (cut[0] && !whole) {
                // The rest would be grey.
                throw new EOFException();
            }
            return raster;
        } catch (IOException | RuntimeException e) {
            if (whole) {
                throw e;
            }
            throw (EOFException) new EOFException().initCause(e);
        } finally {
            reader.dispose();
        }
    }

    /** Where the marker of the end lies; the file's length if there is none. Numbers of a scan never look like a marker. */
    private static int endOfImage(byte[] file, int from) {
        int at = from;
        while (at < file.length - 1) {
            int marker = file[at + 1] & 0xff;
            if ((file[at] & 0xff) != 0xff || marker == 0xff) {
                at++;
            } else if (marker == END_OF_IMAGE) {
                return at;
            } else if (isAlone(marker) || at > file.length - 4) {
                at += 2;
            } else {
                at += 2 + Math.max(2, (file[at + 2] & 0xff) << 8 | file[at + 3] & 0xff);
            }
        }
        return file.length;
    }

    /** Whether nothing belongs to a marker: a byte of data (0), restarts, the beginning, and one for private use (1). */
    private static boolean isAlone(int marker) {
        return marker <= 1 || marker >= 0xd0 && marker <= START_OF_IMAGE;
    }

    /** Everything before the first scan, as far as the picture needs it. */
    private static final class Frame {
        /** From the start of the image on, without what is for programs. */
        private final ByteArrayOutputStream kept = new ByteArrayOutputStream();

        private Orientation orientation = Orientation.UPRIGHT;
        private boolean jfif;
        private int adobeTransform = -1;
        private ImageSize size;
        private int[] components = {};

        static Frame read(InputStream stream) throws IOException {
            DataInputStream in = new DataInputStream(stream);
            Frame frame = new Frame();
            frame.segments(in);
            if (frame.size == null) {
                throw new IOException("it has no frame header");
            }
            return frame;
        }

        private void segments(DataInputStream in) throws IOException {
            int marker = marker(in);
            while (marker != START_OF_SCAN) {
                if (marker == END_OF_IMAGE) {
                    throw new IOException("it has no picture");
                }
                if (isAlone(marker)) {
                    keep(marker);
                } else {
                    int length = in.readUnsignedShort();
                    if (length < 2) {
                        throw new IOException("a segment has no length");
                    }
                    byte[] segment = new byte[length - 2];
                    in.readFully(segment);
                    segment(marker, segment);
                }
                marker = marker(in);
            }
            keep(marker);
        }

        /** The next marker; what lies before it is passed over, as libjpeg does. */
        private static int marker(DataInputStream in) throws IOException {
            int marker = 0;
            while (marker == 0) {
                while (in.readUnsignedByte() != 0xff) {
                    continue;
                }
                do {
                    marker = in.readUnsignedByte();
                } while (marker == 0xff);
            }
            return marker;
        }

        private void segment(int marker, byte[] data) throws IOException {
            if (marker == APP0) {
                jfif |= startsWith(data, JFIF) && data.length >= 14;
            } else if (marker == APP1) {
                if (Orientation.isMarked(data)) {
                    orientation = Orientation.inExif(data);
                }
            } else if (marker == APP14) {
                if (startsWith(data, ADOBE) && data.length >= 12) {
                    adobeTransform = data[11] & 0xff;
                }
            } else if (marker < APP0 || marker > APP15 && marker != COMMENT) {
                if (isFrame(marker)) {
                    frame(data);
                }
                keep(marker);
                kept.write(data.length + 2 >> 8);
                kept.write(data.length + 2);
                kept.write(data);
            }
        }

        private void keep(int marker) {
            kept.write(0xff);
            kept.write(marker);
        }

        /** SOF0 to SOF15, but for tables of Huffman (c4) and arithmetic coding (cc), and an extension (c8). */
        private static boolean isFrame(int marker) {
            return marker >= 0xc0 && marker <= 0xcf && marker != 0xc4 && marker != 0xc8 && marker != 0xcc;
        }

        private void frame(byte[] data) throws IOException {
            if (data.length < 6 || data.length < 6 + 3 * (data[5] & 0xff)) {
                throw new IOException("its frame header is too short");
            }
            int height = (data[1] & 0xff) << 8 | data[2] & 0xff;
            int width = (data[3] & 0xff) << 8 | data[4] & 0xff;
            if (width == 0 || height == 0) {
                throw new IOException("its frame header says " + width + " x " + height + " pixels");
            }
            size = new ImageSize(width, height);
            components = new int[data[5] & 0xff];
            for (int i = 0; i < components.length; i++) {
                components[i] = data[6 + 3 * i] & 0xff;
            }
        }

        Header header() {
            return new Header(size, orientation);
        }

        /** As libjpeg guesses (jdapimin.c, {@code default_decompress_parms}), and Pillow, which takes Adobe's inks for inverted. */
        JpegColours colours() throws IOException {
            return switch (components.length) {
                case 1 -> JpegColours.GREY;
                case 3 -> {
                    boolean rgb = !jfif
                            && (adobeTransform == 0
                                    || adobeTransform < 0 && Arrays.equals(components, new int[] {'R', 'G', 'B'}));
                    yield rgb ? JpegColours.RGB : JpegColours.YCBCR;
                }
                case 4 -> {
                    if (adobeTransform < 0) {
                        yield JpegColours.CMYK;
                    }
                    yield adobeTransform == 0 ? JpegColours.INVERTED_CMYK : JpegColours.INVERTED_YCCK;
                }
                default -> throw new IOException("it has " + components.length + " channels");
            };
        }
    }

    private static boolean startsWith(byte[] data, byte[] start) {
        return data.length >= start.length && Arrays.equals(data, 0, start.length, start, 0, start.length);
    }
}
