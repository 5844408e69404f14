package org.nextscale.image;

import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.nextscale.api.image.RgbImage;

/** Which way up a camera was held (Exif tag 0x0112): the JDK's reader leaves photographs lying as they were stored. */
enum JpegOrientation {
    /** Stored as it is seen; the others in the order of the standard, 1 to 8. */
    UPRIGHT,
    MIRRORED,
    UPSIDE_DOWN,
    MIRRORED_UPSIDE_DOWN,
    TRANSPOSED,
    TURN_RIGHT,
    TRANSVERSE,
    TURN_LEFT;

    private static final int START_OF_IMAGE = 0xffd8;
    private static final int START_OF_SCAN = 0xffda;
    private static final int APP1 = 0xffe1;
    private static final byte[] EXIF = "Exif\0\0".getBytes(StandardCharsets.US_ASCII);
    private static final short TAG = 0x0112;
    private static final int TAG_BYTES = 12;

    /** What a file says; upright if it says nothing, or nothing sensible. */
    static JpegOrientation of(Path file) throws IOException {
        try (DataInputStream in = new DataInputStream(new BufferedInputStream(Files.newInputStream(file)))) {
            if (in.readUnsignedShort() != START_OF_IMAGE) {
                return UPRIGHT;
            }
            int marker = in.readUnsignedShort();
            while (marker >= 0xff00 && marker != START_OF_SCAN) {
                int length = in.readUnsignedShort() - Short.BYTES;
                if (length < 0) {
                    return UPRIGHT;
                }
                byte[] segment = in.readNBytes(length);
                if (marker == APP1 && startsWithExif(segment)) {
                    return inExif(ByteBuffer.wrap(segment, EXIF.length, length - EXIF.length)
                            .slice());
                }
                marker = in.readUnsignedShort();
            }
            return UPRIGHT;
        } catch (EOFException e) {
            return UPRIGHT;
        }
    }

    private static boolean startsWithExif(byte[] segment) {
        if (segment.length < EXIF.length) {
            return false;
        }
        for (int i = 0; i < EXIF.length; i++) {
            if (segment[i] != EXIF[i]) {
                return false;
            }
        }
        return true;
    }

    /** A small TIFF: byte order, where the first directory lies, its entries. */
    private static JpegOrientation inExif(ByteBuffer tiff) {
        if (tiff.limit() < 8) {
            return UPRIGHT;
        }
        tiff.order(tiff.get(0) == 'I' ? ByteOrder.LITTLE_ENDIAN : ByteOrder.BIG_ENDIAN);
        int directory = tiff.getInt(4);
        if (directory < 0 || directory > tiff.limit() - Short.BYTES) {
            return UPRIGHT;
        }
        int entries = Short.toUnsignedInt(tiff.getShort(directory));
        int first = directory + Short.BYTES;
        for (int at = first; entries > 0 && at <= tiff.limit() - TAG_BYTES; at += TAG_BYTES, entries--) {
            if (tiff.getShort(at) == TAG) {
                int value = Short.toUnsignedInt(tiff.getShort(at + 8));
                return value >= 1 && value <= values().length ? values()[value - 1] : UPRIGHT;
            }
        }
        return UPRIGHT;
    }

    /** Whether width and height change places. */
    boolean lying() {
        return ordinal() >= TRANSPOSED.ordinal();
    }

    /** Brings an image into the position in which it is seen. */
    RgbImage upright(RgbImage stored) {
        if (this == UPRIGHT) {
            return stored;
        }
        int width = lying() ? stored.height() : stored.width();
        int height = lying() ? stored.width() : stored.height();
        int row = stored.width();
        int lastRow = stored.height() - 1;
        int lastColumn = row - 1;
        byte[] seen = new byte[stored.rgb().length];
        for (int y = 0; y < height; y++) {
            for (int x = 0; x < width; x++) {
                int from = switch (this) {
                    case UPRIGHT -> y * row + x;
                    case MIRRORED -> y * row + lastColumn - x;
                    case UPSIDE_DOWN -> (lastRow - y) * row + lastColumn - x;
                    case MIRRORED_UPSIDE_DOWN -> (lastRow - y) * row + x;
                    case TRANSPOSED -> x * row + y;
                    case TURN_RIGHT -> (lastRow - x) * row + y;
                    case TRANSVERSE -> (lastRow - x) * row + lastColumn - y;
                    case TURN_LEFT -> x * row + lastColumn - y;
                };
                System.arraycopy(stored.rgb(), from * 3, seen, (y * width + x) * 3, 3);
            }
        }
        return new RgbImage(width, height, seen);
    }
}
