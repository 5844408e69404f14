package org.nextscale.api.sampling;

/**
 * What a sampler chose for one scale of one image.
 *
 * @param tokens the code index of every token
 * @param mixture {@code [tokens, vocabulary]}, weights to mix codes by where the feature map should receive a blend rather
 *     than the chosen code (the reference's {@code more_smooth}); {@code null} for the chosen codes themselves
 */
public record SampledTokens(int[] tokens, float[] mixture) {

    public static SampledTokens of(int[] tokens) {
        return new SampledTokens(tokens, null);
    }
}
