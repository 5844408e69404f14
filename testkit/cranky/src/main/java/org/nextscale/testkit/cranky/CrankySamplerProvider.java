package org.nextscale.testkit.cranky;

import java.util.Arrays;
import org.nextscale.api.plugin.ParameterValues;
import org.nextscale.api.sampling.SampledTokens;
import org.nextscale.api.sampling.TokenSampler;
import org.nextscale.api.sampling.TokenSamplerProvider;
import org.osgi.service.component.annotations.Component;

/** Its nonsense is codes that no vocabulary has. */
@Component(service = TokenSamplerProvider.class)
public final class CrankySamplerProvider implements CrankyPlugin, TokenSamplerProvider {
    @Override
    public TokenSampler create(ParameterValues values) {
        Mood mood = Mood.of(values);
        return (scale, logits, random) -> {
            mood.act();
            int[] tokens = new int[scale.tokens()];
            if (mood == Mood.NONSENSE) {
                Arrays.fill(tokens, Integer.MAX_VALUE);
            }
            return mood == Mood.NULL ? null : SampledTokens.of(tokens);
        };
    }
}
