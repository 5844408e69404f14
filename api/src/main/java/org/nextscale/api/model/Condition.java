package org.nextscale.api.model;

import java.util.OptionalInt;

/**
 * What an image is to show: a class of the model, or nothing in particular. Immutable.
 *
 * <p>The only way to say "no class": requests, batches and provenance all say {@link #NONE}. Models that are conditioned on
 * something else will find their conditions here too; see decision 10.
 */
public final class Condition {
    /** No class: the model's unconditional embedding. */
    public static final Condition NONE = new Condition(-1);

    private final int label;

    private Condition(int label) {
        this.label = label;
    }

    /**
     * A class.
     *
     * @param label its index, from 0
     */
    public static Condition ofClass(int label) {
        if (label < 0) {
            throw new IllegalArgumentException("class " + label + " does not exist: classes count from 0");
        }
        return new Condition(label);
    }

    /** Whether it says nothing. */
    public boolean isNone() {
        return label < 0;
    }

    /** Index of the class; empty for {@link #NONE}. */
    public OptionalInt label() {
        return isNone() ? OptionalInt.empty() : OptionalInt.of(label);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Condition condition && condition.label == label;
    }

    @Override
    public int hashCode() {
        return label;
    }

    @Override
    public String toString() {
        return isNone() ? "no class" : "class " + label;
    }
}
