package org.nextscale.api.evaluation;

import java.util.OptionalInt;

/** The input of a feature network, {@code [batch, 3, height, width]}. Immutable. */
public final class FeatureInput {
    private final OptionalInt height;
    private final OptionalInt width;

    private FeatureInput(OptionalInt height, OptionalInt width) {
        this.height = height;
        this.width = width;
    }

    /** Sizes in pixels, each empty if any will do. */
    public static FeatureInput of(OptionalInt height, OptionalInt width) {
        return new FeatureInput(height, width);
    }

    /** Pixels; empty if any will do. */
    public OptionalInt height() {
        return height;
    }

    /** Pixels; empty if any will do. */
    public OptionalInt width() {
        return width;
    }
}
