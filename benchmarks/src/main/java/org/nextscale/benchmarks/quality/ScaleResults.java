package org.nextscale.benchmarks.quality;

import org.nextscale.api.model.Scale;

/**
 * What two backends do at one scale.
 *
 * @param forced tokens drawn with the same noise after the reference's tokens at all scales before
 * @param free tokens drawn with the same noise after each backend's own
 * @param others the reference's tokens beside those of its next image, which is of the same class and has other noise
 * @param logits under the class, after the reference's tokens
 */
record ScaleResults(Scale scale, TokenAgreement forced, TokenAgreement free, TokenAgreement others, LogitError logits) {

    static ScaleResults of(Scale scale) {
        return new ScaleResults(
                scale, new TokenAgreement(), new TokenAgreement(), new TokenAgreement(), new LogitError());
    }
}
