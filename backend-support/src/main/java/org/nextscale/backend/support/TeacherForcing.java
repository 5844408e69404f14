package org.nextscale.backend.support;

import java.nio.FloatBuffer;
import org.nextscale.api.InvalidInputException;
import org.nextscale.api.backend.Logits;
import org.nextscale.api.backend.ScaleTransformer;
import org.nextscale.api.backend.TransformerSession;
import org.nextscale.api.model.Conditions;
import org.nextscale.api.model.ScalePyramid;
import org.nextscale.api.model.TransformerSpec;

/**
 * Teacher forcing scale by scale, through a session's cache: a token sees there what it sees under the block-causal mask, and
 * it costs no more. For backends that have no pass over all scales.
 */
public final class TeacherForcing {
    private final TransformerSpec spec;
    private final ScalePyramid pyramid;
    private final int fed;
    private final float[] inputs;
    private final float[] logits;

    private TeacherForcing(TransformerSpec spec, int images, float[] inputs) {
        this.spec = spec;
        this.inputs = inputs;
        pyramid = spec.pyramid();
        fed = (pyramid.totalTokens() - pyramid.tokens(0)) * spec.latentChannels();
        logits = logits(spec, images);
    }

    /**
     * Room for the logits of all scales, {@code [images, all tokens, vocabulary]}.
     *
     * @throws InvalidInputException if one array cannot hold them
     */
    public static float[] logits(TransformerSpec spec, int images) {
        long size = (long) images * spec.pyramid().totalTokens() * spec.vocabularySize();
        if (size > Integer.MAX_VALUE - 8) {
            throw new InvalidInputException("teacher forcing of " + images + " images at once is too much");
        }
        return new float[(int) size];
    }

    /**
     * What {@link ScaleTransformer#teacherForcing} returns.
     *
     * @param group images that a session has at most, so that its memory has a bound
     */
    public static Logits scaleByScale(ScaleTransformer transformer, Conditions conditions, float[] inputs, int group) {
        TransformerSpec spec = transformer.spec();
        int images = conditions.size();
        TeacherForcing forcing = new TeacherForcing(spec, images, inputs);
        for (int first = 0; first < images; first += group) {
            forcing.run(transformer, conditions.range(first, Math.min(images, first + group)), first);
        }
        return new Logits(
                FloatBuffer.wrap(forcing.logits), images, spec.pyramid().totalTokens(), spec.vocabularySize());
    }

    private void run(ScaleTransformer transformer, Conditions some, int first) {
        try (TransformerSession session = transformer.begin(some, false)) {
            for (int scale = 0; scale < pyramid.scales(); scale++) {
                put(session.next(input(first, some.size(), scale), false).conditional(), first, scale);
            }
        }
    }

    /** A scale's input of some images out of all scales' inputs of all images. */
    private float[] input(int first, int images, int scale) {
        if (scale == 0) {
            return new float[0];
        }
        int size = pyramid.tokens(scale) * spec.latentChannels();
        int offset = (pyramid.begin(scale) - pyramid.tokens(0)) * spec.latentChannels();
        float[] result = new float[images * size];
        for (int i = 0; i < images; i++) {
            System.arraycopy(inputs, (first + i) * fed + offset, result, i * size, size);
        }
        return result;
    }

    private void put(Logits found, int first, int scale) {
        float[] row = new float[spec.vocabularySize()];
        for (int i = 0; i < found.batch(); i++) {
            for (int token = 0; token < found.tokens(); token++) {
                found.copyRow(i, token, row);
                int at = (first + i) * pyramid.totalTokens() + pyramid.begin(scale) + token;
                System.arraycopy(row, 0, logits, at * row.length, row.length);
            }
        }
    }
}
