package org.nextscale.examples.guidance;

import org.nextscale.api.model.Scale;
import org.nextscale.api.sampling.Guidance;

/**
 * Classifier-free guidance in a limited interval (Kynkäänniemi et al., Applying Guidance in a Limited Interval Improves Sample
 * and Distribution Quality in Diffusion Models, 2024), with scales in the place of noise levels: too early it takes away
 * variety, too late it changes nothing for the better.
 *
 * @param cfg strength inside the interval
 * @param from where it begins, as {@link Scale#ratio} counts
 * @param to where it ends
 */
record IntervalGuidance(double cfg, double from, double to) implements Guidance {
    /**
     * From the first scale on, although nothing is guided before the interval: the scales inside it look back at the
     * unconditional half of all scales before them. Behind it that half is given up, which saves half of the work.
     */
    @Override
    public boolean usesUnconditional(Scale scale) {
        return cfg > 0 && scale.ratio() <= to;
    }

    @Override
    public void combine(Scale scale, float[] conditional, float[] unconditional, float[] guided) {
        boolean inside = cfg > 0 && scale.ratio() >= from && scale.ratio() <= to;
        for (int code = 0; code < conditional.length; code++) {
            guided[code] =
                    inside ? (float) ((1 + cfg) * conditional[code] - cfg * unconditional[code]) : conditional[code];
        }
    }
}
