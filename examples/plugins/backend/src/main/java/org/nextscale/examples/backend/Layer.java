package org.nextscale.examples.backend;

/** From a feature map to another. Immutable. */
@FunctionalInterface
interface Layer {
    Planes apply(Planes x);
}
