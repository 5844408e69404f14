package org.nextscale.api.sampling;

import java.util.Optional;

/** What a sampler chose for one scale of one image. Its arrays are shared, not copied. */
public final class SampledTokens {
    private final int[] tokens;
    private final Optional<float[]> mixture;

    private SampledTokens(int[] tokens, Optional<float[]> mixture) {
        this.tokens = tokens;
        this.mixture = mixture;
    }

    /** @param tokens the code index of every token */
    public static SampledTokens of(int[] tokens) {
        return new SampledTokens(tokens, Optional.empty());
    }

    /**
     * Tokens whose codes are blended in the feature map (the reference's {@code more_smooth}).
     *
     * @param tokens the code index of every token
     * @param mixture {@code [tokens, vocabulary]}, weights to mix codes by
     */
    public static SampledTokens mixed(int[] tokens, float[] mixture) {
        return new SampledTokens(tokens, Optional.of(mixture));
    }

    /** The code index of every token. */
    public int[] tokens() {
        return tokens;
    }

    /** {@code [tokens, vocabulary]}, weights to mix codes by; empty where the feature map receives the chosen codes. */
    public Optional<float[]> mixture() {
        return mixture;
    }
}
