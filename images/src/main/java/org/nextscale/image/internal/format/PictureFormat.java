package org.nextscale.image.internal.format;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.io.InputStream;
import org.nextscale.api.image.ImageSize;

/** One kind of image file. Thread-safe. */
public interface PictureFormat {
    /** Bytes of a file's beginning that tell what it is. */
    int START = 16;

    /** Pixels that one byte of deflate at its best can stand for, at a bit each. */
    long MOST_PIXELS_A_BYTE = 8 * 1032;

    /** Whether a file begins like this kind: its first bytes, of which so many were there. */
    boolean matches(byte[] start, int there);

    /**
     * What a file says of its picture.
     *
     * @param in at the beginning of the file; not everything of it is read
     * @throws java.io.EOFException if it is cut short
     * @throws IOException that says in what way it is damaged
     */
    Header header(InputStream in) throws IOException;

    /**
     * The picture as it is stored, whatever colours its profile means.
     *
     * @param file all of it
     * @throws java.io.EOFException if it is cut short
     * @throws IOException that says in what way it is damaged
     */
    BufferedImage decode(byte[] file) throws IOException;

    /** The most pixels that are believed to be in a file of so many bytes. */
    default long mostPixels(long bytes) {
        return bytes * MOST_PIXELS_A_BYTE;
    }

    /**
     * What is known before anything is decoded.
     *
     * @param stored size as it is stored
     */
    record Header(ImageSize stored, Orientation orientation) {
        /** Size as it is seen. */
        public ImageSize seen() {
            return orientation.lying() ? new ImageSize(stored.height(), stored.width()) : stored;
        }
    }
}
