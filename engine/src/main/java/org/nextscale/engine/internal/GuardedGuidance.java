package org.nextscale.engine.internal;

import org.nextscale.api.model.Scale;
import org.nextscale.api.parameter.ParameterValues;
import org.nextscale.api.sampling.Guidance;
import org.nextscale.api.sampling.GuidanceFactory;

/** A guidance whose failures name it. */
record GuardedGuidance(String id, Guidance guidance) implements Guidance {

    static GuardedGuidance of(GuidanceFactory factory, ParameterValues values) {
        return new GuardedGuidance(factory.id(), Guard.run("guidance " + factory.id(), () -> factory.create(values)));
    }

    @Override
    public boolean usesUnconditional(Scale scale) {
        return Guard.run("guidance " + id, () -> guidance.usesUnconditional(scale));
    }

    @Override
    public void combine(Scale scale, float[] conditional, float[] unconditional, float[] guided) {
        Guard.run("guidance " + id + " at scale " + scale.index(), () -> {
            guidance.combine(scale, conditional, unconditional, guided);
            return true;
        });
    }
}
