package org.nextscale.sampler.internal;

import java.util.List;
import org.nextscale.api.model.Scale;
import org.nextscale.api.plugin.Parameter;
import org.nextscale.api.plugin.ParameterValues;
import org.nextscale.api.sampling.ExactAlgorithm;
import org.nextscale.api.sampling.Guidance;

/**
 * Classifier-free guidance (Ho and Salimans, 2022): {@code (1 + t)·conditional − t·unconditional}.
 *
 * @param cfg the strength t, at the finest scale if it ramps
 * @param ramp whether t grows linearly from 0 over the scales
 * @param cutoff how many of the last scales run without guidance, and so without the unconditional half
 */
record ClassifierFree(double cfg, boolean ramp, int cutoff) implements Guidance {
    private static final String CFG = "cfg";
    private static final String CUTOFF = "cutoff";

    /** What guidances of this kind declare. */
    static final List<Parameter> PARAMETERS = List.of(
            Parameter.number(CFG, 3, 0, 100, "strength of classifier-free guidance; 0 for none, at half the work"),
            Parameter.integer(
                    CUTOFF, 0, 0, 256, "this many of the finest scales run without guidance, at half the work each"));

    static ClassifierFree of(ParameterValues values, boolean ramp) {
        return new ClassifierFree(values.number(CFG), ramp, (int) values.integer(CUTOFF));
    }

    /** Version 1 knows no cut-off. */
    static ExactAlgorithm algorithm(String name, ParameterValues values) {
        return ExactAlgorithm.of(name + (values.integer(CUTOFF) == 0 ? "/1" : "/2"), values);
    }

    @Override
    public boolean usesUnconditional(Scale scale) {
        return cfg != 0 && scale.index() < scale.count() - cutoff;
    }

    @Override
    public void combine(Scale scale, float[] conditional, float[] unconditional, float[] guided) {
        float t = usesUnconditional(scale) ? (float) (ramp ? cfg * scale.ratio() : cfg) : 0;
        if (t == 0) {
            System.arraycopy(conditional, 0, guided, 0, conditional.length);
            return;
        }
        for (int i = 0; i < conditional.length; i++) {
            guided[i] = (1 + t) * conditional[i] - t * unconditional[i];
        }
    }
}
