package org.nextscale.backend.nd4j.internal.tokenizer;

/** One step of the encoder or decoder: replaces the canvas's current map. Immutable. */
@FunctionalInterface
interface Stage {
    void run(Canvas canvas);
}
