package org.nextscale.training.internal.data;

import java.util.List;

/** Square images of one size with a class each. Thread-safe and, once opened, unchanging. */
public interface ImageSet {

    /** How many images. */
    int size();

    /** Names of the classes, by label. */
    List<String> classNames();

    /** Class of an image, from 0. */
    int label(int index);

    /** Pixels along an edge. */
    int side();

    /**
     * Writes one image, {@code [3, side, side]} in [-1, 1]. The same index and view always give the same pixels.
     *
     * @param view part of the image, where the set has more than fits; every set can be flipped
     * @param offset where in {@code target} it begins
     */
    void read(int index, View view, float[] target, int offset);

    /**
     * SHA-256 in hexadecimal that stands for the data, whatever size it is read at: of the files' contents, or for folders
     * of pictures of their names, lengths and classes.
     */
    String fingerprint();

    /** Elements of one image: {@code 3 · side · side}. */
    default int elements() {
        return 3 * side() * side();
    }
}
