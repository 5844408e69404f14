package org.nextscale.api.sampling;

import org.osgi.annotation.versioning.ConsumerType;

/**
 * The random numbers of one scale of one image. Counter-based: every number is a pure function of (seed, image, scale,
 * position, lane, index), so that an image's draws are the same in whatever batch, order, thread or backend it is made.
 * Immutable and thread-safe.
 */
@ConsumerType
public interface RandomStream {
    /** Lane of the draw that picks a token. */
    int TOKEN_LANE = 0;
    /** Lane of the noise that mixes codes. */
    int MIXTURE_LANE = 1;
    /** First lane that is free for samplers of third parties. */
    int FIRST_FREE_LANE = 16;

    /**
     * A draw from the exponential distribution with mean 1, above 0. The token {@code argmax(p / e)} over independent
     * draws e is a draw from p (the exponential race, as in torch.multinomial).
     *
     * @param position token of the scale, 0 to tokens − 1
     * @param lane what the number is for, 0..255; numbers of different lanes are independent
     * @param index which number of the lane, for instance the code it belongs to, at least 0
     */
    float exponential(int position, int lane, int index);

    /**
     * The same draw if it is at most {@code most}, and otherwise that or any other number above {@code most}: who looks for the
     * smallest of many need not have the others' logarithms computed.
     */
    default float exponential(int position, int lane, int index, float most) {
        return exponential(position, lane, index);
    }

    /** A draw from the standard Gumbel distribution, −log of {@link #exponential}, whose arguments it takes. */
    default float gumbel(int position, int lane, int index) {
        return -PhiloxStream.log(exponential(position, lane, index));
    }

    /** A draw from the uniform distribution on (0, 1), never 0 or 1; arguments as for {@link #exponential}. */
    float uniform(int position, int lane, int index);
}
