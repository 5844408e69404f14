package org.nextscale.testkit.cranky;

import org.nextscale.api.model.Scale;
import org.nextscale.api.plugin.ParameterValues;
import org.nextscale.api.sampling.Guidance;
import org.nextscale.api.sampling.GuidanceProvider;
import org.osgi.service.component.annotations.Component;

/** Its nonsense is wanting back what it gave up. */
@Component(service = GuidanceProvider.class)
public final class CrankyGuidanceProvider implements CrankyPlugin, GuidanceProvider {
    @Override
    public Guidance create(ParameterValues values) {
        Mood mood = Mood.of(values);
        return mood == Mood.NULL ? null : new CrankyGuidance(mood);
    }

    private record CrankyGuidance(Mood mood) implements Guidance {
        @Override
        public boolean usesUnconditional(Scale scale) {
            return mood == Mood.NONSENSE && scale.index() % 2 == 0;
        }

        @Override
        public void combine(Scale scale, float[] conditional, float[] unconditional, float[] guided) {
            mood.act();
            System.arraycopy(conditional, 0, guided, 0, guided.length);
        }
    }
}
