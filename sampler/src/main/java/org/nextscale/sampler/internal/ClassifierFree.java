package org.nextscale.sampler.internal;

import org.nextscale.api.model.Scale;
import org.nextscale.api.parameter.Parameter;
import org.nextscale.api.sampling.Guidance;

/**
 * Classifier-free guidance (Ho and Salimans, 2022): {@code (1 + t)·conditional − t·unconditional}.
 *
 * @param cfg the strength t, at the finest scale if it ramps
 * @param ramp whether t grows linearly from 0 over the scales
 */
record ClassifierFree(double cfg, boolean ramp) implements Guidance {
    static final Parameter CFG =
            Parameter.number("cfg", 3, 0, 100, "strength of classifier-free guidance; 0 for none, at half the work");

    @Override
    public boolean usesUnconditional(Scale scale) {
        return cfg != 0;
    }

    @Override
    public void combine(Scale scale, float[] conditional, float[] unconditional, float[] guided) {
        float t = (float) (ramp ? cfg * scale.ratio() : cfg);
        if (t == 0) {
            System.arraycopy(conditional, 0, guided, 0, conditional.length);
            return;
        }
        for (int i = 0; i < conditional.length; i++) {
            guided[i] = (1 + t) * conditional[i] - t * unconditional[i];
        }
    }
}
