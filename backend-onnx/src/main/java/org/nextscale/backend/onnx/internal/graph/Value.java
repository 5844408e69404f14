package org.nextscale.backend.onnx.internal.graph;

/** A value of a graph under construction: an input, a weight, a constant or what a node computes. */
public record Value(String name) {
    /** Stands for an optional input that is not given. */
    public static final Value ABSENT = new Value("");
}
