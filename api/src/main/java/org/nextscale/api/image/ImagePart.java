package org.nextscale.api.image;

import java.util.Locale;

/** The parts that a set of images may be divided into. */
public enum ImagePart {
    /** What is learned from. A set that is not divided is all of it. */
    TRAIN,
    /** What is only measured: named {@code test}, {@code val} or {@code validation}. */
    TEST,
    /** Everything there, whether it is divided or not. */
    ALL;

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
