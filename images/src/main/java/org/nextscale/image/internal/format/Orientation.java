package org.nextscale.image.internal.format;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.nextscale.api.image.RgbImage;

/** Which way up a camera was held (Exif tag 0x0112): readers leave photographs lying as they were stored. */
public enum Orientation {
    /** Stored as it is seen; the others in the order of the standard, 1 to 8. */
    UPRIGHT,
    MIRRORED,
    UPSIDE_DOWN,
    MIRRORED_UPSIDE_DOWN,
    TRANSPOSED,
    TURN_RIGHT,
    TRANSVERSE,
    TURN_LEFT;

    private static final byte[] MARK = "Exif\0\0".getBytes(StandardCharsets.US_ASCII);
    private static final short TAG = 0x0112;
    private static final int TAG_BYTES = 12;

    /**
     * What Exif data says, with their mark before them or without, which are a small TIFF: byte order, where the first directory lies, its entries.
     *
     * @return upright if it says nothing, or nothing sensible
     */
    static Orientation inExif(byte[] exif) {
        int start = isMarked(exif) ? MARK.length : 0;
        ByteBuffer tiff = ByteBuffer.wrap(exif, start, exif.length - start).slice();
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

    /** Whether a piece of a file is marked as Exif data. */
    static boolean isMarked(byte[] data) {
        return data.length >= MARK.length && Arrays.equals(data, 0, MARK.length, MARK, 0, MARK.length);
    }

    /** Whether width and height change places. */
    public boolean lying() {
        return ordinal() >= TRANSPOSED.ordinal();
    }

    /** Brings an image into the position in which it is seen. */
    public RgbImage upright(RgbImage stored) {
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
