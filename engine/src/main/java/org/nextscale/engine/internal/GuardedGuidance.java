package org.nextscale.engine.internal;

import java.util.Optional;
import org.nextscale.api.model.Scale;
import org.nextscale.api.parameter.ParameterValues;
import org.nextscale.api.sampling.Arithmetic;
import org.nextscale.api.sampling.Guidance;
import org.nextscale.api.sampling.GuidanceFactory;

/**
 * A guidance whose failures name it.
 *
 * @param arithmetic what a device may do in its place, if anything
 */
record GuardedGuidance(String id, Guidance guidance, Optional<Arithmetic> arithmetic) implements Guidance {

    static GuardedGuidance of(GuidanceFactory factory, ParameterValues values) {
        String who = "guidance " + factory.id();
        return new GuardedGuidance(
                factory.id(),
                Guard.run(who, () -> factory.create(values)),
                Guard.run(who, factory::arithmetic).map(name -> new Arithmetic(name, values)));
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
