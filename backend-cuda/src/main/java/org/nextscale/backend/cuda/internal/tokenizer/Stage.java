package org.nextscale.backend.cuda.internal.tokenizer;

/** One step of the encoder or decoder: replaces the canvas's map. Immutable. */
@FunctionalInterface
interface Stage {
    void run(Canvas canvas);
}
