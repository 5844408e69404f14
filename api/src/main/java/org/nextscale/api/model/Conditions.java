package org.nextscale.api.model;

import java.util.Arrays;
import java.util.List;

/** The conditions of a batch, one an image. Immutable. */
public final class Conditions {
    private final List<Condition> all;

    private Conditions(List<Condition> all) {
        this.all = List.copyOf(all);
        if (all.isEmpty()) {
            throw new IllegalArgumentException("a batch has at least one image");
        }
    }

    public static Conditions of(List<Condition> conditions) {
        return new Conditions(conditions);
    }

    public static Conditions of(Condition... conditions) {
        return new Conditions(List.of(conditions));
    }

    /** Classes by their indices, from 0. */
    public static Conditions ofClasses(int... labels) {
        return new Conditions(Arrays.stream(labels).mapToObj(Condition::ofClass).toList());
    }

    /** Images in the batch. */
    public int size() {
        return all.size();
    }

    public Condition get(int image) {
        return all.get(image);
    }

    public List<Condition> asList() {
        return all;
    }

    /** Some of them, from {@code from} to before {@code to}. */
    public Conditions range(int from, int to) {
        return new Conditions(all.subList(from, to));
    }

    /**
     * Row of the class embedding for every image: the class, or the last row, {@link TransformerSpec#classes()}, for none.
     *
     * @throws IllegalArgumentException for a class that the model does not have
     */
    public int[] embeddingRows(TransformerSpec spec) {
        int[] rows = new int[size()];
        for (int i = 0; i < rows.length; i++) {
            rows[i] = get(i).label().orElse(spec.classes());
            if (rows[i] > spec.classes() || rows[i] == spec.classes() && !get(i).isNone()) {
                throw new IllegalArgumentException(get(i) + " does not exist: there are " + spec.classes());
            }
        }
        return rows;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Conditions conditions && conditions.all.equals(all);
    }

    @Override
    public int hashCode() {
        return all.hashCode();
    }

    @Override
    public String toString() {
        return all.toString();
    }
}
