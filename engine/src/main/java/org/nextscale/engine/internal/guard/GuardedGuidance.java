package org.nextscale.engine.internal.guard;

import org.nextscale.api.model.Scale;
import org.nextscale.api.sampling.Guidance;

/**
 * A guidance whose failures name it.
 *
 * @param who it is, for messages
 */
record GuardedGuidance(String who, Guidance guidance) implements Guidance {
    @Override
    public boolean usesUnconditional(Scale scale) {
        return PluginCalls.guarded(who, () -> guidance.usesUnconditional(scale));
    }

    @Override
    public void combine(Scale scale, float[] conditional, float[] unconditional, float[] guided) {
        PluginCalls.guarded(who + " at scale " + scale.index(), () -> {
            guidance.combine(scale, conditional, unconditional, guided);
            return true;
        });
    }
}
