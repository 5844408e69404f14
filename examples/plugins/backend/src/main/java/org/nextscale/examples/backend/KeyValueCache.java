package org.nextscale.examples.backend;

/** Keys and values of a sequence's tokens in one block, those of all scales so far. For one thread. */
final class KeyValueCache {
    private final int width;
    private final float[] keys;
    private final float[] values;
    private int tokens;

    /** @param most tokens of all scales together */
    KeyValueCache(int most, int width) {
        this.width = width;
        keys = new float[most * width];
        values = new float[most * width];
    }

    /** Adds the keys and values that stand in {@code [tokens, 3 · width]} behind the queries. */
    void add(float[] queriesKeysValues) {
        for (int row = 0; row < queriesKeysValues.length; row += 3 * width) {
            System.arraycopy(queriesKeysValues, row + width, keys, tokens * width, width);
            System.arraycopy(queriesKeysValues, row + 2 * width, values, tokens * width, width);
            tokens++;
        }
    }

    int tokens() {
        return tokens;
    }

    /** {@code [tokens, width]}, and room behind them. */
    float[] keys() {
        return keys;
    }

    /** {@code [tokens, width]}, and room behind them. */
    float[] values() {
        return values;
    }
}
