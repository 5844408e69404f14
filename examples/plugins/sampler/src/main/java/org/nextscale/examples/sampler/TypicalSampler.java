package org.nextscale.examples.sampler;

import java.util.Arrays;
import java.util.Comparator;
import java.util.stream.IntStream;
import org.nextscale.api.model.Scale;
import org.nextscale.api.sampling.RandomStream;
import org.nextscale.api.sampling.SampledTokens;
import org.nextscale.api.sampling.TokenSampler;

/**
 * Locally typical sampling (Meister et al., Locally Typical Sampling, TACL 2023): of every token's distribution it
 * keeps the codes whose surprise −log p is nearest to the entropy, as many as make up {@code typicalP} of the
 * probability, and draws from those. It leaves out what is unlikely, as top-p does, and also what is too obvious.
 */
final class TypicalSampler implements TokenSampler {

    private final double typicalP;
    private final double temperature;

    TypicalSampler(double typicalP, double temperature) {
        this.typicalP = typicalP;
        this.temperature = temperature;
    }

    @Override
    public SampledTokens sample(Scale scale, float[] logits, RandomStream random) {
        int vocabulary = logits.length / scale.tokens();
        int[] tokens = new int[scale.tokens()];
        for (int position = 0; position < tokens.length; position++) {
            int start = position * vocabulary;
            double[] p = probabilities(Arrays.copyOfRange(logits, start, start + vocabulary));
            tokens[position] = draw(p, typical(p), position, random);
        }
        return SampledTokens.of(tokens);
    }

    /** Softmax at the temperature. */
    private double[] probabilities(float[] logits) {
        double highest = Double.NEGATIVE_INFINITY;
        for (float logit : logits) {
            highest = Math.max(highest, logit);
        }
        double[] p = new double[logits.length];
        double sum = 0;
        for (int code = 0; code < p.length; code++) {
            p[code] = Math.exp((logits[code] - highest) / temperature);
            sum += p[code];
        }
        for (int code = 0; code < p.length; code++) {
            p[code] /= sum;
        }
        return p;
    }

    /** The codes to draw from: nearest to the entropy first, until they make up typicalP. At least one. */
    private int[] typical(double[] p) {
        double entropy =
                Arrays.stream(p).filter(x -> x > 0).map(x -> -x * Math.log(x)).sum();
        int[] codes = IntStream.range(0, p.length)
                .filter(code -> p[code] > 0)
                .boxed()
                .sorted(Comparator.comparingDouble(code -> Math.abs(-Math.log(p[code]) - entropy)))
                .mapToInt(Integer::intValue)
                .toArray();
        int kept = 0;
        for (double sum = 0; kept < codes.length && sum < typicalP; kept++) {
            sum += p[codes[kept]];
        }
        return Arrays.copyOf(codes, kept);
    }

    /** The exponential race: argmax p / e is a draw from p. Every code has its own number, whatever else is kept. */
    private static int draw(double[] p, int[] codes, int position, RandomStream random) {
        int winner = codes[0];
        double best = -1;
        for (int code : codes) {
            double score = p[code] / random.exponential(position, RandomStream.TOKEN_LANE, code);
            if (score > best) {
                best = score;
                winner = code;
            }
        }
        return winner;
    }
}
