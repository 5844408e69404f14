package org.nextscale.api.backend;

/**
 * What the transformer says at one scale, with and without the class.
 *
 * @param conditional {@code [batch, tokens, vocabulary]} under the images' own labels
 * @param unconditional the same under the unconditional label; {@code null} when that half did not run
 */
public record ScaleLogits(Logits conditional, Logits unconditional) {}
