package org.nextscale.engine.image;

import javax.imageio.ImageReader;
import org.osgi.annotation.versioning.ConsumerType;

/** A kind of image file that the JDK does not read, lent to {@link ImageFiles} by who brings a reader for it. Thread-safe. */
@ConsumerType
public interface ImageFormat {
    /** Bytes of a file's beginning that {@link #recognises} is shown. */
    int START = 16;

    /**
     * Whether a file is of this kind.
     *
     * @param start the file's first bytes, at most {@link #START}
     */
    boolean recognises(byte[] start);

    /**
     * Bytes that a file of this kind must have, by what its beginning says: readers may fill up what is missing.
     *
     * @param start as above
     */
    long bytes(byte[] start);

    /** The most pixels that are believed to be in a file of so many bytes. */
    long mostPixels(long bytes);

    /** A reader for one file. */
    ImageReader reader();
}
