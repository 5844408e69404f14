package org.nextscale.api.sampling;

import org.nextscale.api.model.Scale;
import org.osgi.annotation.versioning.ConsumerType;

/**
 * How logits with and without the class are joined. A pure function; thread-safe.
 *
 * <p>The guidances that ship, and the public VAR code, call t the strength ({@code cfg}) in {@code (1 + t)·conditional −
 * t·unconditional}, so that 0 is none. What the literature calls w is {@code 1 + t}.
 */
@ConsumerType
public interface Guidance {

    /**
     * Whether this scale needs the unconditional half. Once {@code false}, it must be {@code false} for all later scales:
     * the half is then not computed any more.
     */
    boolean usesUnconditional(Scale scale);

    /**
     * Joins the scores of one token.
     *
     * @param conditional one score a code
     * @param unconditional the same under {@link org.nextscale.api.model.Condition#NONE}; of length 0 where
     *     {@link #usesUnconditional} says no
     * @param guided receives the result; may be the same array as {@code conditional}
     */
    void combine(Scale scale, float[] conditional, float[] unconditional, float[] guided);
}
