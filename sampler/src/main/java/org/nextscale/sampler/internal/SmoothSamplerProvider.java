package org.nextscale.sampler.internal;

import java.util.List;
import java.util.Optional;
import org.nextscale.api.model.Scale;
import org.nextscale.api.plugin.Parameter;
import org.nextscale.api.plugin.ParameterValues;
import org.nextscale.api.sampling.ExactAlgorithm;
import org.nextscale.api.sampling.RandomStream;
import org.nextscale.api.sampling.SampledTokens;
import org.nextscale.api.sampling.TokenSampler;
import org.nextscale.api.sampling.TokenSamplerProvider;
import org.osgi.service.component.annotations.Component;

/**
 * The reference's {@code more_smooth}: what is added to the feature map is a mixture of codes, weighted by Gumbel-softmax
 * over the filtered scores, sharper at finer scales. Good to look at, not for FID.
 */
@Component
public final class SmoothSamplerProvider implements TokenSamplerProvider {

    @Override
    public String id() {
        return "smooth";
    }

    @Override
    public String description() {
        return "mixes codes by Gumbel-softmax instead of picking one (more_smooth); to look at, not for FID";
    }

    @Override
    public List<Parameter> parameters() {
        return LogitFilter.PARAMETERS;
    }

    @Override
    public Optional<ExactAlgorithm> algorithm(ParameterValues values) {
        return Optional.of(LogitFilter.algorithm(id(), values));
    }

    @Override
    public TokenSampler create(ParameterValues values) {
        return new SmoothSampler(values);
    }

    private record SmoothSampler(ParameterValues values) implements TokenSampler {
        @Override
        public SampledTokens sample(Scale scale, float[] logits, RandomStream random) {
            LogitFilter filter = LogitFilter.of(values, scale);
            int[] tokens = new int[scale.tokens()];
            float[] mixture = new float[logits.length];
            Row.forEach(tokens.length, logits.length / tokens.length, (token, row) -> {
                filter.apply(logits, row);
                tokens[token] = row.draw(random, token);
                mix(scale.ratio(), logits, row, random, token, mixture);
            });
            return SampledTokens.mixed(tokens, mixture);
        }

        private static void mix(
                double ratio, float[] logits, Row row, RandomStream random, int token, float[] mixture) {
            float gain = (float) (1 + ratio);
            float temperature = (float) Math.max(0.27 * (1 - 0.95 * ratio), 0.005);
            float[] scores = row.scratch();
            float maximum = Float.NEGATIVE_INFINITY;
            for (int i = 0; i < row.count(); i++) {
                int code = row.candidates()[i];
                float gumbel = random.gumbel(token, RandomStream.MIXTURE_LANE, code);
                scores[code] = (logits[row.offset() + code] * gain + gumbel) / temperature;
                maximum = Math.max(maximum, scores[code]);
            }
            long units = 0;
            for (int i = 0; i < row.count(); i++) {
                int code = row.candidates()[i];
                float weight = Exp.of(scores[code] - maximum);
                mixture[row.offset() + code] = weight;
                units += Exp.units(weight);
            }
            float total = Exp.weight(units);
            for (int i = 0; i < row.count(); i++) {
                mixture[row.offset() + row.candidates()[i]] /= total;
            }
        }
    }
}
