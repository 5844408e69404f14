package org.nextscale.api.evaluation;

import java.util.OptionalInt;

/**
 * The input of a feature network, {@code [batch, 3, height, width]}.
 *
 * @param height pixels; empty if any will do
 * @param width pixels; empty if any will do
 */
public record FeatureInput(OptionalInt height, OptionalInt width) {}
