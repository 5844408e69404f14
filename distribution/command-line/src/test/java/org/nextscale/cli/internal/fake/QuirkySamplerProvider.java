package org.nextscale.cli.internal.fake;

import java.util.List;
import org.nextscale.api.plugin.Parameter;
import org.nextscale.api.plugin.ParameterValues;
import org.nextscale.api.sampling.SampledTokens;
import org.nextscale.api.sampling.TokenSampler;
import org.nextscale.api.sampling.TokenSamplerProvider;

/** A sampler with a parameter of every type, some with names that the command line has uses of its own for. */
public final class QuirkySamplerProvider implements TokenSamplerProvider {
    static final List<Parameter> PARAMETERS = List.of(
            Parameter.integer("steps", 3, 1, 9, "how often, in 100% of cases; ${not} a @|bold variable|@"),
            Parameter.number("cfg", 0.5, 0, 1, "shares its name with a guidance's parameter"),
            Parameter.flag("wild", false, "draws anything"),
            Parameter.choice("mood", "calm", List.of("calm", "angry"), "which"),
            Parameter.integer("seed", 1, 0, 9, "hidden by the command's own --seed"),
            Parameter.flag("no-wild", false, "hidden by the opposite of --wild"));

    @Override
    public String id() {
        return "quirky";
    }

    @Override
    public String description() {
        return "always the first codes";
    }

    @Override
    public List<Parameter> parameters() {
        return PARAMETERS;
    }

    @Override
    public TokenSampler create(ParameterValues values) {
        if (values.flag("wild")) {
            throw new IllegalStateException("too wild");
        }
        return (scale, logits, random) -> SampledTokens.of(new int[scale.tokens()]);
    }
}
