package org.nextscale.api.tokenizer;

/**
 * Feature maps f or f̂ of a batch, {@code [batch, channels, height, width]} in float32. The array is shared, not copied.
 *
 * @param values row-major, {@code batch · channels · height · width} elements
 */
public record FeatureMap(int batch, int channels, int height, int width, float[] values) {

    public FeatureMap {
        if (values.length != (long) batch * channels * height * width) {
            throw new IllegalArgumentException(
                    values.length + " values are not [" + batch + ", " + channels + ", " + height + ", " + width + "]");
        }
    }
}
